//! The logistic model that makes stated probabilities come true (SPEC 6.1 a2, 14.3): two numbers per check.

use crate::numeric::stats::logistic;
use serde::Serialize;

/// Least faults and least clean repetitions for a fit.
const LEAST: usize = 4;
/// How far the model may go from leaving the probabilities as they are: one σ of bias and of scale.
const BIAS_SIGMA: f64 = 1.0;
const SCALE_SIGMA: f64 = 0.5;
/// Share of labels that may be wrong: one strange repetition must not carry the fit.
const WRONG_LABELS: f64 = 0.01;
/// Probabilities are told no better than this.
const SUREST: f64 = 1e-4;

/// p' = logistic(bias + scale · logit p).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fit {
    pub bias: f64,
    pub scale: f64,
    pub faults: usize,
    pub clean: usize,
    /// Brier score of p'.
    pub brier: f64,
}

impl Fit {
    /// Over cases of (p, whether it came true): the likeliest model on a grid, held near "as it is".
    pub fn of(cases: &[(f64, bool)]) -> Option<Fit> {
        let faults = cases.iter().filter(|c| c.1).count();
        let clean = cases.len() - faults;
        if faults < LEAST || clean < LEAST {
            return None;
        }
        let logits: Vec<(f64, bool)> = cases.iter().map(|(p, o)| (logit(*p), *o)).collect();
        let grid = (-60..=60).flat_map(|b| (4..=60).map(move |s| [0.05 * f64::from(b), 0.05 * f64::from(s)]));
        let best = grid.map(|model| (loss(&logits, model), model)).min_by(|a, b| a.0.total_cmp(&b.0))?.1;
        let off = |(x, o): &(f64, bool)| (logistic(best[0] + best[1] * x) - f64::from(u8::from(*o))).powi(2);
        let brier = logits.iter().map(off).sum::<f64>() / logits.len() as f64;
        Some(Fit { bias: best[0], scale: best[1], faults, clean, brier })
    }
}

fn loss(logits: &[(f64, bool)], [bias, scale]: [f64; 2]) -> f64 {
    let unlikely: f64 = logits
        .iter()
        .map(|(x, came_true)| {
            let p = logistic(bias + scale * x);
            let told = if *came_true { p } else { 1.0 - p };
            -(WRONG_LABELS + (1.0 - 2.0 * WRONG_LABELS) * told).ln()
        })
        .sum();
    unlikely + 0.5 * (bias / BIAS_SIGMA).powi(2) + 0.5 * ((scale - 1.0) / SCALE_SIGMA).powi(2)
}

fn logit(p: f64) -> f64 {
    let p = p.clamp(SUREST, 1.0 - SUREST);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many cases at p as given, of which a share came true.
    fn cases(rows: &[(f64, usize, usize)]) -> Vec<(f64, bool)> {
        rows.iter().flat_map(|&(p, n, hits)| (0..n).map(move |i| (p, i < hits))).collect()
    }

    #[test]
    fn honest_probabilities_stay_and_timid_ones_are_sharpened() {
        let honest = Fit::of(&cases(&[(0.1, 100, 10), (0.5, 100, 50), (0.9, 100, 90)])).unwrap();
        assert!(honest.bias.abs() < 0.15 && (honest.scale - 1.0).abs() < 0.15, "{honest:?}");
        let timid = Fit::of(&cases(&[(0.3, 100, 2), (0.5, 100, 50), (0.7, 100, 98)])).unwrap();
        assert!(timid.scale > 2.0 && timid.bias.abs() < 0.3, "{timid:?}");
    }

    #[test]
    fn one_strange_case_does_not_carry_it() {
        let rows = [(0.02, 100, 0), (0.97, 20, 20)];
        let (calm, strange) = (Fit::of(&cases(&rows)).unwrap(), Fit::of(&cases(&[rows[0], rows[1], (0.999, 1, 0)])).unwrap());
        assert!((calm.bias - strange.bias).abs() < 0.4 && strange.scale > 0.8, "{calm:?} {strange:?}");
    }

    #[test]
    fn without_faults_there_is_nothing_to_fit() {
        assert_eq!(Fit::of(&cases(&[(0.1, 50, 0), (0.9, 3, 3)])), None);
    }
}
