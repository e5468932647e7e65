//! What a batch tells while it runs, and the two plain ways of showing it. The bars of a terminal
//! are `cli::progress`'s.

use super::failure::Failure;
use super::text::one_line;
use crate::pipeline::Stage;
use serde::Serialize;
use std::collections::VecDeque;
use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Times are seconds of wall clock, `file` is the path below the folder as text.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    Planned {
        files: usize,
        to_do: usize,
        unchanged: usize,
        jobs: usize,
        bytes_to_do: u64,
    },
    Started {
        file: &'a str,
        bytes: u64,
        rescore: bool,
    },
    Stage {
        file: &'a str,
        stage: &'a str,
        frames: Option<u64>,
    },
    Frames {
        file: &'a str,
        done: u64,
    },
    /// Something to know that stops nothing.
    Notice {
        file: Option<&'a str>,
        message: &'a str,
    },
    Done {
        file: &'a str,
        bytes: u64,
        reps: u32,
        score: Option<f64>,
        seconds: f64,
    },
    Failed {
        file: &'a str,
        bytes: u64,
        error: &'a Failure,
        seconds: f64,
    },
    /// Interrupted: neither done nor failed, the next run does it.
    Left {
        file: &'a str,
    },
    Finished {
        done: usize,
        unchanged: usize,
        failed: usize,
        left: usize,
        seconds: f64,
    },
}

/// Consumes events, from several threads.
pub trait Reporter: Sync {
    fn event(&self, event: &Event);
}

/// Says nothing.
pub struct Quiet;
impl Reporter for Quiet {
    fn event(&self, _: &Event) {}
}

/// One JSON object per line, for programs. Frames and stages are told while fewer than [`FRAMES_WHILE`] and [`STAGES_WHILE`] lines went
/// out in the last second, over all files; starts, ends and notices always: lines a second stay within ten unless files end faster.
pub struct JsonEvents<W: Write + Send> {
    /// With when the lines of the last second went out.
    out: Mutex<(W, VecDeque<Instant>)>,
}

const FRAMES_WHILE: usize = 7;
const STAGES_WHILE: usize = 9;
const SECOND: Duration = Duration::from_secs(1);

impl<W: Write + Send> JsonEvents<W> {
    pub fn new(out: W) -> Self {
        JsonEvents { out: Mutex::new((out, VecDeque::new())) }
    }
}

impl<W: Write + Send> Reporter for JsonEvents<W> {
    fn event(&self, event: &Event) {
        if let (Ok(mut text), Ok(mut guard)) = (serde_json::to_string(event), self.out.lock()) {
            let (out, told) = &mut *guard;
            while told.front().is_some_and(|t| t.elapsed() >= SECOND) {
                told.pop_front();
            }
            let most = match event {
                Event::Frames { .. } => FRAMES_WHILE,
                Event::Stage { .. } => STAGES_WHILE,
                _ => usize::MAX,
            };
            if told.len() >= most {
                return;
            }
            told.push_back(Instant::now());
            text.push('\n');
            // The reader has gone: the work goes on without it.
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        }
    }
}

/// Plain lines, for logs and pipes: one when a file starts and one when it ends.
pub struct Lines<W: Write + Send> {
    pub out: Mutex<W>,
    /// Only failures and notices.
    pub quiet: bool,
}

impl<W: Write + Send> Reporter for Lines<W> {
    fn event(&self, event: &Event) {
        let routine = matches!(event, Event::Planned { .. } | Event::Started { .. } | Event::Done { .. } | Event::Finished { .. });
        if self.quiet && routine {
            return;
        }
        if let (Some(line), Ok(mut out)) = (line(event), self.out.lock()) {
            let _ = writeln!(out, "{line}");
        }
    }
}

/// One event as a line for people; `None` for what is too frequent for lines.
pub fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Planned { files, to_do, unchanged, jobs, .. } => {
            format!("{}: {to_do} to do, {unchanged} unchanged; {jobs} at a time", count(*files, "file"))
        }
        Event::Started { file, rescore, .. } => {
            format!("{}: {}", one_line(file), if *rescore { "scoring the saved track" } else { "started" })
        }
        Event::Stage { .. } | Event::Frames { .. } => return None,
        Event::Notice { file, message } => match file {
            Some(file) => format!("note: {}: {}", one_line(file), one_line(message)),
            None => format!("note: {}", one_line(message)),
        },
        Event::Done { file, reps, score, seconds, .. } => {
            let score = score.map_or("no score".to_owned(), |s| format!("score {s:.0}"));
            format!("{}: {}, {score} ({seconds:.1} s)", one_line(file), count(*reps as usize, "rep"))
        }
        Event::Failed { file, error, .. } => format!("{}: failed: {}; {}", one_line(file), one_line(&error.message), error.hint),
        Event::Left { file } => format!("{}: left for the next run", one_line(file)),
        Event::Finished { done, unchanged, failed, left, seconds } => {
            let left = if *left > 0 { format!(", {left} left for the next run") } else { String::new() };
            format!("{done} done, {unchanged} unchanged, {failed} failed{left} in {seconds:.1} s")
        }
    })
}

/// "1 rep", "2 reps".
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Passes one file's progress on as events.
pub struct FileProgress<'a> {
    pub file: &'a str,
    pub reporter: &'a dyn Reporter,
}

impl crate::pipeline::Progress for FileProgress<'_> {
    fn stage(&self, stage: Stage, frames: Option<u64>) {
        self.reporter.event(&Event::Stage { file: self.file, stage: stage.name(), frames });
    }

    fn frames(&self, done: u64) {
        self.reporter.event(&Event::Frames { file: self.file, done });
    }

    fn warn(&self, message: &str) {
        self.reporter.event(&Event::Notice { file: Some(self.file), message });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_shows_progress_gives_way_to_starts_and_ends() {
        let events = JsonEvents::new(Vec::new());
        for n in 0..20 {
            events.event(&Event::Started { file: "a", bytes: 1, rescore: true });
            events.event(&Event::Stage { file: "a", stage: "assess", frames: None });
            events.event(&Event::Frames { file: "a", done: n });
            events.event(&Event::Left { file: "a" });
        }
        let (out, _) = events.out.into_inner().unwrap();
        let lines = String::from_utf8(out).unwrap();
        let told = |what: &str| lines.lines().filter(|l| l.contains(what)).count();
        assert_eq!((told("\"started\""), told("\"left\"")), (20, 20));
        assert!(told("\"frames\"") + told("\"stage\"") <= STAGES_WHILE, "{lines}");
    }
}
