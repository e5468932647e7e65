//! The statistics of SPEC 14.3, each with a hand-computed example below.

use crate::numeric::stats::{Z95, wilson};
pub use crate::numeric::{median, quantile};
use serde::Serialize;

/// A share with its Wilson 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// Cases that count.
    pub hits: usize,
    /// Cases looked at.
    pub of: usize,
}

impl Share {
    /// `None` when there was no case.
    pub fn new(hits: usize, of: usize) -> Option<Share> {
        let [low, high] = wilson(hits as f64, of as f64)?;
        Some(Share { value: hits as f64 / of as f64, low, high, hits, of })
    }
}

pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Sample standard deviation (n − 1).
pub fn sd(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}

pub fn rmse(values: &[f64]) -> Option<f64> {
    mean(&values.iter().map(|v| v * v).collect::<Vec<_>>()).map(f64::sqrt)
}

pub fn mean_abs(values: &[f64]) -> Option<f64> {
    mean(&values.iter().map(|v| v.abs()).collect::<Vec<_>>())
}

/// Estimate against truth, one pair per case, in groups (clips) of repeated measures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Agreement {
    pub n: usize,
    pub clips: usize,
    /// Mean of estimate − truth.
    pub bias: f64,
    pub mae: f64,
    pub rmse: f64,
    /// Bland–Altman 95 % limits, corrected for repeated measures per clip.
    pub loa_low: Option<f64>,
    pub loa_high: Option<f64>,
    /// Half width of either limit's own 95 % interval, counting clips, not frames.
    pub loa_ci95: Option<f64>,
    /// Proportional bias: slope of the difference on the mean of both.
    pub slope: Option<f64>,
    /// ICC(A,1): absolute agreement of single measurements.
    pub icc: Option<f64>,
}

/// `groups`: per clip the pairs [estimate, truth].
pub fn agreement(groups: &[Vec<[f64; 2]>]) -> Option<Agreement> {
    let groups: Vec<&Vec<[f64; 2]>> = groups.iter().filter(|g| !g.is_empty()).collect();
    let pairs: Vec<[f64; 2]> = groups.iter().flat_map(|g| g.iter().copied()).collect();
    let differences: Vec<f64> = pairs.iter().map(|[e, t]| e - t).collect();
    let bias = mean(&differences)?;
    let by_group: Vec<Vec<f64>> = groups.iter().map(|g| g.iter().map(|[e, t]| e - t).collect()).collect();
    let spread = repeated_sd(&by_group);
    let means: Vec<[f64; 2]> = pairs.iter().map(|[e, t]| [(e + t) / 2.0, e - t]).collect();
    let ci95 = spread.filter(|_| groups.len() > 1).map(|s| Z95 * s * (3.0 / groups.len() as f64).sqrt());
    Some(Agreement {
        n: pairs.len(),
        clips: groups.len(),
        bias,
        mae: mean_abs(&differences)?,
        rmse: rmse(&differences)?,
        loa_low: spread.map(|s| bias - Z95 * s),
        loa_high: spread.map(|s| bias + Z95 * s),
        loa_ci95: ci95,
        slope: line_fit(&means).map(|f| f.slope),
        icc: icc_a1(&pairs),
    })
}

/// SD of single differences when each group repeats the measurement: within- plus between-group
/// variance of a one-way analysis (Bland & Altman 2007); the plain SD for a single group.
pub fn repeated_sd(groups: &[Vec<f64>]) -> Option<f64> {
    let all: Vec<f64> = groups.iter().flatten().copied().collect();
    let (total, k) = (all.len(), groups.iter().filter(|g| !g.is_empty()).count());
    if k < 2 || total <= k {
        return sd(&all);
    }
    let grand = mean(&all)?;
    let (mut within, mut between, mut squares) = (0.0, 0.0, 0.0);
    for group in groups {
        let Some(centre) = mean(group) else { continue };
        within += group.iter().map(|v| (v - centre).powi(2)).sum::<f64>();
        between += group.len() as f64 * (centre - grand).powi(2);
        squares += (group.len() as f64).powi(2);
    }
    let (within, between) = (within / (total - k) as f64, between / (k - 1) as f64);
    let size = (total as f64 - squares / total as f64) / (k - 1) as f64;
    Some((within + ((between - within) / size).max(0.0)).sqrt())
}

