//! Which films show the same set: by a table, or by their names.

use crate::error::{Error, Result};
use crate::track::TRACK_FILE;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A film, or what was saved of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Film {
    /// The file's name without its endings, or that of the result folder.
    pub name: String,
    pub path: PathBuf,
    /// A saved track: nothing is looked at again.
    pub saved: bool,
}

/// What two films are called together, and the films.
pub type Pair = (String, Result<[Film; 2]>);

const ENDINGS: [&str; 7] = ["mp4", "mov", "mkv", "webm", "avi", "m4v", "ts"];
const SAVED: &str = ".track.json.gz";
/// What parts a name from the mark of the film.
const BREAKS: [char; 5] = ['@', '_', '-', '.', ' '];
/// Marks of the first and the second film of a set. Bare numbers are none: they number sets.
const MARKS: [[&str; 2]; 4] = [["cam1", "cam2"], ["film1", "film2"], ["take1", "take2"], ["a", "b"]];

/// The films of a folder by name: videos, saved tracks, and result folders with a track in them. A saved track goes before its video.
///
/// # Errors
/// The folder cannot be read.
pub fn films(dir: &Path) -> Result<BTreeMap<String, Film>> {
    let mut out: BTreeMap<String, Film> = BTreeMap::new();
    for entry in std::fs::read_dir(dir).map_err(|e| Error::io("read", dir, e))? {
        let path = entry.map_err(|e| Error::io("read", dir, e))?.path();
        let Some(film) = film(path) else { continue };
        if film.saved || !out.contains_key(&film.name) {
            out.insert(film.name.clone(), film);
        }
    }
    Ok(out)
}

fn film(path: PathBuf) -> Option<Film> {
    let file = path.file_name()?.to_str()?;
    if path.is_dir() {
        let (name, inside) = (file.to_owned(), path.join(TRACK_FILE));
        return inside.is_file().then_some(Film { name, path: inside, saved: true });
    }
    if let Some(stem) = file.strip_suffix(SAVED) {
        return Some(Film { name: without_video_ending(without_key(stem)).to_owned(), path: path.clone(), saved: true });
    }
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    ENDINGS.contains(&ending.as_str()).then(|| Film { name: without_video_ending(file).to_owned(), path: path.clone(), saved: false })
}

/// Tracks that `evaluate --tracks` keeps end in the key of what made them.
fn without_key(stem: &str) -> &str {
    let key = |k: &str| k.len() == 16 && k.chars().all(|c| c.is_ascii_hexdigit());
    stem.rsplit_once('-').filter(|(_, k)| key(k)).map_or(stem, |(name, _)| name)
}

fn without_video_ending(name: &str) -> &str {
    name.rsplit_once('.').filter(|(_, e)| ENDINGS.contains(&e.to_ascii_lowercase().as_str())).map_or(name, |(stem, _)| stem)
}

/// Pairs by name: `NAME_a` and `NAME_b`, `NAME@cam1` or `NAME` and `NAME@cam2`, and so with `film` and `take`.
pub fn by_name(films: &BTreeMap<String, Film>) -> Vec<Pair> {
    let second = |film: &Film| {
        let (base, mark) = film.name.rsplit_once(BREAKS)?;
        let marks = MARKS.iter().find(|m| m[1].eq_ignore_ascii_case(mark))?;
        let is_first = |other: &&Film| match other.name.rsplit_once(BREAKS) {
            Some((b, m)) if b == base => m.eq_ignore_ascii_case(marks[0]),
            _ => other.name == base,
        };
        let first = films.values().find(is_first)?;
        Some((base.to_owned(), Ok([first.clone(), film.clone()])))
    };
    films.values().filter_map(second).collect()
}

/// Pairs by a table with the columns `first` and `second`: names or files of the folder.
///
/// # Errors
/// The table cannot be read, or lacks a column. A row that names no film is an error in its own place.
pub fn by_table(table: &Path, dir: &Path, films: &BTreeMap<String, Film>) -> Result<Vec<Pair>> {
    let text = std::fs::read_to_string(table).map_err(|e| Error::io("read", table, e))?;
    let tab = text.lines().next().is_some_and(|l| l.contains('\t'));
    let mut reader = csv::ReaderBuilder::new().delimiter(if tab { b'\t' } else { b',' }).flexible(true).from_reader(text.as_bytes());
    let broken = |what: String| Error::input(format!("{}: {what}", table.display()), "a table of pairs has the columns first,second");
    let columns = reader.headers().map_err(|e| broken(e.to_string()))?.clone();
    let column = |name: &str| {
        columns.iter().position(|c| c.trim().eq_ignore_ascii_case(name)).ok_or_else(|| broken(format!("the column {name} is missing")))
    };
    let places = [column("first")?, column("second")?];
    let mut out = vec![];
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| broken(e.to_string()))?;
        let [first, second] = places.map(|p| record.get(p).unwrap_or_default().trim());
        let named = |name: &str| {
            let by_file = || film(dir.join(name)).filter(|f| f.path.is_file());
            let missing = || broken(format!("line {}: \"{name}\" is no film of the folder", i + 2));
            films.get(name).cloned().or_else(by_file).ok_or_else(missing)
        };
        let both = named(first).and_then(|a| Ok([a, named(second)?]));
        let both = both.and_then(|[a, b]| match a.path == b.path {
            true => Err(broken(format!("line {}: a film is no second one of itself", i + 2))),
            false => Ok([a, b]),
        });
        out.push((format!("{first} and {second}"), both));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        dir
    }

    fn told(pairs: &[Pair]) -> Vec<String> {
        let one = |p: &Pair| p.1.as_ref().map_or_else(|e| e.message.clone(), |f| format!("{}+{}", f[0].name, f[1].name));
        pairs.iter().map(one).collect()
    }

    #[test]
    fn names_tell_first_and_second_film() {
        let dir = folder(&[
            "heavy_a.mp4",
            "heavy_b.MOV",
            "lift.mp4",
            "lift@cam2-0123456789abcdef.track.json.gz",
            "day-take1/track.json.gz",
            "day-take2/track.json.gz",
            "set-1.mp4",
            "set-2.mp4",
            "alone_b.mp4",
            "notes_a.txt",
        ]);
        let found = films(dir.path()).unwrap();
        assert_eq!(told(&by_name(&found)), ["day-take1+day-take2", "heavy_a+heavy_b", "lift+lift@cam2"]);
        assert!(found["lift@cam2"].saved && !found["lift"].saved);
    }

    #[test]
    fn a_table_names_films_and_a_wrong_row_costs_no_other() {
        let dir = folder(&["x.mp4", "y.mp4", "z.mp4"]);
        let table = dir.path().join("pairs.csv");
        std::fs::write(&table, "first,second\nx,y.mp4\nx,gone\nz,z\n").unwrap();
        let found = films(dir.path()).unwrap();
        let rows = told(&by_table(&table, dir.path(), &found).unwrap());
        assert_eq!(rows[0], "x+y");
        assert!(rows[1].contains("line 3: \"gone\"") && rows[2].contains("line 4"), "{rows:?}");
        std::fs::write(&table, "first\nx\n").unwrap();
        assert!(by_table(&table, dir.path(), &found).unwrap_err().message.contains("second is missing"));
    }
}
