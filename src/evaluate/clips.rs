//! Finding what there is to evaluate in a folder.

use super::digitised;
use super::index::{self, Labelled};
use super::truth::{self, Truth};
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

const ENDINGS: [&str; 6] = ["mp4", "mov", "mkv", "webm", "avi", "m4v"];
const TRUTH: &str = ".truth.json";

/// What is known about a clip.
#[derive(Debug, Clone)]
pub enum Known {
    /// Everything: a rendered lift.
    Truth(Box<Truth>),
    /// Repetitions and y/n labels: a real clip.
    Labelled(Labelled),
}

/// A video with what is known about it.
#[derive(Debug, Clone)]
pub struct Clip {
    /// Name of the truth file without its ending, or the clip's file name in the index.
    pub name: String,
    pub video: PathBuf,
    pub known: Known,
}

/// All clips of a folder by name: first those with a truth file, then those of `INDEX.tsv`. A clip
/// that cannot be read is an error in its own place.
pub fn discover(dir: &Path) -> Result<Vec<(String, Result<Clip>)>> {
    let entries = std::fs::read_dir(dir).map_err(|e| Error::io("read", dir, e))?;
    let mut names = vec![];
    for entry in entries {
        let entry = entry.map_err(|e| Error::io("read", dir, e))?;
        names.extend(entry.file_name().to_str().and_then(|n| n.strip_suffix(TRUTH)).map(str::to_owned));
    }
    names.sort();
    let mut clips: Vec<_> = names.into_iter().map(|name| (name.clone(), with_truth(dir, &name))).collect();
    let table = dir.join("INDEX.tsv");
    if table.is_file() {
        let points = dir.join("digitised.tsv");
        let mut readings = if points.is_file() { digitised::read(&points)? } else { Default::default() };
        for (name, labelled) in index::read(&table)? {
            let labelled = labelled.map(|l| Labelled { readings: readings.remove(&name).unwrap_or_default(), ..l });
            let video = dir.join(&name);
            let clip = labelled.and_then(|known| Ok(Clip { name: name.clone(), video: existing(video)?, known: Known::Labelled(known) }));
            clips.push((name, clip));
        }
    }
    if clips.is_empty() {
        return Err(Error::input(
            format!("{} holds neither NAME.truth.json nor INDEX.tsv", dir.display()),
            "`make truth` renders lifts with known truth; the committed set is fixtures/lifts",
        ));
    }
    Ok(clips)
}

fn with_truth(dir: &Path, name: &str) -> Result<Clip> {
    let truth = truth::read(&dir.join(format!("{name}{TRUTH}")))?;
    let candidates = ENDINGS.iter().map(|ending| dir.join(format!("{name}.{ending}")));
    let video = candidates.into_iter().find(|p| p.is_file());
    let missing = || Error::input(format!("{name}{TRUTH} has no video {name}.mp4 beside it"), "put the video beside its truth file");
    Ok(Clip { name: name.to_owned(), video: video.ok_or_else(missing)?, known: Known::Truth(Box::new(truth)) })
}

fn existing(video: PathBuf) -> Result<PathBuf> {
    if video.is_file() {
        return Ok(video);
    }
    Err(Error::input(format!("{} stands in INDEX.tsv but does not exist", video.display()), "take the row out or bring the video"))
}
