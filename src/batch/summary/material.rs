//! What the three files are made of.

use crate::batch::agreement::Agreement;
use crate::batch::failure::Failure;
use crate::batch::history::History;
use crate::batch::metadata::Sources;
use crate::batch::outcome::Outcome;
use crate::batch::plan::Place;
use crate::batch::record::{LeanReport, SetRecord};
use crate::batch::text::href;
use crate::config::Config;
use crate::patterns::{Severity, Status};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What stands for a lifter's name where there is none.
pub const UNNAMED: &str = "lifter not named";

/// What a summary is made of.
pub struct Material<'a> {
    pub out: &'a Path,
    pub places: &'a [Place],
    pub sources: &'a Sources,
    pub config: &'a Config,
    /// Failures of this run by task; those of earlier runs are read from their folders.
    pub failures: &'a BTreeMap<usize, Failure>,
    /// Places that could not be looked into.
    pub unreadable: &'a [(PathBuf, String)],
    /// Problems of `sets.csv`.
    pub notices: &'a [String],
    /// What else has to hold of a finished result, by index; `Some(why)` when it does not and the input counts as not done.
    pub verify: Option<&'a Verify<'a>>,
    /// Also write the database of all repetitions.
    pub database: bool,
}

/// See [`Material::verify`].
pub type Verify<'a> = dyn Fn(usize, Option<&Outcome>, Option<&LeanReport>) -> Option<String> + Sync + 'a;

/// A file without a report, and why.
#[derive(Debug, Clone, Serialize)]
pub struct FailureRow {
    pub file: String,
    #[serde(flatten)]
    pub failure: Failure,
}

impl FailureRow {
    /// The message without the file's name, which stands beside it.
    pub fn why(&self) -> &str {
        let message = self.failure.message.as_str();
        message.strip_prefix(&self.file).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(message)
    }
}

/// How often a check flagged.
#[derive(Debug, Clone, Serialize)]
pub struct Frequent {
    pub code: String,
    pub title: String,
    pub sets: u32,
    pub reps: u32,
}

/// Everything the three files show; small per set.
pub struct Overview {
    pub sets: Vec<SetRecord>,
    pub failures: Vec<FailureRow>,
    /// Not yet done (interrupted).
    pub pending: Vec<String>,
    /// Why, for each of `pending`, where a [`Material::verify`] said.
    pub reasons: Vec<String>,
    pub notices: Vec<String>,
    pub lifters: Vec<History>,
    pub frequent: Vec<Frequent>,
    pub agreement: Vec<Agreement>,
    /// Check codes in the order of the reports → title.
    pub codes: Vec<(String, String)>,
    /// Metric names of all reports.
    pub metrics: BTreeSet<String>,
    pub worst: Severity,
}

impl Overview {
    pub fn title(&self, code: &str) -> &str {
        self.codes.iter().find(|(c, _)| c == code).map_or("", |(_, title)| title)
    }
}

/// Sets of each lifter, oldest first, each video once; sets without a lifter stand together, last.
pub fn by_lifter(sets: &[SetRecord]) -> Vec<(Option<&str>, Vec<&SetRecord>)> {
    let mut seen = BTreeSet::new();
    let mut groups: BTreeMap<Option<&str>, Vec<&SetRecord>> = BTreeMap::new();
    for set in sets.iter().filter(|s| seen.insert((s.sha256.as_str(), s.number()))) {
        groups.entry(set.facts.lifter.as_deref()).or_default().push(set);
    }
    groups.values_mut().for_each(|g| {
        g.sort_by(|a, b| {
            let key = |s: &SetRecord| (s.facts.date.is_none(), s.facts.date, s.facts.set);
            key(a).cmp(&key(b)).then((&a.name, a.number()).cmp(&(&b.name, b.number())))
        })
    });
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(name, _)| name.is_none());
    groups
}

/// A status or severity as reports have it.
pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::Ok => "ok",
        Status::Borderline => "borderline",
        Status::Flag => "flag",
        Status::NotAssessable => "not_assessable",
        Status::NotApplicable => "not_applicable",
    }
}

pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::None => "none",
        Severity::Mild => "mild",
        Severity::Moderate => "moderate",
        Severity::Severe => "severe",
    }
}

/// The page for people where it was written.
pub fn report_link(set: &SetRecord, out: &Path) -> String {
    let page = set.result.join("report.html");
    href(&if out.join(&page).is_file() { page } else { set.result.join("report.json") })
}
