//! Files for OpenSim, as Sports2D writes them: markers in `.trc` (metres), angles in `.mot` (degrees).
//!
//! X is forward (where the toes point), Y is up from the floor, Z is 0: one camera sees one plane.
//! One row per decoded frame. What is not known is an empty cell in the `.trc` and `NaN` in the
//! `.mot`, whose readers take words apart at white space; never 0.

mod angles;
mod markers;

pub use angles::to_mot;
pub use markers::to_trc;

use super::series::At;
use crate::error::Result;
use crate::files::write_whole;
use crate::signals::{Joint, JointTrack, Side, Signals, Told};
use crate::track::VideoInfo;
use std::path::{Path, PathBuf};

/// One kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Trc,
    Mot,
}

impl Format {
    pub fn extension(self) -> &'static str {
        match self {
            Format::Trc => "trc",
            Format::Mot => "mot",
        }
    }
}

/// Writes `<stem of the video>.trc` or `.mot` into `dir`; `None` when there is no scale to turn
/// pixels into metres.
pub fn write(format: Format, signals: &Signals, video: &VideoInfo, dir: &Path) -> Result<Option<PathBuf>> {
    let stem = Path::new(&video.file_name).file_stem().map_or_else(|| "video".into(), |s| s.to_string_lossy().into_owned());
    let name = format!("{stem}.{}", format.extension());
    let text = match format {
        Format::Trc => to_trc(signals, video.mean_fps, &name),
        Format::Mot => Some(to_mot(signals)),
    };
    let path = dir.join(&name);
    text.map(|text| write_whole(&path, text.as_bytes()).map(|()| path)).transpose()
}

/// The joints of the lifter's right and left side.
fn sides<'a>(signals: &'a Signals, told: &'a Told) -> [(Side, &'a [JointTrack]); 2] {
    let (near, far) = (told.near_joints.as_slice(), signals.far_joints.as_slice());
    match signals.near {
        Side::Right => [(Side::Right, near), (Side::Left, far)],
        Side::Left => [(Side::Right, far), (Side::Left, near)],
    }
}

/// A joint's place in the plane, px forward and up, where it may be measured with.
fn place(joints: &[JointTrack], joint: Joint, at: Option<At>) -> Option<[f64; 2]> {
    let (track, at) = (joints.get(joint as usize)?, at?);
    Some([at.value(&track.forward_px)?, at.value(&track.up_px)?])
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    #[test]
    fn files_bear_the_videos_name_and_without_a_scale_there_are_no_metres() {
        let folder = tempfile::tempdir().unwrap();
        let mut s = sample::build(Case::Clean);
        s.track.video.file_name = "set 3.mov".into();
        let path = write(Format::Trc, &s.signals, &s.track.video, folder.path()).unwrap().unwrap();
        assert_eq!(path, folder.path().join("set 3.trc"));
        s.signals.scale.body_px_per_cm = None;
        assert!(write(Format::Trc, &s.signals, &s.track.video, folder.path()).unwrap().is_none());
        assert!(write(Format::Mot, &s.signals, &s.track.video, folder.path()).unwrap().is_some());
    }
}
