//! One person through a stream of frames, by any number of workers, with the same result for any number.
//!
//! Two kinds of poses. *Keys* are taken every [`KEY_S`]: their region is drawn out from the keys before, and where the pose
//! that comes back shows that it was off, the key is looked at again in its own region. Frames *between* two keys are looked
//! at in a region that lies between those of the two, so it turns with a lifter who bends; how many of them depends on how
//! far the body came from key to key ([`Density`]). A region that lags behind the trunk's turn makes the network guess the
//! hip, and a wrong pose makes a wrong region (`docs/calibration.md`).

use super::pool::{Pool, Worker};
use super::{Network, PoseError, PoseEstimator, Roi};
use crate::track::PoseObs;
use opencv::core::Mat;
use std::collections::{BTreeMap, VecDeque};

/// Time between keys (our choice: four frames at 30 a second, three at 25). With twice the time while the body moves regions lie
/// so far off that a second look does not mend it.
const KEY_S: f64 = 0.117;
/// Share of the region's last movement from key to key that is taken to go on (our choice: a little less than all of it
/// keeps noise from building up).
const LEAD: f64 = 0.7;
/// Without a seed, this many keys before the lost one are asked for a region (our choice).
const LOOK_BACK: usize = 3;
/// A region further than this many of its sides from the seed has strayed.
const STRAYED: f64 = 0.6;
/// So has one that is this many times larger or smaller (our choice).
const STRAYED_SIZE: f64 = 2.5;
/// A key whose region was off by more than this turn, rad, or this share of its side is looked at again: half of the lag
/// that cost 3.8° (see above).
const OFF_TURN: f64 = 0.07;
const OFF_SHIFT: f64 = 0.03;
/// Workers that can be busy at once: a key and what lies between two others.
const MOST_WORKERS: usize = 8;

/// Which frames between two keys are looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Density {
    /// Every one.
    All,
    /// By how far the body's points came from key to key.
    ByMovement(Lively),
}

/// Steps of movement, in sides of the region per second (the side is about 1.2 statures), and the poses taken above each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lively {
    /// Below it the body rests: keys are enough (of 60 clips, bodies at rest jitter by 0.02 to 0.06).
    pub moves_per_s: f64,
    /// Poses are at most this far apart while it moves, s.
    pub every_s: f64,
    /// Above it they are at most [`Lively::darting_s`] apart: a pull, a drop.
    pub darts_per_s: f64,
    /// No two poses are closer together, s; frames between them are not even held.
    pub darting_s: f64,
}

impl Default for Density {
    fn default() -> Self {
        // Fewer keys and poses read rendered lifts as well, and real ones not (`docs/calibration.md`).
        Density::ByMovement(Lively { moves_per_s: 0.08, every_s: 1.0 / 15.0, darts_per_s: 0.6, darting_s: 1.0 / 36.0 })
    }
}

impl Density {
    /// Frames closer to the one before are never looked at, s.
    fn finest_s(&self) -> f64 {
        match self {
            Density::All => 0.0,
            Density::ByMovement(steps) => steps.darting_s,
        }
    }
}

/// A tenth of a frame early is still on time: stamps are rounded, s.
const EARLY_S: f64 = 2e-3;

type Estimate = Result<Option<(PoseObs, Roi)>, PoseError>;

/// One estimator on its thread. A job without a region has no pose.
struct PoseWorker(Box<dyn PoseEstimator>);

struct Job {
    image: Mat,
    roi: Option<Roi>,
    key: bool,
}

impl Worker for PoseWorker {
    type Job = Job;
    type Answer = Estimate;

    fn work(&mut self, Job { image, roi, key }: Job) -> Estimate {
        let Some(roi) = roi else { return Ok(None) };
        let found = self.0.estimate(&image, roi)?;
        match found {
            Some((_, own)) if key && off(&roi, &own) => Ok(self.0.estimate(&image, own)?.or(found)),
            found => Ok(found),
        }
    }
}

