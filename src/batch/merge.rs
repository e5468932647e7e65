//! What the shards of a plan made, as one overview: the same bytes as one machine's batch, and a
//! list of what is missing and why.

use super::discover::Search;
use super::layout::SETS_FILE;
use super::manifest::Manifest;
use super::metadata::{Sources, lifter_for};
use super::outcome::{Outcome, State};
use super::part::assign;
use super::pattern::NamePattern;
use super::plan::{self, Place};
use super::publish;
use super::record::LeanReport;
use super::sets::Sets;
use super::shard::same_table;
use super::summary::{self, Overview};
use crate::config::Config;
use crate::error::Result;
use crate::files::write_whole_by;
use crate::patterns::Severity;
use crate::report::assemble::config_sha256;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The list of what is missing, beside the overview.
pub const MISSING_FILE: &str = "missing.csv";

/// A planned input without a report, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub file: String,
    /// Whose it is (`3/8`), where the plan says of how many.
    pub shard: Option<String>,
    pub why: String,
    pub hint: String,
}

/// One merge as the user asked for it.
pub struct Options {
    pub search: Search,
    /// `sets.csv` elsewhere than in the folder.
    pub sets: Option<PathBuf>,
    pub pattern: NamePattern,
    pub lifter: Option<String>,
    pub config: Config,
}

/// How a merge ended.
pub struct Merged {
    pub sets: usize,
    pub missing: Vec<Missing>,
    /// What to know besides.
    pub notices: Vec<String>,
    /// Worst finding of all sets.
    pub worst: Severity,
}

impl Merged {
    /// 4 while anything is missing, else as a batch.
    pub fn exit_code(&self, fail_on: Option<Severity>) -> u8 {
        match self.missing.is_empty() {
            false => 4,
            true => u8::from(fail_on.is_some_and(|least| self.worst >= least)),
        }
    }
}

/// Reads all results of a plan in `options.search.out` and writes the overview there.
///
/// # Errors
/// There are no results, or the overview cannot be written.
pub fn merge(options: &Options, manifest: &Manifest) -> Result<Merged> {
    let out = &options.search.out;
    std::fs::read_dir(out).map_err(|e| crate::Error::io("look into", out, e))?;
    let alone = super::Lock::if_free(out)?;
    let table = options.sets.clone().unwrap_or_else(|| options.search.folder.join(SETS_FILE));
    let (sets, table_notices) = Sets::open(&table, options.sets.is_some())?;
    let sources = Sources { sets, pattern: options.pattern.clone(), lifter: options.lifter.clone() };
    let mut notices: Vec<String> = same_table(manifest, &table)?.into_iter().collect();
    if alone.is_none() {
        notices.push("shards are still at work; what they finish from now on is not in it".into());
    }
    let found = manifest.found();
    let results = plan::result_folders(&found, |_| None);
    let place = |(f, result): (super::discover::Found, _)| Place { relative: f.relative, result, is_track: f.is_track };
    let places: Vec<Place> = found.into_iter().zip(results).map(place).collect();
    let unreadable: Vec<_> = manifest.unreadable.iter().map(|u| (u.place.to_path(), u.why.clone())).collect();
    let verify = |index: usize, outcome: Option<&Outcome>, report: Option<&LeanReport>| -> Option<String> {
        let place = &places[index];
        let planned = &manifest.entries[index];
        let Some(outcome) = outcome else { return Some(not_done(&options.search.folder.join(&place.relative), planned.size_bytes)) };
        if planned.sha256.as_ref().is_some_and(|p| *p != outcome.input.sha256) && !outcome.input.sha256.is_empty() {
            return Some("its result is of the file as it was before or after the plan was made".into());
        }
        if outcome.keys.program_version != env!("CARGO_PKG_VERSION") {
            return Some(format!("its result was made by formcheck {}", outcome.keys.program_version));
        }
        if outcome.status == State::Observed {
            return Some("it was begun: its track is saved, its report not made".into());
        }
        let report = report?;
        let facts = match report.numbered() {
            Some(of) => sources.facts_of_set(&place.relative, None, of).0,
            None => sources.facts(&place.relative, None).0,
        };
        let lifter = lifter_for(&options.config.lifter, &facts);
        let settings = config_sha256(&Config { lifter, ..options.config.clone() }).ok()?;
        if report.provenance.config_sha256 != settings {
            return Some("it was assessed with another configuration than this one".into());
        }
        (!place.is_track && report.provenance.video.sha256 != outcome.input.sha256).then(|| "its report is of another file".into())
    };
    let material = summary::Material {
        out,
        places: &places,
        sources: &sources,
        config: &options.config,
        failures: &BTreeMap::new(),
        unreadable: &unreadable,
        notices: &table_notices,
        verify: Some(&verify),
        database: true,
    };
    let overview = summary::summarise(&material)?;
    let missing = missing(&overview, manifest);
    write_missing(&missing, out)?;
    if alone.is_some() {
        publish::sweep_all(out);
    }
    Ok(Merged { sets: overview.sets.len(), missing, notices, worst: overview.worst })
}

fn not_done(input: &Path, size_bytes: u64) -> String {
    match std::fs::metadata(input) {
        Ok(meta) if meta.len() != size_bytes => "it is not done, and has changed since the plan was made".into(),
        Ok(_) => "it is not done".into(),
        Err(_) => "it is not done, and the file is not here".into(),
    }
}

fn missing(overview: &Overview, manifest: &Manifest) -> Vec<Missing> {
    let failed: Vec<&str> = overview.failures.iter().map(|f| f.file.as_str()).collect();
    if failed.is_empty() && overview.pending.is_empty() {
        return vec![];
    }
    let shards: BTreeMap<&str, String> = match manifest.head.shards {
        None => BTreeMap::new(),
        Some(n) => {
            let costs: Vec<f64> = manifest.entries.iter().map(|e| e.cost_s).collect();
            let shard = |(entry, of): (_, u32)| -> (&str, String) { (name_of(entry), format!("{}/{n}", of + 1)) };
            manifest.entries.iter().zip(assign(&costs, n)).map(shard).collect()
        }
    };
    let entry = |file: &str, why: &str, hint: &str| Missing {
        file: file.to_owned(),
        shard: shards.get(file).cloned(),
        why: why.to_owned(),
        hint: hint.to_owned(),
    };
    let again = "run its shard again";
    let pending = overview.pending.iter().zip(&overview.reasons).map(|(file, why)| entry(file, why, again));
    pending.chain(overview.failures.iter().map(|f| entry(&f.file, f.why(), &f.failure.hint))).collect()
}

fn name_of(entry: &super::manifest::Entry) -> &str {
    &entry.name.path
}

fn write_missing(missing: &[Missing], out: &Path) -> Result<()> {
    write_whole_by(&out.join(MISSING_FILE), |file| {
        let mut table = csv::Writer::from_writer(file);
        table.write_record(["file", "shard", "why", "hint"])?;
        for m in missing {
            table.write_record([super::text::cell(&m.file).as_str(), m.shard.as_deref().unwrap_or(""), &m.why, &m.hint])?;
        }
        table.flush()
    })
}
