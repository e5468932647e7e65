//! Real clips against the labels of `INDEX.tsv`.

use super::digitised::{self, Pooled, Reached};
use super::index::{Label, Labelled};
use super::metrics::events::{EventError, event_error};
use super::metrics::matching::{self, Span};
use super::metrics::{found_span, stats};
use crate::patterns::Status;
use crate::pipeline::Assessment;
use crate::reps::Rep;
use crate::signals::View;
use serde::Serialize;
use std::collections::BTreeMap;

/// One clip: what was expected and what came.
#[derive(Debug, Clone, Serialize)]
pub struct RealRow {
    pub view_labelled: Option<View>,
    pub view: View,
    pub full_labelled: Option<usize>,
    pub full: usize,
    /// Labelled reps with a found partner.
    pub matched: Option<usize>,
    /// Found − labelled, ms, per matched rep.
    pub lift_off_ms: Vec<f64>,
    pub lockout_ms: Vec<f64>,
    pub score: Option<f64>,
    /// By check code, all codes that are labelled y or n.
    pub checks: BTreeMap<String, RealCheck>,
    /// Against hand-read points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub digitised: Vec<Reached>,
}

/// One check over the repetitions of a clip.
#[derive(Debug, Clone, Serialize)]
pub struct RealCheck {
    pub label: Label,
    pub verdict: Verdict,
    pub flags: usize,
    pub borderline: usize,
    pub ok: usize,
    pub not_assessable: usize,
    pub not_applicable: usize,
    /// Reasons of the abstentions.
    pub reasons: Vec<String>,
}

/// The clip's verdict: a flag in any rep counts, then borderline, then clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Flag,
    Borderline,
    Ok,
    NotAssessed,
}

#[derive(Debug, Clone, Serialize)]
pub struct Real {
    pub clips: usize,
    pub exact_counts: Option<stats::Share>,
    pub rep_precision: Option<stats::Share>,
    pub rep_recall: Option<stats::Share>,
    pub view: Option<stats::Share>,
    pub lift_off: EventError,
    pub lockout: EventError,
    pub checks: BTreeMap<String, RealScore>,
    /// Hand-read points, by view and quantity.
    pub digitised: BTreeMap<String, Pooled>,
}

/// Clips by label and verdict.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RealScore {
    pub yes: BTreeMap<Verdict, usize>,
    pub no: BTreeMap<Verdict, usize>,
    /// Of assessed clips labelled y or n: flagged if y, not flagged if n.
    pub agreement: Option<stats::Share>,
    pub not_assessed: Option<stats::Share>,
}

pub fn collect(labelled: &Labelled, found: &Assessment) -> RealRow {
    let full: Vec<&Rep> = found.set.full().collect();
    let pairs = pair(labelled, &full);
    let errors = |times: &[f64], event: fn(&Rep) -> Option<f64>| -> Vec<f64> {
        let of = |(t, f): &(usize, usize)| Some(1000.0 * (event(full[*f])? - times.get(*t)?));
        pairs.iter().filter_map(of).collect()
    };
    let known = |label: &Label| *label != Label::Unknown;
    RealRow {
        view_labelled: labelled.view,
        view: found.signals.camera.view,
        full_labelled: labelled.full_reps,
        full: full.len(),
        matched: (!labelled.lift_off_s.is_empty() || labelled.full_reps == Some(0)).then_some(pairs.len()),
        lift_off_ms: errors(&labelled.lift_off_s, |r| r.lift_off_s),
        lockout_ms: errors(&labelled.lockout_s, |r| r.lockout_s),
        score: found.report.set.score,
        digitised: digitised::collect(&labelled.readings, found),
        checks: labelled.labels.iter().filter(|(_, l)| known(l)).map(|(c, l)| (c.clone(), check(c, *l, found))).collect(),
    }
}

fn pair(labelled: &Labelled, full: &[&Rep]) -> Vec<(usize, usize)> {
    let span = |(i, from_s): (usize, &f64)| {
        let to_s = labelled.lockout_s.get(i).copied().unwrap_or(*from_s);
        Span { from_s: *from_s, to_s, lift_off_s: Some(*from_s) }
    };
    let labels: Vec<Span> = labelled.lift_off_s.iter().enumerate().map(span).collect();
    let found: Vec<Span> = full.iter().map(|r| found_span(r)).collect();
    matching::pair(&labels, &found)
}

fn check(code: &str, label: Label, found: &Assessment) -> RealCheck {
    let parts: Vec<_> = found.report.reps.iter().flat_map(|r| &r.checks).filter(|c| c.code == code).collect();
    let count = |status| parts.iter().filter(|c| c.status == status).count();
    let mut reasons: Vec<String> =
        parts.iter().filter(|c| c.status == Status::NotAssessable).filter_map(|c| c.reason.map(|r| r.code())).collect();
    reasons.sort();
    reasons.dedup();
    let [flags, borderline, ok] = [Status::Flag, Status::Borderline, Status::Ok].map(count);
    let verdict = match (flags, borderline, ok) {
        (0, 0, 0) => Verdict::NotAssessed,
        (0, 0, _) => Verdict::Ok,
        (0, _, _) => Verdict::Borderline,
        _ => Verdict::Flag,
    };
    let (not_assessable, not_applicable) = (count(Status::NotAssessable), count(Status::NotApplicable));
    RealCheck { label, verdict, flags, borderline, ok, not_assessable, not_applicable, reasons }
}