/// Whether a pose's own region lies so far from the one it was found in that it was found badly.
fn off(used: &Roi, own: &Roi) -> bool {
    let turn = own.rotation_rad - used.rotation_rad;
    let turn = turn - std::f64::consts::TAU * (turn / std::f64::consts::TAU).round();
    turn.abs() > OFF_TURN || used.distance_px(own) > OFF_SHIFT * used.size_px
}

/// A frame that may be looked at.
struct Waiting {
    number: u64,
    time_s: f64,
    image: Mat,
}

struct Key {
    number: u64,
    time_s: f64,
    /// Where it was looked for, and what was found: the pose and its own region.
    found: Option<(PoseObs, Roi)>,
}

/// Workers and the state of following. Holds the pictures of three stretches between keys at most.
pub struct Follower {
    pool: Pool<PoseWorker>,
    density: Density,
    /// Number of the next frame, and of the next result to be handed out.
    next: u64,
    handed_out: u64,
    /// Results that wait for earlier ones.
    results: BTreeMap<u64, Option<PoseObs>>,
    /// What the pool works on, in order.
    sent: VecDeque<(u64, Option<f64>)>,
    /// Answered keys, oldest first; enough to look back and to know the pace around a stretch.
    keys: VecDeque<Key>,
    /// The frames after each of the last keys, the newest stretch last; the newest is still growing.
    stretches: VecDeque<Vec<Waiting>>,
    last_key_s: f64,
    /// The last frame that was a key or is held, s.
    last_held_s: f64,
}

impl Follower {
    /// Starts `workers` threads with an estimator each.
    pub fn start(network: &Network, workers: usize, density: Density) -> Result<Follower, PoseError> {
        let network = network.clone();
        Self::with(workers, density, move || network.estimator())
    }

    /// [`Follower::start`] with any estimator, made on the worker's thread.
    pub fn with<M>(workers: usize, density: Density, make: M) -> Result<Follower, PoseError>
    where
        M: Fn() -> Result<Box<dyn PoseEstimator>, PoseError> + Send + Sync + 'static,
    {
        let pool = Pool::new(workers.clamp(1, MOST_WORKERS), move || make().map(PoseWorker))?;
        Ok(Follower {
            pool,
            density,
            next: 0,
            handed_out: 0,
            results: BTreeMap::new(),
            sent: VecDeque::new(),
            keys: VecDeque::new(),
            stretches: VecDeque::new(),
            last_key_s: f64::NEG_INFINITY,
            last_held_s: f64::NEG_INFINITY,
        })
    }

    /// Hands in the next frame; `seed` is where the person is known to be, if it is. Waits while the workers are behind.
    /// Returns the frame's number; a result comes for every number, none where nobody looked.
    pub fn push(&mut self, image: Mat, time_s: f64, seed: Option<Roi>) -> Result<u64, PoseError> {
        let number = self.next;
        self.next += 1;
        let waiting = Waiting { number, time_s, image };
        if self.stretches.is_empty() || time_s - self.last_key_s >= KEY_S - EARLY_S {
            self.key(waiting, seed)?;
        } else if time_s - self.last_held_s < self.density.finest_s() - EARLY_S {
            self.results.insert(number, None);
            return Ok(number);
        } else if let Some(newest) = self.stretches.back_mut() {
            newest.push(waiting);
        }
        self.last_held_s = time_s;
        Ok(number)
    }

    /// Results that came in, in order, each once.
    pub fn drain(&mut self) -> Vec<(u64, Option<PoseObs>)> {
        let mut out = Vec::new();
        while let Some(pose) = self.results.remove(&self.handed_out) {
            out.push((self.handed_out, pose));
            self.handed_out += 1;
        }
        out
    }

