//! A video looked at in a process of its own: the track comes back as a file.

use crate::error::{Error, ErrorKind, Result};
use crate::isolate::{Crew, Death};
use crate::pipeline::{self, Cancel, ObserveOptions, Progress, Silent};
use crate::track::{self, TRACK_FILE, Track};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What such a job is called between the processes.
pub const SORT: &str = "observe";

#[derive(Debug, Serialize, Deserialize)]
struct Job {
    video: OsString,
    options: ObserveOptions,
    track: OsString,
}

/// An error as it crosses the pipe; its cause, already part of most messages, stays behind.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    kind: String,
    message: String,
    hint: String,
}

/// The crew's way of [`pipeline::observe`]; the track is settled.
pub fn observe(crew: &Crew, video: &Path, options: &ObserveOptions, cancel: &Cancel) -> Result<Track> {
    let folder = tempfile::tempdir().map_err(|e| Error::io("make a folder in", std::env::temp_dir(), e))?;
    let path = folder.path().join(TRACK_FILE);
    let job = Job { video: video.into(), options: options.clone(), track: path.clone().into() };
    let name = video.file_name().unwrap_or_default().to_string_lossy();
    let came = crew.run(SORT, &job, &Silent, cancel).map_err(|death| death.error(&name))?;
    match serde_json::from_value::<std::result::Result<(), Told>>(came) {
        Ok(Ok(())) => track::load(&path),
        Ok(Err(told)) => Err(Error::new(named(&told.kind), told.message, told.hint)),
        Err(e) => Err(Error::internal(format!("what was told of {name} cannot be read")).because(e)),
    }
}

fn named(kind: &str) -> ErrorKind {
    let kinds = [ErrorKind::Usage, ErrorKind::Input, ErrorKind::Temporary, ErrorKind::Interrupted];
    kinds.into_iter().find(|k| k.name() == kind).unwrap_or(ErrorKind::Internal)
}

/// Name of an error's kind, a process's end included.
pub fn kind(e: &Error) -> &'static str {
    e.source.as_ref().and_then(|s| s.downcast_ref::<Death>()).map_or(e.kind.name(), Death::kind)
}

/// Does a job, in the process of its own.
pub fn serve(job: Value, progress: &dyn Progress, cancel: &Cancel) -> Value {
    let attempt = || -> Result<()> {
        let job: Job = serde_json::from_value(job).map_err(|e| Error::internal("a job cannot be read").because(e))?;
        let track = pipeline::observe(Path::new(&job.video), &job.options, progress, cancel)?;
        track::save(&track, Path::new(&job.track))
    };
    let came = catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|panic| Err(Error::broke_off("the video", &*panic)));
    let told = came.map_err(|e| Told { kind: e.kind.name().into(), message: e.message, hint: e.hint });
    // Text and names only: it can be represented.
    serde_json::to_value(told).unwrap_or_default()
}
