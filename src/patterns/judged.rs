//! What was found: checks and repetitions.

use super::phrases;
use super::words::{inapplicable, reason_text};
use super::{CheckInfo, Measured, Reason, Severity, Status, Verdict};
use crate::reps::RepKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One check on one repetition.
#[derive(Clone)]
pub struct Judgement {
    pub info: &'static CheckInfo,
    pub verdict: Verdict,
    /// Points it takes from the rep's score; 0 where the rep has none.
    pub deduction: f64,
    /// Points it would take from a scored rep, for ranking findings.
    pub cost: f64,
    /// Decoded frame at which it is seen best.
    pub frame: Option<usize>,
    /// A second camera saw it, from the front.
    pub from_front: bool,
}

impl Judgement {
    pub fn measured(&self) -> Option<&Measured> {
        match &self.verdict {
            Verdict::Measured(m) => Some(m),
            _ => None,
        }
    }

    pub fn status(&self) -> Status {
        match &self.verdict {
            Verdict::NotApplicable(_) => Status::NotApplicable,
            Verdict::NotAssessable(_) => Status::NotAssessable,
            Verdict::Measured(m) => m.status,
        }
    }

    pub fn severity(&self) -> Severity {
        self.measured().map_or(Severity::None, |m| m.severity)
    }

    /// Why there is no number; `None` when there is one.
    pub fn reason(&self) -> Option<Reason> {
        match &self.verdict {
            Verdict::NotApplicable(reason) | Verdict::NotAssessable(reason) => Some(*reason),
            Verdict::Measured(_) => None,
        }
    }

    /// Unit of value, sigma and thresholds.
    pub fn unit(&self) -> &'static str {
        self.measured().and_then(|m| m.unit).unwrap_or(self.info.unit)
    }

    /// The cue to give: only for a flag or a borderline case.
    pub fn cue(&self) -> Option<&'static str> {
        let measured = self.measured()?;
        matches!(measured.status, Status::Flag | Status::Borderline).then(|| phrases::cue(self.info, measured))
    }

    /// The fault by name and direction; only for a flag or a borderline case.
    pub fn fault(&self) -> Option<String> {
        let measured = self.measured()?;
        matches!(measured.status, Status::Flag | Status::Borderline).then(|| phrases::fault(self.info, measured))
    }

    /// Which of its faults the check found; `None` where nothing was measured.
    pub fn way(&self) -> Option<phrases::Way> {
        self.measured().map(|m| phrases::way(self.info, m))
    }

    /// One sentence in SPEC 12's words.
    pub fn text(&self) -> String {
        match &self.verdict {
            Verdict::Measured(m) => m.text.clone(),
            Verdict::NotAssessable(reason) => format!("{}: cannot be judged - {}.", self.info.title, reason_text(*reason)),
            Verdict::NotApplicable(reason) => inapplicable(self.info.title, *reason),
        }
    }
}

/// One repetition with all checks in the registry's order.
#[derive(Clone)]
pub struct JudgedRep {
    pub index: u32,
    pub kind: RepKind,
    pub checks: Vec<Judgement>,
    /// 0–100; only full reps with enough coverage.
    pub score: Option<f64>,
    /// Its error, one standard deviation, points.
    pub score_sigma: Option<f64>,
    /// Share of the applicable weight that could be assessed, 0…1.
    pub coverage: f64,
    /// Name with unit → value.
    pub metrics: BTreeMap<&'static str, Option<f64>>,
}

impl JudgedRep {
    pub fn check(&self, code: &str) -> Option<&Judgement> {
        self.checks.iter().find(|c| c.info.code == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChecklistLine {
    pub item: String,
    pub seen: Seen,
    pub note: String,
}

/// ✓, ✗ or ?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::enum_variant_names, reason = "spelt as the report spells it")]
pub enum Seen {
    Yes,
    No,
    CannotBeSeen,
}
