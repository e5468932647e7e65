//! The whole line: a video in, a track, an assessment, files out. `cli` and `batch` call these.

use crate::config::Config;
use crate::device::Device;
use crate::error::{Error, Result};
use crate::pair;
use crate::patterns::{self, Judged};
pub use crate::progress::{Cancel, Progress, Silent, Stage};
use crate::report::html::{Page, VideoLink};
use crate::report::{self, Report, Still};
use crate::reps::{self, RepSet};
use crate::signals::{self, Signals, Stand, StandSource, Told, View, stand};
use crate::track::{self, TRACK_FILE, Track};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Which network to run and how wide.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObserveOptions {
    /// "heavy", "full", "lite" or the path of an ONNX file.
    pub model: String,
    /// Pose workers, one session and one thread each.
    pub workers: usize,
    /// Poses in every frame, instead of by movement.
    pub thorough: bool,
    /// Where networks run.
    #[serde(default)]
    pub device: Device,
}

impl Default for ObserveOptions {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        ObserveOptions { model: "heavy".into(), workers: cores.min(4), thorough: false, device: Device::Auto }
    }
}

/// Everything known about one set after the track: the right half of the line.
pub struct Assessment {
    /// Filtered channels.
    #[doc(hidden)]
    pub signals: Signals,
    /// The repetitions with their events.
    #[doc(hidden)]
    pub set: RepSet,
    /// What is said of them.
    pub report: Report,
}

/// Left half: decodes, runs the networks, follows the bar.
#[cfg(feature = "vision")]
pub fn observe(video: &Path, options: &ObserveOptions, progress: &dyn Progress, cancel: &Cancel) -> Result<Track> {
    use crate::pose::follow::Density;
    let (network, note) = crate::pose::Network::open(&options.model)?.on(options.device)?;
    if let Some(note) = note {
        progress.warn(&note);
    }
    let density = if options.thorough { Density::All } else { Density::default() };
    let track = crate::observe::observe(video, &network, options.workers, density, progress, cancel)?;
    tell_seen(&track);
    Ok(track)
}

/// What the networks and the bar's tracker saw, for `-v`.
#[cfg(feature = "vision")]
fn tell_seen(track: &Track) {
    let with = |found: fn(&track::FrameObs) -> bool| track.frames.iter().filter(|f| found(f)).count();
    tracing::info!(
        frames = track.frames.len(),
        fps = track.video.mean_fps,
        poses = with(|f| f.pose.is_some()),
        plates = with(|f| f.plate.is_some()),
        persons = track.lifter.persons_seen,
        chosen_by = track.lifter.chosen_by.text(),
        cuts = track.scene.cuts_s.len(),
        events = track.scene.events.len(),
        roll_deg = track.scene.roll_deg,
        camera_speed_per_s = track.scene.camera_speed_per_s,
        "seen"
    );
}

/// What became of it, for `-v`: signals and repetitions; with `-vv` every finding.
fn tell_judged(signals: &Signals, set: &RepSet, report: &Report) {
    let (camera, scale) = (&signals.camera, &signals.scale);
    tracing::info!(
        view = ?camera.view,
        yaw_deg = camera.yaw_deg,
        facing = ?camera.facing,
        bar = ?signals.bar.evidence,
        scale = ?scale.source,
        plate_px_per_cm = scale.plate_px_per_cm,
        body_px_per_cm = scale.body_px_per_cm,
        body_fitted = signals.body.is_some(),
        standing = ?signals.stand.as_ref().map(|s| s.source),
        "measured"
    );
    for rep in &set.reps {
        tracing::info!(rep = rep.index, kind = ?rep.kind, lift_off_s = rep.lift_off_s, lockout_s = rep.lockout_s, floor_s = rep.floor_s, "found");
    }
    for rep in &report.reps {
        for check in rep.checks.iter().filter(|c| c.value.is_some()) {
            tracing::debug!(
                rep = rep.index,
                check = check.code,
                value = check.value,
                sigma = check.sigma,
                p_flag = check.p_flag,
                status = ?check.status,
                "judged"
            );
        }
    }
    tracing::info!(reps = set.reps.len(), variant = ?set.variant, score = report.set.score, coverage = report.set.coverage, "judged");
}

/// Refuses a device that was asked for by name and is not there, before any work is begun.
#[cfg(feature = "vision")]
pub fn check_device(options: &ObserveOptions) -> Result<()> {
    if !matches!(options.device, Device::Auto | Device::Cpu) {
        crate::pose::Network::open(&options.model)?.on(options.device)?;
    }
    Ok(())
}

/// A build without `vision` runs no network.
#[cfg(not(feature = "vision"))]
pub fn check_device(_: &ObserveOptions) -> Result<()> {
    Ok(())
}

