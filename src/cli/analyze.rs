//! `formcheck analyze`: one recorded set per video.

use super::compare::{self, Place};
use super::context::Context;
use super::front::{self, Front};
use super::options::{Assess, Export, Files, Network};
use super::parts::{Part, Parts};
use super::progress::{VideoBar, VideoLines};
use super::sets::{self, Run};
use super::summary;
use super::worst::worst_flag;
use crate::batch::discover::VIDEO_EXTENSIONS;
use crate::batch::pair::Pair;
use crate::batch::plan::numbered;
use crate::batch::port::{Destination, Finished};
use crate::batch::text::{folder_stem, one_line, path_text};
use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::patterns::Severity;
use crate::pipeline::Progress;
use crate::track::{self, TRACK_FILE, Track};
use clap::Args;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Analyse recorded sets of deadlifts, one per video
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  formcheck analyze deadlift.mp4
  formcheck analyze monday/*.mp4 --out results --no-video
  formcheck analyze deadlift.mp4 --json | jq .set.score
  formcheck analyze after.mp4 --compare before.mp4
  formcheck analyze side.mp4 --front front.mp4

Files of each video go to DIR/<name>/: report.json, series.csv, track.json.gz, report.html and annotated.mp4.
With --json standard output carries the report: one object for one video, one object per line for several.")]
pub struct Analyze {
    /// Recorded sets, filmed from the side
    #[arg(required = true, value_name = "VIDEO")]
    pub videos: Vec<PathBuf>,
    /// Where results go
    #[arg(long, value_name = "DIR", default_value = "formcheck-out")]
    pub out: PathBuf,
    /// Print the report as JSON instead of the summary
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub assess: Assess,
    #[command(flatten)]
    pub network: Network,
    #[command(flatten)]
    pub files: Files,
    #[command(flatten)]
    pub export: Export,
    #[command(flatten)]
    pub parts: Parts,
    #[command(flatten)]
    pub front: Front,
}

impl Analyze {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let config = self.assess.config()?;
        self.parts.check()?;
        self.front.check(self.videos.len())?;
        let cancel = &context.interrupt.finish;
        let calibration = self.assess.calibration.as_deref();
        let calibration =
            calibration.map(|path| crate::batch::calibration(path, context.line, &self.network.observe(), cancel)).transpose()?;
        let (mut failures, mut worst) = (vec![], Severity::None);
        let mut taken = HashSet::new();
        for video in &self.videos {
            let folder = result_folder(&self.out, video, &mut taken, context);
            match guarded(video, || self.one(video, &folder, &config, calibration.as_ref().map(|c| &c.0), context)) {
                Ok(flag) => worst = worst.max(flag),
                Err(e) if e.kind == ErrorKind::Interrupted => return Err(e),
                Err(e) => {
                    context.console.error(&e);
                    failures.push(e.kind);
                }
            }
        }
        Ok(exit_code(&failures, worst, self.assess.fail_on()))
    }

    fn one(&self, video: &Path, folder: &Path, config: &Config, calibration: Option<&Track>, context: &Context) -> Result<Severity> {
        let cancel = &context.interrupt.finish;
        cancel.check()?;
        let Place { path: video, rep } = Place::parse(video);
        let video = &*video;
        usable(video)?;
        let name = path_text(video);
        let bar = context.console.bars.then(|| VideoBar::new(&name));
        let lines = VideoLines { name, console: *context.console };
        let progress: &dyn Progress = bar.as_ref().map_or(&lines, |bar| bar);
        let work = || -> Result<Made> {
            let mut track = context.line.observe(video, &self.network.observe(), progress, cancel)?;
            // What is assessed is what is saved, so that `score` gives the same report.
            track::settle(&mut track);
            // Nothing is made on disk before the video proved usable.
            std::fs::create_dir_all(folder).map_err(|e| Error::io("make the folder", folder, e))?;
            track::save(&track, &folder.join(TRACK_FILE))?;
            let files = Destination { video: Some(video), dir: folder, outputs: self.files.outputs() };
            let mut notes = vec![];
            let day = match self.parts.choose(&track, &path_text(video), config)? {
                Part::Whole(more) => {
                    notes = more;
                    None
                }
                Part::Stretch(clip) => {
                    track = *clip;
                    None
                }
                Part::One(day, only) => Some((day, Some(only))),
                Part::All(day) => Some((day, None)),
            };
            if let Some(front) = &self.front.front {
                if let Some((day, _)) = day {
                    return Err(front::several(day.sets.len()));
                }
                let (observe, front) = (self.network.observe(), front::input(front));
                let pair = Pair { track: &track, front: &front, observe: &observe, reuse: false, calibration, config };
                let (mut finished, refused) = pair.report(context.line, Some(files), (progress, cancel))?;
                self.export.write(&mut finished, &track, folder, context.console)?;
                return Ok(Made::One(Box::new(finished), refused));
            }
            if let Some((day, only)) = day {
                let run = Run { track: &track, day: &day, only, files: Some(files), config, calibration };
                let wanted = sets::Wanted {
                    names: &self.parts.lifter,
                    export: &self.export,
                    compare: self.assess.compare.is_some(),
                    json: self.json,
                    several: self.videos.len() > 1,
                };
                return Ok(Made::Sets(sets::work(&run, &wanted, progress, context)?));
            }
            let mut finished = context.line.report_noted(&track, calibration, config, Some(files), &notes, (progress, cancel))?;
            self.export.write(&mut finished, &track, folder, context.console)?;
            Ok(Made::One(Box::new(finished), None))
        };
        let finished = work();
        if let Some(bar) = bar {
            bar.clear();
        }
        let (mut finished, refused) = match finished? {
            Made::One(finished, refused) => (*finished, refused),
            Made::Sets(shown) => return sets::show(&shown, self.json, context),
        };
        let compared = self.assess.compare.as_deref().map(|other| {
            let observe = self.network.observe();
            compare::run(other, rep, &mut finished, Some(folder), config, &observe, context)
        });
        show(&finished, self.json, self.videos.len() > 1, context)?;
        show_compared(compared, self.json, context)?;
        // The side's report is made all the same; that the films do not go together is still an error of the input.
        refused.map_or_else(|| Ok(worst_flag(&finished.report)), Err)
    }
}

/// What a video came to.
enum Made {
    /// And why the film from the front was left out.
    One(Box<Finished>, Option<Error>),
    Sets(sets::Shown),
}

/// Refuses at once what would be waited for or taken for something else.
fn usable(video: &Path) -> Result<()> {
    let Ok(meta) = video.metadata() else { return Ok(()) };
    let name = path_text(video);
    if meta.is_dir() && !holds_pictures(video) {
        return Err(Error::usage(format!("{name} is a folder"), format!("for every video below it: formcheck batch {name}")));
    }
    if meta.is_dir() || meta.is_file() {
        return Ok(());
    }
    Err(Error::input(
        format!("{name} is neither a file nor a folder"),
        "save the video to a file first: a pipe or a device cannot be read twice",
    ))
}

/// Whether a folder is itself a recording: pictures and no video.
fn holds_pictures(folder: &Path) -> bool {
    let names: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    let ends = |path: &PathBuf, endings: &[&str]| path.extension().is_some_and(|e| endings.iter().any(|v| e.eq_ignore_ascii_case(v)));
    names.iter().any(|n| ends(n, PICTURE_EXTENSIONS)) && !names.iter().any(|n| ends(n, VIDEO_EXTENSIONS))
}

const PICTURE_EXTENSIONS: &[&str] = &["jpg", "jpeg", "png", "bmp", "tif", "tiff", "webp"];

/// Keeps a panic to the file it came from: a sentence, and exit 70 at the end.
pub fn guarded<T>(file: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Error::broke_off(&path_text(file), &*panic)))
}

/// The comparison follows the summary; as JSON the report stays alone. A comparison that cannot be made leaves the report made.
pub fn show_compared(compared: Option<Result<String>>, json: bool, context: &Context) -> Result<()> {
    match compared.transpose()? {
        Some(text) if !json && !context.console.quiet => context.console.print(&format!("\n{text}")),
        _ => Ok(()),
    }
}

/// Prints one report: JSON (a line each when there are several) or the summary.
pub fn show(finished: &Finished, json: bool, several: bool, context: &Context) -> Result<()> {
    let internal = |e| Error::internal(format!("the report cannot be represented: {e}"));
    let text = match (json, several) {
        (true, true) => serde_json::to_string(&finished.report).map_err(internal)? + "\n",
        (true, false) => serde_json::to_string_pretty(&finished.report).map_err(internal)? + "\n",
        (false, _) => summary::render(finished, context.console),
    };
    // Quiet tells errors only; what was asked for as JSON is the result itself.
    if context.console.quiet && !json {
        return Ok(());
    }
    context.console.print(&text)
}

/// `DIR/<stem>`; a second video of that stem gets `<stem>-2`, and a notice.
fn result_folder(out: &Path, video: &Path, taken: &mut HashSet<PathBuf>, context: &Context) -> PathBuf {
    let folder = out.join(folder_stem(video));
    if taken.insert(folder.clone()) {
        return folder;
    }
    let mut number = 2;
    while !taken.insert(numbered(&folder, number)) {
        number += 1;
    }
    let other = numbered(&folder, number);
    context.console.note(&one_line(&format!(
        "{}: another video has the same stem; its results go to {}",
        path_text(video),
        path_text(&other)
    )));
    other
}

/// One failed video gives its own code; of several the gravest decides: our fault, then what
/// another try may mend, then bad input.
pub fn exit_code(failures: &[ErrorKind], worst: Severity, fail_on: Option<Severity>) -> u8 {
    let gravest =
        [ErrorKind::Internal, ErrorKind::Temporary, ErrorKind::Input, ErrorKind::Usage].into_iter().find(|k| failures.contains(k));
    gravest.map_or_else(|| u8::from(fail_on.is_some_and(|least| worst >= least)), ErrorKind::exit_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_failure_decides_and_findings_come_last() {
        let code = |f: &[ErrorKind], worst| exit_code(f, worst, Some(Severity::Moderate));
        assert_eq!(code(&[], Severity::Mild), 0);
        assert_eq!(code(&[], Severity::Moderate), 1);
        assert_eq!(code(&[ErrorKind::Input], Severity::Severe), 3);
        assert_eq!(code(&[ErrorKind::Input, ErrorKind::Temporary], Severity::None), 75);
        assert_eq!(code(&[ErrorKind::Internal, ErrorKind::Temporary], Severity::None), 70);
        assert_eq!(exit_code(&[], Severity::Severe, None), 0);
    }
}
