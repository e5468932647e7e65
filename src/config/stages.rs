//! Configuration by section. Defaults are SPEC 14.5's; every value is declared once.

use super::checks::*;
use super::score::{Deductions, Score, Weights};
use super::section::{Declared, KeyDoc, section};
use serde::{Deserialize, Serialize};

section!(
    /// SPEC 5.1.
    Filter in "filter" {
        landmark_hz: f64 = 6.0, "Hz", 1.0 to 20.0, "low-pass of the landmarks", "SPEC 5.1 [V:4]";
        bar_pos_hz: f64 = 6.0, "Hz", 1.0 to 20.0, "low-pass of the bar's place", "SPEC 5.1";
        bar_vel_hz_lo: f64 = 4.0, "Hz", 1.0 to 20.0, "low-pass of the bar's speed below 50 frames/s", "SPEC 5.1";
        bar_vel_hz_hi: f64 = 6.0, "Hz", 1.0 to 20.0, "low-pass of the bar's speed from 50 frames/s", "SPEC 5.1";
        back_hz: f64 = 3.0, "Hz", 0.5 to 10.0, "low-pass of the back index", "SPEC 5.1";
        hampel_win: usize = 7, "frames", 3.0 to 31.0, "window of the outlier filter", "SPEC 5.1 [V:4]";
        hampel_k: f64 = 3.0, "robust σ", 1.0 to 10.0, "outlier limit", "SPEC 5.1";
        gap_fill_s: f64 = 0.20, "s", 0.0 to 1.0, "gaps up to this are filled", "SPEC 5.1";
        gap_max_s: f64 = 0.50, "s", 0.0 to 2.0, "gaps up to this are filled with low confidence", "SPEC 5.1";
        visibility_min: Option<f64> = None, "share", 0.0 to 1.0, "least visibility of a landmark; absent: the skeleton layout's own (0.5, of SimCC networks 0.3)", "SPEC 3.2 [V:4]";
    }
);
section!(
    /// SPEC 1.4, 6, 11.1.
    Flag in "flag" {
        p_flag: f64 = 0.80, "share", 0.5 to 1.0, "probability from which a finding is a flag", "SPEC 1.4";
        p_borderline: f64 = 0.50, "share", 0.0 to 1.0, "probability from which a finding is borderline", "SPEC 1.4";
        p_severe: f64 = 0.80, "share", 0.5 to 1.0, "probability beyond the moderate step for severe", "SPEC 6";
        sustain_s: f64 = 0.23, "s", 0.0 to 2.0, "how long an extreme must last", "SPEC 6";
        confidence_min: f64 = 0.25, "share", 0.0 to 1.0, "below this a check is not assessable", "SPEC 11.1";
        coverage_min: f64 = 0.60, "share", 0.0 to 1.0, "below this no score", "SPEC 11.2";
    }
);
section!(
    /// SPEC 4.2, 4.3.
    ViewCfg in "view" {
        side_max: f64 = 15.0, "°", 0.0 to 45.0, "side view up to this yaw", "SPEC 4.2";
        oblique_side_max: f64 = 30.0, "°", 0.0 to 60.0, "oblique side view up to this yaw", "SPEC 4.2";
        beside_max: f64 = 45.0, "°", 0.0 to 90.0, "yaw beyond which neither the back's outline nor bar drift is judged", "SPEC 6.3";
        oblique_max: f64 = 60.0, "°", 0.0 to 90.0, "oblique view up to this yaw", "SPEC 4.2";
        hfov_default: f64 = 65.0, "°", 20.0 to 120.0, "assumed horizontal field of view", "SPEC 4.3, our choice";
        hfov_sigma: f64 = 8.0, "°", 0.0 to 40.0, "its error", "SPEC 4.3, our choice";
        plate_lateral_m: f64 = 0.70, "m", 0.3 to 1.2, "near plate to the lifter's midline", "SPEC 4.3";
    }
);
section!(
    /// When the whole clip is refused (SPEC 4.4) and how confidence falls (SPEC 11.1).
    Gate in "gate" {
        fps_min: f64 = 22.0, "frames/s", 1.0 to 240.0, "fewest frames per second: 24 less what a variable rate drops", "SPEC 4.4";
        body_px_min: f64 = 180.0, "px", 50.0 to 2000.0, "least height of the standing lifter", "SPEC 5.5";
        cut_off_max: f64 = 0.20, "share", 0.0 to 1.0, "share of the clip in which head or feet may be cut off", "SPEC 4.4";
        overlap_max: f64 = 0.20, "share", 0.0 to 1.0, "share of the clip in which another person may overlap the lifter", "SPEC 4.4";
        camera_residual_px: f64 = 3.0, "px", 0.0 to 50.0, "residual of a moving camera from which bar drift is not assessable", "SPEC 4.4";
        cm_per_px_good: f64 = 0.30, "cm/px", 0.05 to 2.0, "resolution that costs no confidence", "SPEC 11.1";
        cm_per_px_fair: f64 = 0.45, "cm/px", 0.05 to 2.0, "resolution with confidence 0.8 for outlines", "SPEC 11.1";
        cm_per_px_max: f64 = 1.0,
            "cm/px", 0.05 to 2.0, "resolution with confidence 0.6, beyond it outlines are not assessable", "SPEC 5.5";
        usable_good: f64 = 0.9, "share", 0.0 to 1.0, "share of usable frames that costs no confidence", "SPEC 11.1";
        usable_min: f64 = 0.6, "share", 0.0 to 1.0, "share of usable frames below which a check is not assessable", "SPEC 11.1";
        oblique_factor: f64 = 0.6, "share", 0.0 to 1.0, "confidence in an oblique side view", "SPEC 4.2";
        lockout_as_stand: f64 = 0.7, "share", 0.0 to 1.0, "confidence when a lockout stands in for standing", "SPEC 11.1";
        assumed_vertical: f64 = 0.6, "share", 0.0 to 1.0, "confidence against an assumed upright", "SPEC 11.1";
    }
);
section!(
    /// SPEC 3.4, 4.5.
    Plate in "plate" {
        diameter_cm: f64 = 45.0, "cm", 10.0 to 60.0, "diameter of the near plate", "SPEC 3.4 [V:5]";
        occlusion_radius_factor: f64 = 1.05, "radii", 0.8 to 1.5, "a landmark inside this many radii is hidden", "SPEC 4.5";
        foot_clear_h_cm: f64 = 25.0, "cm", 0.0 to 80.0, "bar height from which the foot is clear", "SPEC 4.5";
    }
);
section!(
    /// SPEC 5.2.
    RepsCfg in "reps" {
        lift_off_cm: f64 = 1.0, "cm", 0.2 to 10.0, "rise that starts a lift", "SPEC 5.2";
        rise_cm: f64 = 6.0, "cm", 1.0 to 30.0, "rise that confirms it", "SPEC 5.2";
        still_cm_s: f64 = 5.0, "cm/s", 0.5 to 30.0, "speed below which the bar rests at lockout", "SPEC 5.2";
        rest_cm_s: f64 = 3.0, "cm/s", 0.5 to 30.0, "speed below which the bar rests on the floor", "SPEC 5.2";
        lockout_share: f64 = 0.98, "share", 0.7 to 1.0, "share of the travel from which lockout may be", "SPEC 5.2";
        rom_min_share: f64 = 0.6, "share", 0.1 to 1.0, "least travel against the median rep", "SPEC 5.2";
        rom_min_body: f64 = 0.15, "share", 0.02 to 0.5, "least travel against body height", "SPEC 5.2";
        concentric_min_s: f64 = 0.3, "s", 0.1 to 2.0, "shortest pull", "SPEC 5.2";
        concentric_max_s: f64 = 12.0, "s", 2.0 to 60.0, "longest pull", "SPEC 5.2";
        touch_and_go_s: f64 = 0.3, "s", 0.0 to 2.0, "floor time below which a rep is touch-and-go", "SPEC 5.2";
        dead_stop_s: f64 = 1.0, "s", 0.0 to 5.0, "floor time above which a rep is a dead stop", "SPEC 5.2";
        set_window_s: f64 = 0.4, "s", 0.1 to 3.0, "set position before lift-off", "SPEC 3.3";
        lockout_window_s: f64 = 1.5, "s", 0.2 to 5.0, "longest lockout window", "SPEC 5.2";
        sumo_stance: f64 = 1.3,
            "ratio", 1.0 to 2.0, "stance against shoulder width from which a lift is sumo, hands inside the knees", "SPEC 5.3";
        romanian_hang_cm: f64 = 5.0, "cm", 1.0 to 40.0, "height above the floor rest at which a Romanian lift turns", "SPEC 5.3";
        romanian_knee_deg: f64 = 40.0, "deg", 10.0 to 80.0, "knee bend at the lowest point below which it may be Romanian", "SPEC 5.3";
    }
);

