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
pub mod date;
pub mod discover;
pub mod events;
pub mod history;
pub mod isolated;
pub mod manifest;
pub mod merge;
pub mod metadata;
pub mod outcome;
pub mod pattern;
pub mod plan;
pub mod port;
pub mod publish;
pub mod record;
pub mod runner;
pub mod sets;
pub mod shard;
pub mod summary;
pub mod text;
pub mod thumb;
mod watch;
pub mod work;

use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::isolate::{Crew, Isolation, limits};
use crate::patterns::Severity;
use crate::pipeline::{Cancel, ObserveOptions, Outputs};
use crate::track::Track;
use discover::{Discovery, Search};
use events::{Event, Reporter};
use metadata::Sources;
use outcome::{Failure, Need};
use pattern::NamePattern;
use plan::{Task, Terms};
use port::Line;
pub use runner::Interrupt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Name of a table of metadata that is read without being asked for.
pub const SETS_FILE: &str = "sets.csv";

/// One batch as the user asked for it.
pub struct Options {
    pub search: Search,
    /// `sets.csv` elsewhere than in the folder.
    pub sets: Option<PathBuf>,
    pub pattern: NamePattern,
    pub lifter: Option<String>,
    pub config: Config,
    pub observe: ObserveOptions,
    /// Files at a time; `None`: by cores and memory.
    pub jobs: Option<usize>,
    pub outputs: Outputs,
    /// Track of the calibration clip, and the hash that stands for it.
    pub calibration: Option<(Track, String)>,
    /// Try again what failed before.
    pub retry: bool,
    /// Go on looking for new files, this often.
    pub watch: Option<Duration>,
    /// Each file is worked in a process of its own, within these limits; `None`: all in this one.
    pub isolation: Option<Isolation>,
}

/// How a batch ended.
#[derive(Debug)]
pub struct End {
    /// Done in this run.
    pub done: usize,
    pub unchanged: usize,
    /// Without a report, earlier runs' included.
    pub failed: usize,
    pub left: usize,
    pub interrupted: bool,
    /// The disk was full.
    pub full: Option<Failure>,
    /// Worst finding of all sets.
    pub worst: Severity,
}

/// Runs a batch to its end; with `watch` until it is interrupted.
pub fn run(options: &Options, line: &dyn Line, reporter: &dyn Reporter, interrupt: &Interrupt) -> Result<End> {
    let out = &options.search.out;
    // Before anything is made: a folder mistyped leaves nothing behind.
    options.search.root()?;
    std::fs::create_dir_all(out).map_err(|e| Error::io("make the folder", out, e))?;
    let _lock = lock(out)?;
    work::sweep(out);
    match options.watch {
        None => round(options, line, reporter, interrupt, discover::discover(&options.search)?),
        Some(every) => watch::watch(options, line, reporter, interrupt, every),
    }
}

/// Two batches at once would undo each other's work.
fn lock(out: &Path) -> Result<std::fs::File> {
    let file = lock_file(out)?;
    held(file.try_lock(), out).map(|()| file)
}

/// Shards may work beside each other, but not beside a batch.
fn lock_shared(out: &Path) -> Result<std::fs::File> {
    let file = lock_file(out)?;
    held(file.try_lock_shared(), out).map(|()| file)
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
    let (sources, notices) = sources(options)?;
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
    let tasks = plan::plan(&found.files, &terms, &sources, &model_id)?;
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

/// Who does the work beside this process, for as long as it lasts.
struct Staff {
    crew: Option<Crew>,
    /// Where the calibration's track lies for them.
    calibration_file: Option<tempfile::TempPath>,
}

impl Options {
    /// Processes for `jobs` files at a time, and what they need, below `out`; nobody where files are not worked apart.
    fn staff(&self, jobs: usize, out: &Path) -> Result<Staff> {
        let crew = self.isolation.map(|isolation| isolation.crew(jobs));
        let calibration = crew.as_ref().and(self.calibration.as_ref());
        Ok(Staff { calibration_file: calibration.map(|(track, _)| isolated::lend(track, out)).transpose()?, crew })
    }

    fn shop<'a>(
        &'a self,
        line: &'a dyn Line,
        out: &'a Path,
        reporter: &'a dyn Reporter,
        interrupt: &'a Interrupt,
        staff: &'a Staff,
    ) -> work::Shop<'a> {
        work::Shop {
            line,
            out,
            options: &self.observe,
            config: &self.config,
            outputs: self.outputs,
            calibration: self.calibration.as_ref().map(|c| &c.0),
            reporter,
            cancel: &interrupt.stop,
            crew: staff.crew.as_ref(),
            calibration_file: staff.calibration_file.as_deref(),
        }
    }
}

fn sources(options: &Options) -> Result<(Sources, Vec<String>)> {
    let path = options.sets.clone().unwrap_or_else(|| options.search.folder.join(SETS_FILE));
    let (sets, notices) = sets::Sets::open(&path, options.sets.is_some())?;
    Ok((Sources { sets, pattern: options.pattern.clone(), lifter: options.lifter.clone() }, notices))
}

/// The track of a calibration clip (a video, or a track saved from one) and what stands for it.
pub fn calibration(path: &Path, line: &dyn Line, observe: &ObserveOptions, cancel: &Cancel) -> Result<(Track, String)> {
    let hash = outcome::sha256_file(path)?;
    let name = path.to_string_lossy();
    let mut track = match name.ends_with(".gz") {
        true => crate::track::load(path)?,
        false => line.observe(path, observe, &crate::pipeline::Silent, cancel)?,
    };
    // As a saved one is, wherever it is used.
    crate::track::settle(&mut track);
    Ok((track, hash))
}

impl End {
    /// The contract's exit code: interrupted, disk full, failed files, a finding, in this order.
    pub fn exit_code(&self, fail_on: Option<Severity>) -> u8 {
        if self.interrupted {
            ErrorKind::Interrupted.exit_code()
        } else if self.full.is_some() {
            ErrorKind::Temporary.exit_code()
        } else if self.failed > 0 {
            4
        } else {
            u8::from(fail_on.is_some_and(|least| self.worst >= least))
        }
    }
}
