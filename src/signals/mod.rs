//! From the raw track to filtered channels, camera, scales, angles and the back index (SPEC 3–6.1).

mod angles;
mod back;
mod bar;
pub mod body;
mod build;
mod camera;
mod centres;
pub mod contour;
mod cut_off;
mod error;
mod fall;
mod fitted;
mod grid;
mod gridding;
mod joints;
mod landmarks;
mod observed;
mod pace;
mod plane;
mod plate;
mod proportions;
mod recording;
mod scale;
mod sizes;
mod sources;
pub mod stand;
mod time_base;
mod told;
mod types;
mod warning;
mod warnings;

pub use build::{build, movement};
pub use error::SignalsError;
pub use plane::Plane;
pub use proportions::{TRUNK_OF_STATURE, TYPICAL_STATURE_CM};

pub use sources::{RollSource, ScaleSource};
pub use told::Told;
pub use types::*;
pub use warning::{Warning, WarningCode};
