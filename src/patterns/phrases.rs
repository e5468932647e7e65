//! How a finding is named and what to do about it: which of a check's phrases speaks follows from the measure that decided, which side
//! of it from the thresholds (SPEC 11.3).

use super::phrase::{Phrase, Side};
use super::{CheckInfo, Measured};

/// The side of its thresholds on which a measured value is at fault, or would be.
fn side(m: &Measured, phrase: &Phrase) -> Option<Side> {
    match (phrase.high, phrase.low) {
        (Some(high), Some(low)) => Some(if is_low(m) { low } else { high }),
        (high, low) => high.or(low),
    }
}

fn is_low(m: &Measured) -> bool {
    let [mild, _, severe] = m.thresholds;
    severe < mild || (severe == mild && m.value < mild)
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
    Way { code: info.code, cue: spoken(info, m).and_then(|side| side.cue), low: two_sided && is_low(m) }
}

fn phrase(info: &CheckInfo, m: &Measured) -> Option<&'static Phrase> {
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
