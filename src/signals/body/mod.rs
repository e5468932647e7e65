//! One body fitted to the whole clip (SPEC 5.5): a planar chain on standing feet that holds the bar.
//!
//! [`model`] is the chain, [`evidence`] what is known of it, [`start`] where the search begins, [`solver`] the search,
//! [`uncertainty`] how sure the outcome is. All of it sees the picture in the gravity-aligned plane.

mod arrow;
mod evidence;
mod gather;
mod model;
mod read;
mod solver;
mod start;
#[cfg(test)]
mod tests;
mod trim;
mod uncertainty;

use super::fitted::MOST_COST;
pub use super::fitted::{Body, Channel, FittedJoint};
pub use gather::{Clip, FitError, Instrument};

/// Fits the body.
///
/// # Errors
/// Too little was seen, or no start led to a body that explains what was seen.
pub fn fit(clip: &Clip) -> Result<Body, FitError> {
    let evidence = gather::evidence(clip)?;
    let mut best: Option<solver::Solution> = None;
    for trust in [start::Trust::Seen, start::Trust::All] {
        if best.as_ref().is_some_and(|b| b.converged && b.cost < GOOD_COST) {
            break;
        }
        let found = solver::solve(&evidence, start::start(&evidence, trust));
        if let Some(found) = found.filter(|f| best.as_ref().is_none_or(|b| f.cost < b.cost)) {
            best = Some(found);
        }
    }
    let mut best = best.ok_or(FitError::NoSolution)?;
    let mut evidence = evidence;
    if !explains(&best) {
        // A last try without the moments that stand out.
        let trimmed = trim::trimmed(&evidence, &best);
        let again = trimmed.and_then(|e| Some((solver::solve(&e, start::start(&e, start::Trust::Seen))?, e)));
        if let Some((found, left)) = again.filter(|(found, _)| explains(found)) {
            // A clip with such moments is trusted half-way between what is left of it and one that is hardly explained.
            let cost = 0.5 * (found.cost + MOST_COST);
            (best, evidence) = (solver::Solution { cost, ..found }, left);
        }
    }
    if !explains(&best) {
        return Err(FitError::Unexplained { cost: best.cost });
    }
    read::body(clip, &evidence, &best).ok_or(FitError::NoSolution)
}

fn explains(s: &solver::Solution) -> bool {
    s.cost <= MOST_COST && (s.converged || s.cost <= GOOD_COST)
}

/// Mean robust cost per sighting of a body that explains what was seen (two axes of half a squared σ are 1, but marks
/// err alike from frame to frame, and the chain follows them): beyond it a second start is tried.
const GOOD_COST: f64 = 0.5;
