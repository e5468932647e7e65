//! How wrong the program is: analysed videos against known truth (SPEC 14).

pub mod dose;
mod fields;
pub mod index;
pub mod metrics;
pub mod truth;