    /// Waits for everything handed in.
    pub fn finish(&mut self) -> Result<Vec<(u64, Option<PoseObs>)>, PoseError> {
        // The last stretch has no key behind it: its last frame becomes one.
        if let Some(last) = self.stretches.back_mut().and_then(Vec::pop) {
            self.key(last, None)?;
        }
        self.receive_keys()?;
        while !self.stretches.is_empty() {
            self.fill()?;
        }
        while self.pool.waiting() > 0 {
            self.receive()?;
        }
        Ok(self.drain())
    }

    /// Begins anew after [`Follower::finish`]: where the person was tells nothing of the pictures to come, as after a cut. Numbers go on.
    pub fn forget(&mut self) {
        self.keys.clear();
        (self.last_key_s, self.last_held_s) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    }

    /// Sends a key and, once its neighbours are known, what lies before the last one.
    fn key(&mut self, at: Waiting, seed: Option<Roi>) -> Result<(), PoseError> {
        self.receive_keys()?;
        let roi = self.region(seed);
        self.send(at.number, Some(at.time_s), Job { image: at.image, roi, key: true })?;
        self.last_key_s = at.time_s;
        self.stretches.push_back(Vec::new());
        if self.stretches.len() > 3 {
            self.fill()?;
        }
        Ok(())
    }

    fn send(&mut self, number: u64, key_s: Option<f64>, job: Job) -> Result<(), PoseError> {
        self.sent.push_back((number, key_s));
        self.pool.submit(job)
    }

    /// Waits until every key that was sent is answered.
    fn receive_keys(&mut self) -> Result<(), PoseError> {
        while self.sent.iter().any(|s| s.1.is_some()) {
            self.receive()?;
        }
        Ok(())
    }

    /// Takes the oldest answer.
    fn receive(&mut self) -> Result<(), PoseError> {
        let found = self.pool.take()?.ok_or(PoseError::WorkerDied)??;
        let (number, key_s) = self.sent.pop_front().ok_or(PoseError::WorkerDied)?;
        self.results.insert(number, found.as_ref().map(|f| f.0.clone()));
        if let Some(time_s) = key_s {
            self.keys.push_back(Key { number, time_s, found });
        }
        Ok(())
    }

    /// Looks between the keys around the oldest stretch, as densely as the body moves there and beside it.
    fn fill(&mut self) -> Result<(), PoseError> {
        let Some(stretch) = self.stretches.pop_front() else { return Ok(()) };
        let Some(first) = stretch.first() else { return Ok(()) };
        let after = self.keys.partition_point(|k| k.number < first.number);
        let (a, b) = (after.checked_sub(1).and_then(|i| self.keys.get(i)), self.keys.get(after));
        let pace = (after.saturating_sub(2)..=after)
            .filter_map(|i| pace_per_s(self.keys.get(i)?, self.keys.get(i + 1)?))
            .fold(None, |most: Option<f64>, p| Some(most.map_or(p, |m| m.max(p))));
        let least_s = match self.density {
            Density::All => 0.0,
            // Who is not seen at the keys may be seen between them.
            Density::ByMovement(steps) => match pace {
                None => steps.every_s,
                Some(pace) if pace < steps.moves_per_s => f64::INFINITY,
                Some(pace) if pace < steps.darts_per_s => steps.every_s,
                Some(_) => steps.darting_s,
            },
        };
        let ends = [a.map(|k| k.time_s), b.map(|k| k.time_s)];
        let rois: Vec<Option<Roi>> = stretch.iter().map(|w| between(a, b, w.time_s)).collect();
        let chosen = choose(&stretch.iter().map(|w| w.time_s).collect::<Vec<_>>(), ends, least_s);
        // Keys that no later stretch asks for.
        while self.keys.len() > LOOK_BACK + 3 {
            self.keys.pop_front();
        }
        for ((waiting, roi), chosen) in stretch.into_iter().zip(rois).zip(chosen) {
            if chosen && roi.is_some() {
                self.send(waiting.number, None, Job { image: waiting.image, roi, key: false })?;
            } else {
                self.results.insert(waiting.number, None);
            }
        }
        Ok(())
    }

