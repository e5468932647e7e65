//! Progress on standard error: bars on a terminal, else plain lines.

use super::console::Console;
use crate::batch::events::{Event, Lines, Reporter, line};
use crate::batch::text::one_line;
use crate::pipeline::{Progress, Stage};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::HashMap;
use std::sync::Mutex;

/// Redraws per second.
const RATE_HZ: u8 = 8;

fn style(template: &str) -> ProgressStyle {
    // The templates are this file's own; a wrong one falls back to the plain bar.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─")
}

fn frames_style() -> ProgressStyle {
    style("  {prefix:24!} {msg:14} {wide_bar} {pos}/{len} {per_sec}")
}

/// One video's progress on a terminal.
pub struct VideoBar {
    bar: ProgressBar,
}

impl VideoBar {
    pub fn new(name: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(RATE_HZ))
            .with_style(style("  {prefix:24!} {msg} {spinner}"));
        bar.set_prefix(one_line(name));
        VideoBar { bar }
    }

    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn begin(bar: &ProgressBar, stage: &str, frames: Option<u64>) {
    bar.set_message(stage.to_owned());
    bar.reset();
    match frames {
        Some(frames) => {
            bar.set_style(frames_style());
            bar.set_length(frames);
        }
        None => bar.set_style(style("  {prefix:24!} {msg} {spinner}")),
    }
    bar.tick();
}

impl Progress for VideoBar {
    fn stage(&self, stage: Stage, frames: Option<u64>) {
        begin(&self.bar, stage.name(), frames);
    }

    fn frames(&self, done: u64) {
        self.bar.set_position(done);
    }

    fn warn(&self, message: &str) {
        self.bar.println(format!("note: {}", one_line(message)));
    }
}

/// One video's progress in a log: a line per stage.
pub struct VideoLines {
    pub name: String,
    pub console: Console,
}

impl Progress for VideoLines {
    fn stage(&self, stage: Stage, frames: Option<u64>) {
        if !self.console.quiet {
            let frames = frames.map_or(String::new(), |n| format!(", {n} frames"));
            eprintln!("{}: {}{frames}", one_line(&self.name), stage.name());
        }
    }

    fn warn(&self, message: &str) {
        self.console.note(&format!("{}: {}", one_line(&self.name), one_line(message)));
    }
}

/// A batch on a terminal: the whole with time left, and a line per running file.
pub struct Bars {
    all: MultiProgress,
    total: ProgressBar,
    files: Mutex<HashMap<String, ProgressBar>>,
}

impl Bars {
    pub fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(RATE_HZ));
        let total = all.add(ProgressBar::no_length().with_style(style("{msg} {wide_bar} {percent}% {eta} left")));
        Bars { all, total, files: Mutex::default() }
    }

    fn with(&self, file: &str, act: impl FnOnce(&ProgressBar)) {
        // Another thread's panic leaves the table usable.
        if let Some(bar) = self.files.lock().unwrap_or_else(|e| e.into_inner()).get(file) {
            act(bar);
        }
    }

    fn end(&self, file: &str, bytes: u64, event: &Event) {
        if let Some(bar) = self.files.lock().unwrap_or_else(|e| e.into_inner()).remove(file) {
            bar.finish_and_clear();
            self.all.remove(&bar);
        }
        self.total.inc(bytes);
        self.say(event);
    }

    fn say(&self, event: &Event) {
        if let Some(text) = line(event) {
            // Where nothing is drawn there is nobody to tell.
            let _ = self.all.println(text);
        }
    }
}

impl Default for Bars {
    fn default() -> Self {
        Self::new()
    }
}

impl Reporter for Bars {
    fn event(&self, event: &Event) {
        match event {
            Event::Planned { to_do, bytes_to_do, .. } => {
                self.total.set_length((*bytes_to_do).max(1));
                self.total.set_message(format!("{to_do} to do"));
                self.say(event);
            }
            Event::Started { file, .. } => {
                let bar = self.all.add(ProgressBar::new_spinner().with_style(style("  {prefix:24!} {msg} {spinner}")));
                bar.set_prefix(one_line(file));
                self.files.lock().unwrap_or_else(|e| e.into_inner()).insert((*file).to_owned(), bar);
            }
            Event::Stage { file, stage, frames } => self.with(file, |bar| begin(bar, stage, *frames)),
            Event::Frames { file, done } => self.with(file, |bar| bar.set_position(*done)),
            Event::Done { file, bytes, .. } | Event::Failed { file, bytes, .. } => self.end(file, *bytes, event),
            Event::Left { file } => self.end(file, 0, event),
            Event::Notice { .. } => self.say(event),
            Event::Finished { .. } => {
                self.total.finish_and_clear();
                self.say(event);
            }
        }
    }
}

/// The way a batch tells on standard error.
pub fn reporter(console: &Console) -> Box<dyn Reporter> {
    match console.bars {
        true => Box::new(Bars::new()),
        false => Box::new(Lines { out: Mutex::new(std::io::stderr()), quiet: console.quiet }),
    }
}
