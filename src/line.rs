//! The whole line: a video in, a track, an assessment, files out. `cli` and `batch` call these.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::pose::Network;
pub use crate::progress::{Cancel, Progress, Silent, Stage};
use crate::report::Report;
use crate::reps::RepSet;
use crate::signals::Signals;
use crate::track::{self, Track};
use std::path::{Path, PathBuf};

/// Which network to run and how wide.
#[derive(Debug, Clone)]
pub struct ObserveOptions {
    /// "heavy", "full", "lite" or the path of an ONNX file.
    pub model: String,
    /// Pose workers, one session and one thread each.
    pub workers: usize,
}

impl Default for ObserveOptions {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        ObserveOptions { model: "heavy".into(), workers: cores.min(4) }
    }
}

/// Everything known about one set after the track: the right half of the line.
pub struct Assessment {
    pub signals: Signals,
    pub set: RepSet,
    pub report: Report,
}

/// Left half: decodes, runs the networks, follows the bar.
pub fn observe(video: &Path, options: &ObserveOptions, progress: &dyn Progress, cancel: &Cancel) -> Result<Track> {
    let network = Network::open(&options.model)?;
    track::observe(video, &network, options.workers, progress, cancel)
}

/// Right half: pure, milliseconds. `calibration` is the track of the calibration clip (SPEC 3.3).
pub fn assess(track: &Track, calibration: Option<&Track>, config: &Config) -> Result<Assessment> {
    let _ = (track, calibration, config);
    Err(Error::internal("not built yet"))
}

/// Which files of the contract to write.
#[derive(Debug, Clone, Copy)]
pub struct Outputs {
    pub video: bool,
    pub html: bool,
    pub stills: bool,
    pub clips: bool,
}

/// Writes the files of one analysed video into `dir`, each whole or not at all; returns their paths.
pub fn write(
    assessment: &Assessment,
    track: &Track,
    video: Option<&Path>,
    dir: &Path,
    outputs: Outputs,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Vec<PathBuf>> {
    let _ = (assessment, track, video, dir, outputs, progress, cancel);
    Err(Error::internal("not built yet"))
}
