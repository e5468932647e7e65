//! Where bytes from outside come in: one function each, for the mutations of `tests/mutations.rs` and for the targets
//! in `fuzz/`. None may panic, whatever the bytes; refusing them is right.
#![allow(dead_code, reason = "each includer uses a part of it")]

use formcheck::batch::pattern::NamePattern;
use formcheck::batch::sets::Sets;
use formcheck::config::{self, Config};
use formcheck::evaluate::{index, truth};
use formcheck::pipeline::{self, Cancel, Outputs, Silent};
use formcheck::track;
use std::path::Path;

/// Whether the bytes were taken.
pub type Taken = bool;

/// A saved track, and everything that is computed from one that is taken.
pub fn saved_track(bytes: &[u8]) -> Taken {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(track::TRACK_FILE);
    std::fs::write(&path, bytes).unwrap();
    let Ok(track) = track::load(&path) else { return false };
    if let Ok(found) = pipeline::assess(&track, None, &Config::default()) {
        let outputs = Outputs { html: true, ..Outputs::default() };
        pipeline::write(&found, &track, None, folder.path(), outputs, &Silent, &Cancel::default()).unwrap();
    }
    true
}

pub fn configuration(bytes: &[u8]) -> Taken {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    config::parse(text).is_ok_and(|config| config::render(&config).is_ok())
}

pub fn sets_table(bytes: &[u8]) -> Taken {
    let (sets, _) = Sets::read(bytes);
    let names = ["a.mp4", "b/2026-01-05_anna_100kg.mov", "..mp4"].map(Path::new);
    names.iter().for_each(|name| _ = sets.row(name));
    _ = sets.unmatched(names.into_iter());
    !sets.rows.is_empty()
}

/// A template, a line feed, and a name to hold against it.
pub fn name_pattern(bytes: &[u8]) -> Taken {
    let text = String::from_utf8_lossy(bytes);
    let (template, name) = text.split_once('\n').unwrap_or((&text, "2026-03-14_lifter-a_140kg_set2.mp4"));
    let Ok(pattern) = NamePattern::parse(template) else { return false };
    _ = pattern.read(Path::new(name));
    true
}

pub fn index_table(bytes: &[u8]) -> Taken {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    index::parse(Path::new("INDEX.tsv"), text).is_ok_and(|rows| rows.iter().any(|row| row.1.is_ok()))
}

pub fn truth_file(bytes: &[u8]) -> Taken {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    truth::parse(Path::new("a.truth.json"), text).is_ok()
}

/// A container, as far as its boxes go.
#[cfg(feature = "vision")]
pub fn boxes(bytes: &[u8]) -> Taken {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    formcheck::media::open(file.path()).is_ok()
}
