//! One repetition as it is looked at, before anything is measured of it.

use crate::config::Config;
use crate::reps::{Rep, RepSet};
use crate::signals::Signals;
use serde::{Deserialize, Serialize};

/// The lifter's own bending range from a calibration clip (SPEC 3.3); back index B, shares of trunk length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BackRange {
    pub stand: f64,
    /// Hip hinge with the back held flat, when the clip shows one.
    pub hinge: Option<f64>,
    pub max: f64,
}

/// One repetition in its set, with the channels and the configuration it is judged by.
#[derive(Clone, Copy)]
pub struct Repetition<'a> {
    pub signals: &'a Signals,
    pub set: &'a RepSet,
    pub rep: &'a Rep,
    pub config: &'a Config,
    /// Present with a calibration clip.
    pub back_range: Option<BackRange>,
}
