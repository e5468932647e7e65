//! How large the plate is along a path, and where it lay.

use super::find::Candidate;

/// A plate lies on the floor within this many radii of the lowest height of a path, and of where the path was then.
const LYING_RADII: f64 = 0.3;

/// Where a path's plate lay at its lowest: left, right, height of the centre; px.
pub(super) struct Floor {
    across_px: [f64; 2],
    pub y_px: f64,
    pub reach_px: f64,
}

impl Floor {
    pub fn under(chosen: &[Option<Candidate>], radius_px: f64) -> Option<Floor> {
        let reach_px = LYING_RADII * radius_px;
        let y_px = crate::numeric::quantile(chosen.iter().flatten().map(|c| c.y_px), 0.98)?;
        let lying = || chosen.iter().flatten().filter(|c| c.y_px > y_px - reach_px).map(|c| c.x_px);
        Some(Floor { across_px: [lying().reduce(f64::min)?, lying().reduce(f64::max)?], y_px, reach_px })
    }

    pub fn holds(&self, c: &Candidate) -> bool {
        let [left, right] = self.across_px;
        (left - self.reach_px..=right + self.reach_px).contains(&c.x_px) && (c.y_px - self.y_px).abs() < self.reach_px
    }
}

pub(super) fn typical_radius(chosen: &[Option<Candidate>]) -> Option<f64> {
    let mut radii: Vec<f64> = chosen.iter().flatten().map(|c| c.radius_px).collect();
    radii.sort_by(f64::total_cmp);
    radii.get(radii.len() / 2).copied()
}
