//! Running the line over all clips and pooling what comes out.

use super::clips::{Clip, Known, discover};
use super::metrics::{self, ClipSamples};
use super::real::{self, RealRow};
use super::stamp::Stamp;
use super::summary::{ClipRow, Failure, Summary};
use super::{acceptance, cache, isolated};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::isolate::Crew;
use crate::pipeline::{self, Assessment, Cancel, ObserveOptions, Progress, Silent, Stage};
use crate::track::{Track, file};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The two halves of the program as `evaluate` needs them.
pub trait Line: Sync {
    /// Tells one network from another; part of the key of kept tracks.
    fn model(&self) -> String;
    fn observe(&self, video: &Path, cancel: &Cancel) -> Result<Track>;
    fn assess(&self, track: &Track) -> Result<Assessment>;
}

/// The program itself.
pub struct RealLine {
    pub options: ObserveOptions,
    pub config: Config,
    /// Processes that look at the videos; `None`: this one does.
    pub crew: Option<Crew>,
}

impl Line for RealLine {
    fn model(&self) -> String {
        self.options.model.clone()
    }

    fn observe(&self, video: &Path, cancel: &Cancel) -> Result<Track> {
        match &self.crew {
            Some(crew) => isolated::observe(crew, video, &self.options, cancel),
            None => pipeline::observe(video, &self.options, &Silent, cancel),
        }
    }

    fn assess(&self, track: &Track) -> Result<Assessment> {
        pipeline::assess(track, None, &self.config)
    }
}

#[derive(Debug, Clone)]
pub struct Options {
    /// Where tracks are kept between runs; `None` keeps none.
    pub tracks: Option<PathBuf>,
    /// Observe again even where a track is kept.
    pub fresh: bool,
    /// Clips at a time.
    pub jobs: usize,
    /// Only these clips, by name; `None` means all.
    pub only: Option<Vec<String>>,
    pub stamp: Stamp,
}

enum Measured {
    Truth(Box<ClipSamples>),
    Real(RealRow),
}

type Outcome = Result<(ClipRow, Measured)>;

/// Evaluates all clips of `dir`. A clip that fails is listed and does not stop the others.
///
/// # Errors
/// The folder holds nothing to evaluate, its index cannot be read, or the run was interrupted.
pub fn evaluate(dir: &Path, options: &Options, line: &dyn Line, progress: &dyn Progress, cancel: &Cancel) -> Result<Summary> {
    let mut clips = discover(dir)?;
    if let Some(only) = &options.only {
        clips.retain(|(name, _)| only.contains(name));
        let absent: Vec<&str> = only.iter().filter(|o| clips.iter().all(|(name, _)| name != *o)).map(String::as_str).collect();
        if !absent.is_empty() {
            let what = format!("{} holds no clip named {}", dir.display(), absent.join(", "));
            return Err(Error::usage(what, "--only takes names as the table tells them"));
        }
    }
    progress.stage(Stage::Assess, Some(clips.len() as u64));
    let outcomes = all(clips, options, line, progress, cancel);
    cancel.check()?;
    let summary = pool(outcomes, options, line);
    Ok(Summary { acceptance: acceptance::acceptance(&summary)?, ..summary })
}

