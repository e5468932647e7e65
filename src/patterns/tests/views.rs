//! Every breach of a precondition gives its reason, never a number (SPEC 4.2, 4.4, 14.1).

use super::fixtures::{knee_hidden, verdict};
use crate::config::Config;
use crate::patterns::testkit::Lift;
use crate::patterns::testkit_front::FrontLift;
use crate::patterns::*;
use crate::reps::{RepKind, RepSet, RepStart, Variant};
use crate::signals::{BarEvidence, Signals, StandSource, View};

type Scene = (Signals, RepSet);

fn broken(change: impl FnOnce(&mut Scene)) -> Scene {
    let mut scene = Lift { back_pull: 0.1, drift: 7.0, eccentric_s: 0.7, ..Lift::default() }.build();
    change(&mut scene);
    scene
}

#[test]
fn gates_of_the_whole_clip_silence_every_check() {
    let gates: [(Reason, fn(&mut Scene)); 6] = [
        (Reason::MultiplePersons, |s| s.0.overlap_share = 0.3),
        (Reason::CutOff, |s| s.0.cut_off_share = 0.25),
        (Reason::LowFps, |s| s.0.frame_time_s = (0..60).map(|i| f64::from(i) / 15.0).collect()),
        (Reason::LowRes, |s| s.0.body_height_px = Some(150.0)),
        (Reason::ViewUnknown, |s| s.0.camera.view = View::Unknown),
        (Reason::NoPerson, |s| s.0.time_s.clear()),
    ];
    for (reason, change) in gates {
        let scene = broken(change);
        let judged = judge(&scene.0, &scene.1, &Config::default());
        let rep = &judged.reps[0];
        for check in rep.checks.iter().filter(|c| !matches!(c.info.sight, Sight::Never | Sight::History)) {
            assert_eq!(check.reason(), Some(reason), "{}", check.info.code);
        }
        assert_eq!((rep.score, judged.set.score, rep.coverage), (None, None, 0.0));
    }
}

#[test]
fn views_decide_what_can_be_judged() {
    let at = |view, yaw_deg| Lift { view, yaw_deg, ..Lift::default() }.build();
    for code in ["E1", "E2", "E4", "E5", "S2", "S4", "S5", "S6", "S7", "S9", "P2", "P5", "P6"] {
        assert_eq!(verdict(&at(View::Front, 85.0), code).reason(), Some(Reason::ViewFront), "{code}");
        assert_eq!(verdict(&at(View::Rear, 88.0), code).reason(), Some(Reason::ViewFront), "{code}");
        assert_eq!(verdict(&at(View::Oblique, 53.0), code).reason(), Some(Reason::ViewOblique), "{code}");
    }
    for code in ["E1", "E4", "P6"] {
        assert_eq!(verdict(&at(View::Oblique, 46.0), code).reason(), Some(Reason::ViewOblique), "{code}");
    }
    for code in ["S1", "S3", "T2", "D2"] {
        assert_eq!(verdict(&at(View::Side, 5.0), code).reason(), Some(Reason::ViewSide), "{code}");
        assert_eq!(verdict(&at(View::Oblique, 45.0), code).reason(), Some(Reason::ViewSide), "{code}: a side view would not help");
    }
    // What is seen from the side and from the front alike is not seen from between.
    for code in ["P1", "P3"] {
        assert_eq!(verdict(&at(View::Oblique, 45.0), code).reason(), Some(Reason::ViewOblique), "{code}");
    }
    // What knows its error from an angle is judged up to 45° and more, with less and less confidence; what needs the side is not.
    for code in ["E1", "E4", "S5", "P5", "P6"] {
        assert!(verdict(&at(View::Oblique, 40.0), code).measured().is_some_and(|m| m.confidence < 0.5), "{code}");
    }
    for code in ["S7", "S9", "E5"] {
        assert_eq!(verdict(&at(View::Oblique, 40.0), code).reason(), Some(Reason::ViewOblique), "{code}");
    }
    // Oblique side view: angles with less confidence, mid-foot and lockout lean no more.
    for code in ["E1", "E4", "S5", "P2"] {
        assert_eq!(verdict(&at(View::Side, 25.0), code).measured().map(|m| m.confidence), Some(0.6), "{code}");
    }
    for (code, yaw) in [("S2", 12.0), ("E2", 22.0), ("S4", 22.0)] {
        assert_eq!(verdict(&at(View::Side, yaw), code).reason(), Some(Reason::ViewOblique), "{code}");
    }
    // E3 uses heights alone: down to 0.3 at 52°, then no more. Tempo works from anywhere.
    let e3 = |yaw| verdict(&at(View::Oblique, yaw), "E3").measured().map(|m| (m.confidence * 100.0).round() / 100.0);
    assert_eq!((e3(30.0), e3(51.9), e3(53.0)), (Some(0.6), Some(0.3), None));
    assert!(verdict(&at(View::Front, 88.0), "P4").measured().is_some());
    assert!(verdict(&at(View::Oblique, 50.0), "P4").measured().is_some());
}

