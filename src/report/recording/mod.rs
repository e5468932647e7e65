//! A recording of several sets: `recording.json`, its page and its lines on the terminal.

mod page;
mod terminal;

use super::{HeadlinePart, Report, words};
use crate::day::{Day, OtherSpan, SetSpan};
use crate::error::{Error, Result};
use crate::files::write_whole;
use crate::numeric::kept as rounded;
use crate::reps::Variant;
use crate::track::Track;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

pub use page::write as write_page;
pub use terminal::render as to_terminal;

/// Names of the recording's own files in its result folder.
pub const RECORDING_FILE: &str = "recording.json";
pub const PAGE_FILE: &str = "index.html";
const RECORDING_SCHEMA: &str = "1.0";

/// What a recording holds and what its sets came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordingReport {
    pub schema_version: String,
    /// File name without folders.
    pub file: String,
    pub sha256: String,
    pub duration_s: f64,
    /// How many lifters take turns in its sets.
    pub lifters: u32,
    pub sets: Vec<SetRow>,
    /// What else was done: named, never judged.
    pub others: Vec<OtherSpan>,
    pub notice: String,
}

/// One set of a recording. Times are the recording's, s.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetRow {
    /// From 1, in order of time.
    pub set: u32,
    /// Folder of its own files, beside this one.
    pub folder: String,
    /// From 1, in order of appearance.
    pub lifter: u32,
    pub lifter_name: Option<String>,
    /// What its report's times count from, and the last moment looked at.
    pub from_s: f64,
    pub to_s: f64,
    /// First lift-off and last set-down.
    pub lift_off_s: f64,
    pub set_down_s: f64,
    /// Since this lifter's set before; `null` for the first.
    pub rest_s: Option<f64>,
    /// The recording ends before the set does.
    pub runs_over: bool,
    /// Full repetitions.
    pub rep_count: u32,
    pub score: Option<f64>,
    pub score_sigma: Option<f64>,
    pub band: Option<String>,
    pub headline: HeadlinePart,
    /// What to work on first.
    #[serde(default)]
    pub finding: Option<SetFinding>,
    pub variant: Variant,
    /// Why there is no report.
    pub failure: Option<String>,
}

/// The finding that leads a set's report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetFinding {
    pub code: String,
    pub fault: String,
    pub cue: String,
}

impl SetRow {
    /// "Anna", or "lifter 2".
    pub fn who(&self) -> String {
        self.lifter_name.clone().unwrap_or_else(|| format!("lifter {}", self.lifter))
    }
}

/// The folder of a set, below its recording's.
pub fn set_folder(number: u32) -> String {
    format!("set-{number}")
}

/// One set with what it came to.
pub type Came<'a> = (&'a SetSpan, std::result::Result<&'a Report, String>);

/// Puts the recording's report together; `name` tells whose a set is, where that is known.
pub fn build(track: &Track, day: &Day, sets: &[Came], name: impl Fn(&SetSpan) -> Option<String>) -> RecordingReport {
    let mut rows: Vec<SetRow> = vec![];
    for (span, came) in sets {
        let before = rows.iter().rev().find(|r| r.lifter == span.lifter).map(|r| r.set_down_s);
        rows.push(SetRow { lifter_name: name(span), ..row(span, came, before) });
    }
    RecordingReport {
        schema_version: RECORDING_SCHEMA.into(),
        file: track.video.file_name.clone(),
        sha256: track.video.sha256.clone(),
        duration_s: rounded(track.video.duration_s),
        lifters: day.lifters(),
        sets: rows,
        others: day
            .others
            .iter()
            .map(|o| OtherSpan { probability: rounded(o.probability), span_s: o.span_s.map(rounded), ..o.clone() })
            .collect(),
        notice: crate::patterns::NOTICE.into(),
    }
}

fn row(span: &SetSpan, came: &std::result::Result<&Report, String>, before: Option<f64>) -> SetRow {
    let report = came.as_ref().ok();
    let set = report.map(|r| &r.set);
    SetRow {
        set: span.number,
        folder: set_folder(span.number),
        lifter: span.lifter,
        lifter_name: None,
        from_s: rounded(span.window_s[0]),
        to_s: rounded(span.window_s[1]),
        lift_off_s: rounded(span.lift_s[0]),
        set_down_s: rounded(span.lift_s[1]),
        rest_s: before.map(|b| rounded(span.lift_s[0] - b)),
        runs_over: span.runs_over,
        rep_count: set.map_or(0, |s| s.rep_count),
        score: set.and_then(|s| s.score),
        score_sigma: set.and_then(|s| s.score_sigma),
        band: set.and_then(|s| s.band.clone()),
        finding: report.and_then(|r| {
            let first = r.set.top_findings.first()?;
            Some(SetFinding { code: first.code.clone(), fault: words::named(r, first), cue: first.cue.clone() })
        }),
        headline: set.map(|s| s.headline.clone()).unwrap_or_default(),
        variant: report.map_or(Variant::Unknown, |r| r.variant.name),
        failure: came.as_ref().err().cloned(),
    }
}

pub fn write(recording: &RecordingReport, path: &Path) -> Result<()> {
    let text = serde_json::to_string_pretty(recording)
        .map_err(|e| Error::internal(format!("the recording's report cannot be represented: {e}")).because(e))?;
    write_whole(path, (text + "\n").as_bytes())
}

/// Removes what an earlier run made of a recording: its sets may have been others. Those up to `kept` are about to be written over,
/// and what else lies with them stays, as a film that is not made anew.
pub fn clear(folder: &Path, kept: usize) {
    let Some(before) = read(folder) else { return };
    let own = |name: &str| name.strip_prefix("set-").is_some_and(|n| n.parse::<u32>().is_ok());
    for set in before.sets.iter().filter(|s| own(&s.folder) && s.set as usize > kept) {
        // What cannot be removed is written over, or belongs to no set that is told of.
        let _ = std::fs::remove_dir_all(folder.join(&set.folder));
    }
    for name in [RECORDING_FILE, PAGE_FILE] {
        let _ = std::fs::remove_file(folder.join(name));
    }
}

/// Reads a saved one; `None` where there is none that this program can read.
pub fn read(folder: &Path) -> Option<RecordingReport> {
    let text = std::fs::read(folder.join(RECORDING_FILE)).ok()?;
    serde_json::from_slice(&text).ok().filter(|r: &RecordingReport| r.schema_version == RECORDING_SCHEMA)
}
