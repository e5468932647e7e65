//! `--watch`: new files are scored as they land. The folder is looked at every few seconds, since
//! notifications are unreliable on network drives and phones' mounts; a file counts as whole when
//! its size and time were the same twice.

use super::discover::{Discovery, Found, discover};
use super::events::{Event, Reporter};
use super::options::{End, Options};
use super::runner::Interrupt;
use crate::error::Result;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What was seen of each file the last time.
type Seen = BTreeMap<PathBuf, (u64, i64)>;

/// Calls `round` with what is whole, whenever that changed, until Ctrl-C.
pub fn watch(
    options: &Options,
    round: impl Fn(Discovery) -> Result<End>,
    reporter: &dyn Reporter,
    interrupt: &Interrupt,
    every: Duration,
) -> Result<End> {
    let message = format!("watching {}; Ctrl-C ends it", options.search.folder.display());
    reporter.event(&Event::Notice { file: None, message: &message });
    let mut before = Seen::new();
    let mut done: Option<Vec<Found>> = None;
    let mut last = None;
    loop {
        let found = discover(&options.search)?;
        let now: Seen = found.files.iter().map(|f| (f.relative.clone(), (f.bytes, f.modified_ns))).collect();
        let Discovery { mut files, unreadable, skipped } = found;
        files.retain(|f| before.get(&f.relative) == Some(&(f.bytes, f.modified_ns)));
        before = now;
        // The very first look is always followed by a round, so that an empty folder has its page.
        if done.as_ref() != Some(&files) && !(done.is_none() && files.len() < before.len()) {
            done = Some(files.clone());
            last = Some(round(Discovery { files, unreadable, skipped })?);
        }
        if !wait(every, interrupt) {
            return match last {
                Some(end) => Ok(End { interrupted: true, ..end }),
                None => round(Discovery::default()),
            };
        }
    }
}

/// False when Ctrl-C came.
fn wait(every: Duration, interrupt: &Interrupt) -> bool {
    let until = Instant::now() + every;
    while Instant::now() < until {
        if interrupt.finish.is_set() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50).min(every));
    }
    !interrupt.finish.is_set()
}
