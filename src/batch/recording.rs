//! A recording of several sets: each is assessed as a clip of its own, in a folder of its own.

use super::layout::THUMB_FILE;
use super::metadata::OwnSet;
use super::port::{Destination, Finished, Line};
use super::thumb;
use crate::config::Config;
use crate::day::{self, Day, SetSpan};
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::{Cancel, Progress};
use crate::report::recording::{self, Came, PAGE_FILE, RECORDING_FILE, RecordingReport, set_folder};
use crate::signals::Warning;
use crate::track::{self, Recording, TRACK_FILE, Track};
use std::collections::BTreeMap;

/// What is needed to assess sets.
pub struct Sets<'a> {
    pub line: &'a dyn Line,
    /// The whole recording.
    pub track: &'a Track,
    pub day: &'a Day,
    /// Names of the lifters in order of appearance.
    pub names: &'a [String],
    /// What is known of single sets, by their number.
    pub own: &'a BTreeMap<u32, OwnSet>,
    pub calibration: Option<&'a Track>,
    pub config: &'a Config,
    pub progress: &'a dyn Progress,
    pub cancel: &'a Cancel,
}

/// One set: its own track and what it came to.
pub struct SetDone {
    pub span: SetSpan,
    pub track: Track,
    pub came: Result<Finished>,
}

/// A recording without a set of deadlifts, with what it holds instead.
pub fn no_set(day: &Day, name: &str) -> Error {
    let others: Vec<String> = day.others.iter().map(|o| o.text()).collect();
    let instead = if others.is_empty() { String::new() } else { format!(": {}", others.join("; ")) };
    Error::input(
        format!("{name} holds no set of deadlifts{instead}"),
        "film the whole set from the side; a stretch to be assessed all the same is chosen with --from and --to",
    )
}

/// The sets that a track holds, one or more.
///
/// # Errors
/// It holds something else than deadlifts, and what.
pub fn sets_in(track: &Track, name: &str, config: &Config) -> Result<Day> {
    let day = day::split(track, config);
    if day.is_something_else() { Err(no_set(&day, name)) } else { Ok(day) }
}

/// What a track holds to be assessed.
pub enum Held {
    /// A clip of one set, and what to tell of it besides.
    One(Vec<Warning>),
    /// A recording of several.
    Several(Day),
}

/// One set or several. What was cut out of a recording before is one set, whatever it looks like alone.
///
/// # Errors
/// As [`sets_in`].
pub fn held(track: &Track, name: &str, config: &Config) -> Result<Held> {
    if track.recording.is_some() {
        return Ok(Held::One(vec![]));
    }
    let day = sets_in(track, name, config)?;
    Ok(if day.is_one() { Held::One(day.note().into_iter().collect()) } else { Held::Several(day) })
}

impl Sets<'_> {
    /// The set's own track, its numbers as they are saved.
    pub fn clip(&self, span: &SetSpan) -> Result<Track> {
        let [from, to] = span.window_s;
        let mut clip = track::cut(self.track, from, to).ok_or_else(|| Error::internal(format!("set {} has no frames", span.number)))?;
        let lifter = (self.day.lifters() > 1).then_some(span.lifter);
        clip.recording = clip.recording.map(|r| Recording { set: Some(span.number), lifter, ..r });
        track::settle(&mut clip);
        Ok(clip)
    }

    /// Assesses one set; with files below the recording's folder, in the set's own.
    pub fn one(&self, span: &SetSpan, files: Option<Destination>) -> Result<SetDone> {
        let clip = self.clip(span)?;
        let came = match files {
            None => self.report(span, &clip, None),
            Some(files) => {
                let dir = files.dir.join(set_folder(span.number));
                std::fs::create_dir_all(&dir).map_err(|e| Error::io("make the folder", &dir, e))?;
                track::save(&clip, &dir.join(TRACK_FILE))?;
                let came = self.report(span, &clip, Some(Destination { dir: &dir, ..files }));
                if let Ok(finished) = &came {
                    thumb::write(&clip, &finished.report, &dir)?;
                }
                came
            }
        };
        match came {
            Err(e) if e.kind != ErrorKind::Input => Err(e),
            came => Ok(SetDone { span: span.clone(), track: clip, came }),
        }
    }

    fn report(&self, span: &SetSpan, clip: &Track, files: Option<Destination>) -> Result<Finished> {
        let own = self.own.get(&span.number).map(|own| Config { lifter: own.lifter.clone(), ..self.config.clone() });
        self.line.report(clip, self.calibration, own.as_ref().unwrap_or(self.config), files, self.progress, self.cancel)
    }

    /// The lifter's name: the set's own, else by order of appearance.
    fn name(&self, span: &SetSpan) -> Option<String> {
        let own = |s: &SetSpan| self.own.get(&s.number)?.name.clone();
        // A name given for one of a lifter's sets holds for the others.
        let other = || self.day.sets.iter().filter(|s| s.lifter == span.lifter).find_map(own);
        own(span).or_else(|| self.names.get(span.lifter as usize - 1).cloned()).or_else(other)
    }

    /// Assesses all of them and writes the recording's own files. A set that cannot be assessed is told and costs no other.
    pub fn all(&self, files: Option<Destination>) -> Result<(RecordingReport, Vec<SetDone>)> {
        if let Some(Destination { dir, .. }) = files {
            recording::clear(dir, self.day.sets.len());
        }
        let done = self.day.sets.iter().map(|span| self.one(span, files)).collect::<Result<Vec<SetDone>>>()?;
        let came: Vec<Came> =
            done.iter().map(|d| (&d.span, d.came.as_ref().map(|f| &f.report).map_err(|e: &Error| e.message.clone()))).collect();
        let overview = recording::build(self.track, self.day, &came, |span| self.name(span));
        if let Some(Destination { dir, outputs, .. }) = files {
            // What an earlier run made of the recording as one set must not pass for new.
            for stale in ["report.json", "report.html", "series.csv", "annotated.mp4", "card.png", THUMB_FILE] {
                let _ = std::fs::remove_file(dir.join(stale));
            }
            recording::write(&overview, &dir.join(RECORDING_FILE))?;
            if outputs.html {
                let thumb = |d: &SetDone| d.came.as_ref().ok().and_then(|f| thumb::svg(&d.track, &f.report));
                recording::write_page(&overview, &done.iter().map(thumb).collect::<Vec<_>>(), &dir.join(PAGE_FILE))?;
            }
        }
        Ok((overview, done))
    }
}
