//! The effective configuration: every threshold and filter setting, with unit, range and source.
//!
//! Stage settings live here in [`Config`]; names of sections and keys are normative (SPEC 14.5).
//! Each value is declared once: default, unit, range, meaning, source, and by its type the direction of its steps. [`keys`] lists the
//! declarations; [`load`] refuses unknown keys, values out of range, reversed steps and limits that contradict each other.

mod checks;
mod instrument;
mod load;
mod score;
mod section;
mod stages;

pub use checks::*;
pub use instrument::{Centres, Facing, Instrument, Reading};
pub use load::{load, parse, render, value};
pub use score::{Deductions, Score, Weights};
pub use section::{Down, KeyDoc, Order, Up};
pub use stages::*;
