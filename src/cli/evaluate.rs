//! `formcheck evaluate`: how wrong the program is, on videos with known truth.

use super::context::Context;
use super::options::{Assess, Network, PerFile};
use super::progress::{VideoBar, VideoLines};
use crate::error::{Error, Result};
use crate::evaluate::pairs::{self, PairSummary};
use crate::evaluate::{self, Bounds, Gate, Options, RealLine, Stamp};
use crate::isolate::limits;
use crate::pipeline::Progress;
use clap::Args;
use std::path::PathBuf;

/// Measure the program against videos with known truth
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  formcheck evaluate fixtures/lifts
  formcheck evaluate truth --json > accuracy.json
  formcheck evaluate truth --tracks kept --bounds bounds.toml
  formcheck evaluate truth --tracks kept --fit
  formcheck evaluate films --pairs

The folder holds NAME.mp4 with NAME.truth.json, or labelled clips with an INDEX.tsv. With --bounds the exit code is 1 when
a number is out of them. With --pairs the folder holds films, or their saved tracks or results, of which two each show the
same set: NAME_a and NAME_b, NAME@cam1 and NAME@cam2, or as a table with the columns first,second says (--pairs=FILE).")]
pub struct Evaluate {
    /// Folder with videos and their truth
    pub truth_dir: PathBuf,
    /// Print every number as JSON instead of the table
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,
    /// Print the table as Markdown
    #[arg(long)]
    pub markdown: bool,
    /// With --markdown: only what matters most, half a page
    #[arg(long, requires = "markdown")]
    pub brief: bool,
    /// Print what a logistic fit of the probabilities makes of the settings, as TOML
    #[arg(long, conflicts_with_all = ["json", "markdown"])]
    pub fit: bool,
    /// Keep tracks there, so that the next run needs no inference
    #[arg(long, value_name = "DIR")]
    pub tracks: Option<PathBuf>,
    /// Look at the videos again even where a track is kept
    #[arg(long, requires = "tracks")]
    pub fresh: bool,
    /// Only these clips, by name
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub only: Option<Vec<String>>,
    /// How far two films of the same set differ, per metric and check; pairs by name, or by a table
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, conflicts_with_all = ["brief", "fit", "bounds", "only"])]
    pub pairs: Option<Option<PathBuf>>,
    /// Hold the numbers against these bounds (TOML)
    #[arg(long, value_name = "FILE")]
    pub bounds: Option<PathBuf>,
    #[command(flatten)]
    pub assess: Assess,
    #[command(flatten)]
    pub network: Network,
    #[command(flatten)]
    pub per_file: PerFile,
}

impl Evaluate {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let bounds = self.bounds.as_deref().map(Bounds::read).transpose()?;
        let one_each = crate::pipeline::ObserveOptions { workers: 1, ..self.network.observe() };
        crate::pipeline::check_device(&one_each)?;
        let config = self.assess.config()?;
        let isolation = self.per_file.isolation(context.console);
        let jobs = self.network.jobs.map_or_else(|| limits::default_jobs(isolation.memory_per_job), usize::from);
        let line = RealLine { options: one_each, config: config.clone(), crew: Some(isolation.crew(jobs)) };
        let options =
            Options { tracks: self.tracks.clone(), fresh: self.fresh, jobs, only: self.only.clone(), stamp: Stamp::today(command()) };
        let bar = context.console.bars.then(|| VideoBar::new("evaluate"));
        let lines = VideoLines { name: "evaluate".into(), console: *context.console };
        let progress: &dyn Progress = bar.as_ref().map_or(&lines, |bar| bar);
        let cancel = &context.interrupt.finish;
        if let Some(table) = &self.pairs {
            let summary = pairs::compare(&self.truth_dir, table.as_deref(), &options, &line, progress, cancel);
            if let Some(bar) = &bar {
                bar.clear();
            }
            return self.show_pairs(&summary?, context);
        }
        let summary = evaluate::evaluate(&self.truth_dir, &options, &line, progress, cancel);
        if let Some(bar) = &bar {
            bar.clear();
        }
        let summary = summary?;
        context.console.print(&match (self.json, self.markdown) {
            (true, _) => evaluate::json(&summary)?,
            _ if self.fit => evaluate::fitted(&summary, &config),
            (_, true) if self.brief => evaluate::brief(&summary),
            (_, true) => evaluate::markdown(&summary),
            _ => evaluate::text(&summary),
        })?;
        let gate = bounds.map(|b| evaluate::gate(&summary, &b)).transpose()?;
        if summary.clips.is_empty() {
            let first = summary.failures.first().map_or_else(String::new, |f| format!("; {}: {}", f.name, f.error));
            return Err(Error::input(
                format!("none of {} clips could be evaluated{first}", summary.failures.len()),
                "the lines above tell why each failed",
            ));
        }
        Ok(u8::from(gate.is_some_and(|gate| told(&gate, context))))
    }
}

impl Evaluate {
    fn show_pairs(&self, summary: &PairSummary, context: &Context) -> Result<u8> {
        context.console.print(&match (self.json, self.markdown) {
            (true, _) => evaluate::json(summary)?,
            (_, true) => pairs::markdown(summary),
            _ => pairs::text(summary),
        })?;
        if summary.pairs.is_empty() {
            return Err(Error::input(
                format!("none of {} pairs could be compared", summary.failures.len()),
                "the lines above tell why each was not",
            ));
        }
        Ok(0)
    }
}

/// The command line with the program's bare name: where it lies says nothing about the numbers.
fn command() -> String {
    std::iter::once("formcheck".to_owned()).chain(std::env::args().skip(1)).collect::<Vec<_>>().join(" ")
}

/// Tells what is out of bounds; true when anything is.
fn told(gate: &Gate, context: &Context) -> bool {
    for held in gate.broken() {
        let value = held.value.map_or("not measured".to_owned(), |v| format!("{v:.4}"));
        context.console.note(&format!("{} is {value}, must be {}: {}", held.metric, held.limit, held.why));
    }
    gate.broken().next().is_some()
}
