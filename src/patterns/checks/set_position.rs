//! The set position that several checks look at (SPEC 5.4).

use crate::patterns::verdict::Stop;
use crate::patterns::{Context, Reason};
use crate::reps::RepStart;

/// Why a rep has no set position of its own: touch-and-go reps and Romanian lifts know none, else it was not seen.
pub fn no_set_position(context: &Context) -> Stop {
    if context.rep.start == RepStart::TouchAndGo || context.romanian() {
        Stop::NotApplicable(Reason::VariantNa)
    } else {
        Stop::Cannot(Reason::TooFewFrames)
    }
}
