//! Which network runs: found and checked once, then built once per worker.

use super::blazepose::Landmarker;
use super::models::{self, ModelFile};
use super::simcc::SimCc;
use super::{PersonDetector, PoseError, PoseEstimator};
use crate::track::ModelInfo;
use crate::track::skeleton::{BLAZEPOSE_33, Layout};
use std::path::Path;

/// Model files, found and checked; each session reads its own.
#[derive(Debug, Clone)]
pub struct Network {
    info: ModelInfo,
    detector: ModelFile,
    landmarks: ModelFile,
    /// BlazePose when none.
    own: Option<Own>,
}

/// What a user's own network needs to be known of it.
#[derive(Debug, Clone, Copy)]
struct Own {
    layout: &'static Layout,
    /// Width of its crop over the height.
    aspect: f64,
}

impl Network {
    /// `model` is "heavy", "full", "lite" or the path of a user's own ONNX file, which is tried once here.
    pub fn open(model: &str) -> Result<Self, PoseError> {
        let detector = || ModelFile::check(&models::find("the person detector", "pose_detection.onnx")?);
        if ["heavy", "full", "lite"].contains(&model) {
            let landmarks = ModelFile::check(&models::find("the pose network", &format!("pose_landmark_{model}.onnx"))?)?;
            let info = ModelInfo { name: format!("blazepose-{model}"), sha256: landmarks.sha256.clone() };
            return Ok(Network { info, detector: detector()?, landmarks, own: None });
        }
        let path = Path::new(model);
        if !path.is_file() {
            return Err(PoseError::UnknownModel { name: model.into() });
        }
        let (detector, landmarks) = (detector()?, ModelFile::check(path)?);
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let info = ModelInfo { name, sha256: landmarks.sha256.clone() };
        let tried = simcc(&landmarks)?;
        let own = Some(Own { layout: tried.layout(), aspect: tried.aspect() });
        Ok(Network { info, detector, landmarks, own })
    }

    /// Name and checksum for the track.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    pub fn layout(&self) -> &'static Layout {
        self.own.map_or(&BLAZEPOSE_33, |own| own.layout)
    }

    /// What finds people; loads no pose network.
    pub fn detector(&self) -> Result<PersonDetector, PoseError> {
        PersonDetector::new(&self.detector.path, self.own.map(|own| own.aspect))
    }

    /// One more estimator, with a session of its own; loads no detector.
    pub fn estimator(&self) -> Result<Box<dyn PoseEstimator>, PoseError> {
        Ok(match self.own {
            None => Box::new(Landmarker::new(&self.landmarks.path)?),
            Some(_) => Box::new(simcc(&self.landmarks)?),
        })
    }
}

/// A file that the runtime refuses is the user's to mend, as is one of another form.
fn simcc(network: &ModelFile) -> Result<SimCc, PoseError> {
    let unusable = |why: String| PoseError::Unusable { path: network.path.clone(), why };
    match SimCc::new(&network.path) {
        Ok(built) => built.map_err(unusable),
        Err(PoseError::Inference { cause }) => Err(unusable(cause)),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_and_unusable_files_are_usage_errors() {
        let e = crate::Error::from(Network::open("heavier").unwrap_err());
        assert_eq!(e.kind.exit_code(), 2);
        assert!(e.message.contains("heavier"));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "not a network").unwrap();
        // Without installed models the detector is what is missing: that is said first, with another code.
        let e = crate::Error::from(Network::open(&file.path().to_string_lossy()).unwrap_err());
        let installed = models::find("the person detector", "pose_detection.onnx").is_ok();
        assert_eq!(e.kind.exit_code(), if installed { 2 } else { 75 }, "{e}");
    }
}
