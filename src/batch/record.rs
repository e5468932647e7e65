//! One set as the summaries see it: a small part of its `report.json`.

use super::metadata::{Numbered, SetFacts};
use crate::error::{Error, Result};
use crate::patterns::{Severity, Status, TRUNK_GIVE_DEG};
use crate::report::HeadlinePart;
use crate::reps::{RepKind, Variant};
use crate::signals::View;
use crate::track::Recording;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What is read of a report; long texts are skipped while reading.
#[derive(Debug, Deserialize)]
pub struct LeanReport {
    pub provenance: LeanProvenance,
    /// Where it lies in its recording, when that holds several.
    #[serde(default)]
    pub recording: Option<Recording>,
    pub variant: LeanVariant,
    pub camera: Option<LeanCamera>,
    pub video: Option<LeanFilm>,
    pub scale: Option<LeanScale>,
    #[serde(default)]
    pub warnings: Vec<LeanWarning>,
    pub reps: Vec<LeanRep>,
    pub set: LeanSet,
}

#[derive(Debug, Deserialize)]
pub struct LeanProvenance {
    pub config_sha256: String,
    pub video: LeanVideo,
}

#[derive(Debug, Deserialize)]
pub struct LeanVideo {
    pub sha256: String,
}

#[derive(Debug, Deserialize)]
pub struct LeanVariant {
    pub name: Variant,
}

#[derive(Debug, Deserialize)]
pub struct LeanCamera {
    pub view: View,
}

#[derive(Debug, Deserialize)]
pub struct LeanFilm {
    pub mean_fps: f64,
}

#[derive(Debug, Deserialize)]
pub struct LeanScale {
    pub source: String,
}

#[derive(Debug, Deserialize)]
pub struct LeanWarning {
    pub code: String,
}

#[derive(Debug, Deserialize)]
pub struct LeanRep {
    pub index: u32,
    pub kind: RepKind,
    pub lift_off_s: Option<f64>,
    pub knee_pass_s: Option<f64>,
    pub lockout_s: Option<f64>,
    pub descent_s: Option<f64>,
    pub knee_pass_down_s: Option<f64>,
    pub floor_s: Option<f64>,
    pub score: Option<f64>,
    pub coverage: f64,
    pub metrics: BTreeMap<String, Option<f64>>,
    pub checks: Vec<LeanCheck>,
}

#[derive(Debug, Deserialize)]
pub struct LeanCheck {
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub title: Option<String>,
    pub status: Status,
    pub severity: Severity,
    #[serde(default)]
    pub measure: Option<String>,
    #[serde(default)]
    pub value: Option<f64>,
    #[serde(default)]
    pub sigma: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub struct LeanSet {
    pub rep_count: u32,
    pub score: Option<f64>,
    pub score_sigma: Option<f64>,
    pub coverage: f64,
    pub band: Option<String>,
    #[serde(default)]
    pub headline: HeadlinePart,
    pub top_findings: Vec<LeanFinding>,
    pub velocity_loss_pct: Option<f64>,
    pub fatigue: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub struct LeanFinding {
    pub code: String,
    #[serde(default)]
    pub fault: String,
    pub severity: Severity,
    pub cue: String,
}

impl LeanReport {
    /// Its place among the sets of its recording; `None` where the video is one set.
    pub fn numbered(&self) -> Option<Numbered> {
        let r = self.recording.as_ref()?;
        Some(Numbered { set: r.set?, lifter: r.lifter })
    }

    pub fn read(folder: &Path) -> Result<LeanReport> {
        let path = folder.join("report.json");
        let text = std::fs::read(&path).map_err(|e| Error::io("read", &path, e))?;
        let hint = "remove it and run the same command again";
        serde_json::from_slice(&text).map_err(|e| Error::input(format!("{} is not a report", path.display()), hint).because(e))
    }
}

/// One check over the repetitions of a set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckSum {
    /// Shared: a season has millions of these and some forty codes.
    #[serde(serialize_with = "text")]
    pub code: Arc<str>,
    /// Worst severity of a flag; `none` when clear or borderline.
    pub severity: Severity,
    pub reps_flagged: u32,
    /// In at least one repetition it could be judged.
    pub assessed: bool,
}

/// Share of what matters that must have been judged for a set to count in the history (SPEC 11.3).
const COVERAGE_MIN: f64 = 0.6;

/// What the summaries keep of one set.
#[derive(Debug, Clone, Serialize)]
pub struct SetRecord {
    /// Path of the video below the folder, as text.
    pub name: String,
    #[serde(skip)]
    pub result: PathBuf,
    pub sha256: String,
    /// Where it lies in its recording, when that holds several sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recording>,
    pub facts: SetFacts,
    pub variant: Variant,
    pub rep_count: u32,
    pub score: Option<f64>,
    pub score_sigma: Option<f64>,
    pub coverage: f64,
    pub band: Option<String>,
    pub headline: HeadlinePart,
    /// From where it was filmed; `None` in a report that does not tell.
    pub view: Option<View>,
    pub mean_fps: Option<f64>,
    pub scale_source: Option<String>,
    /// Codes of the report's warnings.
    pub warnings: Vec<String>,
    /// Fastest repetition's mean upward speed, m/s.
    pub mean_velocity_mps: Option<f64>,
    /// Error of the bar speed, m/s, where the report tells it.
    pub velocity_sigma_mps: Option<f64>,
    pub velocity_loss_pct: Option<f64>,
    /// Points per repetition.
    pub fatigue: Option<f64>,
    /// Score of the first full repetition less that of the last, points.
    pub form_drop: Option<f64>,
    #[serde(rename = "findings", serialize_with = "flagged")]
    pub checks: Vec<CheckSum>,
    /// Worst finding: code, severity, cue.
    pub top: Option<(String, Severity, String)>,
    /// Its fault by name and direction.
    pub fault: Option<String>,
}

impl SetRecord {
    pub fn new(name: String, result: PathBuf, sha256: String, facts: SetFacts, report: &LeanReport) -> Self {
        let full: Vec<&LeanRep> = report.reps.iter().filter(|r| r.kind == RepKind::Full).collect();
        let metric = |key: &str| full.iter().filter_map(|r| r.metrics.get(key).copied().flatten()).max_by(f64::total_cmp);
        let ends = full.first().zip(full.last()).filter(|_| full.len() > 1);
        let set = &report.set;
        SetRecord {
            name,
            result,
            sha256,
            recording: report.recording.clone(),
            variant: report.variant.name,
            rep_count: set.rep_count,
            // SPEC 12: with pain reported there is no score, whatever the report says.
            score: set.score.filter(|_| !facts.pain),
            score_sigma: set.score_sigma.filter(|_| !facts.pain),
            coverage: set.coverage,
            band: set.band.clone().filter(|_| !facts.pain),
            headline: set.headline.clone(),
            view: report.camera.as_ref().map(|c| c.view),
            mean_fps: report.video.as_ref().map(|v| v.mean_fps),
            scale_source: report.scale.as_ref().map(|s| s.source.clone()),
            warnings: report.warnings.iter().map(|w| w.code.clone()).collect(),
            mean_velocity_mps: metric("mean_velocity_mps"),
            velocity_sigma_mps: metric("mean_velocity_mps_sigma").or_else(|| metric("velocity_sigma_mps")),
            velocity_loss_pct: set.velocity_loss_pct,
            fatigue: set.fatigue.filter(|_| !facts.pain),
            form_drop: ends.and_then(|(first, last)| Some(first.score? - last.score?)).filter(|_| !facts.pain),
            checks: sums(&report.reps),
            top: set.top_findings.first().map(|f| (f.code.clone(), f.severity, f.cue.clone())),
            fault: set.top_findings.first().map(|f| f.fault.clone()).filter(|f| !f.is_empty()),
            facts,
        }
    }

