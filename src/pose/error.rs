//! What can go wrong with networks and their runtime.

use crate::device::Device;
use crate::error::Error;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum PoseError {
    /// One of set-up's files is not installed.
    #[error("{what} is not installed: {file} was not found in {}", list(.looked))]
    Missing { what: &'static str, file: String, looked: Vec<PathBuf> },
    #[error("the runtime library {} cannot be loaded: {cause}", path.display())]
    Library { path: PathBuf, cause: String },
    /// The one that the user named.
    #[error("ORT_DYLIB_PATH names {}, which cannot be used: {cause}", path.display())]
    OwnLibrary { path: PathBuf, cause: String },
    #[error("{} is damaged: its sha256 is {got}, it must be {expected}", path.display())]
    Damaged { path: PathBuf, expected: String, got: String },
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// The user named a network that is not there.
    #[error("--model {name}: no such file, and none of heavy, full, lite")]
    UnknownModel { name: String },
    /// The user's own network is of a form that is not known.
    #[error("{} cannot be used as a pose network: {why}", path.display())]
    Unusable { path: PathBuf, why: String },
    /// The user asked for a device that is not there.
    #[error("--device {}: it cannot be used: {cause}", device.name())]
    NoDevice { device: Device, cause: String },
    #[error("inference failed: {cause}")]
    Inference { cause: String },
    #[error("the picture could not be prepared for the network: {0}")]
    Picture(#[from] opencv::Error),
    #[error("a pose worker stopped unexpectedly")]
    WorkerDied,
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}

impl From<PoseError> for Error {
    fn from(e: PoseError) -> Error {
        let message = e.to_string();
        match e {
            PoseError::Missing { .. } => Error::temporary(message, "run `make setup`"),
            PoseError::Library { .. } => {
                Error::temporary(message, "run `make setup`, or let ORT_DYLIB_PATH name a libonnxruntime of version 1.17 or later")
            }
            PoseError::OwnLibrary { .. } => {
                Error::usage(message, "let it name a libonnxruntime of version 1.17 or later, or unset it and run `make setup`")
            }
            PoseError::Damaged { .. } => Error::temporary(message, "delete the file, then run `make setup`"),
            PoseError::Read { .. } => Error::temporary(message, "run `make setup`"),
            PoseError::UnknownModel { .. } => Error::usage(message, "use heavy, full, lite or the path of an ONNX file"),
            PoseError::Unusable { .. } => {
                Error::usage(message, "bring a SimCC network (RTMPose, DWPose, SpinePose) with 17, 26 or 37 key points")
            }
            PoseError::NoDevice { device, .. } => Error::usage(message, device.way()),
            PoseError::Inference { .. } | PoseError::Picture(_) | PoseError::WorkerDied => Error::internal(message),
        }
        .because(e)
    }
}
