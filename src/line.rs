//! The whole line: a video in, a track, an assessment, files out. `cli` and `batch` call these.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::report::Report;
use crate::reps::RepSet;
use crate::signals::Signals;
use crate::track::Track;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// Set by Ctrl-C; stages look at it between frames.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    pub fn check(&self) -> Result<()> {
        if self.is_set() { Err(Error::interrupted()) } else { Ok(()) }
    }
}

/// Where a run is. Names are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Scout,
    Pose,
    Assess,
    Annotate,
    Write,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Stage::Scout => "looking through",
            Stage::Pose => "pose and bar",
            Stage::Assess => "assessing",
            Stage::Annotate => "annotating",
            Stage::Write => "writing",
        }
    }
}

/// What a run tells while it goes on.
pub trait Progress: Send + Sync {
    fn stage(&self, _stage: Stage, _frames_total: Option<u64>) {}
    fn frames(&self, _done: u64) {}
    fn warn(&self, _message: &str) {}
}

/// Says nothing.
pub struct Silent;
impl Progress for Silent {}

/// Everything known about one set after the track: the right half of the line.
pub struct Assessment {
    pub signals: Signals,
    pub set: RepSet,
    pub report: Report,
}

/// Left half: decodes, runs the networks, follows the bar.
pub fn observe(video: &Path, options: &ObserveOptions, config: &Config, progress: &dyn Progress, cancel: &Cancel) -> Result<Track> {
    let _ = (options, config, progress);
    cancel.check()?;
    Err(Error::internal(format!("{}: not built yet", video.display())))
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
