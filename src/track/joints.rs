//! The joints every stage speaks of (SPEC 3.1).

use serde::{Deserialize, Serialize};

/// Side of the body, the lifter's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Left,
    Right,
}

/// A joint of one side of the body; also the index of `Signals::near_joints` and `Signals::far_joints`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Joint {
    Ear,
    Shoulder,
    Elbow,
    Wrist,
    Hip,
    Knee,
    Ankle,
    Heel,
    Toe,
}

impl Joint {
    pub const ALL: [Joint; 9] =
        [Joint::Ear, Joint::Shoulder, Joint::Elbow, Joint::Wrist, Joint::Hip, Joint::Knee, Joint::Ankle, Joint::Heel, Joint::Toe];

    pub fn name(self) -> &'static str {
        ["ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe"][self as usize]
    }
}
