//! What each input needs, where its results go, and in which order the work is done.

use super::discover::Found;
use super::failure::Failure;
use super::layout::SAVED_TRACK;
use super::metadata::{OwnSet, Sources, lifter_for};
use super::outcome::{Input, Keys, Need, Outcome, State, need, unchanged};
use super::text::{folder_stem, path_text};
use crate::config::{Config, Lifter};
use crate::error::{Error, Result};
use crate::files::sha256_text;
use crate::pipeline::Outputs;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One input with everything its work needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    pub found: Found,
    /// The input's path below the folder, as text.
    pub name: String,
    #[serde(with = "super::text::path")]
    pub input: PathBuf,
    /// The film from the front, where there is one.
    #[serde(default)]
    pub front: Option<FrontInput>,
    /// Result folder below `--out`.
    #[serde(with = "super::text::path")]
    pub result: PathBuf,
    /// What is known of this set; the rest of the configuration is the run's.
    pub lifter: Lifter,
    /// What is known of single sets, should it be a recording of several.
    #[serde(default)]
    pub sets: BTreeMap<u32, OwnSet>,
    pub keys: Keys,
    pub need: Need,
}

/// Where a film from the front lies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrontInput {
    #[serde(with = "super::text::path")]
    pub path: PathBuf,
    pub is_track: bool,
}

/// What holds for every file of a run.
pub struct Terms<'a> {
    pub folder: &'a Path,
    pub out: &'a Path,
    pub config: &'a Config,
    pub model: &'a str,
    pub outputs: Outputs,
    /// SHA-256 of the calibration's track or video.
    pub calibration_sha256: Option<String>,
    pub retry: bool,
}

/// A task per input, in the order of paths.
pub fn plan(found: &[Found], terms: &Terms, sources: &Sources, model_id: &Result<String>) -> Result<Vec<Task>> {
    let results = result_folders(found, |place| Outcome::read(&terms.out.join(place)).map(|o| o.input.path));
    let common = common_text(terms)?;
    let same = |found: &Found, input: &Path, before: &Input| unchanged(found, input, before);
    found.iter().zip(results).map(|(found, result)| task(found, result, terms, sources, &common, model_id, same)).collect()
}

/// One task. `same` tells whether the input is still the one that was done.
pub fn task(
    found: &Found,
    result: PathBuf,
    terms: &Terms,
    sources: &Sources,
    common: &str,
    model_id: &Result<String>,
    same: impl FnOnce(&Found, &Path, &Input) -> bool,
) -> Result<Task> {
    let facts = sources.facts(&found.relative, None).0;
    let lifter = lifter_for(&terms.config.lifter, &facts);
    let sets = sources.own_sets(&terms.config.lifter, &found.relative);
    let keys = keys(found, terms, common, (&lifter, &sets), model_id)?;
    let input = terms.folder.join(&found.relative);
    let place = terms.out.join(&result);
    let before = Outcome::read(&place);
    let need = need(before.as_ref(), &keys, &place, terms.retry, |before| same(found, &input, before));
    let front = found.front.as_ref().map(|f| FrontInput { path: terms.folder.join(&f.relative), is_track: f.is_track });
    Ok(Task { found: found.clone(), name: path_text(&found.relative), input, front, result, lifter, sets, keys, need })
}

/// What every report of this run depends on.
pub fn common_text(terms: &Terms) -> Result<String> {
    let settings = toml_text(&Config { lifter: Lifter::default(), ..terms.config.clone() })?;
    let Outputs { video, html, stills, clips, card } = terms.outputs;
    // Results of before there were cards still hold.
    let card = if card { " card" } else { "" };
    let calibration = terms.calibration_sha256.as_deref().unwrap_or("none");
    Ok(sha256_text(&format!("{settings}\n# outputs {video} {html} {stills} {clips}{card}\n# calibration {calibration}\n")))
}

fn toml_text(value: &impl serde::Serialize) -> Result<String> {
    toml::to_string(value).map_err(|e| Error::internal(format!("the configuration cannot be represented: {e}")))
}

fn keys(
    found: &Found,
    terms: &Terms,
    common: &str,
    (lifter, sets): (&Lifter, &BTreeMap<u32, OwnSet>),
    model_id: &Result<String>,
) -> Result<Keys> {
    let (model, model_sha256) = match found.is_track {
        true => (SAVED_TRACK.to_owned(), None),
        false => (terms.model.to_owned(), model_id.as_ref().ok().cloned()),
    };
    let mut known = toml_text(lifter)?;
    for (number, own) in sets {
        known.push_str(&format!("# set {number} {:?}\n{}", own.name, toml_text(&own.lifter)?));
    }
    // Size and name stand for the film, as they do for any input that nobody has hashed yet.
    if let Some(front) = &found.front {
        known.push_str(&format!("# front {} {}\n", path_text(&front.relative), front.bytes));
    }
    Ok(Keys {
        program_version: env!("CARGO_PKG_VERSION").into(),
        model,
        model_sha256,
        report_sha256: sha256_text(&format!("{common}\n{known}")),
    })
}

/// The bare name results are filed under: the stem, for tracks the name of their set.
fn stem(path: &Path, is_track: bool) -> PathBuf {
    if !is_track {
        return path.with_file_name(folder_stem(path));
    }
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    match path.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".track.json.gz")) {
        Some(name) => path.with_file_name(name),
        // A folder holding `track.json.gz` gives its own name.
        None => parent.map_or_else(|| PathBuf::from("track"), Path::to_owned),
    }
}

