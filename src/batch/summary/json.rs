//! `summary.json`: the same for programs.

use super::material::{FailureRow, Frequent, Material, Overview};
use crate::batch::agreement::Agreement;
use crate::batch::history::History;
use crate::batch::record::SetRecord;
use crate::error::Result;
use crate::files::write_whole_by;
use serde::Serialize;

const SCHEMA: &str = "1.0";

#[derive(Serialize)]
struct Summary<'a> {
    schema_version: &'static str,
    program_version: &'static str,
    counts: Counts,
    sets: &'a [SetRecord],
    failures: &'a [FailureRow],
    /// Not yet done.
    pending: &'a [String],
    /// Conflicts between sources, problems of `sets.csv`, files of one stem.
    notices: &'a [String],
    lifters: &'a [History],
    most_frequent: &'a [Frequent],
    agreement_with_coach: &'a [Agreement],
    notice: &'static str,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    done: usize,
    failed: usize,
    pending: usize,
    full_reps: u32,
}

/// SPEC 12.
pub const NOTICE: &str = "Movement feedback for training. Not a medical device, no diagnosis, no statement about injury risk.";

pub fn write(material: &Material, overview: &Overview) -> Result<()> {
    let Overview { sets, failures, pending, notices, lifters, frequent, agreement, .. } = overview;
    let full_reps = sets.iter().map(|s| s.rep_count).sum();
    let counts = Counts { files: material.places.len(), done: sets.len(), failed: failures.len(), pending: pending.len(), full_reps };
    let summary = Summary {
        schema_version: SCHEMA,
        program_version: env!("CARGO_PKG_VERSION"),
        counts,
        sets,
        failures,
        pending,
        notices,
        lifters,
        most_frequent: frequent,
        agreement_with_coach: agreement,
        notice: NOTICE,
    };
    write_whole_by(&material.out.join("summary.json"), |out| {
        serde_json::to_writer_pretty(&mut *out, &summary)?;
        out.write_all(b"\n")
    })
}
