//! Works through the plan with a few workers.

use super::events::Event;
use super::failure::Failure;
use super::job::{Ended, work};
use super::plan::Task;
use super::work::Shop;
use crate::pipeline::Cancel;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Ctrl-C: the first finishes the files in work, the second stops them.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    pub finish: Cancel,
    pub stop: Cancel,
}

impl Interrupt {
    /// One more Ctrl-C; true when it was at least the third, and the program should just end.
    pub fn press(&self) -> bool {
        if !self.finish.is_set() {
            self.finish.set();
            return false;
        }
        let again = self.stop.is_set();
        self.stop.set();
        again
    }
}

/// How the tasks ended; the rest was not begun or was interrupted.
#[derive(Debug, Default)]
pub struct Tally {
    pub done: usize,
    pub failed: usize,
    pub left: usize,
    /// Task → why; kept here as well as in its folder, which may not be writable.
    pub failures: BTreeMap<usize, Failure>,
    /// The disk is full: nothing more was begun.
    pub full: Option<Failure>,
}

/// Runs the tasks of `order` with `jobs` workers.
pub fn run(tasks: &[Task], order: &[usize], jobs: usize, shop: &Shop, interrupt: &Interrupt) -> Tally {
    run_with(tasks, order, jobs, shop, interrupt, &|task| work(task, shop))
}

/// [`run`] with something around the work on each task.
pub fn run_with(
    tasks: &[Task],
    order: &[usize],
    jobs: usize,
    shop: &Shop,
    interrupt: &Interrupt,
    perform: &(dyn Fn(&Task) -> Ended + Sync),
) -> Tally {
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let (full, over) = (Cancel::default(), Cancel::default());
    let take_tasks = || {
        while !interrupt.finish.is_set() && !full.is_set() {
            let Some(&index) = order.get(next.fetch_add(1, Ordering::SeqCst)) else { break };
            let ended = perform(&tasks[index]);
            // A worker that panicked outside a task left counts that are still good.
            let mut tally = tally.lock().unwrap_or_else(|e| e.into_inner());
            match ended {
                Ended::Done => tally.done += 1,
                Ended::Failed(failure) => {
                    tally.failed += 1;
                    tally.failures.insert(index, failure);
                }
                Ended::Left => {}
                Ended::Full(failure) => {
                    tally.full = Some(failure);
                    full.set();
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let ear = scope.spawn(|| tell_interrupt(shop, interrupt, &over));
        let workers: Vec<_> = (0..jobs.clamp(1, order.len().max(1))).map(|_| scope.spawn(take_tasks)).collect();
        for worker in workers {
            // Tasks keep their panics; one between them costs this worker, not the others.
            let _ = worker.join();
        }
        over.set();
        ear.thread().unpark();
    });
    let mut tally = tally.into_inner().unwrap_or_else(|e| e.into_inner());
    tally.left = order.len() - tally.done - tally.failed;
    tally
}

/// Says that Ctrl-C was heard, since the files in work may go on for minutes.
fn tell_interrupt(shop: &Shop, interrupt: &Interrupt, over: &Cancel) {
    while !over.is_set() {
        if interrupt.finish.is_set() {
            let message = "interrupted: the files in work are finished first; Ctrl-C again stops them too";
            return shop.reporter.event(&Event::Notice { file: None, message });
        }
        std::thread::park_timeout(Duration::from_millis(100));
    }
}