/// A build without `vision` reads saved tracks only.
#[cfg(not(feature = "vision"))]
pub fn observe(_: &Path, _: &ObserveOptions, _: &dyn Progress, _: &Cancel) -> Result<Track> {
    Err(blind())
}

/// How long a video is, as its container announces; either may be missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Length {
    /// Frames announced.
    pub frames: Option<u64>,
    /// Seconds announced.
    pub duration_s: Option<f64>,
}

/// How long a video is, without decoding it; `None` when it cannot be told.
#[cfg(feature = "vision")]
pub fn length(video: &Path) -> Option<Length> {
    let source = crate::media::open(video).ok()?;
    let info = source.info();
    let frames = info.announced_frames.map(u64::from);
    let duration_s = frames.map(|n| n as f64 / info.mean_fps);
    Some(Length { frames, duration_s })
}

/// How long a video is: a build without `vision` cannot tell.
#[cfg(not(feature = "vision"))]
pub fn length(_: &Path) -> Option<Length> {
    None
}

/// What identifies a network: two runs with equal names see the same in the same video.
#[cfg(feature = "vision")]
pub fn model_id(model: &str) -> Result<String> {
    let network = crate::pose::Network::open(model)?;
    // Said once here, not by every file's process.
    crate::pose::runtime::ready()?;
    Ok(network.info().sha256.clone())
}

/// What identifies a network.
#[cfg(not(feature = "vision"))]
pub fn model_id(_: &str) -> Result<String> {
    Err(blind())
}

#[cfg(not(feature = "vision"))]
fn blind() -> Error {
    Error::usage(
        "this program was built without `vision`: it cannot look at videos",
        "build it with default features, or score saved tracks",
    )
}

/// Right half: pure, milliseconds. `calibration` is the track of the calibration clip (SPEC 3.3).
pub fn assess(track: &Track, calibration: Option<&Track>, config: &Config) -> Result<Assessment> {
    let (signals, set, judged) = judge(track, calibration, config)?;
    let report = report::assemble::assemble(track, &signals, &set, &judged, config)?;
    tell_judged(&signals, &set, &report);
    Ok(Assessment { signals, set, report })
}

/// A set that two cameras filmed: the first one's assessment with what only the front view shows from the second one, which is
/// assessed alone as well.
///
/// # Errors
/// The second one is not from the front, or the two do not show the same set.
pub fn assess_pair(first: &Track, front: &Track, calibration: Option<&Track>, config: &Config) -> Result<[Assessment; 2]> {
    let (signals, set, judged) = judge(first, calibration, config)?;
    let (front_signals, front_set, front_judged) = judge(front, None, config)?;
    let names = [&first.video.file_name, &front.video.file_name];
    let view = front_signals.camera.view;
    if !matches!(view, View::Front | View::Rear) {
        let hint = "give the film from the front with --front, and the one from the side as the video";
        return Err(Error::input(format!("{} is no film from the front: {}", names[1], report::words::view(view)), hint));
    }
    let laid = pair::sync((&signals, &set), (&front_signals, &front_set)).map_err(|e| {
        Error::input(
            format!("{} and {} cannot be laid over each other: {e}", names[0], names[1]),
            "give two films of the same set, both with the whole of at least one repetition",
        )
    })?;
    let to_first_s = |t: f64| laid.to_first_s(t);
    let reps = pair::partners(&set, &front_set, &laid).into_iter().map(|i| i.and_then(|i| front_judged.reps.get(i))).collect();
    let second = patterns::Second { reps, to_first_s: &to_first_s };
    let joined = patterns::with_front(&judged, &second, &set, &signals, config);
    let mut report = report::assemble::assemble(first, &signals, &set, &joined, config)?;
    report.front = Some(report::assemble::front(front, view, &laid));
    let front_report = report::assemble::assemble(front, &front_signals, &front_set, &front_judged, config)?;
    let front = Assessment { signals: front_signals, set: front_set, report: front_report };
    Ok([Assessment { signals, set, report }, front])
}

/// Everything before the report.
fn judge(track: &Track, calibration: Option<&Track>, config: &Config) -> Result<(Signals, RepSet, Judged)> {
    let own = signals::build(track, config)?;
    let calibration = calibration.map(|clip| signals::build(clip, config)).transpose()?;
    let back_range = calibration.as_ref().map(|clip| patterns::back_range(clip, config)).transpose()?;
    let set = reps::segment(&own, config);
    let calibrated = calibration.and_then(|clip| clip.stand).map(|s| Stand { source: StandSource::Calibration, ..s });
    let stand = calibrated.or_else(|| own.stand.clone()).or_else(|| lockout_stand(&own, &set, config));
    let signals = Signals { stand, ..own };
    let judged = patterns::judge_calibrated(&signals, &set, config, back_range);
    Ok((signals, set, judged))
}

