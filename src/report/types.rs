//! `report.json`: the outside form of one analysed set (CONTRACT "report.json").
//!
//! Every number has its unit in its name; what is not known is `null`.

use crate::patterns::{Level, Reason, Severity, Status};
use crate::reps::{RepKind, Variant};
use crate::signals::{Facing, View, Warning};
use crate::track::Event;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const REPORT_SCHEMA: &str = "1.1";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    pub schema_version: String,
    pub provenance: Provenance,
    pub video: VideoPart,
    pub camera: CameraPart,
    pub scale: ScalePart,
    pub lifter: LifterPart,
    pub variant: VariantPart,
    #[serde(default)]
    pub scene: ScenePart,
    pub warnings: Vec<Warning>,
    pub reps: Vec<RepPart>,
    pub set: SetPart,
    pub checklist: Vec<ChecklistItem>,
    /// Advice shown before everything else when the lifter reports pain (SPEC 12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pain: Option<String>,
    pub notice: String,
}

impl Report {
    pub fn full_reps(&self) -> impl Iterator<Item = &RepPart> {
        self.reps.iter().filter(|rep| rep.kind == RepKind::Full)
    }

    pub fn rep(&self, index: u32) -> Option<&RepPart> {
        self.reps.iter().find(|rep| rep.index == index)
    }

    /// Title of a check for people; the code itself when no rep lists it.
    pub fn title<'a>(&'a self, code: &'a str) -> &'a str {
        self.reps.iter().flat_map(|rep| &rep.checks).find(|c| c.code == code).map_or(code, |c| &c.title)
    }
}

impl Report {
    /// The one "watch it" of a set: the most probable borderline check, none that is a finding in another rep (SPEC 11.3).
    pub fn watch(&self) -> Option<(&RepPart, &CheckPart)> {
        let flagged = |code: &str| self.reps.iter().any(|rep| rep.with_status(Status::Flag).any(|c| c.code == code));
        let close = self.reps.iter().flat_map(|rep| rep.with_status(Status::Borderline).map(move |check| (rep, check)));
        close.filter(|(_, check)| !flagged(&check.code)).max_by(|a, b| a.1.p_flag.unwrap_or(0.0).total_cmp(&b.1.p_flag.unwrap_or(0.0)))
    }
}

impl CheckPart {
    /// What a person reads of a finding: its fault, or the check's title in a report that does not name it.
    pub fn named(&self) -> String {
        self.fault.clone().unwrap_or_else(|| super::letters::lower(&self.title))
    }
}

impl RepPart {
    /// From the first to the last event known, s.
    pub fn span_s(&self) -> Option<[f64; 2]> {
        let known = [self.lift_off_s, self.knee_pass_s, self.lockout_s, self.descent_s, self.knee_pass_down_s, self.floor_s];
        let times = || known.iter().flatten().copied();
        let first = times().reduce(f64::min)?;
        Some([first, times().reduce(f64::max)?])
    }

    pub fn metric(&self, name: &str) -> Option<f64> {
        self.metrics.get(name).copied().flatten()
    }

    pub fn with_status(&self, status: Status) -> impl Iterator<Item = &CheckPart> {
        self.checks.iter().filter(move |check| check.status == status)
    }

    /// Flags, worst first.
    pub fn flags(&self) -> Vec<&CheckPart> {
        let mut flags: Vec<&CheckPart> = self.with_status(Status::Flag).collect();
        flags.sort_by(|a, b| b.severity.cmp(&a.severity).then(b.deduction.total_cmp(&a.deduction)));
        flags
    }
}

