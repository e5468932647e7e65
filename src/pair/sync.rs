//! How two films of one set lie over each other: by the height of the load over time, which every camera sees.
//!
//! Rates of frames may differ, and so may the beginnings; clocks that drift apart are told from repetitions far from each other.

use crate::numeric::median_and_mad;
use crate::numeric::stats::{correlation, median, theil_sen};
use crate::reps::{Rep, RepSet};
use crate::signals::{Series, Signals};

/// How the second film's time is turned into the first one's: `first = second + offset + drift · (second − middle)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sync {
    /// Seconds to be added to the second film's time at its `middle_s`.
    pub offset_s: f64,
    /// Its error, one standard deviation, s.
    pub sigma_s: f64,
    /// Seconds per second by which the second clock runs too slowly; 0 where it cannot be told from none.
    pub drift: f64,
    pub middle_s: f64,
    /// Correlation of the two heights, −1…1.
    pub correlation: f64,
    /// Repetitions that both films show.
    pub reps: u32,
}

impl Sync {
    /// A moment of the second film in the first one's time, s.
    pub fn to_first_s(self, second_s: f64) -> f64 {
        second_s + self.offset_s + self.drift * (second_s - self.middle_s)
    }
}

/// Why two films cannot be laid over each other.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SyncError {
    #[error("no repetition was seen in one of them")]
    NoReps,
    #[error("the load goes up and down at other times in them (the best likeness is {0:.2} of 1)")]
    Unlike(f64),
    #[error("they fit each other {0:.1} s apart as well as {1:.1} s apart")]
    Ambiguous(f64, f64),
    #[error("they show too little of a set together to tell whether it is the same")]
    TooShort,
    #[error("they share one repetition of several, which could be one of any set")]
    OneOfSeveral,
    #[error("their repetitions are {0:.2} s out of step with each other")]
    OutOfStep(f64),
}

/// Steps of the search, and of the finer one around its best, s.
const STEP_S: f64 = 0.05;
const FINE_S: f64 = 0.002;
/// Heights are compared at this rate.
const RATE_HZ: f64 = 50.0;
/// Films of one set are at least so alike (pairs of films of one set: 0.97 and more; of two sets of one lifter, at the same pace: up
/// to 0.9).
const ALIKE: f64 = 0.93;
/// Another way to lay them that loses less than this much likeness is as good.
const AS_GOOD: f64 = 0.02;
/// What a repetition that one film shows and the other should, but does not, costs in likeness.
const MISSING: f64 = 0.25;
/// What it costs when fewer repetitions lie on each other than could: who films a set films it whole.
const FEWER: f64 = 0.2;
/// Moments this far apart are two ways to lay the films, s.
const APART_S: f64 = 0.4;
/// How far a repetition may lie from where the whole says, s.
const NEAR_S: f64 = 0.25;
/// Repetitions of one set scatter by less than this about where the whole lays them, s, two sets of one pace by more
/// (`docs/calibration.md`).
const IN_STEP_S: f64 = 0.08;
/// Clocks of cameras differ by less than this.
const DRIFT_MAX: f64 = 0.002;

/// Lays the second film over the first.
pub fn sync(first: (&Signals, &RepSet), second: (&Signals, &RepSet)) -> Result<Sync, SyncError> {
    let (a, b) = (Heights::of(first.0, first.1), Heights::of(second.0, second.1));
    let [reps_a, reps_b] = [spans(first.1), spans(second.1)];
    if reps_a.is_empty() || reps_b.is_empty() {
        return Err(SyncError::NoReps);
    }
    let likeness = |offset: f64| {
        let both = a.against(&b, offset, None)?;
        let [lost, alone] = missing(&reps_a, &reps_b, [a.span_s, b.span_s], offset);
        Some(both - MISSING * lost - FEWER * alone)
    };
    // At least one repetition of each lies on one of the other.
    let (from, to) = (a.span_s[0] - b.span_s[1], a.span_s[1] - b.span_s[0]);
    let steps = ((to - from) / STEP_S).ceil().max(0.0) as usize;
    let mut tried: Vec<(f64, f64)> =
        (0..=steps).map(|i| from + i as f64 * STEP_S).filter_map(|offset| Some((offset, likeness(offset)?))).collect();
    tried.sort_by(|p, q| q.1.total_cmp(&p.1));
    let &(best, _) = tried.first().ok_or(SyncError::TooShort)?;
    let around = (STEP_S / FINE_S) as i32;
    let fine = (-around..=around).map(|i| best + f64::from(i) * FINE_S).filter_map(|offset| Some((offset, likeness(offset)?)));
    let (offset, like) = fine.max_by(|p, q| p.1.total_cmp(&q.1)).ok_or(SyncError::Unlike(0.0))?;
    if like < ALIKE {
        return Err(SyncError::Unlike(like.max(0.0)));
    }
    if let Some(other) = tried.iter().find(|t| (t.0 - offset).abs() > APART_S && t.1 > like - AS_GOOD) {
        return Err(SyncError::Ambiguous(offset, other.0));
    }
    settle(&a, &b, &reps_a, &reps_b, offset, like)
}

