//! Which network runs: found, read and checked once, then built once per worker.

use super::blazepose::BlazePose;
use super::models::{self, ModelFile};
use super::skeleton::{BLAZEPOSE_33, Layout};
use super::{PoseError, PoseEstimator};
use crate::track::ModelInfo;

/// Model files in memory.
#[derive(Debug, Clone)]
pub struct Network {
    info: ModelInfo,
    detector: ModelFile,
    landmarks: ModelFile,
}

impl Network {
    /// `model` is "heavy", "full" or "lite".
    pub fn open(model: &str) -> Result<Self, PoseError> {
        if !["heavy", "full", "lite"].contains(&model) {
            return Err(PoseError::UnknownModel { name: model.into() });
        }
        let detector = ModelFile::read(&models::find("the person detector", "pose_detection.onnx")?)?;
        let landmarks = ModelFile::read(&models::find("the pose network", &format!("pose_landmark_{model}.onnx"))?)?;
        let info = ModelInfo { name: format!("blazepose-{model}"), sha256: landmarks.sha256.clone() };
        Ok(Network { info, detector, landmarks })
    }

    /// Name and checksum for the track.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    pub fn layout(&self) -> &'static Layout {
        &BLAZEPOSE_33
    }

    /// One more estimator, with sessions of its own.
    pub fn estimator(&self) -> Result<Box<dyn PoseEstimator>, PoseError> {
        Ok(Box::new(BlazePose::new(&self.detector.bytes, &self.landmarks.bytes)?))
    }
}
