//! A folder of videos, scored: what is new or changed is analysed, and the overview of all of it is
//! written anew.
//!
//! ```text
//! discover ─▶ plan (metadata, journal) ─▶ runner ─▶ work ─▶ outcome.json
//!                                                            │
//!                 summary.csv, summary.json, index.html ◀── record ─▶ history, agreement
//! ```
//! Nothing is kept but what lies in the result folders, so a run may be killed at any moment: the
//! next one completes it to the same bytes.

pub mod agreement;
pub mod cameras;
pub mod date;
pub mod discover;
pub mod events;
pub mod failure;
pub mod history;
pub mod isolated;
mod job;
pub mod layout;
pub mod manifest;
pub mod merge;
pub mod metadata;
mod options;
pub mod outcome;
pub mod pair;
mod part;
pub mod pattern;
pub mod plan;
pub mod port;
pub mod publish;
pub mod record;
pub mod recording;
pub mod runner;
pub mod sets;
pub mod shard;
mod staff;
pub mod summary;
pub mod text;
pub mod thumb;
mod watch;
pub mod work;

use crate::error::{Error, Result};
use crate::files::sha256_file;
use crate::isolate::limits;
use crate::pipeline::{Cancel, ObserveOptions};
use crate::track::Track;
use discover::Discovery;
use events::{Event, Reporter};
pub use layout::SETS_FILE;
use metadata::Sources;
pub use options::{End, Options};
use outcome::Need;
use plan::{Task, Terms};
use port::Line;
pub use runner::Interrupt;
use std::path::Path;
use std::time::Instant;

/// Runs a batch to its end; with `watch` until it is interrupted.
pub fn run(options: &Options, line: &dyn Line, reporter: &dyn Reporter, interrupt: &Interrupt) -> Result<End> {
    let out = &options.search.out;
    // Before anything is made: a folder mistyped leaves nothing behind.
    options.search.root()?;
    std::fs::create_dir_all(out).map_err(|e| Error::io("make the folder", out, e))?;
    let _lock = Lock::alone(out)?;
    work::sweep(out);
    let round = |found| round(options, line, reporter, interrupt, found);
    match options.watch {
        None => round(discover::discover(&options.search)?),
        Some(every) => watch::watch(options, round, reporter, interrupt, every),
    }
}

/// A folder held until it goes out of scope.
///
/// It unlocks in so many words: a child process started meanwhile shares the open file for the moment between
/// its fork and its exec, and closing ours alone would leave the folder held by it.
struct Lock(std::fs::File);

impl Drop for Lock {
    fn drop(&mut self) {
        // A file system without locks has none to give back.
        let _ = self.0.unlock();
    }
}

impl Lock {
    /// Two batches at once would undo each other's work.
    fn alone(out: &Path) -> Result<Lock> {
        let lock = Lock(lock_file(out)?);
        held(lock.0.try_lock(), out).map(|()| lock)
    }

    /// Shards may work beside each other, but not beside a batch.
    fn shared(out: &Path) -> Result<Lock> {
        let lock = Lock(lock_file(out)?);
        held(lock.0.try_lock_shared(), out).map(|()| lock)
    }

    /// The lock where nobody else holds it. Nobody is where the file system has no locks.
    fn if_free(out: &Path) -> Result<Option<Lock>> {
        let lock = Lock(lock_file(out)?);
        let held = lock.0.try_lock().is_ok();
        Ok(held.then_some(lock))
    }
}

fn lock_file(out: &Path) -> Result<std::fs::File> {
    let path = out.join(".formcheck.lock");
    std::fs::File::create(&path).map_err(|e| Error::io("write", &path, e))
}

fn held(attempt: std::result::Result<(), std::fs::TryLockError>, out: &Path) -> Result<()> {
    match attempt {
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Error::temporary(format!("another batch is writing to {}", out.display()), "wait for it to end, or choose another --out"))
        }
        // A file system without locks: one batch at a time is then the user's care.
        _ => Ok(()),
    }
}

