//! The recording in a few lines.

use super::{RecordingReport, SetRow};
use crate::report::letters::clean;
use crate::report::style::{Style, wrapped};
use crate::report::words;
use std::fmt::Write;

/// Columns of the times, before what is said of them.
const TIMES: usize = 17;

/// A paragraph per set and per other exercise, in order of time, within the terminal's columns.
pub fn render(recording: &RecordingReport, style: Style) -> String {
    let beside = Style { width: style.width.saturating_sub(TIMES), ..style };
    let line = |[from, to]: [f64; 2], said: Vec<String>| {
        let said: Vec<String> = said.iter().map(|part| wrapped(part, "", beside).replace('\n', &format!("\n{:TIMES$}", ""))).collect();
        (from, format!("  {:>13}  {}", span([from, to]), said.join(&format!("\n{:TIMES$}", ""))))
    };
    let mut lines: Vec<(f64, String)> =
        recording.sets.iter().map(|s| line([s.lift_off_s, s.set_down_s], set(s, recording.lifters))).collect();
    lines.extend(recording.others.iter().map(|o| line(o.span_s, vec![o.text()])));
    lines.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut head = format!("{}: {}", clean(&recording.file), words::count(recording.sets.len(), "set"));
    if recording.lifters > 1 {
        let _ = write!(head, ", {} lifters", recording.lifters);
    }
    let mut text = wrapped(&head, "  ", style) + "\n";
    for (_, line) in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// What a set came to, and what to work on first.
fn set(row: &SetRow, lifters: u32) -> Vec<String> {
    let mut line = format!("set {}", row.set);
    if lifters > 1 || row.lifter_name.is_some() {
        let _ = write!(line, ", {}", clean(&row.who()));
    }
    let _ = write!(line, ": {}", came(row, true));
    let work = row.finding.as_ref().map(|f| format!("{} – {}", clean(&f.fault), clean(&f.cue)));
    std::iter::once(line).chain(work).collect()
}

/// What a set came to, in words; with its score where that stands nowhere beside it.
pub(super) fn came(row: &SetRow, scored: bool) -> String {
    if let Some(why) = &row.failure {
        return format!("no report: {why}");
    }
    let mut text = pulls(row);
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

/// "3 reps"; "2 pulls" where one was missed, which the headline tells or these words do.
fn pulls(row: &SetRow) -> String {
    let missed = row.headline.reps_missed;
    if missed == 0 {
        return words::count(row.rep_count as usize, "rep");
    }
    let pulls = words::count((row.rep_count + missed) as usize, "pull");
    if row.headline.text.contains("missed") { pulls } else { format!("{pulls}, {missed} missed") }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::HeadlinePart;
    use crate::report::recording::SetFinding;
    use crate::reps::Variant;

    fn two_sets() -> RecordingReport {
        let finding = SetFinding {
            code: "E1".into(),
            fault: "back ≈ 42 ± 9° rounder at the start than in the flattest rep".into(),
            cue: "chest up".into(),
        };
        let set = |set: u32, at: f64| SetRow {
            set,
            folder: format!("set-{set}"),
            lifter: set,
            lifter_name: None,
            from_s: at,
            to_s: at + 20.0,
            lift_off_s: at,
            set_down_s: at + 18.0,
            rest_s: None,
            runs_over: set == 2,
            rep_count: 3,
            score: Some(84.9),
            score_sigma: Some(3.0),
            band: None,
            headline: HeadlinePart { text: "Fix this before you add weight".into(), ..HeadlinePart::default() },
            finding: Some(finding.clone()),
            variant: Variant::Conventional,
            failure: None,
        };
        RecordingReport {
            schema_version: "1.0".into(),
            file: "a long name of a recording of a whole monday evening.mp4".into(),
            sha256: String::new(),
            duration_s: 300.0,
            lifters: 2,
            sets: vec![set(1, 4.0), set(2, 3700.0)],
            others: vec![],
            notice: String::new(),
        }
    }

    #[test]
    fn keeps_to_the_terminal_and_says_no_less() {
        let shown = |width| render(&two_sets(), Style { color: false, width, verbose: false });
        for width in [48, 60, 80] {
            let text = shown(width);
            assert!(text.lines().all(|l| l.chars().count() <= width), "{width}: {text}");
            assert_eq!(text.split_whitespace().collect::<Vec<_>>(), shown(400).split_whitespace().collect::<Vec<_>>());
        }
        assert!(
            shown(400).contains("0:04–0:22  set 1, lifter 1: 3 reps, 85 ± 3 of 100: fix this before you add weight\n"),
            "{}",
            shown(400)
        );
    }

    #[test]
    fn a_missed_pull_is_no_rep_and_is_told_once() {
        let mut row = two_sets().sets.remove(0);
        row.headline.reps_missed = 1;
        assert!(came(&row, false).starts_with("4 pulls, 1 missed: fix this"), "{}", came(&row, false));
        (row.rep_count, row.headline.text) = (1, "1 good, 1 missed".into());
        assert_eq!(came(&row, false), "2 pulls: 1 good, 1 missed");
    }
}
