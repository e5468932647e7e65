//! The stage's entry: every check on every repetition, then the score, the checklist and the metrics.

use super::checklist::{ChecklistLine, checklist};
use super::registry::{CHECKS, not_selected, selected};
use super::score::{self, SetScore};
use super::words::reason_text;
use super::{BackRange, Check, CheckInfo, Context, Measured, Reason, Severity, Status, Verdict, merge, metrics, phrases};
use crate::config::Config;
use crate::reps::{Rep, RepKind, RepSet};
use crate::signals::Signals;
use crate::track::EventCode;
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

    /// One sentence in SPEC 12's words.
    pub fn text(&self) -> String {
        match &self.verdict {
            Verdict::Measured(m) => m.text.clone(),
            Verdict::NotAssessable(reason) => format!("{}: cannot be judged - {}.", self.info.title, reason_text(*reason)),
            Verdict::NotApplicable(reason) => format!("{}: does not apply - {}.", self.info.title, reason_text(*reason)),
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
    /// Share of the applicable weight that could be assessed, 0…1.
    pub coverage: f64,
    /// Name with unit → value.
    pub metrics: BTreeMap<String, Option<f64>>,
}

impl JudgedRep {
    pub fn check(&self, code: &str) -> Option<&Judgement> {
        self.checks.iter().find(|c| c.info.code == code)
    }
}

/// Everything this stage has to say about a set.
#[derive(Clone)]
pub struct Judged {
    pub reps: Vec<JudgedRep>,
    pub set: SetScore,
    pub checklist: Vec<ChecklistLine>,
    /// SPEC 12's fixed notice.
    pub notice: &'static str,
}

/// Judges every repetition of a set.
pub fn judge(signals: &Signals, set: &RepSet, config: &Config) -> Judged {
    judge_calibrated(signals, set, config, None)
}

/// The same with the lifter's own bending range from a calibration clip ([`super::back_range`]).
pub fn judge_calibrated(signals: &Signals, set: &RepSet, config: &Config, back_range: Option<BackRange>) -> Judged {
    judge_by(CHECKS, signals, set, config, back_range)
}

/// The same by other checks than the registry's.
pub(super) fn judge_by(
    checks: &[&'static dyn Check],
    signals: &Signals,
    set: &RepSet,
    config: &Config,
    back_range: Option<BackRange>,
) -> Judged {
    let one = |rep| judge_rep(checks, &Context { signals, set, rep, config, back_range });
    let mut reps: Vec<JudgedRep> = set.reps.iter().map(one).collect();
    let summary = score::set_score(&mut reps, set, signals, config);
    let checklist = checklist(&reps);
    Judged { reps, set: summary, checklist, notice: super::words::NOTICE }
}

/// Phases that a pull without a lockout does not have: standing locked out, and lowering from there (SPEC 11.3).
const AFTER_LOCKOUT: [&str; 6] = ["E2", "P2", "P3", "P4", "P5", "P6"];

/// What was measured where nothing was recorded is no measure.
fn recorded(verdict: Verdict, context: &Context) -> Verdict {
    let Verdict::Measured(measured) = &verdict else { return verdict };
    let [from, to] = measured.window_s;
    let hidden = context.signals.events.iter().find(|e| e.code.hides_the_lift() && e.touches(from, to));
    let reason = match hidden.map(|e| e.code) {
        Some(EventCode::Damaged) => Reason::Damaged,
        Some(EventCode::Gap) => Reason::Gap,
        Some(EventCode::Stalled) => Reason::Stalled,
        Some(EventCode::Leap) => Reason::Leap,
        _ => return verdict,
    };
    Verdict::NotAssessable(reason)
}

fn judge_rep(checks: &[&'static dyn Check], context: &Context) -> JudgedRep {
    let rep: &Rep = context.rep;
    let mut checks: Vec<Judgement> = checks
        .iter()
        .map(|check| {
            let info = check.info();
            let verdict = match selected(info.code, context.config) {
                false => not_selected(),
                true if rep.kind == RepKind::Failed && AFTER_LOCKOUT.contains(&info.code) => Verdict::NotApplicable(Reason::VariantNa),
                true => recorded(check.judge(context), context),
            };
            Judgement { info, verdict, deduction: 0.0, cost: 0.0, frame: None }
        })
        .collect();
    merge::settle(&mut checks, context.config);
    for check in &mut checks {
        check.frame = check.measured().map(|m| context.signals.frame_at(m.key_time_s));
    }
    let metrics = metrics::metrics(context, &checks);
    let coverage = score::coverage(&checks, context.config);
    let score = score::rep_score(&mut checks, rep.kind, coverage, context.config);
    JudgedRep { index: rep.index, kind: rep.kind, checks, score, coverage, metrics }
}
