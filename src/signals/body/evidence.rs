//! What is known about the body, as rows of a least-squares problem: residual over σ with its derivatives.

use super::model::*;

/// One network point in one grid point.
#[derive(Debug, Clone, Copy)]
pub struct Sighting {
    pub frame: usize,
    pub point: Point,
    /// Forward, up; trunks.
    pub at: [f64; 2],
    /// σ per axis, trunks.
    pub sigma: [f64; 2],
    /// Behind the near plate: the network's guess.
    pub hidden: bool,
}

/// Everything the solver weighs.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub model: Model,
    pub frames: usize,
    pub dt_s: f64,
    pub sightings: Vec<Sighting>,
    /// Grid points with the bar in the hands, and its place from the reference place, plate plane, trunks.
    pub bar: Vec<(usize, [f64; 2])>,
    /// How far the ankle may wander from each grid point to the next, one σ, trunks.
    pub wander: Vec<f64>,
    pub prior: Prior,
}

/// What is expected of any lifter in this view; `[value, σ]`.
#[derive(Debug, Clone)]
pub struct Prior {
    pub yaw: [f64; 2],
    /// The hand at the bar's reference place: forward, up.
    pub hand: [[f64; 2]; 2],
    /// Angles that hold where nothing else speaks.
    pub rest: [f64; 4],
}

/// Body proportions (SPEC 5.5): shank over thigh, legs over trunk, arm over trunk, trunk over the network's hip–shoulder.
const SHANK_OF_THIGH: [f64; 2] = [1.07, 0.06];
const LEGS_OF_TRUNK: [f64; 2] = [1.76, 0.12];
const ARM_OF_TRUNK: [f64; 2] = [1.22, 0.10];
const TRUNK: [f64; 2] = [0.96, 0.05];
const PARALLAX_PRIOR: [f64; 2] = [0.82, 0.06];
/// Between lifters, any point, trunks. Little: what moves all of a point's marks alike cannot be told from a longer bone or another
/// inclination, and larger strays take up what the model misses (`docs/calibration.md`).
const STRAY_SIGMA: f64 = 0.008;
/// Root of the power of the angular acceleration, rad/s² per √Hz: legs and trunk, arm; and of the stretch, 1/s² per √Hz.
const SWING: [f64; 5] = [2.0, 2.0, 2.0, 3.3, 1.0];
const STRETCH_SIGMA: f64 = 0.05;
/// σ of the hand's place against the bar, trunks.
pub const GRIP_SIGMA: f64 = 0.08;
/// The arm that holds a bar hangs, rad: from the bar to the shoulder it stands 4 ± 5° ahead of the vertical in the set position and at the
/// knee, 12 ± 7° behind it at lockout (83 hand-read real frames). What a lifter has of his own lasts, so that a moment says a quarter.
const HANGING: f64 = -88.0 * std::f64::consts::PI / 180.0;
const HANGING_SIGMA: f64 = 40.0 * std::f64::consts::PI / 180.0;
/// A knee may be this far beyond straight, rad, before it costs, and what a further σ of it is.
const OVER_STRAIGHT: [f64; 2] = [0.06, 0.03];
/// What holds an angle where no evidence is near, rad.
const REST_SIGMA: f64 = 1.5;
/// σ above hold for frames that come 30 times a second; more frames a second say no more in sum.
const USUAL_RATE_HZ: f64 = 30.0;

/// A residual over its σ, and its derivatives.
#[derive(Debug, Clone)]
pub struct Row {
    pub value: f64,
    x: [(usize, f64); K],
    x_len: usize,
    g: [(usize, f64); G],
    g_len: usize,
}

impl Row {
    fn new(value: f64) -> Row {
        Row { value, x: [(0, 0.0); K], x_len: 0, g: [(0, 0.0); G], g_len: 0 }
    }

    /// By grid unknown, ascending.
    pub fn x(&self) -> &[(usize, f64)] {
        &self.x[..self.x_len]
    }

    /// By clip unknown.
    pub fn g(&self) -> &[(usize, f64)] {
        &self.g[..self.g_len]
    }

    fn by_state(mut self, unknown: usize, slope: f64) -> Row {
        if slope != 0.0 {
            self.x[self.x_len] = (unknown, slope);
            self.x_len += 1;
        }
        self
    }

    fn by_global(mut self, unknown: usize, slope: f64) -> Row {
        if slope != 0.0 {
            self.g[self.g_len] = (unknown, slope);
            self.g_len += 1;
        }
        self
    }
}

impl Evidence {
    /// What more or fewer frames a second do to the σ of a single one.
    pub fn crowding(&self) -> f64 {
        (1.0 / (self.dt_s * USUAL_RATE_HZ)).sqrt()
    }