/// One pass over what was found.
fn round(options: &Options, line: &dyn Line, reporter: &dyn Reporter, interrupt: &Interrupt, found: Discovery) -> Result<End> {
    let start = Instant::now();
    let (sources, mut notices) = sources(options)?;
    let (files, unpaired) = cameras::join(found.files, &sources.sets);
    notices.extend(unpaired);
    let model_id = line.model_id(&options.observe.model);
    let terms = Terms {
        folder: &options.search.folder,
        out: &options.search.out,
        config: &options.config,
        model: &options.observe.model,
        outputs: options.outputs,
        calibration_sha256: options.calibration.as_ref().map(|c| c.1.clone()),
        retry: options.retry,
    };
    let tasks = plan::plan(&files, &terms, &sources, &model_id)?;
    if let (Err(e), true) = (model_id, tasks.iter().any(|t| t.need == Need::Observe && !t.found.is_track)) {
        return Err(e);
    }
    if found.skipped > 0 {
        let message = format!("{} skipped: neither a video nor a track by name", events::count(found.skipped, "other file"));
        reporter.event(&Event::Notice { file: None, message: &message });
    }
    for notice in &notices {
        reporter.event(&Event::Notice { file: None, message: notice });
    }
    let tally = work_through(options, line, reporter, interrupt, &tasks)?;
    let places: Vec<plan::Place> = tasks.iter().map(plan::Place::of).collect();
    let material = summary::Material {
        out: &options.search.out,
        places: &places,
        sources: &sources,
        config: &options.config,
        failures: &tally.failures,
        unreadable: &found.unreadable,
        notices: &notices,
        verify: None,
        database: false,
    };
    let overview = match (summary::summarise(&material), &tally.full) {
        (Ok(overview), _) => overview,
        // The disk is full: that is the news, not that the overview did not fit either.
        (Err(_), Some(failure)) => return Err(Error::temporary(failure.message.clone(), failure.hint.clone())),
        (Err(e), None) => return Err(e),
    };
    let unchanged = tasks.iter().filter(|t| t.need == Need::Nothing).count();
    let end = End {
        done: tally.done,
        unchanged,
        failed: overview.failures.len(),
        left: tally.left,
        interrupted: interrupt.finish.is_set(),
        full: tally.full,
        worst: overview.worst,
    };
    let seconds = start.elapsed().as_secs_f64();
    reporter.event(&Event::Finished { done: end.done, unchanged, failed: end.failed, left: end.left, seconds });
    Ok(end)
}

fn work_through(
    options: &Options,
    line: &dyn Line,
    reporter: &dyn Reporter,
    interrupt: &Interrupt,
    tasks: &[Task],
) -> Result<runner::Tally> {
    let order = plan::order(tasks);
    let jobs = options.jobs.unwrap_or_else(|| limits::default_jobs(options.isolation.and_then(|i| i.memory_per_job)));
    let bytes_to_do = order.iter().map(|&i| tasks[i].found.bytes).sum();
    let unchanged = tasks.len() - order.len();
    reporter.event(&Event::Planned { files: tasks.len(), to_do: order.len(), unchanged, jobs, bytes_to_do });
    let staff = options.staff(jobs.min(order.len()), &options.search.out)?;
    let shop = options.shop(line, &options.search.out, reporter, interrupt, &staff);
    Ok(runner::run(tasks, &order, jobs, &shop, interrupt))
}

fn sources(options: &Options) -> Result<(Sources, Vec<String>)> {
    let path = options.sets.clone().unwrap_or_else(|| options.search.folder.join(SETS_FILE));
    let (sets, notices) = sets::Sets::open(&path, options.sets.is_some())?;
    Ok((Sources { sets, pattern: options.pattern.clone(), lifter: options.lifter.clone() }, notices))
}

/// The track of a calibration clip (a video, or a track saved from one) and what stands for it.
pub fn calibration(path: &Path, line: &dyn Line, observe: &ObserveOptions, cancel: &Cancel) -> Result<(Track, String)> {
    let hash = sha256_file(path)?;
    let name = path.to_string_lossy();
    let mut track = match name.ends_with(".gz") {
        true => crate::track::load(path)?,
        false => line.observe(path, observe, &crate::pipeline::Silent, cancel)?,
    };
    // As a saved one is, wherever it is used.
    crate::track::settle(&mut track);
    Ok((track, hash))
}
