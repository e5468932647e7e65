//! Order statistics.

use std::borrow::Borrow;

/// Median of the values, owned or borrowed; the mean of the middle two of an even number, `None` without any.
pub fn median<V: Borrow<f64>>(values: impl IntoIterator<Item = V>) -> Option<f64> {
    quantile(values, 0.5)
}

/// Quantile with linear interpolation between ranks; `share` 0…1, `None` without values.
pub fn quantile<V: Borrow<f64>>(values: impl IntoIterator<Item = V>, share: f64) -> Option<f64> {
    let mut v: Vec<f64> = values.into_iter().map(|v| *v.borrow()).collect();
    if v.is_empty() {
        return None;
    }
    let place = share.clamp(0.0, 1.0) * (v.len() - 1) as f64;
    let (_, low, above) = v.select_nth_unstable_by(place.floor() as usize, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(*low);
    Some(*low + (high - *low) * place.fract())
}

/// Median of the values and median distance from it (1.4826 times which is a normal law's σ); `None` without any.
pub fn median_and_mad(values: &[f64]) -> Option<(f64, f64)> {
    let middle = median(values)?;
    Some((middle, median(values.iter().map(|v| (v - middle).abs()))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_between_ranks() {
        assert_eq!(median([3.0, 1.0, 2.0, 10.0]), Some(2.5));
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert!((quantile([1.0, 2.0, 3.0, 4.0, 5.0], 0.95).unwrap() - 4.8).abs() < 1e-12);
        assert_eq!(median(Vec::<f64>::new()), None);
        assert_eq!(median_and_mad(&[1.0, 2.0, 9.0]), Some((2.0, 1.0)));
        assert_eq!(median_and_mad(&[]), None);
    }
}
