//! What an evaluation gives.

use super::held::Held;
use super::metrics::Accuracy;
use super::real::{Real, RealRow};
use serde::Serialize;

/// All numbers of one evaluation.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    pub date: String,
    pub command: String,
    pub program_version: String,
    pub model: String,
    pub clips: Vec<ClipRow>,
    pub failures: Vec<Failure>,
    /// What SPEC 14.3 asks for and was measured, least room first: the first three are the weakest numbers.
    pub acceptance: Vec<Held>,
    /// Over clips with full truth.
    pub accuracy: Option<Accuracy>,
    /// Over labelled real clips.
    pub real: Option<Real>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ClipRow {
    pub name: String,
    pub full_reps_true: Option<usize>,
    pub full_reps_found: usize,
    pub score: Option<f64>,
    /// What could not be used of the truth, and warnings of the analysis.
    pub notes: Vec<String>,
    pub real: Option<RealRow>,
}

/// A clip that could not be evaluated.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    pub name: String,
    /// Name of the kind of failure.
    pub kind: String,
    pub error: String,
    pub hint: String,
}
