//! The left half of the line: two passes over a video make a [`Track`].
//!
//! The first pass looks at five frames a second for people, at every frame for cuts and black bars, and
//! decides who the lifter is. The second follows the lifter with the pose network and looks for plates.

use super::bodies::Bodies;
use super::bow::BowWatch;
use super::lines::Lines;
use super::persons::{self, Choice, Person, Sighting};
use super::roll::RollWatch;
use super::scene::SceneWatch;
use super::steady::SteadyWatch;
use crate::bar::{self, Candidate, Hint, PlateFinder};
use crate::error::{Error, Result};
use crate::media::{self, Frame, Prefetch, SourceInfo};
use crate::pose::follow::{Density, Follower};
use crate::pose::{Network, PersonDetector, Roi};
use crate::progress::{Cancel, Progress, Stage};
use crate::track::arms;
use crate::track::{Event, EventCode, FrameObs, LifterInfo, RectPx, SceneInfo, TRACK_SCHEMA, Track, VideoInfo};
use crate::track::{Joint, Side};
use opencv::core::{Mat, MatTraitConst, Rect};
use std::path::Path;

/// Time between looks for people on the first pass.
const LOOK_S: f64 = 0.2;
/// The background's movement is looked at this often; hands shake below 10 Hz.
const STEADY_EVERY_S: f64 = 1.0 / 32.0;
/// A slower camera than this stands still, frame heights per second.
const WORTH_CANCELLING_PER_S: f64 = 0.002;
/// Looks for upright lines, spread over the clip's first seconds.
const ROLL_LOOKS: usize = 8;
const ROLL_EVERY_S: f64 = 0.8;
/// Poses are taken at most this often: landmarks are filtered at 6 Hz.
const POSE_EVERY_S: f64 = 1.0 / 36.0;
/// Plates are looked for at most this often.
const PLATE_EVERY_S: f64 = 1.0 / 75.0;
/// Decoded frames waiting.
const PREFETCH: usize = 3;
/// Stature as a share of the region's usual side (15 clips: 0.75 to 1.2).
const BODY_OF_REGION: f64 = 0.95;
/// Radii looked for, as shares of the stature: 30 cm iron plates far off to 45 cm ones close by.
const RADIUS_FROM: f64 = 0.075;
const RADIUS_TO: f64 = 0.26;

/// What the first pass found out.
struct Scout {
    choice: Choice,
    scene: SceneInfo,
    /// Everybody that was seen.
    seen: Vec<Sighting>,
    roll: RollWatch,
    bow: BowWatch,
    /// Shift of the background per frame: time, px.
    shifts: Vec<(f64, [f64; 2])>,
    picture: RectPx,
    frames: u64,
    /// The part between cuts that is analysed, from–to.
    part_s: [f64; 2],
}

