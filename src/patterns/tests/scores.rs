//! The score by hand, its error, what it refuses (SPEC 11.2, 12).

use crate::config::Config;
use crate::patterns::testkit::{Lift, Noise};
use crate::patterns::*;

#[test]
fn a_single_fault_costs_its_points_times_confidence() {
    let rep = &Lift { eccentric_s: 0.75, ..Lift::default() }.judged().reps[0].clone();
    let p4 = rep.check("P4").unwrap();
    assert_eq!((p4.severity(), p4.deduction), (Severity::Moderate, 5.0));
    assert_eq!(rep.score, Some(95.0));
}

#[test]
fn lesser_members_of_a_causal_cluster_cost_half() {
    let rep = &Lift { back_set: 0.0, back_pull: 0.14, pre_rise: 10.0, hip_share: 0.95, ..Lift::default() }.judged().reps[0].clone();
    let (e1, e3, e5) = (rep.check("E1").unwrap(), rep.check("E3").unwrap(), rep.check("E5").unwrap());
    let sure = e1.measured().unwrap().confidence;
    assert_eq!((e1.severity(), e1.deduction), (Severity::Severe, 30.0 * sure), "{}", e1.text());
    let full = [6.0, 12.0, 20.0][e3.severity() as usize - 1];
    assert_eq!(e3.deduction, 0.5 * full, "{}", e3.text());
    // The trunk giving at lift-off is not counted beside E1, whose cue now speaks of the hips as well.
    assert_eq!((e5.status(), e5.deduction), (Status::Flag, 0.0));
    assert_eq!(e1.cue(), Some("hips and chest rise together"));
}

#[test]
fn a_back_that_is_round_before_anything_moves_is_not_put_down_to_the_hips() {
    // Flat in the first rep, round from the start in the second, and the hips first in both.
    let (signals, set) = Lift { reps: 2, hip_share: 1.3, pre_rise: 10.0, ..Lift::default() }.build();
    let mut signals = signals;
    let round = signals.range(set.reps[1].set_window_s.unwrap()[0] - 1.0, set.reps[1].lockout_s.unwrap());
    for i in round {
        signals.back.index[i] = signals.back.index[i].map(|b| b + 0.12);
    }
    let judged = judge(&signals, &set, &Config::default());
    let e1 = judged.reps[1].check("E1").unwrap();
    assert_eq!(e1.measured().unwrap().measure.map(|m| m.name), Some("back_over_flattest_set_deg"), "{}", e1.text());
    assert_eq!((e1.status(), e1.cue()), (Status::Flag, Some("chest up")));
    assert_eq!(judged.reps[1].check("E3").unwrap().status(), Status::Flag);
}

#[test]
fn every_score_has_its_error_and_a_speed_has_the_scale_s() {
    let (mut signals, set) = Lift { reps: 3, back_pull: 0.05, ..Lift::default() }.build();
    let sure = judge(&signals, &set, &Config::default());
    assert!(sure.reps.iter().all(|r| r.score_sigma.is_some_and(|s| s > 1.0 && s < 20.0)));
    // A single rep's score is no surer than that of the set of like reps.
    assert!(sure.reps[0].score_sigma >= sure.set.score_sigma);
    signals.scale.plate_sigma_rel = Some(0.2);
    let unsure = judge(&signals, &set, &Config::default());
    let of = |judged: &Judged, name: &str| judged.reps[0].metrics[name].unwrap();
    let speed = of(&unsure, "mean_velocity_mps");
    assert!(of(&sure, "mean_velocity_mps_sigma") < 0.1 * speed && of(&unsure, "mean_velocity_mps_sigma") >= 0.2 * speed);
    assert!(of(&unsure, "peak_velocity_mps_sigma") >= 0.2 * of(&unsure, "peak_velocity_mps"));
    assert_eq!(of(&sure, "velocity_sigma_mps"), of(&unsure, "velocity_sigma_mps"), "within a set the scale is common");
}

#[test]
fn upper_back_rounding_costs_half_and_is_named() {
    let lower = Lift { back_set: 0.10, ..Lift::default() }.verdict("E1");
    let upper = Lift { back_set: 0.10, skew_ratio: -0.5, ..Lift::default() }.verdict("E1");
    assert_eq!(upper.deduction, 0.5 * lower.deduction);
    assert!(upper.text().contains("upper back") && lower.text().contains("lower back"), "{} / {}", upper.text(), lower.text());
}

#[test]
fn set_score_band_best_rep_and_two_findings() {
    let lift = Lift { reps: 4, back_set: 0.0, back_pull: 0.06, drift: 6.0, eccentric_s: 0.75, ..Lift::default() };
    let set = lift.judged().set;
    assert_eq!(set.rep_count, 4);
    assert_eq!(set.top_findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["E1", "E4"]);
    assert_eq!(set.top_findings[0].reps, [1, 2, 3, 4]);
    assert_ne!(set.top_findings[0].cue, set.top_findings[1].cue);
    assert_eq!((set.band, set.best_rep), (Some(Level::FixFirst), Some(1)));
    assert!(set.fatigue.is_some_and(|f| f.abs() < 1.0) && set.velocity_loss_pct.is_some_and(|v| v.abs() < 3.0));
    assert!(set.score_sigma.is_some_and(|s| s > 1.0 && s < 15.0), "{:?}", set.score_sigma);
}

