//! The child's side: does one job after the other until the parent closes the pipe.

use super::{News, Order, Said, limits};
use crate::progress::{Cancel, Progress, Stage};
use serde_json::Value;
use std::io::{BufRead, Write};
use std::sync::mpsc;

/// Tells the parent, one line per message.
struct Told;

fn say(said: &Said) {
    let Ok(text) = serde_json::to_string(said) else { return };
    let mut out = std::io::stdout().lock();
    // A native library may have printed half a line: each message stands on one of its own.
    if writeln!(out, "\n{text}").and_then(|()| out.flush()).is_err() {
        // Nobody listens any more.
        limits::end_now();
    }
}

impl Progress for Told {
    fn stage(&self, stage: Stage, frames: Option<u64>) {
        say(&Said::News(News::Stage(stage, frames)));
    }

    fn frames(&self, done: u64) {
        say(&Said::News(News::Frames(done)));
    }

    fn warn(&self, message: &str) {
        say(&Said::News(News::Warn(message.into())));
    }
}

/// Serves jobs. `work` keeps its panics to itself.
pub fn serve(memory_bytes: Option<u64>, mut work: impl FnMut(&str, Value, &dyn Progress, &Cancel) -> Value) {
    limits::apply(memory_bytes);
    let (send, jobs) = mpsc::channel();
    let cancel = Cancel::default();
    let stop = cancel.clone();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match serde_json::from_str(&line) {
                // Whom nobody takes it from: the work has ended, and with it this process.
                Ok(Order::Work(sort, job)) => _ = send.send((sort, job)),
                Ok(Order::Stop) => stop.set(),
                Err(_) => break,
            }
        }
        // The parent has gone, however it went: what is half done must not go on beside the next run.
        limits::end_now();
    });
    for (sort, job) in jobs {
        let result = work(&sort, job, &Told, &cancel);
        say(&Said::End(result));
    }
}
