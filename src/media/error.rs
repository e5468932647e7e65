//! What can be wrong with an input, with the facts a person needs.

use crate::error::Error;
use std::path::PathBuf;

/// Smallest side of a picture that is looked at, px.
pub const MIN_SIDE_PX: u32 = 64;

#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    #[error("{}: no such file or folder", path.display())]
    NotFound { path: PathBuf },
    #[error("{}: a folder without png or jpg pictures", path.display())]
    FolderWithoutImages { path: PathBuf },
    #[error("{}: the file is empty", path.display())]
    Empty { path: PathBuf },
    /// `found` completes the sentence: "it is a text file", "it has no picture, only sound", …
    #[error("{}: not a video that can be read: {found}", path.display())]
    NotAVideo { path: PathBuf, found: &'static str },
    #[error("{}: no frame could be decoded", path.display())]
    NoFrames { path: PathBuf },
    #[error("{}: the picture is {width_px} × {height_px} pixels, at least {MIN_SIDE_PX} on each side are needed", path.display())]
    TooSmall { path: PathBuf, width_px: u32, height_px: u32 },
    #[error("{}: the picture claims {width_px} × {height_px} pixels, more than any camera records", path.display())]
    TooLarge { path: PathBuf, width_px: u32, height_px: u32 },
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: decoding failed after frame {after_frame}: {source}", path.display())]
    Decoding { path: PathBuf, after_frame: u32, source: opencv::Error },
    /// The thread that decodes ahead ended without a word.
    #[error("the decoder stopped unexpectedly")]
    DecoderDied,
}

impl MediaError {
    /// Tells "is not there", "may not be read" and other faults of the file system apart.
    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            std::io::ErrorKind::NotFound => MediaError::NotFound { path },
            _ => MediaError::Unreadable { path, source },
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            MediaError::NotFound { .. } => "check the path",
            MediaError::FolderWithoutImages { .. } => {
                "name a video file, a folder of numbered png or jpg pictures, or use `formcheck batch` for a folder of videos"
            }
            MediaError::Empty { .. } => "copy the file again from the camera; the transfer was probably cut off",
            MediaError::NotAVideo { .. } => "give a recorded video, for example .mp4, .mov, .mkv or .webm",
            MediaError::NoFrames { .. } => "play the file in a video player; if it plays there, convert it to H.264 .mp4 and try again",
            MediaError::TooSmall { .. } => "record at 720p or more: the lifter should be at least 350 pixels tall",
            MediaError::TooLarge { .. } => "convert it to 8192 × 4320 or less; 1920 × 1080 is plenty",
            MediaError::Unreadable { .. } => "check who may read the file",
            MediaError::Decoding { .. } => "convert the file to H.264 .mp4 and try again",
            MediaError::DecoderDied => "please report it with the command you ran",
        }
    }
}

impl From<MediaError> for Error {
    fn from(e: MediaError) -> Error {
        let hint = e.hint();
        match e {
            MediaError::DecoderDied => Error::internal(e.to_string()),
            _ => Error::input(e.to_string(), hint).because(e),
        }
    }
}
