//! Error rates on noisy lifts of many proportions (SPEC 14.1): false flags on clean reps, recall at moderate doses.

use crate::numeric::stats::{Random, wilson};
use crate::patterns::testkit::{Lift, Noise};
use crate::patterns::{Reason, Status};

const MAIN: [&str; 16] = ["E1", "E2", "E3", "E4", "E5", "S2", "S4", "S5", "S9", "P1", "P2", "P3", "P4", "P5", "P6", "P7"];

/// A clean lift of random proportions, tempo, view and rate.
fn clean(seed: u64) -> Lift {
    let mut random = Random::new(seed);
    let mut between = |a: f64, b: f64| a + (b - a) * random.uniform();
    Lift {
        stature: between(158.0, 192.0),
        yaw_deg: between(0.0, 10.0),
        fps: [25.0, 30.0, 60.0][(seed % 3) as usize],
        concentric_s: between(0.9, 2.0),
        eccentric_s: between(1.4, 2.4),
        setup_s: between(1.6, 3.0),
        hip_start: between(0.33, 0.38),
        hip_share: between(0.5, 0.7),
        arm_deg: between(4.0, 10.0),
        bar_offset: between(-1.0, 1.0),
        drift: between(-1.0, 1.0),
        hip_drop: between(0.05, 0.25),
        back_set: between(-0.04, 0.012),
        back_pull: between(-0.02, 0.005),
        back_stand: between(-0.06, -0.02),
        noise: Noise::real(seed),
        ..Lift::default()
    }
}

#[test]
fn clean_reps_are_rarely_flagged() {
    let n = 100;
    let verdicts: Vec<_> = (0..n).map(|seed| clean(seed).judged().reps[0].clone()).collect();
    let mut report = vec![];
    let mut bad = vec![];
    for code in MAIN {
        let of = |s: Status| verdicts.iter().filter(|r| r.check(code).is_some_and(|c| c.status() == s)).count();
        let (flags, seen) = (of(Status::Flag), verdicts.iter().filter(|r| r.check(code).is_some_and(|c| c.measured().is_some())).count());
        let interval = wilson(flags as f64, seen as f64).unwrap_or([0.0, 1.0]);
        report.push(format!(
            "{code}: {flags}/{seen} flagged ({:.3}-{:.3}), {} borderline",
            interval[0],
            interval[1],
            of(Status::Borderline)
        ));
        if flags as f64 > 0.05 * seen as f64 || seen < n as usize / 2 {
            bad.push(code);
        }
    }
    println!("{}", report.join("\n"));
    assert!(bad.is_empty(), "{bad:?}\n{}", report.join("\n"));
    let scores: Vec<f64> = verdicts.iter().filter_map(|r| r.score).collect();
    assert!(scores.len() as f64 > 0.95 * n as f64, "{} scored", scores.len());
    assert!(scores.iter().sum::<f64>() / scores.len() as f64 > 97.0);
}

#[test]
fn moderate_faults_are_found() {
    let n = 40;
    let faults: [(&str, fn(Lift) -> Lift); 14] = [
        ("E1", |l| Lift { back_set: -0.03, back_pull: 0.080, ..l }),
        ("E1", |l| Lift { back_set: 0.095, ..l }),
        ("E2", |l| Lift { lean_deg: 14.0, arch_deg: 16.0, ..l }),
        ("E3", |l| Lift { pre_rise: 10.0, hip_share: 0.9, ..l }),
        ("E4", |l| Lift { drift: 6.0, ..l }),
        ("S2", |l| Lift { bar_offset: 13.0, yaw_deg: 3.0, ..l }),
        ("S4", |l| Lift { arm_deg: -6.0, ..l }),
        ("S4", |l| Lift { arm_deg: 26.0, ..l }),
        ("S5", |l| Lift { hip_start: 0.50, ..l }),
        ("P2", |l| Lift { deficit: 8.0, ..l }),
        ("P4", |l| Lift { eccentric_s: 0.75, ..l }),
        ("P5", |l| Lift { hip_drop: 0.62, ..l }),
        ("P6", |l| Lift { back_low: 0.075, ..l }),
        ("P7", |l| Lift { setup_s: 0.3, ..l }),
    ];
    let mut report = vec![];
    let mut bad = vec![];
    for (code, fault) in faults {
        let seen: Vec<_> = (0..n).map(|seed| fault(clean(1000 + seed)).verdict(code)).collect();
        let measured = seen.iter().filter(|v| v.measured().is_some()).count();
        let hits = seen.iter().filter(|v| v.status() == Status::Flag).count();
        report.push(format!("{code}: recall {hits}/{measured}, {:?}", wilson(hits as f64, measured as f64)));
        if (hits as f64) < 0.9 * measured as f64 || measured < n as usize / 2 {
            bad.push(code);
        }
    }
    println!("{}", report.join("\n"));
    assert!(bad.is_empty(), "{bad:?}\n{}", report.join("\n"));
}

