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
mod held;
pub mod index;
pub mod isolated;
pub mod metrics;
pub mod pairs;
mod real;
mod run;
mod show;
mod stamp;
mod summary;
mod tables;
mod tables_checks;
mod tables_kit;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
pub mod truth;

pub use brief::brief;
pub use clips::{Clip, Known, discover};
pub use fitted::fitted;
pub use gate::{Bounds, Gate, gate};
pub use held::Held;
pub use real::{Real, RealCheck, RealRow, RealScore, Verdict};
pub use run::{Line, Options, RealLine, evaluate};
pub use show::{json, markdown, text};
pub use stamp::Stamp;
pub use summary::{ClipRow, Failure, Summary};
