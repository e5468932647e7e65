//! Dose and response: more of a fault is never less in the answer, at any rate, facing either way.

use super::fixtures::{knee_hidden, verdict};
use crate::patterns::testkit::Lift;
use crate::patterns::testkit_front::FrontLift;
use crate::patterns::{Severity, Status};
use crate::signals::Facing;

/// Values at growing doses: monotone in the fault's direction, clear at the first dose, flagged at the last.
fn respond(code: &str, doses: &[f64], falling: bool, make: impl Fn(f64) -> Lift) {
    for (fps, facing) in [(24.0, Facing::Right), (30.0, Facing::Left), (60.0, Facing::Right)] {
        let seen: Vec<_> = doses.iter().map(|&d| Lift { fps, facing, ..make(d) }.verdict(code)).collect();
        let measured: Vec<_> = seen.iter().map(|v| v.measured().unwrap_or_else(|| panic!("{code}: {}", v.text()))).collect();
        for pair in measured.windows(2) {
            let step = if falling { pair[0].value - pair[1].value } else { pair[1].value - pair[0].value };
            assert!(step > -0.02 * pair[0].sigma.max(1e-9), "{code} at {fps}: {} then {}", pair[0].value, pair[1].value);
            assert!(pair[1].p_flag >= pair[0].p_flag - 1e-6, "{code} at {fps}: p {} then {}", pair[0].p_flag, pair[1].p_flag);
            assert!(pair[1].severity >= pair[0].severity, "{code} at {fps}");
        }
        assert_eq!(measured[0].status, Status::Ok, "{code} at {fps}: {}", measured[0].text);
        let last = measured[measured.len() - 1];
        assert_eq!(last.status, Status::Flag, "{code} at {fps}: {}", last.text);
    }
}

const MILD_TO_SEVERE: [f64; 5] = [0.0, 0.5, 1.0, 2.0, 3.0];

#[test]
fn e1_change_through_the_pull() {
    respond("E1", &[0.0, 0.02, 0.05, 0.08, 0.12, 0.16], false, |d| Lift::default().tamed(d));
    let config = crate::config::Config::default();
    let read = crate::config::Instrument::default().back_pull.read(20.0 * config.e1.b_per_deg);
    let v = Lift { back_set: -0.05, back_pull: read, ..Lift::default() }.judged();
    let change = v.reps[0].metrics["back_change_deg"].unwrap();
    assert!((change - 20.0).abs() < 2.0, "{change}");
}

#[test]
fn e1_shape_while_bent() {
    respond("E1", &[-0.04, 0.0, 0.03, 0.08, 0.12, 0.17], false, |d| Lift { back_set: d, ..Lift::default() });
}

#[test]
fn e2_leaning_back() {
    respond("E2", &MILD_TO_SEVERE, false, |d| Lift { lean_deg: 7.0 * d, arch_deg: 7.0 * d, ..Lift::default() });
}

#[test]
fn e3_hips_before_and_after_lift_off() {
    respond("E3", &MILD_TO_SEVERE, false, |d| Lift { pre_rise: 4.0 * d, hip_share: 0.6 + 0.12 * d, ..Lift::default() });
    respond("E3", &[0.6, 0.7, 0.8, 0.9, 1.1, 1.35], false, |d| Lift { hip_share: d, hip_start: 0.32, ..Lift::default() });
}

#[test]
fn e4_drift() {
    respond("E4", &MILD_TO_SEVERE, false, |d| Lift { drift: 3.0 * d, ..Lift::default() });
    for drift in [2.0, 5.0, 9.0] {
        let seen = Lift { drift, ..Lift::default() }.verdict("E4");
        assert!((seen.measured().unwrap().value - drift).abs() < 0.3, "{}", seen.text());
    }
}

#[test]
fn e5_give_at_lift_off() {
    respond("E5", &MILD_TO_SEVERE, false, |d| Lift { back_pull: 0.02 * d, ..Lift::default() });
}

#[test]
fn s2_bar_ahead_of_mid_foot() {
    respond("S2", &[0.0, 2.0, 5.0, 7.0, 10.0, 13.0], false, |d| Lift { bar_offset: d, ..Lift::default() });
}

#[test]
fn s4_shoulders_either_way() {
    respond("S4", &[7.0, 4.0, 1.0, -2.5, -5.0, -8.0], true, |d| Lift { arm_deg: d, ..Lift::default() });
    // From the middle of what is right, as it is read.
    respond("S4", &[10.5, 14.0, 20.0, 24.0, 29.0], false, |d| Lift { arm_deg: d, ..Lift::default() });
}

