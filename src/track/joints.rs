//! The joints every stage speaks of (SPEC 3.1).

use serde::{Deserialize, Serialize};

/// Side of the body, the lifter's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The lifter's own left.
    Left,
    /// The lifter's own right.
    Right,
}

/// A joint of one side of the body; also the index of `Signals::near_joints` and `Signals::far_joints`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Joint {
    /// Ear.
    Ear,
    /// Shoulder.
    Shoulder,
    /// Elbow.
    Elbow,
    /// Wrist.
    Wrist,
    /// Hip.
    Hip,
    /// Knee.
    Knee,
    /// Ankle.
    Ankle,
    /// Heel.
    Heel,
    /// Tip of the big toe.
    Toe,
}

impl Joint {
    /// All, from head to toe.
    pub const ALL: [Joint; 9] =
        [Joint::Ear, Joint::Shoulder, Joint::Elbow, Joint::Wrist, Joint::Hip, Joint::Knee, Joint::Ankle, Joint::Heel, Joint::Toe];

    /// As channels and files call it.
    pub fn name(self) -> &'static str {
        ["ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe"][self as usize]
    }
}
