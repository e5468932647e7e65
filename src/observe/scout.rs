//! The first pass over a video: five times a second for people, every frame for cuts and black bars; who the lifter is.

use super::bow::BowWatch;
use super::lines::Lines;
use super::persons::{self, Choice, Sighting};
use super::roll::RollWatch;
use super::scene::SceneWatch;
use super::steady::SteadyWatch;
use crate::error::{Error, Result};
use crate::media::{self, Frame, Prefetch, SourceInfo};
use crate::pose::{Network, PersonDetector, Roi};
use crate::progress::{Cancel, Progress, Stage};
use crate::track::{Event, EventCode, RectPx, SceneInfo};
use opencv::core::{Mat, MatTraitConst, Rect};
use std::path::Path;

/// Time between looks for people on the first pass.
const LOOK_S: f64 = 0.2;
/// The background's movement is looked at this often; hands shake below 10 Hz.
const STEADY_EVERY_S: f64 = 1.0 / 32.0;
/// Looks for upright lines, spread over the clip's first seconds.
const ROLL_LOOKS: usize = 8;
const ROLL_EVERY_S: f64 = 0.8;
/// Decoded frames waiting.
pub const PREFETCH: usize = 3;

/// What the first pass found out.
pub struct Scout {
    pub choice: Choice,
    pub scene: SceneInfo,
    /// Everybody that was seen.
    pub seen: Vec<Sighting>,
    pub roll: RollWatch,
    pub bow: BowWatch,
    /// Shift of the background per frame: time, px.
    pub shifts: Vec<(f64, [f64; 2])>,
    pub picture: RectPx,
    pub frames: u64,
    /// The part between cuts that is analysed, from–to.
    pub part_s: [f64; 2],
}

/// Looks at the whole video once; nobody in it is an error.
pub fn scout(video: &Path, network: &Network, progress: &dyn Progress, cancel: &Cancel) -> Result<Scout> {
    let mut source = Prefetch::new(media::open(video)?, PREFETCH)?;
    progress.stage(Stage::Scout, source.info().announced_frames.map(u64::from));
    let mut detector = network.detector()?;
    let (mut watch, mut steady) = (SceneWatch::default(), SteadyWatch::default());
    let (mut roll, mut bow) = (RollWatch::default(), BowWatch::default());
    let mut next_steady = 0.0;
    let mut boxes: Vec<RectPx> = Vec::new();
    let (mut looks, mut second_looks): (Vec<(f64, Vec<Sighting>)>, Vec<(f64, Vec<Sighting>)>) = (Vec::new(), Vec::new());
    let (mut next_look, mut next_roll, mut count, mut last) = (0.0, 0.0, 0u64, 0.0);
    for frame in source.by_ref() {
        cancel.check()?;
        let Frame { time_s, image, .. } = frame?;
        watch.see(time_s, &image).map_err(picture_fault)?;
        if time_s + 1e-6 >= next_look {
            let picture = watch.picture();
            let (people, others) = detect(&image, picture, &mut detector, time_s)?;
            boxes = people.iter().chain(&others).map(|p| p.roi.bounds()).collect();
            if time_s + 1e-6 >= next_roll && roll.looks() < ROLL_LOOKS {
                let lines = Lines::of(&image, picture).map_err(picture_fault)?;
                roll.see(time_s, &lines);
                bow.see(time_s, &lines);
                next_roll = time_s + ROLL_EVERY_S;
            }
            looks.push((time_s, people));
            second_looks.push((time_s, others));
            next_look = time_s + LOOK_S;
        }
        if time_s + 1e-6 >= next_steady {
            steady.see(time_s, &image, watch.picture(), &boxes).map_err(picture_fault)?;
            next_steady = time_s + STEADY_EVERY_S;
        }
        (count, last) = (count + 1, time_s);
        progress.frames(count);
    }
    if count == 0 {
        return Err(Error::input(
            format!("{}: the video has no frame that can be decoded", video.display()),
            "check that the file plays in a video player",
        ));
    }
    let picture = watch.picture();
    let mut cuts_s = watch.cuts_s();
    // Another shape of picture is another scene: what it shows is placed anew.
    cuts_s.extend(&source.info().reshaped_s);
    cuts_s.sort_by(f64::total_cmp);
    cuts_s.dedup();
    let part_s = longest_part(&cuts_s, &looks, last);
    let inside = |l: &(f64, Vec<Sighting>)| l.0 >= part_s[0] && l.0 <= part_s[1];
    looks.retain(inside);
    second_looks.retain(inside);
    let choice = persons::choose(&looks, &second_looks, picture).ok_or_else(|| no_person(video))?;
    let seen = looks.into_iter().chain(second_looks).flat_map(|l| l.1).collect();
    let scene = SceneInfo {
        cuts_s,
        freezes_s: watch.freezes_s(),
        // Known once it is known where the lifter is.
        roll_deg: None,
        roll_sigma_deg: None,
        lens_bow: None,
        camera_speed_per_s: steady.speed_per_s(),
        camera_residual_px: steady.residual_px(),
        events: events(source.info(), &watch),
    };
    Ok(Scout { choice, scene, seen, roll, bow, shifts: steady.shifts(), picture, frames: count, part_s })
}

