//! `formcheck plan`: what a season holds and costs, for many machines.

use super::context::Context;
use crate::batch::discover::{Search, discover};
use crate::batch::manifest::Manifest;
use crate::batch::sets::Sets;
use crate::batch::text::path_text;
use crate::batch::{self, SETS_FILE, cameras};
use crate::error::{Error, Result};
use clap::Args;
use std::path::PathBuf;

/// Plan the work on a folder for several machines
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  formcheck plan season --out season.plan --shards 40
  formcheck batch --plan season.plan --shard 3/40 --out results
  formcheck merge season.plan --out results

The plan is one JSON object per line: what holds for all of it, then each file with size, hash, length and expected
cost. Every shard follows from the plan alone. docs/cluster.md and examples/slurm/ show the whole way.")]
pub struct Plan {
    /// Folder with videos, or with saved tracks alone
    pub folder: PathBuf,
    /// The plan to write
    #[arg(long, value_name = "PLAN")]
    pub out: PathBuf,
    /// In how many parts the work is to be done
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub shards: Option<u32>,
    /// Where results will go, when that is below the folder: it is not searched
    #[arg(long, value_name = "DIR", default_value = "formcheck-out")]
    pub results: PathBuf,
    /// Table of metadata; by default sets.csv in the folder
    #[arg(long, value_name = "FILE")]
    pub sets: Option<PathBuf>,
    /// Only files that fit this glob (may be given several times)
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Not the files that fit this glob (may be given several times)
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Take saved tracks besides videos
    #[arg(long)]
    pub tracks: bool,
}

impl Plan {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let search = Search {
            folder: self.folder.clone(),
            out: self.results.clone(),
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            tracks: self.tracks,
        };
        let mut found = discover(&search)?;
        if found.files.is_empty() {
            return Err(Error::input(format!("there is no video in {}", self.folder.display()), "give the folder that holds the videos"));
        }
        let table = self.sets.clone().unwrap_or_else(|| self.folder.join(SETS_FILE));
        let (sets, notices) = Sets::open(&table, self.sets.is_some())?;
        let (files, unpaired) = cameras::join(std::mem::take(&mut found.files), &sets);
        found.files = files;
        for notice in notices.iter().chain(&unpaired) {
            context.console.note(notice);
        }
        let manifest = Manifest::make(&self.folder, &found, Some(&table), self.shards, context.line)?;
        manifest.write(&self.out)?;
        for (place, why) in &found.unreadable {
            context.console.note(&format!("{}: {why}", batch::text::one_line(&path_text(place))));
        }
        context.console.print(&summary(&manifest))?;
        Ok(0)
    }
}

/// What the queue has to be told: how much work there is, and how long the longest part takes.
fn summary(manifest: &Manifest) -> String {
    let head = &manifest.head;
    let hours = head.cost_s / 3600.0;
    let mut text = format!("files: {}\nexpected core-hours: {hours:.2}\n", head.files);
    if let (Some(n), Some(longest_s)) = (head.shards, head.longest_shard_s) {
        text.push_str(&format!("shards: {n}, the longest of {:.2} core-hours\n", longest_s / 3600.0));
    }
    text
}
