//! The back index against the true lumbar flexion (SPEC 6.1).

use super::bar::SUSTAIN_S;
use super::case::Case;
use super::sample;
use super::stats::{self, Agreement, LineFit};
use crate::config::INDEX_PER_LUMBAR_DEG;
use serde::Serialize;

/// Beyond this yaw SPEC 4.2 does not judge the back.
const YAW_MAX_DEG: f64 = 30.0;
/// Length of the set position before lift-off, s (SPEC 3.3).
const SET_S: f64 = 0.4;

#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// [lumbar flexion deg, back index] of accepted frames.
    points: Vec<[f64; 2]>,
    /// Frames with truth, and those of them with an accepted index.
    frames: [usize; 2],
    /// Per rep: [found, true] change from the set position into the pull, degrees.
    change_deg: Vec<[f64; 2]>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Back {
    /// All frames of all clips: slope in index per degree.
    pub pooled: Option<LineFit>,
    /// The same after taking each clip's own mean off both: clothes and body cancel.
    pub within_clip: Option<LineFit>,
    /// Residual σ over slope: what the index is worth in degrees.
    pub pooled_sigma_deg: Option<f64>,
    pub within_clip_sigma_deg: Option<f64>,
    pub accepted: Option<stats::Share>,
    /// Change from set position into the pull, at [`INDEX_PER_LUMBAR_DEG`].
    pub change_deg: Option<Agreement>,
}

pub fn collect(case: &Case) -> Samples {
    let (truth, signals) = (case.truth, &case.found.signals);
    let mut samples = Samples::default();
    let Some(flexion) = &truth.lumbar_flexion_deg else { return samples };
    if truth.folded_yaw_deg().is_some_and(|yaw| yaw > YAW_MAX_DEG) {
        return samples;
    }
    let accepted: Vec<Option<f64>> = (0..signals.len())
        .map(|i| signals.back.index.get(i).copied().flatten().filter(|_| signals.back.accepted.get(i) == Some(&true)))
        .collect();
    for (flexion, time_s) in flexion.iter().zip(&truth.time_s) {
        let Some(flexion) = *flexion else { continue };
        let index = sample::at(signals, &accepted, *time_s);
        samples.frames = [samples.frames[0] + 1, samples.frames[1] + usize::from(index.is_some())];
        samples.points.extend(index.map(|b| [flexion, b]));
    }
    for (truth_index, _) in case.pairs {
        let rep = &truth.reps[*truth_index];
        let Some((lift_off, lockout)) = rep.lift_off_s.zip(rep.lockout_s) else { continue };
        // The true windows for both, so that errors of the events do not count here.
        let found = change(&signals.time_s, &accepted, lift_off, lockout);
        let true_deg = change(&truth.time_s, flexion, lift_off, lockout);
        samples.change_deg.extend(found.zip(true_deg).map(|(b, t)| [b / INDEX_PER_LUMBAR_DEG, t]));
    }
    samples
}

/// Sustained maximum over the first 60 % of the pull (about to the knee pass and a quarter beyond)
/// against the median of the set position.
fn change(times: &[f64], channel: &[Option<f64>], lift_off: f64, lockout: f64) -> Option<f64> {
    let pull = [lift_off, lift_off + 0.6 * (lockout - lift_off)];
    let set = sample::median_in(times, channel, [lift_off - SET_S, lift_off])?;
    Some(sample::sustained_max(times, channel, pull, SUSTAIN_S)? - set)
}

pub fn summarise(samples: &[&Samples]) -> Back {
    let all: Vec<[f64; 2]> = samples.iter().flat_map(|s| s.points.iter().copied()).collect();
    let centred: Vec<[f64; 2]> = samples.iter().flat_map(|s| centre(&s.points)).collect();
    let (pooled, within_clip) = (stats::line_fit(&all), stats::line_fit(&centred));
    let in_degrees = |fit: Option<LineFit>| fit.filter(|f| f.slope.abs() > 1e-9).map(|f| f.residual_sd / f.slope.abs());
    let frames = samples.iter().fold([0, 0], |sum, s| [sum[0] + s.frames[0], sum[1] + s.frames[1]]);
    Back {
        pooled,
        within_clip,
        pooled_sigma_deg: in_degrees(pooled),
        within_clip_sigma_deg: in_degrees(within_clip),
        accepted: stats::Share::new(frames[1], frames[0]),
        change_deg: stats::agreement(&samples.iter().map(|s| s.change_deg.clone()).collect::<Vec<_>>()),
    }
}

fn centre(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let n = points.len().max(1) as f64;
    let mean = [0, 1].map(|c| points.iter().map(|p| p[c]).sum::<f64>() / n);
    points.iter().map(|p| [p[0] - mean[0], p[1] - mean[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_between_clips_spoils_the_pooled_fit_only() {
        let clip = |offset: f64| Samples {
            points: (0..5).map(|i| [f64::from(i) * 10.0, offset + 0.004 * f64::from(i) * 10.0]).collect(),
            ..Samples::default()
        };
        let back = summarise(&[&clip(0.0), &clip(0.1)]);
        let within = back.within_clip.unwrap();
        assert!((within.slope - 0.004).abs() < 1e-9 && within.r > 0.999);
        assert!(back.within_clip_sigma_deg.unwrap() < 1e-6);
        assert!(back.pooled_sigma_deg.unwrap() > 10.0);
    }

    #[test]
    fn change_is_the_sustained_pull_less_the_set_position() {
        let times: Vec<f64> = (0..31).map(|i| f64::from(i) * 0.1).collect();
        let channel: Vec<Option<f64>> = times.iter().map(|t| Some(if *t > 1.05 { 30.0 } else { 12.0 })).collect();
        assert_eq!(change(&times, &channel, 1.0, 3.0), Some(18.0));
    }
}
