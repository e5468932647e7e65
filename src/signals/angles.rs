//! SPEC 3.2's angles from the near side's joints in the plane.

use super::{Angles, Joint, JointTrack, Series};

/// All angle channels; `joints` is indexed by [`Joint`].
pub fn angles(joints: &[JointTrack]) -> Angles {
    let n = joints.first().map_or(0, |j| j.up_px.len());
    let point = |j: Joint, i: usize| -> Option<[f64; 2]> { Some([joints[j as usize].forward_px[i]?, joints[j as usize].up_px[i]?]) };
    // Direction from a to b, degrees above the forward axis.
    let direction = |a: Joint, b: Joint, i: usize| -> Option<f64> {
        let (p, q) = (point(a, i)?, point(b, i)?);
        Some((q[1] - p[1]).atan2(q[0] - p[0]).to_degrees())
    };
    let series = |f: &dyn Fn(usize) -> Option<f64>| -> Series { (0..n).map(f).collect() };
    let trunk = |i| direction(Joint::Hip, Joint::Shoulder, i);
    let thigh = |i| direction(Joint::Knee, Joint::Hip, i);
    let shank = |i| direction(Joint::Ankle, Joint::Knee, i);
    // shoulder→elbow against straight down: + = the shoulder is ahead of the elbow.
    let arm = |i| {
        let (s, e) = (point(Joint::Shoulder, i)?, point(Joint::Elbow, i)?);
        Some((s[0] - e[0]).atan2(s[1] - e[1]).to_degrees())
    };
    let elbow = |i| {
        let (upper, fore) = (direction(Joint::Elbow, Joint::Shoulder, i)?, direction(Joint::Wrist, Joint::Elbow, i)?);
        Some(180.0 - wrap(upper - fore).abs())
    };
    Angles {
        trunk_deg: series(&trunk),
        thigh_deg: series(&thigh),
        shank_deg: series(&shank),
        hip_deg: series(&|i| Some(180.0 + wrap(trunk(i)? - thigh(i)?))),
        knee_deg: series(&|i| Some(180.0 - wrap(thigh(i)? - shank(i)?))),
        arm_deg: series(&arm),
        elbow_deg: series(&elbow),
        head_deg: series(&|i| Some(wrap(direction(Joint::Shoulder, Joint::Ear, i)? - trunk(i)?))),
    }
}

/// Into −180…180.
fn wrap(angle: f64) -> f64 {
    (angle + 180.0).rem_euclid(360.0) - 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(points: [[f64; 2]; 9]) -> Vec<JointTrack> {
        points
            .iter()
            .map(|p| JointTrack {
                image_x_px: vec![Some(p[0])],
                image_y_px: vec![Some(-p[1])],
                forward_px: vec![Some(p[0])],
                up_px: vec![Some(p[1])],
                confidence: vec![1.0],
                occluded: vec![false],
                sigma_px: 0.0,
            })
            .collect()
    }

    #[test]
    fn standing_straight_is_ninety_and_one_hundred_and_eighty() {
        let a = angles(&at([
            [5.0, 160.0],
            [0.0, 140.0],
            [0.0, 110.0],
            [0.0, 85.0],
            [0.0, 90.0],
            [0.0, 50.0],
            [0.0, 8.0],
            [-8.0, 0.0],
            [18.0, 0.0],
        ]));
        for (series, expected) in [
            (&a.trunk_deg, 90.0),
            (&a.thigh_deg, 90.0),
            (&a.shank_deg, 90.0),
            (&a.hip_deg, 180.0),
            (&a.knee_deg, 180.0),
            (&a.arm_deg, 0.0),
            (&a.elbow_deg, 180.0),
        ] {
            assert!((series[0].unwrap() - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn bent_over_the_signs_are_as_specified() {
        // Hip behind the knee, shoulder far forward, knee ahead of the ankle.
        let a = angles(&at([
            [45.0, 75.0],
            [30.0, 80.0],
            [28.0, 50.0],
            [27.0, 25.0],
            [-25.0, 60.0],
            [10.0, 45.0],
            [0.0, 8.0],
            [-8.0, 0.0],
            [18.0, 0.0],
        ]));
        assert!(a.trunk_deg[0].unwrap() < 45.0);
        assert!(a.thigh_deg[0].unwrap() > 90.0);
        assert!(a.shank_deg[0].unwrap() < 90.0);
        assert!(a.hip_deg[0].unwrap() < 90.0);
        assert!((70.0..130.0).contains(&a.knee_deg[0].unwrap()));
        assert!(a.arm_deg[0].unwrap() > 0.0);
    }
}