/// ICC(A,1) of two raters (McGraw & Wong 1996).
fn icc_a1(pairs: &[[f64; 2]]) -> Option<f64> {
    let n = pairs.len() as f64;
    if pairs.len() < 2 {
        return None;
    }
    let columns = [0, 1].map(|c| pairs.iter().map(|p| p[c]).sum::<f64>() / n);
    let grand = (columns[0] + columns[1]) / 2.0;
    let rows = pairs.iter().map(|p| 2.0 * ((p[0] + p[1]) / 2.0 - grand).powi(2)).sum::<f64>();
    let cols = n * columns.iter().map(|c| (c - grand).powi(2)).sum::<f64>();
    let total = pairs.iter().flatten().map(|v| (v - grand).powi(2)).sum::<f64>();
    let (ms_rows, ms_cols, ms_error) = (rows / (n - 1.0), cols, (total - rows - cols) / (n - 1.0));
    let below = ms_rows + ms_error + 2.0 / n * (ms_cols - ms_error);
    (below > 0.0).then(|| (ms_rows - ms_error) / below)
}

/// Least-squares line y = intercept + slope·x.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LineFit {
    pub n: usize,
    pub slope: f64,
    pub intercept: f64,
    /// Pearson's r.
    pub r: f64,
    /// SD of the residuals (n − 2), in units of y.
    pub residual_sd: f64,
}

/// `points`: [x, y]. `None` below three points or without spread in x or y.
pub fn line_fit(points: &[[f64; 2]]) -> Option<LineFit> {
    let n = points.len() as f64;
    let (mx, my) = (points.iter().map(|p| p[0]).sum::<f64>() / n, points.iter().map(|p| p[1]).sum::<f64>() / n);
    let sum = |f: &dyn Fn(&[f64; 2]) -> f64| points.iter().map(f).sum::<f64>();
    let sxx = sum(&|p| (p[0] - mx).powi(2));
    let syy = sum(&|p| (p[1] - my).powi(2));
    let sxy = sum(&|p| (p[0] - mx) * (p[1] - my));
    if points.len() < 3 || sxx <= 1e-12 || syy <= 1e-12 {
        return None;
    }
    let residual = (syy - sxy * sxy / sxx).max(0.0);
    Some(LineFit {
        n: points.len(),
        slope: sxy / sxx,
        intercept: my - sxy / sxx * mx,
        r: sxy / (sxx * syy).sqrt(),
        residual_sd: (residual / (n - 2.0)).sqrt(),
    })
}

