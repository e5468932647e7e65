//! `index.html`: the overview for people, one self-contained file.

use super::charts::{self, Series};
use super::json::NOTICE;
use super::{Agreement, FailureRow, Frequent, History, Material, Overview, SetRecord, by_lifter, severity_name};
use crate::batch::date::Day;
use crate::batch::history::{Metric, variant_name};
use crate::batch::outcome::write_whole;
use crate::batch::text::href;
use crate::batch::thumb::THUMB_FILE;
use crate::error::{Error, Result};
use crate::patterns::{Severity, Status};
use askama::Template;
use std::path::Path;

/// Up to this many sets the drawings stand in the page itself; beyond it they are linked, so that
/// the page stays small enough for a phone.
const INLINE_THUMBS_MAX: usize = 1000;

#[derive(Template)]
#[template(path = "batch/summary/index.html")]
struct Page<'a> {
    version: &'static str,
    notice: &'static str,
    reps: u32,
    rows: Vec<Row<'a>>,
    lifters: Vec<Card<'a>>,
    charts: Vec<Chart>,
    legend: Vec<(usize, String)>,
    frequent: Vec<Bar<'a>>,
    failures: &'a [FailureRow],
    pending: &'a [String],
    notices: &'a [String],
    agreement: Vec<AgreementRow<'a>>,
}

/// One set; what stands in `*_key` is what the column is sorted by.
struct Row<'a> {
    set: &'a SetRecord,
    link: String,
    thumb: Thumb,
    date: String,
    load: String,
    load_key: String,
    score: String,
    score_key: String,
    score_class: &'static str,
    speed: String,
    speed_key: String,
    variant: &'static str,
    flags: Vec<Flag<'a>>,
    flags_key: u32,
    cue: &'a str,
}

enum Thumb {
    Inline(String),
    Linked(String),
    None,
}

struct Flag<'a> {
    code: &'a str,
    title: &'a str,
    severity: &'static str,
    reps: u32,
}

struct Card<'a> {
    history: &'a History,
    name: &'a str,
    sparkline: Option<String>,
    last: String,
    one_rep_max: Vec<String>,
    /// Flags and borderline, the worst first.
    told: Vec<(&'a Metric, &'static str)>,
    clear: Vec<&'a Metric>,
    open: Vec<&'a Metric>,
}

struct Chart {
    title: &'static str,
    svg: String,
}

struct Bar<'a> {
    row: &'a Frequent,
    percent: f64,
}

struct AgreementRow<'a> {
    a: &'a Agreement,
    title: &'a str,
    precision: String,
    recall: String,
    kappa: String,
}

pub fn write(material: &Material, overview: &Overview) -> Result<()> {
    let groups = by_lifter(&overview.sets);
    let name = |lifter: Option<&str>| lifter.unwrap_or("lifter not named").to_owned();
    let inline = overview.sets.len() <= INLINE_THUMBS_MAX;
    let most = overview.frequent.first().map_or(1, |f| f.sets).max(1);
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        notice: NOTICE,
        reps: overview.sets.iter().map(|s| s.rep_count).sum(),
        rows: overview.sets.iter().map(|set| row(set, overview, material.out, inline)).collect(),
        lifters: overview.lifters.iter().zip(&groups).map(|(history, (_, sets))| card(history, sets)).collect(),
        charts: all_charts(&groups),
        legend: groups.iter().enumerate().take(charts::COLOURS).map(|(i, (lifter, _))| (i, name(*lifter))).collect(),
        frequent: overview.frequent.iter().take(8).map(|row| Bar { row, percent: f64::from(row.sets) / f64::from(most) * 100.0 }).collect(),
        failures: &overview.failures,
        pending: &overview.pending,
        notices: &overview.notices,
        agreement: overview.agreement.iter().map(|a| agreement(a, overview)).collect(),
    };
    let mut problem = None;
    write_whole(&material.out.join("index.html"), |out| {
        let mut out = Utf8(out, None);
        if let Err(e) = page.render_into(&mut out) {
            problem = Some(e);
        }
        out.1.map_or(Ok(()), Err)
    })?;
    problem.map_or(Ok(()), |e| Err(Error::internal(format!("the overview cannot be rendered: {e}"))))
}

/// Lets the template write into a file; keeps the first fault of the disk.
struct Utf8<'a>(&'a mut dyn std::io::Write, Option<std::io::Error>);

impl std::fmt::Write for Utf8<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write_all(text.as_bytes()).map_err(|e| {
            self.1 = Some(e);
            std::fmt::Error
        })
    }
}

fn row<'a>(set: &'a SetRecord, overview: &'a Overview, out: &Path, inline: bool) -> Row<'a> {
    let folder = out.join(&set.result);
    let best = ["report.html", "report.json"].into_iter().find(|f| folder.join(f).is_file()).unwrap_or("report.json");
    let score = match (set.score, set.score_sigma) {
        (Some(score), Some(sigma)) => format!("{score:.0} ± {sigma:.0}"),
        (Some(score), None) => format!("{score:.0}"),
        _ => "–".into(),
    };
    let flags: Vec<Flag> = set
        .checks
        .iter()
        .filter(|c| c.severity > Severity::None)
        .map(|c| Flag { code: &c.code, title: overview.title(&c.code), severity: severity_name(c.severity), reps: c.reps_flagged })
        .collect();
    Row {
        link: href(&set.result.join(best)),
        thumb: thumb(set, &folder, inline),
        date: set.facts.date.map_or("–".into(), |d| d.to_string()),
        load: set.facts.load_kg.map_or("–".into(), |kg| format!("{kg} kg")),
        load_key: key(set.facts.load_kg),
        score,
        score_key: key(set.score),
        score_class: set.score.map_or("none", band),
        speed: set.mean_velocity_mps.map_or("–".into(), |v| format!("{v:.2} m/s")),
        speed_key: key(set.mean_velocity_mps),
        variant: variant_name(set.variant),
        flags_key: set.checks.iter().map(|c| c.severity as u32 * c.severity as u32).sum(),
        flags,
        cue: set.top.as_ref().map_or("", |t| t.2.as_str()),
        set,
    }
}

