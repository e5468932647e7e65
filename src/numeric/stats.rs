//! Statistics of the checks: sustained extremes, the normal law, robust slopes (SPEC 6, 13, 14.3).

pub use super::{median, quantile};

/// Φ: share of the standard normal law below z. Error below 1.5e-7 (Abramowitz and Stegun 7.1.26).
pub fn normal_cdf(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let poly = t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let tail = 0.5 * poly * (-x * x).exp();
    if z >= 0.0 { 1.0 - tail } else { tail }
}

/// Inverse of [`normal_cdf`] by bisection, for p clamped to 1e-6…1 − 1e-6.
pub fn normal_quantile(p: f64) -> f64 {
    let p = p.clamp(1e-6, 1.0 - 1e-6);
    let (mut low, mut high) = (-6.0, 6.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if normal_cdf(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// 1 / (1 + e^−x).
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// [`logistic`] at a network's own precision.
pub fn logistic_f32(x: f32) -> f32 {
    1.0 / (1.0 + (-x.clamp(-80.0, 80.0)).exp())
}

/// An extreme that lasted, and the index of the sample at its centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sustained {
    pub value: f64,
    pub index: usize,
}

/// sx (SPEC 6): the largest over all windows of the window's least value. `samples` are (grid index, value) in
/// order; a window spans `width` grid points and counts when at least 60 % of them are known.
pub fn sustained_max(samples: &[(usize, f64)], width: usize) -> Option<Sustained> {
    let width = width.max(1);
    let needed = ((0.6 * width as f64).ceil() as usize).max(1);
    let mut best: Option<Sustained> = None;
    let mut to = 0;
    for from in 0..samples.len() {
        while to < samples.len() && samples[to].0 < samples[from].0 + width {
            to += 1;
        }
        let window = &samples[from..to];
        // A window that starts less than its width before the end is a tail of an earlier one.
        let whole = window.len() >= needed && samples[samples.len() - 1].0 + 1 >= samples[from].0 + width;
        if !whole {
            continue;
        }
        let least = window.iter().map(|s| s.1).fold(f64::INFINITY, f64::min);
        if best.is_none_or(|b| least > b.value) {
            best = Some(Sustained { value: least, index: window[window.len() / 2].0 });
        }
    }
    best
}

/// Mirror of [`sustained_max`] for minima.
pub fn sustained_min(samples: &[(usize, f64)], width: usize) -> Option<Sustained> {
    let mirrored: Vec<(usize, f64)> = samples.iter().map(|&(i, v)| (i, -v)).collect();
    sustained_max(&mirrored, width).map(|s| Sustained { value: -s.value, ..s })
}

/// Of more points than this some pairs are drawn instead of taking all of them …
const ALL_PAIRS_OF: usize = 150;
/// … this many: the median slope is then known to a fiftieth of the slopes' own spread.
const DRAWN_PAIRS: usize = 5_000;

/// Theil–Sen slope: median of the slopes of all pairs with different x; of many points, of pairs drawn with a fixed
/// seed. `None` below two distinct x.
pub fn theil_sen(points: &[(f64, f64)]) -> Option<f64> {
    let slope = |a: (f64, f64), b: (f64, f64)| ((a.0 - b.0).abs() > 1e-12).then(|| (a.1 - b.1) / (a.0 - b.0));
    let slopes: Vec<f64> = if points.len() <= ALL_PAIRS_OF {
        (0..points.len()).flat_map(|i| points[..i].iter().filter_map(move |b| slope(points[i], *b))).collect()
    } else {
        let mut random = Random::new(0x51_0e5);
        let mut any = || points[random.below(points.len())];
        (0..DRAWN_PAIRS).filter_map(|_| slope(any(), any())).collect()
    };
    median(slopes)
}

/// Upper end of the two-sided 80 % bootstrap interval of the Theil–Sen slope, from `draws` resamples with a fixed seed.
pub fn slope_upper_80(points: &[(f64, f64)], draws: usize) -> Option<f64> {
    let mut random = Random::new(0x5eed);
    let mut slopes: Vec<f64> = (0..draws)
        .filter_map(|_| {
            let sample: Vec<(f64, f64)> = points.iter().map(|_| points[random.below(points.len())]).collect();
            theil_sen(&sample)
        })
        .collect();
    slopes.sort_by(f64::total_cmp);
    slopes.get(((slopes.len() as f64 * 0.9) as usize).min(slopes.len().saturating_sub(1))).copied()
}

/// Slope of y against x by total least squares (orthogonal regression): error in both. `None` for fewer than
/// three points or when the cloud has no direction.
pub fn orthogonal_slope(points: &[(f64, f64)]) -> Option<f64> {
    if points.len() < 3 {
        return None;
    }
    let n = points.len() as f64;
    let (mx, my) = points.iter().fold((0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n));
    let (sxx, syy, sxy) = points.iter().fold((0.0, 0.0, 0.0), |s, p| {
        let (dx, dy) = (p.0 - mx, p.1 - my);
        (s.0 + dx * dx, s.1 + dy * dy, s.2 + dx * dy)
    });
    let root = ((syy - sxx).powi(2) + 4.0 * sxy * sxy).sqrt();
    // sxy near 0: the main axis is level (slope 0) or upright (no slope).
    if sxy.abs() < 1e-9 * (sxx + syy) {
        return (sxx > syy && sxx > 1e-12).then_some(0.0);
    }
    Some((syy - sxx + root) / (2.0 * sxy))
}

/// Pearson's correlation of pairs; `None` where one side does not vary.
pub fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let (x, y) = (pairs.iter().map(|p| p.0).sum::<f64>() / n, pairs.iter().map(|p| p.1).sum::<f64>() / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for p in pairs {
        xx += (p.0 - x).powi(2);
        yy += (p.1 - y).powi(2);
        xy += (p.0 - x) * (p.1 - y);
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// Standard normal quantile of a two-sided 95 % interval.
pub const Z95: f64 = 1.959_963_984_540_054;

/// Wilson score interval, 95 %, of `hits` out of `of`: lower and upper bound; `None` without trials.
pub fn wilson(hits: f64, of: f64) -> Option<[f64; 2]> {
    if of <= 0.0 {
        return None;
    }
    let (share, z2) = (hits / of, Z95 * Z95);
    let centre = (share + z2 / (2.0 * of)) / (1.0 + z2 / of);
    let half = Z95 / (1.0 + z2 / of) * (share * (1.0 - share) / of + z2 / (4.0 * of * of)).sqrt();
    Some([(centre - half).max(0.0), (centre + half).min(1.0)])
}

/// A small generator with a fixed seed (SplitMix64), so that the same input gives the same σ.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Even over 0…1, open at both ends.
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64 + 0.5 / (1u64 << 53) as f64
    }

    /// Even over 0…n − 1.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// Standard normal (Box–Muller).
    pub fn normal(&mut self) -> f64 {
        let (a, b) = (self.uniform(), self.uniform());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }

    /// Leaves one [`Random::normal`] out, which is no number.
    pub fn pass(&mut self) -> f64 {
        self.next();
        self.next();
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn normal_law_matches_tables() {
        for (z, p) in [(0.0, 0.5), (0.841_621, 0.8), (1.281_552, 0.9), (-1.644_854, 0.05), (2.575_829, 0.995)] {
            assert!((normal_cdf(z) - p).abs() < 2e-6, "{z}");
            assert!((normal_quantile(p) - z).abs() < 1e-4, "{p}");
        }
    }

    #[test]
    fn sustained_maximum_ignores_a_spike_and_keeps_a_plateau() {
        let mut samples: Vec<(usize, f64)> = (0..30).map(|i| (i, 0.0)).collect();
        samples[4].1 = 100.0;
        assert_eq!(sustained_max(&samples, 7).unwrap().value, 0.0);
        for s in &mut samples[12..19] {
            s.1 = 5.0;
        }
        let found = sustained_max(&samples, 7).unwrap();
        assert_eq!((found.value, found.index), (5.0, 15));
        assert_eq!(sustained_min(&samples, 7).unwrap().value, 0.0);
    }

    #[test]
    fn sustained_maximum_needs_a_whole_window_and_bridges_small_gaps() {
        assert_eq!(sustained_max(&[(0, 1.0), (1, 1.0)], 7), None);
        let gappy: Vec<(usize, f64)> = (0..14).filter(|i| i % 3 != 1).map(|i| (i, 2.0)).collect();
        assert_eq!(sustained_max(&gappy, 7).map(|s| s.value), Some(2.0));
        let sparse: Vec<(usize, f64)> = (0..14).step_by(4).map(|i| (i, 2.0)).collect();
        assert_eq!(sustained_max(&sparse, 7), None);
    }

    #[test]
    fn wilson_matches_a_worked_example() {
        // 9 of 10: 0.596 to 0.982 (Brown, Cai and DasGupta 2001).
        let [low, high] = wilson(9.0, 10.0).unwrap();
        assert!((low - 0.5958).abs() < 1e-3 && (high - 0.9821).abs() < 1e-3);
        assert_eq!(wilson(0.0, 0.0), None);
    }

    #[test]
    fn normal_draws_have_mean_0_and_deviation_1() {
        let mut random = Random::new(7);
        let draws: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let deviation = (draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 20_000.0).sqrt();
        assert!(mean.abs() < 0.02 && (deviation - 1.0).abs() < 0.02, "{mean} {deviation}");
    }

    #[test]
    fn one_wild_point_does_not_turn_the_slope() {
        let mut points: Vec<(f64, f64)> = (0..9).map(|i| (f64::from(i), 100.0 - 2.0 * f64::from(i))).collect();
        assert_eq!(theil_sen(&points), Some(-2.0));
        points[4].1 = 0.0;
        assert!((theil_sen(&points).unwrap() + 2.0).abs() < 0.5);
        assert_eq!(theil_sen(&[(1.0, 2.0), (1.0, 3.0)]), None);
    }

    #[test]
    fn of_many_points_some_pairs_tell_the_slope() {
        let points: Vec<(f64, f64)> =
            (0..2000).map(|i| (f64::from(i % 60), 95.0 - 0.5 * f64::from(i % 60) + f64::from(i * 7 % 11))).collect();
        assert!((theil_sen(&points).unwrap() + 0.5).abs() < 0.02);
        assert_eq!(theil_sen(&points), theil_sen(&points));
        assert!((slope_upper_80(&points, 200).unwrap() + 0.5).abs() < 0.05);
    }

    #[test]
    fn a_clear_slope_is_clear_and_noise_is_not() {
        let clear: Vec<(f64, f64)> = (0..8).map(|i| (f64::from(i), 90.0 - 3.0 * f64::from(i))).collect();
        assert!(slope_upper_80(&clear, 500).unwrap() < 0.0);
        let noise = [(0.0, 80.0), (1.0, 90.0), (2.0, 70.0), (3.0, 92.0), (4.0, 78.0)];
        assert!(slope_upper_80(&noise, 500).unwrap() > 0.0);
        assert_eq!(slope_upper_80(&noise, 500), slope_upper_80(&noise, 500));
        assert_eq!(slope_upper_80(&[], 500), None);
    }

    proptest! {
        #[test]
        fn slopes_find_the_line(a in -3.0f64..3.0, b in -10.0f64..10.0) {
            let points: Vec<(f64, f64)> = (0..20).map(|i| (f64::from(i), a * f64::from(i) + b)).collect();
            prop_assert!((theil_sen(&points).unwrap() - a).abs() < 1e-9);
            prop_assert!((orthogonal_slope(&points).unwrap() - a).abs() < 1e-6);
        }

        #[test]
        fn orthogonal_slope_of_swapped_axes_is_the_inverse(a in 0.2f64..4.0) {
            let points: Vec<(f64, f64)> = (0..20).map(|i| { let x = f64::from(i); (x, a * x + (x * 7.0).sin() * 0.3) }).collect();
            let swapped: Vec<(f64, f64)> = points.iter().map(|p| (p.1, p.0)).collect();
            let product = orthogonal_slope(&points).unwrap() * orthogonal_slope(&swapped).unwrap();
            prop_assert!((product - 1.0).abs() < 1e-6);
        }

        #[test]
        fn one_outlier_does_not_move_theil_sen(a in -2.0f64..2.0, spike in 10.0f64..1000.0) {
            let mut points: Vec<(f64, f64)> = (0..15).map(|i| (f64::from(i), a * f64::from(i))).collect();
            points[3].1 += spike;
            prop_assert!((theil_sen(&points).unwrap() - a).abs() < 1e-9);
        }
    }
}
