//! What was found of a set.

use super::Severity;
use super::headline::{Headline, Level};
use super::judged::{ChecklistLine, JudgedRep};

/// Everything this stage has to say about a set.
#[derive(Clone)]
pub struct Judged {
    pub reps: Vec<JudgedRep>,
    pub set: SetScore,
    pub checklist: Vec<ChecklistLine>,
    /// SPEC 12's fixed notice.
    pub notice: &'static str,
}

/// What is said about the whole set; fields are named as in the report.
#[derive(Debug, Clone, PartialEq)]
pub struct SetScore {
    /// Full reps.
    pub rep_count: u32,
    pub score: Option<f64>,
    pub score_sigma: Option<f64>,
    /// Mean over the full reps, else over all.
    pub coverage: f64,
    /// The band whose words and colour the set gets: the score's, capped by its worst finding (SPEC 11.3).
    pub band: Option<Level>,
    pub headline: Headline,
    /// At most two, most costly first.
    pub top_findings: Vec<TopFinding>,
    pub velocity_loss_pct: Option<f64>,
    /// Theil–Sen slope of the rep scores, points per rep.
    pub fatigue: Option<f64>,
    pub best_rep: Option<u32>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TopFinding {
    pub code: &'static str,
    /// Name of the fault in the rep where it is worst.
    pub fault: String,
    pub severity: Severity,
    /// The rep whose fault is named.
    pub worst_rep: u32,
    /// Points by which the set's score would be higher without this fault; `None` without a score.
    pub gain: Option<f64>,
    pub reps: Vec<u32>,
    pub cue: &'static str,
}