    /// Its number in its recording, when that holds several.
    pub fn number(&self) -> Option<u32> {
        self.recording.as_ref().and_then(|r| r.set)
    }

    /// What people read of it: the video's name, and which of its sets.
    pub fn called(&self) -> String {
        self.number().map_or_else(|| self.name.clone(), |n| format!("{}, set {n}", self.name))
    }

    /// Whether the history may reckon with it: filmed from the side, scored, and enough of what matters judged. What was not
    /// judged was not clean (SPEC 11.3).
    pub fn counts(&self) -> bool {
        self.view.is_none_or(|v| v == View::Side) && self.score.is_some() && self.coverage >= COVERAGE_MIN
    }

    /// Worst flagged severity of a check.
    pub fn severity(&self, code: &str) -> Severity {
        self.checks.iter().find(|c| &*c.code == code).map_or(Severity::None, |c| c.severity)
    }

    /// Every pull was locked out, and nothing severe was found.
    pub fn clean(&self) -> bool {
        self.worst() < Severity::Severe && self.headline.reps_missed == 0
    }

    /// Worst flagged severity of all checks.
    pub fn worst(&self) -> Severity {
        self.checks.iter().map(|c| c.severity).max().unwrap_or(Severity::None)
    }
}

/// Only what was flagged is worth a line per set.
fn flagged<S: serde::Serializer>(checks: &[CheckSum], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(checks.iter().filter(|c| c.reps_flagged > 0))
}

fn text<S: serde::Serializer>(code: &Arc<str>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(code)
}

/// One copy of each code. Reports of other programs may hold any number, which are then not shared.
fn shared(code: &str) -> Arc<str> {
    static KNOWN: Mutex<Vec<Arc<str>>> = Mutex::new(vec![]);
    const KNOWN_MAX: usize = 256;
    // A list to which whole entries are added is good whatever panicked.
    let mut known = KNOWN.lock().unwrap_or_else(|e| e.into_inner());
    if let Some(found) = known.iter().find(|c| &***c == code) {
        return found.clone();
    }
    let new: Arc<str> = code.into();
    if known.len() < KNOWN_MAX {
        known.push(new.clone());
    }
    new
}

fn sums(reps: &[LeanRep]) -> Vec<CheckSum> {
    let mut sums: Vec<CheckSum> = vec![];
    for (rep, check) in reps.iter().flat_map(|r| r.checks.iter().map(move |check| (r, check))) {
        let at = sums.iter().position(|s| *s.code == *check.code).unwrap_or_else(|| {
            sums.push(CheckSum { code: shared(&check.code), severity: Severity::None, reps_flagged: 0, assessed: false });
            sums.len() - 1
        });
        let sum = &mut sums[at];
        sum.assessed |= matches!(check.status, Status::Ok | Status::Borderline | Status::Flag);
        // The trunk giving at lift-off is the rounding that E1 tells already, as in the set's own report (SPEC 6.5).
        let told = check.code == "E5"
            && check.measure.as_deref() == Some(TRUNK_GIVE_DEG.name)
            && rep.checks.iter().any(|c| c.code == "E1" && c.status == Status::Flag);
        if check.status == Status::Flag && !told {
            sum.severity = sum.severity.max(check.severity);
            sum.reps_flagged += 1;
        }
    }
    sums.shrink_to_fit();
    sums
}
