//! A recording of a training day: which parts of it are sets of deadlifts, who lifts, and what else is done.
//!
//! ```text
//! Track ─▶ posture ─▶ moves (rises, each with its exercise) ─▶ split ─▶ Day {sets, others}
//!                                                       reps ──┘
//! ```
//! A set is then [`crate::track::cut`] out and assessed as a clip of its own.

mod carry;
mod exercise;
mod lifters;
mod loads;
mod moves;
mod posture;
mod split;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
mod types;

pub use split::split;
pub use types::*;
