//! How wrong the program is: analysed videos against known truth (SPEC 14).
//!
//! [`evaluate`] runs the line over a folder of truth files and labelled clips and gives a
//! [`Summary`]; [`text`], [`markdown`] and [`json`] show it; [`gate()`] holds it against bounds.

mod acceptance;
mod brief;
mod cache;
mod clips;
mod digitised;
pub mod dose;
mod fields;
mod fitted;
pub mod gate;
pub mod index;
pub mod isolated;
pub mod metrics;
mod real;
mod run;
mod show;
mod stamp;
mod tables;
mod tables_checks;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
pub mod truth;

pub use brief::brief;
pub use clips::{Clip, Known, discover};
pub use fitted::fitted;
pub use gate::{Bounds, Gate, gate};
pub use real::{Real, RealCheck, RealRow, RealScore, Verdict};
pub use run::{ClipRow, Failure, Line, Options, RealLine, Summary, evaluate};
pub use show::{json, markdown, text};
pub use stamp::Stamp;