#[test]
fn s9_swing() {
    respond("S9", &[0.0, 1.0, 4.0, 8.0], false, |d| Lift { swing: d, ..Lift::default() });
}

#[test]
fn p1_heel() {
    respond("P1", &[0.0, 0.8, 2.0, 3.0, 5.0], false, |d| Lift { heel_lift: d, ..Lift::default() });
}

#[test]
fn p2_deficit() {
    respond("P2", &[0.0, 2.0, 6.0, 9.0, 13.0], false, |d| Lift { deficit: d, ..Lift::default() });
}

#[test]
fn p4_speed_of_lowering() {
    respond("P4", &[2.5, 1.8, 1.1, 0.8, 0.45], true, |d| Lift { eccentric_s: d, ..Lift::default() });
}

#[test]
fn p5_squatting_the_bar_down() {
    respond("P5", &[0.1, 0.2, 0.45, 0.6, 0.8], false, |d| Lift { hip_drop: d, ..Lift::default() });
}

#[test]
fn p6_rounder_on_the_way_down() {
    respond("P6", &[0.0, 0.015, 0.05, 0.07, 0.1], false, |d| Lift { back_low: d, ..Lift::default() });
}

#[test]
fn front_view_checks_grow_with_their_faults() {
    let value = |f: FrontLift, code: &str| f.verdict(code).measured().unwrap_or_else(|| panic!("{code}")).clone();
    for (narrow, wide) in [(0.85, 1.0), (1.0, 1.25), (1.25, 1.5)] {
        let (a, b) = (FrontLift { stance: narrow, ..FrontLift::default() }, FrontLift { stance: wide, ..FrontLift::default() });
        assert!(value(a, "S1").p_flag <= value(b, "S1").p_flag);
    }
    assert_eq!(value(FrontLift { stance: 0.35, ..FrontLift::default() }, "S1").severity, Severity::Moderate);
    assert_eq!(value(FrontLift { grip: -0.25, ..FrontLift::default() }, "S3").severity, Severity::Moderate);
    assert_eq!(value(FrontLift { knees: 0.5, ..FrontLift::default() }, "T2").severity, Severity::Severe);
    assert!((value(FrontLift { knees: 0.8, ..FrontLift::default() }, "T2").value - 0.8).abs() < 0.02);
}

impl Lift {
    /// Keeps the bent shape below its own threshold, so that the change decides.
    fn tamed(self, change: f64) -> Lift {
        Lift { back_set: -0.06 - 0.5 * change, back_pull: change, ..self }
    }
}

#[test]
fn s5_between_squat_and_stiff_legs() {
    let squat = |d: f64| Lift { hip_start: 0.34 - 0.055 * d, arm_deg: -10.0 * d, ..Lift::default() };
    let values: Vec<f64> =
        [0.0, 0.4, 0.8, 1.0].iter().map(|&d| squat(d).judged().reps[0].metrics["hip_over_knee_stature"].unwrap()).collect();
    assert!(values.windows(2).all(|w| w[1] < w[0]), "{values:?}");
    assert_eq!(squat(1.0).verdict("S5").status(), Status::Flag, "{}", squat(1.0).verdict("S5").text());
    // Far above the knees, the trunk not yet level.
    let high = |d: f64| Lift { hip_start: d, ..Lift::default() }.verdict("S5");
    assert_eq!((high(0.36).status(), high(0.46).status()), (Status::Ok, Status::Flag), "{}", high(0.46).text());
    assert!(high(0.46).fault().unwrap().contains("of your height above the knees"), "{}", high(0.46).text());
    // A knee behind the plate leaves the trunk's angle.
    let trunk: Vec<(f64, f64, Status)> = [0.36, 0.40, 0.44, 0.48, 0.50]
        .iter()
        .map(|&hip_start| {
            let verdict = verdict(&knee_hidden(Lift { hip_start, ..Lift::default() }), "S5");
            let m = verdict.measured().unwrap_or_else(|| panic!("{}", verdict.text()));
            (m.value, m.p_flag, m.status)
        })
        .collect();
    assert!(trunk.windows(2).all(|w| w[1].0 < w[0].0 && w[1].1 >= w[0].1), "{trunk:?}");
    assert_eq!((trunk[0].2, trunk[4].2), (Status::Ok, Status::Flag), "{trunk:?}");
}