    /// All rows; those of one call belong together, and outliers among them are weighed down if the flag is set.
    pub fn rows(&self, x: &[State], g: &Globals, visit: &mut impl FnMut(&[Row], bool)) {
        let crowding = self.crowding();
        for s in &self.sightings {
            visit(&self.sighting_rows(s, &x[s.frame], g, crowding), true);
        }
        for &(frame, bar) in &self.bar {
            let mut p = self.model.joint(Point::Hand, &x[frame], g);
            for axis in 0..2 {
                p.at[axis] -= g[HAND + axis] + g[PARALLAX] * bar[axis];
                p.by_globals[axis][HAND + axis] -= 1.0;
                p.by_globals[axis][PARALLAX] -= bar[axis];
            }
            visit(&place_rows(&p, frame, [0.0; 2], [GRIP_SIGMA * crowding; 2]), true);
            let per = 1.0 / (HANGING_SIGMA * crowding);
            visit(&[Row::new((x[frame][ARM] - HANGING) * per).by_state(frame * K + ARM, per)], true);
        }
        self.motion_rows(x, visit);
        self.posture_rows(x, visit);
        self.prior_rows(g, visit);
    }

    /// Both axes of a sighting.
    pub fn sighting_rows(&self, s: &Sighting, x: &State, g: &Globals, crowding: f64) -> [Row; 2] {
        place_rows(&self.model.mark(s.point, x, g), s.frame, s.at, s.sigma.map(|s| s * crowding))
    }

    fn motion_rows(&self, x: &[State], visit: &mut impl FnMut(&[Row], bool)) {
        for i in 1..self.frames.saturating_sub(1) {
            for (k, swing) in SWING.iter().enumerate() {
                let per = self.dt_s.sqrt() / (self.dt_s * self.dt_s * swing);
                let value = (x[i - 1][k] - 2.0 * x[i][k] + x[i + 1][k]) * per;
                let row = Row::new(value);
                visit(&[row.by_state((i - 1) * K + k, per).by_state(i * K + k, -2.0 * per).by_state((i + 1) * K + k, per)], false);
            }
        }
        for i in 1..self.frames {
            let per = 1.0 / self.wander[i - 1];
            for k in ANKLE..ANKLE + 2 {
                let row = Row::new((x[i][k] - x[i - 1][k]) * per);
                visit(&[row.by_state((i - 1) * K + k, -per).by_state(i * K + k, per)], false);
            }
        }
    }

    fn posture_rows(&self, x: &[State], visit: &mut impl FnMut(&[Row], bool)) {
        let crowding = self.crowding();
        for (i, x) in x.iter().enumerate() {
            let per = 1.0 / (STRETCH_SIGMA * crowding);
            visit(&[Row::new(x[STRETCH] * per).by_state(i * K + STRETCH, per)], false);
            for (k, rest) in self.prior.rest.iter().enumerate() {
                let per = 1.0 / (REST_SIGMA * crowding);
                visit(&[Row::new((x[k] - rest) * per).by_state(i * K + k, per)], false);
            }
            let over = x[SHANK] - x[THIGH] - OVER_STRAIGHT[0];
            if over > 0.0 {
                let per = 1.0 / (OVER_STRAIGHT[1] * crowding);
                visit(&[Row::new(over * per).by_state(i * K + SHANK, per).by_state(i * K + THIGH, -per)], false);
            }
        }
    }

    fn prior_rows(&self, g: &Globals, visit: &mut impl FnMut(&[Row], bool)) {
        let mut one = |value: f64, [expected, sigma]: [f64; 2], slopes: &[(usize, f64)]| {
            let row = Row::new((value - expected) / sigma);
            visit(&[slopes.iter().fold(row, |row, &(k, slope)| row.by_global(k, slope / sigma))], false);
        };
        let zero = |sigma: f64| [0.0, sigma];
        let [ratio, sigma] = SHANK_OF_THIGH;
        one(g[SHANK_LENGTH] - ratio * g[THIGH_LENGTH], zero(sigma), &[(SHANK_LENGTH, 1.0), (THIGH_LENGTH, -ratio)]);
        let [ratio, sigma] = LEGS_OF_TRUNK;
        let legs = [(SHANK_LENGTH, 1.0), (THIGH_LENGTH, 1.0), (TRUNK_LENGTH, -ratio)];
        one(g[SHANK_LENGTH] + g[THIGH_LENGTH] - ratio * g[TRUNK_LENGTH], zero(sigma), &legs);
        let [ratio, sigma] = ARM_OF_TRUNK;
        one(g[ARM_LENGTH] - ratio * g[TRUNK_LENGTH], zero(sigma), &[(TRUNK_LENGTH, -ratio), (ARM_LENGTH, 1.0)]);
        one(g[TRUNK_LENGTH], TRUNK, &[(TRUNK_LENGTH, 1.0)]);
        one(g[PARALLAX], PARALLAX_PRIOR, &[(PARALLAX, 1.0)]);
        one(g[YAW], self.prior.yaw, &[(YAW, 1.0)]);
        for axis in 0..2 {
            one(g[HAND + axis], self.prior.hand[axis], &[(HAND + axis, 1.0)]);
        }
        for k in 0..2 * POINTS.len() {
            one(g[STRAY + k], zero(STRAY_SIGMA), &[(STRAY + k, 1.0)]);
        }
    }
}

fn place_rows(p: &Place, frame: usize, at: [f64; 2], sigma: [f64; 2]) -> [Row; 2] {
    [0, 1].map(|axis| {
        let sigma = sigma[axis];
        let mut row = Row::new((p.at[axis] - at[axis]) / sigma);
        for k in 0..K {
            row = row.by_state(frame * K + k, p.by_state[axis][k] / sigma);
        }
        for k in 0..G {
            row = row.by_global(k, p.by_globals[axis][k] / sigma);
        }
        row
    })
}
