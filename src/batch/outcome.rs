//! `outcome.json`: what became of one input. It is the journal of a batch: written last, whole or
//! not at all, and what a later run compares before it does anything again.

use super::discover::Found;
use super::failure::Failure;
use super::layout::{OUTCOME_FILE, SAVED_TRACK};
use super::text::path_text;
use crate::error::{Error, Result};
use crate::files::{sha256_file, write_whole};
use crate::report::recording::{self, RECORDING_FILE, SetRow};
use crate::track::TRACK_FILE;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const SCHEMA: &str = "1.0";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The track is saved and good; the report is not (yet).
    Observed,
    /// All files are there.
    Done,
    Failed,
    /// Left out on purpose; `error` says why.
    Skipped,
}

/// The input as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Below the folder, see [`path_text`].
    pub path: String,
    pub bytes: u64,
    pub modified_ns: i64,
    pub sha256: String,
}

/// What decides whether a result still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    pub program_version: String,
    /// "heavy", …, or "saved track".
    pub model: String,
    /// `None`: it could not be told (network not installed).
    pub model_sha256: Option<String>,
    /// Settings, metadata and outputs that the report depends on.
    pub report_sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub schema: String,
    pub status: State,
    pub input: Input,
    pub keys: Keys,
    /// The container's creation time.
    pub created: Option<String>,
    pub error: Option<Failure>,
    /// Name → SHA-256 of the files that later runs read: a result is trusted only as it was written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
}

/// The files of a result that are held against [`Outcome::files`].
const TRUSTED: [&str; 3] = ["report.json", "series.csv", TRACK_FILE];

/// Of a recording of several sets those of each set, and the list of them.
fn trusted(folder: &Path) -> Vec<String> {
    let sets = recording::read(folder).map_or(vec![], |r| r.sets);
    let of_set = |set: &SetRow| ["report.json", "series.csv"].map(|name| format!("{}/{name}", set.folder));
    let own = TRUSTED.iter().map(|name| (*name).to_owned());
    own.chain((!sets.is_empty()).then(|| RECORDING_FILE.to_owned())).chain(sets.iter().flat_map(of_set)).collect()
}

impl Outcome {
    pub fn new(status: State, input: Input, keys: Keys) -> Self {
        Outcome { schema: SCHEMA.into(), status, input, keys, created: None, error: None, files: BTreeMap::new() }
    }

    /// Notes the files as they lie in the folder now.
    pub fn note_files(&mut self, folder: &Path) -> Result<()> {
        for name in trusted(folder).into_iter().filter(|name| folder.join(name).is_file()) {
            let hash = sha256_file(&folder.join(&name))?;
            self.files.insert(name, hash);
        }
        Ok(())
    }

    /// Whether a file is as it was noted; one that never was is not known to be.
    fn holds(&self, folder: &Path, name: &str) -> bool {
        let noted = self.files.get(name);
        noted.is_some_and(|noted| sha256_file(&folder.join(name)).is_ok_and(|now| now == *noted))
    }

    /// Whether the input holds several sets, each with a report of its own.
    pub fn is_recording(&self) -> bool {
        self.files.contains_key(RECORDING_FILE)
    }

    /// Whether all noted files are as they were, the report among them.
    fn whole(&self, folder: &Path) -> bool {
        (self.files.contains_key("report.json") || self.is_recording()) && self.files.keys().all(|name| self.holds(folder, name))
    }

    /// The outcome in a result folder; `None` when there is none that this program can read.
    pub fn read(folder: &Path) -> Option<Outcome> {
        let text = std::fs::read(folder.join(OUTCOME_FILE)).ok()?;
        serde_json::from_slice(&text).ok().filter(|o: &Outcome| o.schema == SCHEMA)
    }

    pub fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).map_err(|e| Error::internal(format!("the outcome cannot be represented: {e}")))?;
        write_whole(&folder.join(OUTCOME_FILE), &text)
    }

    pub fn remove(folder: &Path) -> Result<()> {
        match std::fs::remove_file(folder.join(OUTCOME_FILE)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io("replace", folder.join(OUTCOME_FILE), e)),
            _ => Ok(()),
        }
    }
}

/// What is left to do for one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    Nothing,
    /// Only the right half: from the saved track.
    Report,
    Observe,
}

