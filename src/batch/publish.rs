//! Results of several machines in one folder: made apart, moved into place when they are whole.
//!
//! A process works in a stage folder of its own, under the results' folder and so on its file
//! system. A result is moved file by file, `outcome.json` last: whoever finds that finds all. Two
//! processes that do the same input move equal bytes; whose keys differ never mix, since the old
//! outcome goes before the first file comes and the merger compares the report with its outcome.

use super::failure::Failure;
use super::layout::{OUTCOME_FILE, RESULT_FILES};
use super::manifest::Entry;
use super::outcome::{Input, Outcome, State};
use super::part::Shard;
use super::plan::Task;
use crate::error::{Error, Result};
use crate::report::recording;
use crate::track::TRACK_FILE;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Holds the stage folders; hidden, so that no search looks into it.
pub const STAGE_FOLDER: &str = ".formcheck-stage";
const LOCK_FILE: &str = ".lock";

/// One process's own folder; gone when this is dropped.
pub struct Stage {
    folder: tempfile::TempDir,
    /// Held as long as the process lives, wherever it does: who can take it may clean up.
    _alive: File,
}

impl Stage {
    /// Makes the folder, and removes those of processes that died.
    pub fn open(out: &Path, shard: Shard) -> Result<Stage> {
        let root = out.join(STAGE_FOLDER);
        let failed = |e| Error::io("make the folder", &root, e);
        std::fs::create_dir_all(&root).map_err(failed)?;
        // Without it a folder could be swept away between its making and its locking.
        let gate = File::create(root.join(LOCK_FILE)).map_err(failed)?;
        if gate.lock().is_ok() {
            sweep(&root);
        }
        let prefix = format!("{}of{}-", shard.index, shard.of);
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(&root).map_err(failed)?;
        let alive = File::create(folder.path().join(LOCK_FILE)).map_err(failed)?;
        // Where the file system has no locks nothing is ever swept.
        let _ = alive.try_lock();
        Ok(Stage { folder, _alive: alive })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Brings an earlier try's track, so that it need not be made again. What cannot be brought is made again.
    pub fn bring(&self, task: &Task, out: &Path) {
        let (from, to) = (out.join(&task.result), self.path().join(&task.result));
        if std::fs::create_dir_all(&to).is_ok() {
            for name in [OUTCOME_FILE, TRACK_FILE] {
                let _ = std::fs::copy(from.join(name), to.join(name));
            }
        }
    }

    /// Moves what was made of one input to its place.
    pub fn publish(&self, task: &Task, entry: &Entry, out: &Path) -> Result<Option<Failure>> {
        let (from, to) = (self.path().join(&task.result), out.join(&task.result));
        let Some(ours) = Outcome::read(&from) else { return Ok(None) };
        if entry.sha256.as_ref().is_some_and(|planned| *planned != ours.input.sha256 && !ours.input.sha256.is_empty()) {
            let failure = changed(&task.name);
            keep(&failure, task, entry, out)?;
            return Ok(Some(failure));
        }
        if holds_already(&ours, &to) {
            return Ok(None);
        }
        std::fs::create_dir_all(&to).map_err(|e| Error::io("make the folder", &to, e))?;
        Outcome::remove(&to)?;
        recording::clear(&to, 0);
        for name in RESULT_FILES.iter().filter(|name| !from.join(name).exists()) {
            // Of an earlier try; who reads the outcome does not look for them.
            let _ = std::fs::remove_file(to.join(name));
        }
        move_all(&from, &to)?;
        move_one(&from.join(OUTCOME_FILE), &to.join(OUTCOME_FILE))?;
        Ok(None)
    }

    /// Forgets one input's stage.
    pub fn clear(&self, task: &Task) {
        // Goes with the whole stage at the latest.
        let _ = std::fs::remove_dir_all(self.path().join(&task.result));
    }
}

/// Removes the stage folders of processes that died: nobody holds their locks.
fn sweep(root: &Path) {
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let dead = || File::open(entry.path().join(LOCK_FILE)).is_ok_and(|f| f.try_lock().is_ok());
        if entry.file_type().is_ok_and(|t| t.is_dir()) && dead() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes every trace of stages; only for who holds the results' lock alone.
pub fn sweep_all(out: &Path) {
    let _ = std::fs::remove_dir_all(out.join(STAGE_FOLDER));
}

/// Whether what lies there is as good as ours: then it stays, bytes and times.
fn holds_already(ours: &Outcome, place: &Path) -> bool {
    let Some(there) = Outcome::read(place) else { return false };
    let same = there.keys == ours.keys && there.input.path == ours.input.path && there.input.sha256 == ours.input.sha256;
    same && there.status == State::Done && whole(place)
}

/// Whether the report, or every set's, ends as a report does; a machine that lost its power may leave the name without the bytes.
pub fn whole(place: &Path) -> bool {
    match recording::read(place) {
        Some(r) => r.sets.iter().filter(|s| s.failure.is_none()).all(|s| ends_well(&place.join(&s.folder).join("report.json"))),
        None => ends_well(&place.join("report.json")),
    }
}

fn ends_well(report: &Path) -> bool {
    let last = || -> std::io::Result<u8> {
        let mut file = File::open(report)?;
        file.seek(SeekFrom::End(-2))?;
        let mut end = [0; 2];
        file.read_exact(&mut end)?;
        Ok(if end[1] == b'\n' { end[0] } else { end[1] })
    };
    last().is_ok_and(|byte| byte == b'}')
}

fn move_all(from: &Path, to: &Path) -> Result<()> {
    let failed = |e| Error::io("read", from, e);
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            std::fs::create_dir_all(&target).map_err(|e| Error::io("make the folder", &target, e))?;
            move_all(&entry.path(), &target)?;
        } else if entry.file_name() != OUTCOME_FILE {
            move_one(&entry.path(), &target)?;
        }
    }
    Ok(())
}

/// The bytes are on the disk before the name is.
fn move_one(from: &Path, to: &Path) -> Result<()> {
    let moved = File::open(from).and_then(|file| file.sync_all()).and_then(|()| std::fs::rename(from, to));
    moved.map_err(|e| Error::io("write", to, e))
}

pub fn changed(name: &str) -> Failure {
    let e = Error::input(format!("{name} has changed since the plan was made"), "make the plan again with `formcheck plan`");
    Failure::from(&e)
}

pub fn gone(name: &str) -> Failure {
    let e = Error::input(format!("{name} is gone since the plan was made"), "bring it back, or make the plan again with `formcheck plan`");
    Failure::from(&e)
}

/// Writes down that a planned input could not be done. It is said of the input as it was planned, so
/// that a new plan has it done.
pub fn keep(failure: &Failure, task: &Task, entry: &Entry, out: &Path) -> Result<PathBuf> {
    let folder = out.join(&task.result);
    std::fs::create_dir_all(&folder).map_err(|e| Error::io("make the folder", &folder, e))?;
    let sha256 = entry.sha256.clone().unwrap_or_default();
    let input = Input { path: task.name.clone(), bytes: entry.size_bytes, modified_ns: 0, sha256 };
    let mut outcome = Outcome::new(State::Failed, input, task.keys.clone());
    outcome.error = Some(failure.clone());
    outcome.write(&folder)?;
    Ok(folder)
}
