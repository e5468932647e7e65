//! `report.json`: the outside form of one analysed set (CONTRACT "report.json"). Every number has its unit in its name; what is not
//! known is `null`.

use crate::patterns::{Level, Reason, Severity, Status};
use crate::reps::{Likely, RepKind, Variant};
use crate::signals::{Facing, RollSource, ScaleSource, View, Warning};
use crate::track::{ChosenBy, Event, Recording};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the report's form; its first number changes when a reader must.
pub const REPORT_SCHEMA: &str = "1.1";

/// All that is said of one video (`report.json`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Version of this form; the first number changes when something is dropped.
    pub schema_version: String,
    /// What made this report, out of what.
    pub provenance: Provenance,
    /// Where the set lies in its recording, when that holds several: all times count from `from_s` there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recording>,
    /// The film as it was decoded.
    pub video: VideoPart,
    /// From where it was filmed.
    pub camera: CameraPart,
    /// A second film of the set, from the front, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front: Option<FrontPart>,
    /// Pixels per centimetre, where something tells them.
    pub scale: ScalePart,
    /// Who was followed.
    pub lifter: LifterPart,
    /// Kind of deadlift.
    pub variant: VariantPart,
    /// What happened to the recording besides the lift.
    #[serde(default)]
    pub scene: ScenePart,
    /// What the reader should know before the numbers.
    pub warnings: Vec<Warning>,
    /// Every pull that was begun, in order.
    pub reps: Vec<RepPart>,
    /// The set as a whole.
    pub set: SetPart,
    /// The guide's checklist with what was seen.
    pub checklist: Vec<ChecklistItem>,
    /// Advice shown before everything else when the lifter reports pain (SPEC 12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pain: Option<String>,
    /// Stands in every report.
    pub notice: String,
}

/// A second film of the same set, laid over the first by the bar's height over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrontPart {
    /// The film.
    pub video: FileHash,
    /// From where it was filmed.
    pub view: View,
    /// To be added to its time to get the first film's, at the middle of what both show, s.
    pub offset_s: f64,
    /// Its error, one standard deviation, s.
    pub offset_sigma_s: f64,
    /// Seconds per second by which its clock runs too slowly; 0 where it cannot be told from none.
    pub clock_drift: f64,
    /// That middle, in its own time, s.
    pub middle_s: f64,
    /// Correlation of the bar's heights in both, 0 to 1.
    pub likeness: f64,
    /// Repetitions that both show.
    pub shared_reps: u32,
}

/// What happened to the recording besides the lift.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenePart {
    /// By their beginning; seconds since the first shown frame.
    pub events: Vec<Event>,
}

/// From what it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Version of the program.
    pub program_version: String,
    /// The pose network.
    pub model: NamedHash,
    /// The film as it was decoded.
    pub video: FileHash,
    /// Fingerprint of all settings.
    pub config_sha256: String,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamedHash {
    /// Name.
    pub name: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FileHash {
    /// Name without folder.
    pub file_name: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

/// The video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VideoPart {
    /// Width of the upright picture, px.
    pub width_px: u32,
    /// Height of the upright picture, px.
    pub height_px: u32,
    /// Frames that could be decoded.
    pub frames: u32,
    /// From the first to the last shown frame, s.
    pub duration_s: f64,
    /// Frames per second on average.
    pub mean_fps: f64,
    /// Frames do not follow each other evenly.
    pub variable_frame_rate: bool,
    /// Turn that was undone, degrees clockwise.
    pub rotation_deg: i32,
}

/// Where the camera stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CameraPart {
    /// Where the camera looks from.
    pub view: View,
    /// Turn of the camera away from a straight side view, degrees; 0: straight across.
    pub yaw_deg: Option<f64>,
    /// Its error, one standard deviation, degrees.
    pub yaw_sigma_deg: Option<f64>,
    /// Tilt of the picture that was undone, degrees; positive: clockwise; 0: level.
    pub roll_deg: f64,
    /// Its error, one standard deviation, degrees.
    pub roll_sigma_deg: f64,
    /// What told the roll.
    pub roll_source: RollSource,
    /// Side of the picture the lifter faces.
    pub facing: Option<Facing>,
    /// The camera moved.
    pub moving: bool,
}

/// Sizes in the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScalePart {
    /// Scale in the near plate's plane, px/cm.
    pub plate_px_per_cm: Option<f64>,
    /// Scale in the lifter's plane, px/cm.
    pub body_px_per_cm: Option<f64>,
    /// What told the scale.
    pub source: ScaleSource,
}

/// Who lifts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LifterPart {
    /// People found in the film.
    pub persons_seen: u32,
    /// Why this one was followed, in words.
    pub chosen_by: ChosenBy,
    /// Weight on the bar as told, kg.
    #[serde(default)]
    pub load_kg: Option<f64>,
}

/// Which kind of deadlift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VariantPart {
    /// Name.
    pub name: Variant,
    /// Neither told nor clearly seen.
    pub assumed: bool,
    /// That it is the likeliest of `likely`, 0 to 1; 1 where it was told, `null` where nothing can be said.
    #[serde(default)]
    pub probability: Option<f64>,
    /// What it may be, most likely first. Trap bar, block pull and kettlebell are judged as conventional lifts.
    #[serde(default)]
    pub likely: Vec<Likely>,
}