#[test]
fn missing_evidence_is_named() {
    let cases: [(&str, Reason, fn(&mut Scene)); 15] = [
        ("E1", Reason::NoBackEvidence, |s| s.0.back.index.fill(None)),
        ("E1", Reason::ContourUnreliable, |s| s.0.back.accepted.fill(false)),
        ("E1", Reason::ContourUnreliable, |s| s.0.back.residual.fill(Some(0.03))),
        ("E1", Reason::LowRes, |s| s.0.scale.body_px_per_cm = Some(0.9)),
        ("E4", Reason::NoBar, |s| s.0.bar.evidence = BarEvidence::Wrist),
        ("E4", Reason::NoBar, |s| s.0.bar.seen.fill(false)),
        ("E4", Reason::CameraMoves, |s| s.0.camera.residual_px = Some(5.0)),
        ("E4", Reason::NoScale, |s| s.0.scale.plate_px_per_cm = None),
        ("S2", Reason::NoScale, |s| s.0.scale.body_px_per_cm = None),
        ("P2", Reason::NoStandRef, |s| s.0.stand = None),
        ("E2", Reason::NoStandRef, |s| {
            s.0.stand = None;
            s.0.back.tilt_deg.fill(None);
        }),
        ("E2", Reason::TooFewFrames, |s| {
            (s.1.reps[0].lockout_s, s.1.reps[0].descent_s) = (s.0.time_s.last().copied(), None);
        }),
        ("P5", Reason::BarDropped, |s| s.1.reps[0].dropped = true),
        ("P6", Reason::BarDropped, |s| s.1.reps[0].dropped = true),
        // Lowered flatter than the trunk ever was on the way up.
        ("P6", Reason::TooFewFrames, |s| {
            let from = s.1.reps[0].descent_s.unwrap();
            let range = s.0.range(from, from + 10.0);
            s.0.angles.trunk_deg[range].iter_mut().for_each(|t| *t = t.map(|t| t - 60.0));
        }),
    ];
    for (code, reason, change) in cases {
        let scene = broken(change);
        let seen = verdict(&scene, code);
        assert_eq!(seen.reason(), Some(reason), "{code}: {}", seen.text());
    }
}

#[test]
fn a_lockout_is_no_standing_reference_for_itself() {
    let scene = broken(|s| {
        let lockout = s.1.reps[0].lockout_s.unwrap();
        let stand = s.0.stand.as_mut().unwrap();
        (stand.source, stand.window_s) = (StandSource::Lockout, [lockout, lockout + 0.4]);
    });
    assert_eq!(verdict(&scene, "P2").reason(), Some(Reason::NoStandRef));
    let e2 = verdict(&scene, "E2");
    assert!(
        e2.measured().is_some_and(|m| m.sigma == Config::default().e2.lean_sigma_assumed && m.text.contains("vertical")),
        "{}",
        e2.text()
    );
}

#[test]
fn a_failed_or_partial_rep_is_judged_where_it_can_be_but_not_scored() {
    let mut failed = Lift { back_pull: 0.1, ..Lift::default() }.build();
    let rep = &mut failed.1.reps[0];
    rep.kind = RepKind::Failed;
    (rep.lockout_s, rep.descent_s, rep.knee_pass_down_s) = (None, None, None);
    let judged = judge(&failed.0, &failed.1, &Config::default());
    let rep = &judged.reps[0];
    assert_eq!(rep.check("E1").unwrap().status(), Status::Flag, "{}", rep.check("E1").unwrap().text());
    assert_eq!((rep.score, judged.set.score, judged.set.rep_count), (None, None, 0));
    assert!(rep.checks.iter().all(|c| c.deduction == 0.0));
    assert_eq!(judged.set.top_findings[0].code, "E1");
    for code in ["E2", "P2", "P5", "P6"] {
        assert_eq!(rep.check(code).unwrap().reason(), Some(Reason::VariantNa), "{code}");
    }
    // The clip begins in the middle of the pull: the shape of the back can still be judged.
    let mut late = Lift { back_set: 0.13, ..Lift::default() }.build();
    let rep = &mut late.1.reps[0];
    rep.kind = RepKind::Partial;
    (rep.lift_off_s, rep.set_window_s) = (None, None);
    assert_eq!(verdict(&late, "E1").status(), Status::Flag);
    assert_eq!(verdict(&late, "S4").reason(), Some(Reason::TooFewFrames));
}

