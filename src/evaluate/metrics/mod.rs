//! Every statistic of SPEC 14.3. Each file has `collect` (one clip → samples, right after its
//! analysis, so that nothing large is kept) and `summarise` (samples of all clips → numbers).

pub mod angles;
pub mod back;
pub mod bar;
pub mod body;
pub mod calibration;
pub mod camera;
mod case;
pub mod checks;
pub mod events;
pub mod fit;
pub mod landmarks;
pub mod matching;
pub mod response;
pub mod sample;
pub mod stats;

use super::truth::{Truth, TruthRep};
use crate::pipeline::Assessment;
use crate::reps::Rep;
use crate::track::Track;
pub use case::Case;
use matching::Span;
use serde::Serialize;
use std::collections::BTreeMap;

/// All samples of one clip.
#[derive(Debug, Clone)]
pub struct ClipSamples {
    pub landmarks: landmarks::Samples,
    pub angles: angles::Samples,
    pub bar: bar::Samples,
    pub body: body::Samples,
    pub back: back::Samples,
    pub events: events::Samples,
    pub judged: Vec<checks::Judged>,
    pub values: calibration::Values,
    pub response: response::Samples,
    pub camera: camera::Samples,
    pub score: Option<f64>,
}

/// Everything measured over clips with full truth.
#[derive(Debug, Clone, Serialize)]
pub struct Accuracy {
    pub clips: usize,
    pub landmarks: landmarks::Landmarks,
    pub angles: angles::Angles,
    pub bar: bar::Bar,
    /// The fitted body over all frames of the repetitions, by view and angle.
    pub body: body::Body,
    pub back: back::Back,
    pub events: BTreeMap<String, events::EventError>,
    pub reps: events::Reps,
    pub checks: BTreeMap<String, checks::CheckScore>,
    /// Key "all" or a code.
    pub calibration: BTreeMap<String, calibration::Calibration>,
    /// Numbers with a stated σ, by quantity or check code.
    pub values: BTreeMap<String, calibration::ValueScore>,
    /// Dose against reading, by dosed fault.
    pub response: BTreeMap<String, response::Response>,
    pub camera: camera::Camera,
    pub repeatability: Option<camera::Repeatability>,
}

/// Measures one clip.
pub fn collect(truth: &Truth, track: &Track, found: &Assessment) -> ClipSamples {
    let pairs = pair_reps(truth, found);
    let case = Case { truth, track, found, pairs: &pairs };
    ClipSamples {
        landmarks: landmarks::collect(&case),
        angles: angles::collect(&case),
        bar: bar::collect(&case),
        body: body::collect(&case),
        back: back::collect(&case),
        events: events::collect(&case),
        judged: checks::collect(&case),
        values: calibration::collect_values(&case),
        response: response::collect(&case),
        camera: camera::collect(&case),
        score: found.report.set.score,
    }
}

/// Matches repetitions of every kind, so that a full rep found for a failed pull is told as such.
pub fn pair_reps(truth: &Truth, found: &Assessment) -> Vec<(usize, usize)> {
    let true_spans: Vec<Span> = truth.reps.iter().filter_map(true_span).collect();
    let found_spans: Vec<Span> = found.set.reps.iter().map(found_span).collect();
    matching::pair(&true_spans, &found_spans)
}

/// A truth rep always has an event: `truth::parse` refuses one without.
fn true_span(rep: &TruthRep) -> Option<Span> {
    rep.span_s().map(|[from_s, to_s]| Span { from_s, to_s, lift_off_s: rep.lift_off_s })
}

pub fn found_span(rep: &Rep) -> Span {
    let [from_s, to_s] = rep.span_s();
    Span { from_s, to_s, lift_off_s: rep.lift_off_s }
}

/// Pools the clips; `clips` in order of name, so that the result does not depend on who was first.
pub fn summarise(clips: &[(String, ClipSamples)]) -> Accuracy {
    fn each<T>(clips: &[(String, ClipSamples)], pick: fn(&ClipSamples) -> &T) -> Vec<&T> {
        clips.iter().map(|(_, s)| pick(s)).collect()
    }
    let events = each(clips, |s| &s.events);
    let judged: Vec<&checks::Judged> = clips.iter().flat_map(|(_, s)| &s.judged).collect();
    Accuracy {
        clips: clips.len(),
        landmarks: landmarks::summarise(&each(clips, |s| &s.landmarks)),
        angles: angles::summarise(&each(clips, |s| &s.angles)),
        bar: bar::summarise(&each(clips, |s| &s.bar)),
        body: body::summarise(&each(clips, |s| &s.body)),
        back: back::summarise(&each(clips, |s| &s.back)),
        events: events::summarise_events(&events),
        reps: events::summarise_reps(&events),
        checks: checks::summarise(&judged),
        calibration: calibration::summarise(&judged),
        values: calibration::summarise_values(&each(clips, |s| &s.values)),
        response: response::summarise(&each(clips, |s| &s.response)),
        camera: camera::summarise(&each(clips, |s| &s.camera)),
        repeatability: camera::repeatability(&clips.iter().map(|(n, s)| (n.clone(), s.score)).collect()),
    }
}
