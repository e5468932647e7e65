//! The body as it was fitted to the clip ([`super::body`]).

use crate::numeric::Series;
use crate::track::Joint;
use serde::{Deserialize, Serialize};

/// A channel and its σ, `None` where nothing is known.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Channel {
    pub value: Series,
    pub sigma: Series,
}

/// A joint of the fitted body, in the plane and in the picture, px.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FittedJoint {
    pub forward_px: Series,
    pub up_px: Series,
    pub image_x_px: Series,
    pub image_y_px: Series,
    /// Root of the mean of both axes' variances.
    pub sigma_px: Series,
}

/// The body over the grid: true angles in the lifter's sagittal plane (SPEC 3.2), degrees, and near-side joint centres.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Body {
    pub trunk_deg: Channel,
    pub thigh_deg: Channel,
    pub shank_deg: Channel,
    pub hip_deg: Channel,
    pub knee_deg: Channel,
    /// Shoulder against the bar in the hand; only while it is held.
    pub arm_deg: Channel,
    pub shoulder: FittedJoint,
    pub elbow: FittedJoint,
    /// The bar in the hand, only while it is held.
    pub hand: FittedJoint,
    pub hip: FittedJoint,
    pub knee: FittedJoint,
    pub ankle: FittedJoint,
    /// Bones of the lifter, px in the body's plane: shank, thigh, trunk, shoulder to bar.
    pub bones_px: [f64; 4],
    pub yaw_deg: f64,
    pub yaw_sigma_deg: f64,
    /// Robust cost per sighting.
    pub cost: f64,
}

/// [`Body::cost`] beyond which a body does not explain what was seen: between bodies that fitted real clips and wrong ones, with
/// knees at 90° while upright (`docs/calibration.md`).
pub const MOST_COST: f64 = 0.85;

/// How far the marks of a clip stray, in times of the usual, at which no body explains them any more.
pub fn most_doubt() -> f64 {
    doubt(MOST_COST)
}

/// [`Body::cost`] of the clips that an instrument's σ is stated for (`docs/calibration.md`).
const USUAL_COST: f64 = 0.15;
/// Clips never err much less than usual.
const LEAST_DOUBT: f64 = 0.8;

/// [`Body::doubt`] of a fit that costs so much.
pub fn doubt(cost: f64) -> f64 {
    (cost / USUAL_COST).sqrt().max(LEAST_DOUBT)
}

impl Body {
    /// How many times as far as usual this clip's marks stray, as their misfit tells: shirts, overlays, people behind. Errors grow
    /// with it: one σ for all clips explains them worse (`docs/calibration.md`).
    pub fn doubt(&self) -> f64 {
        doubt(self.cost)
    }

    /// The fitted place of a joint, if the chain has it.
    pub fn joint(&self, joint: Joint) -> Option<&FittedJoint> {
        match joint {
            Joint::Shoulder => Some(&self.shoulder),
            Joint::Elbow => Some(&self.elbow),
            Joint::Hip => Some(&self.hip),
            Joint::Knee => Some(&self.knee),
            Joint::Ankle => Some(&self.ankle),
            _ => None,
        }
    }
}
