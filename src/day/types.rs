//! What a recording holds.

use crate::signals::{Warning, WarningCode};
use serde::{Deserialize, Serialize};

/// What is done with or without a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Exercise {
    Squat,
    BenchPress,
    Row,
    Clean,
    Press,
    PullUp,
    Swing,
    Carry,
}

impl Exercise {
    /// One and several, as they are called.
    pub fn names(self) -> [&'static str; 2] {
        match self {
            Exercise::Squat => ["squat", "squats"],
            Exercise::BenchPress => ["bench press", "bench presses"],
            Exercise::Row => ["row", "rows"],
            Exercise::Clean => ["clean", "cleans"],
            Exercise::Press => ["overhead press", "overhead presses"],
            Exercise::PullUp => ["pull-up", "pull-ups"],
            Exercise::Swing => ["swing", "swings"],
            Exercise::Carry => ["loaded carry", "loaded carries"],
        }
    }
}

/// One set of deadlifts. All times are the recording's, s.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SetSpan {
    /// From 1, in order of time.
    pub number: u32,
    /// Who lifts, from 1 in order of appearance.
    pub lifter: u32,
    /// What is cut out: with the set-up before and the standing after.
    pub window_s: [f64; 2],
    /// From the first lift-off known to the last set-down.
    pub lift_s: [f64; 2],
    /// Repetitions of any kind seen in it.
    pub reps: u32,
    /// The recording, or the shot, ends before the last repetition does.
    pub runs_over: bool,
}

/// Something else that was done; it is named and never judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OtherSpan {
    pub exercise: Exercise,
    /// That it is this exercise, 0…1.
    pub probability: f64,
    /// How often it was done.
    pub count: u32,
    pub span_s: [f64; 2],
}

impl OtherSpan {
    /// "2 squats, not judged"; a doubtful name says so.
    pub fn text(&self) -> String {
        let [one, many] = self.exercise.names();
        let doubt = if self.probability < SURE { "probably " } else { "" };
        format!("{doubt}{} {}, not judged", self.count, if self.count == 1 { one } else { many })
    }
}

/// A name less probable than this is told with doubt.
const SURE: f64 = 0.8;
/// Done less often than this beside a set of deadlifts it is a movement between, not an exercise.
const AN_EXERCISE: u32 = 2;

/// What a recording holds, in order of time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Day {
    pub sets: Vec<SetSpan>,
    pub others: Vec<OtherSpan>,
    /// The only set lies in another shot than the longest.
    #[serde(default)]
    pub aside: bool,
}

impl Day {
    /// A clip of one set or none: it is assessed whole.
    pub fn is_one(&self) -> bool {
        let beside = self.others.iter().any(|o| o.count >= AN_EXERCISE);
        self.sets.is_empty() || self.sets.len() == 1 && !beside && !self.aside
    }

    /// Nothing but other exercises, done often enough to be sure of: there is no deadlift to assess.
    pub fn is_something_else(&self) -> bool {
        self.sets.is_empty() && self.others.iter().any(|o| o.count >= AN_EXERCISE)
    }

    /// What to tell of a film without a set in which something else was done once: too little to be sure, and not to be judged.
    pub fn note(&self) -> Option<Warning> {
        let seen = self.others.iter().filter(|_| self.sets.is_empty() && !self.is_something_else());
        let told: Vec<String> = seen.map(OtherSpan::text).collect();
        let message = format!("What was seen looks like {}.", told.join("; "));
        (!told.is_empty()).then(|| Warning::new(WarningCode::OtherExercise, message))
    }

    /// How many lifters take turns.
    pub fn lifters(&self) -> u32 {
        self.sets.iter().map(|s| s.lifter).max().unwrap_or(0)
    }
}
