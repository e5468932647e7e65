//! Landmark error as a share of trunk length, per joint, visible and hidden apart.

use super::case::Case;
use super::sample;
use super::stats::{self, Share};
use crate::evaluate::truth::Truth;
use crate::signals::Joint;
use serde::Serialize;
use std::collections::BTreeMap;

/// A landmark within this share of the trunk length is a hit.
pub const HIT: f64 = 0.2;

/// Per joint name: error of each frame as a share of trunk length, `None` where no landmark came.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    visible: BTreeMap<String, Vec<Option<f64>>>,
    hidden: BTreeMap<String, Vec<Option<f64>>>,
    /// Frames with a pose, and all frames.
    posed: [usize; 2],
}

#[derive(Debug, Clone, Serialize)]
pub struct Landmarks {
    pub visible: BTreeMap<String, JointError>,
    pub hidden: BTreeMap<String, JointError>,
    /// All joints together.
    pub visible_all: Option<JointError>,
    pub hidden_all: Option<JointError>,
    /// Share of frames in which the network found the lifter.
    pub pose_found: Option<Share>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct JointError {
    /// Frames in which truth knows the joint.
    pub frames: usize,
    /// Share of trunk length.
    pub median: Option<f64>,
    pub p95: Option<f64>,
    /// Share of frames with an error within 0.2 trunk lengths; a missing landmark is a miss.
    pub hit_rate: f64,
}

pub fn collect(case: &Case) -> Samples {
    let mut samples = Samples { posed: posed(case), ..Samples::default() };
    let (truth, signals) = (case.truth, &case.found.signals);
    let Some(trunk_px) = trunk_length_px(case) else { return samples };
    for near in [true, false] {
        for joint in Joint::ALL {
            let Some(points) = Truth::of_side(&truth.joints, joint, near, signals.near) else { continue };
            let track = if near { signals.joint(joint) } else { signals.far_joint(joint) };
            let hidden = Truth::of_side(&truth.hidden, joint, near, signals.near);
            let name = if near { joint.name().to_owned() } else { format!("far {}", joint.name()) };
            for (frame, point) in points.iter().enumerate() {
                let Some([x, y]) = *point else { continue };
                let time_s = truth.time_s[frame];
                let seen = sample::at(signals, &track.image_x_px, time_s).zip(sample::at(signals, &track.image_y_px, time_s));
                let error = seen.map(|(sx, sy)| (sx - x).hypot(sy - y) / trunk_px);
                let is_hidden = hidden.map_or_else(|| behind_plate(truth, frame, [x, y]), |h| h[frame]);
                let into = if is_hidden { &mut samples.hidden } else { &mut samples.visible };
                into.entry(name.clone()).or_default().push(error);
            }
        }
    }
    samples
}

/// Without a `hidden` channel, what lies inside the plate's disc is hidden.
fn behind_plate(truth: &Truth, frame: usize, [x, y]: [f64; 2]) -> bool {
    let centre = truth.bar_px.as_ref().and_then(|b| b[frame]);
    let radius = truth.plate_radius_px.as_ref().and_then(|r| r[frame]);
    centre.zip(radius).is_some_and(|([cx, cy], r)| (x - cx).hypot(y - cy) < r)
}

/// 90th percentile of the true hip–shoulder distance, px: the trunk seen at full length.
fn trunk_length_px(case: &Case) -> Option<f64> {
    let of = |joint| Truth::of_side(&case.truth.joints, joint, true, case.found.signals.near);
    let both = of(Joint::Hip)?.iter().zip(of(Joint::Shoulder)?);
    let lengths: Vec<f64> = both.filter_map(|(h, s)| h.zip(*s)).map(|(h, s)| (h[0] - s[0]).hypot(h[1] - s[1])).collect();
    stats::quantile(&lengths, 0.9).filter(|l| *l > 0.0)
}

fn posed(case: &Case) -> [usize; 2] {
    [case.track.frames.iter().filter(|frame| frame.pose.is_some()).count(), case.track.frames.len()]
}

pub fn summarise(samples: &[&Samples]) -> Landmarks {
    let table = |pick: fn(&Samples) -> &BTreeMap<String, Vec<Option<f64>>>| {
        let mut pooled: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
        for (name, errors) in samples.iter().flat_map(|s| pick(s)) {
            pooled.entry(name.clone()).or_default().extend(errors);
        }
        let all: Vec<Option<f64>> = pooled.values().flatten().copied().collect();
        let joints: BTreeMap<_, _> = pooled.iter().filter_map(|(n, e)| Some((n.clone(), joint_error(e)?))).collect();
        (joints, joint_error(&all))
    };
    let ((visible, visible_all), (hidden, hidden_all)) = (table(|s| &s.visible), table(|s| &s.hidden));
    let posed = samples.iter().fold([0, 0], |sum, s| [sum[0] + s.posed[0], sum[1] + s.posed[1]]);
    Landmarks { visible, hidden, visible_all, hidden_all, pose_found: Share::new(posed[0], posed[1]) }
}

fn joint_error(errors: &[Option<f64>]) -> Option<JointError> {
    let known: Vec<f64> = errors.iter().flatten().copied().collect();
    (!errors.is_empty()).then(|| JointError {
        frames: errors.len(),
        median: stats::median(&known),
        p95: stats::quantile(&known, 0.95),
        hit_rate: known.iter().filter(|e| **e <= HIT).count() as f64 / errors.len() as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_landmark_is_a_miss_but_no_distance() {
        let e = joint_error(&[Some(0.1), Some(0.3), None, Some(0.2)]).unwrap();
        assert_eq!((e.frames, e.median, e.hit_rate), (4, Some(0.2), 0.5));
        assert!(joint_error(&[]).is_none());
    }
}
