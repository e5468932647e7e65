//! One person through a stream of frames, by any number of workers, with the same result for any number.
//!
//! The region for a frame comes from the result [`LAG`] poses earlier: far enough back that a few workers
//! are always busy, near enough that nobody leaves a region with a quarter of margin. Where that pose
//! is missing or strayed from where the person is known to be, the seed is used.

use super::{Network, PoseError, Roi};
use crate::track::PoseObs;
use crossbeam_channel::{Receiver, Sender, bounded};
use opencv::core::Mat;
use std::collections::BTreeMap;
use std::thread::JoinHandle;

/// Poses between a frame and the one its region comes from.
const LAG: u64 = 4;
/// A region further than this many of its sides from the seed has strayed.
const STRAYED: f64 = 0.6;

struct Job {
    number: u64,
    image: Mat,
    roi: Roi,
}

type Done = (u64, Result<Option<(PoseObs, Roi)>, PoseError>);

/// Workers and the state of following.
pub struct Follower {
    jobs: Option<Sender<Job>>,
    done: Receiver<Done>,
    threads: Vec<JoinHandle<()>>,
    next: u64,
    /// Results not yet handed out, by number.
    ready: BTreeMap<u64, Option<PoseObs>>,
    /// Regions that results lead to, for the last [`LAG`] numbers and those still ahead.
    regions: BTreeMap<u64, Option<Roi>>,
    received: u64,
}

impl Follower {
    /// Starts `workers` threads with an estimator each.
    pub fn start(network: &Network, workers: usize) -> Result<Follower, PoseError> {
        let (jobs, todo) = bounded::<Job>(LAG as usize);
        let (send, done) = bounded::<Done>(2 * LAG as usize);
        let mut threads = Vec::new();
        for worker in 0..workers.max(1) {
            let mut estimator = network.estimator()?;
            let (todo, send) = (todo.clone(), send.clone());
            let work = move || {
                for job in todo {
                    let result = estimator.estimate(&job.image, job.roi);
                    // The collector is gone when the run was stopped: nothing more to do.
                    if send.send((job.number, result)).is_err() {
                        break;
                    }
                }
            };
            let thread = std::thread::Builder::new().name(format!("pose-{worker}")).spawn(work).map_err(|_| PoseError::WorkerDied)?;
            threads.push(thread);
        }
        Ok(Follower { jobs: Some(jobs), done, threads, next: 0, ready: BTreeMap::new(), regions: BTreeMap::new(), received: 0 })
    }

    /// Hands in the next frame to be looked at; `seed` is where the person is known to be, if it is.
    /// Returns the frame's number, `None` when there is neither a region nor a seed.
    pub fn push(&mut self, image: Mat, seed: Option<Roi>) -> Result<Option<u64>, PoseError> {
        let number = self.next;
        if number >= LAG {
            self.wait_for(number - LAG)?;
        }
        let followed = number.checked_sub(LAG).and_then(|n| self.regions.remove(&n)).flatten().filter(Roi::is_usable);
        let roi = match (followed, seed) {
            (Some(f), Some(s)) if f.distance_px(&s) > STRAYED * s.size_px || !(0.4..2.5).contains(&(f.size_px / s.size_px)) => Some(s),
            (f, s) => f.or(s),
        };
        self.next += 1;
        let Some(roi) = roi else {
            self.ready.insert(number, None);
            self.regions.insert(number, None);
            return Ok(None);
        };
        let sender = self.jobs.as_ref().ok_or(PoseError::WorkerDied)?;
        // The queue holds LAG jobs and no more than LAG are open: this never blocks for long.
        sender.send(Job { number, image, roi }).map_err(|_| PoseError::WorkerDied)?;
        Ok(Some(number))
    }

    /// Results of all numbers so far that are in, in order.
    pub fn drain(&mut self) -> Vec<(u64, Option<PoseObs>)> {
        let mut out = Vec::new();
        while let Some(entry) = self.ready.first_entry().filter(|e| *e.key() == self.received) {
            out.push(entry.remove_entry());
            self.received += 1;
        }
        out
    }

    /// Waits for everything handed in.
    pub fn finish(&mut self) -> Result<Vec<(u64, Option<PoseObs>)>, PoseError> {
        if self.next > 0 {
            self.wait_for(self.next - 1)?;
        }
        self.jobs = None;
        let out = self.drain();
        for thread in self.threads.drain(..) {
            thread.join().map_err(|_| PoseError::WorkerDied)?;
        }
        Ok(out)
    }

    fn wait_for(&mut self, number: u64) -> Result<(), PoseError> {
        // A number is settled once every result up to it is in.
        let mut missing: u64 = (self.received..=number).filter(|n| !self.ready.contains_key(n)).count() as u64;
        while missing > 0 {
            let (n, result) = self.done.recv().map_err(|_| PoseError::WorkerDied)?;
            let (pose, roi) = result?.unzip();
            self.ready.insert(n, pose);
            self.regions.insert(n, roi);
            if n <= number {
                missing -= 1;
            }
        }
        Ok(())
    }
}
