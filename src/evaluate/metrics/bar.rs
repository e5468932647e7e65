//! The bar: centre in the picture, height, drift, range of motion and speed.

use super::case::Case;
use super::sample;
use super::stats::{self, Agreement};
use crate::patterns::metric::MEAN_VELOCITY_MPS;
use serde::Serialize;

/// How long an extreme must last, s (SPEC 6, sx).
pub const SUSTAIN_S: f64 = 0.23;

/// The bar rests on the floor that long before it is 1 cm up, s.
const REST_S: f64 = 0.5;

#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// Distance of the centre as a share of the plate's diameter.
    centre: Vec<f64>,
    /// Frames in which truth knows the centre.
    frames: usize,
    /// Pairs [found, true]: cm since the first true lift-off, per frame.
    height_cm: Vec<[f64; 2]>,
    /// Per rep: sustained forward drift (SPEC 6.4 D1), cm.
    pub drift_cm: Vec<[f64; 2]>,
    rom_cm: Vec<[f64; 2]>,
    mean_velocity_mps: Vec<[f64; 2]>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    pub centre_median_diameters: Option<f64>,
    pub centre_p95_diameters: Option<f64>,
    /// Share of frames with a centre, of those in which truth has one.
    pub seen: Option<stats::Share>,
    pub height_cm: Option<Agreement>,
    pub drift_cm: Option<Agreement>,
    /// Found − true range of motion as percent of the true one.
    pub rom_pct: Option<Agreement>,
    pub mean_velocity_mps: Option<Agreement>,
}

pub fn collect(case: &Case) -> Samples {
    let mut samples = Samples::default();
    centres(case, &mut samples);
    heights(case, &mut samples);
    for pair in case.pairs {
        per_rep(case, *pair, &mut samples);
    }
    samples
}

fn centres(case: &Case, samples: &mut Samples) {
    let (truth, signals) = (case.truth, &case.found.signals);
    let Some((centres, radii)) = truth.bar_px.as_ref().zip(truth.plate_radius_px.as_ref()) else { return };
    for (frame, time_s) in truth.time_s.iter().enumerate() {
        let Some(([x, y], radius)) = centres[frame].zip(radii[frame].filter(|r| *r > 0.0)) else { continue };
        samples.frames += 1;
        let found = sample::at(signals, &signals.bar.image_x_px, *time_s).zip(sample::at(signals, &signals.bar.image_y_px, *time_s));
        samples.centre.extend(found.map(|(fx, fy)| (fx - x).hypot(fy - y) / (2.0 * radius)));
    }
}

/// Both heights are taken from the rest before the first lift-off, so that it does not matter whether
/// truth counts from the floor or from the plate's rest.
fn heights(case: &Case, samples: &mut Samples) {
    let (truth, signals) = (case.truth, &case.found.signals);
    let Some(heights) = &truth.bar_height_cm else { return };
    let start_s = truth.reps.iter().find_map(|r| r.lift_off_s).map_or(truth.time_s[0], |s| (s - REST_S).max(truth.time_s[0]));
    let true_start = sample::truth_at(&truth.time_s, heights, start_s);
    let found_start = sample::at(signals, &signals.bar.height_cm, start_s);
    let Some((true_start, found_start)) = true_start.zip(found_start) else { return };
    for (height, time_s) in heights.iter().zip(&truth.time_s) {
        let pair = sample::at(signals, &signals.bar.height_cm, *time_s).zip(*height);
        samples.height_cm.extend(pair.map(|(f, t)| [f - found_start, t - true_start]));
    }
}