/// What the file told and what the pictures show, by their beginning.
fn events(info: &SourceInfo, watch: &SceneWatch) -> Vec<Event> {
    let mut events = info.events.clone();
    events.extend(watch.stalls_s().into_iter().map(|[from_s, to_s]| Event { code: EventCode::Stalled, from_s, to_s }));
    events.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    events
}

fn picture_fault(e: opencv::Error) -> Error {
    Error::internal(format!("a decoded picture could not be read: {e}"))
}

/// What is found on the second look counts when the detector is this sure, and this share of a region apart.
const SURE: f64 = 0.65;
const APART: f64 = 0.15;
/// A found body is this share of its region wide when it stands.
const BODY_WIDTH: f64 = 0.36;

/// People in the picture without its black bars, in frame coordinates. The detector is made for one person and overlooks
/// a bent lifter beside somebody who stands: it looks again with the first one painted over. First and second finds.
fn detect(image: &Mat, picture: RectPx, detector: &mut PersonDetector, time_s: f64) -> Result<(Vec<Sighting>, Vec<Sighting>)> {
    let region = Rect::new(picture.x_px as i32, picture.y_px as i32, picture.width_px as i32, picture.height_px as i32)
        & Rect::new(0, 0, image.cols(), image.rows());
    let mut view = Mat::roi(image, region).map_err(picture_fault)?.clone_pointee();
    let people = detector.detect(&view)?;
    let mut others = Vec::new();
    if !people.is_empty() {
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
        found.into_iter().map(|p| Sighting { time_s, roi: shift(p.roi) }).filter(|s| s.roi.is_usable()).collect()
    };
    Ok((sightings(people), sightings(others)))
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

/// Between hard cuts the stretch with the most looks that show somebody.
fn longest_part(cuts: &[f64], looks: &[(f64, Vec<Sighting>)], end: f64) -> [f64; 2] {
    let mut edges = vec![0.0];
    edges.extend(cuts);
    edges.push(end + 1.0);
    let people = |w: &[f64]| looks.iter().filter(|l| l.0 >= w[0] && l.0 < w[1] && !l.1.is_empty()).count();
    let best = edges.windows(2).max_by_key(|w| people(w)).map_or([0.0, end], |w| [w[0], w[1]]);
    // The cut's own frame belongs to the new part; stop just before the next.
    [best[0], best[1] - 1e-4]
}

/// The refusal of a video that shows nobody.
pub fn no_person(video: &Path) -> Error {
    Error::input(
        format!("{}: no person was found in the video", video.display()),
        "film one lifter from the side, whole body in the picture, in good light",
    )
}
