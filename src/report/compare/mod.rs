//! Two sets side by side: before and after, or two lifters.
//!
//! A difference counts only beyond 1.64·√(σ₁² + σ₂²) (SPEC 11.2: 1.64·σ·√2 for equal errors);
//! below it reads "no clear change".

mod page;
mod terminal;

pub use page::{Side, render_html};
pub use terminal::render as render_text;

use super::words::clean;
use super::{CheckPart, RepPart, Report, words};
use crate::error::{Error, Result};
use crate::patterns::Status;
use crate::reps::RepKind;

/// 90 % of the differences that chance alone makes are smaller than this many σ.
const CLEAR_SIGMAS: f64 = 1.64;

/// What a difference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Within error.
    NoClear,
    Better,
    Worse,
    /// Clear, but neither good nor bad.
    Different,
    /// One set does not know the value, or its error.
    Unknown,
}

impl Change {
    pub fn word(self) -> &'static str {
        match self {
            Change::NoClear => "no clear change",
            Change::Better => "better",
            Change::Worse => "worse",
            Change::Different => "different",
            Change::Unknown => "cannot be compared",
        }
    }
}

/// One line of the comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub title: String,
    pub unit: String,
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// after − before.
    pub difference: Option<f64>,
    /// σ of the difference.
    pub sigma: Option<f64>,
    pub change: Change,
}

/// A value with its error.
type Known = Option<(f64, f64)>;

fn row(title: &str, unit: &str, before: Known, after: Known, worse: Option<f64>) -> Row {
    let both = before.zip(after);
    let difference = both.map(|(b, a)| a.0 - b.0);
    let sigma = both.map(|(b, a)| b.1.hypot(a.1));
    let change = match difference.zip(sigma) {
        None => Change::Unknown,
        Some((d, s)) if d.abs() <= CLEAR_SIGMAS * s => Change::NoClear,
        Some((d, _)) => worse.map_or(Change::Different, |sign| if d * sign > 0.0 { Change::Worse } else { Change::Better }),
    };
    Row { title: title.into(), unit: unit.into(), before: before.map(|b| b.0), after: after.map(|a| a.0), difference, sigma, change }
}

/// A set, or one repetition of it with its own score; what has nothing to compare is refused in a sentence.
pub fn part(report: &Report, rep: Option<u32>, name: &str) -> Result<Report> {
    let Some(index) = rep else {
        if report.reps.is_empty() {
            let hint = "compare sets in which a repetition was found";
            return Err(Error::input(format!("{}: no repetition was found in it, there is nothing to compare", clean(name)), hint));
        }
        return Ok(report.clone());
    };
    let Some(only) = report.rep(index) else {
        let hint = format!("it has {}", words::count(report.reps.len(), "rep"));
        return Err(Error::usage(format!("{}: there is no rep {index}", clean(name)), hint));
    };
    let mut part = report.clone();
    part.reps = vec![only.clone()];
    part.set.rep_count = u32::from(only.kind == RepKind::Full);
    // The rep's own error: the set's averages over reps. A report of before 1.1 does not tell it.
    (part.set.score, part.set.score_sigma, part.set.coverage) = (only.score, only.score_sigma, only.coverage);
    part.provenance.video.file_name = format!("{}, rep {index}", report.called());
    part.recording = None;
    // The set's headline speaks of its other reps too.
    let worst = only.flags().first().map(|flag| format!("{} ({})", words::sentence(&flag.named()), words::graded(flag)));
    part.set.headline.text = worst.unwrap_or_else(|| "Nothing found that needs work".into());
    Ok(part)
}

/// Lift-off of the first rep that has one, s: where two videos are laid side by side.
fn lift_off(report: &Report) -> Option<f64> {
    let full = report.full_reps().find_map(|r| r.lift_off_s);
    full.or_else(|| report.reps.iter().find_map(|r| r.lift_off_s))
}

