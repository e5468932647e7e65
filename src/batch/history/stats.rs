//! Robust statistics with fixed seeds.

use crate::numeric::median;

/// Of more points than this some pairs are drawn instead of taking all of them …
const ALL_PAIRS_OF: usize = 150;
/// … this many: the median slope is then known to a fiftieth of the slopes' own spread.
const DRAWN_PAIRS: usize = 5_000;

/// Theil–Sen slope: median of the slopes of all pairs with different x; of many points, of pairs drawn with a fixed seed.
pub fn theil_sen(points: &[(f64, f64)]) -> Option<f64> {
    let slope = |a: (f64, f64), b: (f64, f64)| (a.0 != b.0).then(|| (a.1 - b.1) / (a.0 - b.0));
    let slopes: Vec<f64> = if points.len() <= ALL_PAIRS_OF {
        (0..points.len()).flat_map(|i| points[..i].iter().filter_map(move |b| slope(points[i], *b))).collect()
    } else {
        let mut random = SplitMix(0x51_0e5);
        let mut any = || points[random.below(points.len())];
        (0..DRAWN_PAIRS).filter_map(|_| slope(any(), any())).collect()
    };
    median(slopes)
}

/// Upper end of the two-sided 80 % bootstrap interval of the Theil–Sen slope.
pub fn slope_upper_80(points: &[(f64, f64)], draws: usize) -> Option<f64> {
    let mut random = SplitMix(0x5eed);
    let mut slopes: Vec<f64> = (0..draws)
        .filter_map(|_| {
            let sample: Vec<(f64, f64)> = points.iter().map(|_| points[random.below(points.len())]).collect();
            theil_sen(&sample)
        })
        .collect();
    slopes.sort_by(f64::total_cmp);
    slopes.get(((slopes.len() as f64 * 0.9) as usize).min(slopes.len().saturating_sub(1))).copied()
}

/// Steele, Lea and Flood 2014; enough for resampling.
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_point_does_not_turn_the_slope() {
        let mut points: Vec<(f64, f64)> = (0..9).map(|i| (f64::from(i), 100.0 - 2.0 * f64::from(i))).collect();
        assert_eq!(theil_sen(&points), Some(-2.0));
        points[4].1 = 0.0;
        assert!((theil_sen(&points).unwrap() + 2.0).abs() < 0.5);
        assert_eq!(theil_sen(&[(1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(median([3.0, 1.0, 2.0, 10.0]), Some(2.5));
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
}
