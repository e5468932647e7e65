//! What is read off the fitted chain: angles, joints, and the σ of each.

use super::evidence::Evidence;
use super::gather::{Clip, held};
use super::model::*;
use super::solver::{Solution, factors};
use super::uncertainty::{Uncertainty, sigma};
use crate::signals::fitted::{Body, Channel, FittedJoint};

/// Marks err alike from frame to frame (the shirt, the view, the posture), and σ must not shrink with their number as if each
/// were new: this many times the σ of a single one, 30 frames a second and errors that last a quarter of a second.
const LASTING: f64 = 4.0;
/// σ per misfit: 3.0° of the trunk at a usual clip's lockout, where the covariance says 4.3°.
const MISFIT_SHARE: f64 = 0.7;
/// An angle less sure than this is not known, degrees.
const UNKNOWN_DEG: f64 = 25.0;

/// An angle as a sum of the chain's inclinations plus a constant.
struct Sum {
    parts: &'static [(usize, f64)],
    plus_deg: f64,
}

const TRUNK_SUM: Sum = Sum { parts: &[(TRUNK, 1.0)], plus_deg: 0.0 };
const THIGH_SUM: Sum = Sum { parts: &[(THIGH, 1.0)], plus_deg: 0.0 };
const SHANK_SUM: Sum = Sum { parts: &[(SHANK, 1.0)], plus_deg: 0.0 };
const HIP_SUM: Sum = Sum { parts: &[(TRUNK, 1.0), (THIGH, -1.0)], plus_deg: 180.0 };
const KNEE_SUM: Sum = Sum { parts: &[(THIGH, -1.0), (SHANK, 1.0)], plus_deg: 180.0 };
/// From the bar up to the shoulder, against the vertical: + = the shoulder is ahead.
const ARM_SUM: Sum = Sum { parts: &[(ARM, -1.0)], plus_deg: -90.0 };

/// `None` where the covariance does not exist.
pub fn body(clip: &Clip, e: &Evidence, found: &Solution) -> Option<Body> {
    let mut doubtful = e.clone();
    doubtful.sightings.iter_mut().for_each(|s| s.sigma = s.sigma.map(|v| v * LASTING));
    let unsure = Uncertainty::of(factors(&doubtful, &found.x, &found.g)?);
    let mut out = Body {
        bones_px: [SHANK_LENGTH, THIGH_LENGTH, TRUNK_LENGTH, ARM_LENGTH].map(|k| found.g[k] * clip.trunk_px),
        yaw_deg: found.g[YAW].to_degrees(),
        yaw_sigma_deg: unsure.clip(YAW).to_degrees(),
        cost: found.cost,
        ..Body::default()
    };
    let held = held(clip);
    // The misfit tells more than the count of the marks: on hand-read real lockouts errors grow with it, σ did not.
    let misfit = (MISFIT_SHARE * out.doubt()).max(1.0);
    for (i, x) in found.x.iter().enumerate() {
        let covariance = unsure.covariance(i);
        let angle = |channel: &mut Channel, sum: &Sum, shown: bool| {
            let mut slopes = ([0.0; K], [0.0; G]);
            sum.parts.iter().for_each(|&(k, by)| slopes.0[k] = by);
            let deg = sum.plus_deg + sum.parts.iter().map(|&(k, by)| by * x[k]).sum::<f64>().to_degrees();
            let known = Some(misfit * sigma(&covariance, &slopes).to_degrees()).filter(|s| shown && *s < UNKNOWN_DEG);
            channel.value.push(known.map(|_| deg));
            channel.sigma.push(known);
        };
        angle(&mut out.trunk_deg, &TRUNK_SUM, true);
        angle(&mut out.thigh_deg, &THIGH_SUM, true);
        angle(&mut out.shank_deg, &SHANK_SUM, true);
        angle(&mut out.hip_deg, &HIP_SUM, true);
        angle(&mut out.knee_deg, &KNEE_SUM, true);
        angle(&mut out.arm_deg, &ARM_SUM, held[i]);
        let sure = out.trunk_deg.value[i].is_some();
        for (joint, point) in [
            (&mut out.shoulder, Point::Shoulder),
            (&mut out.elbow, Point::Elbow),
            (&mut out.hand, Point::Hand),
            (&mut out.hip, Point::Hip),
            (&mut out.knee, Point::Knee),
            (&mut out.ankle, Point::Ankle),
        ] {
            let p = e.model.joint(point, x, &found.g);
            let spread = [0, 1].map(|axis| sigma(&covariance, &(p.by_state[axis], p.by_globals[axis])));
            let shown = sure && (held[i] || point != Point::Hand);
            place(joint, clip, i, p.at, (0.5 * (spread[0].powi(2) + spread[1].powi(2))).sqrt(), shown);
        }
    }
    Some(out)
}

fn place(joint: &mut FittedJoint, clip: &Clip, i: usize, at: [f64; 2], sigma: f64, shown: bool) {
    let [forward, up] = at.map(|v| v * clip.trunk_px);
    let [x, y] = clip.plane.to_image(forward, up);
    let known = |v: f64| shown.then_some(v);
    joint.forward_px.push(known(forward));
    joint.up_px.push(known(up));
    joint.image_x_px.push(known(x + clip.shift_px[i][0]));
    joint.image_y_px.push(known(y + clip.shift_px[i][1]));
    joint.sigma_px.push(known(sigma * clip.trunk_px));
}
