//! Thresholds of the checks. Names and defaults are SPEC 14.5's where it has them;
//! every value is declared once, with its unit, range, meaning and source.

use super::section::{Declared, Down, KeyDoc, Up, section};
use serde::{Deserialize, Serialize};

/// Back index as read per degree of lumbar flexion (`back_index` of the instrument × `E1.b_per_deg`), for charts and tables.
pub const INDEX_PER_LUMBAR_DEG: f64 = 0.0030;

section!(
    /// SPEC 6.1.
    #[allow(non_snake_case, reason = "names are normative, SPEC 14.5")]
    E1 in "E1" {
        b_per_deg: f64 = 0.0041, "1/°", 0.001 to 0.02, "back index per lumbar-equivalent degree", "SPEC 6.1 [C]";
        dB_pull: Up<3> = Up::of([0.041, 0.074, 0.115]),
            "share of trunk length", 0.0 to 1.0, "change of the back index from set position through the pull",
            "SPEC 6.1: 10°, 18° and 28° of lumbar flexion";
        dB_pull_yaw: f64 = 0.0006,
            "share of trunk length per °", 0.0 to 0.01,
            "what each degree of yaw adds to the error of the change, twice as much from behind, and each beyond a side view to that of the shape",
            "our choice: how clean reps spread with the yaw, docs/calibration.md";
        sustain_s: f64 = 0.17,
            "s", 0.03 to 0.5, "how long the change must last",
            "our choice: half of a quick pull to the knee; shorter lets the outline's flicker flag clean reps, docs/calibration.md";
        dB_abs: Up<3> = Up::of([0.185, 0.226, 0.267]),
            "share of trunk length", 0.0 to 1.0, "back index in set position above standing", "SPEC 6.1, our choice from [V:1]";
        dB_abs_sigma: f64 = 0.030, "share of trunk length", 0.001 to 0.2, "its error", "SPEC 6.1";
        B_pct: Up<3> = Up::of([75.0, 88.0, 97.0]),
            "%", 0.0 to 150.0, "share of the lifter's own bending range, with a calibration clip", "SPEC 6.1, our choice from [V:20-22]";
        B_pct_sigma: f64 = 8.0, "%", 0.1 to 50.0, "its error", "SPEC 6.1";
        b_bent: Up<3> = Up::of([0.050, 0.080, 0.125]),
            "share of trunk length", -0.2 to 1.0, "back index while bent over", "SPEC 6.1 a2 [C, 17 clips]";
        b_bent_sigma: f64 = 0.018, "share of trunk length", 0.001 to 0.2, "its error (lifter and clothes)", "SPEC 6.1 a2";
        b_bent_behind: f64 = 0.002,
            "share of trunk length per °", 0.0 to 0.02, "what each degree behind the side view adds to that error",
            "our choice: lifts seen a little from behind read too round, docs/calibration.md";
        bent_behind_max: f64 = 12.0,
            "°", 0.0 to 30.0, "farthest behind the side view at which the shape while bent counts",
            "our choice: lifts seen from further behind read far too round, docs/calibration.md";
        bent_below_deg: f64 = 50.0, "°", 10.0 to 80.0, "trunk angle below which the lifter is bent over", "SPEC 6.1 a2";
        turn_deg: f64 = 11.0, "°", 0.0 to 60.0, "turning angle of the back's outline, supporting", "SPEC 6.1 a2 [C, 17 clips]";
        turn_sigma: f64 = 4.0, "°", 0.1 to 30.0, "its error", "our choice: one third of the gap between neutral and rounded";
        shortening: f64 = 0.05, "share", 0.0 to 0.5, "shortening of the hip-shoulder distance, supporting", "SPEC 6.1 b";
        shortening_sigma: f64 = 0.028, "share", 0.001 to 0.2, "its error", "SPEC 6.1 b";
        resid_ok: f64 = 0.012, "share of trunk length", 0.001 to 0.1, "residual of the outline's fit that accepts a frame", "SPEC 6.1 a4";
        resid_max: f64 = 0.020, "share of trunk length", 0.001 to 0.2, "residual from which the outline is unreliable", "SPEC 6.1";
        ray_max: f64 = 0.9, "trunk lengths", 0.2 to 2.0, "longest ray to the outline", "SPEC 6.1 a1";
        upper_skew: f64 = -0.25, "ratio", -2.0 to 0.0, "skew over index below which the bend is mostly in the upper back", "SPEC 6.1";
        region_min: f64 = 0.08, "share of trunk length", 0.0 to 0.5, "least back index for which a region is named", "SPEC 6.1";
        fuse_bias: f64 = 0.0,
            "logit", -5.0 to 5.0, "constant of the fused probability",
            "p = 0.5 at a mild threshold, SPEC 6.1; what a fit says instead stands in docs/calibration.md";
        fuse_main: f64 = 1.702,
            "logit/σ", 0.0 to 10.0, "weight of the larger of the two main measures, per sigma",
            "1.702 makes the logistic follow the normal law";
        fuse_second: f64 = 0.5,
            "logit/σ", 0.0 to 5.0, "weight of the other main measure where it is beyond mild, per sigma", "our choice, SPEC 6.1 a2";
        fuse_abs: f64 = 0.25,
            "logit/σ", 0.0 to 2.0, "weight of the set position above standing, per sigma", "our choice: weak, SPEC 6.1 a2";
        fuse_turn: f64 = 0.25, "logit/σ", 0.0 to 2.0, "weight of the turning angle, per sigma", "our choice: weak, SPEC 6.1 a2";
        fuse_short: f64 = 0.2, "logit/σ", 0.0 to 0.2, "weight of the shortening, per sigma; it can never make a flag", "SPEC 6.1 b";
    }
);
section!(
    /// SPEC 6.2.
    E2 in "E2" {
        lean: Up<3> = Up::of([8.0, 12.0, 18.0]), "°", 0.0 to 60.0, "lean-back at lockout against standing", "SPEC 6.2, our choice";
        lean_sigma_own_stand: f64 = 3.0, "°", 0.1 to 30.0, "its error with an own standing reference", "SPEC 6.2";
        lean_sigma_assumed: f64 = 4.0,
            "°", 0.1 to 30.0, "its error against an assumed upright",
            "our choice: clothes and people vary more than rendered lifters, docs/calibration.md; SPEC 6.2 says 4.5";
        upright_sigma: f64 = 2.5,
            "°", 0.1 to 15.0, "how far from the vertical lifters' own upright trunk lies",
            "our choice: how lockouts that raters call upright spread, docs/calibration.md";
        upright_tilt_deg: f64 = 98.0,
            "°", 80.0 to 115.0, "tilt of the upper back's outline of somebody who stands upright",
            "our choice: good lockouts, rendered and real, docs/calibration.md";
        hip: Up<3> = Up::of([5.0, 10.0, 15.0]), "°", 0.0 to 60.0, "hip extension past standing", "SPEC 6.2, our choice";
        hip_sigma: f64 = 4.0, "°", 0.1 to 30.0, "its error", "SPEC 6.2";
        arch: Up<3> = Up::of([8.0, 14.0, 20.0]), "≈°", 0.0 to 60.0, "extra arch of the back", "SPEC 6.2, our choice";
        arch_sigma: f64 = 6.0, "≈°", 0.1 to 30.0, "its error", "SPEC 6.2";
        yaw_max: f64 = 20.0, "°", 0.0 to 45.0, "yaw beyond which the back's outline says nothing of it", "SPEC 6.2";
        held_min_s: f64 = 0.2, "s", 0.0 to 2.0, "shortest lockout that can be judged", "SPEC 6.2";
        roll_unknown_below: f64 = 10.0,
            "°", 0.0 to 30.0, "with the roll assumed and no own standing, leaning less than this is not assessable",
            "our choice: 5 σ of an assumed roll; SPEC 6.2 says 12";
        unconfirmed_factor: f64 = 0.5, "share", 0.0 to 1.0, "confidence when neither hip nor back shape can confirm", "SPEC 6.2";
    }
);
section!(
    /// SPEC 6.3, with the working rule from real clips.
    #[allow(non_snake_case, reason = "names are normative, SPEC 14.5")]
    E3 in "E3" {
        R: Up<3> = Up::of([1.15, 1.30, 1.45]),
            "ratio", 0.5 to 5.0, "hip rise against shoulder rise, lift-off to knee pass", "SPEC 6.3, our choice";
        R_sigma: f64 = 0.07, "ratio", 0.001 to 1.0, "its error", "SPEC 6.3";
        tip: Up<3> = Up::of([5.0, 10.0, 15.0]), "°", 0.0 to 60.0, "trunk tipping forward after lift-off", "SPEC 6.3, our choice";
        tip_sigma: f64 = 2.7, "°", 0.1 to 30.0, "its error on a clip whose marks stray as usual",
            "our choice: hand-read real lifts, set position less knee pass, 20 clips; SPEC 6.3 says 2";
        pre: Up<3> = Up::of([0.06, 0.10, 0.15]), "trunk lengths", 0.0 to 1.0, "hip rise before lift-off", "SPEC 6.3, our choice";
        pre_sigma: f64 = 0.025, "trunk lengths", 0.001 to 1.0, "its error", "SPEC 6.3";
        pre_rush: f64 = 0.20,
            "trunk lengths", 0.0 to 1.0, "hip rise before lift-off that is moderate when it runs into lift-off", "SPEC 6.3, our choice";
        pre_pause_s: f64 = 0.3, "s", 0.0 to 2.0, "a pause this long separates it from lift-off", "SPEC 6.3, our choice";
        pre_tip: f64 = 10.0,
            "°", 0.0 to 60.0, "trunk tipping that must go with a hip rise before lift-off",
            "our choice: lifters who dip into their set position rise up to 0.36 without tipping, SPEC 6.3 [C]";
        R_tot: Up<3> = Up::of([1.00, 1.10, 1.25]),
            "ratio", 0.2 to 5.0, "hip rise over shoulder rise from the hips' lowest point", "SPEC 6.3 [C]";
        R_tot_sigma: f64 = 0.07, "ratio", 0.001 to 1.0, "its error", "SPEC 6.3, as for R";
        tip_set: Up<3> = Up::of([10.0, 14.0, 20.0]), "°", 0.0 to 90.0, "trunk tipping from the hips' lowest point", "SPEC 6.3 [C]";
        q75: Down<3> = Down::of([0.15, 0.10, 0.05]), "share", -1.0 to 1.0, "shoulder's share when the hip has done 75 %", "SPEC 6.3 [C]";
        q75_sigma: f64 = 0.04, "share", 0.001 to 1.0, "its error", "our choice: 1 cm of jitter over a rise of 30 to 50 cm";
        yaw_max: f64 = 52.0,
            "°", 0.0 to 90.0, "yaw beyond which no angle of the fitted body is judged",
            "our choice: SPEC 6.3 has 45°; the body reads on, E1 and E4 of four rendered lifts at 48 to 51° did not";
        yaw_max_factor: f64 = 0.3, "share", 0.0 to 1.0, "confidence at that yaw", "SPEC 6.3";
        tip_sustain_s: f64 = 0.04,
            "s", 0.03 to 0.5, "how long the trunk must stay tipped",
            "our choice: a quick pull tips and recovers within 0.2 s, and the angle is already filtered at 6 Hz";
        samples_min: usize = 8, "samples", 3.0 to 200.0, "fewest samples of the pull", "SPEC 6.3";
    }
);
section!(
    /// SPEC 6.4.
    E4 in "E4" {
        drift_cm: Up<3> = Up::of([3.0, 5.0, 8.0]), "cm", 0.0 to 50.0, "forward drift since lift-off", "SPEC 6.4, our choice";
        sustain_s: f64 = 0.10,
            "s", 0.0 to 0.5, "time for which the drift must last",
            "our choice: a plate's centre is read to 0.1–0.2 cm, and 0.23 s takes up to a third off the drift of a quick pull";
        until_share: f64 = 0.85,
            "share", 0.3 to 1.0, "share of the bar's travel up to which drift is judged",
            "our choice: above it the thighs push the bar forward in clean lifts as well, docs/calibration.md; SPEC 6.4 goes on to the lockout";
        drift_sigma_roll_known: f64 = 1.0,
            "cm", 0.1 to 20.0, "its error with the roll measured to a degree; grows with the roll's own error", "SPEC 6.4";
        drift_sigma_roll_assumed: f64 = 2.0, "cm", 0.1 to 20.0, "its error with the roll assumed", "SPEC 6.4";
        seen_min: f64 = 0.9, "share", 0.0 to 1.0, "share of the pull in which the plate must be seen", "SPEC 6.4";
        gap_cm: Up<3> = Up::of([5.0, 8.0, 11.0]), "cm", 0.0 to 50.0, "gap from bar to shin (S7)", "SPEC 6.4, our choice";
        gap_sigma: f64 = 6.5,
            "cm", 0.1 to 20.0, "its error at zero yaw", "our choice: what rendered lifts read, docs/calibration.md; SPEC 6.4 says 3";
        gap_confidence_max: f64 = 0.5, "share", 0.0 to 1.0, "highest confidence of the gap", "SPEC 6.4";
        bar_radius_cm: f64 = 1.4, "cm", 0.5 to 5.0, "half thickness of the bar", "SPEC 6.4";
        shank_half: f64 = 0.030, "share", 0.0 to 0.1, "half thickness of the shank over stature", "SPEC 6.4, our choice";
        thigh_half: f64 = 0.045, "share", 0.0 to 0.15, "half thickness of the thigh over stature", "SPEC 6.4, our choice";
    }
);
section!(
    /// SPEC 6.5.
    E5 in "E5" {
        give: Up<3> = Up::of([0.018, 0.030, 0.045]),
            "share of trunk length", 0.0 to 0.5, "change of the back index as the bar leaves the floor", "SPEC 6.5, our choice";
        give_sigma: f64 = 0.011, "share of trunk length", 0.001 to 0.2, "its error", "SPEC 6.5";
        settle_s: f64 = 0.3, "s", 0.0 to 3.0, "stillness before lift-off", "SPEC 6.5, our choice";
        settle_sigma: f64 = 0.1, "s", 0.01 to 2.0, "its error", "our choice: three frames at 30 frames/s";
        settle_cm_s: f64 = 5.0, "cm/s", 0.5 to 50.0, "speed below which hip and shoulder are still", "SPEC 6.5";
        breath_rise: f64 = 0.03, "share", 0.0 to 0.5, "rise of trunk depth that counts as a visible breath", "SPEC 6.5";
        confidence_max: f64 = 0.4, "share", 0.0 to 1.0, "highest confidence", "SPEC 6.5";
    }
);
section!(
    /// SPEC 7.1.
    S1 in "S1" {
        narrow: Down<2> = Down::of([0.55, 0.40]), "ratio", 0.0 to 3.0, "stance over shoulder width, narrow side", "SPEC 7.1 [V:9]";
        wide: Up<2> = Up::of([1.15, 1.30]), "ratio", 0.0 to 5.0, "stance over shoulder width, wide side", "SPEC 7.1 [V:9]";
        sigma: f64 = 0.07, "ratio", 0.001 to 1.0, "its error", "SPEC 7.1";
    }
);
section!(
    /// SPEC 7.2.
    S2 in "S2" {
        cm: Up<3> = Up::of([4.0, 5.5, 7.5]),
            "cm", 0.0 to 50.0, "bar to mid-foot in set position, either way", "SPEC 7.2 [V:33], our choice";
        sigma_per_yaw_deg: f64 = 0.2, "cm/°", 0.0 to 2.0, "growth of the error with yaw", "SPEC 7.2 [C]";
        sigma_no_foot_points: f64 = 2.5, "cm", 0.0 to 20.0, "further error when heel and toe are not known", "SPEC 3.1";
        yaw_max: f64 = 10.0, "°", 0.0 to 30.0, "yaw beyond which it is not assessable", "SPEC 7.2";
        elbow_clear_cm: f64 = 12.0,
            "cm", 0.0 to 40.0, "bar height from which the arm's line calibrates: below it the plate covers the elbow",
            "our choice: rendered lifts, docs/calibration.md";
        frames_min: usize = 12,
            "frames", 3.0 to 200.0, "fewest frames for the self-calibration",
            "SPEC 7.2 says 20 of lift-off to lockout; 12 of its upper part";
    }
);
section!(
    /// SPEC 7.3.
    S3 in "S3" {
        wide: Up<2> = Up::of([0.35, 0.60]),
            "ratio", -1.0 to 3.0, "hand outside the knee over shoulder width, wide side", "SPEC 7.3, our choice";
        narrow: Down<2> = Down::of([-0.05, -0.15]), "ratio", -2.0 to 1.0, "the same, narrow side", "SPEC 7.3, our choice";
        sigma: f64 = 0.06, "ratio", 0.001 to 1.0, "its error", "SPEC 7.3";
        knee_half: f64 = 0.16, "ratio", 0.0 to 0.5, "knee point to the knee's outer edge over shoulder width", "SPEC 7.3";
    }
);
section!(
    /// SPEC 7.4.
    S4 in "S4" {
        behind: Down<3> = Down::of([0.0, -3.0, -6.0]),
            "°", -45.0 to 45.0, "arm angle with the shoulders behind the bar", "SPEC 7.4, our choice";
        ahead: Up<3> = Up::of([14.0, 18.0, 22.0]), "°", -45.0 to 60.0, "arm angle with the shoulders too far ahead", "SPEC 7.4, our choice";
        sumo_shift: f64 = -5.0, "°", -20.0 to 20.0, "shift of the limits for sumo", "SPEC 5.3";
        yaw_max: f64 = 20.0, "°", 0.0 to 45.0, "yaw beyond which it is not assessable", "SPEC 7.4";
        elbow_bend_max: f64 = 15.0, "°", 0.0 to 90.0, "elbow bend beyond which it is not assessable", "SPEC 7.4";
    }
);
section!(
    /// SPEC 7.5.
    S5 in "S5" {
        hip_over_knee: Down<2> = Down::of([0.03, 0.0]),
            "share", -0.5 to 0.5, "hip above knee in set position over stature", "SPEC 7.5 [V:35], our choice";
        hip_high: Up<2> = Up::of([0.165, 0.215]),
            "share", 0.0 to 0.5, "hip above knee in set position over stature: hips too high", "our choice: two raters of real lifts, docs/calibration.md";
        hip_over_knee_sigma: f64 = 0.0086, "share", 0.0001 to 0.2, "its error", "SPEC 7.5: 1.5 cm of 175 cm";
        flat_trunk: Down<2> = Down::of([13.0, 3.0]), "°", -45.0 to 45.0, "trunk angle of a stiff-legged start", "SPEC 7.5; mild by two raters of real lifts";
        flat_trunk_sigma: f64 = 3.9,
            "°", 0.1 to 20.0, "its error", "hand-read real set positions, docs/calibration.md; SPEC 7.5 says 2.5";
    }
);
section!(
    /// SPEC 7.6.
    S6 in "S6" {
        upper_skew: f64 = -0.25, "ratio", -2.0 to 0.0, "skew over index below which the upper back hangs", "SPEC 7.6, our choice";
        upper_skew_sigma: f64 = 0.17, "ratio", 0.001 to 1.0, "its error", "our choice: 28 real repetitions against their mirror images";
        b_min: f64 = 0.08, "share of trunk length", 0.0 to 0.5, "least back index for it", "SPEC 7.6";
        head_change: f64 = 25.0, "°", 0.0 to 90.0, "head angle away from standing", "SPEC 7.6, our choice";
        head_sigma: f64 = 8.0, "°", 0.1 to 45.0, "its error", "our choice: ear and shoulder jitter of 1.5 cm over 20 cm, doubled";
        confidence_max: f64 = 0.4, "share", 0.0 to 1.0, "highest confidence", "SPEC 7.6";
    }
);
section!(
    /// SPEC 7.7.
    S9 in "S9" {
        swing_cm: Up<3> = Up::of([2.0, 3.5, 5.0]),
            "cm", 0.0 to 50.0, "forward swing of the bar right after lift-off", "SPEC 7.7; moderate and severe our choice";
        swing_sigma: f64 = 0.8, "cm", 0.1 to 20.0, "its error", "SPEC 7.7";
        below_cm: f64 = 10.0, "cm", 1.0 to 50.0, "bar height up to which it counts as right after lift-off", "SPEC 7.7";
        arm_change: f64 = 5.0, "°", 0.0 to 45.0, "growth of the arm angle to the knee pass", "SPEC 7.7";
        arm_sigma: f64 = 2.0, "°", 0.1 to 20.0, "its error", "SPEC 7.4";
        confidence_max: f64 = 0.4, "share", 0.0 to 1.0, "highest confidence", "our choice: a proxy like E5's";
    }
);
section!(
    /// SPEC 7.8.
    P1 in "P1" {
        heel_cm: Up<3> = Up::of([1.5, 2.5, 4.0]), "cm", 0.0 to 30.0, "heel lift", "SPEC 7.8";
        foot_moved_cm: f64 = 2.0, "cm", 0.0 to 30.0, "shift of the foot beyond which the heel is not judged", "SPEC 7.8 [V:10]";
        most_cm: f64 = 12.0, "cm", 4.0 to 30.0, "a heel higher than this is no heel", "our choice";
    }
);
section!(
    /// SPEC 7.9.
    P2 in "P2" {
        deficit_cm: Up<3> = Up::of([4.0, 7.0, 11.0]), "cm", 0.0 to 60.0, "shoulder height missing at lockout", "SPEC 7.9";
        sigma: f64 = 1.5, "cm", 0.1 to 20.0, "its error", "SPEC 7.9";
        hip_deg: Down<3> = Down::of([165.0, 158.0, 145.0]),
            "°", 90.0 to 185.0, "hip angle at lockout below which the hips are still bent",
            "our choice: the guide asks for full hip extension; what real lockouts read, docs/calibration.md";
    }
);
section!(
    /// SPEC 7.9.
    P3 in "P3" {
        shrug_cm: Up<3> = Up::of([2.0, 3.5, 5.0]), "cm", 0.0 to 30.0, "shoulders pulled up at the top", "SPEC 7.9, our choice";
        shrug_sigma: f64 = 1.0, "cm", 0.1 to 20.0, "its error", "SPEC 7.9";
        shrug_from_share: f64 = 0.97, "share", 0.5 to 1.0, "share of the bar's height from which it counts", "SPEC 7.9";
        roll_cm: Up<3> = Up::of([3.0, 5.0, 7.0]),
            "cm", 0.0 to 30.0, "shoulder ahead of the ear-hip line against standing", "SPEC 7.9, our choice";
        roll_sigma: f64 = 2.0, "cm", 0.1 to 20.0, "its error", "SPEC 7.9";
    }
);
section!(
    /// SPEC 8.2.
    P4 in "P4" {
        ecc_s: Down<3> = Down::of([1.0, 0.7, 0.45]), "s", 0.0 to 5.0, "time of lowering below which it is fast", "SPEC 8.2, our choice";
        drop_mps: f64 = 2.0, "m/s", 0.5 to 5.0, "downward speed of a drop", "SPEC 8.2";
        bounce_mps: f64 = 0.25, "m/s", 0.05 to 3.0, "rebound speed of a bounce", "SPEC 5.2";
    }
);
section!(
    /// SPEC 8.1.
    P5 in "P5" {
        hip_drop_ratio: Up<3> = Up::of([0.40, 0.55, 0.70]),
            "ratio", 0.0 to 2.0, "hip drop over bar drop until the bar passes the knees", "SPEC 8.1, our choice [C]";
        sigma: f64 = 0.11, "ratio", 0.001 to 1.0, "its error", "measured, docs/calibration.md; SPEC 8.1 has 0.08";
        bar_drop_min_cm: f64 = 8.0,
            "cm", 1.0 to 50.0, "least bar drop with the hip in sight", "our choice: below it 1 cm of jitter is more than the error above";
    }
);
section!(
    /// SPEC 8.3.
    #[allow(non_snake_case, reason = "names are normative, SPEC 14.5")]
    P6 in "P6" {
        dB_low: Up<3> = Up::of([0.033, 0.057, 0.082]),
            "share of trunk length", 0.0 to 1.0, "back index in lowering above the own pull at equal bar height",
            "SPEC 8.3: 8°, 14° and 20°; our choice";
        over_set: f64 = 0.0,
            "share of trunk length", 0.0 to 1.0, "back index near the floor above that of the set position that must go with it",
            "our choice: between dosed lifts and lifters who pull arched and lower flat, docs/calibration.md";
    }
);
section!(
    /// SPEC 8.4.
    P7 in "P7" {
        setup_s: Down<2> = Down::of([1.0, 0.5]), "s", 0.0 to 10.0, "hands on the bar before lift-off", "SPEC 8.4, our choice";
        setup_sigma: f64 = 0.15, "s", 0.01 to 3.0, "its error", "our choice: four frames at 30 frames/s";
        setup_within_cm: f64 = 6.0, "cm", 1.0 to 30.0, "the elbow's height may vary by this while the hands are on the bar", "our choice";
        yank_mps: f64 = 0.5, "m/s", 0.05 to 3.0, "gain of bar speed right after lift-off", "SPEC 8.4, our choice [V:13]";
        yank_s: f64 = 0.10, "s", 0.03 to 1.0, "time for that gain", "SPEC 8.4";
        yank_sigma: f64 = 0.07, "m/s", 0.001 to 1.0, "its error", "our choice: twice the speed noise of SPEC 5.1";
    }
);
section!(
    /// SPEC 7.12.
    T2 in "T2" {
        knees: Down<3> = Down::of([0.85, 0.75, 0.65]),
            "ratio", 0.0 to 2.0, "knee distance over ankle distance against the set position", "SPEC 7.12, our choice";
        sigma: f64 = 0.06, "ratio", 0.001 to 1.0, "its error", "SPEC 7.12";
    }
);
section!(
    /// SPEC 7.11.
    D2 in "D2" {
        slip_cm: f64 = 2.0, "cm", 0.0 to 30.0, "wrist and bar moving apart", "SPEC 7.11";
        sigma: f64 = 1.0, "cm", 0.1 to 20.0, "its error", "our choice: landmark jitter";
        confidence_max: f64 = 0.4, "share", 0.0 to 1.0, "highest confidence", "SPEC 7.11";
    }
);
section!(
    /// SPEC 9.
    Load in "load" {
        slope: Down<3> = Down::of([-5.0, -8.0, -12.0]),
            "points", -100.0 to 0.0, "form-load slope, points per 10 % load", "SPEC 9 O1, our choice";
        ceiling: Up<3> = Up::of([2.5, 7.5, 15.0]), "%", 0.0 to 100.0, "working load above the heaviest clean one", "SPEC 9 O2, our choice";
        ceiling_score: f64 = 80.0, "points", 0.0 to 100.0, "O2: a set from this score is clean", "SPEC 9 O2, our choice";
        ceiling_days: f64 = 42.0, "days", 1.0 to 366.0, "O2: how far back clean sets count", "SPEC 9 O2, our choice";
        jump: Up<3> = Up::of([0.0, 5.0, 10.0]),
            "%", 0.0 to 100.0, "load above the best of 28 days after a flagged session", "SPEC 9 O3 [V:38]";
        jump_days: f64 = 28.0, "days", 1.0 to 366.0, "O3: how far back the best is looked for", "SPEC 9 O3";
        vloss: Up<3> = Up::of([20.0, 30.0, 40.0]), "%", 0.0 to 100.0, "velocity loss within a set", "SPEC 9 O4, our choice";
        vloss_form_drop: f64 = 5.0, "points", 0.0 to 100.0, "O4: counts only with this loss of form", "SPEC 9 O4";
        vloss_sigma_mps: f64 = 0.03, "m/s", 0.001 to 1.0, "O4: largest error of the bar speed", "SPEC 9 O4 [V:14]";
        decay: Down<3> = Down::of([-2.0, -4.0, -6.0]),
            "points", -50.0 to 0.0, "slope of the rep scores, points per rep", "SPEC 9 O5, our choice";
        sessions7: Up<3> = Up::of([3.0, 4.0, 5.0]), "sessions", 1.0 to 14.0, "sessions in seven days", "SPEC 9 O6, the guide";
        rest_h: Down<3> = Down::of([48.0, 36.0, 24.0]), "h", 0.0 to 240.0, "hours between heavy sessions", "SPEC 9 O7, our choice";
        heavy_pct: f64 = 80.0, "%", 10.0 to 100.0, "O7: a session is heavy from this share of the best", "SPEC 9 O7, our choice";
    }
);
