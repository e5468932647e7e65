//! Thresholds of the checks and the score. Names and defaults are SPEC 14.5's where it has them;
//! meaning, unit, range and source of every key stand in [`super::docs`].

use super::section::section;
use serde::{Deserialize, Serialize};

/// Mild, moderate, severe.
pub type Steps = [f64; 3];
/// Mild, moderate, for checks that know no severe.
pub type TwoSteps = [f64; 2];

/// Back index as read per degree of lumbar flexion (`back_index` of the instrument × `E1.b_per_deg`), for charts and tables.
pub const INDEX_PER_LUMBAR_DEG: f64 = 0.0030;

section!(
    /// SPEC 6.1.
    #[allow(non_snake_case, reason = "names are normative, SPEC 14.5")]
    E1 {
        b_per_deg: f64 = 0.0041,
        dB_pull: Steps = [0.041, 0.074, 0.115],
        dB_pull_yaw: f64 = 0.0006,
        sustain_s: f64 = 0.17,
        dB_abs: Steps = [0.185, 0.226, 0.267],
        dB_abs_sigma: f64 = 0.030,
        B_pct: Steps = [75.0, 88.0, 97.0],
        B_pct_sigma: f64 = 8.0,
        b_bent: Steps = [0.050, 0.080, 0.125],
        b_bent_sigma: f64 = 0.018,
        b_bent_behind: f64 = 0.002,
        bent_behind_max: f64 = 12.0,
        bent_below_deg: f64 = 50.0,
        turn_deg: f64 = 11.0,
        turn_sigma: f64 = 4.0,
        shortening: f64 = 0.05,
        shortening_sigma: f64 = 0.028,
        resid_ok: f64 = 0.012,
        resid_max: f64 = 0.020,
        ray_max: f64 = 0.9,
        upper_skew: f64 = -0.25,
        region_min: f64 = 0.08,
        fuse_bias: f64 = 0.0,
        fuse_main: f64 = 1.702,
        fuse_second: f64 = 0.5,
        fuse_abs: f64 = 0.25,
        fuse_turn: f64 = 0.25,
        fuse_short: f64 = 0.2,
    }
);
section!(
    /// SPEC 6.2.
    E2 {
        lean: Steps = [8.0, 12.0, 18.0],
        lean_sigma_own_stand: f64 = 3.0,
        lean_sigma_assumed: f64 = 4.0,
        upright_tilt_deg: f64 = 98.0,
        hip: Steps = [5.0, 10.0, 15.0],
        hip_sigma: f64 = 4.0,
        arch: Steps = [8.0, 14.0, 20.0],
        arch_sigma: f64 = 6.0,
        yaw_max: f64 = 20.0,
        held_min_s: f64 = 0.2,
        roll_unknown_below: f64 = 10.0,
        unconfirmed_factor: f64 = 0.5,
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
        pre_rush: f64 = 0.20,
        pre_pause_s: f64 = 0.3,
        pre_tip: f64 = 10.0,
        R_tot: Steps = [1.00, 1.10, 1.25],
        R_tot_sigma: f64 = 0.07,
        tip_set: Steps = [10.0, 14.0, 20.0],
        q75: Steps = [0.15, 0.10, 0.05],
        q75_sigma: f64 = 0.04,
        yaw_max: f64 = 45.0,
        yaw_max_factor: f64 = 0.3,
        tip_sustain_s: f64 = 0.10,
        samples_min: usize = 8,
    }
);
section!(
    /// SPEC 6.4.
    E4 {
        drift_cm: Steps = [3.0, 5.0, 8.0],
        sustain_s: f64 = 0.10,
        until_share: f64 = 0.85,
        drift_sigma_roll_known: f64 = 1.0,
        drift_sigma_roll_assumed: f64 = 2.0,
        seen_min: f64 = 0.9,
        gap_cm: Steps = [5.0, 8.0, 11.0],
        gap_sigma: f64 = 6.5,
        gap_confidence_max: f64 = 0.5,
        bar_radius_cm: f64 = 1.4,
        shank_half: f64 = 0.030,
        thigh_half: f64 = 0.045,
    }
);
section!(
    /// SPEC 6.5.
    E5 {
        give: Steps = [0.018, 0.030, 0.045],
        give_sigma: f64 = 0.011,
        settle_s: f64 = 0.3,
        settle_sigma: f64 = 0.1,
        settle_cm_s: f64 = 5.0,
        breath_rise: f64 = 0.03,
        confidence_max: f64 = 0.4,
    }
);
section!(
    /// SPEC 7.1.
    S1 {
        narrow: TwoSteps = [0.55, 0.40],
        wide: TwoSteps = [1.15, 1.30],
        sigma: f64 = 0.07,
    }
);
section!(
    /// SPEC 7.2.
    S2 {
        cm: Steps = [4.0, 5.5, 7.5],
        sigma_per_yaw_deg: f64 = 0.2,
        sigma_no_foot_points: f64 = 2.5,
        yaw_max: f64 = 10.0,
        elbow_clear_cm: f64 = 12.0,
        frames_min: usize = 12,
    }
);
section!(
    /// SPEC 7.3.
    S3 {
        wide: TwoSteps = [0.35, 0.60],
        narrow: TwoSteps = [-0.05, -0.15],
        sigma: f64 = 0.06,
        knee_half: f64 = 0.16,
    }
);
section!(
    /// SPEC 7.4.
    S4 {
        behind: Steps = [0.0, -3.0, -6.0],
        ahead: Steps = [14.0, 18.0, 22.0],
        sigma: f64 = 2.5,
        sumo_shift: f64 = -5.0,
        yaw_max: f64 = 20.0,
        elbow_bend_max: f64 = 15.0,
    }
);
section!(
    /// SPEC 7.5.
    S5 {
        hip_over_knee: TwoSteps = [0.03, 0.0],
        hip_over_knee_sigma: f64 = 0.0086,
        flat_trunk: TwoSteps = [10.0, 3.0],
        flat_trunk_sigma: f64 = 2.5,
    }
);
section!(
    /// SPEC 7.6.
    S6 {
        upper_skew: f64 = -0.25,
        upper_skew_sigma: f64 = 0.10,
        b_min: f64 = 0.08,
        head_change: f64 = 25.0,
        head_sigma: f64 = 8.0,
        confidence_max: f64 = 0.4,
    }
);
section!(
    /// SPEC 7.7.
    S9 {
        swing_cm: Steps = [2.0, 3.5, 5.0],
        swing_sigma: f64 = 0.8,
        below_cm: f64 = 10.0,
        arm_change: f64 = 5.0,
        arm_sigma: f64 = 2.0,
        confidence_max: f64 = 0.4,
    }
);
section!(
    /// SPEC 7.8.
    P1 {
        heel_cm: Steps = [1.5, 2.5, 4.0],
        sigma: f64 = 3.0,
        foot_moved_cm: f64 = 2.0,
        most_cm: f64 = 12.0,
    }
);
section!(
    /// SPEC 7.9.
    P2 {
        deficit_cm: Steps = [4.0, 7.0, 11.0],
        sigma: f64 = 1.5,
    }
);
section!(
    /// SPEC 7.9.
    P3 {
        shrug_cm: Steps = [2.0, 3.5, 5.0],
        shrug_sigma: f64 = 1.0,
        shrug_from_share: f64 = 0.97,
        roll_cm: Steps = [3.0, 5.0, 7.0],
        roll_sigma: f64 = 2.0,
    }
);
section!(
    /// SPEC 8.2.
    P4 {
        ecc_s: Steps = [1.0, 0.7, 0.45],
        drop_mps: f64 = 2.0,
        bounce_mps: f64 = 0.25,
    }
);
section!(
    /// SPEC 8.1.
    P5 {
        hip_drop_ratio: Steps = [0.40, 0.55, 0.70],
        sigma: f64 = 0.11,
        bar_drop_min_cm: f64 = 8.0,
    }
);
section!(
    /// SPEC 8.3.
    #[allow(non_snake_case, reason = "names are normative, SPEC 14.5")]
    P6 {
        dB_low: Steps = [0.033, 0.057, 0.082],
        over_set: f64 = 0.0,
    }
);
section!(
    /// SPEC 8.4.
    P7 {
        setup_s: TwoSteps = [1.0, 0.5],
        setup_sigma: f64 = 0.15,
        setup_within_cm: f64 = 6.0,
        yank_mps: f64 = 0.5,
        yank_s: f64 = 0.10,
        yank_sigma: f64 = 0.07,
    }
);
section!(
    /// SPEC 7.12.
    T2 {
        knees: Steps = [0.85, 0.75, 0.65],
        sigma: f64 = 0.06,
    }
);
section!(
    /// SPEC 7.11.
    D2 {
        slip_cm: f64 = 2.0,
        sigma: f64 = 1.0,
        confidence_max: f64 = 0.4,
    }
);
section!(
    /// SPEC 9.
    Load {
        slope: Steps = [-5.0, -8.0, -12.0],
        ceiling: Steps = [2.5, 7.5, 15.0],
        ceiling_score: f64 = 80.0,
        ceiling_days: f64 = 42.0,
        jump: Steps = [0.0, 5.0, 10.0],
        jump_days: f64 = 28.0,
        vloss: Steps = [20.0, 30.0, 40.0],
        vloss_form_drop: f64 = 5.0,
        vloss_sigma_mps: f64 = 0.03,
        decay: Steps = [-2.0, -4.0, -6.0],
        sessions7: Steps = [3.0, 4.0, 5.0],
        rest_h: Steps = [48.0, 36.0, 24.0],
        heavy_pct: f64 = 80.0,
    }
);