/// Outcomes in the order of the clips, whatever the number of jobs.
fn all(
    clips: Vec<(String, Result<Clip>)>,
    options: &Options,
    line: &dyn Line,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Vec<(String, Outcome)> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let total = clips.len();
    let (names, waiting): (Vec<String>, Vec<_>) = clips.into_iter().map(|(name, clip)| (name, Mutex::new(Some(clip)))).unzip();
    let slots: Vec<Mutex<Option<Outcome>>> = (0..total).map(|_| Mutex::new(None)).collect();
    let work = || {
        while let (i, false) = (next.fetch_add(1, Ordering::SeqCst), cancel.is_set()) {
            let Some(clip) = waiting.get(i).and_then(take) else { return };
            let outcome = clip.and_then(|clip| {
                let attempt = catch_unwind(AssertUnwindSafe(|| one(&clip, options, line, progress, cancel)));
                attempt.unwrap_or_else(|panic| Err(Error::broke_off(&clip.name, &*panic)))
            });
            if let Err(e) = &outcome {
                progress.warn(&format!("{}: {e}", names[i]));
            }
            put(&slots[i], outcome);
            progress.frames(done.fetch_add(1, Ordering::SeqCst) as u64 + 1);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.clamp(1, total.max(1)) {
            scope.spawn(work);
        }
    });
    let missing = || Err(Error::interrupted());
    names.into_iter().zip(&slots).map(|(name, slot)| (name, take(slot).unwrap_or_else(missing))).collect()
}

/// A lock is only ever held for a move, so a poisoned one still holds a whole value.
fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
}

fn put<T>(slot: &Mutex<Option<T>>, value: T) {
    *slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(value);
}

fn one(clip: &Clip, options: &Options, line: &dyn Line, progress: &dyn Progress, cancel: &Cancel) -> Outcome {
    let track = track_of(&clip.name, &clip.video, options, line, progress, cancel)?;
    let found = line.assess(&track)?;
    let mut notes: Vec<String> = found.report.warnings.iter().map(|w| w.code.name()).collect();
    let (full_reps_true, real, measured) = match &clip.known {
        Known::Truth(truth) => {
            notes.extend(truth.notes.iter().cloned());
            let samples = metrics::collect(truth, &track, &found);
            (Some(samples.events.true_full), None, Measured::Truth(Box::new(samples)))
        }
        Known::Labelled(labelled) => {
            let row = real::collect(labelled, &found);
            (row.full_labelled, Some(row.clone()), Measured::Real(row))
        }
    };
    let row = ClipRow {
        name: clip.name.clone(),
        full_reps_true,
        full_reps_found: found.set.full().count(),
        score: found.report.set.score,
        notes,
        real,
    };
    Ok((row, measured))
}

/// What is seen in a video, from where it is kept or looked at now.
pub(super) fn track_of(
    name: &str,
    video: &Path,
    options: &Options,
    line: &dyn Line,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Track> {
    // Settled as a saved track is, so that a first run and one from kept tracks give the same numbers.
    let observe = || -> Result<Track> {
        let mut track = line.observe(video, cancel)?;
        file::settle(&mut track);
        Ok(track)
    };
    let Some(dir) = &options.tracks else { return observe() };
    let kept = cache::path(dir, name, video, &line.model())?;
    if let Some(track) = Some(&kept).filter(|_| !options.fresh).and_then(|p| cache::load(p)) {
        return Ok(track);
    }
    let track = observe()?;
    if let Err(e) = cache::save(&kept, &track) {
        progress.warn(&format!("the track of {name} is not kept for the next run: {e}"));
    }
    Ok(track)
}

fn pool(outcomes: Vec<(String, Outcome)>, options: &Options, line: &dyn Line) -> Summary {
    let (mut clips, mut failures, mut truth, mut rows) = (vec![], vec![], vec![], vec![]);
    for (name, outcome) in outcomes {
        match outcome {
            Err(e) => failures.push(Failure { name, kind: isolated::kind(&e).into(), error: e.message, hint: e.hint }),
            Ok((row, measured)) => {
                clips.push(row);
                match measured {
                    Measured::Truth(samples) => truth.push((name, *samples)),
                    Measured::Real(row) => rows.push(row),
                }
            }
        }
    }
    Summary {
        date: options.stamp.date.clone(),
        command: options.stamp.command.clone(),
        program_version: env!("CARGO_PKG_VERSION").into(),
        model: line.model(),
        clips,
        failures,
        acceptance: vec![],
        accuracy: (!truth.is_empty()).then(|| metrics::summarise(&truth)),
        real: real::summarise(&rows.iter().collect::<Vec<_>>()),
    }
}
