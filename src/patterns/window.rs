//! Cutting channels into the windows of a repetition (SPEC 3.3, 5.2, 6).

use super::outcome::Reason;
use super::repetition::Repetition;
use crate::numeric::stats::{Sustained, median, sustained_max, sustained_min};
use crate::reps::{Rep, RepStart, Variant};
use crate::signals::{Joint, JointTrack, Series};

/// Known samples of a channel: (grid index, value).
pub type Samples = Vec<(usize, f64)>;

/// The most upright trunk with which hands reach a bar on the floor, degrees: arms of 0.36 of the stature hang from shoulders at 0.82 of it
/// to 0.46, and hips that sink until the hands are at 0.13 leave the trunk at some 70° (a squat-like start, SPEC 6.3); 10° for reading it.
pub const MOST_UPRIGHT_DEG: f64 = 80.0;

impl Repetition<'_> {
    /// Known samples between two times.
    pub fn known(&self, series: &Series, [from, to]: [f64; 2]) -> Samples {
        self.signals.range(from, to).filter_map(|i| Some((i, (*series.get(i)?)?))).collect()
    }

    /// Share of the window's grid points at which a channel is known.
    pub fn share(&self, series: &Series, window: [f64; 2]) -> f64 {
        let wanted = self.signals.range(window[0], window[1]).len();
        if wanted == 0 { 0.0 } else { self.known(series, window).len() as f64 / wanted as f64 }
    }

    pub fn median_in(&self, series: &Series, window: [f64; 2]) -> Option<f64> {
        median(self.known(series, window).iter().map(|s| s.1))
    }

    /// Median around one moment.
    pub fn value_at(&self, series: &Series, time_s: f64) -> Option<f64> {
        self.median_in(series, [time_s - 0.05, time_s + 0.05])
    }

    /// An inclination of the picture in the lifter's own plane, degrees: the view foreshortens what lies along the floor (SPEC 4.2).
    pub fn in_plane_deg(&self, deg: f64) -> f64 {
        let (sin, cos) = deg.to_radians().sin_cos();
        (self.signals.camera.across() * sin).atan2(cos).to_degrees()
    }

    /// σ of the time of lowering, s: one for the check that judges it and for the number told beside it.
    pub fn lowering_sigma_s(&self) -> f64 {
        quadrature(self.real_s(self.rep.event_sigma_s) * std::f64::consts::SQRT_2, 1e-3)
    }

    /// Yaw beyond what counts as a side view, degrees.
    pub fn beyond_side_deg(&self) -> f64 {
        (self.signals.camera.yaw_deg.unwrap_or(0.0) - self.config.view.side_max).max(0.0)
    }

    /// Grid points of the sustained extreme's window (SPEC 6: 7 at 30 Hz).
    pub fn sustain(&self) -> usize {
        self.samples(self.config.flag.sustain_s)
    }

    /// Grid points of a time, two at least.
    pub fn samples(&self, seconds: f64) -> usize {
        ((seconds * self.signals.rate_hz).round() as usize).max(2)
    }

    pub fn sx_max(&self, samples: &[(usize, f64)]) -> Option<Sustained> {
        sustained_max(samples, self.sustain())
    }

    pub fn sx_min(&self, samples: &[(usize, f64)]) -> Option<Sustained> {
        sustained_min(samples, self.sustain())
    }

    pub fn time(&self, index: usize) -> f64 {
        self.signals.time_s.get(index).copied().unwrap_or(0.0)
    }

    /// Back index at accepted frames only.
    pub fn back_samples(&self, series: &Series, window: [f64; 2]) -> Samples {
        let accepted = &self.signals.back.accepted;
        self.known(series, window).into_iter().filter(|s| accepted.get(s.0).copied().unwrap_or(false)).collect()
    }

    /// Median of the back's index (or its skew) over the accepted frames of a window.
    pub fn back_median(&self, series: &Series, window: [f64; 2]) -> Option<f64> {
        median(self.back_samples(series, window).iter().map(|s| s.1))
    }

    /// Back index as read per degree of lumbar flexion (SPEC 6.1).
    pub fn index_per_deg(&self) -> f64 {
        self.signals.instrument.back_index.gain * self.config.e1.b_per_deg
    }

    /// Seconds of the lifter's own time: slow-motion playback is undone.
    pub fn real_s(&self, seconds: f64) -> f64 {
        seconds / self.signals.pace.slower
    }

    /// The lifter's own time between two times of the video: without frozen pictures, slow motion undone.
    pub fn real_between(&self, from: f64, to: f64) -> f64 {
        self.signals.pace.real_between([from, to])
    }

    /// The set position of this rep; `None` for touch-and-go and reps from the top.
    pub fn set_window(&self) -> Option<[f64; 2]> {
        if self.rep.start == RepStart::TouchAndGo { None } else { self.rep.set_window_s }
    }

    /// The set position to compare with: the rep's own or the last one before it (SPEC 3.3).
    pub fn set_reference(&self) -> Option<[f64; 2]> {
        self.set_window().or_else(|| {
            let earlier = self.set.reps.iter().rev().filter(|r| r.index < self.rep.index && r.start != RepStart::TouchAndGo);
            earlier.filter_map(|r| r.set_window_s).next()
        })
    }

    pub fn romanian(&self) -> bool {
        self.set.variant == Variant::Romanian
    }

    fn neighbour(&self, before: bool) -> Option<&Rep> {
        let at = self.set.reps.iter().position(|r| r.index == self.rep.index)?;
        if before { at.checked_sub(1).and_then(|i| self.set.reps.get(i)) } else { self.set.reps.get(at + 1) }
    }

    /// The way up, from lift-off (or where the clip begins) to lockout (or the highest point).
    pub fn ascent(&self) -> Option<[f64; 2]> {
        let rep = self.rep;
        let first = *self.signals.time_s.first()?;
        let last = *self.signals.time_s.last()?;
        let start = rep.lift_off_s.or_else(|| {
            rep.knee_pass_s.or(rep.lockout_s)?;
            Some(self.neighbour(true).map_or(first, |r| r.span_s()[1]).max(first))
        })?;
        let end = rep.lockout_s.or(rep.descent_s).or_else(|| {
            let limit = rep.floor_s.or_else(|| self.neighbour(false).and_then(|r| r.lift_off_s)).unwrap_or(last);
            let heights = self.known(&self.signals.bar.height_px, [start, limit]);
            heights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|s| self.time(s.0)).or(Some(limit))
        })?;
        (end > start).then_some([start, end])
    }

    /// Lift-off to knee pass; without a knee pass until 0.45 of the travel (SPEC 6.3).
    pub fn pull(&self) -> Option<[f64; 2]> {
        let [start, end] = self.ascent()?;
        if let Some(knee) = self.rep.knee_pass_s.filter(|k| *k > start) {
            return Some([start, knee]);
        }
        let heights = self.known(&self.signals.bar.height_px, [start, end]);
        let low = heights.first().map(|s| s.1).unwrap_or(0.0).min(0.0);
        let goal = if self.rep.rom_px > 0.0 { low + 0.45 * self.rep.rom_px } else { f64::INFINITY };
        let knee = heights.iter().find(|s| s.1 >= goal).map_or(start + 0.5 * (end - start), |s| self.time(s.0));
        (knee > start).then_some([start, knee])
    }

    /// Lockout to the start of lowering, at most the configured window.
    pub fn lockout_window(&self) -> Option<[f64; 2]> {
        self.rep.lockout_window(*self.signals.time_s.last()?, self.config.reps.lockout_window_s)
    }

    /// [`Self::lockout_window`] and what follows while the bar hangs less than an eighth of its travel lower: one that swings up
    /// past the arms' reach sinks back while the lifter still stands up.
    pub fn top_window(&self) -> Option<[f64; 2]> {
        let [from, to] = self.lockout_window()?;
        let last = (*self.signals.time_s.last()?).min(from + self.config.reps.lockout_window_s);
        let height = &self.signals.bar.height_px;
        let highest = self.known(height, [from, to]).into_iter().map(|s| s.1).fold(f64::NEG_INFINITY, f64::max);
        let low = highest - self.rep.rom_px / 8.0;
        let hangs = self.signals.range(to, last).take_while(|&i| height[i].is_some_and(|h| h >= low)).last();
        Some([from, hangs.map_or(to, |i| self.time(i)).max(to)])
    }

    /// σ in cm of a joint's place, from this video's jitter.
    pub fn jitter_cm(&self, joint: Joint, cm_per_px: f64) -> f64 {
        self.signals.joint(joint).sigma_px * cm_per_px
    }

    /// Near-side joint, forward and up in the plane, at grid points where both are known.
    pub fn points(&self, joint: Joint, window: [f64; 2]) -> Vec<(usize, [f64; 2])> {
        plane_points(self.signals.joint(joint), self.signals.range(window[0], window[1]))
    }

    /// Median place of a joint over a window, forward and up, plane px.
    pub fn place(&self, joint: Joint, window: [f64; 2]) -> Option<[f64; 2]> {
        median_place(&self.points(joint, window))
    }
}

pub fn plane_points(track: &JointTrack, range: std::ops::Range<usize>) -> Vec<(usize, [f64; 2])> {
    range.filter_map(|i| Some((i, [(*track.forward_px.get(i)?)?, (*track.up_px.get(i)?)?]))).collect()
}

pub fn median_place(points: &[(usize, [f64; 2])]) -> Option<[f64; 2]> {
    let axis = |k: usize| median(points.iter().map(|p| p.1[k]));
    Some([axis(0)?, axis(1)?])
}

/// Turns an absent event into the reason to give.
pub fn needed<T>(value: Option<T>) -> Result<T, Reason> {
    value.ok_or(Reason::TooFewFrames)
}

/// Two errors that add up independently.
pub fn quadrature(a: f64, b: f64) -> f64 {
    a.hypot(b)
}