section!(
    /// What the lifter or coach says about the set; from options or `sets.csv`.
    Lifter in "lifter" {
        height_cm: Option<f64> = None, "cm", 100.0 to 230.0, "the lifter's height", "given";
        load_kg: Option<f64> = None, "kg", 0.0 to 1000.0, "weight on the bar", "given";
        slow_motion: Option<f64> = None, "times", 1.0 to 32.0, "the video plays this many times too slowly", "given";
    } with {
        /// Which kind of deadlift it is; absent or "auto": by what is seen.
        variant: Option<Kind>,
        /// Dropping the bar is intended (SPEC 8.2).
        drop_intended: bool,
        /// The user reports pain: no score, no load suggestion (SPEC 12).
        pain: bool,
    }
);

/// A kind of deadlift as the lifter names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// By what is seen.
    Auto,
    /// Hands outside the legs, feet a hip apart.
    Conventional,
    /// Hands inside the legs, feet wide.
    Sumo,
    /// From the top, the bar not put down.
    Romanian,
}

impl Kind {
    /// As people write it: "RDL" is Romanian.
    pub fn parse(text: &str) -> Option<Kind> {
        match text.to_lowercase().as_str() {
            "auto" => Some(Kind::Auto),
            "conventional" => Some(Kind::Conventional),
            "sumo" => Some(Kind::Sumo),
            "romanian" | "rdl" => Some(Kind::Romanian),
            _ => None,
        }
    }

