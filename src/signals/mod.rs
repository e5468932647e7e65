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
mod fall;
mod fitted;
mod joints;
mod landmarks;
mod pace;
mod plane;
mod recording;
mod scale;
mod sources;
pub mod stand;
mod types;

pub use build::{SignalsError, build, known_share, movement};
pub use plane::Plane;

pub use sources::{RollSource, ScaleSource};
pub use types::*;
