//! `sets.csv`: what the lifter or coach wrote down about each video. A wrong cell costs that cell
//! only; it is named with line and column, and the rest is used.

use super::date::Day;
use super::text::path_text;
use crate::config::Kind;
use crate::error::{Error, Result};
use crate::patterns::CHECKS;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

const KNOWN: &[&str] =
    &["video", "set", "lifter", "date", "load_kg", "reps", "one_rep_max_kg", "rpe", "variant", "height_cm", "pain", "notes", "front"];

/// One row. `None` is "not given".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SetRow {
    pub line: u64,
    pub video: String,
    /// Which set of a recording that holds several; `None`: all of the video.
    pub set: Option<u32>,
    pub lifter: Option<String>,
    pub date: Option<Day>,
    pub load_kg: Option<f64>,
    pub reps: Option<u32>,
    pub one_rep_max_kg: Option<f64>,
    pub rpe: Option<f64>,
    pub variant: Option<Kind>,
    pub height_cm: Option<f64>,
    pub pain: bool,
    pub notes: Option<String>,
    /// A second film of the set, from the front.
    pub front: Option<String>,
    /// The coach's own labels, check code → seen.
    pub coach: BTreeMap<String, bool>,
}

/// A table beyond this is no table of sets: 100 000 rows take a tenth of it.
const TABLE_MAX_BYTES: u64 = 64 << 20;

/// A whole file of bounded size; nothing that waits or never ends, as a pipe or a device.
fn read_table(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::metadata(path)?;
    if !file.is_file() {
        return Err(std::io::Error::other("it is not a file"));
    }
    if file.len() > TABLE_MAX_BYTES {
        return Err(std::io::Error::other(format!("it has more than {} MiB", TABLE_MAX_BYTES >> 20)));
    }
    std::fs::read(path)
}

/// All rows, found by video.
#[derive(Debug, Clone, Default)]
pub struct Sets {
    pub rows: Vec<SetRow>,
    /// Path, file name or stem as the table has it, and the set → row; several rows of one name are ambiguous.
    by_name: HashMap<(String, Option<u32>), usize>,
}

