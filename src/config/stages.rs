//! Configuration by section. Defaults are SPEC 14.5's; sources stand in [`super::docs`].

use super::checks::*;
use super::section::section;
use serde::{Deserialize, Serialize};

section!(
    /// SPEC 5.1.
    Filter {
        landmark_hz: f64 = 6.0,
        bar_pos_hz: f64 = 6.0,
        bar_vel_hz_lo: f64 = 4.0,
        bar_vel_hz_hi: f64 = 6.0,
        back_hz: f64 = 3.0,
        hampel_win: usize = 7,
        hampel_k: f64 = 3.0,
        gap_fill_s: f64 = 0.20,
        gap_max_s: f64 = 0.50,
        visibility_min: f64 = 0.5,
    }
);
section!(
    /// SPEC 1.4, 6, 11.1.
    Flag {
        p_flag: f64 = 0.80,
        p_borderline: f64 = 0.50,
        p_severe: f64 = 0.80,
        sustain_s: f64 = 0.23,
        confidence_min: f64 = 0.25,
        coverage_min: f64 = 0.60,
    }
);
section!(
    /// SPEC 4.2, 4.3.
    ViewCfg {
        side_max: f64 = 15.0,
        oblique_side_max: f64 = 30.0,
        oblique_max: f64 = 60.0,
        hfov_default: f64 = 65.0,
        hfov_sigma: f64 = 8.0,
        plate_lateral_m: f64 = 0.70,
    }
);
section!(
    /// When the whole clip is refused (SPEC 4.4) and how confidence falls (SPEC 11.1).
    Gate {
        fps_min: f64 = 22.0,
        body_px_min: f64 = 180.0,
        cut_off_max: f64 = 0.20,
        overlap_max: f64 = 0.20,
        camera_residual_px: f64 = 3.0,
        cm_per_px_good: f64 = 0.30,
        cm_per_px_fair: f64 = 0.45,
        cm_per_px_max: f64 = 1.0,
        usable_good: f64 = 0.9,
        usable_min: f64 = 0.6,
        oblique_factor: f64 = 0.6,
        lockout_as_stand: f64 = 0.7,
        assumed_vertical: f64 = 0.6,
    }
);
section!(
    /// SPEC 3.4, 4.5.
    Plate {
        diameter_cm: f64 = 45.0,
        occlusion_radius_factor: f64 = 1.05,
        foot_clear_h_cm: f64 = 25.0,
    }
);
section!(
    /// SPEC 5.2.
    RepsCfg {
        lift_off_cm: f64 = 1.0,
        rise_cm: f64 = 6.0,
        still_cm_s: f64 = 5.0,
        rest_cm_s: f64 = 3.0,
        lockout_share: f64 = 0.98,
        rom_min_share: f64 = 0.6,
        rom_min_body: f64 = 0.15,
        concentric_min_s: f64 = 0.3,
        concentric_max_s: f64 = 12.0,
        touch_and_go_s: f64 = 0.3,
        dead_stop_s: f64 = 1.0,
        set_window_s: f64 = 0.4,
        lockout_window_s: f64 = 1.5,
        sumo_stance: f64 = 1.3,
        romanian_hang_cm: f64 = 5.0,
        romanian_knee_deg: f64 = 40.0,
    }
);

/// What the lifter or coach says about the set; from options or `sets.csv`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifter {
    pub height_cm: Option<f64>,
    /// "auto", "conventional", "sumo" or "romanian".
    pub variant: Option<String>,
    pub load_kg: Option<f64>,
    /// Velocity is multiplied by this: the video plays this many times too slowly.
    pub slow_motion: Option<f64>,
    /// Dropping the bar is intended (SPEC 8.2).
    pub drop_intended: bool,
    /// The user reports pain: no score, no load suggestion (SPEC 12).
    pub pain: bool,
}

/// Codes to report; empty `select` means all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    pub select: Vec<String>,
    pub ignore: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub filter: Filter,
    pub flag: Flag,
    pub view: ViewCfg,
    pub gate: Gate,
    pub plate: Plate,
    pub reps: RepsCfg,
    pub lifter: Lifter,
    pub checks: Selection,
    #[serde(rename = "E1")]
    pub e1: E1,
    #[serde(rename = "E2")]
    pub e2: E2,
    #[serde(rename = "E3")]
    pub e3: E3,
    #[serde(rename = "E4")]
    pub e4: E4,
    #[serde(rename = "E5")]
    pub e5: E5,
    #[serde(rename = "S1")]
    pub s1: S1,
    #[serde(rename = "S2")]
    pub s2: S2,
    #[serde(rename = "S3")]
    pub s3: S3,
    #[serde(rename = "S4")]
    pub s4: S4,
    #[serde(rename = "S5")]
    pub s5: S5,
    #[serde(rename = "S6")]
    pub s6: S6,
    #[serde(rename = "S9")]
    pub s9: S9,
    #[serde(rename = "P1")]
    pub p1: P1,
    #[serde(rename = "P2")]
    pub p2: P2,
    #[serde(rename = "P3")]
    pub p3: P3,
    #[serde(rename = "P4")]
    pub p4: P4,
    #[serde(rename = "P5")]
    pub p5: P5,
    #[serde(rename = "P6")]
    pub p6: P6,
    #[serde(rename = "P7")]
    pub p7: P7,
    #[serde(rename = "T2")]
    pub t2: T2,
    #[serde(rename = "D2")]
    pub d2: D2,
    pub load: Load,
    pub score: Score,
    /// Values of one's own over those of the network's instrument ([`Instrument`](super::Instrument)).
    pub instrument: toml::Table,
}
