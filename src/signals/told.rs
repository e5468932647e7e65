//! The joints and angles that people are told: one set for tables, charts, pictures and marker files.

use super::fitted::{Body, Channel, FittedJoint};
use super::{Joint, JointTrack, Series, Signals, View};
use crate::numeric::stats::median;

/// A foot is known from no fewer samples (our choice).
const FOOT_SAMPLES: usize = 10;

/// Joints and angles over the grid. Angles lie in the lifter's sagittal plane, degrees (SPEC 3.2), with σ where the fitted body states one.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// As [`Signals::near_joints`], with hidden joints where the fitted body has them, in picture and plane: behind a plate a network
    /// guesses the ankle 0.29 trunk lengths off (hand-read frames). `occluded` stays set.
    pub near_joints: Vec<JointTrack>,
    /// Which samples of [`Told::near_joints`] are the fitted body's.
    pub estimated: Vec<Vec<bool>>,
    pub trunk_deg: Channel,
    pub thigh_deg: Channel,
    pub shank_deg: Channel,
    pub hip_deg: Channel,
    pub knee_deg: Channel,
    pub arm_deg: Channel,
}

impl Told {
    /// The fitted body's angles where it knows them. Elsewhere those between the near side's joints, as long as the camera looks across
    /// the lifter: off the side these are angles of a foreshortened picture (at 35° of yaw hip and knee are 20° off, rendered lifts).
    pub fn of(signals: &Signals) -> Told {
        let (seen, body) = (&signals.angles, signals.body.as_ref());
        let across = matches!(signals.camera.view, View::Side | View::Unknown);
        let told = |fitted: Option<&Channel>, seen: &Series| {
            let fitted_at = |i: usize| fitted.and_then(|c| c.value.get(i).copied().flatten());
            let value = seen.iter().enumerate().map(|(i, s)| fitted_at(i).or(s.filter(|_| across))).collect();
            Channel { value, sigma: fitted.map_or_else(|| vec![None; seen.len()], |c| c.sigma.clone()) }
        };
        // One arm: from the bar to the shoulder where a body was fitted, from the elbow where none was.
        let arm_deg = body.map_or_else(|| told(None, &seen.arm_deg), |b| b.arm_deg.clone());
        let (near_joints, estimated) = near_joints(signals, body);
        Told {
            near_joints,
            estimated,
            trunk_deg: told(body.map(|b| &b.trunk_deg), &seen.trunk_deg),
            thigh_deg: told(body.map(|b| &b.thigh_deg), &seen.thigh_deg),
            shank_deg: told(body.map(|b| &b.shank_deg), &seen.shank_deg),
            hip_deg: told(body.map(|b| &b.hip_deg), &seen.hip_deg),
            knee_deg: told(body.map(|b| &b.knee_deg), &seen.knee_deg),
            arm_deg,
        }
    }

    /// In the order of the table's columns: trunk, thigh, shank, hip, knee, arm.
    pub fn all(&self) -> [&Channel; 6] {
        [&self.trunk_deg, &self.thigh_deg, &self.shank_deg, &self.hip_deg, &self.knee_deg, &self.arm_deg]
    }
}

/// Where a hidden joint is taken to lie: picture x and y, plane forward and up, px.
type Place = [f64; 4];

/// Hidden joints moved to where the fitted body has them, and which those are.
fn near_joints(signals: &Signals, body: Option<&Body>) -> (Vec<JointTrack>, Vec<Vec<bool>>) {
    let mut joints: Vec<JointTrack> = signals.near_joints.iter().cloned().map(whole).collect();
    let mut estimated: Vec<Vec<bool>> = joints.iter().map(|t| vec![false; t.occluded.len()]).collect();
    let Some(body) = body else { return (joints, estimated) };
    for ((joint, track), estimated) in Joint::ALL.into_iter().zip(&mut joints).zip(&mut estimated) {
        let Some((fitted, ahead)) = hangs_from(body, joint, track) else { continue };
        for i in (0..track.occluded.len()).filter(|&i| track.occluded[i]) {
            let Some(place) = fitted_at(fitted, i) else { continue };
            let [x, y, forward, up] = std::array::from_fn(|k| Some(place[k] + ahead[k]));
            (track.image_x_px[i], track.image_y_px[i], track.forward_px[i], track.up_px[i]) = (x, y, forward, up);
            estimated[i] = true;
        }
    }
    (joints, estimated)
}

/// A place has both its coordinates or none: each is mended and filtered by itself.
fn whole(mut track: JointTrack) -> JointTrack {
    let both = |a: &mut Series, b: &mut Series| {
        a.iter_mut().zip(b).filter(|(a, b)| a.is_none() || b.is_none()).for_each(|(a, b)| (*a, *b) = (None, None));
    };
    both(&mut track.image_x_px, &mut track.image_y_px);
    both(&mut track.forward_px, &mut track.up_px);
    track
}

/// The fitted joint that a joint hangs from, and where from there: itself, or the ankle for the ends of a foot that stands.
fn hangs_from<'b>(body: &'b Body, joint: Joint, track: &JointTrack) -> Option<(&'b FittedJoint, Place)> {
    match joint {
        Joint::Heel | Joint::Toe => Some((&body.ankle, from_ankle(track, &body.ankle)?)),
        joint => Some((body.joint(joint)?, [0.0; 4])),
    }
}

fn fitted_at(joint: &FittedJoint, i: usize) -> Option<Place> {
    let of = |series: &Series| series.get(i).copied().flatten();
    Some([of(&joint.image_x_px)?, of(&joint.image_y_px)?, of(&joint.forward_px)?, of(&joint.up_px)?])
}

/// Heel or toe seen from the fitted ankle: the median over the samples that show it, as feet stand still in a lift.
fn from_ankle(track: &JointTrack, ankle: &FittedJoint) -> Option<Place> {
    let seen: Vec<Place> = (0..track.occluded.len())
        .filter(|&i| !track.occluded[i])
        .filter_map(|i| {
            let at = [track.image_x_px[i]?, track.image_y_px[i]?, track.forward_px[i]?, track.up_px[i]?];
            let from = fitted_at(ankle, i)?;
            Some(std::array::from_fn(|k| at[k] - from[k]))
        })
        .collect();
    if seen.len() < FOOT_SAMPLES {
        return None;
    }
    let middle = |k: usize| median(seen.iter().map(|p| p[k]));
    Some([middle(0)?, middle(1)?, middle(2)?, middle(3)?])
}