/// The score, the numbers of the bar, then every check that one of the two could measure.
pub fn rows(before: &Report, after: &Report) -> Vec<Row> {
    let score = |r: &Report| r.set.score.zip(r.set.score_sigma);
    // Where a report tells no error of a rep's score, the numbers are told and their difference is not judged.
    let first = row("Score", "points", score(before), score(after), Some(-1.0));
    let mut rows = vec![Row { before: before.set.score, after: after.set.score, ..first }];
    rows.retain(|row| row.before.is_some() || row.after.is_some());
    for (name, title, unit, worse) in METRICS {
        let known = |r: &Report| metric(r, name);
        if known(before).is_some() || known(after).is_some() {
            rows.push(row(title, unit, known(before), known(after), worse));
        }
    }
    let mut codes: Vec<&str> = vec![];
    for check in [before, after].into_iter().flat_map(|r| &r.reps).flat_map(|rep| &rep.checks) {
        if check.value.is_some() && !codes.contains(&check.code.as_str()) {
            codes.push(&check.code);
        }
    }
    // The trunk giving at lift-off is the change of the back that E1 tells (SPEC 6.5): one number per fact.
    let told = codes.contains(&"E1");
    rows.extend(codes.into_iter().filter(|code| !(told && *code == "E5")).filter_map(|code| of_check(code, before, after)));
    rows
}

/// One check of both sets, in one measure: that of what was found, or what both measured. Its worst rep where any rep of either is
/// at fault, which a median would hide, else its median.
fn of_check(code: &str, before: &Report, after: &Report) -> Option<Row> {
    let sides = [before, after].map(|report| measured(report, code));
    let all = || sides.iter().flatten().map(|(_, check)| *check);
    let at_fault = all().any(|c| c.status == Status::Flag);
    let shared = |c: &&CheckPart| sides.iter().all(|side| side.iter().any(|(_, x)| same(x, c)));
    let lead = match at_fault {
        true => all().max_by_key(|c| c.severity)?,
        false => all().find(shared).or_else(|| all().next())?,
    };
    let worse = if lead.falls() { -1.0 } else { 1.0 };
    let value = |side: &[(&RepPart, &CheckPart)]| {
        // Where another measure decided, the number stands among the metrics; its error is the instrument's, the same for both.
        let metric = |rep: &RepPart| Some((lead.measure.as_deref().and_then(|m| rep.metric(m))?, lead.sigma?));
        let one = |(rep, check): &(&RepPart, &CheckPart)| if same(check, lead) { check.value.zip(check.sigma) } else { metric(rep) };
        let known: Vec<(f64, f64)> = side.iter().filter_map(one).collect();
        if at_fault { known.into_iter().max_by(|a, b| (a.0 * worse).total_cmp(&(b.0 * worse))) } else { typical(known) }
    };
    // Of one rep against one there is no worst.
    let several = sides.iter().any(|side| side.len() > 1);
    let title = format!("{}{}", lead.title, if at_fault && several { WORST } else { "" });
    // Between two values that are both well there is a difference, but nothing better or worse.
    let close = all().any(|c| matches!(c.status, Status::Flag | Status::Borderline));
    Some(row(&title, &lead.unit, value(&sides[0]), value(&sides[1]), close.then_some(worse)))
}

/// Behind the title of a row that holds the worst rep.
const WORST: &str = ", worst rep";

/// A report of before 1.1 does not name its measure: of a check that has but one it is known.
fn same(a: &CheckPart, b: &CheckPart) -> bool {
    let unnamed = a.measure.is_none() || b.measure.is_none();
    let only = || crate::patterns::find(&a.code).is_some_and(|check| check.info().phrases.len() == 1);
    a.code == b.code && a.unit == b.unit && (a.measure == b.measure || unnamed && only())
}

/// A check where it was measured, in the full reps where there are any.
fn measured<'a>(report: &'a Report, code: &str) -> Vec<(&'a RepPart, &'a CheckPart)> {
    let whole = report.full_reps().next().is_some();
    let reps = report.reps.iter().filter(|rep| !whole || rep.kind == RepKind::Full);
    reps.flat_map(|rep| rep.checks.iter().map(move |c| (rep, c))).filter(|(_, c)| c.code == code && c.value.is_some()).collect()
}

/// Errors of one check are mostly the same in all reps of a video (clothes, scale), so the median σ stands for the set.
fn typical(known: Vec<(f64, f64)>) -> Known {
    let (values, sigmas): (Vec<f64>, Vec<f64>) = known.into_iter().unzip();
    Some((median(values)?, median(sigmas)?))
}

/// Numbers of the bar: metric, title, unit, the direction that is worse (none: neither good nor bad).
const METRICS: [(&str, &str, &str, Option<f64>); 2] =
    [("mean_velocity_mps", "Mean speed up", "m/s", None), ("peak_velocity_mps", "Peak speed up", "m/s", None)];

