//! Where the search begins: inclinations from the marks themselves, smoothed and unwrapped.

use super::evidence::{Evidence, Sighting};
use super::model::*;
use crate::numeric::median;
use std::f64::consts::{FRAC_PI_2, PI};

/// Which marks a start trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Where enough of them are seen: those the plate does not hide.
    Seen,
    /// Every mark, smoothed over a second: for clips in which hardly anything is seen, or what is seen misleads.
    All,
}

/// Plausible ranges of shank, thigh, trunk and arm, rad: no start outside of them.
const RANGE: [[f64; 2]; 4] = [[0.7, 2.2], [0.9, 3.4], [-0.5, 2.3], [-2.6, -0.5]];
/// Bones of a lifter of average build, trunks.
const LENGTHS: [f64; 4] = [0.92, 0.89, 0.97, 1.18];

pub fn start(e: &Evidence, trust: Trust) -> (Vec<State>, Globals) {
    let marks = Marks::of(e, trust);
    let mut g = [0.0; G];
    g[..4].copy_from_slice(&LENGTHS);
    for (length, low, high) in [(SHANK_LENGTH, Point::Ankle, Point::Knee), (THIGH_LENGTH, Point::Knee, Point::Hip)] {
        if let Some(seen) = marks.length(low, high) {
            g[length] = seen.clamp(0.7 * g[length], 1.3 * g[length]);
        }
    }
    g[PARALLAX] = 0.82;
    g[YAW] = e.prior.yaw[0];
    (g[HAND], g[HAND + 1]) = (e.prior.hand[0][0], e.prior.hand[1][0]);
    let cos_yaw = g[YAW].cos().max(0.5);
    let pairs = [(Point::Ankle, Point::Knee), (Point::Knee, Point::Hip), (Point::Hip, Point::Shoulder), (Point::Shoulder, Point::Elbow)];
    let mut x = vec![[0.0; K]; e.frames];
    for (k, (low, high)) in pairs.into_iter().enumerate() {
        let angles: Vec<Option<f64>> = (0..e.frames).map(|i| marks.inclination(low, high, i, cos_yaw, RANGE[k])).collect();
        let half = ((if trust == Trust::All { 0.5 } else { 0.15 }) / e.dt_s).round() as usize;
        let path = filled(&smoothed(&angles, half), e.prior.rest[k]);
        for (state, angle) in x.iter_mut().zip(path) {
            state[k] = angle;
        }
    }
    for axis in 0..2 {
        let places: Vec<Option<f64>> = (0..e.frames).map(|i| marks.at(Point::Ankle, i).map(|p| p[axis])).collect();
        let usual = median(places.iter().flatten().copied()).unwrap_or(0.0);
        let path = filled(&smoothed(&places, (0.3 / e.dt_s).round() as usize), usual);
        for (state, v) in x.iter_mut().zip(path) {
            state[ANKLE + axis] = v;
        }
    }
    (x, g)
}

/// Marks by grid point and point.
struct Marks {
    at: Vec<[Option<[f64; 2]>; POINTS.len()]>,
}

impl Marks {
    fn of(e: &Evidence, trust: Trust) -> Marks {
        let place = |p: Point| POINTS.iter().position(|q| *q == p);
        let mut at = vec![[None; POINTS.len()]; e.frames];
        let enough = |p: Point| e.sightings.iter().filter(|s| s.point == p && !s.hidden).count() >= 10;
        let trusted: Vec<bool> = POINTS.iter().map(|p| trust == Trust::Seen && enough(*p)).collect();
        for s in &e.sightings {
            if let Some(p) = place(s.point).filter(|&p| !(trusted[p] && s.hidden)) {
                at[s.frame][p] = Some(unmarked(e, s));
            }
        }
        Marks { at }
    }

    fn at(&self, point: Point, i: usize) -> Option<[f64; 2]> {
        self.at[i][POINTS.iter().position(|q| *q == point)?]
    }

    fn length(&self, low: Point, high: Point) -> Option<f64> {
        let lengths: Vec<f64> = (0..self.at.len())
            .filter_map(|i| {
                let (a, b) = (self.at(low, i)?, self.at(high, i)?);
                Some((a[0] - b[0]).hypot(a[1] - b[1]))
            })
            .collect();
        if lengths.len() < 10 { None } else { crate::numeric::quantile(lengths, 0.6) }
    }

    /// Inclination from `low` to `high`, taken into the range by whole turns; out of range is no reading.
    fn inclination(&self, low: Point, high: Point, i: usize, cos_yaw: f64, [least, most]: [f64; 2]) -> Option<f64> {
        let (a, b) = (self.at(low, i)?, self.at(high, i)?);
        let angle = (b[1] - a[1]).atan2((b[0] - a[0]) / cos_yaw);
        [angle, angle + 2.0 * PI, angle - 2.0 * PI].into_iter().find(|a| (least..=most).contains(a))
    }
}

/// The joint centre under a mark, taking the offset as for a trunk half bent.
fn unmarked(e: &Evidence, s: &Sighting) -> [f64; 2] {
    let mut x = [0.0; K];
    x[TRUNK] = 0.5 * FRAC_PI_2;
    let (mark, joint) = (e.model.mark(s.point, &x, &[0.0; G]).at, e.model.joint(s.point, &x, &[0.0; G]).at);
    [s.at[0] - mark[0] + joint[0], s.at[1] - mark[1] + joint[1]]
}

/// Running median over ± `half` samples.
fn smoothed(values: &[Option<f64>], half: usize) -> Vec<Option<f64>> {
    (0..values.len())
        .map(|i| {
            values[i]?;
            median(values[i.saturating_sub(half)..(i + half + 1).min(values.len())].iter().flatten().copied())
        })
        .collect()
}

/// Gaps bridged by straight lines, ends held; `otherwise` where nothing is known.
fn filled(values: &[Option<f64>], otherwise: f64) -> Vec<f64> {
    let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(i, v)| Some((i, (*v)?))).collect();
    (0..values.len())
        .map(|i| {
            let at = known.partition_point(|k| k.0 < i);
            match (at.checked_sub(1).map(|a| known[a]), known.get(at)) {
                (Some((a, va)), Some(&(b, vb))) => va + (vb - va) * (i - a) as f64 / (b - a) as f64,
                (Some((_, v)), None) | (None, Some(&(_, v))) => v,
                (None, None) => otherwise,
            }
        })
        .collect()
}
