//! A plan: every input below a folder with its size, hash, length and expected cost, as JSON lines.
//!
//! The first line is the [`Head`], then one line per input in the order of paths, then one per
//! place that could not be looked into. Nothing in it depends on who reads it or when, so that
//! machines which never speak to each other agree on who does what.

use super::discover::{Discovery, Found, FrontFilm};
use super::port::{Length, Line};
use super::text::path_text;
use crate::error::{Error, Result};
use crate::files::{hex, sha256_file, write_whole_by};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Version of a plan's form; a reader refuses another one.
pub const PLAN_SCHEMA: &str = "1.0";

/// What holds for the whole plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// [`PLAN_SCHEMA`]; its name tells the file from any other.
    pub formcheck_plan: String,
    pub program_version: String,
    /// The folder of the inputs, absolute.
    pub folder: Name,
    pub files: usize,
    /// Expected work of all files, seconds of one core.
    pub cost_s: f64,
    /// In how many shards the plan is to be worked off, where that was said.
    pub shards: Option<u32>,
    /// Expected work of the costliest of them, seconds of one core: what a queue has to allow.
    pub longest_shard_s: Option<f64>,
    /// Hash of the table of metadata as it was; `None` without one.
    pub sets_sha256: Option<String>,
}

/// One input as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    #[serde(flatten)]
    pub name: Name,
    pub size_bytes: u64,
    /// `None`: it could not be read; whoever does it will say why.
    pub sha256: Option<String>,
    pub kind: Kind,
    /// As the container or the track announces; `None` when it does not.
    pub duration_s: Option<f64>,
    pub frames: Option<u64>,
    /// Expected work, seconds of one core, that on the film from the front included.
    pub cost_s: f64,
    /// A second film of the set, from the front.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front: Option<FrontEntry>,
}

/// The film from the front of an input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrontEntry {
    #[serde(flatten)]
    pub name: Name,
    pub size_bytes: u64,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Video,
    Track,
}

/// A place that could not be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    #[serde(rename = "unreadable")]
    pub place: Name,
    pub why: String,
}

/// A path as text; where it is no text, its bytes beside it, so that it is found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_hex: Option<String>,
}

impl Name {
    pub fn new(path: &Path) -> Name {
        match path.to_str() {
            Some(text) => Name { path: text.to_owned(), path_hex: None },
            None => Name { path: path_text(path), path_hex: Some(hex(path.as_os_str().as_encoded_bytes())) },
        }
    }