impl RealCheck {
    /// "flag 2/3", "borderline", "ok", "? NO_BAR".
    pub fn short(&self) -> String {
        let judged = self.flags + self.borderline + self.ok;
        match self.verdict {
            Verdict::Flag => format!("flag {}/{judged}", self.flags),
            Verdict::Borderline => format!("borderline {}/{judged}", self.borderline),
            Verdict::Ok => "ok".into(),
            Verdict::NotAssessed if self.not_applicable > 0 && self.not_assessable == 0 => "not applicable".into(),
            Verdict::NotAssessed if self.reasons.is_empty() => "? no rep".into(),
            Verdict::NotAssessed => format!("? {}", self.reasons.join(" ")),
        }
    }
}

/// `None` without a clip.
pub fn summarise(rows: &[&RealRow]) -> Option<Real> {
    let counted: Vec<_> = rows.iter().filter_map(|r| Some((r.full_labelled?, r.full))).collect();
    let timed: Vec<_> = rows.iter().filter(|r| r.matched.is_some()).collect();
    let sum = |pick: &dyn Fn(&RealRow) -> usize| timed.iter().map(|r| pick(r)).sum::<usize>();
    let matched = sum(&|r| r.matched.unwrap_or(0));
    let views: Vec<_> = rows.iter().filter_map(|r| Some((r.view_labelled?, r.view))).collect();
    let all = |pick: fn(&RealRow) -> &Vec<f64>| rows.iter().flat_map(|r| pick(r).iter().copied()).collect::<Vec<_>>();
    (!rows.is_empty()).then(|| Real {
        clips: rows.len(),
        exact_counts: stats::Share::new(counted.iter().filter(|(l, f)| l == f).count(), counted.len()),
        rep_precision: stats::Share::new(matched, sum(&|r| r.full)),
        rep_recall: stats::Share::new(matched, sum(&|r| r.full_labelled.unwrap_or(0))),
        view: stats::Share::new(views.iter().filter(|(l, f)| l == f).count(), views.len()),
        lift_off: event_error(&all(|r| &r.lift_off_ms)),
        lockout: event_error(&all(|r| &r.lockout_ms)),
        digitised: digitised::pool(&rows.iter().flat_map(|r| &r.digitised).collect::<Vec<_>>()),
        checks: scores(rows),
    })
}

fn scores(rows: &[&RealRow]) -> BTreeMap<String, RealScore> {
    let mut out: BTreeMap<String, RealScore> = BTreeMap::new();
    for (code, check) in rows.iter().flat_map(|r| &r.checks) {
        let score = out.entry(code.clone()).or_default();
        let side = if check.label == Label::Yes { &mut score.yes } else { &mut score.no };
        *side.entry(check.verdict).or_insert(0) += 1;
    }
    for score in out.values_mut() {
        let get = |side: &BTreeMap<Verdict, usize>, verdict| side.get(&verdict).copied().unwrap_or(0);
        let total: usize = score.yes.values().chain(score.no.values()).sum();
        let unjudged = get(&score.yes, Verdict::NotAssessed) + get(&score.no, Verdict::NotAssessed);
        let right = get(&score.yes, Verdict::Flag) + get(&score.no, Verdict::Ok) + get(&score.no, Verdict::Borderline);
        score.agreement = stats::Share::new(right, total - unjudged);
        score.not_assessed = stats::Share::new(unjudged, total);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: Label, verdict: Verdict) -> RealRow {
        let check = RealCheck { label, verdict, flags: 0, borderline: 0, ok: 0, not_assessable: 0, not_applicable: 0, reasons: vec![] };
        RealRow {
            view_labelled: Some(View::Side),
            view: View::Side,
            full_labelled: Some(2),
            full: 3,
            matched: Some(2),
            lift_off_ms: vec![-30.0, 50.0],
            lockout_ms: vec![],
            score: None,
            digitised: vec![],
            checks: BTreeMap::from([("E1".to_owned(), check)]),
        }
    }

    #[test]
    fn agreement_counts_assessed_clips_only() {
        let rows = [
            row(Label::Yes, Verdict::Flag),
            row(Label::Yes, Verdict::Borderline),
            row(Label::No, Verdict::Borderline),
            row(Label::No, Verdict::Flag),
            row(Label::No, Verdict::NotAssessed),
        ];
        let real = summarise(&rows.iter().collect::<Vec<_>>()).unwrap();
        let e1 = &real.checks["E1"];
        assert_eq!((e1.agreement.unwrap().hits, e1.agreement.unwrap().of), (2, 4));
        assert_eq!(e1.not_assessed.unwrap().value, 0.2);
        assert_eq!((real.exact_counts.unwrap().hits, real.rep_recall.unwrap().value), (0, 1.0));
        assert!((real.rep_precision.unwrap().value - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!((real.lift_off.median_abs_ms, real.lift_off.bias_ms), (Some(40.0), Some(10.0)));
        assert!(real.lockout.median_abs_ms.is_none());
        assert!(summarise(&[]).is_none());
    }
}
