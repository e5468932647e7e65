//! Looking up channels at the times of the other side.

use crate::signals::Signals;

/// Value of a grid channel at a time: linear between known neighbours, else the known one within
/// half a step, else not known.
pub fn at(signals: &Signals, series: &[Option<f64>], time_s: f64) -> Option<f64> {
    let place = (time_s - signals.time_s.first()?) * signals.rate_hz;
    if place < -0.5 || place > series.len() as f64 - 0.5 {
        return None;
    }
    let low = place.max(0.0).floor() as usize;
    let share = (place - low as f64).max(0.0);
    match (series.get(low).copied().flatten(), series.get(low + 1).copied().flatten()) {
        (Some(a), Some(b)) => Some(a + (b - a) * share),
        (Some(a), None) if share <= 0.5 => Some(a),
        (None, Some(b)) if share > 0.5 => Some(b),
        _ => None,
    }
}

/// Indices of rising `times` that lie within from…to.
pub fn within(times: &[f64], [from_s, to_s]: [f64; 2]) -> std::ops::Range<usize> {
    let from = times.partition_point(|t| *t < from_s);
    from..times.partition_point(|t| *t <= to_s).max(from)
}

/// Linear value of a truth channel at a time.
pub fn truth_at(times: &[f64], channel: &[Option<f64>], time_s: f64) -> Option<f64> {
    let after = times.partition_point(|t| *t < time_s).min(times.len().checked_sub(1)?);
    let before = after.saturating_sub(1);
    let (a, b) = (channel.get(before).copied().flatten(), channel.get(after).copied().flatten());
    let gap = times[after] - times[before];
    if gap <= 0.0 || time_s >= times[after] {
        return b;
    }
    let (a, b) = (a?, b?);
    Some(a + (b - a) * ((time_s - times[before]) / gap).clamp(0.0, 1.0))
}

/// Sustained extreme of SPEC 6: largest minimum over runs of `hold_s` known values in a row.
pub fn sustained_max(times: &[f64], channel: &[Option<f64>], window: [f64; 2], hold_s: f64) -> Option<f64> {
    let range = within(times, window);
    let mut best: Option<f64> = None;
    for start in range.clone() {
        let run = start..within(times, [times[start], times[start] + hold_s + 1e-9]).end.min(range.end);
        let reaches = times.get(run.end.saturating_sub(1)).is_some_and(|t| t - times[start] >= hold_s * 0.8);
        let lowest = channel[run].iter().try_fold(f64::INFINITY, |low, v| v.map(|v| low.min(v)));
        if let Some(lowest) = lowest.filter(|_| reaches) {
            best = Some(best.map_or(lowest, |b| b.max(lowest)));
        }
    }
    best
}

/// Median of the known values of a channel within a window.
pub fn median_in(times: &[f64], channel: &[Option<f64>], window: [f64; 2]) -> Option<f64> {
    let known: Vec<f64> = channel.get(within(times, window))?.iter().flatten().copied().collect();
    super::stats::median(&known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_interpolated_and_gaps_stay_gaps() {
        let times = [0.0, 1.0, 2.0];
        assert_eq!(truth_at(&times, &[Some(0.0), Some(10.0), None], 0.25), Some(2.5));
        assert_eq!(truth_at(&times, &[Some(0.0), Some(10.0), None], 1.5), None);
        assert_eq!(truth_at(&times, &[Some(0.0), Some(10.0), Some(4.0)], 2.0), Some(4.0));
        assert_eq!(truth_at(&times, &[Some(0.0), Some(10.0), Some(4.0)], 1.0), Some(10.0));
    }

    #[test]
    fn a_spike_is_not_sustained() {
        let times: Vec<f64> = (0..10).map(|i| f64::from(i) * 0.1).collect();
        let mut channel = vec![Some(1.0); 10];
        channel[2] = Some(9.0);
        channel[6..10].fill(Some(3.0));
        assert_eq!(sustained_max(&times, &channel, [0.0, 0.9], 0.23), Some(3.0));
        assert_eq!(sustained_max(&times, &channel, [0.0, 0.5], 0.23), Some(1.0));
    }
}
