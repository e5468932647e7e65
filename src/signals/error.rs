//! Why no signals can be made of a track.

use crate::error::Error;

/// Why no signals can be made of a track.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignalsError {
    #[error("the track's landmark layout \"{0}\" is not known to this program")]
    UnknownSkeleton(String),
    #[error("{0}")]
    Instrument(String),
    #[error("a person was found in {found} of {frames} frames only")]
    NoPerson { found: usize, frames: usize },
}

impl From<SignalsError> for Error {
    fn from(e: SignalsError) -> Error {
        let hint = match e {
            SignalsError::UnknownSkeleton(_) => "analyse the video again with this program",
            SignalsError::Instrument(_) => "`formcheck config` prints what an instrument holds",
            SignalsError::NoPerson { .. } => "film one lifter from the side, whole body in the picture, in good light",
        };
        Error::input(e.to_string(), hint).because(e)
    }
}
