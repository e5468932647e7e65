//! What happened to a recording besides the lift: told once, where it begins and where it ends.

use serde::{Deserialize, Serialize};

/// Kinds of events; the name on paper is the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventCode {
    /// The coded picture changed its size; coordinates stay those of the first size.
    SizeChanged,
    /// The coded picture changed its sampling or depth.
    FormatChanged,
    /// Bits were lost: the pictures are guesses of the decoder.
    Damaged,
    /// No picture for longer than the rate explains.
    Gap,
    /// The stamps leap as no recording does: how much time passed is not known; it is counted as one step.
    Leap,
    /// The picture stood still and then jumped: the recorder stalled while time ran on.
    Stalled,
    /// Two half pictures of different moments in one; only the first of them is looked at.
    Interlaced,
    /// High dynamic range (HLG, PQ), shown as it is coded: paler than on its own screen.
    Hdr,
    /// The pictures carry no times of their own: a rate is assumed, and every speed and duration with it.
    Untimed,
    /// The file ends before its announced length.
    Truncated,
}

impl EventCode {
    /// Nothing seen in such a stretch can be trusted: what happened there was not recorded.
    pub fn hides_the_lift(self) -> bool {
        matches!(self, EventCode::Damaged | EventCode::Gap | EventCode::Leap | EventCode::Stalled)
    }
}

/// One stretch of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Event {
    /// What happened.
    pub code: EventCode,
    /// Seconds since the first shown frame; the last good frame before, for what is missing.
    pub from_s: f64,
    /// The first good frame after it; not less than `from_s`.
    pub to_s: f64,
}

impl Event {
    /// Whether it shares a moment with a stretch.
    pub fn touches(&self, from_s: f64, to_s: f64) -> bool {
        self.from_s <= to_s && self.to_s >= from_s
    }
}