#[test]
fn measured_values_are_near_the_truth() {
    let n = 60u64;
    let mut errors: Vec<(&str, Vec<f64>)> = vec![("drift", vec![]), ("arm", vec![]), ("back", vec![]), ("foot", vec![]), ("lean", vec![])];
    for seed in 0..n {
        let mut lift = clean(5000 + seed);
        lift.drift = 5.0;
        lift.bar_offset = 3.0;
        lift.back_pull = 0.06;
        lift.lean_deg = 10.0;
        lift.yaw_deg = 3.0;
        let metrics = &lift.judged().reps[0].metrics;
        let wanted = [
            ("bar_drift_cm", 5.0),
            ("arm_at_set_deg", lift.arm_deg),
            (
                "back_change_deg",
                crate::config::Instrument::default().back_pull.corrected(0.06) / crate::config::Config::default().e1.b_per_deg,
            ),
            ("bar_mid_foot_cm", 3.0),
            ("lean_back_deg", 10.0),
        ];
        for ((_, list), (name, truth)) in errors.iter_mut().zip(wanted) {
            if let Some(value) = metrics.get(name).copied().flatten() {
                list.push(value - truth);
            }
        }
    }
    // SPEC 14.1: drift ±1 cm, arm ±2°, θ_eq ±5°, mid-foot ±2.5 cm; the landmark bias of 1.5 cm adds to arm and foot.
    for ((name, list), limit) in errors.iter().zip([1.0, 4.5, 5.0, 6.0, 3.0]) {
        let rms = (list.iter().map(|e| e * e).sum::<f64>() / list.len().max(1) as f64).sqrt();
        println!("{name}: RMS {rms:.2} over {}", list.len());
        assert!(list.len() as u64 > n / 2 && rms <= limit, "{name}: RMS {rms} over {}", list.len());
    }
}

#[test]
fn e2_without_any_confirmation_is_at_most_moderate() {
    let (mut signals, set) = Lift { lean_deg: 26.0, ..Lift::default() }.build();
    let stand = signals.stand.as_mut().unwrap();
    (stand.back_index, stand.hip_deg) = (None, None);
    let judged = crate::patterns::judge(&signals, &set, &crate::config::Config::default());
    let e2 = judged.reps[0].check("E2").unwrap();
    assert_eq!(e2.severity(), crate::patterns::Severity::Moderate, "{}", e2.text());
    assert!(e2.measured().unwrap().confidence <= 0.5);
    // Beyond the severe step: the word beside the number says why it is not that.
    assert!(e2.text().ends_with("called no worse than moderate, as nothing else could confirm it (moderate)."), "{}", e2.text());
}

#[test]
fn a_standing_posture_that_leans_back_does_not_hide_the_same_lean_at_lockout() {
    let (mut signals, set) = Lift { lean_deg: 20.0, arch_deg: 18.0, ..Lift::default() }.build();
    signals.stand.as_mut().unwrap().tilt_deg = Some(98.0 + 20.0);
    let judged = crate::patterns::judge(&signals, &set, &crate::config::Config::default());
    let e2 = judged.reps[0].check("E2").unwrap();
    assert_eq!(e2.status(), Status::Flag, "{}", e2.text());
}

#[test]
fn a_small_lean_under_an_unknown_roll_is_not_judged() {
    let seen = Lift { lean_deg: 5.0, roll_known: false, stand: false, ..Lift::default() }.verdict("E2");
    assert_eq!(seen.reason(), Some(Reason::RollUnknown));
    let seen = Lift { lean_deg: 20.0, arch_deg: 18.0, roll_known: false, ..Lift::default() }.verdict("E2");
    assert_eq!(seen.status(), Status::Flag, "{}", seen.text());
}
