//! Every check against the true doses: precision, recall, F1, false alarms, abstention.

use super::case::Case;
use super::stats::{self, Share};
use crate::patterns::{Severity, Status};
use crate::reps::RepKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One check on one matched full repetition.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub code: String,
    /// `None`: the truth does not know.
    pub truth: Option<Severity>,
    pub status: Status,
    pub severity: Severity,
    pub p_flag: Option<f64>,
    /// SPEC 14.4 code of an abstention.
    pub reason: Option<String>,
    /// The repetition has no fault at all.
    pub clean: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct CheckScore {
    pub mild: Detection,
    pub moderate: Detection,
    /// Quadratic-weighted κ of the four severities, where assessed.
    pub kappa: Option<f64>,
    /// Flags of this check per 100 repetitions that have no fault at all.
    pub false_flags_per_100_clean: Option<f64>,
    pub clean_reps: usize,
    /// "Watch it" verdicts: neither flag nor clear.
    pub borderline: usize,
    /// Of the applicable repetitions, those left unjudged.
    pub not_assessable: Option<Share>,
    pub reasons: BTreeMap<String, usize>,
    pub not_applicable: usize,
}

/// Detection at or above one severity, over assessed repetitions.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Detection {
    /// Repetitions whose truth reaches the severity: assessed, and in all.
    pub support: usize,
    pub support_all: usize,
    pub precision: Option<Share>,
    pub recall: Option<Share>,
    /// Counts an abstention as a miss.
    pub recall_of_all: Option<Share>,
    pub specificity: Option<Share>,
    pub f1: Option<F1>,
}

/// F1 with the interval that follows from Wilson's for TP/(TP + FP + FN).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct F1 {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

pub fn collect(case: &Case) -> Vec<Judged> {
    let mut out = vec![];
    for (t, f) in case.pairs {
        let (truth, found) = (&case.truth.reps[*t], &case.found.set.reps[*f]);
        if truth.kind != RepKind::Full {
            continue;
        }
        let Some(part) = case.found.report.reps.iter().find(|r| r.index == found.index) else { continue };
        out.extend(part.checks.iter().map(|c| Judged {
            code: c.code.clone(),
            truth: truth.severity(&c.code),
            status: c.status,
            severity: c.severity,
            p_flag: c.p_flag,
            reason: c.reason.map(|r| r.code()),
            clean: truth.is_clean(),
        }));
    }
    out
}

/// Code → score.
pub fn summarise(judged: &[&Judged]) -> BTreeMap<String, CheckScore> {
    let codes: BTreeSet<&str> = judged.iter().map(|j| j.code.as_str()).collect();
    let of = |code: &str| judged.iter().copied().filter(|j| j.code == code).collect::<Vec<_>>();
    codes.into_iter().map(|code| (code.to_owned(), score(&of(code)))).collect()
}

fn score(judged: &[&Judged]) -> CheckScore {
    let count = |status| judged.iter().filter(|j| j.status == status).count();
    let (unjudged, not_applicable) = (count(Status::NotAssessable), count(Status::NotApplicable));
    let mut reasons = BTreeMap::new();
    for reason in judged.iter().filter(|j| j.status == Status::NotAssessable).filter_map(|j| j.reason.clone()) {
        *reasons.entry(reason).or_insert(0) += 1;
    }
    let graded: Vec<(usize, usize)> =
        judged.iter().filter(|j| assessed(j)).filter_map(|j| Some((j.truth? as usize, found_severity(j) as usize))).collect();
    let clean: Vec<_> = judged.iter().filter(|j| j.clean && assessed(j)).collect();
    let false_flags = clean.iter().filter(|j| j.status == Status::Flag).count();
    CheckScore {
        mild: detection(judged, Severity::Mild),
        moderate: detection(judged, Severity::Moderate),
        kappa: stats::weighted_kappa(&graded, 4),
        false_flags_per_100_clean: (!clean.is_empty()).then(|| 100.0 * false_flags as f64 / clean.len() as f64),
        clean_reps: clean.len(),
        borderline: count(Status::Borderline),
        not_assessable: Share::new(unjudged, judged.len() - not_applicable),
        reasons,
        not_applicable,
    }
}

pub fn assessed(judged: &Judged) -> bool {
    !matches!(judged.status, Status::NotAssessable | Status::NotApplicable)
}

/// Only a flag is a finding; a borderline verdict is not.
fn found_severity(judged: &Judged) -> Severity {
    if judged.status == Status::Flag { judged.severity } else { Severity::None }
}

