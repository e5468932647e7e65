//! The checks of the guide (SPEC 6–8), their registry and the score (SPEC 11).

mod types;

pub use types::*;

/// All checks, in the order of reports.
pub static CHECKS: &[&dyn Check] = &[];
