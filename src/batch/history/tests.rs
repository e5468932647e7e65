use super::testkit::{set, with_fault};
use super::*;
use crate::patterns::{Reason, Status};

fn of(sets: &[SetRecord]) -> History {
    history(Some("anna"), &sets.iter().collect::<Vec<_>>(), &Config::default())
}

fn metric(sets: &[SetRecord], id: &str) -> Metric {
    of(sets).metrics.into_iter().find(|m| m.id == id).unwrap()
}

#[test]
fn form_against_load_needs_enough_sets_and_a_clear_fall() {
    let fall: Vec<SetRecord> = (0..6).map(|i| set(1 + i, 100.0 + 10.0 * f64::from(i), 95.0 - 5.0 * f64::from(i))).collect();
    let m = metric(&fall, "O1");
    assert!((m.value.unwrap() + 10.0).abs() < 1e-9, "5 points per 10 kg of 200 kg are 10 per 10 %: {m:?}");
    assert_eq!(m.severity, Severity::Moderate);
    assert_eq!(metric(&fall[..3], "O1").reason, Some(Reason::NoHistory));
    let narrow: Vec<SetRecord> = (0..6).map(|i| set(1 + i, 100.0 + f64::from(i), 95.0 - 5.0 * f64::from(i))).collect();
    assert_eq!(metric(&narrow, "O1").status, Status::NotAssessable, "2.5 % is no span");
    let level: Vec<SetRecord> = (0..6).map(|i| set(1 + i, 100.0 + 10.0 * f64::from(i), 85.0)).collect();
    assert_eq!(metric(&level, "O1").status, Status::Ok);
    let noisy: Vec<SetRecord> =
        [(100.0, 80.0), (120.0, 92.0), (130.0, 66.0), (150.0, 79.0)].iter().zip(1..).map(|((l, s), d)| set(d, *l, *s)).collect();
    assert_ne!(metric(&noisy, "O1").status, Status::Flag, "four scattered sets prove nothing");
}

#[test]
fn the_ceiling_is_the_heaviest_clean_load_of_six_weeks() {
    let sets = [set(1, 140.0, 90.0), set(8, 150.0, 70.0), with_fault("E1", Severity::Severe, set(9, 160.0, 85.0)), set(15, 155.0, 72.0)];
    let m = metric(&sets, "O2");
    assert!((m.value.unwrap() - (155.0 / 140.0 - 1.0) * 100.0).abs() < 1e-9);
    assert_eq!(m.severity, Severity::Moderate);
    assert_eq!(metric(&[set(1, 100.0, 50.0)], "O2").status, Status::NotAssessable);
    let mut undated = set(1, 100.0, 90.0);
    undated.facts.date = None;
    assert_eq!(metric(&[undated], "O2").status, Status::NotAssessable);
}

#[test]
fn a_jump_counts_only_straight_after_a_fault() {
    let after_fault = [set(1, 140.0, 90.0), with_fault("E3", Severity::Moderate, set(5, 145.0, 80.0)), set(8, 155.0, 80.0)];
    let m = metric(&after_fault, "O3");
    assert_eq!(m.severity, Severity::Moderate, "{m:?}");
    let clean = [set(1, 140.0, 90.0), set(5, 145.0, 80.0), set(8, 155.0, 80.0)];
    assert_eq!(metric(&clean, "O3").severity, Severity::None);
    let same_load = [with_fault("E4", Severity::Moderate, set(5, 145.0, 80.0)), set(8, 145.0, 80.0)];
    assert_eq!(metric(&same_load, "O3").severity, Severity::None, "the same load again adds no plates");
    assert_eq!(metric(&clean[..1], "O3").status, Status::NotAssessable);
}

#[test]
fn speed_loss_counts_with_a_loss_of_form_and_a_sure_speed() {
    let lost = |loss: f64, drop: f64, sigma: Option<f64>| SetRecord {
        velocity_loss_pct: Some(loss),
        form_drop: Some(drop),
        velocity_sigma_mps: sigma,
        fatigue: Some(-drop / 4.0),
        ..set(1, 100.0, 80.0)
    };
    assert_eq!(metric(&[lost(35.0, 8.0, Some(0.02))], "O4").severity, Severity::Moderate);
    assert_eq!(metric(&[lost(35.0, 2.0, Some(0.02))], "O4").severity, Severity::None);
    assert_eq!(metric(&[lost(35.0, 8.0, Some(0.10))], "O4").reason, Some(Reason::NoScale));
    assert_eq!(metric(&[lost(35.0, 8.0, None)], "O4").status, Status::NotAssessable);
    assert_eq!(metric(&[lost(35.0, 17.0, None)], "O5").severity, Severity::Moderate);
    assert_eq!(metric(&[set(1, 100.0, 80.0)], "O5").status, Status::NotAssessable);
}

#[test]
fn frequency_is_the_guides_limit_and_not_a_law() {
    let week: Vec<SetRecord> = [1, 3, 5, 7].iter().map(|d| set(*d, 100.0, 90.0)).collect();
    let m = metric(&week, "O6");
    assert_eq!((m.value, m.severity), (Some(4.0), Severity::Moderate));
    assert!(m.text.contains("not a law"));
    assert_eq!(metric(&[set(1, 100.0, 90.0), set(8, 100.0, 90.0)], "O6").value, Some(1.0), "day 1 and day 8 are not within seven days");
    let heavy = [set(1, 170.0, 90.0), set(2, 180.0, 90.0)];
    assert_eq!((metric(&heavy, "O7").value, metric(&heavy, "O7").severity), (Some(24.0), Severity::Moderate));
    assert_eq!(metric(&week, "O7").status, Status::NotAssessable, "half of the maximum is not heavy");
}

