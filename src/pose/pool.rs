//! A bounded pool of worker threads whose results come back in the order of their jobs.

use super::PoseError;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

/// What a worker thread owns and does: built on its thread, called once per job.
pub trait Worker {
    type Job: Send + 'static;
    type Answer: Send + 'static;
    fn work(&mut self, job: Self::Job) -> Self::Answer;
}

/// Result by number; `None` where the worker panicked.
type Numbered<A> = (u64, Option<A>);

/// `W` threads, each owning one worker. Dropping the pool ends them after their current job.
pub struct Pool<W: Worker> {
    jobs: Option<Sender<(u64, W::Job)>>,
    answers: Receiver<Numbered<W::Answer>>,
    threads: Vec<JoinHandle<()>>,
    submitted: u64,
    taken: u64,
    early: BTreeMap<u64, Option<W::Answer>>,
}

impl<W: Worker + 'static> Pool<W> {
    /// Builds the workers on their own threads, all at once; the first failure is given back.
    pub fn new<M>(workers: usize, make: M) -> Result<Self, PoseError>
    where
        M: Fn() -> Result<W, PoseError> + Send + Sync + 'static,
    {
        let workers = workers.max(1);
        let (jobs, job_queue) = bounded(workers * 2);
        let (answer_sender, answers) = unbounded();
        let (ready_sender, ready) = bounded(workers);
        let make = std::sync::Arc::new(make);
        let mut pool = Pool { jobs: Some(jobs), answers, threads: vec![], submitted: 0, taken: 0, early: BTreeMap::new() };
        for i in 0..workers {
            let (make, job_queue, answers, ready) = (make.clone(), job_queue.clone(), answer_sender.clone(), ready_sender.clone());
            let thread = std::thread::Builder::new()
                .name(format!("pose-{i}"))
                .spawn(move || run(&*make, &job_queue, &answers, &ready))
                .map_err(|_| PoseError::WorkerDied)?;
            pool.threads.push(thread);
        }
        drop(ready_sender);
        for _ in 0..workers {
            ready.recv().map_err(|_| PoseError::WorkerDied)??;
        }
        Ok(pool)
    }

    /// Jobs whose answer was not taken yet.
    pub fn waiting(&self) -> u64 {
        self.submitted - self.taken
    }

    /// Hands a job over; waits while the queue is full. Take answers in between: the queue holds two
    /// jobs a worker, answers are kept without bound.
    pub fn submit(&mut self, job: W::Job) -> Result<(), PoseError> {
        let jobs = self.jobs.as_ref().ok_or(PoseError::WorkerDied)?;
        jobs.send((self.submitted, job)).map_err(|_| PoseError::WorkerDied)?;
        self.submitted += 1;
        Ok(())
    }

    /// The answer to the oldest job not taken yet; waits for it. `None` when no job waits.
    pub fn take(&mut self) -> Result<Option<W::Answer>, PoseError> {
        if self.waiting() == 0 {
            return Ok(None);
        }
        loop {
            if let Some(answer) = self.early.remove(&self.taken) {
                self.taken += 1;
                return answer.map(Some).ok_or(PoseError::WorkerDied);
            }
            let (number, answer) = self.answers.recv().map_err(|_| PoseError::WorkerDied)?;
            self.early.insert(number, answer);
        }
    }
}

fn run<W: Worker>(
    make: &dyn Fn() -> Result<W, PoseError>,
    jobs: &Receiver<(u64, W::Job)>,
    answers: &Sender<Numbered<W::Answer>>,
    ready: &Sender<Result<(), PoseError>>,
) {
    let mut worker = match make() {
        Ok(worker) => worker,
        Err(e) => {
            // The pool waits for one word per worker.
            let _ = ready.send(Err(e));
            return;
        }
    };
    let _ = ready.send(Ok(()));
    while let Ok((number, job)) = jobs.recv() {
        // A panic must not leave the collector waiting for ever; the worker is not used for state afterwards.
        let answer = catch_unwind(AssertUnwindSafe(|| worker.work(job))).ok();
        if answers.send((number, answer)).is_err() {
            return;
        }
    }
}

impl<W: Worker> Drop for Pool<W> {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // Panics inside jobs were caught; one elsewhere has nobody left to tell.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    /// Doubles after a nap of so many 100 µs; panics on 13.
    struct Doubler;
    impl Worker for Doubler {
        type Job = (u64, u64);
        type Answer = u64;
        fn work(&mut self, (value, nap): (u64, u64)) -> u64 {
            assert_ne!(value, 13, "unlucky");
            std::thread::sleep(Duration::from_micros(100 * nap));
            value * 2
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn answers_keep_the_order_of_jobs(workers in 1..7usize, naps in proptest::collection::vec(0..8u64, 0..60), ahead in 1..9u64) {
            let mut pool = Pool::new(workers, || Ok(Doubler)).unwrap();
            let mut got = vec![];
            for (i, &nap) in naps.iter().enumerate() {
                if pool.waiting() >= ahead {
                    got.extend(pool.take().unwrap());
                }
                pool.submit((100 + i as u64, nap)).unwrap();
            }
            while let Some(answer) = pool.take().unwrap() {
                got.push(answer);
            }
            prop_assert_eq!(got, (0..naps.len() as u64).map(|i| (100 + i) * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panicking_job_is_an_error_and_the_others_go_on() {
        let mut pool = Pool::new(2, || Ok(Doubler)).unwrap();
        (12..15).for_each(|v| pool.submit((v, 0)).unwrap());
        assert_eq!(pool.take().unwrap(), Some(24));
        assert!(matches!(pool.take(), Err(PoseError::WorkerDied)));
        assert_eq!(pool.take().unwrap(), Some(28));
        assert_eq!(pool.take().unwrap(), None);
    }

    #[test]
    fn a_worker_that_cannot_be_built_is_reported() {
        let made = Pool::<Doubler>::new(3, || Err(PoseError::Inference { cause: "no session".into() }));
        assert!(matches!(made, Err(PoseError::Inference { .. })));
    }
}
