//! Outliers, resampling and zero-lag filtering (SPEC 5.1), all blind to what the channel means.

use super::{Series, median_and_mad};
use butterworth::{Cutoff, Filter};

pub use super::{median, quantile};

/// Hampel filter: values further than `k`·1.4826·MAD from their window's median become unknown.
/// Windows count known samples; `floor` is the least spread assumed (same unit as the values).
pub fn hampel(samples: &mut [Option<f64>], window: usize, k: f64, floor: f64) {
    let half = window / 2;
    let known: Vec<usize> = (0..samples.len()).filter(|&i| samples[i].is_some()).collect();
    let values: Vec<f64> = known.iter().filter_map(|&i| samples[i]).collect();
    let mut drop = Vec::new();
    for (n, &v) in values.iter().enumerate() {
        let around = &values[n.saturating_sub(half)..(n + half + 1).min(values.len())];
        let Some((middle, mad)) = median_and_mad(around) else { continue };
        let spread = mad * 1.4826;
        if (v - middle).abs() > k * spread.max(floor) {
            drop.push(known[n]);
        }
    }
    for i in drop {
        samples[i] = None;
    }
}

/// Values on the grid by monotone cubic interpolation (Fritsch–Carlson); gaps longer than `max_gap_s`
/// stay unknown, and so does everything outside the first and last known sample.
pub fn resample(times: &[f64], samples: &[Option<f64>], grid: &[f64], max_gap_s: f64) -> Series {
    let known: Vec<(f64, f64)> = times.iter().zip(samples).filter_map(|(&t, s)| s.map(|v| (t, v))).collect();
    if known.len() < 2 {
        let hit = |t: f64| known.first().filter(|k| (k.0 - t).abs() < 0.02).map(|k| k.1);
        return grid.iter().map(|&t| hit(t)).collect();
    }
    let slope: Vec<f64> = known.windows(2).map(|w| (w[1].1 - w[0].1) / (w[1].0 - w[0].0).max(1e-9)).collect();
    let tangent: Vec<f64> = (0..known.len())
        .map(|i| match (i.checked_sub(1).map(|j| slope[j]), slope.get(i)) {
            (Some(a), Some(&b)) if a * b > 0.0 => 2.0 * a * b / (a + b),
            (Some(_), Some(_)) => 0.0,
            (None, Some(&b)) => b,
            (Some(a), None) => a,
            (None, None) => 0.0,
        })
        .collect();
    let mut at = 0;
    grid.iter()
        .map(|&t| {
            while at + 2 < known.len() && known[at + 1].0 < t {
                at += 1;
            }
            let ((t0, v0), (t1, v1)) = (known[at], known[at + 1]);
            let slack = 1e-6;
            if t < t0 - slack || t > t1 + slack {
                return None;
            }
            let gap = t1 - t0;
            if gap > max_gap_s && t > t0 + slack && t < t1 - slack {
                return None;
            }
            let u = ((t - t0) / gap).clamp(0.0, 1.0);
            let (h00, h10) = ((1.0 + 2.0 * u) * (1.0 - u) * (1.0 - u), u * (1.0 - u) * (1.0 - u));
            let (h01, h11) = (u * u * (3.0 - 2.0 * u), u * u * (u - 1.0));
            Some(h00 * v0 + h10 * gap * tangent[at] + h01 * v1 + h11 * gap * tangent[at + 1])
        })
        .collect()
}

/// As [`resample`] up to gaps of `fill_s`; longer ones, up to `max_s`, are bridged by a straight line (SPEC 5.1.5).
pub fn bridge(times: &[f64], samples: &[Option<f64>], grid: &[f64], fill_s: f64, max_s: f64) -> Series {
    let mut out = resample(times, samples, grid, max_s);
    for (slot, span) in out.iter_mut().zip(spans(times, samples, grid, fill_s)) {
        if let (Some(value), Some(line)) = (slot.as_mut(), span) {
            *value = line;
        }
    }
    out
}

/// Whether each grid point lies inside a gap between two known samples longer than `fill_s`.
pub fn in_gap(times: &[f64], samples: &[Option<f64>], grid: &[f64], fill_s: f64) -> Vec<bool> {
    spans(times, samples, grid, fill_s).into_iter().map(|span| span.is_some()).collect()
}

/// For each grid point inside a gap longer than `fill_s`: the straight line's value there.
fn spans(times: &[f64], samples: &[Option<f64>], grid: &[f64], fill_s: f64) -> Series {
    let known: Vec<(f64, f64)> = times.iter().zip(samples).filter_map(|(&t, s)| s.map(|v| (t, v))).collect();
    grid.iter()
        .map(|&t| {
            let after = known.partition_point(|k| k.0 <= t);
            let ((t0, v0), (t1, v1)) = (*known.get(after.checked_sub(1)?)?, *known.get(after)?);
            (t1 - t0 > fill_s + 1e-9 && t > t0 + 1e-6 && t < t1 - 1e-6).then(|| v0 + (v1 - v0) * (t - t0) / (t1 - t0))
        })
        .collect()
}

/// Zero-lag Butterworth low-pass, 4th order overall (2nd order forward and backward, design cut-off
/// fc/0.802), on each run of known values; runs are padded by odd reflection of up to 1 s.
pub fn low_pass(series: &Series, rate_hz: f64, cutoff_hz: f64) -> Series {
    let mut out = series.clone();
    let design_hz = (cutoff_hz / 0.802).min(0.45 * rate_hz);
    let Ok(filter) = Filter::new(2, rate_hz, Cutoff::LowPass(design_hz)) else { return out };
    for run in runs(series) {
        let values: Vec<f64> = series[run.clone()].iter().flatten().copied().collect();
        let pad = (rate_hz as usize).min(values.len().saturating_sub(1));
        if pad < 3 {
            continue;
        }
        let padded = reflect(&values, pad);
        let Ok(smooth) = filter.bidirectional_with_padding(&padded, 0) else { continue };
        for (k, i) in run.enumerate() {
            out[i] = Some(smooth[pad + k]);
        }
    }
    out
}

