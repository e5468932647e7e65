//! What a metric is collected from.

use crate::evaluate::truth::Truth;
use crate::pipeline::Assessment;
use crate::track::Track;

/// One analysed clip beside its truth.
pub struct Case<'a> {
    pub truth: &'a Truth,
    pub track: &'a Track,
    pub found: &'a Assessment,
    /// (index in `truth.reps`, index in `found.set.reps`).
    pub pairs: &'a [(usize, usize)],
}
