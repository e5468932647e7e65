//! Which files below a folder are videos of sets.

use super::layout::OUTCOME_FILE;
use super::text::path_text;
use crate::error::{Error, Result};
use crate::track::TRACK_FILE;
use ignore::overrides::OverrideBuilder;
use ignore::{DirEntry, WalkBuilder};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// File name endings taken for videos, in any case.
pub const VIDEO_EXTENSIONS: &[&str] = &[
    "mp4", "mov", "qt", "m4v", "f4v", "3gp", "3g2", "mkv", "webm", "avi", "divx", "mpg", "mpeg", "m2v", "vob", "ts", "mts", "m2t", "m2ts",
    "tod", "wmv", "asf", "flv", "ogv", "ogm", "mxf", "dv",
];
/// Lines in it exclude files, as in a `.gitignore`.
pub const IGNORE_FILE: &str = ".formcheckignore";

/// What the user asked to look at.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub folder: PathBuf,
    /// Results go there; never looked into.
    pub out: PathBuf,
    /// Globs as in a `.gitignore`; with `include` only what fits one of them is taken.
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    /// Take saved tracks as well as videos.
    pub tracks: bool,
}

/// One input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Below the folder.
    #[serde(with = "super::text::path")]
    pub relative: PathBuf,
    pub bytes: u64,
    /// Nanoseconds since 1970 of the last change; 0 when the file system does not say.
    pub modified_ns: i64,
    pub is_track: bool,
    /// A second film of the set, from the front.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front: Option<FrontFilm>,
}

/// A film that completes another one and has no report of its own in the overview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrontFilm {
    /// Below the folder.
    #[serde(with = "super::text::path")]
    pub relative: PathBuf,
    pub bytes: u64,
    pub is_track: bool,
}

/// Inputs in the order of their paths, and what could not be looked into.
#[derive(Debug, Default)]
pub struct Discovery {
    pub files: Vec<Found>,
    pub unreadable: Vec<(PathBuf, String)>,
    /// Files that are neither videos nor tracks by their names, nor any of the batch's own.
    pub skipped: usize,
}

impl Search {
    /// The folder's true path.
    pub fn root(&self) -> Result<PathBuf> {
        let root = self.folder.canonicalize().map_err(|e| Error::io("look into", &self.folder, e))?;
        if !root.is_dir() {
            let hint = format!("for one video: formcheck analyze {}", self.folder.display());
            return Err(Error::usage(format!("{} is not a folder", self.folder.display()), hint));
        }
        Ok(root)
    }
}

/// Hidden files are skipped, each file and folder is visited once however many links lead to it,
/// and folders with results are not searched. Without any video, saved tracks are taken.
pub fn discover(search: &Search) -> Result<Discovery> {
    let root = search.root()?;
    let mut found = Discovery::default();
    for entry in walker(search, &root)?.build() {
        match entry {
            Ok(entry) => match input(&entry, &root) {
                Some(input) => found.files.push(input),
                None => found.skipped += usize::from(is_other_file(&entry)),
            },
            Err(e) => found.unreadable.push(problem(&e, &root)),
        }
    }
    if !search.tracks && found.files.iter().any(|f| !f.is_track) {
        found.files.retain(|f| !f.is_track);
    }
    found.files.sort_by(|a, b| a.relative.cmp(&b.relative));
    found.unreadable.sort();
    Ok(found)
}

fn walker(search: &Search, root: &Path) -> Result<WalkBuilder> {
    let mut globs = OverrideBuilder::new(root);
    let bad = |glob: &str, e: ignore::Error| {
        Error::usage(format!("{glob:?} is not a glob: {e}"), "globs are written as in a .gitignore, e.g. 'warm-up*/'")
    };
    for glob in &search.include {
        globs.add(glob).map_err(|e| bad(glob, e))?;
    }
    for glob in &search.exclude {
        globs.add(&format!("!{glob}")).map_err(|e| bad(glob, e))?;
    }
    let globs = globs.build().map_err(|e| bad("the globs", e))?;
    let out = search.out.canonicalize().ok();
    let (seen, own_root) = (Arc::new(Mutex::new(HashSet::new())), root.to_owned());
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).hidden(true).follow_links(true).overrides(globs);
    walk.add_custom_ignore_filename(IGNORE_FILE);
    walk.sort_by_file_path(|a, b| a.cmp(b));
    walk.filter_entry(move |entry| first_visit(entry, &own_root, out.as_deref(), &seen));
    Ok(walk)
}

/// Whether to visit an entry: not the results, and nothing twice.
fn first_visit(entry: &DirEntry, root: &Path, out: Option<&Path>, seen: &Mutex<HashSet<PathBuf>>) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    // `hidden(true)` gives way to a glob that names everything in a folder; hidden stays hidden.
    if entry.file_name().as_encoded_bytes().starts_with(b".") {
        return false;
    }
    // A link that leads nowhere has no true path; the walker reports it.
    let Ok(real) = entry.path().canonicalize() else { return true };
    if out.is_some_and(|out| real == out) {
        return false;
    }
    if entry.path_is_symlink() && real.starts_with(root) {
        return false; // it is, or was, visited under its own name
    }
    if real.is_dir() && is_result(&real) {
        return false;
    }
    // A poisoned lock means that another visit panicked; its set is still good.
    seen.lock().unwrap_or_else(|e| e.into_inner()).insert(real)
}

/// A folder that an earlier run wrote one video's results into.
fn is_result(folder: &Path) -> bool {
    folder.join("report.json").is_file() || folder.join(OUTCOME_FILE).is_file()
}

