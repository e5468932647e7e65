//! What every check promises: a unique code, a page, documented thresholds, a cue of the guide, three fixtures.

use super::fixtures::{cases, verdict};
use crate::config::{Config, keys};
use crate::patterns::testkit::{Lift, Noise};
use crate::patterns::*;
use std::collections::BTreeSet;

const HEADINGS: [&str; 6] =
    ["What it sees", "Why it matters", "How it is measured", "Thresholds and sources", "Cue", "When not to trust it"];

/// SPEC 2's list of cues, and those SPEC 7 and 8 name for a check.
const CUES: [&str; 21] = [
    "chest up",
    "push the floor away",
    "drag the bar up your legs",
    "drive your hips forward, don't lean back",
    "hips and chest rise together",
    "hinge at the hips first",
    "big breath into your belly, brace as if for a punch",
    "shoulder blades in your back pockets",
    "drive through the whole foot",
    "bar over mid-foot",
    "hips drive forward, not pull with the back",
    "start with a moderate weight and master form",
    "feet hip-width apart",
    "grip just outside your legs",
    "shoulders slightly in front of the bar",
    "push your hips back first",
    "don't shrug",
    "push out, as against a light band round your thighs",
    "back neutral until the bar is past your knees",
    // Not the guide's: its cue for this check would ask for the fault itself, or for something else.
    "lower it slower",
    "bend your knees more, hips below your shoulders",
];

/// Never in anything a lifter reads about his lift (SPEC 12).
const FORBIDDEN: [&str; 8] = ["danger", "injur", "damage", "hernia", "unsafe", "lumbar angle", "pelvic tilt", "butt wink"];