/// A table with one entry per scored check, read by code.
macro_rules! per_check {
    ($(#[$doc:meta])* $name:ident : $ty:ty { $($code:ident = $default:expr),* $(,)? }) => {
        section!($(#[$doc])* #[allow(non_snake_case, reason = "codes of SPEC")] $name { $($code: $ty = $default),* });
        impl $name {
            /// The entry of a check; `None` when the check carries no points.
            pub fn get(&self, code: &str) -> Option<$ty> {
                match code { $(stringify!($code) => Some(self.$code),)* _ => None }
            }
        }
    };
}

per_check!(
    /// Weight for coverage (SPEC 11.2).
    Weights: f64 {
        E1 = 20.0, E2 = 12.0, E3 = 15.0, E4 = 13.0, E5 = 2.0,
        S1 = 3.0, S2 = 8.0, S3 = 3.0, S4 = 6.0, S5 = 5.0, S9 = 2.0,
        P1 = 4.0, P2 = 6.0, P3 = 4.0, P4 = 5.0, P5 = 6.0, P6 = 8.0, P7 = 3.0, T2 = 3.0,
    }
);
per_check!(
    /// Points for mild, moderate, severe (SPEC 11.2).
    Deductions: Steps {
        E1 = [8.0, 16.0, 30.0], E2 = [5.0, 10.0, 16.0], E3 = [6.0, 12.0, 20.0], E4 = [5.0, 10.0, 18.0], E5 = [1.0, 2.0, 3.0],
        S1 = [2.0, 3.0, 5.0], S2 = [3.0, 6.0, 10.0], S3 = [2.0, 3.0, 5.0], S4 = [2.0, 5.0, 8.0], S5 = [2.0, 4.0, 6.0],
        S9 = [1.0, 2.0, 3.0], P1 = [2.0, 4.0, 6.0], P2 = [3.0, 6.0, 9.0], P3 = [2.0, 3.0, 5.0], P4 = [2.0, 5.0, 7.0],
        P5 = [3.0, 5.0, 8.0], P6 = [4.0, 8.0, 14.0], P7 = [1.0, 3.0, 4.0], T2 = [2.0, 3.0, 5.0],
    }
);
section!(
    /// SPEC 11.2.
    Score {
        median_share: f64 = 0.7,
        min_share: f64 = 0.3,
        cluster_share: f64 = 0.5,
        half_share: f64 = 0.5,
        bands: Steps = [90.0, 75.0, 60.0],
        draws: usize = 400,
        bias_share: f64 = 0.5,
        seed: u32 = 20260101,
        weight: Weights = Weights::default(),
        deduct: Deductions = Deductions::default(),
    }
);