#[test]
fn a_fault_of_a_pull_that_was_cut_off_is_told_after_those_of_full_ones() {
    let (signals, mut set) = Lift { reps: 2, eccentric_s: 0.75, drift: 6.0, ..Lift::default() }.build();
    let codes = |set: &crate::reps::RepSet| {
        let findings = judge(&signals, set, &Config::default()).set.top_findings;
        findings.iter().map(|f| (f.code, f.reps.clone())).collect::<Vec<_>>()
    };
    assert_eq!(codes(&set), [("E4", vec![1, 2]), ("P4", vec![1, 2])]);
    // The clip begins at the top of the first, and the second was lowered slowly.
    set.reps[0].kind = crate::reps::RepKind::Partial;
    (set.reps[0].lift_off_s, set.reps[0].lockout_s) = (None, None);
    set.reps[1].floor_s = set.reps[1].floor_s.map(|t| t + 1.5);
    assert_eq!(codes(&set), [("E4", vec![2]), ("P4", vec![1])], "the headline counts it, so there is a cue for it");
}

#[test]
fn of_reps_with_one_score_the_best_has_nothing_to_watch() {
    let (signals, mut set) = Lift { reps: 2, ..Lift::default() }.build();
    // The first was lowered in very nearly the time that is wanted: neither a fault nor clear.
    set.reps[0].floor_s = set.reps[0].descent_s.map(|t| t + 0.99);
    let judged = judge(&signals, &set, &Config::default());
    let watched = |rep: &JudgedRep| rep.checks.iter().filter(|c| c.status() == Status::Borderline).count();
    assert!(watched(&judged.reps[0]) > watched(&judged.reps[1]));
    assert_eq!((judged.reps[0].score, judged.set.best_rep), (judged.reps[1].score, Some(2)));
}

#[test]
fn the_same_lift_gives_the_same_score_and_error() {
    let lift = Lift { reps: 3, back_pull: 0.05, noise: Noise::real(4), ..Lift::default() };
    assert_eq!(lift.judged().set, lift.judged().set);
}

#[test]
fn pain_means_no_score() {
    let mut config = Config::default();
    config.lifter.pain = true;
    let judged = Lift { reps: 3, back_pull: 0.09, ..Lift::default() }.judged_with(&config);
    assert_eq!((judged.set.score, judged.set.band, judged.set.fatigue), (None, None, None));
    assert!(judged.reps.iter().all(|r| r.score.is_none()));
    assert_eq!(judged.reps[0].check("E1").unwrap().status(), Status::Flag);
}

#[test]
fn a_front_view_has_findings_but_no_score() {
    let judged = {
        let (signals, set) = crate::patterns::testkit_front::FrontLift { stance: 1.5, ..Default::default() }.build();
        judge(&signals, &set, &Config::default())
    };
    assert!(judged.reps[0].coverage < 0.6 && judged.set.score.is_none());
    assert_eq!(judged.set.top_findings[0].code, "S1");
}

#[test]
fn the_checklist_tells_seen_from_unseen() {
    let judged = Lift { arm_deg: -6.0, ..Lift::default() }.judged();
    let line = |item: &str| judged.checklist.iter().find(|l| l.item.contains(item)).unwrap();
    assert_eq!(line("Shoulders").seen, Seen::No);
    assert_eq!(line("Spine neutral").seen, Seen::Yes);
    assert_eq!(line("Feet hip-width").seen, Seen::CannotBeSeen);
    assert_eq!(line("Core braced").seen, Seen::CannotBeSeen);
    assert!(line("Shoulders").note.contains("rep 1"));
}

#[test]
fn metrics_of_the_contract_stand_in_every_rep() {
    let rep = &Lift::default().judged().reps[0].clone();
    for name in [
        "rom_cm",
        "concentric_s",
        "eccentric_s",
        "mean_velocity_mps",
        "peak_velocity_mps",
        "bar_drift_cm",
        "hip_shoulder_ratio",
        "trunk_tip_deg",
        "trunk_at_lift_off_deg",
        "back_change_deg",
        "lean_back_deg",
    ] {
        assert!(rep.metrics.get(name).is_some_and(Option::is_some), "{name}");
    }
    let front = {
        let (signals, set) = crate::patterns::testkit_front::FrontLift::default().build();
        judge(&signals, &set, &Config::default())
    };
    assert_eq!(front.reps[0].metrics.get("back_change_deg"), Some(&None));
}

#[test]
fn a_calibration_clip_gives_percent_of_the_own_range() {
    let (signals, set) = Lift { back_set: 0.04, back_pull: 0.06, ..Lift::default() }.build();
    let range = BackRange { stand: -0.03, hinge: Some(0.0), max: 0.10 };
    let judged = judge_calibrated(&signals, &set, &Config::default(), Some(range));
    let percent = judged.reps[0].metrics["back_own_range_pct"].unwrap();
    assert!((percent - 100.0).abs() < 5.0, "{percent}");
    // A bend that is far from the own limit.
    let range = BackRange { max: 0.30, ..range };
    let judged = judge_calibrated(&signals, &set, &Config::default(), Some(range));
    assert!(judged.reps[0].metrics["back_own_range_pct"].unwrap() < 45.0);
}

#[test]
fn a_calibration_clip_without_bending_or_standing_is_refused() {
    let config = Config::default();
    let (mut signals, _) = Lift { back_set: 0.15, ..Lift::default() }.build();
    assert!(back_range(&signals, &config).is_ok_and(|r| (r.max - 0.15).abs() < 0.01 && r.stand < 0.0));
    signals.angles.trunk_deg.fill(Some(88.0));
    assert!(back_range(&signals, &config).unwrap_err().message.contains("bending"));
    signals.angles.trunk_deg.fill(Some(40.0));
    let error = back_range(&signals, &config).unwrap_err();
    assert!(error.message.contains("standing") && error.hint.contains("stand relaxed"));
}
