//! What a batch is asked for, and how it ended.

use super::discover::Search;
use super::failure::Failure;
use super::pattern::NamePattern;
use crate::config::Config;
use crate::error::ErrorKind;
use crate::isolate::Isolation;
use crate::patterns::Severity;
use crate::pipeline::{ObserveOptions, Outputs};
use crate::track::Track;
use std::path::PathBuf;
use std::time::Duration;

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
