//! Repetitions and their events from the bar's height (SPEC 5.2, 5.3).

mod types;

pub use types::*;