    /// Where to look in the key that is handed in now.
    fn region(&self, seed: Option<Roi>) -> Option<Roi> {
        let own = |key: &Key| key.found.as_ref().map(|f| f.1);
        let last = self.keys.back().and_then(own);
        match (self.drawn_out().or(last), last, seed) {
            (Some(led), _, Some(seed)) if !strayed(&led, &seed) => Some(led),
            (_, Some(roi), Some(seed)) if !strayed(&roi, &seed) => Some(roi),
            (_, _, Some(seed)) => Some(seed),
            (led, _, None) => led.or_else(|| self.keys.iter().rev().take(1 + LOOK_BACK).find_map(own)),
        }
    }

    /// The newest region, moved on as it moved since the key before.
    fn drawn_out(&self) -> Option<Roi> {
        let own = |back: usize| Some(self.keys.get(self.keys.len().checked_sub(back)?)?.found.as_ref()?.1);
        let (a, b) = (own(2)?, own(1)?);
        Some(a.towards(&b, 1.0 + LEAD)).filter(|led| led.size_px > 0.5 * b.size_px)
    }
}

fn strayed(followed: &Roi, seed: &Roi) -> bool {
    let ratio = followed.size_px / seed.size_px;
    followed.distance_px(seed) > STRAYED * seed.size_px || !(1.0 / STRAYED_SIZE..=STRAYED_SIZE).contains(&ratio)
}

/// Where to look at a time between two keys: between their own regions, or in the one that was found.
fn between(a: Option<&Key>, b: Option<&Key>, time_s: f64) -> Option<Roi> {
    let own = |key: Option<&Key>| key.and_then(|k| Some((k.time_s, k.found.as_ref()?.1)));
    match (own(a), own(b)) {
        (Some((from, a)), Some((to, b))) => Some(a.towards(&b, ((time_s - from) / (to - from).max(1e-9)).clamp(0.0, 1.0))),
        (one, other) => one.or(other).map(|k| k.1),
    }
}

/// How fast a body moved between two keys: the upper quartile of its visible points, sides of the region per second.
/// `None` where one of them shows nobody, or nothing that is visible in both.
fn pace_per_s(a: &Key, b: &Key) -> Option<f64> {
    let ((from, roi), (to, _)) = (a.found.as_ref()?, b.found.as_ref()?);
    let seen = from.landmarks.iter().zip(&to.landmarks).filter(|(p, q)| p.visibility > 0.5 && q.visibility > 0.5);
    let mut moved: Vec<f64> = seen.map(|(p, q)| (p.x_px - q.x_px).hypot(p.y_px - q.y_px)).collect();
    moved.sort_by(f64::total_cmp);
    let quartile = moved.get(moved.len() * 3 / 4)?;
    Some(quartile / roi.size_px / (b.time_s - a.time_s).max(1e-3))
}

/// Which of the frames at `times_s` are looked at so that poses are no further apart than `every_s`, between keys at `ends`.
fn choose(times_s: &[f64], ends: [Option<f64>; 2], every_s: f64) -> Vec<bool> {
    let mut chosen = vec![every_s <= 0.0; times_s.len()];
    let (Some(&first), Some(&last)) = (times_s.first(), times_s.last()) else { return chosen };
    if every_s <= 0.0 || !every_s.is_finite() {
        return chosen;
    }
    let (from, to) = (ends[0].unwrap_or(first), ends[1].unwrap_or(last));
    // A fifth of a step more is no reason for one more pose: frames do not fall on the step.
    let parts = ((to - from) / every_s - 0.2).ceil().max(1.0) as usize;
    for part in 1..parts {
        let at = from + (to - from) * part as f64 / parts as f64;
        let nearest = (0..times_s.len()).min_by(|&i, &j| (times_s[i] - at).abs().total_cmp(&(times_s[j] - at).abs()));
        if let Some(nearest) = nearest {
            chosen[nearest] = true;
        }
    }
    chosen
}

#[cfg(test)]
mod tests;