/// Median of a metric over the reps that know it with its error, and the median error.
fn metric(report: &Report, name: &str) -> Known {
    let sigma = format!("{name}_sigma");
    let (values, sigmas): (Vec<f64>, Vec<f64>) = report.reps.iter().filter_map(|r| r.metric(name).zip(r.metric(&sigma))).unzip();
    Some((median(values)?, median(sigmas)?))
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The comparison in a few words: what is clearly better, what clearly worse.
pub fn summary(rows: &[Row]) -> String {
    let named = |change: Change| rows.iter().filter(|r| r.change == change).map(|r| r.title.trim_end_matches(WORST)).collect::<Vec<_>>();
    let (better, worse) = (named(Change::Better), named(Change::Worse));
    let part = |word: &str, titles: Vec<&str>| {
        (!titles.is_empty()).then(|| format!("Clearly {word}: {}.", super::praise::list(&titles).to_lowercase()))
    };
    let parts: Vec<String> = part("better", better).into_iter().chain(part("worse", worse)).collect();
    let other = named(Change::Different);
    match parts.is_empty() {
        false => parts.join(" "),
        // Where nothing stands on both sides nothing was found to be alike.
        true if rows.iter().all(|r| r.difference.is_none()) => {
            "Nothing can be compared: what was measured in one of the two was not in the other. Film both from the side.".into()
        }
        // What changed without being good or bad has changed all the same.
        true if !other.is_empty() => {
            format!("Nothing clearly better or worse. Different: {}.", super::praise::list(&other).to_lowercase())
        }
        true => "No clear change: the differences are within the error of measuring.".into(),
    }
}

fn said(row: &Row, value: Option<f64>) -> String {
    // As its difference is told: a share of the height in percent of it.
    let plain = |v: f64| if row.unit == "share of stature" { words::number(100.0 * v, "%") } else { words::number(v, &row.unit) };
    value.map_or("–".into(), plain)
}

/// "+1.2 ± 0.4 cm".
fn difference(row: &Row) -> String {
    match row.difference {
        None => "–".into(),
        // Told numbers add up: 38 less −2 is 40, whatever their hidden digits make of it.
        Some(d) => {
            let d = row.before.zip(row.after).map_or(d, |(b, a)| words::told(a, &row.unit) - words::told(b, &row.unit));
            let plus = d > 0.0 && words::number(d, &row.unit).contains(|c: char| ('1'..='9').contains(&c));
            format!("{}{}", if plus { "+" } else { "" }, words::measured(d, row.sigma, if row.unit == "≈°" { "°" } else { &row.unit }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::super::style::Style;
    use super::*;

    #[test]
    fn a_change_within_error_is_none_and_beyond_it_has_a_direction() {
        let known = |v: f64| Some((v, 1.0));
        assert_eq!(row("x", "cm", known(3.0), known(5.3), Some(1.0)).change, Change::NoClear);
        assert_eq!(row("x", "cm", known(3.0), known(5.4), Some(1.0)).change, Change::Worse);
        assert_eq!(row("x", "cm", known(5.4), known(3.0), Some(1.0)).change, Change::Better);
        assert_eq!(row("x", "cm", known(3.0), known(5.4), None).change, Change::Different);
        assert_eq!(row("x", "cm", None, known(5.4), None).change, Change::Unknown);
        // Told numbers add up, and what has nothing beside it is not called alike.
        assert_eq!(difference(&row("x", "°", known(-2.4), known(38.4), None)), "+40 ± 1°");
        assert!(summary(&[row("x", "cm", None, known(5.4), None)]).starts_with("Nothing can be compared"));
        assert!(summary(&[row("x", "cm", known(5.0), known(5.4), None)]).starts_with("No clear change"));
    }

    #[test]
    fn a_set_equals_itself_and_a_faulty_one_scores_worse_than_a_clean_one() {
        let (clean, faulty) = (sample::build(Case::Clean).report, sample::build(Case::Faulty).report);
        assert!(rows(&clean, &clean).iter().all(|r| r.change == Change::NoClear && r.difference == Some(0.0)));
        let slower = |r: Row| Row { change: if r.title == "Score" { Change::Different } else { Change::NoClear }, ..r };
        let text = summary(&rows(&clean, &clean).into_iter().map(slower).collect::<Vec<_>>());
        assert_eq!(text, "Nothing clearly better or worse. Different: score.", "a headline of no change would deny the row below");
        // One rep of each: its own error, so that the difference is judged.
        let reps = [&clean, &faulty].map(|r| part(r, Some(3), "x").unwrap());
        assert_eq!(rows(&reps[0], &reps[1])[0].sigma, Some(4.0_f64.hypot(4.0)));
        let rows = rows(&clean, &faulty);
        assert_eq!((rows[0].title.as_str(), rows[0].change), ("Score", Change::Worse));
        assert!(summary(&rows).starts_with("Clearly worse: score"), "{}", summary(&rows));
    }

    #[test]
    fn a_report_of_the_first_version_is_compared_and_what_is_none_says_what_to_do() {
        let (clean, faulty) = (sample::build(Case::Clean).report, sample::build(Case::Faulty).report);
        let mut old = serde_json::to_value(&faulty).unwrap();
        old["schema_version"] = "1.0".into();
        let drop = |value: &mut serde_json::Value, names: &[&str]| names.iter().for_each(|n| _ = value.as_object_mut().unwrap().remove(*n));
        drop(&mut old, &["scene", "recording", "front"]);
        drop(&mut old["set"], &["headline"]);
        old["set"]["top_findings"].as_array_mut().unwrap().iter_mut().for_each(|f| drop(f, &["fault", "worst_rep", "gain_points"]));
        for rep in old["reps"].as_array_mut().unwrap() {
            rep["checks"].as_array_mut().unwrap().iter_mut().for_each(|c| drop(c, &["fault", "measure", "from_front"]));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        std::fs::write(&path, old.to_string()).unwrap();
        let read = crate::report::json::read(&path).unwrap();
        let text = render_text(&read, &clean, Style { color: false, width: 80, verbose: false });
        assert!(text.contains("Clearly better: score"), "{text}");
        // One measure, one number: what the old report does not name is known.
        let line = text.lines().find(|l| l.starts_with("Hinge first")).unwrap();
        assert!(!line.contains("cannot be compared"), "{line}");
        // A version that this program does not read, and what is no report at all, are told apart.
        old["schema_version"] = "0.1".into();
        std::fs::write(&path, old.to_string()).unwrap();
        let refused = crate::report::json::read(&path).unwrap_err();
        assert!(refused.message.contains("is a report of schema 0.1, which this program does not read"), "{refused}");
        assert!(refused.hint.contains("formcheck score"), "{refused}");
        drop(&mut old, &["set", "schema_version"]);
        std::fs::write(&path, old.to_string()).unwrap();
        let refused = crate::report::json::read(&path).unwrap_err();
        assert!(refused.message.ends_with("is not a report") && refused.hint.contains("analyse the video again"), "{refused}");
    }

    #[test]
    fn a_fault_in_one_rep_is_not_hidden_by_the_median() {
        let (clean, faulty) = (sample::build(Case::Clean).report, sample::build(Case::Faulty).report);
        let rows = rows(&clean, &faulty);
        let drift = rows.iter().find(|r| r.title == "Bar drifts forward, worst rep").unwrap();
        assert_eq!((drift.before, drift.after, drift.change), (Some(1.0), Some(6.4), Change::Worse));
        assert!(rows.iter().any(|r| r.title == "Leaning back at lockout"), "nobody's fault: the median");
    }

    #[test]
    fn what_is_worse_follows_the_fault_s_side_and_numbers_their_difference() {
        let mut check = sample::build(Case::Clean).report.reps[0].check("E4").unwrap().clone();
        let mut way = |code: &str, measure: &str, threshold: [f64; 3]| {
            (check.code, check.measure, check.threshold) = (code.into(), Some(measure.into()), Some(threshold));
            check.falls()
        };
        assert_eq!((way("E4", "bar_drift_cm", [3.0, 5.0, 8.0]), way("P4", "eccentric_s", [1.0, 0.7, 0.45])), (false, true));
        // A single step has no direction of its own: a chest that hangs is the lower number.
        let hung = crate::patterns::find("S6").unwrap().info().phrases.iter().find(|p| p.high.is_none()).unwrap();
        assert!(way("S6", hung.measure.name, [-0.25; 3]));
        let share = row("Start position", "share of stature", Some((0.1, 0.01)), Some((0.0, 0.01)), Some(-1.0));
        assert_eq!((said(&share, share.before), difference(&share)), ("10".into(), "−10 ± 1 % of height".into()));
    }
}