/// The offset by each repetition's own rise and fall: their middle, their scatter, and the drift of the clocks.
fn settle(a: &Heights, b: &Heights, reps_a: &[[f64; 2]], reps_b: &[[f64; 2]], offset: f64, correlation: f64) -> Result<Sync, SyncError> {
    let shared: Vec<[f64; 2]> = reps_b.iter().filter(|r| reps_a.iter().any(|q| meet(*q, r.map(|t| t + offset)))).copied().collect();
    // One pull is like another of the same pace: of seven sets, each with a film of another one's single repetition, all were.
    if shared.len() == 1 && reps_a.len().max(reps_b.len()) > 1 {
        return Err(SyncError::OneOfSeveral);
    }
    // A slope is found best where the load moves.
    let own = |rep: &[f64; 2]| {
        let near = (NEAR_S / FINE_S) as i32;
        let tried = (-near..=near).map(|i| offset + f64::from(i) * FINE_S);
        let best = tried.filter_map(|o| Some((o, a.against(b, o, Some(*rep))?))).max_by(|p, q| p.1.total_cmp(&q.1))?;
        Some((0.5 * (rep[0] + rep[1]), best.0))
    };
    let found: Vec<(f64, f64)> = shared.iter().filter_map(own).collect();
    let middle_s = median(found.iter().map(|f| f.0)).unwrap_or(0.0);
    // Two repetitions cannot tell a drift from their own scatter.
    let slope = if found.len() > 2 { theil_sen(&found).unwrap_or(0.0) } else { 0.0 };
    let scatter = |drift: f64| {
        let rest: Vec<f64> = found.iter().map(|f| f.1 - drift * (f.0 - middle_s)).collect();
        median_and_mad(&rest).map_or((offset, 0.0), |(centre, mad)| (centre, 1.48 * mad))
    };
    let reach = found.iter().map(|f| f.0).fold(f64::NEG_INFINITY, f64::max) - found.iter().map(|f| f.0).fold(f64::INFINITY, f64::min);
    let real = slope.abs() < DRIFT_MAX && slope.abs() * reach > 3.0 * scatter(slope).1.max(FINE_S);
    let drift = if real { slope } else { 0.0 };
    let (centre, spread) = scatter(drift);
    if spread > IN_STEP_S {
        return Err(SyncError::OutOfStep(spread));
    }
    let n = found.len().max(1) as f64;
    // Neither film tells a moment better than its frames do.
    let stamp_s = (a.frame_s.powi(2) + b.frame_s.powi(2)).sqrt() / 12f64.sqrt();
    let sigma_s = (spread.powi(2) / n + stamp_s.powi(2) / n).sqrt();
    Ok(Sync { offset_s: centre, sigma_s, drift, middle_s, correlation, reps: shared.len() as u32 })
}

/// For each repetition of the first film the second one's place of the same.
pub fn partners(first: &RepSet, second: &RepSet, sync: &Sync) -> Vec<Option<usize>> {
    let moved: Vec<[f64; 2]> = second.reps.iter().map(|r| r.span_s().map(|t| sync.to_first_s(t))).collect();
    first.reps.iter().map(|rep| moved.iter().position(|m| meet(rep.span_s(), *m))).collect()
}

/// From the first to the last event of every repetition, s.
fn spans(set: &RepSet) -> Vec<[f64; 2]> {
    set.reps.iter().map(|r| r.span_s()).filter(lies).collect()
}

/// Both ends are known.
fn lies(span: &[f64; 2]) -> bool {
    span[0].is_finite() && span[1] > span[0]
}

fn meet(a: [f64; 2], b: [f64; 2]) -> bool {
    let shared = a[1].min(b[1]) - a[0].max(b[0]);
    shared > 0.5 * (a[1] - a[0]).min(b[1] - b[0])
}

