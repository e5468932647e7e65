//! The whole line: a video in, a track, an assessment, files out. `cli` and `batch` call these.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::observe;
use crate::pose::Network;
pub use crate::progress::{Cancel, Progress, Silent, Stage};
use crate::report::html::{Page, VideoLink};
use crate::report::{self, Report, annotate};
use crate::reps::{self, RepSet};
use crate::signals::{self, Signals, StandSource};
use crate::track::{self, Track};
use crate::{media, patterns};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Which network to run and how wide.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    observe::observe(video, &network, options.workers, progress, cancel)
}

/// Right half: pure, milliseconds. `calibration` is the track of the calibration clip (SPEC 3.3).
pub fn assess(track: &Track, calibration: Option<&Track>, config: &Config) -> Result<Assessment> {
    let mut signals = signals::build(track, config)?;
    let back_range = match calibration {
        Some(clip) => {
            let clip = signals::build(clip, config)?;
            signals.stand = clip.stand.clone().map(|s| signals::Stand { source: StandSource::Calibration, ..s }).or(signals.stand);
            Some(patterns::back_range(&clip, config)?)
        }
        None => None,
    };
    let set = reps::segment(&signals, config);
    if signals.stand.is_none() {
        signals.stand = lockout_stand(&signals, &set);
    }
    let judged = patterns::judge_calibrated(&signals, &set, config, back_range);
    let report = report::assemble::assemble(track, &signals, &set, &judged, config)?;
    Ok(Assessment { signals, set, report })
}

/// Without any standing in the clip the lockout of the first full rep is the reference (SPEC 3.3).
fn lockout_stand(signals: &Signals, set: &RepSet) -> Option<signals::Stand> {
    let rep = set.full().next()?;
    let from = rep.lockout_s?;
    let to = rep.descent_s.unwrap_or(from + LOCKOUT_S).min(from + LOCKOUT_S).max(from + 0.1);
    Some(signals::stand::measure(signals, from, to, StandSource::Lockout))
}

/// Longest lockout window (SPEC 5.2), s.
const LOCKOUT_S: f64 = 1.5;

/// Which files of the contract to write.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
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
    progress.stage(Stage::Write, None);
    std::fs::create_dir_all(dir).map_err(|e| Error::io("create", dir, e))?;
    let Assessment { signals, set, report } = assessment;
    let mut files = Vec::new();
    let mut done = |path: PathBuf| files.push(path);
    let at = |name: &str| dir.join(name);
    // Re-scoring reads a saved track: it need not be written again.
    if video.is_some() {
        track::file::save(track, &at("track.json.gz"))?;
        done(at("track.json.gz"));
    }
    report::json::write(report, &at("report.json"))?;
    report::series::write(signals, set, &at("series.csv"))?;
    done(at("report.json"));
    done(at("series.csv"));
    let mut made = annotate::Made::default();
    if let Some(video) = video.filter(|_| outputs.video || outputs.html || outputs.stills || outputs.clips) {
        progress.stage(Stage::Annotate, Some(u64::from(track.video.frames)));
        let plan = annotate::Plan {
            video: outputs.video.then(|| at("annotated.mp4")),
            sound_from: Some(video.to_owned()),
            stills: outputs.html || outputs.stills,
            clips: outputs.clips.then(|| at("clips")),
        };
        let scene = annotate::Scene { report, signals, set, track };
        made = annotate::run(media::open(video)?.as_mut(), &scene, &plan, progress, cancel)?;
    }
    let video_file = made.video.as_ref().map(|v| v.path.clone());
    files.extend(video_file.clone());
    files.extend(made.clips);
    if outputs.stills {
        files.extend(report::stills::write(&made.stills, &at("stills"))?);
    }
    if outputs.html {
        let link = video_file.as_deref().map(VideoLink::of).transpose()?;
        let page = Page { report, signals: Some(signals), video: link, stills: &made.stills };
        report::html::write(&page, &at("report.html"))?;
        files.push(at("report.html"));
    }
    Ok(files)
}
