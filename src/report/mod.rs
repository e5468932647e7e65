//! Presentation of what the stages left of it found; it never computes a finding.
//!
//! One file per form: [`json`], [`series`], [`terminal`], [`html`], the second decode in
//! `annotate` with its stills, [`opensim`]'s two files, and [`compare`] for two sets.

#[cfg(feature = "vision")]
pub(crate) mod annotate;
mod asked;
pub(crate) mod assemble;
pub(crate) mod charts;
pub(crate) mod compare;
pub(crate) mod html;
pub mod json;
mod letters;
pub(crate) mod opensim;
pub(crate) mod praise;
pub(crate) mod reasons;
pub(crate) mod recording;
mod sealed;
pub(crate) mod series;
mod sketch;
pub(crate) mod still;
pub(crate) mod style;
pub(crate) mod terminal;
mod types;
pub(crate) mod unjudged;
pub(crate) mod words;

#[cfg(test)]
pub(crate) mod sample;

// The words of the values below belong to who finds them; a reader of reports looks for them here.
pub use crate::patterns::{Level, Reason, Severity, Status};
pub use crate::reps::{Likely, RepKind, Style, Variant};
pub use crate::signals::{Facing, RollSource, ScaleSource, View, Warning, WarningCode};
#[doc(hidden)]
pub use assemble::config_sha256;
pub(crate) use still::Still;
pub use types::*;
