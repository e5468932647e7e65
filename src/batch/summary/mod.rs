//! `summary.csv`, `summary.json` and `index.html` over all results, made anew after every run from
//! what lies in the result folders, so that a resumed run ends in the same bytes as a whole one.

mod charts;
mod csv;
mod html;
mod json;

use super::agreement::{Agreement, Tally};
use super::history::{History, history};
use super::metadata::Sources;
use super::outcome::{Failure, Outcome, State};
use super::plan::{Place, stem_notices};
use super::record::{LeanReport, SetRecord};
use super::text::path_text;
use crate::config::Config;
use crate::error::Result;
use crate::patterns::{Severity, Status};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

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

/// Writes the three files and returns what they show.
pub fn summarise(material: &Material) -> Result<Overview> {
    let overview = read(material);
    csv::write(material, &overview)?;
    json::write(material, &overview)?;
    html::write(material, &overview)?;
    Ok(overview)
}

/// Reads one report after the other; only a small record of each is kept.
fn read(material: &Material) -> Overview {
    let mut overview = Overview {
        sets: vec![],
        failures: vec![],
        pending: vec![],
        reasons: vec![],
        notices: material.notices.to_vec(),
        lifters: vec![],
        frequent: vec![],
        agreement: vec![],
        codes: vec![],
        metrics: BTreeSet::new(),
        worst: Severity::None,
    };
    overview.notices.extend(stem_notices(material.places));
    overview.notices.extend(material.sources.sets.unmatched(material.places.iter().map(|p| p.relative.as_path())));
    for (path, why) in material.unreadable {
        let failure =
            Failure { kind: "input".into(), message: why.clone(), cause: None, hint: "check the link, or who may read there".into() };
        overview.failures.push(FailureRow { file: path_text(path), failure });
    }
    let mut tally = Tally::default();
    for (index, place) in material.places.iter().enumerate() {
        overview.take(index, place, material, &mut tally);
    }
    overview.agreement = tally.finish();
    overview.worst = overview.sets.iter().map(SetRecord::worst).max().unwrap_or(Severity::None);
    overview.notices.extend(duplicates(&overview.sets));
    overview.frequent = frequent(&overview);
    overview.lifters = lifters(&overview.sets, material.config);
    overview
}

impl Overview {
    fn take(&mut self, index: usize, place: &Place, material: &Material, tally: &mut Tally) {
        let folder = material.out.join(&place.result);
        let name = place.name();
        if let Some(failure) = material.failures.get(&index) {
            return self.failures.push(FailureRow { file: name, failure: failure.clone() });
        }
        let verify = |outcome: Option<&Outcome>, report: Option<&LeanReport>| material.verify.and_then(|ask| ask(index, outcome, report));
        let outcome = Outcome::read(&folder).filter(|o| o.input.path == name);
        if let Some(why) = verify(outcome.as_ref(), None) {
            return self.wait_for(name, why);
        }
        let Some(outcome) = outcome else { return self.wait_for(name, String::new()) };
        match (outcome.status, &outcome.error) {
            (State::Done, _) => {}
            (State::Observed, _) | (_, None) => return self.wait_for(name, String::new()),
            (_, Some(failure)) => return self.failures.push(FailureRow { file: name, failure: failure.clone() }),
        }
        let report = match LeanReport::read(&folder) {
            Ok(report) => report,
            Err(_) if material.verify.is_some() => return self.wait_for(name, "its report cannot be read".into()),
            Err(e) => return self.failures.push(FailureRow { file: name, failure: Failure::from(&e) }),
        };
        if let Some(why) = verify(Some(&outcome), Some(&report)) {
            return self.wait_for(name, why);
        }
        let (facts, conflicts) = material.sources.facts(&place.relative, outcome.created.as_deref());
        self.notices.extend(conflicts);
        if let Some(said) = facts.reps.filter(|n| *n != report.set.rep_count) {
            self.notices.push(format!("{name}: {said} repetitions were noted, {} were seen", report.set.rep_count));
        }
        self.columns(&report);
        let record = SetRecord::new(name, place.result.clone(), outcome.input.sha256, facts, &report);
        if let Some(row) = material.sources.sets.row(&place.relative) {
            tally.add(&record, &row.coach);
        }
        self.sets.push(record);
    }

    fn wait_for(&mut self, name: String, why: String) {
        self.pending.push(name);
        self.reasons.push(why);
    }

    fn columns(&mut self, report: &LeanReport) {
        for rep in &report.reps {
            for metric in rep.metrics.keys().filter(|m| !self.metrics.contains(*m)).collect::<Vec<_>>() {
                self.metrics.insert(metric.clone());
            }
            for check in &rep.checks {
                if !self.codes.iter().any(|(code, _)| *code == check.code) {
                    self.codes.push((check.code.clone(), check.title.clone().unwrap_or_else(|| check.name.clone())));
                }
            }
        }
    }

    pub fn title(&self, code: &str) -> &str {
        self.codes.iter().find(|(c, _)| c == code).map_or("", |(_, title)| title)
    }
}

/// The same video under two names counts once in a lifter's history.
fn duplicates(sets: &[SetRecord]) -> Vec<String> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut told = vec![];
    for set in sets {
        match first.get(set.sha256.as_str()) {
            Some(before) => told.push(format!("{}: the same file as {before}; it counts once in the lifter's history", set.name)),
            None => _ = first.insert(&set.sha256, &set.name),
        }
    }
    told
}

fn frequent(overview: &Overview) -> Vec<Frequent> {
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for check in overview.sets.iter().flat_map(|s| &s.checks).filter(|c| c.reps_flagged > 0) {
        let count = counts.entry(&check.code).or_default();
        *count = (count.0 + 1, count.1 + check.reps_flagged);
    }
    let row = |(code, (sets, reps)): (&str, (u32, u32))| Frequent { code: code.into(), title: overview.title(code).into(), sets, reps };
    let mut rows: Vec<Frequent> = counts.into_iter().map(row).collect();
    rows.sort_by(|a, b| b.sets.cmp(&a.sets).then(b.reps.cmp(&a.reps)).then(a.code.cmp(&b.code)));
    rows
}

/// Sets of each lifter, oldest first, each video once; sets without a lifter stand together, last.
pub fn by_lifter(sets: &[SetRecord]) -> Vec<(Option<&str>, Vec<&SetRecord>)> {
    let mut seen = BTreeSet::new();
    let mut groups: BTreeMap<Option<&str>, Vec<&SetRecord>> = BTreeMap::new();
    for set in sets.iter().filter(|s| seen.insert(s.sha256.as_str())) {
        groups.entry(set.facts.lifter.as_deref()).or_default().push(set);
    }
    groups.values_mut().for_each(|g| {
        g.sort_by(|a, b| {
            let key = |s: &SetRecord| (s.facts.date.is_none(), s.facts.date, s.facts.set);
            key(a).cmp(&key(b)).then(a.name.cmp(&b.name))
        })
    });
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(name, _)| name.is_none());
    groups
}

fn lifters(sets: &[SetRecord], config: &Config) -> Vec<History> {
    by_lifter(sets).iter().map(|(name, group)| history(*name, group, config)).collect()
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
