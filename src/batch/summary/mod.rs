//! `summary.csv`, `summary.json` and `index.html` over all results, made anew after every run from
//! what lies in the result folders, so that a resumed run ends in the same bytes as a whole one.

mod card;
mod charts;
mod compare;
mod csv;
mod html;
mod json;
mod many;
mod material;
mod point;
mod rows;
#[cfg(feature = "database")]
mod sqlite;

use super::agreement::Tally;
use super::failure::Failure;
use super::history::{History, history};
use super::metadata::SetFacts;
use super::outcome::{Outcome, State};
use super::plan::{Place, stem_notices};
use super::record::{LeanReport, SetRecord};
use super::text::path_text;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::patterns::Severity;
use crate::report::recording;
use material::by_lifter;
pub use material::{FailureRow, Frequent, Material, Overview};
use rows::Rows;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Writes the three files and returns what they show.
pub fn summarise(material: &Material) -> Result<Overview> {
    let (overview, mut rows) = read(material)?;
    csv::write(material, &overview, &mut rows)?;
    json::write(material, &overview)?;
    let compared = compare::write(material, &overview)?;
    html::write(material, &overview, &compared)?;
    #[cfg(feature = "database")]
    if material.database {
        sqlite::write(material, &overview, &mut rows)?;
    }
    Ok(overview)
}

/// Reports that are in memory at a time.
const AT_A_TIME: usize = 128;