impl Sets {
    /// Reads a file; a missing one is an empty table only when it was not asked for by name.
    pub fn open(path: &Path, required: bool) -> Result<(Sets, Vec<String>)> {
        match read_table(path) {
            Ok(bytes) => Ok(Sets::read(&bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !required => Ok(Default::default()),
            Err(e) => Err(Error::usage(format!("cannot read the table {}: {e}", path.display()), "give a table of text, saved as CSV")),
        }
    }

    /// Reads the table's bytes: comma or semicolon, with or without byte order mark.
    pub fn read(bytes: &[u8]) -> (Sets, Vec<String>) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let head = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let delimiter = if head.contains(&b';') && !head.contains(&b',') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(bytes);
        let mut problems = vec![];
        let columns: Vec<String> = match reader.byte_headers() {
            Ok(h) => h.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect(),
            Err(e) => return (Sets::default(), vec![format!("sets.csv line 1: {e}")]),
        };
        check_columns(&columns, &mut problems);
        let mut sets = Sets::default();
        for record in reader.byte_records() {
            match record {
                Ok(record) => sets.push(&columns, &record, line_of(&record, bytes), &mut problems),
                Err(e) => problems.push(format!("sets.csv: {e}")),
            }
        }
        (sets, problems)
    }

    fn push(&mut self, columns: &[String], record: &csv::ByteRecord, line: u64, problems: &mut Vec<String>) {
        if record.iter().all(<[u8]>::is_empty) {
            return;
        }
        if record.len() > columns.len() {
            problems.push(format!("sets.csv line {line}: {} cells, but the first line names {} columns", record.len(), columns.len()));
        }
        let mut row = SetRow { line, ..SetRow::default() };
        for (number, (column, bytes)) in columns.iter().zip(record).enumerate() {
            let text = String::from_utf8_lossy(bytes);
            if !text.is_empty()
                && let Err(expected) = row.fill(column, &text)
            {
                let then = if column == "pain" { "it is taken as yes" } else { "the cell is left out" };
                problems.push(format!("sets.csv line {line}, column {} ({column}): {text:?} is not {expected}; {then}", number + 1));
            }
        }
        if row.video.is_empty() {
            problems.push(format!("sets.csv line {line}, column 1 (video): the row names no video and is left out"));
            return;
        }
        let key = (row.video.replace('\\', "/"), row.set);
        if let Some(&before) = self.by_name.get(&key) {
            let first = self.rows[before].line;
            let set = key.1.map_or(String::new(), |n| format!(", set {n},"));
            problems.push(format!("sets.csv line {line}: {:?}{set} stands in line {first} already; line {first} is used", key.0));
            return;
        }
        self.by_name.insert(key, self.rows.len());
        self.rows.push(row);
    }

    /// The row of a video: by its path below the folder, else its file name, else its stem.
    pub fn row(&self, relative: &Path) -> Option<&SetRow> {
        self.index(relative, None).map(|i| &self.rows[i])
    }

    /// The row of one set of a recording alone.
    pub fn row_of_set(&self, relative: &Path, set: u32) -> Option<&SetRow> {
        self.index(relative, Some(set)).map(|i| &self.rows[i])
    }

    /// Rows of single sets of a recording.
    pub fn rows_of_sets(&self, relative: &Path) -> Vec<&SetRow> {
        let names = names(relative);
        let here = |r: &&SetRow| r.set.is_some() && names.contains(&r.video.replace('\\', "/"));
        self.rows.iter().filter(here).collect()
    }

    fn index(&self, relative: &Path, set: Option<u32>) -> Option<usize> {
        names(relative).into_iter().find_map(|name| self.by_name.get(&(name, set)).copied())
    }

    /// Rows that no video of this run matches, and rows that match several.
    pub fn unmatched<'a>(&self, videos: impl Iterator<Item = &'a Path>) -> Vec<String> {
        // Films from the front have no place of their own, and may have rows.
        let given: Vec<String> = self.rows.iter().filter_map(|r| Some(r.front.as_ref()?.replace('\\', "/"))).collect();
        let mut hits: Vec<usize> = self.rows.iter().map(|r| usize::from(given.contains(&r.video.replace('\\', "/")))).collect();
        for video in videos {
            let names = names(video);
            let of_a_set = |row: &SetRow| row.set.is_some() && names.contains(&row.video.replace('\\', "/"));
            hits.iter_mut().zip(&self.rows).filter(|(_, row)| of_a_set(row)).for_each(|(hits, _)| *hits += 1);
            self.index(video, None).into_iter().for_each(|i| hits[i] += 1);
        }
        let tell = |(row, hits): (&SetRow, &usize)| match hits {
            0 => Some(format!("sets.csv line {}, column 1 (video): there is no video {:?}", row.line, row.video)),
            1 => None,
            n => Some(format!(
                "sets.csv line {}, column 1 (video): {:?} fits {n} videos; write the path below the folder",
                row.line, row.video
            )),
        };
        self.rows.iter().zip(&hits).filter_map(tell).collect()
    }
}

/// What a table may call a video: its path below the folder, its file name, either without its ending.
pub fn names(relative: &Path) -> Vec<String> {
    let name = relative.file_name().map(Path::new);
    let forms =
        [Some(relative.to_owned()), name.map(Path::to_owned), Some(relative.with_extension("")), name.map(|n| n.with_extension(""))];
    forms.into_iter().flatten().map(|p| path_text(&p)).collect()
}

/// `E1`, `S10`, `coach_E1`: a column with the coach's own labels.
fn coach_code(column: &str) -> Option<&'static str> {
    let code = column.strip_prefix("coach_").unwrap_or(column);
    // In capitals only: "e1" in a spreadsheet may be anything.
    CHECKS.iter().map(|check| check.info().code).find(|known| *known == code)
}

