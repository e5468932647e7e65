//! One task from its first event to its last, wherever its work is done.

use super::events::{Event, FileProgress};
use super::failure::Failure;
use super::isolated;
use super::outcome::{Input, Need, Outcome, State, describe};
use super::plan::Task;
use super::work::{Came, Shop, attempt_here, is_full};
use crate::error::{Error, Result};

/// How the work on one input ended.
#[derive(Debug)]
pub enum Ended {
    Done,
    Failed(Failure),
    /// Interrupted; the next run does it.
    Left,
    /// Nothing more can be written, so no further file is begun.
    Full(Failure),
}

/// Does what a task needs, in a process of its own where there is a crew. Its faults stay with it.
pub fn work(task: &Task, shop: &Shop) -> Ended {
    let start = std::time::Instant::now();
    shop.reporter.event(&Event::Started { file: &task.name, bytes: task.found.bytes, rescore: task.need == Need::Report });
    let progress = FileProgress { file: &task.name, reporter: shop.reporter };
    let came = match shop.crew {
        Some(crew) => isolated::attempt(crew, task, shop, &progress),
        None => attempt_here(task, shop, &progress),
    };
    let (file, bytes, seconds) = (task.name.as_str(), task.found.bytes, start.elapsed().as_secs_f64());
    match came {
        Came::Done { reps, score } => {
            shop.reporter.event(&Event::Done { file, bytes, reps, score, seconds });
            Ended::Done
        }
        Came::Left => {
            shop.reporter.event(&Event::Left { file });
            // Goes only when it is empty.
            let _ = std::fs::remove_dir(shop.out.join(&task.result));
            Ended::Left
        }
        Came::Failed { failure, full } => {
            shop.reporter.event(&Event::Failed { file, bytes, error: &failure, seconds });
            let written = keep_failure(task, shop, failure.clone());
            if full || written.is_err_and(|e| is_full(&e)) { Ended::Full(failure) } else { Ended::Failed(failure) }
        }
    }
}

/// Writes the failure down. When the track was saved its outcome stays useful for a later run.
fn keep_failure(task: &Task, shop: &Shop, failure: Failure) -> Result<()> {
    let folder = shop.out.join(&task.result);
    let input = match Outcome::read(&folder) {
        Some(o) if o.status == State::Observed => o.input,
        _ => describe(&task.found, &task.input).unwrap_or_else(|_| Input {
            path: task.name.clone(),
            bytes: task.found.bytes,
            modified_ns: task.found.modified_ns,
            sha256: String::new(),
        }),
    };
    let mut outcome = Outcome::new(State::Failed, input, task.keys.clone());
    outcome.error = Some(failure);
    // A process may die before it makes anything.
    std::fs::create_dir_all(&folder).map_err(|e| Error::io("make the folder", &folder, e))?;
    outcome.write(&folder)
}
