//! The work on one input, in this process: observe, save, assess, write, and the journal's entry last.

use super::events::Reporter;
use super::failure::Failure;
use super::layout::RESULT_FILES;
use super::outcome::{Input, Need, Outcome, State, describe};
use super::pair::Pair;
use super::plan::Task;
use super::port::{Destination, Line};
use super::recording::{Held, Sets, held};
use super::thumb;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::files::PART_PREFIX;
use crate::isolate::Crew;
use crate::pipeline::{Cancel, ObserveOptions, Outputs, Progress};
use crate::report::recording;
use crate::track::{self, TRACK_FILE, Track};
use serde::{Deserialize, Serialize};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What every worker needs.
pub struct Shop<'a> {
    pub line: &'a dyn Line,
    pub out: &'a Path,
    pub options: &'a ObserveOptions,
    pub config: &'a Config,
    pub outputs: Outputs,
    pub calibration: Option<&'a Track>,
    pub reporter: &'a dyn Reporter,
    /// The second Ctrl-C.
    pub cancel: &'a Cancel,
    /// Processes that do the work; `None`: this one does.
    pub crew: Option<&'a Crew>,
    /// Where the calibration's track lies for them.
    pub calibration_file: Option<&'a Path>,
}

/// What the work on one input came to, wherever it was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Came {
    Done {
        reps: u32,
        score: Option<f64>,
    },
    Left,
    Failed {
        failure: Failure,
        /// The disk was full.
        full: bool,
    },
}

/// The work itself, in this process; a panic is a failure of this input.
pub fn attempt_here(task: &Task, shop: &Shop, progress: &dyn Progress) -> Came {
    let attempt = catch_unwind(AssertUnwindSafe(|| attempt(task, shop, progress)));
    match attempt.unwrap_or_else(|panic| Err(Error::broke_off(&task.name, &*panic))) {
        Ok((reps, score)) => Came::Done { reps, score },
        Err(e) if e.kind == ErrorKind::Interrupted => Came::Left,
        Err(e) => Came::Failed { failure: Failure::from(&e).named(&task.input, &task.name), full: is_full(&e) },
    }
}

/// Whether a disk without room is at the root of an error.
pub fn is_full(e: &Error) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(e) = next {
        if e.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull) {
            return true;
        }
        next = e.source();
    }
    false
}

/// Full repetitions and the score; a recording of several sets has no score of its own.
fn attempt(task: &Task, shop: &Shop, progress: &dyn Progress) -> Result<(u32, Option<f64>)> {
    shop.cancel.check()?;
    let folder = shop.out.join(&task.result);
    std::fs::create_dir_all(&folder).map_err(|e| Error::io("make the folder", &folder, e))?;
    sweep(&folder);
    let (input, track) = match task.need {
        Need::Report => reuse(task, &folder).map_or_else(|_| observe(task, shop, &folder, progress), Ok)?,
        _ => observe(task, shop, &folder, progress)?,
    };
    // From here on a kill costs the report only: the track is known to be good.
    let mut outcome = Outcome::new(State::Observed, input, task.keys.clone());
    outcome.created.clone_from(&track.video.created);
    outcome.keys.model_sha256.get_or_insert_with(|| track.model.sha256.clone());
    outcome.write(&folder)?;
    shop.cancel.check()?;
    let video = (!task.found.is_track).then_some(task.input.as_path());
    let files = Destination { video, dir: &folder, outputs: shop.outputs };
    let config = Config { lifter: task.lifter.clone(), ..shop.config.clone() };
    let came = match held(&track, &task.name, &config)? {
        Held::Several(day) => {
            if task.front.is_some() {
                progress.warn(&format!("{}: it holds {} sets, and a film from the front goes with one", task.name, day.sets.len()));
            }
            let (line, calibration, own) = (shop.line, shop.calibration, &task.sets);
            let sets =
                Sets { line, track: &track, day: &day, names: &[], own, calibration, config: &config, progress, cancel: shop.cancel };
            let overview = sets.all(Some(files))?.0;
            (overview.sets.iter().map(|s| s.rep_count).sum(), None)
        }
        Held::One(notes) => {
            recording::clear(&folder, 0);
            let report = match &task.front {
                Some(front) => {
                    let reuse = task.need == Need::Report;
                    let set = Pair { track: &track, front, observe: shop.options, reuse, calibration: shop.calibration, config: &config };
                    let (finished, refused) = set.report(shop.line, Some(files), (progress, shop.cancel))?;
                    if let Some(why) = refused {
                        progress.warn(&why.message);
                    }
                    finished.report
                }
                None => shop.line.report_noted(&track, shop.calibration, &config, Some(files), &notes, (progress, shop.cancel))?.report,
            };
            thumb::write(&track, &report, &folder)?;
            (report.set.rep_count, report.set.score)
        }
    };
    outcome.status = State::Done;
    outcome.note_files(&folder)?;
    outcome.write(&folder)?;
    Ok(came)
}

/// The left half, or for a saved track its reading. Old results go first: none may pass for new.
fn observe(task: &Task, shop: &Shop, folder: &Path, progress: &dyn Progress) -> Result<(Input, Track)> {
    Outcome::remove(folder)?;
    let input = describe(&task.found, &task.input)?;
    if task.found.is_track {
        return Ok((input, track::load(&task.input)?));
    }
    recording::clear(folder, 0);
    for name in RESULT_FILES {
        // What was not there need not go; what cannot go is overwritten or fails on writing.
        let _ = std::fs::remove_file(folder.join(name));
    }
    let mut track = shop.line.observe(&task.input, shop.options, progress, shop.cancel)?;
    // What is assessed is what is saved: scoring again later gives the same bytes.
    track::settle(&mut track);
    track::save(&track, &folder.join(TRACK_FILE))?;
    Ok((input, track))
}

/// The saved track, if it is of this very input.
fn reuse(task: &Task, folder: &Path) -> Result<(Input, Track)> {
    let before = Outcome::read(folder).ok_or_else(|| Error::internal("the outcome is gone"))?;
    let path = if task.found.is_track { task.input.clone() } else { folder.join(TRACK_FILE) };
    let track = track::load(&path)?;
    if !task.found.is_track && track.video.sha256 != before.input.sha256 {
        return Err(Error::input("the saved track is of another video", "it is made again"));
    }
    let modified_ns = task.found.modified_ns;
    Ok((Input { modified_ns, ..before.input }, track))
}

/// Removes what a killed run left half written. The lock on the results says that nobody is writing.
pub fn sweep(folder: &Path) {
    let half = |name: &std::ffi::OsStr| {
        let name = name.to_string_lossy();
        name.starts_with(PART_PREFIX)
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if half(&entry.file_name()) && entry.file_type().is_ok_and(|t| t.is_file()) {
            // What cannot be removed does no harm.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