fn check_columns(columns: &[String], problems: &mut Vec<String>) {
    for (number, column) in columns.iter().enumerate() {
        if !KNOWN.contains(&column.as_str()) && coach_code(column).is_none() {
            problems.push(format!(
                "sets.csv line 1, column {}: unknown column {column:?} is left out; known are {}",
                number + 1,
                KNOWN.join(", ")
            ));
        }
        if columns[..number].contains(column) {
            problems.push(format!("sets.csv line 1, column {}: column {column:?} stands there twice; the last one wins", number + 1));
        }
    }
    if !columns.iter().any(|c| c == "video") {
        problems.push("sets.csv line 1: there is no column \"video\", so no row can be used".into());
    }
}

impl SetRow {
    fn fill(&mut self, column: &str, text: &str) -> std::result::Result<(), &'static str> {
        let number = |lowest: f64, highest: f64| text.replace(',', ".").parse::<f64>().ok().filter(|v| (lowest..=highest).contains(v));
        match column {
            "video" => self.video = text.to_owned(),
            "set" => self.set = Some(text.parse().ok().filter(|n| (1..=1000).contains(n)).ok_or("the number of a set, from 1")?),
            "lifter" => self.lifter = Some(text.to_owned()),
            "notes" => self.notes = Some(text.to_owned()),
            "front" => self.front = Some(text.to_owned()),
            "date" => self.date = Some(Day::parse(text).ok_or("a date YYYY-MM-DD")?),
            "load_kg" => self.load_kg = Some(number(0.0, 1000.0).ok_or("a load from 0 to 1000 kg")?),
            "one_rep_max_kg" => self.one_rep_max_kg = Some(number(1.0, 1000.0).ok_or("a load from 1 to 1000 kg")?),
            "reps" => self.reps = Some(text.parse().ok().filter(|n| (1..=100).contains(n)).ok_or("a count from 1 to 100")?),
            "rpe" => self.rpe = Some(number(1.0, 10.0).ok_or("a rating from 1 to 10")?),
            "height_cm" => self.height_cm = Some(number(100.0, 230.0).ok_or("a height from 100 to 230 cm")?),
            "variant" => self.variant = Some(Kind::told(text).ok_or("conventional, sumo or romanian")?),
            "pain" => {
                let said = yes_no(text);
                // A cell that cannot be read must not turn pain into none.
                self.pain = said.unwrap_or(true);
                said.ok_or("yes or no")?;
            }
            other => {
                if let Some(code) = coach_code(other)
                    && let Some(seen) = label(text)?
                {
                    self.coach.insert(code.to_owned(), seen);
                }
            }
        }
        Ok(())
    }
}

fn yes_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// `?` is "the coach cannot tell".
fn label(text: &str) -> std::result::Result<Option<bool>, &'static str> {
    match text.to_lowercase().as_str() {
        "?" => Ok(None),
        "mild" | "moderate" | "severe" => Ok(Some(true)),
        "none" => Ok(Some(false)),
        other => yes_no(other).map(Some).ok_or("y, n or ?"),
    }
}