    /// One that says what was lifted: "auto" says nothing.
    pub fn told(text: &str) -> Option<Kind> {
        Kind::parse(text).filter(|kind| *kind != Kind::Auto)
    }

    /// Its one word.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Auto => "auto",
            Kind::Conventional => "conventional",
            Kind::Sumo => "sumo",
            Kind::Romanian => "romanian",
        }
    }
}

/// Codes to report; empty `select` means all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// Codes of the only checks to report.
    pub select: Vec<String>,
    /// Codes of checks to leave out.
    pub ignore: Vec<String>,
}

/// All thresholds and settings; the default is what the program judges by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How signals are freed of noise.
    pub filter: Filter,
    /// When a finding counts.
    pub flag: Flag,
    /// From where what can be seen.
    pub view: ViewCfg,
    /// What is refused, and what costs confidence.
    pub gate: Gate,
    /// The plate and what it hides.
    pub plate: Plate,
    /// Where repetitions begin and end.
    pub reps: RepsCfg,
    /// What is known of lifter and set.
    pub lifter: Lifter,
    /// Which checks are reported.
    pub checks: Selection,
    /// Rounded lower back.
    #[serde(rename = "E1")]
    pub e1: E1,
    /// Leaning back at lockout.
    #[serde(rename = "E2")]
    pub e2: E2,
    /// Hips rising first.
    #[serde(rename = "E3")]
    pub e3: E3,
    /// Bar drifting forward.
    #[serde(rename = "E4")]
    pub e4: E4,
    /// Bracing.
    #[serde(rename = "E5")]
    pub e5: E5,
    /// Stance.
    #[serde(rename = "S1")]
    pub s1: S1,
    /// Bar over mid-foot.
    #[serde(rename = "S2")]
    pub s2: S2,
    /// Grip.
    #[serde(rename = "S3")]
    pub s3: S3,
    /// Shoulders in front of the bar.
    #[serde(rename = "S4")]
    pub s4: S4,
    /// Start position.
    #[serde(rename = "S5")]
    pub s5: S5,
    /// Chest up.
    #[serde(rename = "S6")]
    pub s6: S6,
    /// Lats.
    #[serde(rename = "S9")]
    pub s9: S9,
    /// Whole foot.
    #[serde(rename = "P1")]
    pub p1: P1,
    /// Full lockout.
    #[serde(rename = "P2")]
    pub p2: P2,
    /// Shoulders at lockout.
    #[serde(rename = "P3")]
    pub p3: P3,
    /// Control on the way down.
    #[serde(rename = "P4")]
    pub p4: P4,
    /// Hinge first.
    #[serde(rename = "P5")]
    pub p5: P5,
    /// Back neutral while lowering.
    #[serde(rename = "P6")]
    pub p6: P6,
    /// Rushing.
    #[serde(rename = "P7")]
    pub p7: P7,
    /// Knees.
    #[serde(rename = "T2")]
    pub t2: T2,
    /// Grip slipping.
    #[serde(rename = "D2")]
    pub d2: D2,
    /// Load and frequency over many sets.
    pub load: Load,
    /// What findings cost.
    pub score: Score,
    /// Values of one's own over those of the network's instrument ([`Instrument`](super::Instrument)).
    pub instrument: toml::Table,
}

/// Everything declared, section by section.
pub const SECTIONS: &[&[KeyDoc]] = &[
    Filter::KEYS,
    Flag::KEYS,
    ViewCfg::KEYS,
    Gate::KEYS,
    Plate::KEYS,
    RepsCfg::KEYS,
    Lifter::KEYS,
    E1::KEYS,
    E2::KEYS,
    E3::KEYS,
    E4::KEYS,
    E5::KEYS,
    S1::KEYS,
    S2::KEYS,
    S3::KEYS,
    S4::KEYS,
    S5::KEYS,
    S6::KEYS,
    S9::KEYS,
    P1::KEYS,
    P2::KEYS,
    P3::KEYS,
    P4::KEYS,
    P5::KEYS,
    P6::KEYS,
    P7::KEYS,
    T2::KEYS,
    D2::KEYS,
    Load::KEYS,
    Score::KEYS,
    Weights::KEYS,
    Deductions::KEYS,
];

/// Every declared value of the configuration.
pub fn keys() -> impl Iterator<Item = &'static KeyDoc> {
    SECTIONS.iter().flat_map(|section| section.iter())
}

/// The declaration of a key.
pub fn declared(key: &str) -> Option<&'static KeyDoc> {
    keys().find(|doc| doc.key == key)
}
