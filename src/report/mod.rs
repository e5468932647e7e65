//! Presentation of what the stages left of it found; it never computes a finding.
//!
//! One file per form: [`json`], [`series`], [`terminal`], [`html`], the second decode in
//! `annotate` with its stills, [`opensim`]'s two files, and [`compare`] for two sets.

#[cfg(feature = "vision")]
pub mod annotate;
pub mod assemble;
pub mod charts;
pub mod compare;
pub mod html;
pub mod json;
mod letters;
pub mod metric_docs;
pub mod opensim;
pub mod praise;
pub mod reasons;
pub mod recording;
mod sealed;
pub mod series;
mod sketch;
pub mod still;
pub mod style;
pub mod terminal;
mod types;
pub mod unjudged;
pub mod words;

#[cfg(test)]
pub(crate) mod sample;

pub use still::Still;
pub use types::*;
