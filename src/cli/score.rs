//! `formcheck score`: the report from a saved track.

use super::analyze::{exit_code, guarded, show, show_compared};
use super::compare::{self, Place};
use super::context::Context;
use super::front::{self, Front};
use super::options::{Assess, Export};
use super::parts::{Part, Parts};
use super::sets::{self, Run};
use super::worst::worst_flag;
use crate::batch::pair::Pair;
use crate::batch::port::Destination;
use crate::batch::text::path_text;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::patterns::Severity;
use crate::pipeline::{ObserveOptions, Outputs, Silent};
use crate::track::{self, TRACK_FILE, Track};
use clap::Args;
use std::path::{Path, PathBuf};

/// Assess saved tracks again, without their videos
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  formcheck score formcheck-out/deadlift
  formcheck score formcheck-out/deadlift --config stricter.toml --json
  formcheck score */track.json.gz --out rescored
  formcheck score results/after --compare results/before
  formcheck score results/a#1 --compare results/a#3

Reports go beside the track, or below --out. With --json nothing is written unless --out is given.")]
pub struct Score {
    /// track.json.gz, or a folder that holds one
    #[arg(required = true, value_name = "TRACK")]
    pub tracks: Vec<PathBuf>,
    /// Where results go; by default beside each track
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print the report as JSON instead of the summary
    #[arg(long)]
    pub json: bool,
    /// Leave out report.html
    #[arg(long)]
    pub no_html: bool,
    /// Also draw card.png to pass on: score, cue and bar paths
    #[arg(long)]
    pub card: bool,
    #[command(flatten)]
    pub export: Export,
    #[command(flatten)]
    pub assess: Assess,
    #[command(flatten)]
    pub parts: Parts,
    #[command(flatten)]
    pub front: Front,
}

impl Score {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let config = self.assess.config()?;
        self.parts.check()?;
        self.front.check(self.tracks.len())?;
        let (options, cancel) = (ObserveOptions::default(), &context.interrupt.finish);
        let calibration = self.assess.calibration.as_deref();
        let calibration = calibration.map(|path| crate::batch::calibration(path, context.line, &options, cancel)).transpose()?;
        let (mut failures, mut worst) = (vec![], Severity::None);
        for path in &self.tracks {
            match guarded(path, || self.one(path, &config, calibration.as_ref().map(|c| &c.0), context)) {
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

    fn one(&self, path: &Path, config: &Config, calibration: Option<&Track>, context: &Context) -> Result<Severity> {
        let Place { path, rep } = Place::parse(path);
        let file = if path.is_dir() { path.join(TRACK_FILE) } else { path };
        let mut track = track::load(&file)?;
        let folder = self.folder(&file);
        let outputs = Outputs { video: false, html: !self.no_html, stills: false, clips: false, card: self.card };
        let files = (self.out.is_some() || !self.json).then_some(Destination { video: None, dir: &folder, outputs });
        if files.is_some() {
            std::fs::create_dir_all(&folder).map_err(|e| Error::io("make the folder", &folder, e))?;
        }
        let part = self.parts.choose(&track, &path_text(&file), config)?;
        if let (Some(_), Part::All(day)) = (&self.front.front, &part) {
            return Err(front::several(day.sets.len()));
        }
        let mut notes = vec![];
        match part {
            Part::Whole(more) => notes = more,
            Part::Stretch(clip) => track = *clip,
            Part::One(day, only) => {
                return self.sets(Run { track: &track, day: &day, only: Some(only), files, config, calibration }, context);
            }
            Part::All(day) => return self.sets(Run { track: &track, day: &day, only: None, files, config, calibration }, context),
        }
        let cancel = &context.interrupt.finish;
        let (mut finished, refused) = match &self.front.front {
            Some(front) => {
                let (observe, front) = (ObserveOptions::default(), front::input(front));
                let pair = Pair { track: &track, front: &front, observe: &observe, reuse: true, calibration, config };
                pair.report(context.line, files, (&Silent, cancel))?
            }
            None => (context.line.report_noted(&track, calibration, config, files, &notes, (&Silent, cancel))?, None),
        };
        // Asked for by name, these are written even where --json keeps the others away.
        self.export.write(&mut finished, &track, &folder, context.console)?;
        let compared = self.assess.compare.as_deref().map(|other| {
            let folder = files.is_some().then_some(&*folder);
            compare::run(other, rep, &mut finished, folder, config, &ObserveOptions::default(), context)
        });
        show(&finished, self.json, self.tracks.len() > 1, context)?;
        show_compared(compared, self.json, context)?;
        refused.map_or_else(|| Ok(worst_flag(&finished.report)), Err)
    }

    fn sets(&self, run: Run, context: &Context) -> Result<Severity> {
        let wanted = sets::Wanted {
            names: &self.parts.lifter,
            export: &self.export,
            compare: self.assess.compare.is_some(),
            json: self.json,
            several: self.tracks.len() > 1,
        };
        sets::run(&run, &wanted, &Silent, context)
    }

    /// Beside the track, or below `--out` under the name of the track's folder.
    fn folder(&self, file: &Path) -> PathBuf {
        let beside = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match &self.out {
            None => beside.to_owned(),
            Some(out) => {
                let own = file.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".track.json.gz"));
                let name = own.map(Into::into).or_else(|| beside.canonicalize().ok()?.file_name().map(ToOwned::to_owned));
                out.join(name.unwrap_or_else(|| "track".into()))
            }
        }
    }
}