#[test]
fn variants_and_touch_and_go_switch_checks_off() {
    let romanian = Lift { variant: Variant::Romanian, ..Lift::default() }.build();
    for code in ["E3", "E5", "S2", "S4", "S5", "S7", "S9", "P7"] {
        assert_eq!(verdict(&romanian, code).status(), Status::NotApplicable, "{code}");
    }
    let sumo = FrontLift { lift: Lift { variant: Variant::Sumo, ..FrontLift::default().lift }, ..FrontLift::default() }.build();
    assert_eq!(verdict(&sumo, "S1").status(), Status::NotApplicable);
    let mut touch = Lift { reps: 2, back_pull: 0.1, ..Lift::default() }.build();
    (touch.1.reps[1].start, touch.1.reps[1].set_window_s) = (RepStart::TouchAndGo, None);
    let judged = judge(&touch.0, &touch.1, &Config::default());
    for code in ["S2", "S4", "S5", "S6"] {
        assert_eq!(judged.reps[1].check(code).unwrap().status(), Status::NotApplicable, "{code}");
    }
    // E1 compares with the set position of the first rep.
    assert!(judged.reps[1].metrics["back_change_deg"].is_some_and(|d| (d - pulled_deg(0.1)).abs() < 3.0));
}

#[test]
fn a_drop_is_severe_unless_it_is_meant() {
    let drop = Lift { eccentric_s: 0.34, ..Lift::default() };
    let seen = drop.verdict("P4");
    assert_eq!(seen.severity(), Severity::Severe, "{}", seen.text());
    let mut config = Config::default();
    config.lifter.drop_intended = true;
    assert_eq!(drop.judged_with(&config).reps[0].check("P4").unwrap().status(), Status::NotApplicable);
}

#[test]
fn slow_motion_is_undone() {
    let mut config = Config::default();
    config.lifter.slow_motion = Some(2.0);
    let rep = &Lift { eccentric_s: 3.2, ..Lift::default() }.judged_with(&config).reps[0].clone();
    let plain = &Lift { eccentric_s: 1.6, ..Lift::default() }.judged().reps[0].clone();
    let value = |r: &JudgedRep| r.check("P4").unwrap().measured().unwrap().value;
    assert!((value(rep) - value(plain)).abs() < 0.05);
    // So is the time for which the bar stands still on its way up.
    let (mut signals, mut set) = Lift::default().build();
    signals.pace.slower = 2.0;
    set.reps[0].stall_s = Some(0.8);
    assert_eq!(judge(&signals, &set, &Config::default()).reps[0].metrics["stall_s"], Some(0.4));
}

#[test]
fn who_leans_back_is_not_told_that_the_shoulders_came_forward() {
    let rolled = Lift { lean_deg: 20.0, arch_deg: 18.0, roll_forward: 8.0, ..Lift::default() }.judged().reps[0].clone();
    assert_eq!(rolled.check("E2").unwrap().status(), Status::Flag);
    let p3 = rolled.check("P3").unwrap();
    assert_eq!((p3.status(), p3.reason()), (Status::NotApplicable, Some(Reason::LeansBack)), "{}", p3.text());
    let upright = Lift { roll_forward: 8.0, ..Lift::default() }.judged().reps[0].clone();
    assert_eq!(upright.check("P3").unwrap().status(), Status::Flag);
}

#[test]
fn a_back_severely_rounded_on_the_way_up_is_the_reason_that_the_way_down_is_not_judged() {
    let rep = Lift { back_set: 0.16, back_pull: 0.1, back_low: 0.08, ..Lift::default() }.judged().reps[0].clone();
    assert_eq!(rep.check("E1").unwrap().severity(), Severity::Severe);
    let p6 = rep.check("P6").unwrap();
    assert_eq!((p6.status(), p6.reason()), (Status::NotApplicable, Some(Reason::RoundOnTheWayUp)));
    assert!(p6.text().contains("rounded on the way up"), "{}", p6.text());
}

#[test]
fn the_trunk_angle_told_is_the_one_held_against_its_thresholds() {
    let checked = verdict(&knee_hidden(Lift { hip_start: 0.58, back_set: 0.12, ..Lift::default() }), "S5");
    let told: f64 = {
        let words = checked.text();
        let number = words.split("trunk was ").nth(1).and_then(|t| t.split('°').next());
        number.and_then(|n| n.replace('−', "-").parse().ok()).unwrap_or_else(|| panic!("{words}"))
    };
    let m = checked.measured().unwrap();
    assert_eq!((checked.unit(), told), ("°", m.value.round()), "{}", m.text);
    let line = m.metrics.iter().find(|n| n.0.name == "trunk_at_set_deg").unwrap().1;
    assert!(m.value - line > 3.0, "the bend of the back was taken off: {} of {line}", m.value);
}

/// Degrees that a back index read through the pull stands for.
fn pulled_deg(read: f64) -> f64 {
    crate::config::Instrument::default().back_pull.corrected(read) / Config::default().e1.b_per_deg
}
