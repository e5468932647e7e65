//! formcheck: deadlift form from one recorded video.
//!
//! Two wings that never meet, and what both stand on (`tests/layers.rs` keeps that true):
//!
//! ```text
//!                     cli
//!            batch        evaluate
//!                  pipeline               observe → Track → assess → Report → files
//!                   report
//!                  patterns
//!                    reps
//!      signals                  observe
//!                           pose  media  bar
//!                   track
//!     numeric  files  config  progress  error
//! ```
//!
//! [`track::Track`] is the waist: the right wing's slow native code writes it, the left wing is pure functions
//! over small serialisable values.

// The made-up set in `report::sample` is shared with `tests/` and `examples/`, so it names this crate from outside.
#[cfg(test)]
extern crate self as formcheck;

#[cfg(feature = "vision")]
pub mod bar;
pub mod batch;
pub mod cli;
pub mod config;
pub mod day;
pub mod error;
pub mod evaluate;
pub mod files;
pub mod isolate;
#[cfg(feature = "vision")]
pub mod media;
pub mod numeric;
#[cfg(feature = "vision")]
pub mod observe;
pub mod patterns;
pub mod pipeline;
#[cfg(feature = "vision")]
pub mod pose;
pub mod progress;
pub mod report;
pub mod reps;
pub mod signals;
pub mod track;

pub use error::{Error, ErrorKind};
