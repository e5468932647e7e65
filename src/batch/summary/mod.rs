//! `summary.csv`, `summary.json` and `index.html` over all results, made anew after every run from
//! what lies in the result folders, so that a resumed run ends in the same bytes as a whole one.

mod charts;
mod csv;
mod html;
mod json;
mod material;

use super::agreement::Tally;
use super::failure::Failure;
use super::history::{History, history};
use super::outcome::{Outcome, State};
use super::plan::{Place, stem_notices};
use super::record::{LeanReport, SetRecord};
use super::text::path_text;
use crate::config::Config;
use crate::error::Result;
use crate::patterns::Severity;
use material::by_lifter;
pub use material::{FailureRow, Frequent, Material, Overview};
use std::collections::{BTreeMap, BTreeSet};

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

fn lifters(sets: &[SetRecord], config: &Config) -> Vec<History> {
    by_lifter(sets).iter().map(|(name, group)| history(*name, group, config)).collect()
}