#[test]
fn codes_are_unique_and_complete() {
    let codes: Vec<&str> = CHECKS.iter().map(|c| c.info().code).collect();
    let mut expected: Vec<String> = vec![];
    for (letter, last) in [("E", 6), ("S", 10), ("P", 7), ("O", 7)] {
        expected.extend((1..=last).map(|i| format!("{letter}{i}")));
    }
    expected.extend(["D1", "D2", "T1", "T2", "T3", "F3"].map(String::from));
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    // Every item of the guide stands in the list; it may hold more.
    let missing: Vec<String> = expected.into_iter().filter(|code| !codes.contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let names: BTreeSet<&str> = CHECKS.iter().map(|c| c.info().name).collect();
    assert_eq!(names.len(), codes.len());
}

#[test]
fn every_page_has_its_headings_and_no_medicine() {
    for check in CHECKS {
        let info = check.info();
        let found: Vec<&str> = info.page.lines().filter_map(|l| l.strip_prefix("## ")).collect();
        assert_eq!(found, HEADINGS, "{}", info.code);
        assert!(info.page.starts_with(&format!("# {} · ", info.code)), "{}", info.code);
        for part in info.page.split("\n## ").skip(1) {
            assert!(part.lines().skip(1).any(|l| !l.trim().is_empty()), "{}: empty part {part}", info.code);
        }
        let text = info.page.to_lowercase();
        assert!(FORBIDDEN.iter().all(|w| !text.contains(w)), "{}", info.code);
        assert!(CUES.contains(&info.cue), "{}: {}", info.code, info.cue);
        // The page ends in the same words as the cue.
        let cue = info.page.split("## Cue\n").nth(1).unwrap().to_lowercase();
        assert!(cue.contains(info.cue), "{}", info.code);
    }
}

#[test]
fn every_threshold_has_unit_range_and_source() {
    let config = Config::default();
    for check in CHECKS {
        let info = check.info();
        let settings = explain::settings(info, &config);
        assert_eq!(settings.is_empty(), info.keys.is_empty(), "{}", info.code);
        for s in &settings {
            assert!(!s.unit.is_empty() && s.min < s.max && !s.source.is_empty() && !s.values.is_empty(), "{}", s.key);
            assert!(s.source.contains("SPEC") || s.source.contains("our choice") || s.source.contains("1.702"), "{}: {}", s.key, s.source);
        }
        let page = explain_with(info.code, &config).unwrap();
        assert!(!page.contains("{thresholds}"), "{}", info.code);
        if config.score.weight.get(info.code).is_some() {
            assert!(settings.iter().all(|s| page.contains(s.key)), "{}", info.code);
        }
        assert_eq!(config.score.weight.get(info.code).is_some(), config.score.deduct.get(info.code).is_some(), "{}", info.code);
    }
    // No threshold without a check that uses it.
    let claimed = |key: &str| CHECKS.iter().any(|c| c.info().keys.iter().any(|k| key.starts_with(k)));
    let stages = ["filter.", "flag.", "view.", "gate.", "plate.", "reps.", "score.", "lifter."];
    for doc in keys().filter(|d| stages.iter().all(|s| !d.key.starts_with(s))) {
        assert!(claimed(doc.key), "{}", doc.key);
    }
}

#[test]
fn every_measurable_check_flags_clears_and_abstains() {
    let cases = cases();
    let covered: BTreeSet<&str> = cases.iter().map(|c| c.code).collect();
    let measurable = CHECKS.iter().filter(|c| !matches!(c.info().sight, Sight::Never | Sight::History)).map(|c| c.info().code);
    assert_eq!(covered, measurable.collect());
    let mut wrong = vec![];
    for case in &cases {
        let (flags, clear, unclear) = (verdict(&case.flags, case.code), verdict(&case.clear, case.code), verdict(&case.unclear, case.code));
        if flags.status() != Status::Flag || clear.status() != Status::Ok || unclear.reason() != Some(case.reason) {
            wrong.push(format!("{}\n  flags: {}\n  clear: {}\n  unclear: {}", case.code, flags.text(), clear.text(), unclear.text()));
        }
        assert!(flags.cue().is_none_or(|c| CUES.contains(&c)), "{}", case.code);
        assert!(clear.cue().is_none(), "{}", case.code);
        for text in [flags.text(), clear.text(), unclear.text()] {
            assert!(FORBIDDEN.iter().all(|w| !text.to_lowercase().contains(w)) && text.ends_with('.'), "{text}");
        }
        // One number per fact: the one measured, rounded as everywhere, and the same in the metrics.
        for judgement in [&flags, &clear] {
            let m = judgement.measured().unwrap();
            let told = crate::report::words::quantity(m.value.abs(), judgement.unit());
            let told = told.trim_start_matches("≈ ").split(['°', ' ']).next().unwrap();
            let calm = m.status == Status::Ok && (m.value < 0.0 || case.code == "S6");
            assert!(calm || judgement.text().contains(told), "{}: {told} is not in: {}", case.code, judgement.text());
            assert!(m.metrics.iter().any(|(metric, v)| Some(*metric) == m.measure && *v == m.value), "{}: {:?}", case.code, m.measure);
        }
        assert!(flags.fault().is_some() && clear.fault().is_none(), "{}", case.code);
        // A number is always told with its error.
        assert!(flags.text().contains('±') && clear.text().contains('±') | (case.code == "S6"), "{} / {}", flags.text(), clear.text());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn checks_that_see_nothing_say_why_in_every_rep() {
    let judged = Lift { reps: 3, ..Lift::default() }.judged();
    for rep in &judged.reps {
        assert_eq!(rep.checks.iter().map(|c| c.info.code).collect::<Vec<_>>(), CHECKS.iter().map(|c| c.info().code).collect::<Vec<_>>());
        for check in &rep.checks {
            let expected = match check.info.sight {
                Sight::History => Some(Reason::NoHistory),
                Sight::Never => Some(Reason::NotVisibleByNature),
                Sight::Front => Some(Reason::ViewSide),
                _ => continue,
            };
            assert_eq!(check.reason(), expected, "{}", check.info.code);
        }
    }
}

#[test]
fn measured_numbers_are_sound() {
    for seed in 0..10 {
        let judged = Lift { reps: 2, noise: Noise::real(seed), ..Lift::default() }.judged();
        for m in judged.reps.iter().flat_map(|r| &r.checks).filter_map(Judgement::measured) {
            assert!(m.value.is_finite() && m.sigma > 0.0 && (0.0..=1.0).contains(&m.p_flag), "{m:?}");
            assert!((0.25..=1.0).contains(&m.confidence) && m.window_s[0] <= m.window_s[1], "{m:?}");
            assert!(m.thresholds.iter().all(|t| t.is_finite()) && m.metrics.iter().all(|n| n.1.is_finite()), "{m:?}");
            assert_eq!(m.severity == Severity::None, m.status != Status::Flag, "{m:?}");
        }
    }
}

#[test]
fn unknown_codes_are_refused_with_the_known_ones() {
    let mut config = Config::default();
    config.checks.select = vec!["E1".into(), "e4".into()];
    assert!(validate_selection(&config).is_ok());
    config.checks.ignore = vec!["X9".into()];
    let error = validate_selection(&config).unwrap_err();
    assert_eq!(error.kind, crate::ErrorKind::Usage);
    assert!(error.message.contains("X9") && error.hint.contains("E1, E2") && error.hint.contains("O7"), "{error:?}");
}

#[test]
fn selection_leaves_the_rest_out_and_out_of_the_coverage() {
    let mut config = Config::default();
    config.checks.select = vec!["E1".into(), "e4".into()];
    let rep = &Lift::default().judged_with(&config).reps[0];
    for check in &rep.checks {
        assert_eq!(check.reason() == Some(Reason::NotSelected), !["E1", "E4"].contains(&check.info.code), "{}", check.info.code);
    }
    assert_eq!((rep.coverage, rep.score), (1.0, Some(100.0)));
}

#[test]
fn the_list_of_checks_serialises_with_its_thresholds() {
    let json = serde_json::to_value(list(&Config::default())).unwrap();
    let e4 = json.as_array().unwrap().iter().find(|e| e["code"] == "E4").unwrap();
    assert_eq!((e4["view"].as_str(), e4["weight"].as_f64()), (Some("side"), Some(13.0)));
    let drift = e4["thresholds"].as_array().unwrap().iter().find(|t| t["key"] == "E4.drift_cm").unwrap();
    assert_eq!(drift["values"], serde_json::json!([3.0, 5.0, 8.0]));
    assert!(explain_with("Q1", &Config::default()).is_none() && explain_with("e4", &Config::default()).is_some());
}

#[test]
fn every_reason_is_given_by_something() {
    let sources: String = source_files(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .into_iter()
        // Where reasons are put into words they are named, not given.
        .filter(|p| !["words.rs", "reasons.rs", "unjudged.rs", "types.rs"].contains(&p.file_name().unwrap().to_str().unwrap()))
        .filter(|p| !p.components().any(|c| ["tests", "sample"].contains(&c.as_os_str().to_str().unwrap())))
        .map(|p| std::fs::read_to_string(p).unwrap().split("#[cfg(test)]\nmod tests").next().unwrap().to_owned())
        .collect();
    let schema = serde_json::to_string(&schemars::schema_for!(Reason)).unwrap();
    let codes: BTreeSet<&str> =
        schema.split('"').filter(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_uppercase() || c == '_')).collect();
    assert!(codes.len() > 20, "{schema}");
    for code in codes {
        let reason: Reason = serde_json::from_value(code.into()).unwrap();
        assert!(sources.contains(&format!("Reason::{reason:?}")), "nothing gives {code}");
    }
}

/// Codes are words, so that one check more touches no list of them; a misspelt one would find no check, and say nothing.
#[test]
fn every_code_that_is_named_is_a_checks() {
    let code = regex::Regex::new(r#""([A-Z]\d{1,2})""#).unwrap();
    let mut named = 0;
    for path in source_files(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let of_tests =
            ["tests", "sample"].iter().any(|part| path.components().any(|c| c.as_os_str() == *part)) || path.ends_with("tests.rs");
        for found in code.captures_iter(text.split("#[cfg(test)]\nmod tests").next().unwrap()).filter(|_| !of_tests) {
            // A column of the evaluation's tables.
            assert!(find(&found[1]).is_some() || &found[1] == "F1", "{}: there is no check {}", path.display(), &found[1]);
            named += 1;
        }
    }
    assert!(named > 100, "{named} codes: the reader is blind");
}

fn source_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|p| p.is_dir());
    let below = folders.iter().flat_map(|f| source_files(f));
    files.into_iter().filter(|p| p.extension().is_some_and(|e| e == "rs")).chain(below).collect()
}
