//! The back's shape in a set position (SPEC 3.3, 6.1).

use super::repetition::Repetition;
use crate::numeric::median;

/// Longest stretch before lift-off that tells the set position's shape, s, and how far the trunk's angle may be from
/// its angle at lift-off in it (our choice: noise of the outline against a lifter who still moves).
const STEADY_S: f64 = 1.0;
const SAME_TRUNK_DEG: f64 = 4.0;
/// Error of the set position's shape, per spread of its means over spells of this length, s, within that second: a loose shirt swings
/// slowly, so that the second holds few readings of its own (`docs/calibration.md`).
const SLOW_NOISE: f64 = 2.5;
const SPELL_S: f64 = 0.2;

/// B in the set position and its error by its spread there. Outlines flicker for some tenths of a second: all of the last second in
/// which the trunk kept its angle counts, at least the set position itself (SPEC 3.3).
pub fn set_shape(context: &Repetition, [from, to]: [f64; 2]) -> Option<(f64, f64)> {
    let trunk = &context.signals.angles.trunk_deg;
    let angle = context.value_at(trunk, to);
    let kept = |i: usize| trunk.get(i).copied().flatten().zip(angle).is_some_and(|(t, a)| (t - a).abs() < SAME_TRUNK_DEG);
    let earlier = context.set.reps.iter().filter_map(|r| r.floor_s).filter(|f| *f < from).fold(f64::NEG_INFINITY, f64::max);
    let window = [(to - STEADY_S).max(earlier).min(from), to];
    let known = context.back_samples(&context.signals.back.index, window);
    let counted: Vec<(usize, f64)> = known.into_iter().filter(|s| context.time(s.0) >= from || kept(s.0)).collect();
    let middle = median(counted.iter().map(|s| s.1))?;
    // Of spells, not of frames: what flickers from frame to frame leaves the median alone.
    let spell = |s: &(usize, f64)| ((to - context.time(s.0)) / SPELL_S) as usize;
    let means = counted.chunk_by(|a, b| spell(a) == spell(b)).map(|c| c.iter().map(|s| s.1).sum::<f64>() / c.len() as f64);
    let apart: Vec<f64> = means.map(|mean| (mean - middle).powi(2)).collect();
    let spread = (apart.iter().sum::<f64>() / apart.len() as f64).sqrt();
    Some((middle, SLOW_NOISE * spread))
}

/// A back that reads so much flatter than the moment it is held against was not read rightly at one of the two, degrees (our choice: clean
/// repetitions read -21 to 10, twice their error; what lies below is the plate's edge, an arm or a shirt).
const MOST_FLATTER_DEG: f64 = 25.0;

/// A change of the back's index within a repetition, where it can be one.
pub fn credible(change: f64, context: &Repetition) -> Option<f64> {
    (change / context.index_per_deg() > -MOST_FLATTER_DEG).then_some(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::patterns::testkit::Lift;

    #[test]
    fn a_back_does_not_straighten_by_thirty_degrees_but_may_by_twenty() {
        let (signals, set) = Lift::default().build();
        let config = Config::default();
        let rep = Repetition { signals: &signals, set: &set, rep: &set.reps[0], config: &config, back_range: None };
        let change = |degrees: f64| credible(degrees * rep.index_per_deg(), &rep);
        assert!(change(-30.0).is_none());
        assert!(change(-20.0).is_some() && change(40.0).is_some(), "a back may round by any amount");
    }
}
