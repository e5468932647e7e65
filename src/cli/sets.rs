//! A recording of several sets on the command line.

use super::context::Context;
use super::options::Export;
use super::worst::worst_flag;
use crate::batch::port::Destination;
use crate::batch::recording::Sets;
use crate::config::Config;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::patterns::Severity;
use crate::pipeline::Progress;
use crate::report::{json, recording, recording::set_folder};
use crate::track::Track;
use std::collections::BTreeMap;

/// What is assessed.
pub struct Run<'a> {
    pub track: &'a Track,
    pub day: &'a Day,
    /// This set alone.
    pub only: Option<u32>,
    pub files: Option<Destination<'a>>,
    pub config: &'a Config,
    pub calibration: Option<&'a Track>,
}

/// How it is told.
pub struct Wanted<'a> {
    pub names: &'a [String],
    pub export: &'a Export,
    pub compare: bool,
    pub json: bool,
    /// More than one report goes to standard output.
    pub several: bool,
}

/// What is printed, and the worst finding.
pub struct Shown {
    text: String,
    worst: Severity,
}

/// Assesses and prints.
pub fn run(run: &Run, wanted: &Wanted, progress: &dyn Progress, context: &Context) -> Result<Severity> {
    show(&work(run, wanted, progress, context)?, wanted.json, context)
}

/// Assesses; nothing is printed yet, since a bar of progress may stand on the terminal.
pub fn work(run: &Run, wanted: &Wanted, progress: &dyn Progress, context: &Context) -> Result<Shown> {
    if wanted.compare {
        let hint = "compare reports of its sets: formcheck score DIR/NAME/set-1 --compare DIR/NAME/set-2";
        return Err(Error::usage(format!("the recording holds {} sets: --compare takes one", run.day.sets.len()), hint));
    }
    let sets = Sets {
        line: context.line,
        track: run.track,
        day: run.day,
        names: wanted.names,
        own: &BTreeMap::new(),
        calibration: run.calibration,
        config: run.config,
        progress,
        cancel: &context.interrupt.finish,
    };
    let (overview, done) = match run.only {
        None => sets.all(run.files).map(|(overview, done)| (Some(overview), done))?,
        Some(number) => {
            let span = run.day.sets.iter().find(|s| s.number == number);
            let span = span.ok_or_else(|| Error::internal(format!("set {number} was there a moment ago")))?;
            (None, vec![sets.one(span, run.files)?])
        }
    };
    let (mut text, mut worst) = (String::new(), Severity::None);
    for set in done {
        let number = set.span.number;
        let mut finished = match set.came {
            Ok(finished) => finished,
            Err(e) if overview.is_none() => return Err(e),
            Err(_) => continue,
        };
        worst = worst.max(worst_flag(&finished.report));
        if let Some(Destination { dir, .. }) = run.files {
            wanted.export.write(&mut finished, &set.track, &dir.join(set_folder(number)), context.console)?;
        }
        match (wanted.json, overview.is_some() || wanted.several) {
            (true, true) => text += &json::to_line(&finished.report)?,
            (true, false) => text += &json::to_string(&finished.report)?,
            (false, true) => {}
            (false, false) => text += &super::summary::render(&finished, context.console),
        }
    }
    if let (Some(overview), false) = (&overview, wanted.json) {
        text += &recording::to_terminal(overview, super::summary::style(context.console));
        if let Some(Destination { dir, .. }) = run.files.filter(|f| f.outputs.html) {
            text += &format!("  {}\n", crate::batch::text::path_text(&dir.join(recording::PAGE_FILE)));
        }
    }
    Ok(Shown { text, worst })
}

/// Prints what was made; quiet tells errors only.
pub fn show(shown: &Shown, json: bool, context: &Context) -> Result<Severity> {
    if json || !context.console.quiet {
        context.console.print(&shown.text)?;
    }
    Ok(shown.worst)
}
