//! A set that two cameras filmed: one report of both, or of the side alone where they do not go together.

use super::plan::FrontInput;
use super::port::{Destination, Finished, Line};
use super::text::path_text;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::files::sha256_file;
use crate::pipeline::{Cancel, FRONT_FOLDER, ObserveOptions, Progress};
use crate::signals::{Warning, WarningCode};
use crate::track::{self, TRACK_FILE, Track};
use std::path::Path;

/// The film from the side as it was seen, and where the other one lies.
pub struct Pair<'a> {
    pub track: &'a Track,
    pub front: &'a FrontInput,
    pub observe: &'a ObserveOptions,
    /// What was saved of the second film before still holds.
    pub reuse: bool,
    pub calibration: Option<&'a Track>,
    pub config: &'a Config,
}

impl Pair<'_> {
    /// The report of both films. Where the second cannot be read, or does not show the set from the front, the first is assessed alone,
    /// its report says why, and so does the error beside it. What was seen of the second stays in its folder, below the first one's.
    ///
    /// # Errors
    /// The first film cannot be assessed; the second failed by no fault of its own; the run was interrupted.
    pub fn report(
        &self,
        line: &dyn Line,
        files: Option<Destination>,
        (progress, cancel): (&dyn Progress, &Cancel),
    ) -> Result<(Finished, Option<Error>)> {
        let dir = files.map(|f| f.dir.join(FRONT_FOLDER));
        let video = (!self.front.is_track).then_some(self.front.path.as_path());
        let second = files.zip(dir.as_deref()).map(|(f, dir)| Destination { video, dir, ..f });
        let why = match self.second(line, dir.as_deref(), progress, cancel) {
            Ok(front) => match line.report_pair([self.track, &front], self.calibration, self.config, [files, second], progress, cancel) {
                Ok([first, _]) => return Ok((first, None)),
                Err(e) if e.kind == ErrorKind::Input => {
                    // It is a film of something; its own report is there for who wants to know what.
                    let _ = line.report(&front, None, self.config, second, progress, cancel);
                    e
                }
                Err(e) => return Err(e),
            },
            Err(e) if e.kind == ErrorKind::Input => e,
            Err(e) => return Err(e),
        };
        cancel.check()?;
        let message = format!("{}; it is left out, and what only the front shows could not be judged.", why.message);
        let note = Warning::new(WarningCode::FrontRefused, message);
        let alone = line.report_noted(self.track, self.calibration, self.config, files, &[note], (progress, cancel))?;
        Ok((alone, Some(why)))
    }

    /// What is seen in the second film: read from where it was saved, or looked at now.
    fn second(&self, line: &dyn Line, dir: Option<&Path>, progress: &dyn Progress, cancel: &Cancel) -> Result<Track> {
        let FrontInput { path, is_track } = self.front;
        if !path.is_file() {
            let hint = "give the film from the front, or its saved track";
            return Err(Error::input(format!("there is no file {}", path_text(path)), hint));
        }
        if let Some(dir) = dir {
            std::fs::create_dir_all(dir).map_err(|e| Error::io("make the folder", dir, e))?;
        }
        let saved = dir.map(|dir| dir.join(TRACK_FILE));
        if *is_track {
            let track = track::load(path)?;
            saved.map_or(Ok(()), |saved| track::save(&track, &saved))?;
            return Ok(track);
        }
        let before = saved.as_ref().filter(|_| self.reuse).and_then(|saved| track::load(saved).ok());
        if let Some(before) = before
            && sha256_file(path).is_ok_and(|hash| hash == before.video.sha256)
        {
            return Ok(before);
        }
        let mut track = line.observe(path, self.observe, progress, cancel)?;
        track::settle(&mut track);
        saved.map_or(Ok(()), |saved| track::save(&track, &saved))?;
        Ok(track)
    }
}
