//! Skeleton layouts as data (SPEC 3.1): which landmark of a network is which joint.

pub use crate::track::{Joint, Side};

/// One network's landmark order.
#[derive(Debug)]
pub struct Layout {
    /// As saved in a track.
    pub name: &'static str,
    /// Names of the points in the network's order.
    pub points: &'static [&'static str],
    /// Least confidence of a usable landmark (SPEC 3.2).
    pub score_min: f64,
    /// Index of the nose.
    pub nose: usize,
    /// Left and right index of every joint, in the order of [`Joint::ALL`]; none where the layout has no such point.
    joints: [Option<[usize; 2]>; 9],
    /// Spine from sacrum to head where the layout has one (SPEC 3.1).
    pub spine: &'static [usize],
}

impl Layout {
    /// Index of a joint's landmark; none when the layout lacks it.
    pub fn index(&self, side: Side, joint: Joint) -> Option<usize> {
        let [left, right] = self.joints[joint as usize]?;
        Some(if side == Side::Left { left } else { right })
    }

    /// The layout of that name, as saved in a track.
    pub fn by_name(name: &str) -> Option<&'static Layout> {
        LAYOUTS.into_iter().find(|l| l.name == name)
    }

    /// The layout of a SimCC network by its number of key points.
    pub fn of_simcc(points: usize) -> Option<&'static Layout> {
        [&COCO_17, &HALPE_26, &SPINEPOSE_37].into_iter().find(|l| l.points.len() == points)
    }

    /// Landmark pairs to draw, both sides and across.
    pub fn bones(&self) -> Vec<[usize; 2]> {
        use Joint::*;
        let limbs =
            [(Ear, Shoulder), (Shoulder, Elbow), (Elbow, Wrist), (Shoulder, Hip), (Hip, Knee), (Knee, Ankle), (Ankle, Heel), (Heel, Toe)];
        let side = |s: Side| limbs.iter().filter_map(move |&(a, b)| Some([self.index(s, a)?, self.index(s, b)?]));
        let across = [Shoulder, Hip].into_iter().filter_map(|j| self.joints[j as usize]);
        let spine = self.spine.windows(2).map(|w| [w[0], w[1]]);
        side(Side::Left).chain(side(Side::Right)).chain(across).chain(spine).collect()
    }
}

/// All that this program reads.
pub static LAYOUTS: [&Layout; 4] = [&BLAZEPOSE_33, &COCO_17, &HALPE_26, &SPINEPOSE_37];

/// BlazePose, 33 points.
pub static BLAZEPOSE_33: Layout = Layout {
    name: "blazepose-33",
    points: &[
        "nose",
        "left_eye_inner",
        "left_eye",
        "left_eye_outer",
        "right_eye_inner",
        "right_eye",
        "right_eye_outer",
        "left_ear",
        "right_ear",
        "mouth_left",
        "mouth_right",
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        "left_pinky",
        "right_pinky",
        "left_index",
        "right_index",
        "left_thumb",
        "right_thumb",
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
        "left_ankle",
        "right_ankle",
        "left_heel",
        "right_heel",
        "left_foot_index",
        "right_foot_index",
    ],
    score_min: 0.5,
    nose: 0,
    joints: [
        Some([7, 8]),
        Some([11, 12]),
        Some([13, 14]),
        Some([15, 16]),
        Some([23, 24]),
        Some([25, 26]),
        Some([27, 28]),
        Some([29, 30]),
        Some([31, 32]),
    ],
    spine: &[],
};

/// COCO, 17 points; no heel and no toe.
pub static COCO_17: Layout = Layout {
    name: "coco-17",
    points: &[
        "nose",
        "left_eye",
        "right_eye",
        "left_ear",
        "right_ear",
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
        "left_ankle",
        "right_ankle",
    ],
    score_min: 0.3,
    nose: 0,
    joints: BODY_17,
    spine: &[],
};

/// Halpe, 26 points.
pub static HALPE_26: Layout =
    Layout { name: "halpe-26", points: HALPE_POINTS.split_at(26).0, score_min: 0.3, nose: 0, joints: BODY_26, spine: &[19, 18, 17] };

/// 26 L5, 27 L3, 28 T12/L1, 29 T8, 30 T3, 35 C3/C4, 36 C1; 18 C7, 19 sacrum (SPEC 3.1, `[V:2]`).
pub static SPINEPOSE_37: Layout = Layout {
    name: "spinepose-37",
    points: HALPE_POINTS,
    score_min: 0.3,
    nose: 0,
    joints: BODY_26,
    spine: &[19, 26, 27, 28, 29, 30, 18, 35, 36, 17],
};

const BODY_17: [Option<[usize; 2]>; 9] =
    [Some([3, 4]), Some([5, 6]), Some([7, 8]), Some([9, 10]), Some([11, 12]), Some([13, 14]), Some([15, 16]), None, None];

const BODY_26: [Option<[usize; 2]>; 9] = {
    let mut joints = BODY_17;
    joints[Joint::Heel as usize] = Some([24, 25]);
    joints[Joint::Toe as usize] = Some([20, 21]);
    joints
};

/// Halpe-26, then SpinePose's additions.
const HALPE_POINTS: &[&str] = &[
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "head",
    "neck",
    "hip",
    "left_big_toe",
    "right_big_toe",
    "left_small_toe",
    "right_small_toe",
    "left_heel",
    "right_heel",
    "spine_01",
    "spine_02",
    "spine_03",
    "spine_04",
    "spine_05",
    "left_latissimus",
    "right_latissimus",
    "left_clavicle",
    "right_clavicle",
    "neck_02",
    "neck_03",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_joint_points_to_the_landmark_of_that_name_and_side() {
        for layout in LAYOUTS {
            for joint in Joint::ALL {
                for (side, word) in [(Side::Left, "left_"), (Side::Right, "right_")] {
                    let Some(index) = layout.index(side, joint) else {
                        assert!(layout.name == "coco-17" && matches!(joint, Joint::Heel | Joint::Toe));
                        continue;
                    };
                    let name = layout.points[index];
                    let part = match joint {
                        Joint::Toe if layout.name == "blazepose-33" => "foot_index",
                        Joint::Toe => "big_toe",
                        _ => joint.name(),
                    };
                    assert_eq!(name, format!("{word}{part}"), "{}", layout.name);
                }
            }
            assert_eq!(layout.points[layout.nose], "nose");
        }
    }

    #[test]
    fn sizes_and_names_are_the_specified_ones() {
        let seen: Vec<(&str, usize)> = LAYOUTS.iter().map(|l| (l.name, l.points.len())).collect();
        assert_eq!(seen, [("blazepose-33", 33), ("coco-17", 17), ("halpe-26", 26), ("spinepose-37", 37)]);
        assert_eq!(Layout::by_name("halpe-26").unwrap().points[24], "left_heel");
        assert_eq!(Layout::of_simcc(37).unwrap().points[30], "spine_05");
        assert!(Layout::by_name("blazepose").is_none() && Layout::of_simcc(133).is_none());
        assert!(LAYOUTS.iter().all(|l| l.bones().iter().flatten().all(|&i| i < l.points.len())));
    }
}
