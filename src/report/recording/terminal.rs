//! The recording in a few lines.

use super::{RecordingReport, SetRow};
use crate::report::letters::clean;
use crate::report::words;
use std::fmt::Write;

/// A line per set and per other exercise, in order of time.
pub fn render(recording: &RecordingReport) -> String {
    let mut lines: Vec<(f64, String)> = recording.sets.iter().map(|s| (s.lift_off_s, set(s, recording.lifters))).collect();
    lines.extend(recording.others.iter().map(|o| (o.span_s[0], format!("  {:>13}  {}", span(o.span_s), o.text()))));
    lines.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut text = format!("{}: {}", clean(&recording.file), words::count(recording.sets.len(), "set"));
    if recording.lifters > 1 {
        let _ = write!(text, ", {} lifters", recording.lifters);
    }
    text.push('\n');
    for (_, line) in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn set(row: &SetRow, lifters: u32) -> String {
    let mut line = format!("  {:>13}  set {}", span([row.lift_off_s, row.set_down_s]), row.set);
    if lifters > 1 || row.lifter_name.is_some() {
        let _ = write!(line, ", {}", clean(&row.who()));
    }
    let _ = write!(line, ": {}", came(row, true));
    if let Some(finding) = &row.finding {
        let _ = write!(line, "\n{:>17}{} – {}", "", clean(&finding.fault), clean(&finding.cue));
    }
    line
}

/// What a set came to, in words; with its score where that stands nowhere beside it.
pub(super) fn came(row: &SetRow, scored: bool) -> String {
    if let Some(why) = &row.failure {
        return format!("no report: {why}");
    }
    let mut text = words::count(row.rep_count as usize, "rep");
    if let (Some(score), true) = (row.score, scored) {
        let _ = write!(text, ", {} of 100", words::score(score, row.score_sigma));
    }
    if !row.headline.text.is_empty() {
        let _ = write!(text, ": {}", words::lower(&row.headline.text));
    }
    if row.runs_over {
        text.push_str("; the recording ends before the set does");
    }
    text
}

/// "1:02–1:31".
pub(super) fn span([from, to]: [f64; 2]) -> String {
    format!("{}–{}", minutes(from), minutes(to))
}

/// "28 s", from a minute on "1:04 min".
pub(super) fn rest(seconds: f64) -> String {
    if seconds < 59.5 { format!("{:.0} s", seconds.max(0.0)) } else { format!("{} min", minutes(seconds)) }
}

/// "1:02".
pub(super) fn minutes(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
}
