//! The first pass: five frames a second are looked at for people, every frame for cuts and black bars; who the lifter is is
//! decided from all of it.
//!
//! People are looked for on a thread of their own, since that takes as long as decoding what lies between two looks. What is
//! seen does not depend on which of them is quicker.

use super::bow::BowWatch;
use super::looks::{Found, Looker};
use super::persons::{Choice, Sighting};
use super::picture::picture_fault;
use super::rests::{Awake, Dozing, RestWatch, Rests};
use super::roll::RollWatch;
use super::scene::SceneWatch;
use super::shots::{Cast, Look, Shot, cast};
use super::steady::{Small, SteadyWatch};
use crate::error::{Error, Result};
use crate::media::{self, Frame, Prefetch, SourceInfo};
use crate::pose::Network;
use crate::progress::{Cancel, Progress, Stage};
use crate::track::{Event, EventCode, RectPx, SceneInfo};
use opencv::prelude::*;
use std::collections::VecDeque;
use std::path::Path;

/// Time between looks for people, and while nothing moves for long.
const LOOK_S: f64 = 0.2;
const RESTING_LOOK_S: f64 = 1.0;
/// The background's movement is looked at this often; hands shake below 10 Hz.
const STEADY_EVERY_S: f64 = 1.0 / 32.0;
/// And while nothing moves, the camera neither.
const RESTING_STEADY_S: f64 = 0.5;
/// Decoded frames waiting.
pub(super) const PREFETCH: usize = 3;

/// What the first pass found out.
pub(super) struct Scout {
    pub choice: Choice,
    pub scene: SceneInfo,
    /// Everybody that was seen.
    pub seen: Vec<Sighting>,
    pub roll: RollWatch,
    pub bow: BowWatch,
    /// Shift of the background per frame: time, px.
    pub shifts: Vec<(f64, [f64; 2])>,
    pub picture: RectPx,
    /// Of every frame.
    pub times_s: Vec<f64>,
    /// What is followed between cuts.
    pub shots: Vec<Shot>,
    /// When nothing moves.
    pub rests: Rests,
}

impl Scout {
    /// The film anew, its rests passed over.
    pub fn awake(&self, video: &Path) -> Result<Awake> {
        let path = video.to_path_buf();
        Ok(Awake::new(Box::new(move || media::open(&path)), self.times_s.clone(), self.rests.clone())?)
    }
}

/// The background between looks: what comes after a look waits for where it saw people.
#[derive(Default)]
struct Background {
    steady: SteadyWatch,
    people: Vec<RectPx>,
    /// Time, picture, and how many looks were made up to it.
    waiting: VecDeque<(f64, Small, usize)>,
    looks: usize,
    answers: usize,
}

impl Background {
    /// People are looked for in the frame that comes now.
    fn look(&mut self) {
        self.looks += 1;
    }

    fn see(&mut self, time_s: f64, small: Small) -> Result<()> {
        self.waiting.push_back((time_s, small, self.looks));
        self.go_on()
    }

    /// Where the next look saw people.
    fn people(&mut self, people: Vec<RectPx>) -> Result<()> {
        self.answers += 1;
        self.people = people;
        self.go_on()
    }

