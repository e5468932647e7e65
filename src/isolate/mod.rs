//! One file's work in a process of its own, so that a decoder's crash, a stack that overflows or
//! memory that runs away costs that file and nothing else.
//!
//! [`Crew`] starts the same program again with its private `worker` command and gives it jobs as
//! lines of JSON on standard input; [`serve`](serve::serve) does them there and tells its progress
//! and the result as lines on standard output. What a job is, is the caller's.

pub mod allotted;
pub mod crew;
pub mod heap;
pub mod limits;
pub mod serve;

pub use crew::{Crew, Isolation};
#[cfg(feature = "vision")]
pub use crew::{is_worker, try_apart};

use crate::error::{Error, ErrorKind};
use crate::progress::Stage;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Name of the private command.
pub const WORKER: &str = "worker";

/// Parent to child.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    /// What sort of job, and the job.
    Work(String, Value),
    /// The work in hand is no longer wanted.
    Stop,
}

/// Child to parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Said {
    News(News),
    End(Value),
}

/// Progress of the work in hand; every piece of it is a sign of life.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum News {
    Stage(Stage, Option<u64>),
    Frames(u64),
    Warn(String),
}

/// Why a job has no result.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.kind())]
pub enum Death {
    /// It was stopped because the run was.
    Stopped,
    /// No process could be started.
    NotStarted(#[source] std::io::Error),
    /// It ended by itself: a signal's name, or what else is known.
    Crashed { how: String },
    /// It went beyond the memory it may have, or the system took it for that.
    Memory { limit_bytes: Option<u64> },
    /// Nothing was heard of it for this long.
    Silent { seconds: u64 },
}

impl Death {
    /// Name for machine-readable outputs, beside those of [`crate::ErrorKind`].
    pub fn kind(&self) -> &'static str {
        match self {
            Death::Stopped => "interrupted",
            Death::NotStarted(_) => "temporary",
            Death::Crashed { .. } => "crashed",
            Death::Memory { .. } => "memory",
            Death::Silent { .. } => "timeout",
        }
    }

    /// One sentence about the file of this name; the same for the same death.
    pub fn message(&self, name: &str) -> String {
        match self {
            Death::Stopped => format!("the work on {name} was stopped"),
            Death::NotStarted(_) => format!("no process could be started for {name}"),
            Death::Crashed { how } => format!("the analysis of {name} crashed: {how}"),
            Death::Memory { limit_bytes: Some(limit) } => format!("the analysis of {name} took more memory than its {} MiB", limit >> 20),
            Death::Memory { limit_bytes: None } => format!("the analysis of {name} took more memory than there is"),
            Death::Silent { seconds } => format!("the analysis of {name} made no progress for {seconds} s and was ended"),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Death::Stopped => "the same command goes on where it stopped",
            Death::NotStarted(_) => "end other programs, then run the same command again",
            Death::Crashed { .. } => {
                "the file is probably damaged: convert it (ffmpeg -i IN -c:v libx264 OUT.mp4); it is left alone until it or the program changes, or with --retry"
            }
            Death::Memory { .. } => "give it more with --memory-per-job, fewer at a time with --jobs, or a smaller picture; then --retry",
            Death::Silent { .. } => {
                "the file is probably damaged: convert it (ffmpeg -i IN -c:v libx264 OUT.mp4); on a slow disk raise --timeout; then --retry"
            }
        }
    }

    /// As an error about the file of this name.
    pub fn error(self, name: &str) -> Error {
        let kind = match self {
            Death::Stopped => ErrorKind::Interrupted,
            Death::NotStarted(_) => ErrorKind::Temporary,
            Death::Crashed { .. } | Death::Memory { .. } | Death::Silent { .. } => ErrorKind::Internal,
        };
        Error::new(kind, self.message(name), self.hint()).because(self)
    }

    /// What an earlier file may have left behind in the process: worth one try in a fresh one.
    fn may_be_inherited(&self) -> bool {
        matches!(self, Death::Crashed { .. } | Death::Memory { .. })
    }
}
