//! One of the metrics over several sets, and how a value becomes a finding.

use crate::patterns::{Reason, Severity, Status};
use crate::reps::Variant;
use serde::Serialize;

/// Mild, moderate, severe.
type Steps = [f64; 3];

/// One of O1–O7 for one lifter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metric {
    pub id: &'static str,
    pub name: &'static str,
    /// O1–O5 are told per kind of deadlift: loads of different kinds do not compare.
    pub variant: Option<Variant>,
    pub status: Status,
    pub severity: Severity,
    pub value: Option<f64>,
    pub unit: &'static str,
    pub threshold: Steps,
    pub reason: Option<Reason>,
    /// What was seen, or what is missing.
    pub text: String,
}

/// Name and unit of a metric.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub id: &'static str,
    pub name: &'static str,
    pub unit: &'static str,
    pub threshold: Steps,
}

impl Kind {
    pub fn unknown(self, reason: Reason, text: impl Into<String>) -> Metric {
        let Kind { id, name, unit, threshold } = self;
        let (status, severity) = (Status::NotAssessable, Severity::None);
        Metric { id, name, variant: None, status, severity, value: None, unit, threshold, reason: Some(reason), text: text.into() }
    }

    pub fn seen(self, value: f64, severity: Severity, text: impl Into<String>) -> Metric {
        let Kind { id, name, unit, threshold } = self;
        let status = if severity == Severity::None { Status::Ok } else { Status::Flag };
        Metric { id, name, variant: None, status, severity, value: Some(value), unit, threshold, reason: None, text: text.into() }
    }
}

/// Severity of a value whose thresholds rise (or all fall, as for slopes).
pub(super) fn graded(value: f64, steps: Steps, beyond: impl Fn(f64, f64) -> bool) -> Severity {
    let passed = steps.iter().filter(|step| beyond(value, **step)).count();
    [Severity::None, Severity::Mild, Severity::Moderate, Severity::Severe][passed]
}
