//! Numbers told of a repetition: each is declared once, with its name and meaning, by the check that measures it or here.

/// A number told of a repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// As reports and tables spell it, with the unit.
    pub name: &'static str,
    /// What it is, its unit, what its sign and its zero say. Where it is not known reports have `null`.
    pub meaning: &'static str,
}

impl Metric {
    pub const fn new(name: &'static str, meaning: &'static str) -> Metric {
        Metric { name, meaning }
    }
}

pub const CONCENTRIC_S: Metric = Metric::new("concentric_s", "Lift-off to lockout, s of true time.");
pub const DOWNWARD_CM: Metric = Metric::new("downward_cm", "Longest way the bar went down again during the pull, cm; 0: always up.");
pub const ECCENTRIC_S: Metric = Metric::new("eccentric_s", "Start of the lowering to the floor, s of true time.");
pub const LOCKOUT_HELD_S: Metric = Metric::new("lockout_held_s", "Lockout to the start of the lowering, s.");
pub const MEAN_VELOCITY_MPS: Metric = Metric::new("mean_velocity_mps", "Travel over time from lift-off to lockout, m/s; positive: up.");
pub const MEAN_VELOCITY_MPS_SIGMA: Metric =
    Metric::new("mean_velocity_mps_sigma", "Its error, one standard deviation, m/s; the scale's is in it.");
pub const PEAK_VELOCITY_MPS: Metric = Metric::new("peak_velocity_mps", "Largest speed upward, m/s; positive: up.");
pub const PEAK_VELOCITY_MPS_SIGMA: Metric = Metric::new("peak_velocity_mps_sigma", "Its error, one standard deviation, m/s.");
pub const ROM_CM: Metric = Metric::new("rom_cm", "Travel of the bar from the floor to lockout, cm.");
pub const STALL_S: Metric = Metric::new("stall_s", "Longest time in the pull in which the bar stood still, s; 0: none.");
pub const TRUNK_AT_LIFT_OFF_DEG: Metric =
    Metric::new("trunk_at_lift_off_deg", "Line from hip to shoulder at lift-off above level, degrees; 0: level, 90: upright.");
pub const VELOCITY_SIGMA_MPS: Metric =
    Metric::new("velocity_sigma_mps", "The same without the scale's error, which is common to a set, m/s: for differences within it.");
pub const ROM_CM_SIGMA: Metric =
    Metric::new("rom_cm_sigma", "Its error, one standard deviation, cm; with that of the plate's size in the picture.");
pub const CONCENTRIC_S_SIGMA: Metric = Metric::new("concentric_s_sigma", "Its error, one standard deviation, s.");
pub const ECCENTRIC_S_SIGMA: Metric = Metric::new("eccentric_s_sigma", "Its error, one standard deviation, s.");

/// What is told of a repetition whatever was judged.
pub const GENERAL: &[Metric] = &[
    ROM_CM_SIGMA,
    CONCENTRIC_S_SIGMA,
    ECCENTRIC_S_SIGMA,
    CONCENTRIC_S,
    DOWNWARD_CM,
    ECCENTRIC_S,
    LOCKOUT_HELD_S,
    MEAN_VELOCITY_MPS,
    MEAN_VELOCITY_MPS_SIGMA,
    PEAK_VELOCITY_MPS,
    PEAK_VELOCITY_MPS_SIGMA,
    ROM_CM,
    STALL_S,
    TRUNK_AT_LIFT_OFF_DEG,
    VELOCITY_SIGMA_MPS,
];