#[test]
fn the_example_is_offered_never_with_pain() {
    let mut sets = vec![set(1, 140.0, 90.0), set(2, 138.0, 90.0), set(8, 165.0, 70.0)];
    assert_eq!(of(&sets).example, Some(BACK_OFF));
    sets[0].facts.pain = true;
    let told = of(&sets);
    assert!(told.example.is_none() && told.pain.len() == 3);
    assert!(told.metrics.iter().all(|m| !["O1", "O2", "O3"].contains(&m.id)), "no word about load");
    let twice = [with_fault("E1", Severity::Severe, set(1, 100.0, 85.0)), with_fault("E1", Severity::Severe, set(4, 100.0, 85.0))];
    assert_eq!(of(&twice).example, Some(BACK_OFF));
    assert_eq!(of(&twice[..1]).example, None);
}

#[test]
fn the_reference_is_given_or_lifted_or_called_an_estimate() {
    let mut a = set(1, 150.0, 90.0);
    a.facts.one_rep_max_kg = None;
    let mut single = SetRecord { rep_count: 1, ..a.clone() };
    single.facts.load_kg = Some(160.0);
    assert_eq!(one_rep_max(&[&set(1, 100.0, 90.0), &a]).unwrap().source, "given");
    assert_eq!(one_rep_max(&[&a, &single]).unwrap().load_kg, 160.0);
    single.facts.load_kg = Some(120.0);
    let more = one_rep_max(&[&a, &single]).unwrap();
    assert_eq!((more.source, more.load_kg), ("estimated", 175.0), "150 kg went up more than once");
    let guess = one_rep_max(&[&a]).unwrap();
    assert_eq!((guess.source, guess.load_kg), ("estimated", 175.0));
}

/// Two sets judged from end to end: what O4 reads, the reports must write.
#[test]
fn speed_lost_together_with_form_is_flagged_from_the_reports_own_numbers() {
    use crate::patterns::judge;
    use crate::patterns::testkit::Lift;
    let (signals, mut set) = Lift { reps: 3, fps: 60.0, ..Lift::default() }.build();
    // The last pull takes twice as long.
    let last = &mut set.reps[2];
    last.lockout_s = last.lift_off_s.zip(last.lockout_s).map(|(a, b)| a + 2.0 * (b - a));
    let judged = judge(&signals, &set, &Config::default());
    let sigma = judged.reps.iter().map(|r| r.metrics["velocity_sigma_mps"]).collect::<Option<Vec<f64>>>().unwrap();
    let slow = SetRecord {
        velocity_sigma_mps: sigma.into_iter().max_by(f64::total_cmp),
        velocity_loss_pct: judged.set.velocity_loss_pct,
        form_drop: Some(10.0),
        ..self::set(1, 150.0, 80.0)
    };
    let m = metric(&[slow], "O4");
    assert_eq!((m.status, m.severity), (Status::Flag, Severity::Severe), "{m:?}");
}

#[test]
fn a_set_from_the_front_or_hardly_judged_is_not_clean_and_a_clip_without_a_rep_has_no_maximum() {
    let mut front = set(3, 180.0, 95.0);
    front.view = Some(crate::signals::View::Front);
    let mut thin = set(4, 190.0, 95.0);
    thin.coverage = 0.5;
    let sets = [set(1, 140.0, 90.0), set(2, 141.0, 90.0), front, thin, set(15, 150.0, 72.0)];
    let m = metric(&sets, "O2");
    assert!((m.value.unwrap() - (150.0 / 141.0 - 1.0) * 100.0).abs() < 1e-9, "{m:?}");
    assert_eq!(metric(&sets[..2], "O2").reason, Some(Reason::NoHistory), "two sets are too few");
    let mut none = set(1, 220.0, 90.0);
    (none.rep_count, none.facts.reps, none.facts.one_rep_max_kg) = (0, Some(1), None);
    assert_eq!(one_rep_max(&[&none]), None);
}

#[test]
fn the_profile_has_its_slope_its_last_clean_load_and_its_caution() {
    let speed = |day, kg, v: f64| SetRecord { mean_velocity_mps: Some(v), ..set(day, kg, 90.0) };
    let sets = [speed(1, 100.0, 0.60), speed(2, 120.0, 0.50), with_fault("E1", Severity::Severe, speed(3, 140.0, 0.40))];
    let p = &of(&sets).load_velocity[0];
    assert!((p.slope_mps_per_kg.unwrap() + 0.005).abs() < 1e-12);
    assert_eq!((p.last_clean_load_kg, p.velocity_at_last_clean_load_mps), (Some(120.0), Some(0.5)));
    assert_eq!(p.text(), "0.05 ± 0.01 m/s slower with every 10 kg; 0.50 m/s at 120 kg, the heaviest load without a severe fault or a miss");
    assert!(p.caution.contains("one-repetition maximum"));
    assert_eq!(of(&sets[..1]).load_velocity[0].slope_mps_per_kg, None, "one load has no slope");
}
