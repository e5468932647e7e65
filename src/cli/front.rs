//! A second film of the set, from the front.

use super::context::Context;
use crate::batch::port::{Destination, Finished};
use crate::batch::text::path_text;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::pipeline::{FRONT_FOLDER, ObserveOptions, Progress};
use crate::track::{self, TRACK_FILE, Track};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Second camera")]
pub struct Front {
    /// A film of the same set from the front, or its saved track: stance, grip and knees are judged by it
    #[arg(long, value_name = "VIDEO", conflicts_with_all = ["set", "from", "to"])]
    pub front: Option<PathBuf>,
}

/// The set, and what to do with it.
pub struct Pair<'a> {
    pub track: &'a Track,
    pub calibration: Option<&'a Track>,
    pub config: &'a Config,
    pub files: Option<Destination<'a>>,
    pub observe: &'a ObserveOptions,
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

/// The report of both films; the front film's own files lie in a folder below.
pub fn report(front: &Path, pair: &Pair, progress: &dyn Progress, context: &Context) -> Result<Finished> {
    let cancel = &context.interrupt.finish;
    let saved = saved_track(front);
    let second = match &saved {
        Some(file) => track::load(file)?,
        None => {
            if !front.is_file() {
                return Err(Error::input(
                    format!("there is no file {}", path_text(front)),
                    "give the film from the front, or its saved track",
                ));
            }
            let mut second = context.line.observe(front, pair.observe, progress, cancel)?;
            track::settle(&mut second);
            second
        }
    };
    let below = pair.files.map(|f| f.dir.join(FRONT_FOLDER));
    let files = match (&below, pair.files) {
        (Some(dir), Some(files)) => {
            std::fs::create_dir_all(dir).map_err(|e| Error::io("make the folder", dir, e))?;
            track::save(&second, &dir.join(TRACK_FILE))?;
            [Some(files), Some(Destination { video: saved.is_none().then_some(front), dir, ..files })]
        }
        _ => [None, None],
    };
    let [first, _] = context.line.report_pair([pair.track, &second], pair.calibration, pair.config, files, progress, cancel)?;
    Ok(first)
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