/// What happened to the recording besides the lift.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenePart {
    /// By their beginning; seconds since the first shown frame.
    pub events: Vec<Event>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    pub program_version: String,
    pub model: NamedHash,
    pub video: FileHash,
    pub config_sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamedHash {
    pub name: String,
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FileHash {
    pub file_name: String,
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VideoPart {
    pub width_px: u32,
    pub height_px: u32,
    pub frames: u32,
    pub duration_s: f64,
    pub mean_fps: f64,
    pub variable_frame_rate: bool,
    pub rotation_deg: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CameraPart {
    pub view: View,
    pub yaw_deg: Option<f64>,
    pub yaw_sigma_deg: Option<f64>,
    pub roll_deg: f64,
    pub roll_sigma_deg: f64,
    pub roll_source: String,
    pub facing: Option<Facing>,
    pub moving: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScalePart {
    pub plate_px_per_cm: Option<f64>,
    pub body_px_per_cm: Option<f64>,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LifterPart {
    pub persons_seen: u32,
    pub chosen_by: String,
    /// Weight on the bar as told, kg.
    #[serde(default)]
    pub load_kg: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VariantPart {
    pub name: Variant,
    pub assumed: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepPart {
    pub index: u32,
    pub kind: RepKind,
    pub lift_off_s: Option<f64>,
    pub knee_pass_s: Option<f64>,
    pub lockout_s: Option<f64>,
    pub descent_s: Option<f64>,
    pub knee_pass_down_s: Option<f64>,
    pub floor_s: Option<f64>,
    /// 0–100; `null` when too little could be assessed.
    pub score: Option<f64>,
    /// Share of the applicable weight that could be assessed, 0…1.
    pub coverage: f64,
    /// Name with unit → value; `null` = not known.
    pub metrics: BTreeMap<String, Option<f64>>,
    pub checks: Vec<CheckPart>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckPart {
    pub code: String,
    pub name: String,
    /// Title for people.
    pub title: String,
    pub status: Status,
    pub severity: Severity,
    /// The fault by name and direction ("bar drifted 6.4 cm forward"); `null` unless flagged or borderline.
    #[serde(default)]
    pub fault: Option<String>,
    /// Name of the metric that decided, whose value this is; `null` where nothing was measured.
    #[serde(default)]
    pub measure: Option<String>,
    pub value: Option<f64>,
    pub unit: String,
    pub sigma: Option<f64>,
    pub p_flag: Option<f64>,
    pub confidence: Option<f64>,
    /// Mild, moderate, severe.
    pub threshold: Option<[f64; 3]>,
    pub window_s: Option<[f64; 2]>,
    /// Index of the decoded frame at which it is seen best.
    pub frame: Option<u32>,
    pub frame_time_s: Option<f64>,
    /// SPEC 14.4 code; `null` when the check was measured.
    pub reason: Option<Reason>,
    /// One sentence in SPEC 12's words.
    pub text: String,
    pub cue: Option<String>,
    /// Points taken from the rep's score.
    pub deduction: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetPart {
    /// Full reps.
    pub rep_count: u32,
    pub score: Option<f64>,
    pub score_sigma: Option<f64>,
    pub coverage: f64,
    /// Wording of the set: that of its score, capped by its worst finding.
    pub band: Option<String>,
    #[serde(default)]
    pub headline: HeadlinePart,
    /// At most two, most costly first.
    pub top_findings: Vec<Finding>,
    pub velocity_loss_pct: Option<f64>,
    /// Theil–Sen slope of the rep scores, points per rep.
    pub fatigue: Option<f64>,
    /// Index of the best rep.
    pub best_rep: Option<u32>,
}

/// The set in one line: the worst finding leads, whatever the score (SPEC 11.3).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeadlinePart {
    pub text: String,
    /// What words and colour follow: the score's band, capped; `null` where neither score nor finding says anything.
    pub level: Option<Level>,
    /// The best that the findings allow; `null` where they allow everything.
    pub cap: Option<Level>,
    /// Full repetitions without a severe main fault.
    pub reps_good: u32,
    /// Pulls that were not locked out.
    pub reps_missed: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    pub code: String,
    /// The fault by name and direction, from the rep where it is worst.
    #[serde(default)]
    pub fault: String,
    pub severity: Severity,
    /// Indices of the reps that show it.
    pub reps: Vec<u32>,
    pub cue: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    Yes,
    No,
    CannotBeSeen,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChecklistItem {
    pub item: String,
    pub seen: Seen,
    pub note: String,
}