/// Without any standing in the clip the lockout of the first full rep is the reference (SPEC 3.3).
fn lockout_stand(signals: &Signals, set: &RepSet, config: &Config) -> Option<Stand> {
    let [from, to] = set.full().next()?.lockout_window(*signals.time_s.last()?, config.reps.lockout_window_s)?;
    Some(stand::measure(&stand::Shown::of(signals), from, to.max(from + LEAST_STAND_S), StandSource::Lockout))
}

/// Shortest stretch whose medians tell a posture, s.
const LEAST_STAND_S: f64 = 0.1;

/// Where the files of the film from the front lie, below those of the first one.
pub const FRONT_FOLDER: &str = "front";

/// Which files to write besides report.json and series.csv, which are always written; by default none.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Outputs {
    /// `annotated.mp4`.
    pub video: bool,
    /// `report.html`.
    pub html: bool,
    /// A still for every finding.
    pub stills: bool,
    /// A clip for every finding.
    pub clips: bool,
    /// `card.png`, to pass on.
    #[serde(default)]
    pub card: bool,
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
        track::save(track, &at(TRACK_FILE))?;
        done(at(TRACK_FILE));
    }
    report::json::write(report, &at("report.json"))?;
    report::series::write(signals, set, &at("series.csv"))?;
    done(at("report.json"));
    done(at("series.csv"));
    let shown = match video.filter(|_| outputs.video || outputs.html || outputs.stills || outputs.clips) {
        Some(video) => annotate(assessment, track, video, dir, outputs, progress, cancel)?,
        None => Shown::default(),
    };
    files.extend(shown.video.clone());
    files.extend(shown.clips);
    if outputs.card {
        card(report, signals, &at("card.png"))?;
        files.push(at("card.png"));
    }
    if outputs.stills {
        files.extend(report::still::write(&shown.stills, &at("stills"))?);
    }
    if outputs.html {
        let link = shown.video.as_deref().map(VideoLink::of).transpose()?;
        let beside = at(FRONT_FOLDER).join("annotated.mp4");
        let front = (report.front.is_some() && link.is_some() && beside.is_file()).then(|| format!("{FRONT_FOLDER}/annotated.mp4"));
        let page = Page { report, signals: Some(signals), video: link, front, stills: &shown.stills };
        report::html::write(&page, &at("report.html"))?;
        files.push(at("report.html"));
    }
    Ok(files)
}

#[cfg(feature = "vision")]
fn card(report: &Report, signals: &Signals, path: &Path) -> Result<()> {
    report::annotate::card::write(report, signals, path)
}

/// A build without `vision` draws no pictures.
#[cfg(not(feature = "vision"))]
fn card(_: &Report, _: &Signals, _: &Path) -> Result<()> {
    Err(Error::usage(
        "this program was built without `vision`: it cannot draw a card",
        "build it with default features, or leave --card out",
    ))
}

/// What the second decode made.
#[derive(Default)]
struct Shown {
    video: Option<PathBuf>,
    clips: Vec<PathBuf>,
    stills: Vec<Still>,
}

#[cfg(feature = "vision")]
fn annotate(
    Assessment { signals, set, report }: &Assessment,
    track: &Track,
    video: &Path,
    dir: &Path,
    outputs: Outputs,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Shown> {
    use crate::report::annotate::{Made, Plan, Scene, run};
    progress.stage(Stage::Annotate, Some(u64::from(track.video.frames)));
    let plan = Plan {
        video: outputs.video.then(|| dir.join("annotated.mp4")),
        sound_from: Some(video.to_owned()),
        stills: outputs.html || outputs.stills,
        clips: outputs.clips.then(|| dir.join("clips")),
    };
    // What is drawn is what was judged.
    let shot = track::only_main_shot(track);
    let scene = Scene { report, signals, told: &Told::of(signals), set, track: shot.as_ref() };
    let mut source = crate::media::open(video)?;
    if let Some(part) = &track.recording {
        source = Box::new(crate::media::Part::new(source, part.first_frame, track.video.frames, part.from_s)?);
    }
    let Made { video, stills, clips } = run(source, &scene, &plan, progress, cancel)?;
    Ok(Shown { video: video.map(|v| v.path), clips, stills })
}

/// A build without `vision` shows no pictures.
#[cfg(not(feature = "vision"))]
fn annotate(_: &Assessment, _: &Track, _: &Path, _: &Path, _: Outputs, _: &dyn Progress, _: &Cancel) -> Result<Shown> {
    Ok(Shown::default())
}
