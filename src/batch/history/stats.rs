//! Robust statistics with fixed seeds.

/// Median; `None` of nothing.
pub fn median(values: &mut [f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    Some(if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 })
}

/// Theil–Sen slope: median of the slopes of all pairs with different x.
pub fn theil_sen(points: &[(f64, f64)]) -> Option<f64> {
    let mut slopes = vec![];
    for (i, a) in points.iter().enumerate() {
        slopes.extend(points[..i].iter().filter(|b| a.0 != b.0).map(|b| (a.1 - b.1) / (a.0 - b.0)));
    }
    median(&mut slopes)
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
        assert_eq!(median(&mut [3.0, 1.0, 2.0, 10.0]), Some(2.5));
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