/// One folder per input, mirroring the tree. Of several inputs of one stem the first keeps the bare
/// name and the others get `-2`, `-3`, …; who has a folder from an earlier run keeps it.
///
/// `claim` is the input whose results lie in a folder. A plan asks nobody, so that all its shards agree.
pub fn result_folders(found: &[Found], claim: impl Fn(&Path) -> Option<String>) -> Vec<PathBuf> {
    let names: BTreeSet<String> = found.iter().map(|f| path_text(&f.relative)).collect();
    let mut groups: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    found.iter().enumerate().for_each(|(i, f)| groups.entry(stem(&f.relative, f.is_track)).or_default().push(i));
    let bare: BTreeSet<PathBuf> = groups.keys().cloned().collect();
    let mut results = vec![PathBuf::new(); found.len()];
    for (stem, members) in groups {
        if let [only] = members[..] {
            results[only] = stem;
            continue;
        }
        // Another input's bare stem is not a free number of this one.
        let candidates: Vec<PathBuf> = std::iter::once(stem.clone())
            .chain((2..).map(|n| numbered(&stem, n)).filter(|p| !bare.contains(p)))
            .take(2 * members.len())
            .collect();
        let claims: Vec<Option<String>> = candidates.iter().map(|c| claim(c)).collect();
        let mut taken = vec![false; candidates.len()];
        let mut free = vec![];
        for i in members {
            let name = path_text(&found[i].relative);
            match claims.iter().position(|c| c.as_deref() == Some(&name)) {
                Some(at) => (taken[at], results[i]) = (true, candidates[at].clone()),
                None => free.push(i),
            }
        }
        for i in free {
            // A claim by an input that is gone is void. Twice as many names as members: one is free.
            let open = |at: &usize| !taken[*at] && !claims[*at].as_ref().is_some_and(|c| names.contains(c));
            let at = (0..candidates.len()).find(open).unwrap_or_default();
            (taken[at], results[i]) = (true, candidates[at].clone());
        }
    }
    results
}

/// `stem-2`.
pub fn numbered(stem: &Path, n: usize) -> PathBuf {
    let mut name = stem.file_name().unwrap_or_default().to_owned();
    name.push(format!("-{n}"));
    stem.with_file_name(name)
}

/// Inputs that share a stem and therefore got numbered folders.
pub fn stem_notices(places: &[Place]) -> Vec<String> {
    let numbered = places.iter().filter(|p| p.result != stem(&p.relative, p.is_track));
    let told = |p: &Place| format!("{}: another file has the same stem; its results are in {}", p.name(), path_text(&p.result));
    numbered.map(told).collect()
}

/// An input and where its results are: what a summary needs of a task.
#[derive(Debug, Clone)]
pub struct Place {
    /// Below the folder.
    pub relative: PathBuf,
    /// Below `--out`.
    pub result: PathBuf,
    pub is_track: bool,
}

impl Place {
    pub fn of(task: &Task) -> Place {
        Place { relative: task.found.relative.clone(), result: task.result.clone(), is_track: task.found.is_track }
    }

    /// The input's path below the folder, as text.
    pub fn name(&self) -> String {
        path_text(&self.relative)
    }
}

/// Indices of the tasks to do, the longest first: bytes stand for the duration, which is not known
/// before a file is decoded. Re-scoring takes milliseconds and comes last.
pub fn order<T: std::borrow::Borrow<Task>>(tasks: &[T]) -> Vec<usize> {
    let tasks: Vec<&Task> = tasks.iter().map(T::borrow).collect();
    let mut to_do: Vec<usize> = (0..tasks.len()).filter(|&i| tasks[i].need != Need::Nothing).collect();
    to_do.sort_by_key(|&i| (tasks[i].need == Need::Report, std::cmp::Reverse(tasks[i].found.bytes), i));
    to_do
}

/// The failure of an earlier run that still holds.
pub fn standing_failure(task: &Task, out: &Path) -> Option<Failure> {
    let before = Outcome::read(&out.join(&task.result))?;
    (before.status == State::Failed).then_some(before.error).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Found {
        Found { relative: path.into(), bytes: 1, modified_ns: 1, is_track: path.ends_with("gz"), front: None }
    }

    fn folders(paths: &[&str], out: &Path) -> Vec<String> {
        let found: Vec<Found> = paths.iter().map(|p| found(p)).collect();
        result_folders(&found, |place| Outcome::read(&out.join(place)).map(|o| o.input.path)).iter().map(|p| path_text(p)).collect()
    }

    #[test]
    fn files_of_one_stem_get_folders_of_their_own_and_keep_them() {
        let out = tempfile::tempdir().unwrap();
        let at = out.path();
        assert_eq!(folders(&["a.mov", "a.mp4", "b/a.mp4"], at), ["a", "a-2", "b/a"]);
        assert_eq!(folders(&["a-2.mp4", "a.mov", "a.mp4"], at), ["a-2", "a", "a-3"]);
        assert_eq!(folders(&["x.track.json.gz", "y/track.json.gz", "track.json.gz"], at), ["x", "y", "track"]);
        std::fs::create_dir(at.join("a")).unwrap();
        let input = Input { path: "a.mp4".into(), bytes: 1, modified_ns: 1, sha256: String::new() };
        let keys = Keys { program_version: String::new(), model: String::new(), model_sha256: None, report_sha256: String::new() };
        Outcome::new(State::Done, input, keys).write(&at.join("a")).unwrap();
        assert_eq!(folders(&["a.mov", "a.mp4"], at), ["a-2", "a"], "the folder stays with who has it");
        assert_eq!(folders(&["a.avi", "a.mov"], at), ["a", "a-2"], "unless he is gone");
    }
}
