//! formcheck: deadlift form from one recorded video.
//!
//! Stages in one line, each importing only stages to its left (`tests/layers.rs` keeps that true):
//!
//! ```text
//! media ─▶ pose ─▶ track ─▶ signals ─▶ reps ─▶ patterns ─▶ report
//!                   bar ──┘
//! ```
//!
//! [`track::Track`] is the waist: left of it slow native code, right of it pure functions over
//! small serialisable values. `cli` and `batch` stand on top.

// The made-up set in `report::sample` is shared with `tests/` and `examples/`, so it names this crate from outside.
#[cfg(test)]
extern crate self as formcheck;

pub mod arms;
pub mod bar;
pub mod batch;
pub mod cli;
pub mod config;
pub mod error;
pub mod evaluate;
pub mod joints;
pub mod line;
pub mod math;
pub mod media;
pub mod patterns;
pub mod pose;
pub mod progress;
pub mod report;
pub mod reps;
pub mod signals;
pub mod track;

pub use error::{Error, ErrorKind};
