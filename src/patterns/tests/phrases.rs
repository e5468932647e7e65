//! What is said of findings does not contradict itself (SPEC 11.3).

use crate::patterns::checks::{p4, s2, s6};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::*;
use crate::patterns::phrases::*;
use crate::patterns::praise::{allowed, praises};
use crate::patterns::{CHECKS, CheckInfo, Measured, Severity, Sight, Status};

/// Every phrase with its check.
fn phrases() -> impl Iterator<Item = (&'static CheckInfo, &'static Phrase)> {
    CHECKS.iter().map(|c| c.info()).flat_map(|info| info.phrases.iter().map(move |phrase| (info, phrase)))
}

/// The phrase of a measure.
fn phrase(measure: &str) -> (&'static CheckInfo, &'static Phrase) {
    phrases().find(|(_, p)| p.measure.name == measure).unwrap()
}

/// A flag of a measure on one side of its thresholds.
fn flag(phrase: &Phrase, low: bool, metrics: Vec<(Metric, f64)>) -> Measured {
    let thresholds = if low { [3.0, 2.0, 1.0] } else { [3.0, 5.0, 8.0] };
    let value = if low { 0.5 } else { 9.0 };
    Measured {
        measure: Some(phrase.measure),
        value,
        sigma: 0.2,
        thresholds,
        p_flag: 0.99,
        status: Status::Flag,
        severity: Severity::Severe,
        confidence: 0.9,
        window_s: [0.0, 1.0],
        key_time_s: 0.5,
        text: String::new(),
        cue: None,
        unit: None,
        deduction_share: 1.0,
        metrics,
    }
}

#[test]
fn every_measurable_check_names_its_fault_in_both_directions() {
    for check in CHECKS.iter().map(|c| c.info()).filter(|i| !matches!(i.sight, Sight::Never | Sight::History)) {
        assert!(!check.phrases.is_empty(), "{} has no phrase", check.code);
    }
    for (info, phrase) in phrases() {
        // What can decide is told, so it is declared.
        assert!(info.metrics.iter().chain(crate::patterns::metric::GENERAL).any(|m| *m == phrase.measure), "{}", phrase.measure.name);
        let mut said = vec![];
        for low in [false, true] {
            if (if low { phrase.low } else { phrase.high }).is_some() {
                said.push(fault(info, &flag(phrase, low, vec![])));
            }
        }
        assert!(!said.is_empty());
        for s in &said {
            // Named by the fault: not the title, not the cue, and it begins within a sentence.
            assert!(!s.eq_ignore_ascii_case(info.title) && !s.contains(info.cue), "{s}");
            assert!(s.chars().next().unwrap().is_lowercase() && !s.ends_with('.') && !s.contains("-0"), "{s}");
            // No number without its error.
            assert!(!s.contains(|c: char| c.is_ascii_digit()) || s.contains(" ± "), "{s}");
        }
        assert!(said.len() < 2 || said[0] != said[1], "{}: both ways read alike", info.code);
    }
    let told = |measure: &str, low: bool, metrics: Vec<(Metric, f64)>| {
        let (info, phrase) = phrase(measure);
        fault(info, &flag(phrase, low, metrics))
    };
    assert_eq!(told("bar_off_mid_foot_cm", false, vec![(s2::BAR_MID_FOOT_CM, 9.0)]), "bar 9.0 ± 0.2 cm ahead of mid-foot");
    assert_eq!(told("bar_off_mid_foot_cm", false, vec![(s2::BAR_MID_FOOT_CM, -9.0)]), "bar 9.0 ± 0.2 cm behind mid-foot");
    assert_eq!(told("head_turn_deg", false, vec![(s6::HEAD_CHANGE_DEG, -9.0)]), "head turned down by 9 ± 1°");
    assert_eq!(told("arm_at_set_deg", false, vec![]), "shoulders 9 ± 1° ahead of the bar, too far");
    let (s4, shoulders) = phrase("arm_at_set_deg");
    let straight = Measured { value: 0.3, ..flag(shoulders, true, vec![]) };
    assert_eq!(fault(s4, &straight), "shoulders straight above the bar, not ahead of it");
    assert_eq!(told("back_lowering_over_set_deg", false, vec![]), "back ≈ 9 ± 1° rounder on the way down than at the start");
    // What rounds to nothing is told without its number.
    let (p6, over_set) = phrase("back_lowering_over_set_deg");
    let as_round = fault(p6, &Measured { value: 0.3, ..flag(over_set, false, vec![]) });
    assert_eq!(as_round, "back on the way down no flatter than at the start, rounder than on the way up");
    // A bar that was let go was not lowered.
    assert_eq!(told("eccentric_s", true, vec![]), "lowered too fast, in 0.50 ± 0.20 s");
    assert_eq!(told("eccentric_s", true, vec![(p4::LET_GO, 1.0)]), "bar let go at the top: on the floor after 0.50 ± 0.20 s");
    assert_eq!(told("grip_outside_knees_ratio", false, vec![]), "grip too wide");
    assert_eq!(told("grip_outside_knees_ratio", true, vec![]), "grip too narrow");
    let (s5, high_hips) = phrase("trunk_flat_deg");
    assert!(cue(s5, &flag(high_hips, true, vec![])).contains("hips below"));
}