fn per_rep(case: &Case, (truth_index, found_index): (usize, usize), samples: &mut Samples) {
    let (truth, signals) = (case.truth, &case.found.signals);
    let (rep, found) = (&truth.reps[truth_index], &case.found.set.reps[found_index]);
    let true_window = rep.lift_off_s.zip(rep.lockout_s).map(|(a, b)| [a, b]);
    let found_window = found.lift_off_s.zip(found.lockout_s).map(|(a, b)| [a, b]);
    let Some((true_window, found_window)) = true_window.zip(found_window) else { return };
    let found_drift = drift_cm(&signals.time_s, &signals.bar.forward_cm, found_window);
    samples.drift_cm.extend(found_drift.zip(true_drift_cm(case, truth_index)).map(|(f, t)| [f, t]));
    let Some(heights) = &truth.bar_height_cm else { return };
    let at = |time_s| sample::truth_at(&truth.time_s, heights, time_s);
    let Some((low, high)) = at(true_window[0]).zip(at(true_window[1])) else { return };
    // Travel from the rest before the lift to the highest place, as the program means it.
    let known = |window| heights[sample::within(&truth.time_s, window)].iter().flatten().copied();
    let rest = known([true_window[0] - REST_S, true_window[0]]).fold(low, f64::min);
    let top = known([true_window[0], rep.descent_s.unwrap_or(true_window[1])]).fold(high, f64::max);
    if top > rest {
        samples.rom_cm.extend(found.rom_cm.map(|f| [f, top - rest]));
    }
    let true_speed = (high - low) / 100.0 / (true_window[1] - true_window[0]);
    let reported = case.found.report.reps.iter().find(|r| r.index == found.index);
    let speed = reported.and_then(|r| r.metrics.get(MEAN_VELOCITY_MPS.name).copied().flatten());
    samples.mean_velocity_mps.extend(speed.map(|s| [s, true_speed]));
}

/// True D1 of a rep, cm.
pub fn true_drift_cm(case: &Case, truth_index: usize) -> Option<f64> {
    let rep = &case.truth.reps[truth_index];
    drift_cm(&case.truth.time_s, case.truth.bar_forward_cm.as_ref()?, [rep.lift_off_s?, rep.lockout_s?])
}

/// SPEC 6.4 D1: sustained maximum of the forward place against lift-off.
fn drift_cm(times: &[f64], forward_cm: &[Option<f64>], window: [f64; 2]) -> Option<f64> {
    let start = sample::truth_at(times, forward_cm, window[0])?;
    Some(sample::sustained_max(times, forward_cm, window, SUSTAIN_S)? - start)
}

pub fn summarise(samples: &[&Samples]) -> Bar {
    let centre: Vec<f64> = samples.iter().flat_map(|s| s.centre.iter().copied()).collect();
    let groups = |pick: fn(&Samples) -> &Vec<[f64; 2]>| samples.iter().map(|s| pick(s).clone()).collect::<Vec<_>>();
    let rom: Vec<Vec<[f64; 2]>> = samples.iter().map(|s| s.rom_cm.iter().map(|[f, t]| [100.0 * f / t, 100.0]).collect()).collect();
    Bar {
        centre_median_diameters: stats::median(&centre),
        centre_p95_diameters: stats::quantile(&centre, 0.95),
        seen: stats::Share::new(centre.len(), samples.iter().map(|s| s.frames).sum()),
        height_cm: stats::agreement(&groups(|s| &s.height_cm)),
        drift_cm: stats::agreement(&groups(|s| &s.drift_cm)),
        rom_pct: stats::agreement(&rom),
        mean_velocity_mps: stats::agreement(&groups(|s| &s.mean_velocity_mps)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_counts_from_lift_off_and_ignores_a_spike() {
        let times: Vec<f64> = (0..11).map(|i| f64::from(i) * 0.1).collect();
        let mut forward = vec![Some(2.0); 11];
        forward[3] = Some(20.0);
        forward[5..9].fill(Some(6.0));
        assert_eq!(drift_cm(&times, &forward, [0.0, 1.0]), Some(4.0));
    }

    #[test]
    fn range_of_motion_error_is_in_percent_of_the_true_one() {
        let s = Samples { rom_cm: vec![[55.0, 50.0], [45.0, 50.0]], ..Samples::default() };
        let rom = summarise(&[&s]).rom_pct.unwrap();
        assert!(rom.bias.abs() < 1e-9 && (rom.rmse - 10.0).abs() < 1e-9, "{rom:?}");
    }
}
