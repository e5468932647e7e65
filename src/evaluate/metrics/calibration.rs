//! Does a p_flag of 0.8 come true in 8 of 10 cases? Do stated σ's hold what they promise?

use super::checks::{Judged, assessed};
use super::stats::Share;
use super::{Case, bar};
use crate::evaluate::dose;
use crate::patterns::Severity;
use serde::Serialize;
use std::collections::BTreeMap;

/// Bins of the reliability table.
const BINS: usize = 5;
/// Standard normal quantile of a two-sided 90 % interval.
const Z90: f64 = 1.644_853_626_951_472_2;
/// Codes whose value is in the very unit and meaning of the dose, so that both can be compared.
const SAME_QUANTITY: [&str; 2] = ["E2", "S2"];

#[derive(Debug, Clone, Serialize)]
pub struct Calibration {
    pub n: usize,
    /// Mean of (p − outcome)²; 0 perfect, 0.25 a coin.
    pub brier: f64,
    /// The same of always saying the base rate.
    pub brier_of_base_rate: f64,
    pub bins: Vec<Bin>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    pub mean_p: f64,
    /// Share of true faults (≥ mild).
    pub came_true: Share,
}

/// All checks together and each check alone; key "all" or the code.
pub fn summarise(judged: &[&Judged]) -> BTreeMap<String, Calibration> {
    let mut by_code: BTreeMap<String, Vec<(f64, bool)>> = BTreeMap::new();
    for j in judged.iter().filter(|j| assessed(j)) {
        if let Some((p, truth)) = j.p_flag.zip(j.truth) {
            let case = (p.clamp(0.0, 1.0), truth >= Severity::Mild);
            by_code.entry("all".into()).or_default().push(case);
            by_code.entry(j.code.clone()).or_default().push(case);
        }
    }
    by_code.into_iter().filter_map(|(code, cases)| Some((code, calibration(&cases)?))).collect()
}

fn calibration(cases: &[(f64, bool)]) -> Option<Calibration> {
    let n = cases.len() as f64;
    let base = cases.iter().filter(|(_, o)| *o).count() as f64 / n;
    let brier = cases.iter().map(|(p, o)| (p - f64::from(u8::from(*o))).powi(2)).sum::<f64>() / n;
    let bins = (0..BINS).filter_map(|b| {
        let inside: Vec<_> = cases.iter().filter(|(p, _)| ((p * BINS as f64) as usize).min(BINS - 1) == b).collect();
        let came_true = Share::new(inside.iter().filter(|(_, o)| *o).count(), inside.len())?;
        let mean_p = inside.iter().map(|(p, _)| p).sum::<f64>() / inside.len() as f64;
        Some(Bin { from: b as f64 / BINS as f64, to: (b + 1) as f64 / BINS as f64, mean_p, came_true })
    });
    (!cases.is_empty()).then(|| Calibration {
        n: cases.len(),
        brier,
        brier_of_base_rate: base * (1.0 - base),
        bins: bins.collect(),
    })
}

/// Quantity → (inside the stated 90 % interval, with both known).
pub type Covered = BTreeMap<String, [usize; 2]>;

/// Looks at everything that states a σ and whose truth is known: yaw, events, E4's drift, P4's
/// lowering time, and checks whose value is their dose.
pub fn collect_coverage(case: &Case) -> Covered {
    let mut covered = Covered::new();
    let mut note = |name: &str, found: Option<f64>, sigma: Option<f64>, truth: Option<f64>| {
        if let (Some(found), Some(sigma), Some(truth)) = (found, sigma, truth) {
            let count = covered.entry(name.to_owned()).or_default();
            *count = [count[0] + usize::from((found - truth).abs() <= Z90 * sigma), count[1] + 1];
        }
    };
    let camera = &case.found.signals.camera;
    note("yaw", camera.yaw_deg, camera.yaw_sigma_deg, case.truth.folded_yaw_deg());
    for (t, f) in case.pairs {
        let (truth, found) = (&case.truth.reps[*t], &case.found.set.reps[*f]);
        note("lift-off", found.lift_off_s, Some(found.event_sigma_s), truth.lift_off_s);
        note("lockout", found.lockout_s, Some(found.event_sigma_s), truth.lockout_s);
        let part = case.found.report.reps.iter().find(|r| r.index == found.index);
        for check in part.iter().flat_map(|p| &p.checks) {
            let true_value = match check.code.as_str() {
                "E4" => bar::true_drift_cm(case, *t),
                "P4" => truth.floor_s.zip(truth.descent_s).map(|(down, top)| down - top),
                code if SAME_QUANTITY.contains(&code) && dose::find(code).is_some() => truth.faults.get(code).and_then(|f| f.dose),
                _ => None,
            };
            note(&check.code, check.value, check.sigma, true_value);
        }
    }
    covered
}

pub fn summarise_coverage(samples: &[&Covered]) -> BTreeMap<String, Share> {
    let mut sum = Covered::new();
    for (name, [inside, of]) in samples.iter().flat_map(|s| s.iter()) {
        let count = sum.entry(name.clone()).or_default();
        *count = [count[0] + inside, count[1] + of];
    }
    sum.into_iter().filter_map(|(name, [inside, of])| Some((name, Share::new(inside, of)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brier_and_bins_by_hand() {
        // (0.1 − 0)² + (0.9 − 1)² + (0.8 − 0)² + (0.3 − 1)² = 0.01 + 0.01 + 0.64 + 0.49 = 1.15
        let c = calibration(&[(0.1, false), (0.9, true), (0.8, false), (0.3, true)]).unwrap();
        assert!((c.brier - 1.15 / 4.0).abs() < 1e-12);
        assert_eq!(c.brier_of_base_rate, 0.25);
        assert_eq!(c.bins.len(), 3);
        let last = c.bins.last().unwrap();
        assert!((last.mean_p - 0.85).abs() < 1e-12);
        assert_eq!((last.came_true.hits, last.came_true.of), (1, 2));
        assert!(calibration(&[]).is_none());
    }

    #[test]
    fn a_probability_of_one_falls_into_the_last_bin() {
        let c = calibration(&[(1.0, true)]).unwrap();
        assert_eq!((c.bins[0].from, c.bins[0].to, c.brier), (0.8, 1.0, 0.0));
    }

    #[test]
    fn coverage_adds_up_over_clips() {
        let a = Covered::from([("yaw".to_owned(), [1, 1])]);
        let b = Covered::from([("yaw".to_owned(), [0, 1])]);
        assert_eq!(summarise_coverage(&[&a, &b])["yaw"].value, 0.5);
    }
}
