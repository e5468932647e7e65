//! The line as `cli` and `batch` use it, so that tests can put a small one in its place.

use crate::config::Config;
use crate::error::{Error, Result};
pub use crate::pipeline::Length;
use crate::pipeline::{self, Cancel, ObserveOptions, Outputs, Progress};
use crate::report::Report;
use crate::signals::{Signals, Warning};
use crate::track::Track;
use std::path::{Path, PathBuf};

/// Where the files of one assessed video go.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// The video, for the files that show its pictures; absent when only the track is at hand.
    pub video: Option<&'a Path>,
    pub dir: &'a Path,
    pub outputs: Outputs,
}

/// What the right half gives back.
pub struct Finished {
    pub report: Report,
    /// For the sketch of the bar's path on a terminal.
    pub signals: Option<Signals>,
    /// Files that were written.
    pub files: Vec<PathBuf>,
}

/// Video → track → report and files.
pub trait Line: Sync {
    /// How long a video is, without decoding it; `None` when it cannot be told.
    fn length(&self, _video: &Path) -> Option<Length> {
        None
    }

    /// Left half: decodes and runs the networks. It reads no configuration, so that a changed
    /// threshold never needs it again.
    fn observe(&self, video: &Path, options: &ObserveOptions, progress: &dyn Progress, cancel: &Cancel) -> Result<Track>;

    /// Right half: assesses, and writes the files when it is told where.
    fn report(
        &self,
        track: &Track,
        calibration: Option<&Track>,
        config: &Config,
        files: Option<Destination>,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Finished>;

    /// [`Line::report`] with more to tell the reader than the track tells.
    fn report_noted(
        &self,
        track: &Track,
        calibration: Option<&Track>,
        config: &Config,
        files: Option<Destination>,
        notes: &[Warning],
        (progress, cancel): (&dyn Progress, &Cancel),
    ) -> Result<Finished> {
        let mut finished = self.report(track, calibration, config, files, progress, cancel)?;
        finished.report.note(notes);
        Ok(finished)
    }

    /// The same of a set that a second camera filmed from the front; the first one's report holds what both saw.
    fn report_pair(
        &self,
        _tracks: [&Track; 2],
        _calibration: Option<&Track>,
        _config: &Config,
        _files: [Option<Destination>; 2],
        _progress: &dyn Progress,
        _cancel: &Cancel,
    ) -> Result<[Finished; 2]> {
        Err(Error::internal("this line knows no second camera"))
    }

    /// What identifies the network: two runs with equal names see the same in the same video.
    /// Fails when the network is not installed.
    fn model_id(&self, model: &str) -> Result<String>;
}

/// The program's own line.
pub struct RealLine;

impl Line for RealLine {
    fn length(&self, video: &Path) -> Option<Length> {
        pipeline::length(video)
    }

    fn observe(&self, video: &Path, options: &ObserveOptions, progress: &dyn Progress, cancel: &Cancel) -> Result<Track> {
        pipeline::observe(video, options, progress, cancel)
    }

    fn report(
        &self,
        track: &Track,
        calibration: Option<&Track>,
        config: &Config,
        files: Option<Destination>,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Finished> {
        self.report_noted(track, calibration, config, files, &[], (progress, cancel))
    }

    fn report_noted(
        &self,
        track: &Track,
        calibration: Option<&Track>,
        config: &Config,
        files: Option<Destination>,
        notes: &[Warning],
        (progress, cancel): (&dyn Progress, &Cancel),
    ) -> Result<Finished> {
        progress.stage(pipeline::Stage::Assess, None);
        let mut assessment = pipeline::assess(track, calibration, config)?;
        assessment.report.note(notes);
        finish(assessment, track, files, progress, cancel)
    }

    fn report_pair(
        &self,
        tracks: [&Track; 2],
        calibration: Option<&Track>,
        config: &Config,
        files: [Option<Destination>; 2],
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<[Finished; 2]> {
        progress.stage(pipeline::Stage::Assess, None);
        let [first, front] = pipeline::assess_pair(tracks[0], tracks[1], calibration, config)?;
        // The first one's page shows the front film if that is there.
        let front = finish(front, tracks[1], files[1], progress, cancel)?;
        let mut first = finish(first, tracks[0], files[0], progress, cancel)?;
        first.files.extend(front.files.iter().cloned());
        Ok([first, front])
    }

    fn model_id(&self, model: &str) -> Result<String> {
        pipeline::model_id(model)
    }
}

fn finish(
    assessment: pipeline::Assessment,
    track: &Track,
    files: Option<Destination>,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Finished> {
    let files = match files {
        Some(Destination { video, dir, outputs }) => pipeline::write(&assessment, track, video, dir, outputs, progress, cancel)?,
        None => vec![],
    };
    Ok(Finished { report: assessment.report, signals: Some(assessment.signals), files })
}