/// Cohen's κ with quadratic weights over `classes` ordered classes; `pairs` = (truth, estimate).
pub fn weighted_kappa(pairs: &[(usize, usize)], classes: usize) -> Option<f64> {
    let n = pairs.len() as f64;
    let share = |class: usize, pick: fn(&(usize, usize)) -> usize| pairs.iter().filter(|p| pick(p) == class).count() as f64 / n;
    let (mut seen, mut chance) = (0.0, 0.0);
    for truth in 0..classes {
        for estimate in 0..classes {
            let weight = (truth as f64 - estimate as f64).powi(2);
            seen += weight * pairs.iter().filter(|p| **p == (truth, estimate)).count() as f64 / n;
            chance += weight * share(truth, |p| p.0) * share(estimate, |p| p.1);
        }
    }
    (!pairs.is_empty() && chance > 0.0).then(|| 1.0 - seen / chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Option<f64>, b: f64) {
        assert!((a.unwrap() - b).abs() < 1e-3, "{a:?} is not {b}");
    }

    #[test]
    fn wilson_of_8_in_10_is_the_textbook_interval() {
        let share = Share::new(8, 10).unwrap();
        assert!((share.low - 0.4902).abs() < 1e-4 && (share.high - 0.9433).abs() < 1e-4, "{share:?}");
        let none = Share::new(0, 10).unwrap();
        assert_eq!(none.low, 0.0);
        assert!((none.high - 0.2775).abs() < 1e-4);
        assert!(Share::new(0, 0).is_none());
    }

    #[test]
    fn quantiles_interpolate() {
        near(quantile([4.0, 1.0, 3.0, 2.0], 0.5), 2.5);
        near(quantile([1.0, 2.0, 3.0, 4.0, 5.0], 0.95), 4.8);
        assert!(median(&[] as &[f64]).is_none());
    }

    #[test]
    fn limits_of_one_clip_are_bias_plus_minus_1_96_sd() {
        // differences 1, 2, 3: bias 2, SD 1, MAE 2, RMSE √(14/3)
        let a = agreement(&[vec![[11.0, 10.0], [12.0, 10.0], [23.0, 20.0]]]).unwrap();
        assert_eq!((a.n, a.bias, a.mae), (3, 2.0, 2.0));
        near(Some(a.rmse), 2.1602);
        near(a.loa_low, 0.0400);
        near(a.loa_high, 3.9600);
        assert!(a.loa_ci95.is_none());
    }

    #[test]
    fn repeats_within_a_clip_do_not_hide_the_spread_between_clips() {
        // Clips {0, 2} and {10, 12}: MS within 2, MS between 100, size 2 → variance 2 + 49.
        near(repeated_sd(&[vec![0.0, 2.0], vec![10.0, 12.0]]), 51.0_f64.sqrt());
        near(repeated_sd(&[vec![1.0, 2.0, 3.0]]), 1.0);
        near(repeated_sd(&[vec![1.0], vec![3.0]]), std::f64::consts::SQRT_2);
    }

    #[test]
    fn icc_counts_a_constant_shift_as_disagreement() {
        // Rows 1.5, 2.5, 3.5 (MSR 2), columns 3 and 2 (MSC 1.5), error 0: ICC = 2/(2 + 2/3·1.5) = 2/3.
        near(icc_a1(&[[2.0, 1.0], [3.0, 2.0], [4.0, 3.0]]), 2.0 / 3.0);
        near(icc_a1(&[[1.0, 1.0], [2.0, 2.0]]), 1.0);
    }

    #[test]
    fn a_line_through_four_points() {
        // x 0 1 2 3, y 1 3 4 8: slope 2.2, intercept 0.7, residuals 0.3 0.1 −1.1 0.7 → 1.8/2.
        let f = line_fit(&[[0.0, 1.0], [1.0, 3.0], [2.0, 4.0], [3.0, 8.0]]).unwrap();
        near(Some(f.slope), 2.2);
        near(Some(f.intercept), 0.7);
        near(Some(f.residual_sd), 0.9_f64.sqrt());
        near(Some(f.r), 11.0 / (5.0_f64 * 26.0).sqrt());
        assert!(line_fit(&[[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]).is_none());
    }

    #[test]
    fn kappa_weighs_by_the_squared_distance() {
        // Truth 0 0 1 2, estimate 0 1 1 2: seen 1/4; chance: Σ (i−j)² p_i q_j
        // p = ½ ¼ ¼, q = ¼ ½ ¼ → ½·½·1 + ½·¼·4 + ¼·¼·1 + ¼·¼·1 + ¼·¼·4 + ¼·½·1 = 1.25
        near(weighted_kappa(&[(0, 0), (0, 1), (1, 1), (2, 2)], 3), 1.0 - 0.25 / 1.25);
        near(weighted_kappa(&[(0, 1), (1, 0)], 2), -1.0);
        assert!(weighted_kappa(&[(0, 0), (0, 0)], 4).is_none());
    }
}
