//! Repetitions and their events (SPEC 5.2).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RepKind {
    /// Lifted off and locked out.
    Full,
    /// Left the floor or came from the top, but one end is missing from the clip.
    Partial,
    /// Bar up by more than 3 cm without lockout.
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepStart {
    DeadStop,
    QuickReset,
    TouchAndGo,
    /// First rep, or Romanian from the top.
    First,
}

/// All times in seconds since the first shown frame; `None`: not in the clip or not seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rep {
    /// From 1, in order of time.
    pub index: u32,
    pub kind: RepKind,
    pub start: RepStart,
    pub lift_off_s: Option<f64>,
    pub knee_pass_s: Option<f64>,
    pub lockout_s: Option<f64>,
    /// How long the bar still crept up after lockout, s (SPEC 4.6.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle_s: Option<f64>,
    pub descent_s: Option<f64>,
    pub knee_pass_down_s: Option<f64>,
    pub floor_s: Option<f64>,
    /// SET: the 0.4 s before lift-off (SPEC 3.3); absent for touch-and-go.
    pub set_window_s: Option<[f64; 2]>,
    /// The bar was let go at the top (SPEC 8.2).
    pub dropped: bool,
    /// Largest downward movement before lockout, cm (hitch above 1.5).
    pub downward_cm: Option<f64>,
    /// Time below 5 cm/s between knee pass and lockout, s.
    pub stall_s: Option<f64>,
    /// Rebound speed at the floor, m/s.
    pub rebound_mps: Option<f64>,
    /// Bar travel floor to top.
    pub rom_cm: Option<f64>,
    /// Same in plane px (wrist evidence has no cm).
    pub rom_px: f64,
    /// σ of lift-off and lockout, s.
    pub event_sigma_s: f64,
}

impl Rep {
    /// The same repetition of a clip that begins `by_s` seconds later in the recording.
    #[must_use]
    pub fn later(mut self, by_s: f64) -> Rep {
        let events = [
            &mut self.lift_off_s,
            &mut self.knee_pass_s,
            &mut self.lockout_s,
            &mut self.descent_s,
            &mut self.knee_pass_down_s,
            &mut self.floor_s,
        ];
        events.into_iter().flatten().chain(self.set_window_s.iter_mut().flatten()).for_each(|t| *t += by_s);
        self
    }

    /// Lockout to the start of lowering (or the clip's end), `most_s` at most; `None` without a lockout.
    pub fn lockout_window(&self, clip_end_s: f64, most_s: f64) -> Option<[f64; 2]> {
        let from = self.lockout_s?;
        let to = self.descent_s.unwrap_or(clip_end_s).min(from + most_s);
        (to >= from).then_some([from, to])
    }

    /// From lift-off (or the first event known) to the floor (or the last event known).
    pub fn span_s(&self) -> [f64; 2] {
        let known = [self.lift_off_s, self.knee_pass_s, self.lockout_s, self.descent_s, self.knee_pass_down_s, self.floor_s];
        let times = || known.iter().flatten().copied();
        [times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max)]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Before the first set position or after the last rep.
    Idle,
    Set,
    /// Lift-off to knee pass.
    Pull,
    /// Knee pass to lockout.
    Finish,
    Lockout,
    Lowering,
    Floor,
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Phase::Idle => "idle",
            Phase::Set => "set",
            Phase::Pull => "pull",
            Phase::Finish => "finish",
            Phase::Lockout => "lockout",
            Phase::Lowering => "lowering",
            Phase::Floor => "floor",
        }
    }
}

/// What was lifted and how (SPEC 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Variant {
    Conventional,
    Sumo,
    Romanian,
    Unknown,
}

impl Variant {
    /// As reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Conventional => "conventional",
            Variant::Sumo => "sumo",
            Variant::Romanian => "romanian",
            Variant::Unknown => "unknown",
        }
    }
}

/// What a lift may be, finer than [`Variant`]: some styles are judged alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Feet between the hands.
    Conventional,
    /// Hands between the feet.
    Sumo,
    /// From the top down, hardly bending the knees.
    Romanian,
    /// The lifter stands in the bar.
    TrapBar,
    /// The bar begins above the floor.
    BlockPull,
    /// A bell or dumbbells.
    Kettlebell,
}

/// A style with its probability, 0…1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Likely {
    /// What it may be.
    pub style: Style,
    /// That it is this one, 0…1.
    pub probability: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RepSet {
    pub reps: Vec<Rep>,
    pub variant: Variant,
    /// Not given by the user and not seen for certain.
    pub variant_assumed: bool,
    /// What it may be, most likely first; empty where nothing can be said.
    #[serde(default)]
    pub likely: Vec<Likely>,
    pub warnings: Vec<crate::signals::Warning>,
}

impl RepSet {
    pub fn full(&self) -> impl Iterator<Item = &Rep> {
        self.reps.iter().filter(|r| r.kind == RepKind::Full)
    }

    /// Phase and rep index (from 1) at a time.
    pub fn phase_at(&self, time_s: f64) -> (Phase, Option<u32>) {
        for rep in &self.reps {
            let [from, to] = rep.span_s();
            let set_from = rep.set_window_s.map_or(from, |w| w[0]);
            if time_s < set_from || time_s > to {
                continue;
            }
            let before = |event: Option<f64>| event.is_some_and(|e| time_s < e);
            let phase = if time_s < from {
                Phase::Set
            } else if before(rep.knee_pass_s) {
                Phase::Pull
            } else if before(rep.lockout_s) {
                Phase::Finish
            } else if before(rep.descent_s) || rep.descent_s.is_none() {
                Phase::Lockout
            } else {
                Phase::Lowering
            };
            return (phase, Some(rep.index));
        }
        let after_first = self.reps.first().is_some_and(|r| time_s > r.span_s()[1]);
        let before_last = self.reps.last().is_some_and(|r| time_s < r.span_s()[0]);
        (if after_first && before_last { Phase::Floor } else { Phase::Idle }, None)
    }
}
