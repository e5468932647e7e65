//! Symmetric systems with a band along the diagonal and a dense border: unknowns per grid point that know only their
//! neighbours, and a few per clip that everything knows.

use super::model::{G, K};
use nalgebra::{Cholesky, SMatrix, SVector};

/// Half width of the band: a second difference ties a grid point to the one after the next.
pub const BAND: usize = 2 * K;

type Border = [f64; G];
type Dense = SMatrix<f64, G, G>;
/// Of the unknowns of one grid point and of the clip.
pub type Covariance = SMatrix<f64, { K + G }, { K + G }>;

/// `H = [band, border; borderᵀ, corner]` and the right-hand side.
pub struct System {
    /// `band[r][d]` is element (r, r − d).
    band: Vec<[f64; BAND + 1]>,
    border: Vec<Border>,
    corner: Dense,
    pub rhs: Vec<f64>,
    pub rhs_corner: SVector<f64, G>,
}

/// A factored system.
pub struct Factors {
    /// Lower band factor, as in [`System`].
    lower: Vec<[f64; BAND + 1]>,
    /// band⁻¹ · border.
    through: Vec<Border>,
    /// Inverse of the corner's Schur complement: the clip unknowns' covariance.
    pub corner: Dense,
}

impl System {
    pub fn new(unknowns: usize) -> System {
        System {
            band: vec![[0.0; BAND + 1]; unknowns],
            border: vec![[0.0; G]; unknowns],
            corner: Dense::zeros(),
            rhs: vec![0.0; unknowns],
            rhs_corner: SVector::zeros(),
        }
    }

    pub fn clear(&mut self) {
        self.band.iter_mut().for_each(|r| *r = [0.0; BAND + 1]);
        self.border.iter_mut().for_each(|r| *r = [0.0; G]);
        self.corner.fill(0.0);
        self.rhs.fill(0.0);
        self.rhs_corner.fill(0.0);
    }

    /// Adds weight · row · rowᵀ, and −weight · residual · row to the right-hand side. `x` must be ascending in its index
    /// and span no more than the band.
    pub fn add(&mut self, x: &[(usize, f64)], g: &[(usize, f64)], residual: f64, weight: f64) {
        for (n, &(i, a)) in x.iter().enumerate() {
            let wa = weight * a;
            for &(j, b) in &x[..=n] {
                self.band[i][i - j] += wa * b;
            }
            for &(j, b) in g {
                self.border[i][j] += wa * b;
            }
            self.rhs[i] -= wa * residual;
        }
        for &(i, a) in g {
            for &(j, b) in g {
                self.corner[(i, j)] += weight * a * b;
            }
            self.rhs_corner[i] -= weight * a * residual;
        }
    }

    /// Cholesky with the diagonal raised by the share `damping`; `None` where it is not positive definite.
    pub fn factor(&self, damping: f64) -> Option<Factors> {
        let n = self.band.len();
        let mut lower = self.band.clone();
        for i in 0..n {
            lower[i][0] *= 1.0 + damping;
            for d in (0..=BAND.min(i)).rev() {
                let j = i - d;
                let mut sum = lower[i][d];
                for e in d + 1..=BAND.min(i) {
                    if e - d > BAND.min(j) {
                        break;
                    }
                    sum -= lower[i][e] * lower[j][e - d];
                }
                if d == 0 {
                    if sum.is_nan() || sum <= 0.0 {
                        return None;
                    }
                    lower[i][0] = sum.sqrt();
                } else {
                    lower[i][d] = sum / lower[j][0];
                }
            }
        }
        let mut through = self.border.clone();
        solve_band(&lower, &mut through);
        let mut corner = self.corner;
        for k in 0..G {
            corner[(k, k)] *= 1.0 + damping;
        }
        for (b, t) in self.border.iter().zip(&through) {
            for i in 0..G {
                for j in 0..G {
                    corner[(i, j)] -= b[i] * t[j];
                }
            }
        }
        let corner = Cholesky::new(corner)?.inverse();
        Some(Factors { lower, through, corner })
    }
}

impl Factors {
    /// The step that solves the system: per grid unknown, per clip unknown.
    pub fn solve(&self, system: &System) -> (Vec<f64>, SVector<f64, G>) {
        let mut x: Vec<[f64; 1]> = system.rhs.iter().map(|r| [*r]).collect();
        solve_band(&self.lower, &mut x);
        let mut rest = system.rhs_corner;
        for (b, x) in system.border.iter().zip(&x) {
            for k in 0..G {
                rest[k] -= b[k] * x[0];
            }
        }
        let g = self.corner * rest;
        let x = x.iter().zip(&self.through).map(|(x, t)| x[0] - (0..G).map(|k| t[k] * g[k]).sum::<f64>()).collect();
        (x, g)
    }

