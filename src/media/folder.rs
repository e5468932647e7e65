//! A folder of pictures as a source: sorted by name, numbers by their value, at one rate.

use super::{Frame, FrameSource, MediaError, Output, SourceInfo, checked_size, to_bgr};
use crate::track::{Event, EventCode};
use opencv::core::Mat;
use opencv::{imgcodecs, prelude::*};
use std::path::{Path, PathBuf};

/// Rate of a folder when none is said, 1/s (our choice: the commonest of phone videos).
pub const DEFAULT_FPS: f64 = 30.0;

pub struct FolderSource {
    files: Vec<PathBuf>,
    /// Position in `files`; a picture that cannot be read leaves a gap in time, not a shift.
    at: usize,
    first: Option<Mat>,
    next_index: u32,
    info: SourceInfo,
}

impl FolderSource {
    /// `fps` is the rate the pictures were taken at; [`DEFAULT_FPS`] when not said.
    pub fn open(folder: &Path, fps: Option<f64>) -> Result<Self, MediaError> {
        super::quiet();
        let mut files = pictures(folder)?;
        let skipped = files.iter().position(|f| load(f).is_some()).ok_or_else(|| MediaError::NoFrames { path: folder.to_path_buf() })?;
        files.drain(..skipped);
        let first = load(&files[0]).ok_or_else(|| MediaError::NoFrames { path: folder.to_path_buf() })?;
        let (width_px, height_px) = checked_size(folder, &first, Output::Bgr)?;
        let mean_fps = fps.filter(|f| f.is_finite() && *f > 0.0).unwrap_or(DEFAULT_FPS);
        let info = SourceInfo {
            width_px,
            height_px,
            announced_frames: u32::try_from(files.len()).ok(),
            mean_fps,
            has_audio: Some(false),
            events: untimed(&files, fps, mean_fps),
            ..SourceInfo::default()
        };
        Ok(FolderSource { files, at: 0, first: Some(first), next_index: 0, info })
    }
}

/// A rate that nobody told is told as assumed.
fn untimed(files: &[PathBuf], fps: Option<f64>, assumed_fps: f64) -> Vec<Event> {
    let to_s = files.len() as f64 / assumed_fps;
    fps.is_none().then_some(Event { code: EventCode::Untimed, from_s: 0.0, to_s }).into_iter().collect()
}

/// The pictures of a folder in order; an error where there is none.
pub(super) fn pictures(folder: &Path) -> Result<Vec<PathBuf>, MediaError> {
    let entries = std::fs::read_dir(folder).map_err(|e| MediaError::io(folder, e))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|e| e.path())).filter(|p| p.is_file() && is_picture(p)).collect();
    files.sort_by_key(|p| natural_key(p));
    if files.is_empty() { Err(MediaError::FolderWithoutImages { path: folder.to_path_buf() }) } else { Ok(files) }
}

impl FrameSource for FolderSource {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        while let Some(file) = self.files.get(self.at) {
            let image = self.first.take().or_else(|| load(file));
            let time_s = self.at as f64 / self.info.mean_fps;
            self.at += 1;
            let Some(image) = image else { continue };
            if (image.cols(), image.rows()) != (self.info.width_px as i32, self.info.height_px as i32) {
                self.info.truncated = true;
                self.at = self.files.len();
                return Ok(None);
            }
            let index = self.next_index;
            self.next_index += 1;
            return Ok(Some(Frame { index, time_s, image }));
        }
        Ok(None)
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }
}

/// Upright by the picture's own orientation mark.
fn load(file: &Path) -> Option<Mat> {
    let image = imgcodecs::imread(file.to_str()?, imgcodecs::IMREAD_COLOR).ok()?;
    if image.empty() { None } else { to_bgr(image).ok() }
}

fn is_picture(path: &Path) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| ["png", "jpg", "jpeg"].contains(&e.to_ascii_lowercase().as_str()))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Value as digits without leading zeros: longer is larger.
    Number(usize, String),
    Text(String),
}

/// "frame2" before "frame10".
fn natural_key(path: &Path) -> Vec<Part> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let mut parts = vec![];
    let mut rest = name.as_str();
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let text = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (part, after) = rest.split_at(digits.max(text));
        parts.push(if digits > 0 {
            let value = part.trim_start_matches('0');
            Part::Number(value.len(), value.to_owned())
        } else {
            Part::Text(part.to_owned())
        });
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_sort_by_value() {
        let mut names: Vec<PathBuf> = ["f10.png", "f2.png", "f002b.png", "a.png", "f1.png"].iter().map(PathBuf::from).collect();
        names.sort_by_key(|p| natural_key(p));
        let sorted: Vec<&str> = names.iter().map(|p| p.to_str().unwrap()).collect();
        assert_eq!(sorted, ["a.png", "f1.png", "f2.png", "f002b.png", "f10.png"]);
    }
}