fn detection(judged: &[&Judged], level: Severity) -> Detection {
    let [mut hit, mut false_alarm, mut miss, mut clear, mut unjudged] = [0usize; 5];
    for j in judged {
        let Some(truth) = j.truth else { continue };
        match (truth >= level, found_severity(j) >= level) {
            (true, _) if j.status == Status::NotAssessable => unjudged += 1,
            _ if !assessed(j) => {}
            (true, true) => hit += 1,
            (true, false) => miss += 1,
            (false, true) => false_alarm += 1,
            (false, false) => clear += 1,
        }
    }
    Detection {
        support: hit + miss,
        support_all: hit + miss + unjudged,
        precision: Share::new(hit, hit + false_alarm),
        recall: Share::new(hit, hit + miss),
        recall_of_all: Share::new(hit, hit + miss + unjudged),
        specificity: Share::new(clear, clear + false_alarm),
        f1: f1(hit, false_alarm, miss),
    }
}

/// F1 = 2F/(1 + F) with F = TP/(TP + FP + FN), a plain share; both rise together.
fn f1(hit: usize, false_alarm: usize, miss: usize) -> Option<F1> {
    let share = Share::new(hit, hit + false_alarm + miss)?;
    let [value, low, high] = [share.value, share.low, share.high].map(|f| 2.0 * f / (1.0 + f));
    Some(F1 { value, low, high })
}

#[cfg(test)]
pub fn judged(truth: Severity, status: Status, severity: Severity) -> Judged {
    let clean = truth == Severity::None;
    Judged { code: "E4".into(), truth: Some(truth), status, severity, p_flag: None, reason: None, clean }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Severity::*;

    #[test]
    fn detection_by_hand() {
        let mut cases = vec![];
        cases.extend(vec![judged(Moderate, Status::Flag, Moderate); 3]);
        cases.push(judged(Mild, Status::Flag, Moderate));
        cases.push(judged(Moderate, Status::Borderline, None));
        cases.push(judged(Moderate, Status::NotAssessable, None));
        cases.extend(vec![judged(None, Status::Ok, None); 4]);
        cases.push(judged(None, Status::Flag, Mild));
        cases.push(judged(None, Status::NotApplicable, None));
        cases[5].reason = Some("NO_BAR".into());
        let refs: Vec<&Judged> = cases.iter().collect();
        let score = score(&refs);
        // Mild: TP 4, FN 1 (borderline), FP 1, TN 4; one positive unjudged.
        assert_eq!((score.mild.support, score.mild.support_all), (5, 6));
        assert_eq!(score.mild.precision.unwrap().value, 0.8);
        assert_eq!(score.mild.recall.unwrap().value, 0.8);
        assert!((score.mild.recall_of_all.unwrap().value - 4.0 / 6.0).abs() < 1e-12);
        assert_eq!(score.mild.specificity.unwrap().value, 0.8);
        assert!((score.mild.f1.unwrap().value - 0.8).abs() < 1e-12);
        // Moderate: TP 3, FP 1 (true mild), FN 1, TN 5.
        assert_eq!(score.moderate.precision.unwrap().value, 0.75);
        assert_eq!(score.moderate.specificity.unwrap().hits, 5);
        assert_eq!((score.false_flags_per_100_clean, score.clean_reps), (Some(20.0), 5));
        assert_eq!((score.not_assessable.unwrap().hits, score.not_assessable.unwrap().of), (1, 11));
        assert_eq!((score.reasons["NO_BAR"], score.borderline, score.not_applicable), (1, 1, 1));
    }

    #[test]
    fn unknown_truth_is_left_out() {
        let unknown = Judged { truth: Option::None, clean: false, ..judged(None, Status::Flag, Mild) };
        let score = score(&[&unknown]);
        assert!(score.mild.precision.is_none() && score.kappa.is_none() && score.false_flags_per_100_clean.is_none());
    }

    #[test]
    fn the_interval_of_f1_holds_its_value() {
        let f = f1(8, 1, 1).unwrap();
        assert!((f.value - 16.0 / 18.0).abs() < 1e-12 && f.low < f.value && f.value < f.high);
        // Wilson of 8/10 is 0.4902…0.9433.
        assert!((f.low - 2.0 * 0.4902 / 1.4902).abs() < 1e-4 && (f.high - 2.0 * 0.9433 / 1.9433).abs() < 1e-4);
    }
}
