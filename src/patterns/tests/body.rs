//! Checks that take the fitted body (SPEC 5.5): what it settles, and what its misfit leaves open.

use super::fixtures::verdict;
use crate::patterns::testkit::Lift;
use crate::patterns::*;
use crate::signals::Signals;
use crate::signals::body::{Body, Channel};

/// A body whose trunk stands at the angles given, each ± 4°.
fn with_trunk(signals: &mut Signals, cost: f64, trunk: impl Fn(usize) -> Option<f64>) {
    let value: Vec<Option<f64>> = (0..signals.len()).map(trunk).collect();
    let sigma = value.iter().map(|v| v.map(|_| 4.0)).collect();
    let channel = |deg: f64| Channel { value: vec![Some(deg); signals.len()], sigma: vec![Some(4.0); signals.len()] };
    let [shank_deg, thigh_deg] = [90.0, 90.0].map(channel);
    let [hip_deg, knee_deg] = [180.0, 180.0].map(channel);
    signals.body = Some(Body { trunk_deg: Channel { value, sigma }, shank_deg, thigh_deg, hip_deg, knee_deg, cost, ..Body::default() });
}

/// Nobody was seen standing, and at lockout the body leans back by so much beyond what an upright lifter reads.
fn leaning(lean_deg: f64, cost: f64) -> Judgement {
    let (mut signals, set) = Lift::default().build();
    signals.stand = None;
    let upright = signals.instrument.lockout_trunk.read(90.0);
    with_trunk(&mut signals, cost, |_| Some(upright + lean_deg));
    verdict(&(signals, set), "E2")
}

#[test]
fn without_a_standing_posture_the_fitted_trunk_tells_the_lean() {
    for (lean, status) in [(1.0, Status::Ok), (9.0, Status::Borderline), (14.0, Status::Flag)] {
        let e2 = leaning(lean, 0.13);
        assert_eq!(e2.status(), status, "{lean}: {}", e2.text());
        assert!((e2.measured().unwrap().value - lean).abs() < 1e-9);
    }
}

#[test]
fn points_that_fit_no_body_leave_a_lean_open_but_not_an_upright_back() {
    let doubtful = 0.7;
    assert_eq!(leaning(9.0, doubtful).reason(), Some(Reason::TooUncertain));
    assert_eq!(leaning(-8.0, doubtful).status(), Status::Ok);
    assert_eq!(leaning(30.0, doubtful).status(), Status::Flag);
}

#[test]
fn somebody_over_the_lifter_is_no_matter_while_the_marks_fit_one_body() {
    let beside = |cost: f64| {
        let (mut signals, set) = Lift::default().build();
        signals.overlap_share = 0.3;
        with_trunk(&mut signals, cost, |_| Some(90.0));
        verdict(&(signals, set), "E4")
    };
    let alone = verdict(&Lift::default().build(), "E4").measured().unwrap().confidence;
    assert!(beside(0.2).measured().is_some_and(|m| m.confidence < alone));
    assert_eq!(beside(0.6).reason(), Some(Reason::MultiplePersons));
}

/// Two tenths of a second before lift-off the network marks a trunk 40° steeper than it is, and the hip lower.
fn flown_in() -> (Signals, crate::reps::RepSet) {
    let (mut signals, set) = Lift::default().build();
    let lift_off = set.reps[0].lift_off_s.unwrap();
    let trunk = signals.angles.trunk_deg.clone();
    with_trunk(&mut signals, 0.13, |i| trunk[i]);
    let hip = crate::signals::Joint::Hip as usize;
    for i in signals.range(lift_off - 0.4, lift_off - 0.2) {
        signals.angles.trunk_deg[i] = signals.angles.trunk_deg[i].map(|t| t + 40.0);
        signals.near_joints[hip].up_px[i] = signals.near_joints[hip].up_px[i].map(|y| y - 40.0);
    }
    (signals, set)
}

#[test]
fn marks_that_contradict_the_body_are_no_tip() {
    let (signals, set) = flown_in();
    let e3 = verdict(&(signals.clone(), set.clone()), "E3");
    assert_eq!(e3.status(), Status::Ok, "{}", e3.text());
    // Without a body to hold them against they are one.
    let e3 = verdict(&(Signals { body: None, ..signals }, set), "E3");
    assert_eq!(e3.status(), Status::Flag, "{}", e3.text());
}

#[test]
fn a_body_of_which_only_the_bar_is_seen_at_the_top_tells_no_lockout() {
    let at_top = |seen: bool| {
        let (mut signals, set) = Lift::default().build();
        signals.stand = None;
        with_trunk(&mut signals, 0.13, |_| Some(90.0));
        let [from, to] = [set.reps[0].lockout_s.unwrap() - 0.5, set.reps[0].descent_s.unwrap() + 0.5];
        for joint in [crate::signals::Joint::Shoulder, crate::signals::Joint::Hip] {
            let range = signals.range(from, to);
            let track = &mut signals.near_joints[joint as usize];
            // Between two sights a place is filled in, half as sure.
            track.confidence[range].fill(if seen { 1.0 } else { 0.5 });
        }
        verdict(&(signals, set), "P2")
    };
    assert_eq!(at_top(true).status(), Status::Ok, "{}", at_top(true).text());
    assert_eq!(at_top(false).reason(), Some(Reason::TooUncertain));
}
