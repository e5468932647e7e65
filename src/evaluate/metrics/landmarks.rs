//! Landmark error as a share of trunk length, per joint, visible and hidden apart.

use super::case::Case;
use super::sample;
use super::stats::{self, Share};
use crate::evaluate::truth::Truth;
use crate::signals::{Joint, Told};
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
    /// Frames with a pose near by, frames with one of their own, all frames.
    posed: [usize; 3],
}

/// A body at rest is looked at this often, s: a frame further from any pose is one in which the lifter was not found.
const POSE_WITHIN_S: f64 = 0.125;

#[derive(Debug, Clone, Serialize)]
pub struct Landmarks {
    pub visible: BTreeMap<String, JointError>,
    pub hidden: BTreeMap<String, JointError>,
    /// All joints together.
    pub visible_all: Option<JointError>,
    pub hidden_all: Option<JointError>,
    /// Share of frames with a pose at most an eighth of a second away: where the lifter was looked for and found.
    pub pose_found: Option<Share>,
    /// Share of frames with a pose of their own; all of them where every frame is looked at.
    pub posed_frames: Option<Share>,
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
    let told = Told::of(signals);
    for near in [true, false] {
        for joint in Joint::ALL {
            let Some(points) = Truth::of_side(&truth.joints, joint, near, signals.near) else { continue };
            let track = if near { &told.near_joints[joint as usize] } else { signals.far_joint(joint) };
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

fn posed(case: &Case) -> [usize; 3] {
    let frames = &case.track.frames;
    let poses: Vec<f64> = frames.iter().filter(|f| f.pose.is_some()).map(|f| f.time_s).collect();
    let near = |time_s: f64| {
        let after = poses.partition_point(|p| *p < time_s);
        let beside = [after.checked_sub(1).and_then(|i| poses.get(i)), poses.get(after)];
        // Times are rounded to a millisecond in some containers.
        beside.into_iter().flatten().any(|p| (p - time_s).abs() <= POSE_WITHIN_S + 1e-3)
    };
    [frames.iter().filter(|f| near(f.time_s)).count(), poses.len(), frames.len()]
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
    let posed = samples.iter().fold([0; 3], |sum, s| [0, 1, 2].map(|i| sum[i] + s.posed[i]));
    Landmarks {
        visible,
        hidden,
        visible_all,
        hidden_all,
        pose_found: Share::new(posed[0], posed[2]),
        posed_frames: Share::new(posed[1], posed[2]),
    }
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
