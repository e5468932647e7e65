//! Finding people: BlazePose's detector, with regions in the form that the pose network wants.

use super::blazepose::Detector;
use super::{Person, PoseError, Roi};
use crate::device::Device;
use opencv::core::Mat;
use std::path::Path;

/// Finds everybody in a frame. Holds the detector's session alone, so that a pass which only looks
/// for people does not load the much larger pose network.
pub struct PersonDetector {
    detector: Detector,
    upright_aspect: Option<f64>,
}

impl PersonDetector {
    /// From the detector's ONNX file. With `upright_aspect` (crop width over height) regions are not
    /// turned with the body and are tall enough for such a crop.
    pub fn new(detector: &Path, device: Device, upright_aspect: Option<f64>) -> Result<Self, PoseError> {
        Ok(PersonDetector { detector: Detector::new(detector, device)?, upright_aspect })
    }

    /// Everybody in a BGR frame, best first.
    pub fn detect(&mut self, image: &Mat) -> Result<Vec<Person>, PoseError> {
        let people = self.detector.detect(image)?;
        Ok(match self.upright_aspect {
            None => people,
            Some(aspect) => people.into_iter().map(|p| Person { roi: upright(p.roi, aspect), ..p }).collect(),
        })
    }
}

fn upright(roi: Roi, aspect: f64) -> Roi {
    Roi { rotation_rad: 0.0, size_px: roi.size_px / aspect.min(1.0), ..roi }
}
