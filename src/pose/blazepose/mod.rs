//! BlazePose: detector, rotated crop, landmarks, mask (formats in the model card).

mod detector;
mod landmarks;
pub mod outline;

pub use detector::{Anchors, Detector, decode_persons};
pub use landmarks::{Landmarker, refine};

use super::geometry::Roi;
use super::skeleton::{BLAZEPOSE_33, Layout};
use super::{Person, PoseError, PoseEstimator};
use crate::track::PoseObs;
use opencv::core::Mat;

/// Detector and landmark network of one worker.
pub struct BlazePose {
    detector: Detector,
    landmarker: Landmarker,
}

impl BlazePose {
    /// From the bytes of the two ONNX files.
    pub fn new(detector: &[u8], landmarks: &[u8]) -> Result<Self, PoseError> {
        Ok(BlazePose { detector: Detector::new(detector)?, landmarker: Landmarker::new(landmarks)? })
    }
}

impl PoseEstimator for BlazePose {
    fn detect(&mut self, image: &Mat) -> Result<Vec<Person>, PoseError> {
        self.detector.detect(image)
    }

    fn estimate(&mut self, image: &Mat, roi: Roi) -> Result<Option<(PoseObs, Roi)>, PoseError> {
        self.landmarker.estimate(image, roi)
    }

    fn layout(&self) -> &'static Layout {
        &BLAZEPOSE_33
    }
}
