//! The back's shape in a set position (SPEC 3.3, 6.1).

use super::repetition::Repetition;
use crate::numeric::median_and_mad;

/// Longest stretch before lift-off that tells the set position's shape, s, and how far the trunk's angle may be from
/// its angle at lift-off in it (our choice: noise of the outline against a lifter who still moves).
const STEADY_S: f64 = 1.0;
const SAME_TRUNK_DEG: f64 = 4.0;
/// B in the set position and its spread there. Outlines flicker for some tenths of a second: all of the last second in
/// which the trunk kept its angle counts, at least the set position itself (SPEC 3.3).
pub fn set_shape(context: &Repetition, [from, to]: [f64; 2]) -> Option<(f64, f64)> {
    let trunk = &context.signals.angles.trunk_deg;
    let angle = context.value_at(trunk, to);
    let kept = |i: usize| trunk.get(i).copied().flatten().zip(angle).is_some_and(|(t, a)| (t - a).abs() < SAME_TRUNK_DEG);
    let earlier = context.set.reps.iter().filter_map(|r| r.floor_s).filter(|f| *f < from).fold(f64::NEG_INFINITY, f64::max);
    let window = [(to - STEADY_S).max(earlier).min(from), to];
    let known = context.back_samples(&context.signals.back.index, window);
    let values: Vec<f64> = known.iter().filter(|s| context.time(s.0) >= from || kept(s.0)).map(|s| s.1).collect();
    let (middle, mad) = median_and_mad(&values)?;
    Some((middle, 1.4826 * mad))
}
