//! Presentation of what the stages left of it found; it never computes a finding.

mod types;

pub use types::*;
