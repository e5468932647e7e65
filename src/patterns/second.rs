//! What a second camera saw put beside what the first one saw: one judgement of one set.

use super::checklist::checklist;
use super::judged::{JudgedRep, Judgement};
use super::judged_set::Judged;
use super::{Sight, Status, Verdict, score};
use crate::config::Config;
use crate::reps::RepSet;
use crate::signals::Signals;

/// The second camera's repetitions, each by the first one's it belongs to, and its time in the first one's.
pub struct Second<'a> {
    /// In the order of the first camera's repetitions; `None` where it did not see that one.
    pub reps: Vec<Option<&'a JudgedRep>>,
    pub to_first_s: &'a dyn Fn(f64) -> f64,
}

/// The first camera's judgement with the checks of the front view from the second one, scored anew.
pub fn with_front(judged: &Judged, second: &Second, set: &RepSet, signals: &Signals, config: &Config) -> Judged {
    let mut reps: Vec<JudgedRep> = judged.reps.clone();
    for (rep, other) in reps.iter_mut().zip(&second.reps) {
        let Some(other) = other else { continue };
        for check in rep.checks.iter_mut().filter(|c| c.info.sight == Sight::Front) {
            if let Some(seen) = other.check(check.info.code).filter(|seen| tells_more(check, seen)) {
                *check = moved(seen, second.to_first_s, signals);
                for (metric, value) in check.measured().into_iter().flat_map(|m| &m.metrics) {
                    rep.metrics.insert(metric.name, Some(*value));
                }
            }
        }
        rep.coverage = score::coverage(&rep.checks, config);
        rep.score = score::rep_score(&mut rep.checks, rep.kind, rep.coverage, config);
    }
    let summary = score::set_score(&mut reps, set, signals, config);
    let checklist = checklist(&reps, set.variant);
    Judged { reps, set: summary, checklist, notice: judged.notice }
}

/// A measure says more than a reason, and the front view's own reason more than that it is no front view.
fn tells_more(own: &Judgement, seen: &Judgement) -> bool {
    own.measured().is_none() && own.status() != Status::NotApplicable && seen.reason() != Some(super::Reason::NotSelected)
}

/// The second camera's verdict at the first one's times.
fn moved(seen: &Judgement, to_first_s: &dyn Fn(f64) -> f64, signals: &Signals) -> Judgement {
    let mut out = Judgement { from_front: true, frame: None, ..seen.clone() };
    if let Verdict::Measured(m) = &mut out.verdict {
        m.window_s = m.window_s.map(to_first_s);
        m.key_time_s = to_first_s(m.key_time_s);
        out.frame = Some(signals.frame_at(m.key_time_s));
    }
    out
}
