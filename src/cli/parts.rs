//! Which part of a recording is assessed.

use super::options::number;
use crate::batch::recording::{Held, held, no_set, sets_in};
use crate::config::Config;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::signals::Warning;
use crate::track::{self, Track};
use clap::Args;

/// Longest recording that can be named, s.
const DAY_S: f64 = 86_400.0;

/// A recording may hold several sets.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Part of a recording")]
pub struct Parts {
    /// Assess this set only, from 1, of a recording that holds several
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["from", "to"])]
    pub set: Option<u32>,
    /// Assess as one set what lies from this second of the recording on
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = |s: &str| number(s, 0.0, DAY_S, "s"))]
    pub from: Option<f64>,
    /// … and up to this one
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = |s: &str| number(s, 0.0, DAY_S, "s"))]
    pub to: Option<f64>,
    /// Names of the lifters, in order of appearance, e.g. Anna,Ben
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub lifter: Vec<String>,
}

/// What is assessed of a track.
pub enum Part {
    /// A clip of one set, and what to tell of it besides.
    Whole(Vec<Warning>),
    /// A stretch that the user chose, as a clip of its own.
    Stretch(Box<Track>),
    /// One set of a recording, by its number.
    One(Day, u32),
    /// All sets of a recording.
    All(Day),
}

impl Parts {
    /// Refuses what no recording can hold, before any work.
    pub fn check(&self) -> Result<()> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from >= to => {
                Err(Error::usage(format!("--from {from} s is not before --to {to} s"), "give the earlier second with --from"))
            }
            _ => Ok(()),
        }
    }

    /// What of this track; its file is called `name`.
    pub fn choose(&self, track: &Track, name: &str, config: &Config) -> Result<Part> {
        if self.from.is_some() || self.to.is_some() {
            return self.stretch(track, name);
        }
        let Some(set) = self.set else {
            return Ok(match held(track, name, config)? {
                Held::One(notes) => Part::Whole(notes),
                Held::Several(day) => Part::All(day),
            });
        };
        let day = sets_in(track, name, config)?;
        match day.sets.len() as u32 {
            0 => Err(no_set(&day, name)),
            sets if set > sets => {
                let hold = if sets == 1 { "1 set".into() } else { format!("{sets} sets") };
                let hint = if sets == 1 { "leave --set out".into() } else { format!("give a number from 1 to {sets}") };
                Err(Error::usage(format!("{name} holds {hold} of deadlifts: there is no set {set}"), hint))
            }
            _ if day.is_one() => Ok(Part::Whole(vec![])),
            _ => Ok(Part::One(day, set)),
        }
    }

    fn stretch(&self, track: &Track, name: &str) -> Result<Part> {
        let (from, to) = (self.from.unwrap_or(0.0), self.to.unwrap_or(f64::INFINITY));
        let mut clip = track::cut(track, from, to).ok_or_else(|| {
            let asked = if to.is_finite() { format!("from {from} to {to} s") } else { format!("from {from} s on") };
            let long = format!("{:.1} s", track.video.duration_s);
            Error::usage(format!("{name} is {long} long: nothing lies {asked}"), format!("give seconds between 0 and {long}"))
        })?;
        track::settle(&mut clip);
        Ok(Part::Stretch(Box::new(clip)))
    }
}