#[test]
fn no_pair_of_finding_praise_and_cue_contradicts_itself() {
    // Words that a praise and a fault may not share: both would speak of one thing.
    let topics = ["back", "bar", "hips", "lower", "lean", "lock", "shoulder", "foot", "heel", "grip", "knees", "feet"];
    // Words that only say when or from where.
    let aside = [
        "as the bar left the floor",
        "before the bar left the floor",
        "with the hands on the bar",
        "leaned back",
        "leaning back",
        "lean back",
        "back pockets",
        "hips back first",
        "hips went back",
        "until the bar is past your knees",
        "as far as the shoulders",
        "over the bar",
        "ahead of the bar",
        "behind the bar",
        "of the bar",
        "lowered the bar",
        "bar let go",
        "bar bounced",
        "bar slipped",
        "bar yanked",
        "over your feet",
        "whole foot",
    ];
    let topic = |text: &str| {
        let text = aside.iter().fold(text.to_owned(), |t, a| t.replace(a, ""));
        topics.iter().copied().filter(|t| text.contains(t)).collect::<Vec<_>>()
    };
    let mut wrong = vec![];
    for (info, phrase) in phrases() {
        for low in [false, true] {
            if (if low { phrase.low } else { phrase.high }).is_none() {
                continue;
            }
            let m = flag(phrase, low, vec![]);
            let (fault, cue) = (fault(info, &m), cue(info, &m));
            for (praised, praise) in praises().into_iter().filter(|(praised, _)| allowed(praised, |code| code == info.code)) {
                assert_ne!(praised.code, info.code);
                let same: Vec<_> = topic(&fault).into_iter().filter(|t| topic(praise.said).contains(t)).collect();
                // What is praised is not asked for either.
                let asked: Vec<_> = topic(cue).into_iter().filter(|t| topic(praise.said).contains(t)).collect();
                if (!same.is_empty() || !asked.is_empty()) && !HARMLESS.contains(&(phrase.measure.name, praised.code)) {
                    wrong.push(format!(
                        "(\"{}\", \"{}\"): {fault} | {} | {cue}: both speak of {same:?} {asked:?}",
                        phrase.measure.name, praised.code, praise.said
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let ranks: std::collections::BTreeSet<u8> = praises().iter().map(|p| p.1.rank).collect();
    assert_eq!(ranks.len(), praises().len(), "which is said first is chance");
}

/// What two cues may not both ask of one thing.
const OPPOSITE: [(&str, &str); 8] = [
    ("forward", "back"),
    ("up", "down"),
    ("up", "below"),
    ("wider", "narrower"),
    ("slower", "faster"),
    ("higher", "lower"),
    ("in", "out"),
    ("straighten", "bend"),
];

/// Whether two cues speak of one thing and ask for opposites of it. Words are whole: "back" is no "backs".
fn pull_apart(one: &str, other: &str) -> bool {
    let words = |cue: &str| cue.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect::<std::collections::BTreeSet<_>>();
    let (one, other) = (words(one), words(other));
    let topics = ["hips", "hip", "knees", "shoulders", "shoulder", "chest", "bar", "grip", "feet", "foot", "head"];
    let shared = topics.iter().any(|t| one.contains(*t) && other.contains(*t));
    let asks = |a: &str, b: &str| one.contains(a) && other.contains(b) || one.contains(b) && other.contains(a);
    shared && OPPOSITE.iter().any(|(a, b)| asks(a, b))
}

#[test]
fn no_two_cues_of_one_part_of_the_lift_ask_for_opposites_and_none_asks_for_more_of_its_fault() {
    assert!(pull_apart("push your hips back first", "drive your hips forward"), "the reader is blind");
    assert!(!pull_apart("push your hips back first", "shoulder blades in your back pockets"));
    let all: Vec<(&CheckInfo, String, &str)> = phrases()
        .flat_map(|(info, phrase)| [false, true].map(|low| (info, phrase, low)))
        .filter(|(_, phrase, low)| (if *low { phrase.low } else { phrase.high }).is_some())
        .map(|(info, phrase, low)| {
            let m = flag(phrase, low, vec![]);
            (info, fault(info, &m), cue(info, &m))
        })
        .collect();
    let mut wrong = vec![];
    for (k, (info, found, said)) in all.iter().enumerate() {
        for (other, _, also) in all[k + 1..].iter().filter(|(o, ..)| o.parts.iter().any(|p| info.parts.contains(p))) {
            if said != also && pull_apart(said, also) {
                wrong.push(format!("{} \"{said}\" and {} \"{also}\"", info.code, other.code));
            }
        }
        // What there is too much of is not asked for.
        for (much, more) in
            [("wide", "wider"), ("narrow", "narrower"), ("fast", "faster"), ("low", "lower"), ("high", "higher"), ("far", "further")]
        {
            if found.contains(&format!("too {much}")) && said.split(' ').any(|w| w == more) {
                wrong.push(format!("{}: \"{found}\" and \"{said}\"", info.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Pairs that name the same part of the body at another moment of the lift, each looked at.
const HARMLESS: &[(&str, &str)] = &[
    // Standing tall is asked for; how hips and chest came up from the floor, or went down again, is another thing.
    ("lean_back_deg", "E3"),
    ("lean_back_deg", "P5"),
    ("lockout_deficit_cm", "E3"),
    ("lockout_deficit_cm", "P5"),
    ("hip_at_lockout_deg", "E3"),
    ("hip_at_lockout_deg", "P5"),
    // Hips on the way up, or at the start, against hips on the way down, and the other way round.
    ("hip_shoulder_ratio", "P5"),
    ("trunk_tip_deg", "P5"),
    ("trunk_tip_after_lift_off_deg", "P5"),
    ("hip_rise_before_lift_off_trunks", "P5"),
    ("shoulder_share_at_hip_75", "P5"),
    ("trunk_flat_deg", "P5"),
    ("hip_over_knee_stature", "P5"),
    ("hip_drop_ratio", "E3"),
    // Knees bent more or sooner, against knees that did not cave in.
    ("trunk_flat_deg", "T2"),
    ("hip_over_knee_stature", "P5"),
    ("hip_over_knee_stature", "T2"),
    ("hip_drop_ratio", "T2"),
    // Where the bar stood over the foot, against a sole that stayed down.
    ("bar_off_mid_foot_cm", "P1"),
    ("heel_lift_cm", "S2"),
    // Shoulders at the top against shoulders in the set position.
    ("shrug_cm", "S4"),
    ("shoulder_roll_cm", "S4"),
];

#[test]
fn whatever_is_measured_has_a_phrase_of_its_own() {
    // Every draft names its measure, or the fault falls back on the check's title.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/patterns/checks");
    let mut drafts = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let made = text.matches("Draft::new(").count();
        assert!(text.matches(".measure(").count() >= made, "{}: a draft without a measure", path.display());
        drafts += made;
    }
    assert!(drafts > 20, "{drafts} drafts: the reader is blind");
    // And what the fixtures' lifts measure is in the table.
    for case in super::fixtures::cases() {
        for (signals, set) in [case.flags, case.clear] {
            for check in crate::patterns::judge(&signals, &set, &Default::default()).reps.iter().flat_map(|r| &r.checks) {
                let Some(m) = check.measured() else { continue };
                assert!(
                    check.info.phrases.iter().any(|p| Some(p.measure) == m.measure),
                    "{} {:?} has no phrase",
                    check.info.code,
                    m.measure
                );
            }
        }
    }
}

#[test]
fn hips_too_high_and_hips_too_low_are_not_one_finding() {
    let of = |measure: &str, low: bool| {
        let (info, phrase) = phrase(measure);
        way(info, &flag(phrase, low, vec![]))
    };
    assert_ne!(of("trunk_flat_deg", true), of("hip_over_knee_stature", true));
    assert_ne!(of("arm_at_set_deg", true), of("arm_at_set_deg", false));
    assert_eq!(of("hip_shoulder_ratio", false), of("shoulder_share_at_hip_75", true), "hips first, however it was measured");
}
