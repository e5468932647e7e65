//! What the overview says of one lifter.

use super::charts::{self, Point};
use super::material::{UNNAMED, severity_name};
use super::point::point;
use crate::batch::history::{History, Metric, Profile, ProfilePoint};
use crate::batch::record::SetRecord;
use crate::patterns::Status;
use crate::report::words;
use crate::reps::Variant;
use std::path::Path;

/// A lifter's sets, oldest first.
pub type Group<'a> = (Option<&'a str>, Vec<&'a SetRecord>);

/// One lifter.
pub struct Card<'a> {
    pub history: &'a History,
    pub name: &'a str,
    pub colour: usize,
    pub sparkline: Option<String>,
    pub last: String,
    pub one_rep_max: Vec<String>,
    /// Speed against load, one per kind of deadlift.
    pub profiles: Vec<Speed<'a>>,
    pub caution: Option<&'static str>,
    pub example: Option<&'static str>,
    /// Flags and borderline, the worst first.
    pub told: Vec<(&'a Metric, &'static str)>,
    pub clear: Vec<&'a Metric>,
    pub open: Vec<&'a Metric>,
}

/// Speed against load of one kind of deadlift.
pub struct Speed<'a> {
    pub title: String,
    pub text: String,
    pub svg: Option<String>,
    /// Whether the chart has a line with a band.
    pub band: bool,
    pub rows: Vec<SpeedRow<'a>>,
}

/// One set of it.
pub struct SpeedRow<'a> {
    pub file: &'a str,
    pub load: String,
    pub speed: String,
    /// Speed lost from the fastest repetition to the last.
    pub loss: String,
}

/// One card per lifter; `up` leads from the page to the results.
pub fn cards<'a>(groups: &[Group], histories: &'a [History], out: &Path, up: &str) -> Vec<Card<'a>> {
    let pairs = histories.iter().zip(groups).enumerate();
    let mut cards: Vec<Card> = pairs.map(|(i, (history, (_, sets)))| card(i, history, sets, out, up)).collect();
    // The guide's example stands once on a page.
    let first = cards.iter().position(|c| c.example.is_some());
    cards.iter_mut().enumerate().filter(|(i, _)| Some(*i) != first).for_each(|(_, c)| c.example = None);
    cards
}

fn card<'a>(colour: usize, history: &'a History, sets: &[&SetRecord], out: &Path, up: &str) -> Card<'a> {
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
        name: history.lifter.as_deref().unwrap_or(UNNAMED),
        colour: colour % charts::COLOURS,
        sparkline: charts::sparkline(&scores, colour),
        last: last(sets),
        one_rep_max: history.one_rep_max.iter().map(|r| format!("{} {:.0} kg ({})", r.variant.name(), r.load_kg, r.source)).collect(),
        profiles: history.load_velocity.iter().map(|p| speed(p, sets, colour, out, up)).collect(),
        example: history.example,
        caution: history.load_velocity.first().map(|p| p.caution),
        told,
        clear: history.metrics.iter().filter(|m| m.status == Status::Ok).collect(),
        open: history.metrics.iter().filter(|m| m.reason.is_some()).collect(),
    }
}

/// A profile's chart with its rows.
fn speed<'a>(profile: &'a Profile, sets: &[&SetRecord], colour: usize, out: &Path, up: &str) -> Speed<'a> {
    let of = |p: &ProfilePoint| {
        let set = sets.iter().find(|s| s.called() == p.file)?;
        Some(point(set, p.load_kg, p.mean_velocity_mps, 2, out, up))
    };
    let points: Vec<Point> = profile.points.iter().filter_map(of).collect();
    let row = |p: &'a ProfilePoint| SpeedRow {
        file: &p.file,
        load: format!("{} kg", p.load_kg),
        speed: words::measured(p.mean_velocity_mps, p.mean_velocity_mps_sigma, "m/s"),
        loss: p.velocity_loss_pct.map_or("–".into(), |l| words::quantity(l.max(0.0), "%")),
    };
    Speed {
        // A lifter of one kind of deadlift need not be told which.
        title: match profile.variant {
            Variant::Unknown => "Speed against load".into(),
            variant => format!("Speed against load, {}", variant.name()),
        },
        text: profile.text(),
        svg: charts::load_velocity(profile, &points, colour),
        band: !profile.line.is_empty(),
        rows: profile.points.iter().map(row).collect(),
    }
}

/// The newest set: its score, and its worst finding whether it has one or not (SPEC 11.3).
fn last(sets: &[&SetRecord]) -> String {
    let Some(set) = sets.last() else { return String::new() };
    let score = match (set.headline.reps_missed, set.score) {
        // A score is that of the repetitions that were locked out: alone it would hide that one was not.
        (missed, score) if missed > 0 => {
            let score = score.map_or(String::new(), |s| format!(", score {s:.0}"));
            format!("last set {} good, {missed} missed{score}", set.headline.reps_good)
        }
        (_, Some(score)) => format!("last score {score:.0}"),
        (_, None) => "last set without a score".to_owned(),
    };
    match (&set.fault, &set.top) {
        (Some(fault), Some((_, severity, _))) => format!("{score}: {fault} ({})", severity_name(*severity)),
        _ => score,
    }
}
