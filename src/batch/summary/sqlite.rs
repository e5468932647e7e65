//! `reps.sqlite`: every repetition of every set, to be asked questions.
//!
//! SQLite rather than Parquet: one file that a spreadsheet, a notebook, R and the `sqlite3` command
//! open without a further library, with indices, for as many rows as a federation has; the library
//! comes with the program. Columns are those of `summary.csv`; NULL is "not known".

use super::csv::{Columns, kind_name, view_name};
use super::material::{Material, Overview, severity_name, status_name};
use super::rows::{RepRow, Rows};
use crate::batch::record::SetRecord;
use crate::batch::text::path_text;
use crate::error::{Error, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;

pub const DATABASE_FILE: &str = "reps.sqlite";

/// Written beside its place and renamed, so that a reader has the old one or the new one.
pub fn write(material: &Material, overview: &Overview, rows: &mut Rows) -> Result<()> {
    let place = material.out.join(DATABASE_FILE);
    let io = |e| Error::io("write", &place, e);
    let temporary = tempfile::Builder::new().prefix(".formcheck-").suffix(".part").tempfile_in(material.out).map_err(io)?;
    fill(temporary.path(), overview, rows).map_err(|e| failed(&place, e))?;
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    // A file system without permissions refuses; the file is readable there anyway.
    let _ = temporary.as_file().set_permissions(readable);
    temporary.persist(&place).map_err(|e| io(e.error))?;
    Ok(())
}

fn failed(place: &Path, e: rusqlite::Error) -> Error {
    let full = matches!(e.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    let hint = if full { "free some space, then run the same command again" } else { "check the disk, then run the same command again" };
    Error::temporary(format!("cannot write {}: {e}", place.display()), hint).because(e)
}

fn fill(path: &Path, overview: &Overview, rows: &mut Rows) -> rusqlite::Result<()> {
    let mut database = Connection::open(path)?;
    // Nobody reads it before it has its name, and what dies half-way has none.
    database
        .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192;")?;
    let change = database.transaction()?;
    change.execute_batch(&schema(overview))?;
    let places = |n: usize| vec!["?"; n].join(",");
    {
        let mut set = change.prepare(&format!("INSERT INTO sets VALUES ({})", places(SET_COLUMNS)))?;
        for (number, record) in overview.sets.iter().enumerate() {
            set.execute(params_from_iter(set_row(number, record)))?;
        }
        let columns = Columns::of(overview, rows);
        let width = FIXED_COLUMNS + columns.metrics.len() + 4 * columns.codes.len();
        let mut rep = change.prepare(&format!("INSERT INTO reps VALUES ({})", places(width)))?;
        let mut problem = None;
        let told = rows.each(|set, reps| {
            for r in &reps {
                if let Err(e) = rep.execute(params_from_iter(rep_row(set, &overview.sets[set], r, &columns))) {
                    problem = Some(e);
                    return Err(std::io::ErrorKind::Other.into());
                }
            }
            Ok(())
        });
        if let Err(e) = told {
            return Err(problem.unwrap_or_else(|| rusqlite::Error::ToSqlConversionFailure(Box::new(e))));
        }
        let mut failure = change.prepare("INSERT INTO failures VALUES (?,?,?,?)")?;
        for f in &overview.failures {
            failure.execute((&f.file, &f.failure.kind, f.why(), &f.failure.hint))?;
        }
    }
    change.execute_batch("CREATE INDEX reps_of_set ON reps(set_id); CREATE INDEX sets_of_lifter ON sets(lifter, date);")?;
    change.commit()
}

const SET_COLUMNS: usize = 20;
const FIXED_COLUMNS: usize = 11;

fn schema(overview: &Overview) -> String {
    // A name stands between quotes; one within it is doubled.
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let metrics = overview.metrics.iter().map(|m| format!(", {} REAL", quoted(m)));
    let checks = overview.codes.iter().map(|(code, _)| {
        let of = |what: &str| quoted(&format!("{code}_{what}"));
        format!(", {} TEXT, {} TEXT, {} REAL, {} REAL", of("status"), of("severity"), of("value"), of("sigma"))
    });
    format!(
        "CREATE TABLE sets (set_id INTEGER PRIMARY KEY, file TEXT NOT NULL, result TEXT NOT NULL, sha256 TEXT, lifter TEXT, date TEXT,
            load_kg REAL, variant TEXT, rep_count INTEGER, score REAL, score_sigma REAL, coverage REAL, band TEXT, mean_velocity_mps REAL,
            velocity_loss_pct REAL, pain INTEGER, worst TEXT, view TEXT, warnings TEXT, set_number INTEGER);
         CREATE TABLE reps (set_id INTEGER NOT NULL REFERENCES sets, rep INTEGER NOT NULL, kind TEXT NOT NULL, lift_off_s REAL,
            knee_pass_s REAL, lockout_s REAL, descent_s REAL, knee_pass_down_s REAL, floor_s REAL, score REAL, coverage REAL{}{});
         CREATE TABLE failures (file TEXT NOT NULL, kind TEXT, why TEXT, hint TEXT);",
        metrics.collect::<String>(),
        checks.collect::<String>()
    )
}

fn set_row(number: usize, set: &SetRecord) -> [Value; SET_COLUMNS] {
    let facts = &set.facts;
    [
        Value::Integer(number as i64),
        set.name.clone().into(),
        path_text(&set.result).into(),
        set.sha256.clone().into(),
        facts.lifter.clone().into(),
        facts.date.map(|d| d.to_string()).into(),
        facts.load_kg.into(),
        set.variant.name().to_owned().into(),
        Value::Integer(set.rep_count.into()),
        set.score.into(),
        set.score_sigma.into(),
        set.coverage.into(),
        set.band.clone().into(),
        set.mean_velocity_mps.into(),
        set.velocity_loss_pct.into(),
        Value::Integer(facts.pain.into()),
        severity_name(set.worst()).to_owned().into(),
        set.view.map(|v| view_name(v).to_owned()).into(),
        set.warnings.join(" ").into(),
        set.number().map(i64::from).into(),
    ]
}

fn rep_row(number: usize, set: &SetRecord, rep: &RepRow, columns: &Columns) -> Vec<Value> {
    let mut row: Vec<Value> = vec![Value::Integer(number as i64), Value::Integer(rep.index.into()), kind_name(rep.kind).to_owned().into()];
    row.extend(rep.events_s.map(Value::from));
    row.extend([rep.score.filter(|_| !set.facts.pain).into(), rep.coverage.into()]);
    row.extend(columns.metrics.iter().map(|m| Value::from(rep.metric(*m))));
    for code in &columns.codes {
        let check = rep.check(*code);
        row.push(check.map(|c| status_name(c.status).to_owned()).into());
        let judged = check.filter(|c| c.is_judged());
        row.push(judged.map(|c| severity_name(c.severity).to_owned()).into());
        row.extend([judged.and_then(|c| c.value).into(), judged.and_then(|c| c.sigma).into()]);
    }
    row
}
