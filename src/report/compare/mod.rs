//! Two sets side by side: before and after, or two lifters.
//!
//! A difference counts only beyond 1.64·√(σ₁² + σ₂²) (SPEC 11.2: 1.64·σ·√2 for equal errors);
//! below it reads "no clear change".

mod page;

pub use page::{Side, render_html};

use super::style::Style;
use super::words::clean;
use super::{Report, words};
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
    // The error of one rep's score is not known; the set's, which averages over reps, is no measure of it.
    (part.set.score, part.set.score_sigma, part.set.coverage) = (only.score, None, only.coverage);
    part.provenance.video.file_name = format!("{}, rep {index}", report.provenance.video.file_name);
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
    let mut rows = vec![row("Score", "points", score(before), score(after), Some(-1.0))];
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
    for code in codes {
        let (b, a) = (typical(before, code), typical(after, code));
        let Some(any) = b.as_ref().or(a.as_ref()) else { continue };
        // A check may be measured in another unit when something was missing; then nothing can be said.
        let same = b.as_ref().zip(a.as_ref()).is_none_or(|(b, a)| b.unit == a.unit);
        let value = |t: &Option<Typical>| t.as_ref().filter(|_| same).map(|t| (t.value, t.sigma));
        rows.push(row(&any.title, &any.unit, value(&b), value(&a), Some(any.worse)));
    }
    rows
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

struct Typical {
    title: String,
    unit: String,
    value: f64,
    sigma: f64,
    /// +1 when a larger value is worse.
    worse: f64,
}

/// Median over the full reps that measured it. Errors of one check are mostly the same in all reps
/// of a video (clothes, scale), so the median σ stands for the set.
fn typical(report: &Report, code: &str) -> Option<Typical> {
    let whole = report.full_reps().next().is_some();
    let checks: Vec<_> = report
        .reps
        .iter()
        .filter(|rep| !whole || rep.kind == RepKind::Full)
        .flat_map(|rep| &rep.checks)
        .filter(|c| c.code == code && !matches!(c.status, Status::NotAssessable | Status::NotApplicable))
        .collect();
    let first = checks.first()?;
    let worse = first.threshold.map_or(1.0, |t| if t[2] < t[0] { -1.0 } else { 1.0 });
    Some(Typical {
        title: first.title.clone(),
        unit: first.unit.clone(),
        value: median(checks.iter().filter(|c| c.unit == first.unit).filter_map(|c| c.value).collect())?,
        sigma: median(checks.iter().filter(|c| c.unit == first.unit).filter_map(|c| c.sigma).collect())?,
        worse,
    })
}

/// The comparison in a few words: what is clearly better, what clearly worse.
pub fn summary(rows: &[Row]) -> String {
    let named = |change: Change| rows.iter().filter(|r| r.change == change).map(|r| r.title.as_str()).collect::<Vec<_>>();
    let (better, worse) = (named(Change::Better), named(Change::Worse));
    let part = |word: &str, titles: Vec<&str>| {
        (!titles.is_empty()).then(|| format!("Clearly {word}: {}.", super::praise::list(&titles).to_lowercase()))
    };
    let parts: Vec<String> = part("better", better).into_iter().chain(part("worse", worse)).collect();
    if parts.is_empty() { "No clear change: the differences are within the error of measuring.".into() } else { parts.join(" ") }
}

fn said(row: &Row, value: Option<f64>) -> String {
    value.map_or("–".into(), |v| words::number(v, &row.unit))
}

/// "+1.2 ± 0.4 cm".
fn difference(row: &Row) -> String {
    match row.difference {
        None => "–".into(),
        Some(d) => {
            format!("{}{}", if d > 0.0 { "+" } else { "" }, words::measured(d, row.sigma, if row.unit == "≈°" { "°" } else { &row.unit }))
        }
    }
}

/// For the terminal, within 80 columns.
pub fn render_text(before: &Report, after: &Report, style: Style) -> String {
    let rows = rows(before, after);
    let mut out = format!(
        "before  {}\nafter   {}\n\n{}\n\n",
        clean(&before.provenance.video.file_name),
        clean(&after.provenance.video.file_name),
        style.paint("1", &summary(&rows))
    );
    out += &style.paint("2", &format!("{:<28}{:>8}{:>8}  {:<16}{}\n", "", "before", "after", "difference", ""));
    for row in &rows {
        let code = match row.change {
            Change::Better => "32",
            Change::Worse => "31",
            _ => "2",
        };
        let title: String = row.title.chars().take(27).collect();
        let word = style.paint(code, row.change.word());
        out += &format!("{title:<28}{:>8}{:>8}  {:<16}{word}\n", said(row, row.before), said(row, row.after), difference(row));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    #[test]
    fn a_change_within_error_is_none_and_beyond_it_has_a_direction() {
        let known = |v: f64| Some((v, 1.0));
        assert_eq!(row("x", "cm", known(3.0), known(5.3), Some(1.0)).change, Change::NoClear);
        assert_eq!(row("x", "cm", known(3.0), known(5.4), Some(1.0)).change, Change::Worse);
        assert_eq!(row("x", "cm", known(5.4), known(3.0), Some(1.0)).change, Change::Better);
        assert_eq!(row("x", "cm", known(3.0), known(5.4), None).change, Change::Different);
        assert_eq!(row("x", "cm", None, known(5.4), None).change, Change::Unknown);
    }

    #[test]
    fn a_set_equals_itself_and_a_faulty_one_scores_worse_than_a_clean_one() {
        let (clean, faulty) = (sample::build(Case::Clean).report, sample::build(Case::Faulty).report);
        assert!(rows(&clean, &clean).iter().all(|r| r.change == Change::NoClear && r.difference == Some(0.0)));
        let rows = rows(&clean, &faulty);
        assert_eq!((rows[0].title.as_str(), rows[0].change), ("Score", Change::Worse));
        assert!(summary(&rows).starts_with("Clearly worse: score"), "{}", summary(&rows));
    }

    #[test]
    fn fits_80_columns() {
        let (a, b) = (sample::build(Case::Clean).report, sample::build(Case::NotAssessable).report);
        let text = render_text(&a, &b, Style { color: false, width: 80, verbose: false });
        assert!(text.lines().skip(3).all(|l| l.chars().count() <= 80), "{text}");
        assert!(text.contains("cannot be compared"));
    }
}
