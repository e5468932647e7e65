//! `summary.csv`: one row per repetition, streamed report by report.

use super::material::{Material, Overview, severity_name, status_name};
use super::rows::{RepRow, Rows};
use crate::batch::plan::Place;
use crate::batch::record::SetRecord;
use crate::batch::text::cell;
use crate::error::Result;
use crate::files::write_whole_by;
use crate::reps::RepKind;
use crate::signals::View;
use std::collections::{BTreeMap, BTreeSet};

const HEAD: &[&str] = &[
    "file",
    "set",
    "set_from_s",
    "set_to_s",
    "lifter",
    "date",
    "load_kg",
    "rpe",
    "variant",
    "view",
    "mean_fps",
    "scale_source",
    "warnings",
    "rep",
    "kind",
    "lift_off_s",
    "knee_pass_s",
    "lockout_s",
    "descent_s",
    "knee_pass_down_s",
    "floor_s",
];

pub fn write(material: &Material, overview: &Overview, rows: &mut Rows) -> Result<()> {
    write_whole_by(&material.out.join("summary.csv"), |out| {
        let mut table = csv::Writer::from_writer(out);
        let coach = Coach::of(material);
        table.write_record(head(overview, &coach))?;
        let columns = Columns::of(overview, rows);
        rows.each(|set, reps| {
            let set = &overview.sets[set];
            reps.iter().try_for_each(|rep| {
                let cells = row(set, rep, &columns).into_iter().chain(coach.cells(set).map(str::to_owned));
                Ok(table.write_record(cells)?)
            })
        })?;
        table.flush()
    })
}

/// Where each name's column is: metrics sorted by name, checks in the order of the reports.
pub struct Columns {
    /// For each column, the number that its name has in [`Rows`]; `None`: no report knows its value.
    pub metrics: Vec<Option<u16>>,
    pub codes: Vec<Option<u16>>,
}

impl Columns {
    pub fn of(overview: &Overview, rows: &Rows) -> Columns {
        Columns {
            metrics: overview.metrics.iter().map(|name| rows.metrics.find(name)).collect(),
            codes: overview.codes.iter().map(|(code, _)| rows.codes.find(code)).collect(),
        }
    }
}

fn head(overview: &Overview, coach: &Coach) -> Vec<String> {
    let mut head: Vec<String> = HEAD.iter().map(|c| (*c).to_owned()).collect();
    head.extend(overview.metrics.iter().cloned());
    head.extend(
        overview
            .codes
            .iter()
            .flat_map(|(code, _)| [format!("{code}_status"), format!("{code}_severity"), format!("{code}_value"), format!("{code}_sigma")]),
    );
    head.extend(["score".into(), "coverage".into()]);
    head.extend(coach.codes.iter().map(|code| format!("{code}_coach")));
    head
}

/// The coach's own labels, from `sets.csv`.
struct Coach<'a> {
    /// Every check that any set is labelled for.
    codes: BTreeSet<&'a str>,
    by_name: BTreeMap<(String, Option<u32>), &'a BTreeMap<String, bool>>,
}

impl<'a> Coach<'a> {
    fn of(material: &'a Material) -> Coach<'a> {
        let table = &material.sources.sets;
        let rows = |p: &'a Place| table.row(&p.relative).into_iter().chain(table.rows_of_sets(&p.relative)).map(|r| (p.name(), r));
        let labelled = material.places.iter().flat_map(rows).map(|(name, row)| ((name, row.set), &row.coach));
        let by_name: BTreeMap<(String, Option<u32>), &BTreeMap<String, bool>> = labelled.filter(|(_, labels)| !labels.is_empty()).collect();
        let codes = by_name.values().flat_map(|labels| labels.keys()).map(String::as_str).collect();
        Coach { codes, by_name }
    }

    /// "yes", "no", or nothing where the coach said neither.
    fn cells(&self, set: &SetRecord) -> impl Iterator<Item = &'static str> {
        // Labels of a whole recording are those of none of its sets.
        let labels = self.by_name.get(&(set.name.clone(), set.number()));
        self.codes.iter().map(move |code| labels.and_then(|l| l.get(*code)).map_or("", |seen| if *seen { "yes" } else { "no" }))
    }
}

/// An empty cell is "not known".
fn row(set: &SetRecord, rep: &RepRow, columns: &Columns) -> Vec<String> {
    let number = |v: Option<f64>| v.map_or(String::new(), |v| v.to_string());
    let facts = &set.facts;
    let mut row = vec![
        cell(&set.name),
        set.number().map_or(String::new(), |n| n.to_string()),
        number(set.recording.as_ref().map(|r| r.from_s)),
        number(set.recording.as_ref().map(|r| r.to_s)),
        facts.lifter.as_deref().map(cell).unwrap_or_default(),
        facts.date.map_or(String::new(), |d| d.to_string()),
        number(facts.load_kg),
        number(facts.rpe),
        set.variant.name().into(),
        set.view.map_or("", view_name).into(),
        number(set.mean_fps),
        set.scale_source.as_deref().map(cell).unwrap_or_default(),
        set.warnings.join(" "),
        rep.index.to_string(),
        kind_name(rep.kind).into(),
    ];
    row.extend(rep.events_s.map(number));
    row.extend(columns.metrics.iter().map(|m| number(rep.metric(*m))));
    for code in &columns.codes {
        let check = rep.check(*code);
        row.push(check.map_or("", |c| status_name(c.status)).into());
        let judged = check.filter(|c| c.is_judged());
        row.push(judged.map_or("", |c| severity_name(c.severity)).into());
        row.push(number(judged.and_then(|c| c.value)));
        row.push(number(judged.and_then(|c| c.sigma)));
    }
    row.push(number(rep.score.filter(|_| !facts.pain)));
    row.push(rep.coverage.to_string());
    row
}

pub fn view_name(view: View) -> &'static str {
    match view {
        View::Side => "side",
        View::Oblique => "oblique",
        View::Front => "front",
        View::Rear => "rear",
        View::Unknown => "unknown",
    }
}

pub fn kind_name(kind: RepKind) -> &'static str {
    match kind {
        RepKind::Full => "full",
        RepKind::Partial => "partial",
        RepKind::Failed => "failed",
    }
}
