//! The chain itself: unknowns, and where they put each point of the body in the picture (SPEC 5.5).
//!
//! Lengths and places are in *trunks* (the network's hip–shoulder length of this clip); the plane is the gravity-aligned
//! one of [`super::super::Plane`], forward and up. Angles are radians above the forward axis, in the lifter's sagittal plane.

use crate::config::Centres;

/// Unknowns per grid point.
pub const K: usize = 7;
pub const SHANK: usize = 0;
pub const THIGH: usize = 1;
pub const TRUNK: usize = 2;
pub const ARM: usize = 3;
/// The trunk's length is its clip length times 1 + this: it shortens as the spine bends.
pub const STRETCH: usize = 4;
pub const ANKLE: usize = 5;

/// Unknowns per clip.
pub const G: usize = 18;
pub const SHANK_LENGTH: usize = 0;
pub const THIGH_LENGTH: usize = 1;
pub const TRUNK_LENGTH: usize = 2;
/// Shoulder to the bar in the hand.
pub const ARM_LENGTH: usize = 3;
/// How far the hand moves in the body's plane when the bar moves by one in the plate's.
pub const PARALLAX: usize = 4;
/// Place of the hand when the bar is at the reference place.
pub const HAND: usize = 5;
/// Yaw, radians, + = the camera sees the lifter's front.
pub const YAW: usize = 7;
/// What this lifter's network points stray from joint centres beyond the instrument, two each for [`POINTS`].
pub const STRAY: usize = 8;

/// A point of the chain that a network marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    Shoulder,
    Hip,
    Knee,
    Ankle,
    Elbow,
    /// The bar in the hand; no network marks it.
    Hand,
}

/// What a network marks, in the order of the strays.
pub const POINTS: [Point; 5] = [Point::Shoulder, Point::Hip, Point::Knee, Point::Ankle, Point::Elbow];

/// Share of the way from shoulder to bar (rendered lifters: 0.44–0.47).
const ELBOW_AT: f64 = 0.46;

impl Point {
    /// Distance from the midline towards the camera, trunks (segment tables [U]; a stance and grip of hip and shoulder width).
    fn lateral(self) -> f64 {
        match self {
            Point::Shoulder => 0.36,
            Point::Elbow => 0.44,
            Point::Hand => 0.50,
            Point::Hip => 0.18,
            Point::Knee => 0.22,
            Point::Ankle => 0.25,
        }
    }

    fn stray(self) -> Option<usize> {
        POINTS.iter().position(|p| *p == self).map(|i| STRAY + 2 * i)
    }
}

/// Unknowns of one grid point and of the clip.
pub type State = [f64; K];
pub type Globals = [f64; G];

/// A place and how it moves with the unknowns: `[forward, up]`.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub at: [f64; 2],
    pub by_state: [[f64; K]; 2],
    pub by_globals: [[f64; G]; 2],
}

/// What the model needs to know of network and clip.
#[derive(Debug, Clone)]
pub struct Model {
    /// Offsets of the network's points; `None` for a network that was never measured.
    pub centres: Option<Centres>,
}

impl Model {
    /// The joint centre, or the bar in the hand, as the picture shows it.
    pub fn joint(&self, point: Point, x: &State, g: &Globals) -> Place {
        let (sin_yaw, cos_yaw) = g[YAW].sin_cos();
        // Sagittal displacement from the ankle with its derivatives.
        let mut p = Place { at: [0.0; 2], by_state: [[0.0; K]; 2], by_globals: [[0.0; G]; 2] };
        let mut bone = |angle: usize, length: usize, share: f64| {
            let (sin, cos) = x[angle].sin_cos();
            let stretch = if angle == TRUNK { 1.0 + x[STRETCH] } else { 1.0 };
            let long = g[length] * share * stretch;
            for (axis, (along, across)) in [(cos, -sin), (sin, cos)].into_iter().enumerate() {
                p.at[axis] += long * along;
                p.by_state[axis][angle] += long * across;
                p.by_globals[axis][length] += share * stretch * along;
                if angle == TRUNK {
                    p.by_state[axis][STRETCH] += g[length] * share * along;
                }
            }
        };
        let bones: &[(usize, usize, f64)] = &[
            (SHANK, SHANK_LENGTH, 1.0),
            (THIGH, THIGH_LENGTH, 1.0),
            (TRUNK, TRUNK_LENGTH, 1.0),
            (ARM, ARM_LENGTH, if point == Point::Elbow { ELBOW_AT } else { 1.0 }),
        ];
        let count = match point {
            Point::Ankle => 0,
            Point::Knee => 1,
            Point::Hip => 2,
            Point::Shoulder => 3,
            Point::Elbow | Point::Hand => 4,
        };
        for &(angle, length, share) in &bones[..count] {
            bone(angle, length, share);
        }
        // Foreshortened by yaw, and shifted by what the near side lies nearer to the camera than the ankle.
        let lateral = point.lateral() - Point::Ankle.lateral();
        p.by_globals[0].iter_mut().for_each(|d| *d *= cos_yaw);
        p.by_globals[0][YAW] = -sin_yaw * p.at[0] - cos_yaw * lateral;
        p.by_state[0].iter_mut().for_each(|d| *d *= cos_yaw);
        p.at[0] = cos_yaw * p.at[0] - sin_yaw * lateral;
        for axis in 0..2 {
            p.at[axis] += x[ANKLE + axis];
            p.by_state[axis][ANKLE + axis] += 1.0;
        }
        p
    }