/// One repetition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepPart {
    /// Number of the rep, from 1.
    pub index: u32,
    /// full: locked out; partial: cut off by the clip; failed: begun and not locked out.
    pub kind: RepKind,
    /// The bar leaves the floor, s since the first shown frame.
    pub lift_off_s: Option<f64>,
    /// The bar passes the knees on the way up, s.
    pub knee_pass_s: Option<f64>,
    /// Standing tall, s.
    pub lockout_s: Option<f64>,
    /// The lowering begins, s.
    pub descent_s: Option<f64>,
    /// The bar passes the knees on the way down, s.
    pub knee_pass_down_s: Option<f64>,
    /// The bar is back on the floor, s.
    pub floor_s: Option<f64>,
    /// 0–100; `null` when too little could be assessed.
    pub score: Option<f64>,
    /// Error of the score, one standard deviation, points.
    #[serde(default)]
    pub score_sigma: Option<f64>,
    /// Share of the applicable weight that could be assessed, 0…1.
    pub coverage: f64,
    /// Name with unit → value; `null` = not known.
    pub metrics: BTreeMap<String, Option<f64>>,
    /// Every check, whatever its status.
    pub checks: Vec<CheckPart>,
}

/// One check on one repetition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckPart {
    /// Code of the guide's list (E1, S4, …).
    pub code: String,
    /// Name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What the check says.
    pub status: Status,
    /// How far beyond; none unless flagged.
    pub severity: Severity,
    /// The fault by name and direction ("bar drifted 6.4 cm forward"); `null` unless flagged or borderline.
    #[serde(default)]
    pub fault: Option<String>,
    /// Name of the metric that decided, whose value this is; `null` where nothing was measured.
    #[serde(default)]
    pub measure: Option<String>,
    /// The number that was held against the thresholds; `null` where nothing was measured.
    pub value: Option<f64>,
    /// Unit of value, sigma and threshold.
    pub unit: String,
    /// Error of the value, one standard deviation, same unit.
    pub sigma: Option<f64>,
    /// Probability that the true value is beyond the mild threshold, 0…1.
    pub p_flag: Option<f64>,
    /// How far the measurement can be trusted, 0…1; high from 0.75, medium from 0.5.
    pub confidence: Option<f64>,
    /// Mild, moderate, severe.
    pub threshold: Option<[f64; 3]>,
    /// Part of the film it was measured in, s: from, to.
    pub window_s: Option<[f64; 2]>,
    /// Index of the decoded frame at which it is seen best.
    pub frame: Option<u32>,
    /// Time of that frame, s.
    pub frame_time_s: Option<f64>,
    /// SPEC 14.4 code; `null` when the check was measured.
    pub reason: Option<Reason>,
    /// The second camera saw it, from the front; times and frame are the first film's all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_front: bool,
    /// One sentence in SPEC 12's words.
    pub text: String,
    /// What to say to the lifter.
    pub cue: Option<String>,
    /// Points taken from the rep's score.
    pub deduction: f64,
}

/// The set as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetPart {
    /// Full reps.
    pub rep_count: u32,
    /// 0–100; `null` when too little could be judged.
    pub score: Option<f64>,
    /// Error of the score, one standard deviation, points.
    pub score_sigma: Option<f64>,
    /// Share of the applicable weight that could be judged, 0…1.
    pub coverage: f64,
    /// Wording of the set: that of its score, capped by its worst finding.
    pub band: Option<String>,
    /// What is said of it at a glance.
    #[serde(default)]
    pub headline: HeadlinePart,
    /// At most two, most costly first.
    pub top_findings: Vec<Finding>,
    /// Mean speed of the last full rep below the fastest, percent of the fastest.
    pub velocity_loss_pct: Option<f64>,
    /// Theil–Sen slope of the rep scores, points per rep.
    pub fatigue: Option<f64>,
    /// Index of the best rep.
    pub best_rep: Option<u32>,
}

/// The set in one line: the worst finding leads, whatever the score (SPEC 11.3).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeadlinePart {
    /// The sentence.
    pub text: String,
    /// What words and colour follow: the score's band, capped; `null` where neither score nor finding says anything.
    pub level: Option<Level>,
    /// The best that the findings allow; `null` where they allow everything.
    pub cap: Option<Level>,
    /// Full repetitions without a severe main fault.
    pub reps_good: u32,
    /// Pulls that were not locked out.
    pub reps_missed: u32,
    /// Whether the sentence counts the pulls itself; absent where it does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counts_pulls: bool,
}

/// A fault worth working on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Code of the guide's list (E1, S4, …).
    pub code: String,
    /// The fault by name and direction, from the rep where it is worst.
    #[serde(default)]
    pub fault: String,
    /// How far beyond; none unless flagged.
    pub severity: Severity,
    /// Indices of the reps that show it.
    pub reps: Vec<u32>,
    /// The rep whose fault is named; `null` in a report that does not tell.
    #[serde(default)]
    pub worst_rep: Option<u32>,
    /// Points by which the set's score would be higher without this fault; `null` without a score.
    #[serde(default)]
    pub gain_points: Option<f64>,
    /// What to say to the lifter.
    pub cue: String,
}

/// Whether a point of the checklist was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// It was.
    Yes,
    /// It was not.
    No,
    /// No camera sees it.
    CannotBeSeen,
}

/// A point of the guide's checklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChecklistItem {
    /// The line of the list.
    pub item: String,
    /// Whether it was seen.
    pub seen: Seen,
    /// Where, or what to ask oneself.
    pub note: String,
}
