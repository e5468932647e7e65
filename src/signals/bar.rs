//! Fourth stage: the load over the grid; and, once it is known how fast the video plays, its speed.

use super::gridding::Gridding;
use super::plate::PlatePath;
use super::time_base::fine;
use super::{BarSpeed, BarTrack, Pace, Series};
use crate::config::Filter;
use crate::numeric::filter::{bridge, derivative, hampel, low_pass, resample, runs};
use crate::numeric::{median, quantile};
use crate::track::Track;

/// A plate slower than this lies still, cm/s.
const STILL_CM_S: f64 = 3.0;

/// Lays the film's path on the grid.
pub fn track(path: &PlatePath, film: &Track, g: &Gridding) -> BarTrack {
    let plate_radius = path.usual_radius_px;
    let spread_floor = plate_radius.map_or(0.02 * g.trunk_px, |r| 0.03 * r);
    let filter = &g.config.filter;
    let times = &path.time_s;
    let grid = |row: &[Option<f64>]| {
        let mut row = row.to_vec();
        hampel(&mut row, filter.hampel_win, filter.hampel_k, spread_floor);
        bridge(times, &row, g.grid, filter.gap_fill_s, filter.gap_max_s)
    };
    let (x, y) = (grid(&path.x_px), grid(&path.y_px));
    let radius_px = low_pass(&resample(times, &path.radius_px, g.grid, 2.0), g.rate_hz, 1.0);
    let (image_x_px, image_y_px) = (low_pass(&x, g.rate_hz, filter.bar_pos_hz), low_pass(&y, g.rate_hz, filter.bar_pos_hz));
    let to_plane = |xs: &Series, ys: &Series, axis: usize| -> Series {
        (0..g.grid.len()).map(|i| Some(g.plane.from_image(xs[i]? - g.shift_px[i][0], ys[i]? - g.shift_px[i][1])[axis])).collect()
    };
    let (forward_px, up_px) = (to_plane(&image_x_px, &image_y_px, 0), to_plane(&image_x_px, &image_y_px, 1));
    let velocity_px_s = derivative(&low_pass(&to_plane(&x, &y, 1), g.rate_hz, velocity_hz(film, filter)), g.rate_hz);
    let rest = floor_rest(
        &up_px,
        &velocity_px_s,
        g.rate_hz,
        plate_radius.map_or(0.06 * g.trunk_px, |r| r * STILL_CM_S / (0.5 * g.config.plate.diameter_cm)),
    );
    let height_px: Series = up_px.iter().map(|u| Some((*u)? - rest?)).collect();
    BarTrack {
        evidence: path.evidence,
        height_cm: scaled(&height_px, 1.0, path.px_per_cm),
        forward_cm: scaled(&relative_to_rest(&forward_px, &height_px, plate_radius.unwrap_or(g.trunk_px) * 0.1), 1.0, path.px_per_cm),
        position_sigma_cm: path.px_per_cm.zip(residual_sigma(times, &path.y_px, &image_y_px, g)).map(|(s, e)| e / s),
        seen: nearest_seen(times, &path.seen, g.grid),
        image_x_px,
        image_y_px,
        radius_px,
        forward_px,
        up_px,
        height_px,
        velocity_px_s,
    }
}

/// The speed of that track; left out where nobody knows how fast the video plays.
pub fn speed(bar: &BarTrack, px_per_cm: Option<f64>, film: &Track, pace: &Pace, filter: &Filter) -> BarSpeed {
    BarSpeed {
        mps: scaled(&bar.velocity_px_s, pace.slower / 100.0, px_per_cm.filter(|_| pace.fell_slower.is_none())),
        sigma_mps: bar.position_sigma_cm.map(|e| velocity_sigma(e, film.video.mean_fps, velocity_hz(film, filter)) * pace.slower),
    }
}

/// A film of many frames a second bears the higher one.
fn velocity_hz(film: &Track, filter: &Filter) -> f64 {
    if fine(film) { filter.bar_vel_hz_hi } else { filter.bar_vel_hz_lo }
}

#[cfg(test)]
impl BarTrack {
    /// A load of which nothing was seen at any of `samples` times.
    pub fn unknown(samples: usize) -> BarTrack {
        let none = || vec![None; samples];
        BarTrack {
            evidence: super::BarEvidence::None,
            image_x_px: none(),
            image_y_px: none(),
            radius_px: none(),
            forward_px: none(),
            up_px: none(),
            height_px: none(),
            height_cm: none(),
            forward_cm: none(),
            velocity_px_s: none(),
            position_sigma_cm: None,
            seen: vec![false; samples],
        }
    }
}

fn scaled(series: &Series, by: f64, px_per_cm: Option<f64>) -> Series {
    series.iter().map(|v| Some((*v)? * by / px_per_cm?)).collect()
}