    /// Where the network marks that joint: the centre plus the instrument's offset and this lifter's own.
    pub fn mark(&self, point: Point, x: &State, g: &Globals) -> Place {
        let mut p = self.joint(point, x, g);
        let [along, across, along_bent, across_bent] = self.offset(point);
        let (sin, cos) = x[TRUNK].sin_cos();
        let (mut a, mut b) = (along + along_bent * cos, across + across_bent * cos);
        let (da, db) = (-along_bent * sin, -across_bent * sin);
        if let Some(s) = point.stray() {
            a += g[s];
            b += g[s + 1];
        }
        // Offsets of shoulder and hip go with the trunk, those of the other points with the plane.
        let turned = matches!(point, Point::Shoulder | Point::Hip);
        let (c, s) = if turned { (cos, sin) } else { (1.0, 0.0) };
        let cos_yaw = g[YAW].cos();
        let shift = [a * c - b * s, a * s + b * c];
        let turn = if turned { [-shift[1], shift[0]] } else { [0.0; 2] };
        let moved = [da * c - db * s, da * s + db * c];
        for axis in 0..2 {
            let seen = if axis == 0 { cos_yaw } else { 1.0 };
            p.at[axis] += seen * shift[axis];
            p.by_state[axis][TRUNK] += seen * (turn[axis] + moved[axis]);
            if let Some(at) = point.stray() {
                let (first, second) = if axis == 0 { (c, -s) } else { (s, c) };
                p.by_globals[axis][at] += seen * first;
                p.by_globals[axis][at + 1] += seen * second;
            }
        }
        p.by_globals[0][YAW] -= g[YAW].sin() * shift[0];
        p
    }

    fn offset(&self, point: Point) -> [f64; 4] {
        let Some(c) = &self.centres else { return [0.0; 4] };
        match point {
            Point::Shoulder => c.shoulder,
            Point::Hip => c.hip,
            Point::Knee => c.knee,
            Point::Ankle => c.ankle,
            Point::Elbow => c.elbow,
            Point::Hand => [0.0; 4],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Model, State, Globals) {
        let centres = crate::config::Instrument::of("blazepose-33", &toml::Table::new()).unwrap().centres;
        assert!(centres.is_some(), "the measured network has its points' places");
        let model = Model { centres };
        let x = [1.3, 2.0, 0.6, -1.4, -0.02, 3.0, 0.4];
        let mut g = [0.01; G];
        (g[SHANK_LENGTH], g[THIGH_LENGTH], g[TRUNK_LENGTH], g[ARM_LENGTH], g[YAW]) = (0.93, 0.87, 0.97, 1.2, 0.3);
        (model, x, g)
    }

    #[test]
    fn derivatives_are_those_of_finite_differences() {
        let (model, x, g) = example();
        let step = 1e-6;
        for point in POINTS.into_iter().chain([Point::Hand]) {
            for place in [Model::joint, Model::mark] {
                let here = place(&model, point, &x, &g);
                for axis in 0..2 {
                    for k in 0..K {
                        let (mut more, mut less) = (x, x);
                        (more[k], less[k]) = (x[k] + step, x[k] - step);
                        let slope = (place(&model, point, &more, &g).at[axis] - place(&model, point, &less, &g).at[axis]) / (2.0 * step);
                        assert!((slope - here.by_state[axis][k]).abs() < 1e-7, "{point:?} axis {axis} state {k}: {slope}");
                    }
                    for k in 0..G {
                        let (mut more, mut less) = (g, g);
                        (more[k], less[k]) = (g[k] + step, g[k] - step);
                        let slope = (place(&model, point, &x, &more).at[axis] - place(&model, point, &x, &less).at[axis]) / (2.0 * step);
                        assert!((slope - here.by_globals[axis][k]).abs() < 1e-7, "{point:?} axis {axis} global {k}: {slope}");
                    }
                }
            }
        }
    }

    #[test]
    fn somebody_standing_upright_in_front_of_a_side_camera_is_a_vertical_line() {
        let (model, _, mut g) = example();
        (g[YAW], g[SHANK_LENGTH], g[THIGH_LENGTH], g[TRUNK_LENGTH]) = (0.0, 0.9, 0.9, 1.0);
        let up = std::f64::consts::FRAC_PI_2;
        let x = [up, up, up, -up, 0.0, 2.0, 1.0];
        let shoulder = model.joint(Point::Shoulder, &x, &g).at;
        assert!((shoulder[0] - 2.0).abs() < 1e-12 && (shoulder[1] - 3.8).abs() < 1e-12);
    }
}