/// SPEC 11.2's bands.
fn band(score: f64) -> &'static str {
    match score {
        s if s >= 90.0 => "good",
        s if s >= 75.0 => "fair",
        s if s >= 60.0 => "weak",
        _ => "poor",
    }
}

/// What is not known sorts last.
fn key(value: Option<f64>) -> String {
    value.map_or(String::new(), |v| v.to_string())
}

fn thumb(set: &SetRecord, folder: &Path, inline: bool) -> Thumb {
    let file = folder.join(THUMB_FILE);
    if !inline {
        return if file.is_file() { Thumb::Linked(href(&set.result.join(THUMB_FILE))) } else { Thumb::None };
    }
    // Written by this program out of numbers alone; anything else in its place is not let in.
    let own =
        |text: &String| text.starts_with("<svg ") && !text.contains("<script") && !text.contains("<foreignObject") && !text.contains(" on");
    std::fs::read_to_string(file).ok().filter(own).map_or(Thumb::None, Thumb::Inline)
}

fn card<'a>(history: &'a History, sets: &[&SetRecord]) -> Card<'a> {
    let scores: Vec<f64> = sets.iter().filter_map(|s| s.score).collect();
    let mut told: Vec<(&Metric, &'static str)> = history
        .metrics
        .iter()
        .filter(|m| matches!(m.status, Status::Flag | Status::Borderline))
        .map(|m| (m, if m.status == Status::Borderline { "watch" } else { severity_name(m.severity) }))
        .collect();
    told.sort_by_key(|(m, _)| std::cmp::Reverse(m.severity));
    Card {
        history,
        name: history.lifter.as_deref().unwrap_or("lifter not named"),
        sparkline: charts::sparkline(&scores),
        last: scores.last().map_or("no score".into(), |s| format!("last score {s:.0}")),
        one_rep_max: history
            .one_rep_max
            .iter()
            .map(|r| format!("{} {:.0} kg ({})", variant_name(r.variant), r.load_kg, r.source))
            .collect(),
        told,
        clear: history.metrics.iter().filter(|m| m.status == Status::Ok).collect(),
        open: history.metrics.iter().filter(|m| m.reason.is_some()).collect(),
    }
}

fn all_charts(groups: &[(Option<&str>, Vec<&SetRecord>)]) -> Vec<Chart> {
    let day = |s: &SetRecord| s.facts.date.map(|d: Day| d.number() as f64);
    let load = |s: &SetRecord| s.facts.load_kg;
    let day_label = |v: f64| day_text(v as i64);
    let load_label = |v: f64| format!("{v:.0} kg");
    let score = |s: &SetRecord| s.score;
    let speed = |s: &SetRecord| s.mean_velocity_mps;
    let drawn = [
        ("Form score over time", charts::scatter(&series(groups, day, score), true, day_label, 0)),
        ("Form score against load", charts::scatter(&series(groups, load, score), false, load_label, 0)),
        ("Bar speed over time (mean, fastest repetition, m/s)", charts::scatter(&series(groups, day, speed), true, day_label, 2)),
        ("Bar speed against load (m/s)", charts::scatter(&series(groups, load, speed), false, load_label, 2)),
    ];
    drawn.into_iter().filter_map(|(title, svg)| Some(Chart { title, svg: svg? })).collect()
}

fn series(
    groups: &[(Option<&str>, Vec<&SetRecord>)],
    x: impl Fn(&SetRecord) -> Option<f64>,
    y: impl Fn(&SetRecord) -> Option<f64>,
) -> Vec<Series> {
    let one = |(colour, (_, sets)): (usize, &(Option<&str>, Vec<&SetRecord>))| {
        let known: Vec<((f64, f64), String)> = sets.iter().filter_map(|s| Some(((x(s)?, y(s)?), s.name.clone()))).collect();
        let (points, names) = known.into_iter().unzip();
        Series { points, names, colour }
    };
    groups.iter().enumerate().map(one).collect()
}

/// Day number → date, by looking: charts label two days only.
fn day_text(number: i64) -> String {
    let year = 1970 + (number as f64 / 365.2425).floor() as i32;
    let days = (year - 1..=year + 1).flat_map(|y| (1..=12).flat_map(move |m| (1..=31).filter_map(move |d| Day::new(y, m, d))));
    days.into_iter().find(|d| d.number() == number).map_or(String::new(), |d| d.to_string())
}

fn agreement<'a>(a: &'a Agreement, overview: &'a Overview) -> AgreementRow<'a> {
    let share = |v: Option<f64>| v.map_or("–".into(), |v| format!("{v:.2}"));
    AgreementRow { a, title: overview.title(&a.code), precision: share(a.precision), recall: share(a.recall), kappa: share(a.kappa) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_labelled_with_their_date() {
        for text in ["1970-01-01", "2024-02-29", "2025-12-31", "2026-01-01"] {
            assert_eq!(day_text(Day::parse(text).unwrap().number()), text);
        }
    }
}
