//! Levenberg–Marquardt over the whole clip, outliers weighed down as their residual grows.

use super::arrow::{Factors, System};
use super::evidence::{Evidence, Sighting};
use super::model::{G, Globals, K, State};

/// Residuals beyond this many σ count less and less (soft L1).
const OUTLIER: f64 = 2.0;
/// Few clips need more than 25, but those are given up in a worse place.
const MOST_STEPS: usize = 80;
/// A step that lowers the cost by less than this share ends the search.
const SETTLED: f64 = 3e-5;

/// The best body found from one start.
pub struct Solution {
    pub x: Vec<State>,
    pub g: Globals,
    /// Robust cost per row of sightings.
    pub cost: f64,
    pub converged: bool,
}

/// Half of the loss of a squared residual, and the weight of its rows.
fn soft(square: f64) -> (f64, f64) {
    let root = (1.0 + square / (OUTLIER * OUTLIER)).sqrt();
    (OUTLIER * OUTLIER * (root - 1.0), 1.0 / root)
}

fn cost(e: &Evidence, x: &[State], g: &Globals) -> f64 {
    let mut sum = 0.0;
    e.rows(x, g, &mut |rows, robust| {
        let square: f64 = rows.iter().map(|r| r.value * r.value).sum();
        sum += if robust { soft(square).0 } else { 0.5 * square };
    });
    sum
}

/// What one sighting costs.
pub fn sighting_cost(e: &Evidence, s: &Sighting, x: &State, g: &Globals) -> f64 {
    let rows = e.sighting_rows(s, x, g, e.crowding());
    soft(rows.iter().map(|r| r.value * r.value).sum()).0
}

/// The normal equations around a body.
pub fn assemble(e: &Evidence, x: &[State], g: &Globals, system: &mut System) {
    system.clear();
    e.rows(x, g, &mut |rows, robust| {
        let square: f64 = rows.iter().map(|r| r.value * r.value).sum();
        let weight = if robust { soft(square).1 } else { 1.0 };
        for row in rows {
            system.add(row.x(), row.g(), row.value, weight);
        }
    });
}

/// `None` where the problem has no solution at all (nothing seen).
pub fn solve(e: &Evidence, start: (Vec<State>, Globals)) -> Option<Solution> {
    let (mut x, mut g) = start;
    let mut system = System::new(e.frames * K);
    let mut now = cost(e, &x, &g);
    let mut damping = 1e-3;
    let mut converged = false;
    for _ in 0..MOST_STEPS {
        assemble(e, &x, &g, &mut system);
        let mut better = None;
        for _ in 0..6 {
            if let Some((next, cost)) = step(e, &system, (&x, &g), damping).filter(|(_, c)| *c < now) {
                damping = (damping * 0.3).max(1e-7);
                better = Some((next, cost));
                break;
            }
            damping *= 5.0;
        }
        let Some(((nx, ng), cost)) = better else {
            converged = true;
            break;
        };
        let gain = (now - cost) / now.max(1e-12);
        (x, g, now) = (nx, ng, cost);
        if gain < SETTLED {
            converged = true;
            break;
        }
    }
    let rows = (e.sightings.len() + e.bar.len()).max(1) as f64;
    (now.is_finite() && x.iter().flatten().all(|v| v.is_finite())).then_some(Solution { x, g, cost: now / rows, converged })
}

type Body = (Vec<State>, Globals);

fn step(e: &Evidence, system: &System, (x, g): (&[State], &Globals), damping: f64) -> Option<(Body, f64)> {
    let (dx, dg) = system.factor(damping)?.solve(system);
    let mut nx = x.to_vec();
    for (state, change) in nx.iter_mut().zip(dx.chunks_exact(K)) {
        for (v, d) in state.iter_mut().zip(change) {
            *v += d;
        }
    }
    let mut ng = *g;
    for k in 0..G {
        ng[k] += dg[k];
    }
    let c = cost(e, &nx, &ng);
    c.is_finite().then_some(((nx, ng), c))
}

/// The factored normal equations at a body, for its covariance.
pub fn factors(e: &Evidence, x: &[State], g: &Globals) -> Option<Factors> {
    let mut system = System::new(e.frames * K);
    assemble(e, x, g, &mut system);
    system.factor(0.0)
}
