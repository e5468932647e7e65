//! Configuration by section. Defaults are SPEC 14.5's; sources stand in [`super::docs`].

use serde::{Deserialize, Serialize};

/// Mild, moderate, severe.
pub type Steps = [f64; 3];

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident : $ty:ty = $default:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }
        impl Default for $name { fn default() -> Self { Self { $($field: $default),* } } }
    };
}

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
    pub plate: Plate,
    pub reps: RepsCfg,
    pub lifter: Lifter,
    pub checks: Selection,
    #[serde(rename = "E2")]
    pub e2: E2,
    #[serde(rename = "E3")]
    pub e3: E3,
    #[serde(rename = "E4")]
    pub e4: E4,
    #[serde(rename = "P4")]
    pub p4: P4,
}

section!(
    /// SPEC 6.2.
    E2 {
        lean: Steps = [8.0, 12.0, 18.0],
        lean_sigma_own_stand: f64 = 3.0,
        lean_sigma_assumed: f64 = 4.5,
        hip: Steps = [5.0, 10.0, 15.0],
        hip_sigma: f64 = 4.0,
        arch: Steps = [8.0, 14.0, 20.0],
        arch_sigma: f64 = 6.0,
    }
);
section!(
    /// SPEC 6.3, with the working rule from real clips.
    #[allow(non_snake_case, reason = "names are normative, SPEC 14.5")]
    E3 {
        R: Steps = [1.15, 1.30, 1.45],
        R_sigma: f64 = 0.07,
        tip: Steps = [5.0, 10.0, 15.0],
        tip_sigma: f64 = 2.0,
        pre: Steps = [0.06, 0.10, 0.15],
        pre_sigma: f64 = 0.025,
        R_tot: Steps = [1.00, 1.10, 1.25],
        tip_set: Steps = [10.0, 14.0, 20.0],
        q75: Steps = [0.15, 0.10, 0.05],
    }
);
section!(
    /// SPEC 6.4.
    E4 {
        drift_cm: Steps = [3.0, 5.0, 8.0],
        drift_sigma_roll_known: f64 = 1.0,
        drift_sigma_roll_assumed: f64 = 2.0,
        gap_cm: Steps = [5.0, 8.0, 11.0],
        gap_sigma: f64 = 3.0,
    }
);
section!(
    /// SPEC 8.2.
    P4 {
        ecc_s: Steps = [1.0, 0.7, 0.45],
        drop_mps: f64 = 2.0,
    }
);
