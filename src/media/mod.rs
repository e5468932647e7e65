//! Files into upright frames with true time stamps (SPEC 5.1 step 1).
//!
//! [`open`] gives a [`FrameSource`] for a video (FFmpeg's libraries) or a folder of pictures;
//! [`SyntheticSource`] draws frames for tests; [`Prefetch`] decodes ahead on a thread of its own.
//! What else the file does (damage, gaps, leaps, another size) is told in [`SourceInfo::events`].

mod boxes;
mod clock;
#[allow(unsafe_code, reason = "FFmpeg is C: what it owns is reached through pointers")]
mod decode;
#[allow(unsafe_code, reason = "FFmpeg is C: what it owns is reached through pointers")]
mod encode;
mod error;
mod folder;
mod hash;
mod part;
mod prefetch;
mod synthetic;
mod video;

pub use clock::{Clock, Stamp};
pub use decode::{MAX_PIXELS, Output, Skip, libraries};
pub use encode::{SoundFrom, VideoWriter, WriterApart, Written, best_codec, even};
pub use error::{MIN_SIDE_PX, MediaError};
pub use folder::FolderSource;
pub use hash::sha256_file;
pub use part::Part;
pub use prefetch::Prefetch;
pub use synthetic::SyntheticSource;
pub use video::VideoSource;

use crate::track::Event;
use opencv::core::{self, Mat};
use opencv::{imgproc, prelude::*};
use std::path::Path;
use std::sync::Once;

/// One decoded picture.
pub struct Frame {
    /// Counts shown frames from 0.
    pub index: u32,
    /// Seconds since the first shown frame, strictly rising.
    pub time_s: f64,
    /// Upright, of one size throughout: 8-bit BGR where no other [`Output`] was asked for.
    pub image: Mat,
}

/// What is known about a source; `truncated`, `repaired_times` and what happened are final once it has ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceInfo {
    /// Size of the upright picture.
    pub width_px: u32,
    pub height_px: u32,
    /// The container's own count, which may be wrong; none when it has none.
    pub announced_frames: Option<u32>,
    /// The container's mean rate (the folder's rate for pictures); not to be used for times.
    pub mean_fps: f64,
    /// Rotation that was applied to make the picture upright: 0, 90, 180 or 270.
    pub rotation_deg: i32,
    /// The container's creation time, RFC 3339.
    pub created: Option<String>,
    /// Frames per second at which the camera recorded, where the container says so.
    pub capture_fps: Option<f64>,
    /// Whether there is a sound track; none when the container was not understood.
    pub has_audio: Option<bool>,
    /// The file ended before its announced length.
    pub truncated: bool,
    /// Frames whose time stamp was missing or did not rise and was replaced.
    pub repaired_times: u32,
    /// The first shown frame on the file's own clock, s: there its sound belongs.
    pub start_s: f64,
    /// What happened to the recording, by its beginning.
    pub events: Vec<Event>,
    /// First frames of another shape: what they show is placed and scaled anew, as after a cut.
    pub reshaped_s: Vec<f64>,
}

impl SourceInfo {
    /// What a person should know about the file, in sentences; complete once the source has ended.
    pub fn warnings(&self) -> Vec<String> {
        let mut out = vec![];
        if self.truncated {
            out.push("the file ends before its announced length: what could be decoded was kept".into());
        }
        if self.repaired_times > 0 {
            out.push(format!("{} time stamps were missing or did not rise and were replaced from the frame rate", self.repaired_times));
        }
        out
    }
}

/// Something that shows frames in order.
pub trait FrameSource: Send {
    /// The next frame, `None` after the last. A damaged tail ends the source; it is no error.
    fn next(&mut self) -> Result<Option<Frame>, MediaError>;
    /// The same; where `wanted` says no to a frame's time its image may be empty, which saves making it.
    fn next_if(&mut self, _wanted: &mut dyn FnMut(f64) -> bool) -> Result<Option<Frame>, MediaError> {
        self.next()
    }
    /// Before the first frame was taken: frames before the one with this index and time (s) may be left out where that saves decoding them.
    fn skip_to(&mut self, _index: u32, _time_s: f64) -> Result<(), MediaError> {
        Ok(())
    }
    fn info(&self) -> &SourceInfo;
}

/// How to open a source.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// Rate of a folder of pictures, 1/s; 30 when not said. A video has its own times.
    pub folder_fps: Option<f64>,
    /// Threads of the video decoder; one per core, four at most, when not said. The pictures are the same.
    pub decoder_threads: Option<u32>,
    /// Form of a video's pictures: a stage converts only what it looks at.
    pub output: Output,
    /// Longest side of a video's pictures, px; never enlarged.
    pub long_side_px: Option<u32>,
    /// Pictures of a video that may be left out: frames are then counted without them.
    pub skip: Skip,
    /// A third faster and blocky: for a look round, not for measuring.
    pub rough: bool,
}

/// Opens a video file or a folder of pictures.
pub fn open(path: &Path) -> Result<Box<dyn FrameSource>, MediaError> {
    open_with(path, &OpenOptions::default())
}

/// [`open`] with options.
pub fn open_with(path: &Path, options: &OpenOptions) -> Result<Box<dyn FrameSource>, MediaError> {
    quiet();
    let meta = std::fs::metadata(path).map_err(|e| MediaError::io(path, e))?;
    Ok(if meta.is_dir() { Box::new(FolderSource::open(path, options.folder_fps)?) } else { Box::new(VideoSource::open(path, options)?) })
}

/// Silences OpenCV, which prints to standard error on its own, and keeps it from starting threads that would
/// compete with the pose workers. [`open`] calls it too. Variables that the user has set are left alone.
pub fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // OpenCV has read its own variable already, when it was loaded.
        if std::env::var_os("OPENCV_LOG_LEVEL").is_none() {
            // Fails only by an exception that no build throws; noise is the worst outcome.
            let _ = core::set_log_level(core::LogLevel::LOG_LEVEL_SILENT);
        }
        // Fails only where OpenCV was built without threads, which is what is asked for.
        let _ = core::set_num_threads(1);
    });
}

/// Any 8- or 16-bit gray, BGR or BGRA picture as 8-bit BGR.
fn to_bgr(image: Mat) -> opencv::Result<Mat> {
    let image = match image.depth() {
        core::CV_16U => {
            let mut out = Mat::default();
            image.convert_to(&mut out, core::CV_8U, 1.0 / 257.0, 0.0)?;
            out
        }
        _ => image,
    };
    let code = match image.channels() {
        1 => imgproc::COLOR_GRAY2BGR,
        4 => imgproc::COLOR_BGRA2BGR,
        _ => return Ok(image),
    };
    let mut out = Mat::default();
    imgproc::cvt_color_def(&image, &mut out, code)?;
    Ok(out)
}

/// Upright size of a picture, refused below [`MIN_SIDE_PX`].
fn checked_size(path: &Path, image: &Mat, output: Output) -> Result<(u32, u32), MediaError> {
    let (width_px, rows) = (image.cols().unsigned_abs(), image.rows().unsigned_abs());
    let height_px = if output == Output::I420 { rows / 3 * 2 } else { rows };
    if width_px < MIN_SIDE_PX || height_px < MIN_SIDE_PX {
        return Err(MediaError::TooSmall { path: path.to_path_buf(), width_px, height_px });
    }
    Ok((width_px, height_px))
}

#[cfg(test)]
mod tests;