/// Reads every report once, some at a time; only a small record of each is kept, its repetitions on the disk.
fn read(material: &Material) -> Result<(Overview, Rows)> {
    let failed = |e| Error::io("write below", material.out, e);
    let mut rows = Rows::create(material.out).map_err(failed)?;
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
    let threads = crate::isolate::allotted::cores();
    for (at, chunk) in material.places.chunks(AT_A_TIME).enumerate() {
        let share = chunk.len().div_ceil(threads);
        let read: Vec<Vec<Taken>> = std::thread::scope(|scope| {
            let one = |(i, places): (usize, &'_ [Place])| {
                let first = at * AT_A_TIME + i * share;
                let places = places.to_vec();
                scope.spawn(move || places.iter().enumerate().map(|(i, place)| take(first + i, place, material)).collect())
            };
            let readers: Vec<_> = chunk.chunks(share.max(1)).enumerate().map(one).collect();
            readers.into_iter().map(|r| r.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        for (taken, place) in read.into_iter().flatten().zip(chunk) {
            overview.add(taken, place, material, &mut tally, &mut rows).map_err(failed)?;
        }
    }
    overview.agreement = tally.finish();
    overview.worst = overview.sets.iter().map(SetRecord::worst).max().unwrap_or(Severity::None);
    overview.notices.extend(duplicates(&overview.sets));
    super::metadata::fold_dates(&mut overview.notices);
    overview.frequent = frequent(&overview);
    overview.lifters = lifters(&overview.sets, material.config);
    Ok((overview, rows))
}

/// One set that was read.
struct OneSet {
    report: LeanReport,
    facts: SetFacts,
    conflicts: Vec<String>,
    /// Below the results' folder.
    result: PathBuf,
}

/// What was read of one input.
enum Taken {
    /// One set, or those of a recording; and sets of it that have no report.
    Sets(Box<Outcome>, Vec<OneSet>, Vec<FailureRow>),
    Failed(Failure),
    /// Not done, and why where that is known.
    Waiting(String),
}

/// Reads one input's result; depends on nothing but it.
fn take(index: usize, place: &Place, material: &Material) -> Taken {
    if let Some(failure) = material.failures.get(&index) {
        return Taken::Failed(failure.clone());
    }
    let folder = material.out.join(&place.result);
    let verify = |outcome: Option<&Outcome>, report: Option<&LeanReport>| material.verify.and_then(|ask| ask(index, outcome, report));
    let outcome = Outcome::read(&folder).filter(|o| o.input.path == place.name());
    if let Some(why) = verify(outcome.as_ref(), None) {
        return Taken::Waiting(why);
    }
    let Some(outcome) = outcome else { return Taken::Waiting(String::new()) };
    match (outcome.status, &outcome.error) {
        (State::Done, _) => {}
        (State::Observed, _) | (_, None) => return Taken::Waiting(String::new()),
        (_, Some(failure)) => return Taken::Failed(failure.clone()),
    }
    let (results, lost) = parts(place, &outcome, &folder);
    let mut sets = vec![];
    for result in results {
        let report = match LeanReport::read(&material.out.join(&result)) {
            Ok(report) => report,
            Err(_) if material.verify.is_some() => return Taken::Waiting("its report cannot be read".into()),
            Err(e) => return Taken::Failed(Failure::from(&e)),
        };
        if let Some(why) = verify(Some(&outcome), Some(&report)) {
            return Taken::Waiting(why);
        }
        let created = outcome.created.as_deref();
        let (facts, conflicts) = match report.numbered().filter(|_| outcome.is_recording()) {
            Some(of) => material.sources.facts_of_set(&place.relative, created, of),
            None => material.sources.facts(&place.relative, created),
        };
        // What is told of a whole recording disagrees once.
        let conflicts = if sets.is_empty() { conflicts } else { vec![] };
        sets.push(OneSet { report, facts, conflicts, result });
    }
    Taken::Sets(Box::new(outcome), sets, lost)
}

/// Result folders of an input's sets, and those sets that could not be assessed.
fn parts(place: &Place, outcome: &Outcome, folder: &Path) -> (Vec<PathBuf>, Vec<FailureRow>) {
    let Some(recording) = outcome.is_recording().then(|| recording::read(folder)).flatten() else {
        return (vec![place.result.clone()], vec![]);
    };
    let (done, lost): (Vec<_>, Vec<_>) = recording.sets.into_iter().partition(|s| s.failure.is_none());
    let row = |s: recording::SetRow| FailureRow {
        file: format!("{}, set {}", place.name(), s.set),
        failure: Failure::from(&Error::input(s.failure.unwrap_or_default(), "choose the stretch with --from and --to")),
    };
    (done.iter().map(|s| place.result.join(&s.folder)).collect(), lost.into_iter().map(row).collect())
}

impl Overview {
    fn add(&mut self, taken: Taken, place: &Place, material: &Material, tally: &mut Tally, rows: &mut Rows) -> std::io::Result<()> {
        let name = place.name();
        let (outcome, sets, lost) = match taken {
            Taken::Sets(outcome, sets, lost) => (outcome, sets, lost),
            Taken::Failed(failure) => {
                self.failures.push(FailureRow { file: name, failure });
                return Ok(());
            }
            Taken::Waiting(why) => {
                self.pending.push(name);
                self.reasons.push(why);
                return Ok(());
            }
        };
        self.failures.extend(lost);
        self.notices.extend(unnamed(&name, &sets, material));
        for OneSet { report, facts, conflicts, result } in sets {
            self.notices.extend(conflicts);
            let said = facts.reps;
            self.columns(&report);
            rows.push(&report)?;
            let record = SetRecord::new(name.clone(), result, outcome.input.sha256.clone(), facts, &report);
            if let Some(said) = said.filter(|n| *n != record.rep_count) {
                self.notices.push(format!("{}: {said} repetitions were noted, {} were seen", record.called(), record.rep_count));
            }
            let row = match record.number() {
                Some(number) if outcome.is_recording() => material.sources.sets.row_of_set(&place.relative, number),
                _ => material.sources.sets.row(&place.relative),
            };
            if let Some(row) = row {
                tally.add(&record, &row.coach);
            }
            self.sets.push(record);
        }
        Ok(())
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

/// Rows of the table for sets that a recording does not hold, and lifters whom nobody named.
fn unnamed(name: &str, sets: &[OneSet], material: &Material) -> Vec<String> {
    let numbers: Vec<u32> = sets.iter().filter_map(|s| s.report.numbered()).map(|n| n.set).collect();
    let table = material.sources.sets.rows_of_sets(Path::new(name));
    let absent = table.iter().filter(|row| row.set.is_some_and(|n| !numbers.contains(&n)));
    let mut told: Vec<String> = absent
        .map(|row| {
            let holds = if numbers.is_empty() { "one set".into() } else { format!("the sets {}", list(&numbers)) };
            format!("sets.csv line {}, column set: {name} holds {holds}, not set {}", row.line, row.set.unwrap_or_default())
        })
        .collect();
    let nameless = |s: &&OneSet| {
        let of = s.report.numbered();
        of.is_some_and(|of| of.lifter.is_some() && table.iter().all(|row| row.set != Some(of.set) || row.lifter.is_none()))
    };
    if sets.iter().any(|s| nameless(&s)) {
        told.push(format!("{name}: several lifters take turns in it; columns \"set\" and \"lifter\" of sets.csv name them"));
    }
    told
}

/// "1, 2, 3".
fn list(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// The same video under two names counts once in a lifter's history.
fn duplicates(sets: &[SetRecord]) -> Vec<String> {
    let mut first: BTreeMap<(&str, Option<u32>), &str> = BTreeMap::new();
    let mut told = vec![];
    for set in sets {
        let key = (set.sha256.as_str(), set.number());
        match first.get(&key) {
            // Said once of a recording, by its first set.
            Some(_) if set.number().is_some_and(|n| n > 1) => {}
            Some(before) => told.push(format!("{}: the same file as {before}; it counts once in the lifter's history", set.name)),
            None => _ = first.insert(key, &set.name),
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
