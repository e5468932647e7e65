//! A second film of the set, from the front.

use crate::batch::plan::FrontInput;
use crate::error::{Error, Result};
use crate::track::TRACK_FILE;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Second camera")]
pub struct Front {
    /// A film of the same set from the front, or its saved track: stance, grip and knees are judged by it
    #[arg(long, value_name = "VIDEO", conflicts_with_all = ["set", "from", "to"])]
    pub front: Option<PathBuf>,
}

impl Front {
    /// Refuses what one film from the front cannot be laid over, before any work.
    pub fn check(&self, videos: usize) -> Result<()> {
        match (&self.front, videos) {
            (Some(_), n) if n > 1 => {
                Err(Error::usage("--front goes with one video", "give the film from the side and that from the front alone"))
            }
            _ => Ok(()),
        }
    }
}

/// What a path names: a film, or the saved track of one.
pub fn input(front: &Path) -> FrontInput {
    match saved_track(front) {
        Some(path) => FrontInput { path, is_track: true },
        None => FrontInput { path: front.to_owned(), is_track: false },
    }
}

/// The track that a path names, itself or as the folder it lies in.
fn saved_track(path: &Path) -> Option<PathBuf> {
    let inside = path.join(TRACK_FILE);
    let named = path.to_string_lossy().ends_with(".json.gz");
    if named { Some(path.to_owned()) } else { inside.is_file().then_some(inside) }
}

/// A recording of several sets has no one set that another film could show.
pub fn several(sets: usize) -> Error {
    Error::usage(
        format!("the recording holds {sets} sets: --front takes a film of one"),
        "cut the set out first, or give a film that holds it alone",
    )
}
