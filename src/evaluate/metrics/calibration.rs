//! Does a p_flag of 0.8 come true in 8 of 10 cases? Do stated σ's hold what they promise?

use super::bar;
use super::case::Case;
use super::checks::{Judged, assessed};
use super::fit::Fit;
use super::stats::{self, Agreement, Share};
use crate::patterns::Severity;
use serde::Serialize;
use std::collections::BTreeMap;

/// Bins of the reliability table.
const BINS: usize = 5;
/// Standard normal quantile of a two-sided 90 % interval.
const Z90: f64 = 1.644_853_626_951_472_2;
/// Checks whose value is the very quantity that a truth file states under `measured`.
const SAME_QUANTITY: [(&str, &str); 12] = [
    ("E2", "lean_back_deg"),
    ("E3", "rise_ratio"),
    ("E4", "drift_cm"),
    ("P1", "heel_cm"),
    ("P2", "deficit_cm"),
    ("P3", "shrug_cm"),
    ("P4", "lowering_s"),
    ("P5", "hip_bar_ratio"),
    ("P6", "lumbar_down_deg"),
    ("S2", "bar_mid_foot_cm"),
    ("S4", "arm_deg"),
    ("T2", "knee_ratio"),
];

#[derive(Debug, Clone, Serialize)]
pub struct Calibration {
    pub n: usize,
    /// Mean of (p − outcome)²; 0 perfect, 0.25 a coin.
    pub brier: f64,
    /// The same of always saying the base rate.
    pub brier_of_base_rate: f64,
    pub bins: Vec<Bin>,
    /// What would make them come true; absent with few faults.
    pub fit: Option<Fit>,
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
        fit: Fit::of(cases),
    })
}

/// One number with a stated σ beside its truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stated {
    pub found: f64,
    pub sigma: f64,
    pub truth: f64,
}

/// Quantity → cases of one clip.
pub type Values = BTreeMap<String, Vec<Stated>>;

/// How good a quantity is, and how well the program knows it.
#[derive(Debug, Clone, Serialize)]
pub struct ValueScore {
    pub agreement: Agreement,
    /// Share of truth inside the stated 90 % interval.
    pub inside_90: Share,
}

/// Everything that states a σ and whose truth is known: yaw, events, and the checks' values.
pub fn collect_values(case: &Case) -> Values {
    let mut values = Values::new();
    let mut note = |name: &str, found: Option<f64>, sigma: Option<f64>, truth: Option<f64>| {
        if let (Some(found), Some(sigma), Some(truth)) = (found, sigma, truth) {
            values.entry(name.to_owned()).or_default().push(Stated { found, sigma, truth });
        }
    };
    let camera = &case.found.signals.camera;
    note("yaw_deg", camera.yaw_deg, camera.yaw_sigma_deg, case.truth.folded_yaw_deg());
    for (t, f) in case.pairs {
        let (truth, found) = (&case.truth.reps[*t], &case.found.set.reps[*f]);
        note("lift_off_s", found.lift_off_s, Some(found.event_sigma_s), truth.lift_off_s);
        note("lockout_s", found.lockout_s, Some(found.event_sigma_s), truth.lockout_s);
        let part = case.found.report.reps.iter().find(|r| r.index == found.index);
        for check in part.iter().flat_map(|p| &p.checks) {
            note(&check.code, check.value, check.sigma, true_value(case, *t, &check.code));
        }
    }
    values
}

/// What a perfect measurement of a check reads: as the truth file states it, else worked out where
/// that is possible.
fn true_value(case: &Case, rep: usize, code: &str) -> Option<f64> {
    let truth = &case.truth.reps[rep];
    let name = SAME_QUANTITY.iter().find(|(c, _)| *c == code)?.1;
    truth.measured.get(name).copied().or_else(|| match code {
        "E4" => bar::true_drift_cm(case, rep),
        "P4" => truth.floor_s.zip(truth.descent_s).map(|(down, top)| down - top),
        _ => None,
    })
}

pub fn summarise_values(samples: &[&Values]) -> BTreeMap<String, ValueScore> {
    let names: std::collections::BTreeSet<&String> = samples.iter().flat_map(|s| s.keys()).collect();
    let score = |name: &String| {
        let clips: Vec<&Vec<Stated>> = samples.iter().filter_map(|s| s.get(name)).collect();
        let all: Vec<&Stated> = clips.iter().copied().flatten().collect();
        let inside = all.iter().filter(|s| (s.found - s.truth).abs() <= Z90 * s.sigma).count();
        let pairs: Vec<Vec<[f64; 2]>> = clips.iter().map(|c| c.iter().map(|s| [s.found, s.truth]).collect()).collect();
        Some(ValueScore { agreement: stats::agreement(&pairs)?, inside_90: Share::new(inside, all.len())? })
    };
    names.into_iter().filter_map(|name| Some((name.clone(), score(name)?))).collect()
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
    fn a_90_percent_interval_is_1_645_sigma_wide() {
        let case = |found| Stated { found, sigma: 1.0, truth: 0.0 };
        let a = Values::from([("E4".to_owned(), vec![case(1.6), case(-1.7)])]);
        let b = Values::from([("E4".to_owned(), vec![case(0.1)])]);
        let score = &summarise_values(&[&a, &b])["E4"];
        assert_eq!((score.inside_90.hits, score.inside_90.of, score.agreement.n), (2, 3, 3));
    }
}
