//! Labels of real clips: `INDEX.tsv` (CONTRACT "Truth for evaluate").

use super::digitised::Reading;
use crate::error::{Error, Result};
use crate::signals::View;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a person saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    Yes,
    No,
    Unknown,
}

/// One row: what is known about a real clip.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    pub full_reps: Option<usize>,
    /// One per full rep, in order; empty when not labelled.
    pub lift_off_s: Vec<f64>,
    pub lockout_s: Vec<f64>,
    pub view: Option<View>,
    /// By check code.
    pub labels: BTreeMap<String, Label>,
    /// Hand-read points, from `digitised.tsv`.
    pub readings: Vec<Reading>,
}

/// One row of the file: the clip's file name and its labels, or what is wrong with the row.
pub type Row = (String, Result<Labelled>);

/// Reads the index; a faulty row is a row with an error, not an end.
pub fn read(path: &Path) -> Result<Vec<Row>> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
    parse(path, &text)
}

pub fn parse(path: &Path, text: &str) -> Result<Vec<Row>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').flexible(true).from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|e| broken(path, 1, &e.to_string()))?.clone();
    for needed in ["clip", "full_reps", "liftoff_s", "lockout_s"] {
        if !columns.iter().any(|c| c == needed) {
            return Err(broken(path, 1, &format!("the column {needed} is missing")));
        }
    }
    let mut rows = vec![];
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| broken(path, i + 2, &e.to_string()))?;
        let cells: BTreeMap<&str, &str> = columns.iter().zip(record.iter()).map(|(c, v)| (c, v.trim())).collect();
        let name = cells.get("clip").copied().unwrap_or_default().to_owned();
        rows.push((name, row(path, i + 2, &cells)));
    }
    Ok(rows)
}

fn row(path: &Path, line: usize, cells: &BTreeMap<&str, &str>) -> Result<Labelled> {
    let cell = |key: &str| cells.get(key).copied().unwrap_or_default();
    let times = |key: &str| -> Result<Vec<f64>> {
        let parts = cell(key).split(';').map(str::trim).filter(|p| !p.is_empty());
        parts.map(|p| p.parse().map_err(|_| broken(path, line, &format!("{key}: \"{p}\" is not a time in seconds")))).collect()
    };
    let full_reps = match cell("full_reps") {
        "" | "?" => None,
        count => Some(count.parse().map_err(|_| broken(path, line, &format!("full_reps: \"{count}\" is not a count")))?),
    };
    let (lift_off_s, lockout_s) = (times("liftoff_s")?, times("lockout_s")?);
    for (key, times) in [("liftoff_s", &lift_off_s), ("lockout_s", &lockout_s)] {
        if full_reps.is_some_and(|n| !times.is_empty() && times.len() != n) {
            return Err(broken(path, line, &format!("{key}: {} times for {} reps", times.len(), cell("full_reps"))));
        }
    }
    let labels = cells.iter().filter(|(c, _)| is_code(c)).map(|(c, v)| Ok(((*c).to_owned(), label(path, line, c, v)?)));
    Ok(Labelled { full_reps, lift_off_s, lockout_s, view: view(cell("view")), labels: labels.collect::<Result<_>>()?, readings: vec![] })
}

fn label(path: &Path, line: usize, code: &str, value: &str) -> Result<Label> {
    match value {
        "y" => Ok(Label::Yes),
        "n" => Ok(Label::No),
        "?" | "" => Ok(Label::Unknown),
        other => Err(broken(path, line, &format!("{code}: \"{other}\" is none of y, n, ?"))),
    }
}

/// A check code: one capital letter and digits.
fn is_code(column: &str) -> bool {
    let mut letters = column.chars();
    letters.next().is_some_and(|c| c.is_ascii_uppercase()) && column.len() > 1 && letters.all(|c| c.is_ascii_digit())
}

/// "side-left", "front", "45-rear-right (…)".
fn view(text: &str) -> Option<View> {
    let starts = [("side", View::Side), ("front", View::Front), ("rear", View::Rear), ("oblique", View::Oblique), ("45", View::Oblique)];
    starts.iter().find(|(start, _)| text.starts_with(start)).map(|(_, view)| *view)
}

fn broken(path: &Path, line: usize, what: &str) -> Error {
    Error::input(format!("{} line {line}: {what}", path.display()), "the columns stand in docs/evaluating.md")
}

/// Path of a clip beside its index.
pub fn video(index: &Path, clip: &str) -> PathBuf {
    index.parent().unwrap_or(Path::new("")).join(clip)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "clip\tfull_reps\tliftoff_s\tlockout_s\tview\tE1\tS3\tfps\n";

    fn rows(body: &str) -> Vec<Row> {
        parse(Path::new("INDEX.tsv"), &format!("{HEAD}{body}")).unwrap()
    }

    #[test]
    fn times_labels_and_views_are_read() {
        let rows = rows("a.mp4\t2\t1.0;3.5\t2.0;4.5\tside-left\ty\t?\t30\nb.mp4\t0\t\t\t45-front-left (25 deg)\tn\t\t30\n");
        let a = rows[0].1.as_ref().unwrap();
        assert_eq!((a.full_reps, &a.lift_off_s[..], a.view), (Some(2), &[1.0, 3.5][..], Some(View::Side)));
        assert_eq!(a.labels, BTreeMap::from([("E1".into(), Label::Yes), ("S3".into(), Label::Unknown)]));
        let b = rows[1].1.as_ref().unwrap();
        assert_eq!((b.full_reps, b.lift_off_s.len(), b.view, b.labels["E1"]), (Some(0), 0, Some(View::Oblique), Label::No));
    }

    #[test]
    fn a_bad_row_names_line_and_column_and_leaves_the_others() {
        let rows = rows("a.mp4\t2\t1.0\t2.0\tside\ty\t?\t30\nb.mp4\t1\t1,0\t2.0\tside\ty\t?\t30\nc.mp4\t1\t1.0\t2.0\tside\ty\t?\t30\n");
        let message = |i: usize| rows[i].1.as_ref().unwrap_err().message.clone();
        assert!(message(0).contains("line 2: liftoff_s: 1 times for 2 reps"), "{}", message(0));
        assert!(message(1).contains("line 3: liftoff_s: \"1,0\""), "{}", message(1));
        assert!(rows[2].1.is_ok());
        let headless = parse(Path::new("INDEX.tsv"), "clip\tfull_reps\n").unwrap_err();
        assert!(headless.message.contains("liftoff_s is missing"));
    }
}