    /// Covariance of the K unknowns of a grid point with each other (first K rows and columns) and with the clip's (last G).
    /// `inverse` is [`Factors::inverse_band`].
    pub fn covariance(&self, inverse: &[[f64; BAND + 1]], frame: usize) -> Covariance {
        let mut out = Covariance::zeros();
        // −through · corner: grid unknowns against clip unknowns.
        let through = SMatrix::<f64, K, G>::from_fn(|a, k| self.through[frame * K + a][k]);
        let cross = -(through * self.corner);
        let shared = cross * through.transpose();
        for a in 0..K {
            for b in 0..K {
                let (high, low) = (a.max(b), a.min(b));
                out[(a, b)] = inverse[frame * K + high][high - low] - shared[(a, b)];
            }
        }
        out.fixed_view_mut::<K, G>(0, K).copy_from(&cross);
        out.fixed_view_mut::<G, K>(K, 0).copy_from(&cross.transpose());
        out.fixed_view_mut::<G, G>(K, K).copy_from(&self.corner);
        out
    }

    /// Elements of band⁻¹ within the band (Takahashi's recursion), as in [`System`].
    pub fn inverse_band(&self) -> Vec<[f64; BAND + 1]> {
        let n = self.lower.len();
        let mut inverse = vec![[0.0; BAND + 1]; n];
        for j in (0..n).rev() {
            let last = (j + BAND).min(n - 1);
            let pivot = self.lower[j][0];
            for i in (j..=last).rev() {
                let mut sum = if i == j { 1.0 / pivot } else { 0.0 };
                for k in j + 1..=last {
                    let (high, low) = (i.max(k), i.min(k));
                    sum -= self.lower[k][k - j] * inverse[high][high - low];
                }
                inverse[i][i - j] = sum / pivot;
            }
        }
        inverse
    }
}

/// Solves lower · lowerᵀ · x = b in place for several right-hand sides at once.
fn solve_band<const C: usize>(lower: &[[f64; BAND + 1]], b: &mut [[f64; C]]) {
    for i in 0..b.len() {
        let mut row = b[i];
        for d in 1..=BAND.min(i) {
            let l = lower[i][d];
            for c in 0..C {
                row[c] -= l * b[i - d][c];
            }
        }
        row.iter_mut().for_each(|v| *v /= lower[i][0]);
        b[i] = row;
    }
    for i in (0..b.len()).rev() {
        let mut row = b[i];
        row.iter_mut().for_each(|v| *v /= lower[i][0]);
        b[i] = row;
        for d in 1..=BAND.min(i) {
            let l = lower[i][d];
            for c in 0..C {
                b[i - d][c] -= l * row[c];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;

    /// A system of a few grid points with rows like the fit's, and the same as a dense matrix.
    fn example(points: usize) -> (System, DMatrix<f64>, Vec<f64>) {
        let n = points * K;
        let mut system = System::new(n);
        let mut dense = DMatrix::<f64>::zeros(n + G, n + G);
        let mut rhs = vec![0.0; n + G];
        let mut seed = 1_u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / f64::from(1 << 30) - 1.0
        };
        let mut add = |x: &[(usize, f64)], g: &[(usize, f64)], r: f64, w: f64| {
            system.add(x, g, r, w);
            let all: Vec<(usize, f64)> = x.iter().copied().chain(g.iter().map(|&(k, v)| (n + k, v))).collect();
            for &(i, a) in &all {
                rhs[i] -= w * a * r;
                for &(j, b) in &all {
                    dense[(i, j)] += w * a * b;
                }
            }
        };
        for i in 0..points {
            for _ in 0..K + 3 {
                let x: Vec<(usize, f64)> = (0..K).map(|k| (i * K + k, random())).collect();
                let g: Vec<(usize, f64)> = (0..G).map(|k| (k, random())).collect();
                add(&x, &g, random(), 0.7);
            }
            for k in 0..K {
                if i + 2 < points {
                    add(&[(i * K + k, 1.0), ((i + 1) * K + k, -2.0), ((i + 2) * K + k, 1.0)], &[], random(), 3.0);
                }
            }
        }
        (system, dense, rhs)
    }

    #[test]
    fn the_step_and_the_covariances_are_those_of_the_dense_matrix() {
        let (system, dense, rhs) = example(7);
        let factors = system.factor(0.0).unwrap();
        let inverse = dense.try_inverse().unwrap();
        let truth = &inverse * nalgebra::DVector::from_vec(rhs);
        let (x, g) = factors.solve(&system);
        for (i, v) in x.iter().chain(g.iter()).enumerate() {
            assert!((v - truth[i]).abs() < 1e-8, "{i}: {v} for {}", truth[i]);
        }
        let banded = factors.inverse_band();
        for frame in 0..7 {
            let block = factors.covariance(&banded, frame);
            let place = |k: usize| if k < K { frame * K + k } else { 7 * K + k - K };
            for a in 0..K + G {
                for b in 0..K + G {
                    assert!((block[(a, b)] - inverse[(place(a), place(b))]).abs() < 1e-8, "frame {frame} {a},{b}");
                }
            }
        }
    }

    #[test]
    fn a_system_that_says_nothing_about_an_unknown_is_refused() {
        let mut system = System::new(2 * K);
        system.add(&[(0, 1.0)], &[], 0.5, 1.0);
        assert!(system.factor(0.1).is_none());
    }
}
