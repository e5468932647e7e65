//! `summary.csv`: one row per repetition, streamed report by report.

use super::material::{Material, Overview, severity_name, status_name};
use crate::batch::history::variant_name;
use crate::batch::record::{LeanRep, LeanReport, SetRecord};
use crate::batch::text::cell;
use crate::error::{Error, Result};
use crate::files::write_whole_by;
use crate::patterns::Status;
use crate::reps::RepKind;
use crate::signals::View;
use std::io::Write;

const HEAD: &[&str] = &[
    "file",
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

pub fn write(material: &Material, overview: &Overview) -> Result<()> {
    let path = material.out.join("summary.csv");
    let mut unreadable = None;
    write_whole_by(&path, |out| {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(head(overview))?;
        for set in &overview.sets {
            match LeanReport::read(&material.out.join(&set.result)) {
                Ok(report) => rows(&mut table, set, &report, overview)?,
                // It was readable a moment ago.
                Err(e) => unreadable = Some(e),
            }
        }
        table.flush()
    })?;
    unreadable.map_or(Ok(()), Err::<(), Error>)
}

fn head(overview: &Overview) -> Vec<String> {
    let mut head: Vec<String> = HEAD.iter().map(|c| (*c).to_owned()).collect();
    head.extend(overview.metrics.iter().cloned());
    head.extend(
        overview
            .codes
            .iter()
            .flat_map(|(code, _)| [format!("{code}_status"), format!("{code}_severity"), format!("{code}_value"), format!("{code}_sigma")]),
    );
    head.extend(["score".into(), "coverage".into()]);
    head
}

fn rows<W: Write>(table: &mut csv::Writer<W>, set: &SetRecord, report: &LeanReport, overview: &Overview) -> std::io::Result<()> {
    for rep in &report.reps {
        table.write_record(row(set, rep, overview))?;
    }
    Ok(())
}

/// An empty cell is "not known".
fn row(set: &SetRecord, rep: &LeanRep, overview: &Overview) -> Vec<String> {
    let number = |v: Option<f64>| v.map_or(String::new(), |v| v.to_string());
    let facts = &set.facts;
    let mut row = vec![
        cell(&set.name),
        facts.lifter.as_deref().map(cell).unwrap_or_default(),
        facts.date.map_or(String::new(), |d| d.to_string()),
        number(facts.load_kg),
        number(facts.rpe),
        variant_name(set.variant).into(),
        set.view.map_or("", view_name).into(),
        number(set.mean_fps),
        set.scale_source.as_deref().map(cell).unwrap_or_default(),
        set.warnings.join(" "),
        rep.index.to_string(),
        kind_name(rep.kind).into(),
    ];
    row.extend([rep.lift_off_s, rep.knee_pass_s, rep.lockout_s, rep.descent_s, rep.knee_pass_down_s, rep.floor_s].map(number));
    row.extend(overview.metrics.iter().map(|m| number(rep.metrics.get(m).copied().flatten())));
    for (code, _) in &overview.codes {
        let check = rep.checks.iter().find(|c| c.code == *code);
        row.push(check.map_or("", |c| status_name(c.status)).into());
        // What was not judged has no severity, not even "none".
        let judged = check.filter(|c| !matches!(c.status, Status::NotAssessable | Status::NotApplicable));
        row.push(judged.map_or("", |c| severity_name(c.severity)).into());
        row.push(number(judged.and_then(|c| c.value)));
        row.push(number(judged.and_then(|c| c.sigma)));
    }
    row.push(number(rep.score.filter(|_| !facts.pain)));
    row.push(rep.coverage.to_string());
    row
}

fn view_name(view: View) -> &'static str {
    match view {
        View::Side => "side",
        View::Oblique => "oblique",
        View::Front => "front",
        View::Rear => "rear",
        View::Unknown => "unknown",
    }
}

fn kind_name(kind: RepKind) -> &'static str {
    match kind {
        RepKind::Full => "full",
        RepKind::Partial => "partial",
        RepKind::Failed => "failed",
    }
}
