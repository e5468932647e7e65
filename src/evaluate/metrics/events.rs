//! Repetitions found, and how far their events are off.

use super::case::Case;
use super::stats::{self, Share};
use crate::evaluate::truth::TruthRep;
use crate::reps::{Rep, RepKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// Signed errors found − true in ms, by event name, and counts of repetitions.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    errors_ms: BTreeMap<&'static str, Vec<f64>>,
    /// True events of matched reps, by event name.
    wanted: BTreeMap<&'static str, usize>,
    pub true_full: usize,
    pub found_full: usize,
    pub matched_full: usize,
    /// True failed or partial attempts, and those found as such.
    attempts: [usize; 2],
}

#[derive(Debug, Clone, Serialize)]
pub struct EventError {
    pub n: usize,
    pub bias_ms: Option<f64>,
    pub median_abs_ms: Option<f64>,
    pub p95_abs_ms: Option<f64>,
    /// Share of true events that were found at all, in matched repetitions.
    pub found: Option<Share>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Reps {
    /// Of the full reps found, those that are true.
    pub precision: Option<Share>,
    /// Of the true full reps, those that were found.
    pub recall: Option<Share>,
    pub f1: Option<f64>,
    /// Clips whose count is exactly right.
    pub exact_count: Option<Share>,
    /// True failed or partial attempts that were found and not called full.
    pub attempts_found: Option<Share>,
}

/// Names and both sides of every event.
fn events(truth: &TruthRep, found: &Rep) -> [(&'static str, Option<f64>, Option<f64>); 6] {
    [
        ("lift_off", truth.lift_off_s, found.lift_off_s),
        ("knee_pass", truth.knee_pass_s, found.knee_pass_s),
        ("lockout", truth.lockout_s, found.lockout_s),
        ("descent", truth.descent_s, found.descent_s),
        ("knee_pass_down", truth.knee_pass_down_s, found.knee_pass_down_s),
        ("floor", truth.floor_s, found.floor_s),
    ]
}

pub fn collect(case: &Case) -> Samples {
    let (truth, found) = (&case.truth.reps, &case.found.set.reps);
    let mut samples = Samples {
        true_full: truth.iter().filter(|r| r.kind == RepKind::Full).count(),
        found_full: found.iter().filter(|r| r.kind == RepKind::Full).count(),
        ..Samples::default()
    };
    samples.attempts[1] = truth.len() - samples.true_full;
    for (t, f) in case.pairs {
        let (t, f) = (&truth[*t], &found[*f]);
        match (t.kind, f.kind) {
            (RepKind::Full, RepKind::Full) => samples.matched_full += 1,
            (RepKind::Full, _) | (_, RepKind::Full) => {}
            _ => samples.attempts[0] += 1,
        }
        for (name, true_s, found_s) in events(t, f) {
            *samples.wanted.entry(name).or_default() += usize::from(true_s.is_some());
            let error = true_s.zip(found_s).map(|(t, f)| 1000.0 * (f - t));
            samples.errors_ms.entry(name).or_default().extend(error);
        }
    }
    samples
}

/// Event name → errors.
pub fn summarise_events(samples: &[&Samples]) -> BTreeMap<String, EventError> {
    let mut out = BTreeMap::new();
    for name in ["lift_off", "knee_pass", "lockout", "descent", "knee_pass_down", "floor"] {
        let of = |s: &&Samples| s.errors_ms.get(name).cloned().unwrap_or_default();
        let errors: Vec<f64> = samples.iter().flat_map(of).collect();
        let wanted = samples.iter().filter_map(|s| s.wanted.get(name)).sum();
        if wanted > 0 {
            out.insert(name.to_owned(), EventError { found: Share::new(errors.len(), wanted), ..event_error(&errors) });
        }
    }
    out
}

/// `errors`: found − true, ms.
pub fn event_error(errors: &[f64]) -> EventError {
    let absolute: Vec<f64> = errors.iter().map(|e| e.abs()).collect();
    EventError {
        n: errors.len(),
        bias_ms: stats::mean(errors),
        median_abs_ms: stats::median(&absolute),
        p95_abs_ms: stats::quantile(&absolute, 0.95),
        found: None,
    }
}

pub fn summarise_reps(samples: &[&Samples]) -> Reps {
    let sum = |pick: fn(&Samples) -> usize| samples.iter().map(|s| pick(s)).sum::<usize>();
    let (hits, found, wanted) = (sum(|s| s.matched_full), sum(|s| s.found_full), sum(|s| s.true_full));
    let exact = samples.iter().filter(|s| s.found_full == s.true_full).count();
    Reps {
        precision: Share::new(hits, found),
        recall: Share::new(hits, wanted),
        f1: (found + wanted > 0).then(|| 2.0 * hits as f64 / (found + wanted) as f64),
        exact_count: Share::new(exact, samples.len()),
        attempts_found: Share::new(sum(|s| s.attempts[0]), sum(|s| s.attempts[1])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_and_recall_of_full_reps() {
        // 5 true, 4 found, 3 of them true: precision 3/4, recall 3/5, F1 6/9.
        let a = Samples { true_full: 3, found_full: 3, matched_full: 2, ..Samples::default() };
        let b = Samples { true_full: 2, found_full: 1, matched_full: 1, ..Samples::default() };
        let reps = summarise_reps(&[&a, &b]);
        assert_eq!((reps.precision.unwrap().value, reps.recall.unwrap().value), (0.75, 0.6));
        assert!((reps.f1.unwrap() - 6.0 / 9.0).abs() < 1e-12);
        assert_eq!(reps.exact_count.unwrap().value, 0.5);
        assert!(reps.attempts_found.is_none());
    }

    #[test]
    fn event_errors_keep_their_sign_in_the_bias_only() {
        let e = event_error(&[-40.0, 20.0, 60.0, -20.0]);
        assert_eq!((e.n, e.bias_ms, e.median_abs_ms), (4, Some(5.0), Some(30.0)));
        assert!((e.p95_abs_ms.unwrap() - 57.0).abs() < 1e-9);
    }
}