/// Compares what was done with what is wanted. `same_input` is asked last, since it may have to
/// read the whole file.
pub fn need(before: Option<&Outcome>, wanted: &Keys, folder: &Path, retry: bool, same_input: impl FnOnce(&Input) -> bool) -> Need {
    let Some(before) = before else { return Need::Observe };
    let had = &before.keys;
    let same_model = had.model == wanted.model && (wanted.model_sha256.is_none() || had.model_sha256 == wanted.model_sha256);
    if !same_model || had.program_version != wanted.program_version {
        return Need::Observe;
    }
    let track = wanted.model == SAVED_TRACK || folder.join(crate::track::TRACK_FILE).is_file();
    let again = if track { Need::Report } else { Need::Observe };
    let transient = before.error.as_ref().is_some_and(Failure::is_curable);
    let rest = match before.status {
        State::Observed => again,
        State::Failed if retry || transient => again,
        State::Failed if track && had.report_sha256 != wanted.report_sha256 => Need::Report,
        State::Failed | State::Skipped => Need::Nothing,
        State::Done if !track => Need::Observe,
        // The track first: a report cannot be made again from a damaged one.
        State::Done if before.files.contains_key(TRACK_FILE) && !before.holds(folder, TRACK_FILE) => Need::Observe,
        State::Done if had.report_sha256 == wanted.report_sha256 && before.whole(folder) => Need::Nothing,
        State::Done => Need::Report,
    };
    if same_input(&before.input) { rest } else { Need::Observe }
}

/// Whether a file is still the one it was: by size and time, else by content.
pub fn unchanged(now: &Found, path: &Path, before: &Input) -> bool {
    if now.bytes != before.bytes {
        return false;
    }
    now.modified_ns == before.modified_ns || sha256_file(path).is_ok_and(|hash| hash == before.sha256)
}

/// Reads and hashes an input.
pub fn describe(found: &Found, path: &Path) -> Result<Input> {
    let sha256 = sha256_file(path)?;
    Ok(Input { path: path_text(&found.relative), bytes: found.bytes, modified_ns: found.modified_ns, sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(report: &str) -> Keys {
        Keys { program_version: "1".into(), model: "heavy".into(), model_sha256: Some("m".into()), report_sha256: report.into() }
    }

    fn outcome(status: State) -> Outcome {
        let input = Input { path: "a.mp4".into(), bytes: 1, modified_ns: 2, sha256: "v".into() };
        Outcome::new(status, input, keys("r"))
    }

    #[test]
    fn only_what_is_new_or_changed_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        std::fs::write(here.join("report.json"), "{}").unwrap();
        std::fs::write(here.join("series.csv"), "frame").unwrap();
        std::fs::write(here.join(TRACK_FILE), "").unwrap();
        let mut done = outcome(State::Done);
        done.note_files(here).unwrap();
        let ask = |before: &Outcome, wanted: &Keys, same: bool| need(Some(before), wanted, here, false, |_| same);
        assert_eq!(need(None, &keys("r"), here, false, |_| true), Need::Observe);
        assert_eq!(ask(&done, &keys("r"), true), Need::Nothing);
        assert_eq!(ask(&done, &keys("r2"), true), Need::Report);
        assert_eq!(ask(&done, &Keys { program_version: "2".into(), ..keys("r") }, true), Need::Observe);
        assert_eq!(ask(&done, &keys("r"), false), Need::Observe);
        assert_eq!(ask(&done, &Keys { model_sha256: Some("other".into()), ..keys("r") }, true), Need::Observe);
        assert_eq!(ask(&done, &Keys { model_sha256: None, ..keys("r") }, true), Need::Nothing);
        assert_eq!(ask(&outcome(State::Done), &keys("r"), true), Need::Report, "what was not noted is not trusted");
        for (name, need) in [("report.json", Need::Report), ("series.csv", Need::Report), (TRACK_FILE, Need::Observe)] {
            let whole = std::fs::read(here.join(name)).unwrap();
            std::fs::write(here.join(name), "damage").unwrap();
            assert_eq!(ask(&done, &keys("r"), true), need, "{name}");
            std::fs::write(here.join(name), whole).unwrap();
        }
        assert_eq!(ask(&outcome(State::Observed), &keys("r"), true), Need::Report);
        let mut failed = outcome(State::Failed);
        failed.error = Some(Failure::from(&Error::input("no person", "")));
        assert_eq!(ask(&failed, &keys("r"), true), Need::Nothing);
        assert_eq!(need(Some(&failed), &keys("r"), here, true, |_| true), Need::Report);
        failed.error = Some(Failure::from(&Error::temporary("disk full", "")));
        assert_eq!(ask(&failed, &keys("r"), true), Need::Report);
        std::fs::remove_file(here.join(crate::track::TRACK_FILE)).unwrap();
        assert_eq!(ask(&done, &keys("r"), true), Need::Observe);
    }

    #[test]
    fn an_outcome_is_read_back_and_rubbish_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let o = outcome(State::Done);
        o.write(folder.path()).unwrap();
        assert_eq!(Outcome::read(folder.path()), Some(o));
        std::fs::write(folder.path().join(OUTCOME_FILE), "{\"schema\": \"1.0\", \"status\": \"do").unwrap();
        assert_eq!(Outcome::read(folder.path()), None);
    }
}
