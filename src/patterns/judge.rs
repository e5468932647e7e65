//! The stage's entry: every check on every repetition, then the score, the checklist and the metrics.

use super::CHECKS;
use super::checklist::checklist;
use super::judged::{JudgedRep, Judgement};
use super::judged_set::Judged;
use super::registry::{not_selected, selected};
use super::repetition::Repetition;
use super::score;
use super::{BackRange, Check, Context, Reason, Verdict, merge, metrics};
use crate::config::Config;
use crate::reps::{Rep, RepKind, RepSet};
use crate::signals::Signals;
use crate::track::EventCode;

/// Every repetition of a set by the registry's checks, without a calibration clip.
#[cfg(test)]
pub fn judge(signals: &Signals, set: &RepSet, config: &Config) -> Judged {
    judge_calibrated(signals, set, config, None)
}

/// Judges every repetition of a set, with the lifter's own bending range where a calibration clip gave it ([`super::back_range`]).
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
    let one = |rep| judge_rep(checks, &Context::of(Repetition { signals, set, rep, config, back_range }));
    let mut reps: Vec<JudgedRep> = set.reps.iter().map(one).collect();
    let summary = score::set_score(&mut reps, set, signals, config);
    let checklist = checklist(&reps, set.variant);
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
            Judgement { info, verdict, deduction: 0.0, cost: 0.0, frame: None, from_front: false }
        })
        .collect();
    merge::settle(&mut checks, context.config);
    for check in &mut checks {
        check.frame = check.measured().map(|m| context.signals.frame_at(m.key_time_s));
    }
    let metrics = metrics::metrics(context, &checks);
    let coverage = score::coverage(&checks, context.config);
    let score = score::rep_score(&mut checks, rep.kind, coverage, context.config);
    JudgedRep { index: rep.index, kind: rep.kind, checks, score, score_sigma: None, coverage, metrics }
}