/// Line of a record's first cell: the reader's position lies before any empty lines it skipped.
fn line_of(record: &csv::ByteRecord, bytes: &[u8]) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let rest = bytes.get(position.byte() as usize..).unwrap_or_default();
    let skipped = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).filter(|b| **b == b'\n').count();
    position.line() + skipped as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_cells_are_named_with_line_and_column_and_the_rest_is_used() {
        let text = "video,lifter,date,load_kg,mood,E1\n\
                    a.mp4,anna,2026-02-30,-5,good,y\n\
                    ,bo,2026-02-01,100,,n\n\
                    \n\
                    b.mp4,bo,2026-02-01,100,,maybe\n\
                    b.mp4,bo,2026-02-01,110,,n\n";
        let (sets, problems) = Sets::read(text.as_bytes());
        assert_eq!(sets.rows.len(), 2);
        let anna = sets.row(Path::new("x/a.mp4")).unwrap();
        assert_eq!((anna.lifter.as_deref(), anna.date, anna.load_kg, anna.coach.get("E1")), (Some("anna"), None, None, Some(&true)));
        let expected = [
            "line 1, column 5: unknown column \"mood\"",
            "line 2, column 3 (date): \"2026-02-30\"",
            "line 2, column 4 (load_kg): \"-5\"",
            "line 3, column 1 (video)",
            "line 5, column 6 (E1): \"maybe\" is not y, n or ?",
            "line 6: \"b.mp4\" stands in line 5",
        ];
        assert_eq!(problems.len(), expected.len(), "{problems:#?}");
        problems.iter().zip(expected).for_each(|(p, e)| assert!(p.contains(e), "{p}\n{e}"));
    }

    #[test]
    fn a_spreadsheet_with_semicolons_and_decimal_commas_is_read() {
        let (sets, problems) = Sets::read(b"\xef\xbb\xbfvideo;load_kg;pain;variant\r\nx/a;142,5;ja;RDL\r\n");
        assert_eq!(sets.row(Path::new("x/a.mov")).unwrap().load_kg, Some(142.5));
        assert_eq!(sets.rows[0].variant, Some(Kind::Romanian));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("column 3 (pain)") && sets.rows[0].pain, "pain that cannot be read is pain");
    }

    #[test]
    fn a_coach_may_label_every_check_there_is_and_no_other() {
        let (sets, problems) = Sets::read(b"video,D2,coach_F3,E99,S6\na.mp4,y,n,y,y\n");
        assert_eq!(sets.rows[0].coach, BTreeMap::from([("D2".into(), true), ("F3".into(), false), ("S6".into(), true)]));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("column 4: unknown column \"E99\""), "{problems:?}");
    }

    #[test]
    fn the_sets_of_a_recording_have_rows_of_their_own() {
        let (sets, problems) =
            Sets::read(b"video,set,lifter,load_kg\nday.mp4,1,anna,100\nday,2,ben,120\nday.mp4,2,eve,1\nday.mp4,,,60\nday.mp4,x,,\n");
        let day = Path::new("monday/day.mp4");
        let lifter = |set| sets.row_of_set(day, set).and_then(|r| r.lifter.as_deref());
        assert_eq!((lifter(1), lifter(2), lifter(3)), (Some("anna"), Some("eve"), None), "the name with its ending is nearer");
        assert_eq!(sets.row(day).and_then(|r| r.load_kg), Some(60.0), "what holds for all of it");
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("is not the number of a set") && problems[1].contains("stands in line 5 already"), "{problems:?}");
        assert!(sets.unmatched([day].into_iter()).is_empty(), "{:?}", sets.unmatched([day].into_iter()));
    }

    #[test]
    fn rows_without_video_and_rows_for_several_are_told() {
        let (sets, _) = Sets::read(b"video\na.mp4\ngone.mp4\n");
        let told = sets.unmatched([Path::new("1/a.mp4"), Path::new("2/a.mp4")].into_iter());
        assert_eq!(told.len(), 2);
        assert!(told[0].contains("fits 2 videos") && told[1].contains("gone.mp4"));
    }

    #[test]
    fn a_table_that_is_no_table_does_not_stop_the_rest() {
        let (sets, problems) = Sets::read(b"\x00\xff\xfe\n\x01,\x02\n");
        assert!(sets.rows.is_empty() && problems.iter().any(|p| p.contains("no column \"video\"")), "{problems:?}");
        let (sets, problems) = Sets::read(b"");
        assert!(sets.rows.is_empty() && !problems.is_empty());
    }
}
