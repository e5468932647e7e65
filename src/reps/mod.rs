//! Repetitions and their events from the bar's height (SPEC 5.2, 5.3).

mod body;
mod drop;
mod events;
mod hold;
mod knee;
mod lift;
mod segment;
mod sureness;
mod types;
mod variant;

pub use drop::fastest_down;
pub use segment::segment;
pub use types::*;
