//! How a finding is named and what to do about it: which of a check's phrases speaks follows from the measure that decided, which side
//! of it from the thresholds (SPEC 11.3).

use super::phrase::{Phrase, Side};
use super::{CheckInfo, Measured};

/// The side of its thresholds on which a measured value is at fault, or would be.
fn side(m: &Measured, phrase: &Phrase) -> Option<Side> {
    match falls(Some(phrase), m.value, m.thresholds) {
        true => phrase.low.or(phrase.high),
        false => phrase.high.or(phrase.low),
    }
}

/// Whether a measure gets worse as it falls: the one place that says so. Its steps tell; those of a single limit are alike, and there the
/// measure's own side does. One with a fault on either side of a single limit is at fault on the side on which it lies.
pub fn falls(phrase: Option<&Phrase>, value: f64, [mild, _, severe]: [f64; 3]) -> bool {
    if severe != mild {
        return severe < mild;
    }
    phrase.is_some_and(|p| p.low.is_some() && (p.high.is_none() || value < mild))
}

/// What tells the faults of one check apart: a cue of its own, or the side of a measure that has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    code: &'static str,
    cue: Option<&'static str>,
    low: bool,
}

/// Which of its faults a check found, or would have.
pub fn way(info: &CheckInfo, m: &Measured) -> Way {
    let two_sided = phrase(info, m).is_some_and(|p| p.high.is_some() && p.low.is_some());
    Way { code: info.code, cue: spoken(info, m).and_then(|side| side.cue), low: two_sided && falls(phrase(info, m), m.value, m.thresholds) }
}

/// The phrase of the measure that decided.
pub fn phrase(info: &CheckInfo, m: &Measured) -> Option<&'static Phrase> {
    info.phrases.iter().find(|p| Some(p.measure) == m.measure)
}

fn spoken(info: &CheckInfo, m: &Measured) -> Option<Side> {
    phrase(info, m).and_then(|p| side(m, p))
}

/// The fault's name with its direction.
pub fn fault(info: &CheckInfo, m: &Measured) -> String {
    spoken(info, m).map_or_else(|| info.title.to_lowercase(), |side| (side.fault)(m))
}

/// What to say to the lifter: the case's own cue, the side's, or the check's.
pub fn cue(info: &CheckInfo, m: &Measured) -> &'static str {
    m.cue.or_else(|| spoken(info, m)?.cue).unwrap_or(info.cue)
}
