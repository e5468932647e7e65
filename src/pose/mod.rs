//! Frames into poses: networks, crops, decoding of their outputs; skeleton layouts.
//!
//! [`Network::open`] finds and checks the model files; [`Network::detector`] finds people; [`Network::estimator`]
//! makes one estimator per worker, which [`follow::Follower`] runs over a stream of frames.

pub mod blazepose;
mod crop;
mod detector;
pub mod device;
mod error;
pub mod follow;
mod geometry;
pub mod models;
mod network;
pub mod pool;
pub mod runtime;
pub mod simcc;

pub use crop::{Crop, Letterbox, LetterboxMap};
pub use detector::PersonDetector;
pub use error::PoseError;
pub use geometry::{Affine, Roi};
pub use network::Network;

use crate::track::{Layout, PoseObs, RectPx};
use opencv::core::Mat;

/// Somebody the detector saw, in frame pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Person {
    /// Probability, 0…1.
    pub score: f64,
    /// The detector's own box: head and shoulders.
    pub head: RectPx,
    /// Where to look for the landmarks: the whole body and some room.
    pub roi: Roi,
}

/// A network that finds the pose of one person. One per worker: running needs `&mut`.
pub trait PoseEstimator: Send {
    /// The pose in a region and the region to look in on the next frame; none when nobody is there.
    fn estimate(&mut self, image: &Mat, roi: Roi) -> Result<Option<(PoseObs, Roi)>, PoseError>;
    fn layout(&self) -> &'static Layout;
}
