//! Which network runs: found and checked once, then built once per worker.

use super::blazepose::Landmarker;
use super::device::{self, Chosen, Devices, Points};
use super::models::{self, ModelFile};
use super::simcc::SimCc;
use super::{PersonDetector, PoseError, PoseEstimator, Roi, runtime};
use crate::device::Device;
use crate::track::ModelInfo;
use crate::track::skeleton::{BLAZEPOSE_33, Layout};
use opencv::core::{Mat, MatTraitConst, Vec3b};
use std::path::Path;

/// Model files, found and checked; each session reads its own.
#[derive(Debug, Clone)]
pub struct Network {
    info: ModelInfo,
    detector: ModelFile,
    landmarks: ModelFile,
    /// BlazePose when none.
    own: Option<Own>,
    device: Device,
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
            return Ok(Network { info, detector: detector()?, landmarks, own: None, device: Device::Cpu });
        }
        let path = Path::new(model);
        if !path.is_file() {
            return Err(PoseError::UnknownModel { name: model.into() });
        }
        let (detector, landmarks) = (detector()?, ModelFile::check(path)?);
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let info = ModelInfo { name, sha256: landmarks.sha256.clone() };
        let tried = simcc(&landmarks, Device::Cpu)?;
        let own = Some(Own { layout: tried.layout(), aspect: tried.aspect() });
        Ok(Network { info, detector, landmarks, own, device: Device::Cpu })
    }

    /// The same network on another device, and what there is to say about it. Without this call it runs on the processor.
    pub fn on(self, wanted: Device) -> Result<(Self, Option<String>), PoseError> {
        let Chosen { device, note } = device::choose(wanted, &self)?;
        Ok((Network { device, ..self }, note))
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
        PersonDetector::new(&self.detector.path, self.device, self.own.map(|own| own.aspect))
    }

    /// One more estimator, with a session of its own; loads no detector.
    pub fn estimator(&self) -> Result<Box<dyn PoseEstimator>, PoseError> {
        Ok(match self.own {
            None => Box::new(Landmarker::new(&self.landmarks.path, self.device)?),
            Some(_) => Box::new(simcc(&self.landmarks, self.device)?),
        })
    }
}

/// A rendered lifter who stands before the bar, 256 × 256.
static STORED: &[u8] = include_bytes!("reference.jpg");

impl Devices for Network {
    fn offered(&self) -> Result<Vec<Device>, PoseError> {
        runtime::offered()
    }

    fn points(&self, device: Device) -> Result<Points, PoseError> {
        let picture = stored()?;
        let side = f64::from(picture.cols());
        let whole = Roi { x_px: side / 2.0, y_px: side / 2.0, size_px: side, rotation_rad: 0.0 };
        let found = Network { device, ..self.clone() }.estimator()?.estimate(&picture, whole)?;
        let place = |l: &crate::track::LandmarkObs| [l.x_px as f32, l.y_px as f32];
        Ok(found.map(|(pose, _)| pose.landmarks.iter().map(place).collect()).unwrap_or_default())
    }
}

/// The stored picture in BGR.
fn stored() -> Result<Mat, PoseError> {
    let rgb = image::load_from_memory(STORED).map_err(|e| PoseError::Inference { cause: format!("the stored picture: {e}") })?.to_rgb8();
    let bgr: Vec<Vec3b> = rgb.pixels().map(|p| Vec3b::from([p[2], p[1], p[0]])).collect();
    Ok(Mat::from_slice(&bgr)?.reshape(3, rgb.height() as i32)?.try_clone()?)
}

/// A file that the runtime refuses is the user's to mend, as is one of another form.
fn simcc(network: &ModelFile, device: Device) -> Result<SimCc, PoseError> {
    let unusable = |why: String| PoseError::Unusable { path: network.path.clone(), why };
    match SimCc::new(&network.path, device) {
        Ok(built) => built.map_err(unusable),
        Err(PoseError::Inference { cause }) => Err(unusable(cause)),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_picture_shows_a_lifter() {
        assert_eq!(stored().unwrap().rows(), 256);
        let network = match Network::open("lite") {
            Ok(network) => network,
            // Set-up may be missing on a developer's machine; where the tests decide it may not.
            Err(e) if std::env::var_os("CI").is_none() => {
                eprintln!("the networks are not installed, so none is asked (`make setup` installs them): {e}");
                return;
            }
            Err(e) => panic!("{e}; `make setup` installs it"),
        };
        assert_eq!(network.points(Device::Cpu).unwrap().len(), 33);
        let (network, note) = network.on(Device::Cpu).unwrap();
        assert!(network.device == Device::Cpu && note.is_none());
    }

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
