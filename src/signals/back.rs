//! The back's shape over the grid (SPEC 6.1), from the outlines and the filtered hip and shoulder.

use super::contour::{self, Shape};
use super::gridding::Gridding;
use super::observed::Observed;
use super::{Back, Joint, JointTrack, Series};
use crate::numeric::filter::{hampel, low_pass, resample};

/// Least share of rays with an exit (SPEC 6.1 a4).
const LEAST_COVERAGE: f64 = 0.8;
/// Rise of the hip–shoulder line over its length from which a lifter may be standing.
const UPRIGHT: f64 = 0.85;

/// Of `joints`, the near side's as the network marks them (for which the shape's constants hold), the image coordinates of hip and
/// shoulder are used even where the plate hides them: a 2 cm error along the trunk changes B by 2 %, one across it not at all.
///
/// Off the side the line from hip to shoulder is foreshortened and the back's distance from it is not: what is a share of its length is
/// one of its true length.
pub fn back(observed: &Observed, joints: &[JointTrack], g: &Gridding) -> Back {
    let (raw, frames, facing) = (&observed.poses, &observed.track().frames, observed.facing());
    let [hip, shoulder] = [Joint::Hip, Joint::Shoulder].map(|j| &joints[j as usize]);
    let roll_deg = observed.camera.roll_deg;
    let across = observed.camera.across();
    let n = raw.time_s.len();
    let mut shapes: Vec<Option<Shape>> = Vec::with_capacity(n);
    let mut tilts: Vec<Option<f64>> = Vec::with_capacity(n);
    let start = g.grid.first().copied().unwrap_or(0.0);
    for (k, &t) in raw.time_s.iter().enumerate() {
        let i = (((t - start) * g.rate_hz).round().max(0.0) as usize).min(g.grid.len().saturating_sub(1));
        let point = |j: &JointTrack| Some([j.image_x_px.get(i).copied().flatten()?, j.image_y_px.get(i).copied().flatten()?]);
        let outline = frames[raw.frame[k]].pose.as_ref().map(|p| &p.outline);
        let both = point(hip).zip(point(shoulder)).zip(outline);
        let shape = both.and_then(|((h, s), o)| {
            let (along, up) = (h[0] - s[0], h[1] - s[1]);
            let shortened = along.hypot(up) / (along / across).hypot(up).max(f64::EPSILON);
            Some(contour::shape(o, h, s, facing, g.config.e1.ray_max)?.times(shortened))
        });
        shapes.push(shape);
        // The tilt speaks of standing only; bent frames are spared the work.
        let upright = point(hip).zip(point(shoulder)).is_some_and(|(h, s)| h[1] - s[1] > UPRIGHT * (h[0] - s[0]).hypot(h[1] - s[1]));
        let standing = point(shoulder).zip(outline).filter(|_| upright);
        tilts.push(standing.and_then(|(s, o)| contour::tilt(o, s, g.trunk_px, facing)).map(|t| t + facing * roll_deg));
    }
    let channel = |pick: &dyn Fn(&Shape) -> Option<f64>, gated: bool, floor: f64, hz: f64| -> Series {
        let mut row: Vec<Option<f64>> =
            shapes.iter().map(|s| s.as_ref().filter(|s| !gated || s.coverage >= LEAST_COVERAGE).and_then(pick)).collect();
        if gated {
            hampel(&mut row, g.config.filter.hampel_win, g.config.filter.hampel_k, floor);
        }
        low_pass(&resample(&raw.time_s, &row, g.grid, 0.3), g.rate_hz, hz)
    };
    let hz = g.config.filter.back_hz;
    let residual = channel(&|s| Some(s.residual), false, 0.0, hz);
    let coverage = channel(&|s| Some(s.coverage), false, 0.0, hz);
    let index = channel(&|s| Some(s.index), true, 0.02, hz);
    let accepted = (0..g.grid.len())
        .map(|i| {
            index[i].is_some()
                && residual[i].is_some_and(|r| r <= g.config.e1.resid_ok)
                && coverage[i].is_some_and(|c| c >= LEAST_COVERAGE)
                && !observed.playback.is_frozen(g.grid[i])
        })
        .collect();
    hampel(&mut tilts, g.config.filter.hampel_win, g.config.filter.hampel_k, 2.0);
    Back {
        skew: channel(&|s| Some(s.skew), true, 0.02, hz),
        turn_deg: channel(&|s| s.turn_deg, true, 4.0, hz),
        depth: channel(&|s| s.depth, true, 0.02, hz),
        // An inclination as the landmarks give them, not a shape.
        tilt_deg: low_pass(&resample(&raw.time_s, &tilts, g.grid, 0.3), g.rate_hz, g.config.filter.landmark_hz),
        index,
        residual,
        coverage,
        accepted,
    }
}
