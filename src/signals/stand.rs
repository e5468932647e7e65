//! The standing reference (SPEC 3.3).

use super::grid::Grid;
use super::{Angles, Back, Joint, JointTrack, Series, Signals, Stand, StandSource};
use crate::numeric::filter::{derivative, runs};
use crate::numeric::median;

const LEAST_S: f64 = 0.5;
/// Joint speed below which a lifter stands still, in trunk lengths per second (5 cm/s of about 52 cm).
const STILL_TRUNKS_PER_S: f64 = 0.10;
const SWAY_ALLOWED: f64 = 2.5;
/// The bar lies on the floor up to this height of it, and is up from that one, trunk lengths (our choice).
const ON_FLOOR: f64 = 0.08;
const UP: f64 = 0.5;
/// A trunk within these inclinations is upright, and a knee from this angle on straight, degrees.
const UPRIGHT_DEG: std::ops::RangeInclusive<f64> = 80.0..=100.0;
const STRAIGHT_KNEE_DEG: f64 = 165.0;

/// The channels that show a lifter standing.
pub struct Shown<'a> {
    pub grid: Grid<'a>,
    pub near: &'a [JointTrack],
    pub far: &'a [JointTrack],
    pub angles: &'a Angles,
    pub back: &'a Back,
    /// The bar's, above the floor, plane px.
    pub height_px: &'a Series,
    pub trunk_px: Option<f64>,
}

impl<'a> Shown<'a> {
    pub fn of(s: &'a Signals) -> Shown<'a> {
        Shown {
            grid: s.grid(),
            near: &s.near_joints,
            far: &s.far_joints,
            angles: &s.angles,
            back: &s.back,
            height_px: &s.bar.height_px,
            trunk_px: s.trunk_length_px,
        }
    }

    /// How many samples the grid has.
    pub fn samples(&self) -> usize {
        self.grid.time_s.len()
    }

    pub fn near(&self, joint: Joint) -> &JointTrack {
        &self.near[joint as usize]
    }
}

/// Standing with the bar on the floor: before the first lift if possible, else after the set.
pub fn find(s: &Shown) -> Option<Stand> {
    let standing = standing(s);
    let least = (LEAST_S * s.grid.rate_hz) as usize;
    let trunk = s.trunk_px.unwrap_or(f64::INFINITY);
    let low = |i: usize| s.height_px[i].is_none_or(|h| h < ON_FLOOR * trunk);
    let first_high = (0..s.samples()).find(|&i| s.height_px[i].is_some_and(|h| h > UP * trunk));
    let series: Series = (0..s.samples()).map(|i| (standing[i] && low(i)).then_some(1.0)).collect();
    let windows: Vec<_> = runs(&series).into_iter().filter(|r| r.len() >= least).collect();
    let before = windows.iter().rfind(|r| first_high.is_none_or(|h| r.end <= h));
    let (window, source) = match before {
        Some(w) => (w, StandSource::BeforeFirstRep),
        None => (windows.last()?, StandSource::AfterSet),
    };
    Some(measure(s, s.grid.time_s[window.start], s.grid.time_s[window.end - 1], source))
}

fn standing(s: &Shown) -> Vec<bool> {
    let trunk = s.trunk_px.unwrap_or(f64::INFINITY);
    let speed = |j: Joint| {
        let up = derivative(&s.near(j).up_px, s.grid.rate_hz);
        let forward = derivative(&s.near(j).forward_px, s.grid.rate_hz);
        move |i: usize| up[i].zip(forward[i]).map(|(a, b)| a.hypot(b) / trunk)
    };
    let (shoulder, hip) = (speed(Joint::Shoulder), speed(Joint::Hip));
    let limit = STILL_TRUNKS_PER_S * SWAY_ALLOWED;
    (0..s.samples())
        .map(|i| {
            let upright = s.angles.trunk_deg[i].is_some_and(|t| UPRIGHT_DEG.contains(&t));
            let straight = s.angles.knee_deg[i].is_none_or(|k| k >= STRAIGHT_KNEE_DEG);
            upright && straight && shoulder(i).is_some_and(|v| v < limit) && hip(i).is_none_or(|v| v < limit)
        })
        .collect()
}

/// Medians over a window.
pub fn measure(s: &Shown, from_s: f64, to_s: f64, source: StandSource) -> Stand {
    let range = s.grid.range(from_s, to_s);
    let of = |series: &Series| median(series[range.clone()].iter().flatten().copied());
    let spread = {
        let (near, far) = (s.near(Joint::Shoulder), &s.far[Joint::Shoulder as usize]);
        let widths = range.clone().filter_map(|i| Some((near.image_x_px[i]? - far.image_x_px[i]?).abs()));
        median(widths).zip(s.trunk_px).map(|(w, l)| w / l)
    };
    let length = median(range.clone().filter_map(|i| {
        let (h, t) = (s.near(Joint::Hip), s.near(Joint::Shoulder));
        Some((h.forward_px[i]? - t.forward_px[i]?).hypot(h.up_px[i]? - t.up_px[i]?))
    }));
    Stand {
        source,
        window_s: [from_s, to_s],
        trunk_deg: of(&s.angles.trunk_deg),
        hip_deg: of(&s.angles.hip_deg),
        knee_deg: of(&s.angles.knee_deg),
        head_deg: of(&s.angles.head_deg),
        tilt_deg: of(&s.back.tilt_deg),
        back_index: of(&s.back.index),
        shoulder_up_px: of(&s.near(Joint::Shoulder).up_px),
        hip_up_px: of(&s.near(Joint::Hip).up_px),
        hip_forward_px: of(&s.near(Joint::Hip).forward_px),
        ankle_up_px: of(&s.near(Joint::Ankle).up_px),
        ear_forward_px: of(&s.near(Joint::Ear).forward_px),
        shoulder_forward_px: of(&s.near(Joint::Shoulder).forward_px),
        shoulder_spread: spread,
        trunk_length_px: length,
    }
}
