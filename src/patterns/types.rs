//! The contract of a check: what it says of itself and what goes in; [`super::outcome`] is what comes out (SPEC 6, 11).

use super::context::Context;
use super::metric::Metric;
use super::outcome::Verdict;
use super::phrase::{Part, Phrase, Praise};
use serde::{Deserialize, Serialize};

/// From where a check can be seen (SPEC 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// The camera looks across the lifter.
    Side,
    /// From the front or the rear.
    Front,
    /// From anywhere.
    Any,
    /// Needs the log of earlier sets.
    History,
    /// Not on video.
    Never,
}

/// Faults with one cause (SPEC 11.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cluster {
    /// What a weak or loose back gives.
    Back,
    /// What a bar away from the body gives.
    Bar,
}

/// The evidence that a picture shows for a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// The back's outline now and in the set position.
    Back,
    /// How far hips and shoulders have risen.
    Rise,
    /// The bar's path against the vertical line.
    Bar,
    /// The line of the trunk against the vertical.
    Lean,
    /// The sole of the foot.
    Foot,
    /// The joints.
    Body,
}

/// Fixed facts about a check.
pub struct CheckInfo {
    /// SPEC's code: E1, S4, …
    pub code: &'static str,
    /// Kebab case: "rounded-back".
    pub name: &'static str,
    /// What a person reads: "Rounded back".
    pub title: &'static str,
    /// Unit of the measured value.
    pub unit: &'static str,
    /// The guide's cue.
    pub cue: &'static str,
    /// Causal cluster (SPEC 11.2): within one only the largest deduction counts in full.
    pub cluster: Option<Cluster>,
    /// From where it can be seen.
    pub sight: Sight,
    /// What pictures show of it.
    #[cfg_attr(not(feature = "vision"), expect(dead_code, reason = "pictures are drawn with `vision` alone"))]
    pub draw: Draw,
    /// Parts of the lift it speaks of.
    pub parts: &'static [Part],
    /// How its faults are named, one for each measure that can decide it.
    pub phrases: &'static [Phrase],
    /// What is said where it is clear.
    pub praise: Option<Praise>,
    /// The numbers it tells beside those that every repetition has.
    pub metrics: &'static [Metric],
    /// Configuration keys (prefixes of "section.key") that decide it.
    pub keys: &'static [&'static str],
    /// The check's page for people: markdown with the headings of the contract test.
    pub page: &'static str,
}

/// One error pattern. A check is one file, one page, and its place in the list of all.
pub trait Check: Sync {
    fn info(&self) -> &CheckInfo;
    fn judge(&self, context: &Context) -> Verdict;
}
