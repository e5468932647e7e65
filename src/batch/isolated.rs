//! The work on one input in a process of its own: what is told to it, and what it tells back.

use super::events::Quiet;
use super::failure::Failure;
use super::plan::Task;
use super::port::Line;
use super::work::{self, Came, Shop};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::files::PART_PREFIX;
use crate::isolate::{Crew, Death};
use crate::pipeline::{Cancel, ObserveOptions, Outputs, Progress};
use crate::track::{self, Track};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What such a job is called between the processes.
pub const SORT: &str = "batch";

/// All that one input's work depends on.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    task: Task,
    #[serde(with = "super::text::path")]
    out: PathBuf,
    options: ObserveOptions,
    config: Config,
    outputs: Outputs,
    calibration: Option<Lent>,
}

/// File with the calibration's track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Lent(#[serde(with = "super::text::path")] PathBuf);

/// Puts the calibration's track where the processes read it; it goes when the batch ends, or with the next one's sweep.
pub fn lend(track: &Track, out: &Path) -> Result<tempfile::TempPath> {
    let failed = |e| Error::io("write", out, e);
    let file = tempfile::Builder::new().prefix(PART_PREFIX).suffix(".part").tempfile_in(out).map_err(failed)?;
    let path = file.into_temp_path();
    track::save(track, &path)?;
    Ok(path)
}

/// Has a task done by the crew.
pub fn attempt(crew: &Crew, task: &Task, shop: &Shop, progress: &dyn Progress) -> Came {
    let job = Job {
        task: task.clone(),
        out: shop.out.to_owned(),
        options: shop.options.clone(),
        config: shop.config.clone(),
        outputs: shop.outputs,
        calibration: shop.calibration_file.map(|p| Lent(p.to_owned())),
    };
    match crew.run(SORT, &job, progress, shop.cancel) {
        Ok(value) => serde_json::from_value(value).unwrap_or_else(|e| unreadable(&task.name, &e)),
        Err(Death::Stopped) => Came::Left,
        Err(death) => {
            let (kind, message, hint) = (death.kind().into(), death.message(&task.name), death.hint().into());
            Came::Failed { failure: Failure { kind, message, cause: None, hint }, full: false }
        }
    }
}

fn unreadable(what: &str, e: &serde_json::Error) -> Came {
    Came::Failed { failure: Failure::from(&Error::internal(format!("what was told of {what} cannot be read: {e}"))), full: false }
}

/// The calibration's track of the last job, which is mostly that of the next.
#[derive(Debug, Default)]
pub struct Kept(Option<(Lent, Track)>);

/// Does a job, in the process of its own.
pub fn serve(job: Value, kept: &mut Kept, line: &dyn Line, progress: &dyn Progress, cancel: &Cancel) -> Came {
    let job: Job = match serde_json::from_value(job) {
        Ok(job) => job,
        Err(e) => return unreadable("a job", &e),
    };
    if kept.0.as_ref().map(|k| &k.0) != job.calibration.as_ref() {
        kept.0 = match job.calibration.map(|lent| Ok((track::load(&lent.0)?, lent))).transpose() {
            Ok(calibration) => calibration.map(|(track, lent)| (lent, track)),
            Err(e) => return Came::Failed { failure: Failure::from(&e), full: false },
        };
    }
    let shop = Shop {
        line,
        out: &job.out,
        options: &job.options,
        config: &job.config,
        outputs: job.outputs,
        calibration: kept.0.as_ref().map(|k| &k.1),
        reporter: &Quiet,
        cancel,
        crew: None,
        calibration_file: None,
    };
    work::attempt_here(&job.task, &shop, progress)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::batch::discover::Found;
    use crate::batch::outcome::{Keys, Need};
    use crate::batch::plan::FrontInput;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn a_job_crosses_the_pipe_to_the_last_bit_whatever_its_name() {
        let odd = PathBuf::from(std::ffi::OsStr::from_bytes(b"a\xff\n.mp4"));
        let found = Found { relative: odd.clone(), bytes: u64::MAX, modified_ns: -1, is_track: false, front: None };
        let keys = Keys { program_version: "1".into(), model: "lite".into(), model_sha256: None, report_sha256: "r".into() };
        let mut config = Config::default();
        config.lifter.height_cm = Some(0.1 + 0.2);
        let lifter = config.lifter.clone();
        let task = Task {
            found,
            name: "a".into(),
            input: odd.clone(),
            front: Some(FrontInput { path: odd.clone(), is_track: false }),
            result: odd.clone(),
            lifter,
            sets: Default::default(),
            keys,
            need: Need::Observe,
        };
        let outputs = Outputs { video: true, html: false, stills: true, clips: false, card: false };
        let options = ObserveOptions::default();
        let job = Job { task, out: odd.clone(), options, config, outputs, calibration: Some(Lent(odd)) };
        let line = serde_json::to_string(&job).unwrap();
        assert!(!line.contains('\n'));
        let back: Job = serde_json::from_str(&line).unwrap();
        assert_eq!((format!("{back:?}"), &back.config), (format!("{job:?}"), &job.config));
    }
}
