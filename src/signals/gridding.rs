//! What turns raw samples into tracks on the grid.

use super::observed::Observed;
use super::plane::Plane;
use super::time_base::TimeBase;
use crate::config::Config;

/// What turns raw samples into tracks on the grid.
pub struct Gridding<'a> {
    pub config: &'a Config,
    pub grid: &'a [f64],
    pub rate_hz: f64,
    pub plane: Plane,
    /// Image shift of the background per grid point (camera motion), px.
    pub shift_px: &'a [[f64; 2]],
    /// Least visibility of a landmark (SPEC 3.2).
    pub visibility_min: f64,
    /// Trunk length, px: the least spread of the outlier filter is a share of it.
    pub trunk_px: f64,
}

impl<'a> Gridding<'a> {
    pub fn of(observed: &Observed, base: &'a TimeBase, config: &'a Config) -> Gridding<'a> {
        Gridding {
            config,
            grid: &base.time_s,
            rate_hz: base.rate_hz,
            plane: observed.plane(),
            shift_px: &base.shift_px,
            visibility_min: observed.visibility_min,
            trunk_px: observed.trunk_px,
        }
    }
}
