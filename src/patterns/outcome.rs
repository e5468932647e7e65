//! What comes out of a check: a state with its reason, or a number held against thresholds (SPEC 1.4, 11).

use super::metric::Metric;
use serde::{Deserialize, Serialize};

/// Why there is no number: those of SPEC 14.4 that something gives, and what the program adds. A lens that bends lines is a
/// warning (SPEC 4.4), a turned bar and parallax are what S2 calibrates away (SPEC 7.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// No lifter was found in the pictures it needs.
    NoPerson,
    /// Another person overlaps the lifter in too many pictures.
    MultiplePersons,
    /// Head or feet are beyond the picture's edge in too many pictures.
    CutOff,
    /// The lifter stands too small in the picture.
    LowRes,
    /// Pictures follow each other too slowly for it.
    LowFps,
    /// The camera is turned too far from the side view.
    ViewOblique,
    /// It is seen from the side alone, and the camera looks from the front or the rear.
    ViewFront,
    /// It is seen from the front alone, and the camera looks from the side.
    ViewSide,
    /// From where the camera looks could not be told.
    ViewUnknown,
    /// The camera moves by more than was undone.
    CameraMoves,
    /// Nothing tells the camera's tilt, and the angle is small enough to be that tilt.
    RollUnknown,
    /// Nothing tells pixels per centimetre.
    NoScale,
    /// No plate was seen for enough of the lift.
    NoBar,
    /// The joint it is measured at lies behind the plate.
    PlateOcclusion,
    /// The feet lie behind the plate in every picture.
    FootHidden,
    /// The feet moved between the repetitions.
    FootMoved,
    /// The network's layout has neither heel nor toe.
    NoFootPoints,
    /// The back's outline was not seen.
    NoBackEvidence,
    /// The back's outline is too unsteady: loose clothes, hair, something behind the lifter.
    ContourUnreliable,
    /// The lifter was not seen standing still without the bar.
    NoStandRef,
    /// Too few usable pictures show it.
    TooFewFrames,
    /// Measured, but with so large an error that neither answer can be given (SPEC 5.5).
    TooUncertain,
    /// The bar was dropped, so it was not lowered.
    BarDropped,
    /// This kind of lift or repetition has no such thing.
    VariantNa,
    /// Pictures are damaged, missing, repeated by a recorder that stalled, or of no known time.
    Damaged,
    /// Pictures are missing in the window it is measured in.
    Gap,
    /// The recorder stalled and repeats a picture in that window.
    Stalled,
    /// The file's time leaps in that window.
    Leap,
    /// It needs the log of earlier sets.
    NoHistory,
    /// No camera sees it.
    NotVisibleByNature,
    /// The back was severely rounded on the way up, which is what the way down is held against (SPEC 8.3).
    RoundOnTheWayUp,
    /// The trunk leans back at lockout, and the line from hip to ear with it, which the shoulders are held against (SPEC 7.9).
    LeansBack,
    /// The user left the check out with --select or --ignore.
    NotSelected,
}

impl Reason {
    /// The code as it stands in reports.
    pub fn code(self) -> String {
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// How far beyond its first threshold a flagged value lies; ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Not flagged.
    None,
    /// Beyond the first threshold.
    Mild,
    /// Beyond the second.
    Moderate,
    /// Beyond the third.
    Severe,
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Measured, and more probably within the first threshold than beyond it.
    Ok,
    /// Measured, and too close to the threshold for its error.
    Borderline,
    /// Measured, and beyond the threshold with enough probability to say so.
    Flag,
    /// There is no number; the reason says why.
    NotAssessable,
    /// This kind of lift or repetition has no such thing.
    NotApplicable,
}

/// What a check says about one repetition.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "one for each check and rep, and most are measured")]
pub enum Verdict {
    /// This kind of lift or rep has no such thing to check.
    NotApplicable(Reason),
    /// It cannot be seen, and why.
    NotAssessable(Reason),
    Measured(Measured),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The metric whose value this is; the repetition's `metrics` hold the same number (SPEC 11.3: one number per fact).
    pub measure: Option<Metric>,
    pub value: f64,
    /// One standard deviation, same unit as the value.
    pub sigma: f64,
    /// Mild, moderate, severe thresholds that the value was held against.
    pub thresholds: [f64; 3],
    /// Probability that the true value is beyond the mild threshold, 0…1.
    pub p_flag: f64,
    pub status: Status,
    pub severity: Severity,
    /// Confidence C of SPEC 11.1, 0…1.
    pub confidence: f64,
    /// Seconds.
    pub window_s: [f64; 2],
    /// When it is seen best.
    pub key_time_s: f64,
    /// One sentence in SPEC 12's words, without the cue.
    pub text: String,
    /// A cue other than the check's own, when the case asks for it.
    pub cue: Option<&'static str>,
    /// Unit of value, sigma and thresholds where it is not the check's own (several measures, one decides).
    pub unit: Option<&'static str>,
    /// Share of the check's deduction that this case costs, 0…1 (SPEC 6.1 upper back, 6.4 gap, 7.4 merged).
    pub deduction_share: f64,
    /// The numbers for the report's `metrics`, that of `measure` among them.
    pub metrics: Vec<(Metric, f64)>,
}
