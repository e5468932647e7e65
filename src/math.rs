//! Small numerical helpers without a home in one stage.

/// Median of the values.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    quantile(values, 0.5)
}

/// Quantile with linear interpolation between ranks.
pub fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> Option<f64> {
    let mut v: Vec<f64> = values.into_iter().collect();
    if v.is_empty() {
        return None;
    }
    v.sort_by(f64::total_cmp);
    let place = share.clamp(0.0, 1.0) * (v.len() - 1) as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let high = (low + 1).min(v.len() - 1);
    Some(v[low] + (v[high] - v[low]) * part)
}
