//! Looks for people, and for upright lines, on a thread of their own.

use super::bow::BowWatch;
use super::lines::Lines;
use super::persons::Sighting;
use super::picture::{part, picture_fault};
use super::roll::RollWatch;
use crate::error::Result;
use crate::pose::{PersonDetector, PoseError, Roi};
use crate::track::RectPx;
use crossbeam_channel::{Receiver, Sender, bounded};
use opencv::core::Mat;
use std::thread::JoinHandle;

/// Looks for upright lines, spread over the clip's first seconds.
const ROLL_LOOKS: usize = 8;
const ROLL_EVERY_S: f64 = 0.8;

/// Where a second glance saw nobody else, the next one comes after this time.
const SECOND_LOOK_S: f64 = 0.4;

/// Whom one look saw: at the first glance, and once those were painted over.
pub(super) struct Found {
    pub time_s: f64,
    pub people: Vec<Sighting>,
    pub others: Vec<Sighting>,
}

struct Look {
    time_s: f64,
    image: Mat,
    /// The picture without its black bars.
    picture: RectPx,
}

/// Looks at frames one after the other, while the caller does something else.
pub(super) struct Looker {
    jobs: Option<Sender<Look>>,
    answers: Receiver<Result<Found>>,
    thread: Option<JoinHandle<(RollWatch, BowWatch)>>,
    waiting: usize,
}

impl Looker {
    pub fn start(mut detector: PersonDetector) -> Result<Looker> {
        let (jobs, queue) = bounded::<Look>(1);
        let (sender, answers) = bounded(2);
        let work = move || {
            let mut lines = LineWatch::default();
            let mut next_second_s = 0.0;
            for look in queue {
                let again = look.time_s + 1e-6 >= next_second_s;
                let answer = lines.see(&look).and_then(|()| detect(&look, &mut detector, again));
                if again && answer.as_ref().is_ok_and(|found| found.others.is_empty()) {
                    next_second_s = look.time_s + SECOND_LOOK_S;
                }
                // Nobody waits for it any more where the caller gave up.
                if sender.send(answer).is_err() {
                    break;
                }
            }
            (lines.roll, lines.bow)
        };
        let thread = std::thread::Builder::new().name("look".into()).spawn(work).map_err(|_| PoseError::WorkerDied)?;
        Ok(Looker { jobs: Some(jobs), answers, thread: Some(thread), waiting: 0 })
    }

    /// Hands a frame over.
    pub fn look(&mut self, time_s: f64, image: Mat, picture: RectPx) -> Result<()> {
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(Look { time_s, image, picture }).is_ok());
        self.waiting += 1;
        if sent { Ok(()) } else { Err(PoseError::WorkerDied.into()) }
    }

    /// The oldest look's answer, if it is there.
    pub fn answer(&mut self) -> Result<Option<Found>> {
        match self.answers.try_recv() {
            Ok(found) => {
                self.waiting -= 1;
                found.map(Some)
            }
            Err(_) => Ok(None),
        }
    }

    /// The oldest look's answer; none when no look is under way.
    pub fn wait(&mut self) -> Result<Option<Found>> {
        if self.waiting == 0 {
            return Ok(None);
        }
        self.waiting -= 1;
        self.answers.recv().map_err(|_| PoseError::WorkerDied)?.map(Some)
    }

    /// What the lines told.
    pub fn finish(mut self) -> Result<(RollWatch, BowWatch)> {
        self.jobs = None;
        let thread = self.thread.take().ok_or(PoseError::WorkerDied)?;
        thread.join().map_err(|_| PoseError::WorkerDied.into())
    }
}

impl Drop for Looker {
    fn drop(&mut self) {
        self.jobs = None;
        // Its answer has no reader, so that it cannot wait for one.
        let (_, none) = bounded(1);
        self.answers = none;
        if let Some(thread) = self.thread.take() {
            // A panic was told to whoever waited for an answer.
            let _ = thread.join();
        }
    }
}

#[derive(Default)]
struct LineWatch {
    roll: RollWatch,
    bow: BowWatch,
    next_s: f64,
}

impl LineWatch {
    fn see(&mut self, look: &Look) -> Result<()> {
        if look.time_s + 1e-6 >= self.next_s && self.roll.looks() < ROLL_LOOKS {
            let lines = Lines::of(&look.image, look.picture).map_err(picture_fault)?;
            self.roll.see(look.time_s, &lines);
            self.bow.see(look.time_s, &lines);
            self.next_s = look.time_s + ROLL_EVERY_S;
        }
        Ok(())
    }
}

/// What is found on the second look counts when the detector is this sure, and this share of a region apart.
const SURE: f64 = 0.65;
const APART: f64 = 0.15;
/// A found body is this share of its region wide when it stands.
const BODY_WIDTH: f64 = 0.36;

/// People in the picture without its black bars, in frame coordinates. The detector is made for one person and overlooks
/// a bent lifter beside somebody who stands: it looks `again` with the first one painted over. First and second finds.
fn detect(look: &Look, detector: &mut PersonDetector, again: bool) -> Result<Found> {
    let Look { time_s, image, picture } = look;
    let region = part(image, *picture);
    let mut view = Mat::roi(image, region).map_err(picture_fault)?.clone_pointee();
    let people = detector.detect(&view)?;
    let mut others = Vec::new();
    if again && !people.is_empty() {
        for person in &people {
            paint_over(&mut view, &person.roi).map_err(picture_fault)?;
        }
        let another = |p: &crate::pose::Person| {
            p.score > SURE && people.iter().all(|f| p.roi.distance_px(&f.roi) > APART * f.roi.size_px.min(p.roi.size_px))
        };
        others = detector.detect(&view)?.into_iter().filter(another).collect();
    }
    let shift = |roi: Roi| Roi { x_px: roi.x_px + f64::from(region.x), y_px: roi.y_px + f64::from(region.y), ..roi };
    let sightings = |found: Vec<crate::pose::Person>| {
        found.into_iter().map(|p| Sighting { time_s: *time_s, roi: shift(p.roi) }).filter(|s| s.roi.is_usable()).collect()
    };
    Ok(Found { time_s: *time_s, people: sightings(people), others: sightings(others) })
}

/// Greys out a person's body: a strip along the region's axis.
fn paint_over(view: &mut Mat, roi: &Roi) -> opencv::Result<()> {
    let (sin, cos) = roi.rotation_rad.sin_cos();
    let corner = |across: f64, along: f64| {
        let (x, y) = (across * BODY_WIDTH * roi.size_px * 0.5, along * roi.size_px * 0.5);
        opencv::core::Point::new((roi.x_px + x * cos - y * sin) as i32, (roi.y_px + x * sin + y * cos) as i32)
    };
    let outline: opencv::core::Vector<opencv::core::Point> =
        [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)].into_iter().collect();
    opencv::imgproc::fill_convex_poly_def(view, &outline, opencv::core::Scalar::all(128.0))
}