/// Floor rest level (SPEC 5.2): the lowest level at which the load lay still for 0.3 s; failing that
/// the 2nd percentile of its height.
fn floor_rest(up: &Series, velocity: &Series, rate_hz: f64, still_px_s: f64) -> Option<f64> {
    let least = (0.3 * rate_hz) as usize;
    let still: Series = up.iter().zip(velocity).map(|(u, v)| u.filter(|_| v.is_some_and(|v| v.abs() < still_px_s))).collect();
    let levels: Vec<(f64, usize)> = runs(&still)
        .into_iter()
        .filter(|r| r.len() >= least)
        .filter_map(|r| Some((median(still[r.clone()].iter().flatten().copied())?, r.len())))
        .collect();
    let lowest = quantile(up.iter().flatten().copied(), 0.02)?;
    let highest = quantile(up.iter().flatten().copied(), 0.98)?;
    let near_floor = lowest + 0.15 * (highest - lowest).max(1.0);
    let low: Vec<&(f64, usize)> = levels.iter().filter(|l| l.0 <= near_floor).collect();
    // Time-weighted median of the low resting levels.
    let mut spread: Vec<f64> = Vec::new();
    for (level, n) in low.iter().map(|l| **l) {
        spread.extend(std::iter::repeat_n(level, n));
    }
    median(spread).or(Some(lowest))
}

/// Forward place relative to the median place while the load rests low.
fn relative_to_rest(forward: &Series, height: &Series, near_px: f64) -> Series {
    let low = median(forward.iter().zip(height).filter(|(_, h)| h.is_some_and(|h| h.abs() < near_px)).filter_map(|(f, _)| *f));
    let origin = low.or_else(|| median(forward.iter().flatten().copied()));
    forward.iter().map(|f| Some((*f)? - origin?)).collect()
}

/// Where the plate was measured within a frame and a half: beyond that a hole in the recording is a hole (SPEC 4.6).
fn nearest_seen(times: &[f64], seen: &[bool], grid: &[f64]) -> Vec<bool> {
    let within = 1.5 * median(times.windows(2).map(|w| w[1] - w[0])).unwrap_or(0.0);
    grid.iter()
        .map(|&t| {
            let after = times.partition_point(|&x| x < t).min(times.len().saturating_sub(1));
            let before = after.saturating_sub(1);
            let nearest = if times.is_empty() {
                return false;
            } else if (times[before] - t).abs() <= (times[after] - t).abs() {
                before
            } else {
                after
            };
            seen[nearest] && (times[nearest] - t).abs() <= within
        })
        .collect()
}

fn residual_sigma(times: &[f64], raw: &[Option<f64>], smooth: &Series, g: &Gridding) -> Option<f64> {
    let start = g.grid.first().copied()?;
    let errors = times.iter().zip(raw).filter_map(|(t, v)| {
        let i = ((t - start) * g.rate_hz).round().max(0.0) as usize;
        Some(((*v)? - smooth.get(i).copied().flatten()?).abs())
    });
    median(errors).map(|m| (1.4826 * m).max(0.05))
}

/// σ of the filtered speed from σ of one sample: white noise through the low-pass and the derivative
/// (SPEC 5.1: 0.3 cm at 60 frames/s gives 1.9 cm/s at 4 Hz, 3.3 cm/s at 6 Hz).
fn velocity_sigma(position_sigma_cm: f64, fps: f64, cutoff_hz: f64) -> f64 {
    let cm_s = position_sigma_cm * std::f64::consts::TAU * cutoff_hz * (2.0 * cutoff_hz / (3.0 * fps.max(1.0))).sqrt();
    cm_s / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_where_the_bar_rests_not_where_it_dips() {
        let rate = 30.0;
        let mut up: Series = vec![Some(100.0); 60];
        up.extend((0..30).map(|i| Some(100.0 + f64::from(i) * 5.0)));
        up.extend(vec![Some(245.0); 60]);
        up.push(Some(97.0));
        let velocity = derivative(&up, rate);
        assert!((floor_rest(&up, &velocity, rate, 10.0).unwrap() - 100.0).abs() < 1.0);
    }

    #[test]
    fn a_hole_in_the_recording_is_not_seen() {
        // 30 frames a second, but for half a second in which the recorder wrote nothing.
        let times: Vec<f64> = (0..60).map(|i| f64::from(i) / 30.0).filter(|t| !(0.5..1.0).contains(t)).collect();
        let grid: Vec<f64> = (0..60).map(|i| f64::from(i) / 30.0).collect();
        let seen = nearest_seen(&times, &vec![true; times.len()], &grid);
        assert!(seen[14] && seen[30] && seen[15]);
        assert!(!seen[17] && !seen[22] && !seen[28]);
    }

    #[test]
    fn speed_noise_is_of_the_size_the_specification_computed() {
        assert!((velocity_sigma(0.3, 60.0, 4.0) - 0.019).abs() < 0.006);
        assert!((velocity_sigma(0.3, 60.0, 6.0) - 0.033).abs() < 0.009);
    }
}
