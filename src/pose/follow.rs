//! One person through a stream of frames, by any number of workers, with the same result for any number.
//!
//! The region for a frame is drawn out from the results [`LAG`] and twice [`LAG`] poses earlier: far enough
//! back that two workers are always busy, near enough that the region turns with a lifter who bends. A
//! region that lags behind the trunk's turn makes the network guess the hip, and a wrong pose makes a wrong
//! region: on rendered lifts the trunk angle was 7.4° off with a lag of 4 poses, 3.8° with 2, 3.5° with 2 and
//! drawing out, 3.4° with 1. Where a pose is missing or strayed from where the person is known to be, the
//! seed is used.

use super::pool::{Pool, Worker};
use super::{Network, PoseError, PoseEstimator, Roi};
use crate::track::PoseObs;
use opencv::core::Mat;
use std::collections::VecDeque;

/// Poses between a frame and the one its region comes from; also how many run at once at most.
pub const LAG: usize = 2;
/// Share of the region's last movement over [`LAG`] poses that is taken to go on (our choice: a little less
/// than all of it keeps noise from building up).
const LEAD: f64 = 0.7;
/// Without a seed, this many results before the lost one are asked for a region (our choice).
const LOOK_BACK: usize = 3;
/// A region further than this many of its sides from the seed has strayed.
const STRAYED: f64 = 0.6;
/// So has one that is this many times larger or smaller (our choice).
const STRAYED_SIZE: f64 = 2.5;

type Estimate = Result<Option<(PoseObs, Roi)>, PoseError>;

/// One estimator on its thread. A job without a region has no pose.
struct PoseWorker(Box<dyn PoseEstimator>);

impl Worker for PoseWorker {
    type Job = Option<(Mat, Roi)>;
    type Answer = Estimate;

    fn work(&mut self, job: Self::Job) -> Estimate {
        job.map_or(Ok(None), |(image, roi)| self.0.estimate(&image, roi))
    }
}

/// Workers and the state of following. Holds at most [`LAG`] pictures.
pub struct Follower {
    pool: Pool<PoseWorker>,
    /// Number of the next frame.
    next: u64,
    /// Number of the next result to be handed out.
    handed_out: u64,
    /// Results in order, not yet handed out.
    ready: VecDeque<Option<PoseObs>>,
    /// Where the last results lead to, newest last; the newest is of frame `next - LAG` when asked.
    regions: VecDeque<Option<Roi>>,
}

impl Follower {
    /// Starts `workers` threads with an estimator each; more than [`LAG`] would never be busy.
    pub fn start(network: &Network, workers: usize) -> Result<Follower, PoseError> {
        let network = network.clone();
        Self::with(workers, move || network.estimator())
    }

    /// [`Follower::start`] with any estimator, made on the worker's thread.
    pub fn with<M>(workers: usize, make: M) -> Result<Follower, PoseError>
    where
        M: Fn() -> Result<Box<dyn PoseEstimator>, PoseError> + Send + Sync + 'static,
    {
        let pool = Pool::new(workers.clamp(1, LAG), move || make().map(PoseWorker))?;
        Ok(Follower { pool, next: 0, handed_out: 0, ready: VecDeque::new(), regions: VecDeque::new() })
    }

    /// Hands in the next frame to be looked at; `seed` is where the person is known to be, if it is.
    /// Waits until the result [`LAG`] frames back is in. Returns the frame's number, `None` when there is
    /// neither a region nor a seed (the number is used up, its result is no pose).
    pub fn push(&mut self, image: Mat, seed: Option<Roi>) -> Result<Option<u64>, PoseError> {
        while self.pool.waiting() >= LAG as u64 {
            self.receive()?;
        }
        let number = self.next;
        let roi = self.region(seed);
        self.pool.submit(roi.map(|roi| (image, roi)))?;
        self.next += 1;
        Ok(roi.map(|_| number))
    }

    /// Results that came in, in order, each once.
    pub fn drain(&mut self) -> Vec<(u64, Option<PoseObs>)> {
        let from = self.handed_out;
        self.handed_out += self.ready.len() as u64;
        (from..).zip(self.ready.drain(..)).collect()
    }

    /// Waits for everything handed in.
    pub fn finish(&mut self) -> Result<Vec<(u64, Option<PoseObs>)>, PoseError> {
        while self.pool.waiting() > 0 {
            self.receive()?;
        }
        Ok(self.drain())
    }

    /// Takes the oldest result.
    fn receive(&mut self) -> Result<(), PoseError> {
        let estimate = self.pool.take()?.ok_or(PoseError::WorkerDied)?;
        let (pose, next) = estimate?.unzip();
        self.ready.push_back(pose);
        self.regions.push_back(next);
        if self.regions.len() > 1 + LOOK_BACK.max(LAG) {
            self.regions.pop_front();
        }
        Ok(())
    }

    /// Where to look in the frame that is handed in now.
    fn region(&self, seed: Option<Roi>) -> Option<Roi> {
        let last = self.regions.back().copied().flatten();
        match (self.drawn_out().or(last), last, seed) {
            (Some(led), _, Some(seed)) if !strayed(&led, &seed) => Some(led),
            (_, Some(roi), Some(seed)) if !strayed(&roi, &seed) => Some(roi),
            (_, _, Some(seed)) => Some(seed),
            (led, _, None) => led.or_else(|| self.regions.iter().rev().copied().flatten().next()),
        }
    }

    /// The newest region, moved on as it moved over the last [`LAG`] poses.
    fn drawn_out(&self) -> Option<Roi> {
        let before = self.regions.len().checked_sub(1 + LAG)?;
        let (a, b) = (self.regions[before]?, self.regions.back().copied()??);
        Some(a.towards(&b, 1.0 + LEAD)).filter(|led| led.size_px > 0.5 * b.size_px)
    }
}

fn strayed(followed: &Roi, seed: &Roi) -> bool {
    let ratio = followed.size_px / seed.size_px;
    followed.distance_px(seed) > STRAYED * seed.size_px || !(1.0 / STRAYED_SIZE..=STRAYED_SIZE).contains(&ratio)
}

#[cfg(test)]
mod tests;