    pub fn to_path(&self) -> PathBuf {
        self.path_hex.as_deref().and_then(unhex).map_or_else(|| PathBuf::from(&self.path), path_from)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let pair = |p: &[u8]| u8::from_str_radix(std::str::from_utf8(p).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(pair).collect()).flatten()
}

#[cfg(unix)]
fn path_from(bytes: Vec<u8>) -> PathBuf {
    <std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_from(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// Everything that shards and their merger agree on.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    pub head: Head,
    /// In the order of paths.
    pub entries: Vec<Entry>,
    pub unreadable: Vec<Unreadable>,
}

impl Manifest {
    /// Looks at every file found: hash, length, cost. One file that cannot be read does not stop it.
    ///
    /// # Errors
    /// The folder has no absolute path any more.
    pub fn make(folder: &Path, found: &Discovery, sets: Option<&Path>, shards: Option<u32>, line: &dyn Line) -> Result<Manifest> {
        let folder = folder.canonicalize().map_err(|e| Error::io("look into", folder, e))?;
        let entries = look(&folder, &found.files, line);
        let head = Head {
            formcheck_plan: PLAN_SCHEMA.into(),
            program_version: env!("CARGO_PKG_VERSION").into(),
            folder: Name::new(&folder),
            files: entries.len(),
            cost_s: milli(entries.iter().map(|e| e.cost_s).sum()),
            shards,
            longest_shard_s: shards.map(|n| longest_s(&entries, n)),
            sets_sha256: sets.and_then(|path| sha256_file(path).ok()),
        };
        let unreadable = found.unreadable.iter().map(|(place, why)| Unreadable { place: Name::new(place), why: why.clone() });
        Ok(Manifest { head, entries, unreadable: unreadable.collect() })
    }

    /// Writes the plan whole or not at all.
    pub fn write(&self, path: &Path) -> Result<()> {
        write_whole_by(path, |out| {
            line_to(out, &self.head)?;
            self.entries.iter().try_for_each(|e| line_to(out, e))?;
            self.unreadable.iter().try_for_each(|u| line_to(out, u))
        })
    }

    /// Reads a plan; refuses what is none, is cut short or is of another version.
    pub fn read(path: &Path) -> Result<Manifest> {
        let file = std::fs::File::open(path).map_err(|e| Error::io("read the plan", path, e))?;
        let shown = path.display();
        let again = "make it again with `formcheck plan`";
        let mut lines = BufReader::with_capacity(1 << 16, file).lines().map(|l| l.map_err(|e| Error::io("read the plan", path, e)));
        let first = lines.next().transpose().map_err(|_| Error::usage(format!("{shown} is not a plan"), again))?.unwrap_or_default();
        let head: Head = match serde_json::from_str::<Version>(&first) {
            Ok(Version { formcheck_plan: schema }) if schema == PLAN_SCHEMA => {
                serde_json::from_str(&first).map_err(|e| Error::usage(format!("{shown} is damaged in line 1"), again).because(e))?
            }
            Ok(Version { formcheck_plan: schema }) => {
                return Err(Error::usage(format!("{shown} is a plan of version {schema}, this program reads {PLAN_SCHEMA}"), again));
            }
            Err(_) => return Err(Error::usage(format!("{shown} is not a plan"), again)),
        };
        if head.program_version != env!("CARGO_PKG_VERSION") {
            let message = format!("{shown} was made by formcheck {}, this is {}", head.program_version, env!("CARGO_PKG_VERSION"));
            return Err(Error::usage(message, "run one version on all machines, or make the plan again"));
        }
        let (mut entries, mut unreadable) = (Vec::with_capacity(head.files.min(1 << 22)), vec![]);
        for (number, line) in (2..).zip(lines) {
            match serde_json::from_str(&line?) {
                Ok(Row::Entry(entry)) => entries.push(entry),
                Ok(Row::Unreadable(place)) => unreadable.push(place),
                Err(e) => return Err(Error::usage(format!("{shown} is damaged in line {number}"), again).because(e)),
            }
        }
        if entries.len() != head.files {
            let message = format!("{shown} is cut short: {} of {} files are in it", entries.len(), head.files);
            return Err(Error::usage(message, again));
        }
        Ok(Manifest { head, entries, unreadable })
    }

    /// Inputs as a search would have found them; times of change are not part of a plan and are 0.
    pub fn found(&self) -> Vec<Found> {
        let front = |f: &FrontEntry| FrontFilm { relative: f.name.to_path(), bytes: f.size_bytes, is_track: f.kind == Kind::Track };
        let found = |e: &Entry| Found {
            relative: e.name.to_path(),
            bytes: e.size_bytes,
            modified_ns: 0,
            is_track: e.kind == Kind::Track,
            front: e.front.as_ref().map(front),
        };
        self.entries.iter().map(found).collect()
    }
}

#[derive(Deserialize)]
struct Version {
    formcheck_plan: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Row {
    Entry(Entry),
    Unreadable(Unreadable),
}

/// What the shard with most to do costs.
fn longest_s(entries: &[Entry], shards: u32) -> f64 {
    let costs: Vec<f64> = entries.iter().map(|e| e.cost_s).collect();
    let mut loads = vec![0.0; shards.max(1) as usize];
    super::part::assign(&costs, shards).into_iter().zip(&costs).for_each(|(shard, cost)| loads[shard as usize] += cost);
    milli(loads.into_iter().fold(0.0, f64::max))
}

fn line_to(out: &mut dyn std::io::Write, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Hashing waits for the disk as often as for the processor, so that there are as many readers as cores.
fn look(folder: &Path, found: &[Found], line: &dyn Line) -> Vec<Entry> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(found.len())));
    let read = || {
        let mut own = vec![];
        while let Some(f) = found.get(next.fetch_add(1, Ordering::Relaxed)) {
            own.push(entry(folder, f, line));
        }
        // A reader that panicked took its own entries with it; the count in the head would tell.
        done.lock().unwrap_or_else(|e| e.into_inner()).append(&mut own);
    };
    std::thread::scope(|scope| (0..crate::isolate::allotted::cores()).for_each(|_| _ = scope.spawn(read)));
    let mut entries = done.into_inner().unwrap_or_else(|e| e.into_inner());
    entries.sort_by(|a: &(PathBuf, Entry), b| a.0.cmp(&b.0));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn kind(is_track: bool) -> Kind {
    if is_track { Kind::Track } else { Kind::Video }
}

fn entry(folder: &Path, found: &Found, line: &dyn Line) -> (PathBuf, Entry) {
    let input = folder.join(&found.relative);
    let track = |(frames, duration_s)| Length { frames: Some(frames), duration_s: Some(duration_s) };
    let length_of = |path: &Path, kind| match kind {
        Kind::Track => crate::track::file::length(path).map(track),
        Kind::Video => line.length(path),
    };
    let kind = kind(found.is_track);
    let length = length_of(&input, kind);
    let front =
        found.front.as_ref().map(|f| FrontEntry { name: Name::new(&f.relative), size_bytes: f.bytes, kind: self::kind(f.is_track) });
    let front_s = front.as_ref().map_or(0.0, |f| cost_s(f.kind, length_of(&folder.join(f.name.to_path()), f.kind), f.size_bytes));
    let entry = Entry {
        name: Name::new(&found.relative),
        size_bytes: found.bytes,
        sha256: sha256_file(&input).ok(),
        kind,
        duration_s: length.and_then(|l| l.duration_s).map(milli),
        frames: length.and_then(|l| l.frames),
        cost_s: milli(cost_s(kind, length, found.bytes) + front_s),
        front,
    };
    (found.relative.clone(), entry)
}

/// Work per frame of a video and per file, seconds of one core: heavy network, with the annotated video and the
/// page. One core took 26.9 s for 290 frames of 480 × 854 pixels; decoding larger pictures adds little to the networks.
const VIDEO_FRAME_S: f64 = 0.09;
const VIDEO_FILE_S: f64 = 1.0;
/// The same for a saved track, which needs no network.
const TRACK_FRAME_S: f64 = 0.0008;
const TRACK_FILE_S: f64 = 0.02;
/// Bytes of a frame where the container does not count its frames: a phone's 1080p at 30 frames/s and 8 Mbit/s.
const VIDEO_FRAME_BYTES: f64 = 33_000.0;
/// The same for a saved track: landmarks and an outline, packed.
const TRACK_FRAME_BYTES: f64 = 1_500.0;

/// Expected work on one input. Only the proportions matter for sharing the work out.
fn cost_s(kind: Kind, length: Option<Length>, size_bytes: u64) -> f64 {
    let (file_s, frame_s, frame_bytes) = match kind {
        Kind::Video => (VIDEO_FILE_S, VIDEO_FRAME_S, VIDEO_FRAME_BYTES),
        Kind::Track => (TRACK_FILE_S, TRACK_FRAME_S, TRACK_FRAME_BYTES),
    };
    let frames = length.and_then(|l| l.frames).map_or(size_bytes as f64 / frame_bytes, |n| n as f64);
    file_s + frame_s * frames
}

/// To a thousandth: a plan holds no digits that mean nothing.
fn milli(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let entry = |path: &str, kind| Entry {
            name: Name::new(Path::new(path)),
            size_bytes: 7,
            sha256: Some("ab".into()),
            kind,
            duration_s: Some(1.5),
            frames: None,
            cost_s: 2.25,
            front: Some(FrontEntry { name: Name::new(Path::new("f.mp4")), size_bytes: 3, kind: Kind::Video }),
        };
        let head = Head {
            formcheck_plan: PLAN_SCHEMA.into(),
            program_version: env!("CARGO_PKG_VERSION").into(),
            folder: Name::new(Path::new("/videos")),
            files: 2,
            cost_s: 4.5,
            shards: Some(3),
            longest_shard_s: Some(2.25),
            sets_sha256: None,
        };
        let unreadable = vec![Unreadable { place: Name::new(Path::new("x")), why: "it may not be opened".into() }];
        Manifest { head, entries: vec![entry("a b.mp4", Kind::Video), entry("c/track.json.gz", Kind::Track)], unreadable }
    }

    #[test]
    fn a_plan_is_read_back_and_anything_else_is_refused_in_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan");
        manifest().write(&path).unwrap();
        assert_eq!(Manifest::read(&path).unwrap(), manifest());
        let text = std::fs::read_to_string(&path).unwrap();
        let first_three: Vec<&str> = text.lines().take(2).collect();
        for (damage, said) in [
            (text.replacen("\"1.0\"", "\"9.0\"", 1), "version 9.0"),
            (text.replacen(env!("CARGO_PKG_VERSION"), "0.0.7", 1), "made by formcheck 0.0.7"),
            (text.replace("size_bytes", "size"), "damaged in line 2"),
            (text[..text.len() - 90].to_owned(), "damaged in line"),
            (first_three.join("\n"), "cut short: 1 of 2"),
            (String::new(), "is not a plan"),
            ("\u{0}\u{1}".into(), "is not a plan"),
            ("{\"sets\": []}".into(), "is not a plan"),
        ] {
            std::fs::write(&path, damage).unwrap();
            let e = Manifest::read(&path).unwrap_err();
            assert!(e.message.contains(said) && e.kind.exit_code() == 2, "{said}: {e}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_are_found_again() {
        use std::os::unix::ffi::OsStrExt;
        let odd = Path::new(std::ffi::OsStr::from_bytes(b"a/\xff\xfe.mp4"));
        let name = Name::new(odd);
        let back: Name = serde_json::from_str(&serde_json::to_string(&name).unwrap()).unwrap();
        assert_eq!((back.to_path().as_path(), back.path.as_str()), (odd, "a/\\xff\\xfe.mp4"));
        // Whose name is text that looks the same is another file.
        assert_ne!(Name::new(Path::new("a/\\xff\\xfe.mp4")).to_path(), odd);
    }
}
