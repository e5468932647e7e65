//! From a network's points to joint centres (the instrument's `[centres]`).
//!
//! A pose network marks what its annotators marked: BlazePose's shoulder lies above the joint, its ankle above the
//! ankle, its toe behind the tip. The difference is a near constant share of the trunk that shifts a little as the
//! trunk bends, so it is taken off: `constant + bent·cos(trunk angle)`, in trunk lengths. Before that the points are put where they would
//! be whichever way the lifter faced.

use super::plane::Plane;
use super::{Joint, JointTrack};
use crate::config::Centres;

/// Beyond this yaw the picture's trunk, angle and length, says nothing about the posture, degrees.
pub const MOST_YAW_DEG: f64 = 52.0;

/// What the correction needs to know about the clip.
pub struct View {
    pub plane: Plane,
    /// 0 = side view.
    pub yaw_deg: Option<f64>,
    /// Hip–shoulder length of the network's points, px.
    pub trunk_px: f64,
}

/// The joint centres of one side under the network's points, in plane and image. Only in views from the side, and for a network
/// whose points were held against joint centres; others stay.
#[must_use]
pub fn joint_centres(marks: Vec<JointTrack>, view: &View, centres: Option<&Centres>) -> Vec<JointTrack> {
    let mut joints = marks;
    let Some(c) = centres.filter(|_| view.yaw_deg.is_some_and(|y| y.abs() <= MOST_YAW_DEG)) else { return joints };
    let across = view.yaw_deg.unwrap_or(0.0).to_radians().cos();
    let points = joints[0].occluded.len();
    for i in 0..points {
        let Some((cos, sin)) = inclination(&joints, view, i) else { continue };
        let level = |[forward, up, forward_bent, up_bent]: [f64; 4]| [forward + forward_bent * cos, up + up_bent * cos];
        // Along the trunk and dorsal of it, turned into forward and up.
        let trunk = |shift: [f64; 4]| {
            let [along, dorsal] = level(shift);
            [along * cos - dorsal * sin, along * sin + dorsal * cos]
        };
        let shifts = [
            (Joint::Shoulder, trunk(c.shoulder)),
            (Joint::Hip, trunk(c.hip)),
            (Joint::Elbow, level(c.elbow)),
            (Joint::Knee, level(c.knee)),
            (Joint::Ankle, level(c.ankle)),
            (Joint::Heel, level(c.heel)),
            (Joint::Toe, level(c.toe)),
        ];
        for (joint, [forward, up]) in shifts {
            shift(&mut joints[joint as usize], i, &view.plane, [-forward * across * view.trunk_px, -up * view.trunk_px]);
        }
    }
    joints
}

/// The network's points as it would mark them, on average, in the picture and in its mirror image: the same whichever way the lifter faces.
#[must_use]
pub fn whichever_way(mut marks: Vec<JointTrack>, view: &View, centres: Option<&Centres>) -> Vec<JointTrack> {
    let (Some(c), Some(yaw)) = (centres, view.yaw_deg.filter(|y| y.abs() <= MOST_YAW_DEG)) else { return marks };
    let ahead = view.plane.facing() * yaw.to_radians().cos() * view.trunk_px;
    let by_facing =
        [(Joint::Shoulder, c.facing.shoulder), (Joint::Hip, c.facing.hip), (Joint::Elbow, c.facing.elbow), (Joint::Toe, c.facing.toe)];
    for (joint, share) in by_facing {
        let track = &mut marks[joint as usize];
        (0..track.occluded.len()).for_each(|i| shift(track, i, &view.plane, [-share * ahead, 0.0]));
    }
    marks
}

/// Cosine and sine of the trunk's inclination in the picture, hidden points included.
fn inclination(joints: &[JointTrack], view: &View, i: usize) -> Option<(f64, f64)> {
    let point = |j: Joint| {
        let track = &joints[j as usize];
        Some(view.plane.from_image(track.image_x_px[i]?, track.image_y_px[i]?))
    };
    let (hip, shoulder) = (point(Joint::Hip)?, point(Joint::Shoulder)?);
    let (forward, up) = (shoulder[0] - hip[0], shoulder[1] - hip[1]);
    let length = forward.hypot(up);
    (length > 1.0).then(|| (forward / length, up / length))
}

fn shift(track: &mut JointTrack, i: usize, plane: &Plane, [forward, up]: [f64; 2]) {
    let move_by = |value: &mut Option<f64>, by: f64| *value = value.map(|v| v + by);
    let [x, y] = plane.to_image(forward, up);
    move_by(&mut track.forward_px[i], forward);
    move_by(&mut track.up_px[i], up);
    move_by(&mut track.image_x_px[i], x);
    move_by(&mut track.image_y_px[i], y);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Facing;

    fn joint(x: f64, y: f64, plane: &Plane) -> JointTrack {
        let [forward, up] = plane.from_image(x, y);
        JointTrack {
            image_x_px: vec![Some(x)],
            image_y_px: vec![Some(y)],
            forward_px: vec![Some(forward)],
            up_px: vec![Some(up)],
            confidence: vec![1.0],
            occluded: vec![false],
            sigma_px: 0.0,
        }
    }

    fn centres(yaw_deg: f64, facing: f64) -> Vec<JointTrack> {
        let plane = Plane::new(0.0, facing);
        // An upright trunk of 100 px.
        let mut joints: Vec<JointTrack> = Joint::ALL.iter().map(|_| joint(200.0, 300.0, &plane)).collect();
        joints[Joint::Shoulder as usize] = joint(200.0, 200.0, &plane);
        let view = View { plane, yaw_deg: Some(yaw_deg), trunk_px: 100.0 };
        let c = Centres {
            shoulder: [0.05, 0.01, 9.0, 9.0],
            hip: [0.0; 4],
            elbow: [0.0; 4],
            knee: [0.0; 4],
            ankle: [0.0; 4],
            heel: [0.0; 4],
            toe: [-0.04, 0.06, 0.0, 0.0],
            facing: Facing { elbow: 0.02, ..Facing::default() },
        };
        joint_centres(whichever_way(joints, &view, Some(&c)), &view, Some(&c))
    }

    #[test]
    fn an_upright_shoulder_comes_down_and_the_toe_forward() {
        for facing in [1.0, -1.0] {
            let joints = centres(0.0, facing);
            let (shoulder, toe) = (&joints[Joint::Shoulder as usize], &joints[Joint::Toe as usize]);
            // 0.05 along the trunk is up; 0.01 dorsal is backward, so the centre lies forward.
            assert!((shoulder.image_y_px[0].unwrap() - 205.0).abs() < 1e-6);
            assert!((shoulder.image_x_px[0].unwrap() - (200.0 + facing)).abs() < 1e-6, "{shoulder:?}");
            assert!((toe.image_x_px[0].unwrap() - (200.0 + 4.0 * facing)).abs() < 1e-6);
            assert!((toe.image_y_px[0].unwrap() - 306.0).abs() < 1e-6);
            // Too far forward while facing right, too far back while facing left: the same way in the picture.
            let elbow = &joints[Joint::Elbow as usize];
            assert!((elbow.image_x_px[0].unwrap() - 198.0).abs() < 1e-6, "{elbow:?}");
        }
    }

    #[test]
    fn a_front_view_is_left_alone() {
        assert_eq!(centres(80.0, 1.0)[Joint::Toe as usize].image_x_px[0], Some(200.0));
    }
}
