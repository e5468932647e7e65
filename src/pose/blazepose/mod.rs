//! BlazePose: detector, rotated crop, landmarks, mask (formats in the model card).

mod detector;
mod landmarks;
pub mod outline;

pub use detector::{Anchors, Detector, decode_persons};
pub use landmarks::{Landmarker, refine};