/// Share of the repetitions in the time both films cover that one of them does not show; share of the film with fewer
/// repetitions that does not lie on one of the other.
fn missing(a: &[[f64; 2]], b: &[[f64; 2]], spans: [[f64; 2]; 2], offset: f64) -> [f64; 2] {
    let moved: Vec<[f64; 2]> = b.iter().map(|r| r.map(|t| t + offset)).collect();
    let both = [spans[0][0].max(spans[1][0] + offset), spans[0][1].min(spans[1][1] + offset)];
    let inside = |r: &&[f64; 2]| r[0] >= both[0] && r[1] <= both[1];
    let lost = |of: &[[f64; 2]], other: &[[f64; 2]]| {
        let all: Vec<_> = of.iter().filter(inside).collect();
        (all.iter().filter(|r| !other.iter().any(|q| meet(***r, *q))).count(), all.len())
    };
    let (x, y) = (lost(a, &moved), lost(&moved, a));
    let matched = moved.iter().filter(|m| a.iter().any(|r| meet(*r, **m))).count() as f64;
    let possible = a.len().min(b.len()).max(1) as f64;
    [(x.0 + y.0) as f64 / ((x.1 + y.1).max(1)) as f64, 1.0 - (matched / possible).min(1.0)]
}

/// The load's height over a film, on an even grid.
struct Heights {
    up: Series,
    span_s: [f64; 2],
    frame_s: f64,
}

impl Heights {
    /// Between repetitions the load lies where it was put down, wherever hands that were taken for it went meanwhile.
    fn of(signals: &Signals, set: &RepSet) -> Heights {
        let first = signals.time_s.first().copied().unwrap_or(0.0);
        let last = signals.time_s.last().copied().unwrap_or(0.0);
        let count = ((last - first) * RATE_HZ) as usize + 1;
        let seen = |t: f64| {
            let place = (t - first) * signals.rate_hz;
            let i = place.floor() as usize;
            let known = |i: usize| signals.bar.height_px.get(i).copied().flatten();
            let (p, q) = (known(i)?, known(i + 1).or_else(|| known(i))?);
            Some(p + (q - p) * (place - i as f64))
        };
        let reps: Vec<&Rep> = set.reps.iter().filter(|r| lies(&r.span_s())).collect();
        let spans: Vec<[f64; 2]> = reps.iter().map(|r| r.span_s()).collect();
        let at = |t: f64| {
            let next = spans.iter().position(|s| t <= s[1]);
            match (next, next.map_or(spans.last(), |i| i.checked_sub(1).map(|i| &spans[i]))) {
                (Some(i), _) if t >= spans[i][0] => seen(t),
                (Some(i), Some(before)) => {
                    let (p, q) = (seen(before[1])?, seen(spans[i][0])?);
                    Some(p + (q - p) * (t - before[1]) / (spans[i][0] - before[1]).max(1e-9))
                }
                (Some(i), None) => seen(spans[i][0]).filter(|_| reps[i].lift_off_s.is_some()),
                (None, Some(last)) => seen(last[1]).filter(|_| reps.last().is_some_and(|r| r.floor_s.is_some())),
                (None, None) => None,
            }
        };
        let frames = &signals.frame_time_s;
        let frame_s = frames.last().zip(frames.first()).map_or(0.04, |(b, a)| (b - a) / (frames.len().max(2) - 1) as f64);
        Heights { up: (0..count).map(|k| at(first + k as f64 / RATE_HZ)).collect(), span_s: [first, last], frame_s }
    }

    /// Between grid points; `None` where it is not known.
    fn at(&self, t: f64) -> Option<f64> {
        let place = (t - self.span_s[0]) * RATE_HZ;
        if place < 0.0 {
            return None;
        }
        let i = place.floor() as usize;
        let (p, q) = (self.up.get(i).copied().flatten()?, self.up.get(i + 1).copied().flatten()?);
        Some(p + (q - p) * (place - i as f64))
    }

    /// Correlation with another film's heights laid over this one, over all of it or a stretch of the other's time. `None` where
    /// too little is known in both.
    fn against(&self, other: &Heights, offset: f64, within: Option<[f64; 2]>) -> Option<f64> {
        let [from, to] = within.map_or(other.span_s, |w| [w[0] - NEAR_S, w[1] + NEAR_S]);
        let first = ((from - other.span_s[0]) * RATE_HZ).max(0.0) as usize;
        let last = (((to - other.span_s[0]) * RATE_HZ).max(0.0) as usize).min(other.up.len());
        let pairs: Vec<(f64, f64)> =
            (first..last).filter_map(|k| Some((self.at(other.span_s[0] + k as f64 / RATE_HZ + offset)?, other.up[k]?))).collect();
        let least = if within.is_some() { RATE_HZ } else { LEAST_S * RATE_HZ };
        (pairs.len() as f64 >= least).then(|| correlation(&pairs)).flatten()
    }
}

/// Shorter than this nothing is like anything, s.
const LEAST_S: f64 = 3.0;
