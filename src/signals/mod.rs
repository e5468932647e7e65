//! From the raw track to filtered channels, camera, scales, angles and the back index (SPEC 3–6.1).

mod contour;
pub mod filter;
mod types;

pub use types::*;
