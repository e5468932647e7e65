//! The fitted body against truth over *all* frames of the repetitions, seen and hidden apart (SPEC 5.5).

use super::{Case, sample, stats};
use crate::evaluate::truth::BodySide;
use crate::signals::Joint;
use serde::Serialize;
use std::collections::BTreeMap;

/// One frame's angle.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Found − true, degrees; `None` where the body has no angle.
    error: Option<f64>,
    /// One of the joints that make the angle is not visible in the picture.
    hidden: bool,
    inside: Option<bool>,
}

/// "view, angle" → frames.
pub type Samples = BTreeMap<String, Vec<Frame>>;

#[derive(Debug, Clone, Serialize)]
pub struct AngleFit {
    pub frames: usize,
    pub coverage: Option<stats::Share>,
    pub mae_deg: Option<f64>,
    pub bias_deg: Option<f64>,
    pub seen_mae_deg: Option<f64>,
    pub hidden_mae_deg: Option<f64>,
    /// Truth inside the stated 90 %, of the frames with an angle.
    pub inside: Option<stats::Share>,
}

/// "view, angle" → accuracy.
pub type Body = BTreeMap<String, AngleFit>;

/// Half width of a 90 % interval, σ.
const NINETY: f64 = 1.645;
/// A repetition's frames: from this long before lift-off to this long after the floor, s.
const AROUND_S: [f64; 2] = [0.3, 0.1];

pub fn collect(case: &Case) -> Samples {
    let (truth, signals) = (case.truth, &case.found.signals);
    let view = super::camera::view_name(truth);
    let body = signals.body.as_ref();
    let mut out = Samples::new();
    for (name, joints) in [
        ("trunk", &[Joint::Shoulder, Joint::Hip][..]),
        ("hip", &[Joint::Shoulder, Joint::Hip, Joint::Knee]),
        ("knee", &[Joint::Hip, Joint::Knee, Joint::Ankle]),
    ] {
        let Some(channel) = truth.angles_deg.get(name) else { continue };
        let found = body.map(|b| match name {
            "trunk" => &b.trunk_deg,
            "hip" => &b.hip_deg,
            _ => &b.knee_deg,
        });
        let frames = out.entry(format!("{view}, {name}")).or_default();
        for (frame, &time_s) in truth.time_s.iter().enumerate() {
            let within = truth.reps.iter().any(|r| {
                let span = r.lift_off_s.zip(r.floor_s);
                span.is_some_and(|(from, to)| (from - AROUND_S[0]..=to + AROUND_S[1]).contains(&time_s))
            });
            let Some(true_deg) = channel[frame].filter(|_| within) else { continue };
            let at = |series| sample::at(signals, series, time_s);
            let error = found.and_then(|c| at(&c.value)).map(|v| v - true_deg);
            let sigma = found.and_then(|c| at(&c.sigma));
            let hidden = joints.iter().any(|j| truth.hidden.get(&(BodySide::Near, *j)).is_some_and(|h| h[frame]));
            frames.push(Frame { error, hidden, inside: error.zip(sigma).map(|(e, s)| e.abs() <= NINETY * s) });
        }
    }
    out
}

pub fn summarise(samples: &[&Samples]) -> Body {
    let mut pooled = BTreeMap::<String, Vec<Frame>>::new();
    for (key, frames) in samples.iter().flat_map(|s| s.iter()) {
        pooled.entry(key.clone()).or_default().extend(frames);
    }
    let mean = |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    let fit = |frames: &Vec<Frame>| {
        let errors =
            |keep: &dyn Fn(&Frame) -> bool| mean(frames.iter().filter(|f| keep(f)).filter_map(|f| f.error).map(f64::abs).collect());
        let inside: Vec<bool> = frames.iter().filter_map(|f| f.inside).collect();
        AngleFit {
            frames: frames.len(),
            coverage: stats::Share::new(frames.iter().filter(|f| f.error.is_some()).count(), frames.len()),
            mae_deg: errors(&|_| true),
            bias_deg: mean(frames.iter().filter_map(|f| f.error).collect()),
            seen_mae_deg: errors(&|f| !f.hidden),
            hidden_mae_deg: errors(&|f| f.hidden),
            inside: stats::Share::new(inside.iter().filter(|i| **i).count(), inside.len()),
        }
    };
    pooled.iter().map(|(k, frames)| (k.clone(), fit(frames))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_without_an_angle_count_against_coverage_and_nothing_else() {
        let frame = |error: Option<f64>, hidden| Frame { error, hidden, inside: error.map(|e: f64| e.abs() < 3.0) };
        let samples = Samples::from([("side, hip".to_owned(), vec![frame(Some(2.0), false), frame(Some(-4.0), true), frame(None, true)])]);
        let fit = &summarise(&[&samples])["side, hip"];
        assert_eq!((fit.frames, fit.coverage.unwrap().hits, fit.mae_deg, fit.bias_deg), (3, 2, Some(3.0), Some(-1.0)));
        assert_eq!((fit.seen_mae_deg, fit.hidden_mae_deg, fit.inside.unwrap().hits), (Some(2.0), Some(4.0), 1));
    }
}
