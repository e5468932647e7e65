//! One body fitted to the whole clip (SPEC 5.5): a planar chain on standing feet that holds the bar.
//!
//! [`model`] is the chain, [`evidence`] what is known of it, [`start`] where the search begins, [`solver`] the search,
//! [`uncertainty`] how sure the outcome is. All of it sees the picture in the gravity-aligned plane.

mod arrow;
mod evidence;
mod gather;
mod model;
mod read;
mod solver;
mod start;
#[cfg(test)]
mod tests;
mod uncertainty;

pub use gather::{Clip, FitError, Instrument};

use super::Series;
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
    /// Robust cost per row; the worse start's where both were tried.
    pub cost: f64,
}

impl Body {
    /// The fitted place of a joint, if the chain has it.
    pub fn joint(&self, joint: super::Joint) -> Option<&FittedJoint> {
        match joint {
            super::Joint::Shoulder => Some(&self.shoulder),
            super::Joint::Elbow => Some(&self.elbow),
            super::Joint::Hip => Some(&self.hip),
            super::Joint::Knee => Some(&self.knee),
            super::Joint::Ankle => Some(&self.ankle),
            _ => None,
        }
    }
}

/// Fits the body.
///
/// # Errors
/// Too little was seen, or no start led to a body that explains what was seen.
pub fn fit(clip: &Clip) -> Result<Body, FitError> {
    let evidence = gather::evidence(clip)?;
    let mut best: Option<solver::Solution> = None;
    for trust in [start::Trust::Seen, start::Trust::All] {
        if best.as_ref().is_some_and(|b| b.converged && b.cost < GOOD_COST) {
            break;
        }
        let found = solver::solve(&evidence, start::start(&evidence, trust));
        if let Some(found) = found.filter(|f| best.as_ref().is_none_or(|b| f.cost < b.cost)) {
            best = Some(found);
        }
    }
    let best = best.ok_or(FitError::NoSolution)?;
    if best.cost > MOST_COST || !best.converged && best.cost > GOOD_COST {
        return Err(FitError::Unexplained { cost: best.cost });
    }
    read::body(clip, &evidence, &best).ok_or(FitError::NoSolution)
}

/// Mean robust cost per sighting of a body that explains what was seen (two axes of half a squared σ are 1, but marks
/// err alike from frame to frame, and the chain follows them): beyond it a second start is tried.
const GOOD_COST: f64 = 0.5;
/// … and of one that does not: bodies that fitted real clips cost 0.1 to 0.6, wrong ones (knees at 90° while upright) from 0.8.
const MOST_COST: f64 = 0.75;
