//! One file per check (SPEC 6–8).

pub mod d2;
pub mod e1;
pub mod e2;
pub mod e3;
mod e3_measures;
pub mod e4;
pub mod e5;
mod front;
pub mod p1;
pub mod p2;
pub mod p3;
pub mod p4;
pub mod p5;
pub mod p6;
pub mod p7;
pub mod s1;
pub mod s2;
pub mod s3;
pub mod s4;
pub mod s5;
pub mod s6;
pub mod s7;
pub mod s9;
pub mod t2;
pub mod unseen;

use super::verdict::Stop;
use super::{Context, Reason};
use crate::reps::RepStart;

/// Why a rep has no set position of its own: touch-and-go reps and Romanian lifts know none, else it was not seen.
fn no_set_position(context: &Context) -> Stop {
    if context.rep.start == RepStart::TouchAndGo || context.romanian() {
        Stop::NotApplicable(Reason::VariantNa)
    } else {
        Stop::Cannot(Reason::TooFewFrames)
    }
}
