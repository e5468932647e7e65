//! σ of what is read off the fitted body, from the covariance of its unknowns.

use super::arrow::{BAND, Covariance, Factors};
use super::model::{G, K};

/// Covariances of all grid points, made as they are asked for.
pub struct Uncertainty {
    factors: Factors,
    inverse: Vec<[f64; BAND + 1]>,
}

/// Slopes of a quantity: by the unknowns of one grid point, by those of the clip.
pub type Slopes = ([f64; K], [f64; G]);

impl Uncertainty {
    pub fn of(factors: Factors) -> Uncertainty {
        Uncertainty { inverse: factors.inverse_band(), factors }
    }

    pub fn covariance(&self, frame: usize) -> Covariance {
        self.factors.covariance(&self.inverse, frame)
    }

    /// σ of a clip unknown.
    pub fn clip(&self, unknown: usize) -> f64 {
        self.factors.corner[(unknown, unknown)].max(0.0).sqrt()
    }
}

/// σ of the quantity with these slopes.
pub fn sigma(covariance: &Covariance, (by_state, by_globals): &Slopes) -> f64 {
    let slopes = nalgebra::SVector::<f64, { K + G }>::from_fn(|k, _| if k < K { by_state[k] } else { by_globals[k - K] });
    (slopes.transpose() * covariance * slopes)[0].max(0.0).sqrt()
}
