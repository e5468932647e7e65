//! The effective configuration: every threshold and filter setting, with unit, range and source.
//!
//! Stage settings live here in [`Config`]; names of sections and keys are normative (SPEC 14.5).
//! [`docs::KEYS`] says for every key what it is, its unit, allowed range and source; a test keeps
//! the two in step, and [`load`] refuses unknown keys and values out of range.

mod checks;
pub mod docs;
mod instrument;
mod load;
mod section;
mod stages;

pub use checks::*;
pub use instrument::{Centres, Instrument, Reading};
pub use load::{load, parse, render, value};
pub use stages::*;