/// Decodes a video twice and returns everything seen in it.
pub fn observe(
    video: &Path,
    network: &Network,
    workers: usize,
    density: Density,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Track> {
    let sha256 = media::sha256_file(video)?;
    let mut scout = scout(video, network, progress, cancel)?;
    let (mut frames, candidates, info) = follow(video, network, (workers, density), &scout, progress, cancel)?;
    let hints: Vec<Hint> = hold(frames.iter().map(|f| f.pose.as_ref().and_then(|p| hands(network, p))).collect());
    let times: Vec<f64> = frames.iter().map(|f| f.time_s).collect();
    for (frame, plate) in frames.iter_mut().zip(bar::link(&times, &candidates, &hints)) {
        frame.plate = plate.map(plate_obs);
    }
    if scout.scene.camera_speed_per_s.is_some_and(|s| s > WORTH_CANCELLING_PER_S) {
        give_shifts(&mut frames, &scout.shifts);
    }
    if frames.iter().filter(|f| f.pose.is_some()).count() == 0 {
        return Err(no_person(video));
    }
    let bodies = Bodies { frames: &frames, seen: &scout.seen };
    let on_somebody = |time_s, place| bodies.cover(time_s, place);
    let roll = scout.roll.roll(on_somebody);
    (scout.scene.roll_deg, scout.scene.roll_sigma_deg) = (roll.map(|r| r.0), roll.map(|r| r.1));
    scout.scene.lens_bow = scout.bow.bow(on_somebody);
    Ok(Track {
        schema: TRACK_SCHEMA.into(),
        program_version: env!("CARGO_PKG_VERSION").into(),
        model: network.info().clone(),
        video: video_info(video, sha256, &info, &times, scout.picture),
        skeleton: network.layout().name.into(),
        lifter: LifterInfo {
            persons_seen: scout.choice.persons_seen,
            chosen_by: scout.choice.chosen_by,
            overlap_share: scout.choice.overlap_share,
        },
        scene: scout.scene,
        recording: None,
        frames,
    })
}

/// The background's shift at every frame, between those at which it was looked at.
fn give_shifts(frames: &mut [FrameObs], shifts: &[(f64, [f64; 2])]) {
    for frame in frames {
        let after = shifts.partition_point(|s| s.0 < frame.time_s);
        frame.camera_shift_px = match (after.checked_sub(1).map(|i| shifts[i]), shifts.get(after).copied()) {
            (Some((t, a)), Some((u, b))) => {
                let share = (frame.time_s - t) / (u - t).max(1e-9);
                Some([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share])
            }
            (one, other) => one.or(other).map(|s| s.1),
        };
    }
}

fn no_person(video: &Path) -> Error {
    Error::input(
        format!("{}: no person was found in the video", video.display()),
        "film one lifter from the side, whole body in the picture, in good light",
    )
}

fn scout(video: &Path, network: &Network, progress: &dyn Progress, cancel: &Cancel) -> Result<Scout> {
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

type Followed = (Vec<FrameObs>, Vec<Vec<Candidate>>, SourceInfo);

fn follow(
    video: &Path,
    network: &Network,
    (workers, density): (usize, Density),
    scout: &Scout,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Followed> {
    let mut source = Prefetch::new(media::open(video)?, PREFETCH)?;
    progress.stage(Stage::Pose, Some(scout.frames));
    let mut follower = Follower::start(network, workers, density)?;
    let mut finder = PlateFinder::default();
    let (mut frames, mut candidates): (Vec<FrameObs>, Vec<Vec<Candidate>>) = (Vec::new(), Vec::new());
    // Frame index of each pose handed in.
    let mut asked: Vec<usize> = Vec::new();
    let (mut next_pose, mut next_plate) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let person = &scout.choice.lifter;
    for frame in source.by_ref() {
        cancel.check()?;
        let Frame { index, time_s, image } = frame?;
        let inside = time_s >= scout.part_s[0] && time_s <= scout.part_s[1];
        let seed = person.seed(time_s);
        let mut found = Vec::new();
        if inside && time_s >= next_plate {
            found = plates(&mut finder, &image, person, seed, scout.picture)?;
            next_plate = time_s + PLATE_EVERY_S;
        }
        candidates.push(found);
        frames.push(FrameObs { index, time_s, ..FrameObs::default() });
        if inside && time_s >= next_pose {
            follower.push(image, time_s, seed)?;
            asked.push(frames.len() - 1);
            // Evenly spaced at a whole number of frames: never a beat between two rates.
            next_pose = time_s + POSE_EVERY_S * 0.9;
        }
        for (number, pose) in follower.drain() {
            frames[asked[number as usize]].pose = pose;
        }
        progress.frames(frames.len() as u64);
    }
    for (number, pose) in follower.finish()? {
        frames[asked[number as usize]].pose = pose;
    }
    let info = source.info().clone();
    Ok((frames, candidates, info))
}

fn plates(finder: &mut PlateFinder, image: &Mat, person: &Person, seed: Option<Roi>, picture: RectPx) -> Result<Vec<Candidate>> {
    let size = person.size_px();
    let body = BODY_OF_REGION * person.usual_size_px();
    let middle = seed.or_else(|| person.sightings.first().map(|s| s.roi));
    let Some(middle) = middle else { return Ok(Vec::new()) };
    // As wide as the arms reach with a plate beside them; from the head down to below the feet.
    let (left, right) = ((middle.x_px - 0.62 * size).max(picture.x_px), (middle.x_px + 0.62 * size).min(picture.x_px + picture.width_px));
    let (top, foot) = ((middle.y_px - 0.35 * size).max(picture.y_px), (middle.y_px + 0.70 * size).min(picture.y_px + picture.height_px));
    let region = Rect::new(left as i32, top as i32, (right - left).max(0.0) as i32, (foot - top).max(0.0) as i32);
    match finder.find(image, region, RADIUS_FROM * body, RADIUS_TO * body) {
        Ok(found) => Ok(found),
        Err(bar::BarError::EmptyRegion) => Ok(Vec::new()),
        Err(e) => Err(Error::internal(format!("the search for the plate failed: {e}"))),
    }
}

/// Middle of the hands, frame px.
fn hands(network: &Network, pose: &crate::track::PoseObs) -> Option<[f64; 2]> {
    let arm = |side: Side| {
        let point = |joint: Joint| {
            let l = pose.landmarks.get(network.layout().index(side, joint)?)?;
            Some([l.x_px, l.y_px, l.visibility])
        };
        Some([point(Joint::Shoulder)?, point(Joint::Elbow)?, point(Joint::Wrist)?])
    };
    arms::hands(&[Side::Left, Side::Right].into_iter().filter_map(arm).collect::<Vec<_>>())
}

/// Frames without a pose over which the hands keep their place: a quarter of a second at 30 frames/s, in which a plate moves by
/// less than its own radius (our choice).
const HANDS_HELD: usize = 8;

/// Carries the hands' place over frames without a pose, up to [`HANDS_HELD`].
fn hold(hands: Vec<Option<[f64; 2]>>) -> Vec<Hint> {
    let mut last: Option<([f64; 2], usize)> = None;
    hands
        .into_iter()
        .enumerate()
        .map(|(i, h)| {
            if let Some(h) = h {
                last = Some((h, i));
            }
            Hint { hands_px: last.filter(|l| i - l.1 <= HANDS_HELD).map(|l| l.0) }
        })
        .collect()
}

fn plate_obs(c: Candidate) -> crate::track::PlateObs {
    crate::track::PlateObs {
        x_px: c.x_px,
        y_px: c.y_px,
        major_px: c.major_px,
        minor_px: c.minor_px,
        angle_deg: c.angle_deg,
        coverage: c.coverage,
        sigma_px: c.sigma_px,
    }
}

fn video_info(video: &Path, sha256: String, info: &SourceInfo, times: &[f64], picture: RectPx) -> VideoInfo {
    let steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    let typical = crate::numeric::median(steps.iter().copied()).unwrap_or(1.0 / info.mean_fps.max(1.0));
    let uneven = steps.iter().filter(|s| (*s / typical - 1.0).abs() > 0.25).count();
    let span = times.last().copied().unwrap_or(0.0) - times.first().copied().unwrap_or(0.0);
    VideoInfo {
        file_name: video.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256,
        width_px: info.width_px,
        height_px: info.height_px,
        frames: times.len() as u32,
        duration_s: span + typical,
        mean_fps: if times.len() > 1 { (times.len() - 1) as f64 / span.max(1e-6) } else { info.mean_fps },
        variable_frame_rate: uneven as f64 > 0.02 * steps.len() as f64,
        rotation_deg: info.rotation_deg,
        created: info.created.clone(),
        capture_fps: info.capture_fps,
        picture,
        truncated: info.truncated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_keep_their_place_for_a_quarter_of_a_second_and_no_longer() {
        let mut hands = vec![Some([3.0, 4.0])];
        hands.resize(HANDS_HELD + 3, None);
        let held = hold(hands).iter().take_while(|h| h.hands_px == Some([3.0, 4.0])).count();
        assert_eq!(held, 1 + HANDS_HELD);
    }
}
