//! `formcheck batch`: a folder of videos.

use super::context::Context;
use super::options::{Assess, Files, Network, PerFile, number};
use super::progress;
use crate::batch::discover::Search;
use crate::batch::events::{JsonEvents, Reporter};
use crate::batch::manifest::Manifest;
use crate::batch::pattern::{DEFAULT_PATTERN, NamePattern};
use crate::batch::shard::{self, Shard};
use crate::batch::text::one_line;
use crate::batch::{self, Options};
use crate::error::Result;
use crate::pipeline::{self, ObserveOptions};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Analyse every video below a folder, and write an overview
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  formcheck batch training-2026
  formcheck batch training-2026 --out results --jobs 2 --no-video
  formcheck batch phone --name-pattern '{lifter}/{date}_{load}kg[_{any}]'
  formcheck batch inbox --watch
  formcheck batch --plan season.plan --shard 3/40 --out results

Only what is new or changed is done; a changed threshold scores the saved tracks again. The first Ctrl-C finishes the
running files, the second stops them; the same command goes on where it stopped.

sets.csv in the folder may tell video, lifter, date, load_kg, reps, one_rep_max_kg, rpe, variant, height_cm, pain, notes,
front (a second film of the set, as x_front.mp4 is to x_side.mp4 without a table), and a coach's own labels in columns
named like checks (E1, E3, …; y, n or ?). Hidden files are skipped; lines in
.formcheckignore exclude as in a .gitignore. Name pattern fields: {date} {lifter} {load} {reps} {rpe} {set} {variant}
{any}; [ ] makes a part optional.")]
pub struct Batch {
    /// Folder with videos, or with saved tracks alone; with --plan the place that the plan's folder has here
    #[arg(required_unless_present = "plan")]
    pub folder: Option<PathBuf>,
    /// Do the work of a plan, or one shard of it, beside other machines; `formcheck merge` makes the overview
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["watch", "include", "exclude", "tracks"])]
    pub plan: Option<PathBuf>,
    /// Which part of the plan, from 1; by default the queue's (SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX), else all
    #[arg(long, value_name = "I/N", requires = "plan")]
    pub shard: Option<String>,
    /// Seconds that running files have after SIGTERM before they are left for the next try
    #[arg(long, value_name = "S", default_value = "20", requires = "plan", value_parser = |s: &str| number(s, 0.0, 86_400.0, "s"))]
    pub grace: f64,
    /// Where results go
    #[arg(long, value_name = "DIR", default_value = "formcheck-out")]
    pub out: PathBuf,
    /// Table of metadata; by default sets.csv in the folder
    #[arg(long, value_name = "FILE")]
    pub sets: Option<PathBuf>,
    /// How file names tell the metadata
    #[arg(long, value_name = "PATTERN", default_value = DEFAULT_PATTERN)]
    pub name_pattern: String,
    /// Lifter of the sets that name none
    #[arg(long, value_name = "NAME")]
    pub lifter: Option<String>,
    /// Only files that fit this glob (may be given several times)
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Not the files that fit this glob (may be given several times)
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Take saved tracks besides videos
    #[arg(long)]
    pub tracks: bool,
    /// Try again what failed before
    #[arg(long)]
    pub retry: bool,
    /// Go on and score new files as they land
    #[arg(long)]
    pub watch: bool,
    /// Seconds between two looks of --watch
    #[arg(long, value_name = "S", default_value = "2", value_parser = |s: &str| number(s, 0.05, 3600.0, "s"))]
    pub every: f64,
    /// Print what happens as JSON lines on standard output
    #[arg(long)]
    pub json_events: bool,
    #[command(flatten)]
    pub assess: Assess,
    #[command(flatten)]
    pub network: Network,
    #[command(flatten)]
    pub files: Files,
    #[command(flatten)]
    pub per_file: PerFile,
}

impl Batch {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let manifest = self.plan.as_deref().map(Manifest::read).transpose()?;
        let shard = manifest.as_ref().map(|m| self.shard_of(m)).transpose()?;
        let planned = manifest.as_ref().map(|m| m.head.folder.to_path());
        let folder = self.folder.clone().or(planned).unwrap_or_default();
        let config = self.assess.config()?;
        // One inference thread per file: files side by side use the cores better than one file can.
        let observe = ObserveOptions { workers: 1, ..self.network.observe() };
        pipeline::check_device(&observe)?;
        let calibration = self.assess.calibration.as_deref();
        let calibration =
            calibration.map(|path| batch::calibration(path, context.line, &observe, &context.interrupt.finish)).transpose()?;
        let options = Options {
            search: Search {
                folder,
                out: self.out.clone(),
                include: self.include.clone(),
                exclude: self.exclude.clone(),
                tracks: self.tracks,
            },
            sets: self.sets.clone(),
            pattern: NamePattern::parse(&self.name_pattern)?,
            lifter: self.lifter.clone(),
            config,
            observe,
            jobs: self.network.jobs.map(usize::from),
            outputs: self.files.outputs(),
            calibration,
            retry: self.retry,
            watch: self.watch.then(|| Duration::from_secs_f64(self.every)),
            isolation: Some(self.per_file.isolation(context.console)),
        };
        let reporter: Box<dyn Reporter> = match self.json_events {
            true => Box::new(JsonEvents::new(std::io::stdout())),
            false => progress::reporter(context.console),
        };
        if let (Some(manifest), Some(shard)) = (&manifest, shard) {
            let part = shard::Part { manifest, shard, grace: Duration::from_secs_f64(self.grace) };
            let end = shard::run(&options, &part, context.line, reporter.as_ref(), context.interrupt)?;
            if let Some(full) = &end.full {
                context.console.error(&crate::Error::temporary(full.message.clone(), full.hint.clone()));
            }
            return Ok(end.exit_code());
        }
        let end = batch::run(&options, context.line, reporter.as_ref(), context.interrupt)?;
        if let Some(full) = &end.full {
            context.console.error(&crate::Error::temporary(full.message.clone(), full.hint.clone()));
        }
        if !self.json_events && !context.console.quiet {
            context.console.print(&format!("{}\n", one_line(&self.out.join("index.html").display().to_string())))?;
        }
        Ok(end.exit_code(self.assess.fail_on()))
    }

    fn shard_of(&self, manifest: &Manifest) -> Result<Shard> {
        let planned = manifest.head.shards;
        match &self.shard {
            Some(text) => Shard::parse(text, planned),
            None => Ok(Shard::from_queue(|name| std::env::var(name).ok(), planned)?.unwrap_or(Shard { index: 1, of: 1 })),
        }
    }
}