fn reflect(values: &[f64], pad: usize) -> Vec<f64> {
    let (first, last) = (values[0], values[values.len() - 1]);
    let before = (1..=pad).rev().map(|i| 2.0 * first - values[i]);
    let after = (1..=pad).map(|i| 2.0 * last - values[values.len() - 1 - i]);
    before.chain(values.iter().copied()).chain(after).collect()
}

/// Index ranges of consecutive known values.
pub fn runs(series: &[Option<f64>]) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let mut start = None;
    for i in 0..=series.len() {
        match (series.get(i).is_some_and(Option::is_some), start) {
            (true, None) => start = Some(i),
            (false, Some(s)) => {
                out.push(s..i);
                start = None;
            }
            _ => {}
        }
    }
    out
}

/// Central difference per second inside runs of known values.
pub fn derivative(series: &Series, rate_hz: f64) -> Series {
    let mut out = vec![None; series.len()];
    for run in runs(series) {
        for i in run.clone() {
            let (a, b) = (i.saturating_sub(1).max(run.start), (i + 1).min(run.end - 1));
            if let (Some(x), Some(y), true) = (series[a], series[b], b > a) {
                out[i] = Some((y - x) * rate_hz / (b - a) as f64);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_wave_passes_and_a_fast_one_does_not() {
        // At 60 Hz the digital filter hardly differs from the analogue one; at 30 Hz it passes 0.78 at 6 Hz.
        let rate = 60.0;
        let wave = |hz: f64| -> Series { (0..150).map(|i| Some((std::f64::consts::TAU * hz * f64::from(i) / rate).cos())).collect() };
        let amplitude = |s: &Series| quantile(s[30..120].iter().flatten().map(|v| v.abs()), 0.98).unwrap();
        assert!(amplitude(&low_pass(&wave(1.0), rate, 6.0)) > 0.98);
        assert!((amplitude(&low_pass(&wave(6.0), rate, 6.0)) - 0.71).abs() < 0.03);
        assert!(amplitude(&low_pass(&wave(12.0), rate, 6.0)) < 0.1);
    }

    #[derive(serde::Deserialize)]
    struct Reference {
        rate_hz: f64,
        cutoff_hz: f64,
        input: Vec<f64>,
        low_pass: Vec<f64>,
        derivative: Vec<f64>,
    }

    #[test]
    fn filters_give_what_scipy_gives() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/filters/scipy.json");
        let cases: Vec<Reference> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(cases.len(), 5);
        for case in cases {
            let input: Series = case.input.iter().copied().map(Some).collect();
            let off = |got: Series, want: &[f64]| got.iter().zip(want).map(|(g, w)| (g.unwrap() - w).abs()).fold(0.0, f64::max);
            let low = off(low_pass(&input, case.rate_hz, case.cutoff_hz), &case.low_pass);
            assert!(low < 1e-9, "{} Hz of {} Hz: {low}", case.cutoff_hz, case.rate_hz);
            assert!(off(derivative(&input, case.rate_hz), &case.derivative) < 1e-9);
        }
    }

    #[test]
    fn long_gaps_stay_gaps_and_short_ones_are_bridged() {
        let times: Vec<f64> = (0..10).map(|i| f64::from(i) * 0.1).collect();
        let mut samples: Vec<Option<f64>> = times.iter().map(|t| Some(t * 2.0)).collect();
        samples[2] = None;
        samples[5] = None;
        samples[6] = None;
        samples[7] = None;
        let grid = resample(&times, &samples, &times, 0.25);
        assert!((grid[2].unwrap() - 0.4).abs() < 1e-9);
        assert_eq!(grid[6], None);
        assert!(grid[8].is_some());
    }

    #[test]
    fn gaps_beyond_the_short_ones_are_straight_and_known_as_guesses() {
        let times: Vec<f64> = (0..20).map(|i| f64::from(i) * 0.05).collect();
        let mut samples: Vec<Option<f64>> = times.iter().map(|t| Some(t * t)).collect();
        samples[2] = None;
        samples[9..14].fill(None);
        let grid = bridge(&times, &samples, &times, 0.2, 0.5);
        let (a, b) = (times[8] * times[8], times[14] * times[14]);
        assert!((grid[11].unwrap() - 0.5 * (a + b)).abs() < 1e-9, "half way between its ends");
        assert_eq!(grid[2], resample(&times, &samples, &times, 0.5)[2]);
        let guessed = in_gap(&times, &samples, &times, 0.2);
        assert_eq!((0..20).filter(|i| guessed[*i]).collect::<Vec<_>>(), [9, 10, 11, 12, 13]);
        assert!(in_gap(&times, &samples, &times, 0.4).iter().all(|g| !g));
    }

    #[test]
    fn a_spike_is_dropped_and_a_step_is_kept() {
        let mut s: Vec<Option<f64>> = (0..20).map(|i| Some(if i < 10 { 0.0 } else { 5.0 })).collect();
        s[4] = Some(40.0);
        hampel(&mut s, 7, 3.0, 0.5);
        assert_eq!(s[4], None);
        assert_eq!(s.iter().filter(|v| v.is_none()).count(), 1);
    }
}
