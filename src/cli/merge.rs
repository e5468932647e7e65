//! `formcheck merge`: what the shards made, as one overview.

use super::context::Context;
use super::options::Assess;
use crate::batch::discover::Search;
use crate::batch::manifest::Manifest;
use crate::batch::merge::{self, MISSING_FILE};
use crate::batch::pattern::{DEFAULT_PATTERN, NamePattern};
use crate::batch::text::one_line;
use crate::error::Result;
use clap::Args;
use std::path::PathBuf;

/// Missing files that are told one by one; all of them stand in the list.
const TOLD: usize = 10;

/// Make one overview of what the shards of a plan did
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  formcheck merge season.plan --out results
  formcheck merge season.plan /mnt/here/season --out results --config mine.toml

Writes summary.csv, summary.json and index.html, the same bytes as one machine's batch, and missing.csv: what has no
report and why; and reps.sqlite, every repetition as a database. Exits with 4 while anything is missing. Options that the
results depend on are to be the same as for the shards; what was assessed otherwise counts as missing.")]
pub struct Merge {
    /// The plan
    pub plan: PathBuf,
    /// The folder of the videos, where it has another place here
    pub folder: Option<PathBuf>,
    /// Where the results are
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
    #[command(flatten)]
    pub assess: Assess,
}

impl Merge {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let manifest = Manifest::read(&self.plan)?;
        let folder = self.folder.clone().unwrap_or_else(|| manifest.head.folder.to_path());
        let material = merge::Options {
            search: Search { folder, out: self.out.clone(), ..Search::default() },
            sets: self.sets.clone(),
            pattern: NamePattern::parse(&self.name_pattern)?,
            lifter: self.lifter.clone(),
            config: self.assess.config()?,
        };
        let merged = merge::merge(&material, &manifest)?;
        let console = context.console;
        merged.notices.iter().for_each(|n| console.note(&one_line(n)));
        for m in merged.missing.iter().take(TOLD) {
            let shard = m.shard.as_ref().map_or(String::new(), |s| format!(" (shard {s})"));
            console.note(&format!("missing: {}{shard}: {}", one_line(&m.file), one_line(&m.why)));
        }
        if merged.missing.len() > TOLD {
            console.note(&format!("and {} more, see {}", merged.missing.len() - TOLD, self.out.join(MISSING_FILE).display()));
        }
        console.print(&format!("{}\n", self.out.join("index.html").display()))?;
        Ok(merged.exit_code(self.assess.fail_on()))
    }
}