fn input(entry: &DirEntry, root: &Path) -> Option<Found> {
    if !entry.file_type()?.is_file() {
        return None;
    }
    let path = entry.path();
    let name = entry.file_name().to_string_lossy();
    let is_track = name == TRACK_FILE || name.ends_with(&format!(".{TRACK_FILE}"));
    let ends_in = |v: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(v));
    let is_video = VIDEO_EXTENSIONS.iter().any(|v| ends_in(v)) && !(ends_in("ts") && is_source_code(path));
    if !is_track && !is_video {
        return None;
    }
    let (bytes, modified_ns) = stat(path)?;
    Some(Found { relative: path.strip_prefix(root).ok()?.to_owned(), bytes, modified_ns, is_track, front: None })
}

fn is_other_file(entry: &DirEntry) -> bool {
    let own = [super::SETS_FILE, IGNORE_FILE, TRACK_FILE];
    let ours = entry.file_name().to_str().is_some_and(|name| own.contains(&name) || name.ends_with(&format!(".{TRACK_FILE}")));
    entry.file_type().is_some_and(|t| !t.is_dir()) && !ours
}

/// Programs end in `.ts` too; a film of that name begins with its packets' mark.
fn is_source_code(path: &Path) -> bool {
    const PACKET: u8 = 0x47;
    let mut first = [0];
    std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut first)).is_ok_and(|()| first[0] != PACKET)
}

/// Size and time of the last change.
pub fn stat(path: &Path) -> Option<(u64, i64)> {
    let meta = path.metadata().ok()?;
    let since = meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    Some((meta.len(), since.map_or(0, |d| d.as_nanos() as i64)))
}

/// Where the walk met a fault, below the folder, and what it was.
fn problem(e: &ignore::Error, root: &Path) -> (PathBuf, String) {
    let below = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
    match e {
        ignore::Error::WithPath { path, err } => (below(path), reason(err)),
        ignore::Error::WithDepth { err, .. } => problem(err, root),
        ignore::Error::Loop { child, ancestor } => (below(child), format!("it links back to {}", path_text(&below(ancestor)))),
        other => (PathBuf::new(), reason(other)),
    }
}

/// In words, without the place, which stands beside it.
fn reason(e: &ignore::Error) -> String {
    match e.io_error().map(std::io::Error::kind) {
        Some(ErrorKind::NotFound) => "the link leads nowhere".into(),
        Some(ErrorKind::PermissionDenied) => "it may not be opened".into(),
        _ => e.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn names(search: &Search) -> Vec<String> {
        discover(search).unwrap().files.iter().map(|f| path_text(&f.relative)).collect()
    }

    #[test]
    fn videos_are_found_once_and_results_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let at = |p: &str| folder.path().join(p);
        for file in [
            "b.MP4",
            "a/c.mov",
            "a/.hidden.mp4",
            ".git/x.mp4",
            "out/b/annotated.mp4",
            "old/b/annotated.mp4",
            "old/b/report.json",
            "notes.txt",
            "x/track.json.gz",
        ] {
            fs::create_dir_all(at(file).parent().unwrap()).unwrap();
            fs::write(at(file), "x").unwrap();
        }
        symlink(at("a"), at("link-to-a")).unwrap();
        symlink(at(""), at("a/up")).unwrap();
        symlink(at("b.MP4"), at("a/again.mp4")).unwrap();
        symlink(at("gone"), at("a/broken.mp4")).unwrap();
        let away = tempfile::tempdir().unwrap();
        fs::write(away.path().join("far.mp4"), "x").unwrap();
        symlink(away.path(), at("one")).unwrap();
        symlink(away.path(), at("two")).unwrap();
        let search = Search { folder: folder.path().into(), out: at("out"), ..Search::default() };
        assert_eq!(names(&search), ["a/c.mov", "b.MP4", "one/far.mp4"]);
        let found = discover(&search).unwrap();
        assert!(
            found.unreadable.iter().any(|(p, why)| p == Path::new("a/broken.mp4") && why == "the link leads nowhere"),
            "{:?}",
            found.unreadable
        );
        assert_eq!(names(&Search { exclude: vec!["*.mov".into()], ..search.clone() }), ["b.MP4", "one/far.mp4"]);
        assert_eq!(names(&Search { include: vec!["a/**".into()], ..search.clone() }), ["a/c.mov"]);
        assert_eq!(names(&Search { tracks: true, ..search.clone() }), ["a/c.mov", "b.MP4", "one/far.mp4", "x/track.json.gz"]);
        fs::write(at(IGNORE_FILE), "one/\ntwo/\n").unwrap();
        assert_eq!(names(&search), ["a/c.mov", "b.MP4"]);
        assert!(discover(&Search { folder: at("b.MP4"), ..search }).unwrap_err().hint.contains("analyze"));
    }

    #[test]
    fn films_of_any_usual_name_are_taken_and_programs_are_not() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in
            [("a.ts", "G@"), ("b.MTS", "x"), ("c.qt", "x"), ("d.divx", "x"), ("e.3gp", "x"), ("f.ts", "export {}"), ("go.mod", "x")]
        {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let search = Search { folder: folder.path().into(), ..Search::default() };
        assert_eq!(names(&search), ["a.ts", "b.MTS", "c.qt", "d.divx", "e.3gp"]);
    }

    #[test]
    fn a_folder_of_saved_tracks_alone_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("s1.track.json.gz"), "x").unwrap();
        assert_eq!(names(&Search { folder: folder.path().into(), ..Search::default() }), ["s1.track.json.gz"]);
    }
}
