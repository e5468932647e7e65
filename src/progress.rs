//! How a long run tells where it is and how it is stopped.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by Ctrl-C; stages look at it between frames.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks to stop.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// An error of the kind `Interrupted` once somebody asked.
    pub fn check(&self) -> Result<()> {
        if self.is_set() { Err(Error::interrupted()) } else { Ok(()) }
    }
}

/// Where a run is. Names are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The first pass: people, cuts.
    Scout,
    /// The second: poses and plates.
    Pose,
    /// From the track to the report.
    Assess,
    /// The annotated video.
    Annotate,
    /// The files.
    Write,
}

impl Stage {
    /// Its one word.
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
    /// A stage begins; how many frames it will see, where that is known.
    fn stage(&self, _stage: Stage, _frames_total: Option<u64>) {}
    /// So many frames of it are done.
    fn frames(&self, _done: u64) {}
    /// Something to know that stops nothing.
    fn warn(&self, _message: &str) {}
}

/// Says nothing.
pub struct Silent;
impl Progress for Silent {}