    fn go_on(&mut self) -> Result<()> {
        while self.waiting.front().is_some_and(|w| w.2 <= self.answers) {
            if let Some((time_s, small, _)) = self.waiting.pop_front() {
                self.steady.see(time_s, small, &self.people).map_err(picture_fault)?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<SteadyWatch> {
        self.answers = self.looks;
        self.go_on()?;
        Ok(self.steady)
    }
}

/// Looks at the whole video once; nobody in it is an error.
pub(super) fn scout(video: &Path, network: &Network, progress: &dyn Progress, cancel: &Cancel) -> Result<Scout> {
    let mut source = Prefetch::new(Box::new(Dozing::new(media::open(video)?, video)), PREFETCH)?;
    progress.stage(Stage::Scout, source.info().announced_frames.map(u64::from));
    let mut looker = Looker::start(network.detector()?)?;
    let mut watch = SceneWatch::default();
    let mut background = Background::default();
    let mut rests = RestWatch::default();
    let (mut looks, mut second_looks): (Vec<Look>, Vec<Look>) = (Vec::new(), Vec::new());
    let mut note = |found: Found, background: &mut Background| -> Result<()> {
        background.people(found.people.iter().chain(&found.others).map(|p| p.roi.bounds()).collect())?;
        looks.push((found.time_s, found.people));
        second_looks.push((found.time_s, found.others));
        Ok(())
    };
    let (mut next_look, mut next_steady, mut times_s) = (0.0, 0.0, Vec::new());
    for frame in source.by_ref() {
        cancel.check()?;
        let Frame { time_s, image, .. } = frame?;
        times_s.push(time_s);
        progress.frames(times_s.len() as u64);
        if image.empty() {
            continue;
        }
        watch.see(time_s, &image).map_err(picture_fault)?;
        if let Some(raster) = watch.raster() {
            rests.see(time_s, raster);
        }
        let look = time_s + 1e-6 >= next_look;
        if look {
            background.look();
        }
        if time_s + 1e-6 >= next_steady {
            let small = Small::of(&image, watch.picture()).map_err(picture_fault)?;
            background.see(time_s, small)?;
            next_steady = time_s + if rests.resting() { RESTING_STEADY_S } else { STEADY_EVERY_S };
        }
        if look {
            // One look is under way at a time: the answer to the one before comes first.
            if let Some(found) = looker.wait()? {
                note(found, &mut background)?;
            }
            looker.look(time_s, image, watch.picture())?;
            next_look = time_s + if rests.resting() { RESTING_LOOK_S } else { LOOK_S };
        } else if let Some(found) = looker.answer()? {
            note(found, &mut background)?;
        }
    }
    if let Some(found) = looker.wait()? {
        note(found, &mut background)?;
    }
    let (roll, bow) = looker.finish()?;
    let steady = background.finish()?;
    let Some(&last) = times_s.last() else {
        return Err(Error::input(
            format!("{}: the video has no frame that can be decoded", video.display()),
            "check that the file plays in a video player",
        ));
    };
    let picture = watch.picture();
    let events = events(source.info(), &watch);
    let mut cuts_s = watch.cuts_s(&events);
    // Another shape of picture is another scene: what it shows is placed anew.
    cuts_s.extend(&source.info().reshaped_s);
    cuts_s.sort_by(f64::total_cmp);
    cuts_s.dedup();
    let Cast { choice, shots } = cast(&cuts_s, &looks, &second_looks, last, picture).ok_or_else(|| no_person(video))?;
    let followed = |s: &Sighting| shots.iter().any(|shot| shot.holds(s.time_s));
    let seen = looks.into_iter().chain(second_looks).flat_map(|l| l.1).filter(followed).collect();
    let scene = SceneInfo {
        cuts_s,
        freezes_s: watch.freezes_s(),
        // Known once it is known where the lifter is.
        roll_deg: None,
        roll_sigma_deg: None,
        lens_bow: None,
        camera_speed_per_s: steady.speed_per_s(),
        camera_residual_px: steady.residual_px(),
        events,
    };
    Ok(Scout { choice, scene, seen, roll, bow, shifts: steady.shifts(), picture, times_s, shots, rests: rests.finish() })
}

/// What the file told and what the pictures show, by their beginning.
fn events(info: &SourceInfo, watch: &SceneWatch) -> Vec<Event> {
    let mut events = info.events.clone();
    events.extend(watch.stalls_s().into_iter().map(|[from_s, to_s]| Event { code: EventCode::Stalled, from_s, to_s }));
    events.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    events
}

/// The refusal of a video that shows nobody.
pub(super) fn no_person(video: &Path) -> Error {
    Error::input(
        format!("{}: no person was found in the video", video.display()),
        "film one lifter from the side, whole body in the picture, in good light",
    )
}
