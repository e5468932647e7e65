//! The left half of the line: two passes over a video make a [`Track`].
//!
//! The first pass ([`super::scout`]) decides who the lifter is in every shot. The second follows the lifter with the pose network
//! and looks for plates; across a cut it begins anew.

use super::bodies::Bodies;
use super::persons::Person;
use super::scout::{PREFETCH, Scout, no_person, scout};
use crate::bar::{self, Candidate, Hint, PlateFinder};
use crate::error::{Error, Result};
use crate::media::{self, Frame, Prefetch, SourceInfo};
use crate::pose::follow::{Density, Follower};
use crate::pose::{Network, PoseError, Roi};
use crate::progress::{Cancel, Progress, Stage};
use crate::track::arms;
use crate::track::{FrameObs, LifterInfo, PoseObs, RectPx, TRACK_SCHEMA, Track, VideoInfo};
use crate::track::{Joint, Side};
use opencv::core::{Mat, Rect};
use std::path::Path;

/// A slower camera than this stands still, frame heights per second.
const WORTH_CANCELLING_PER_S: f64 = 0.002;
/// Poses are taken at most this often: landmarks are filtered at 6 Hz.
const POSE_EVERY_S: f64 = 1.0 / 36.0;
/// Plates are looked for at most this often: in every second frame of a film of 60 a second. With so few of the plates of 11 saved tracks
/// of such films no verdict and no count was another.
const PLATE_EVERY_S: f64 = 1.0 / 44.0;
/// Stature as a share of the region's usual side (15 clips: 0.75 to 1.2).
const BODY_OF_REGION: f64 = 0.95;
/// Radii looked for, as shares of the stature: 30 cm iron plates far off to 45 cm ones close by.
const RADIUS_FROM: f64 = 0.075;
const RADIUS_TO: f64 = 0.26;

/// A plate is looked for so far below the middle of the lifter's region, as a share of its side: feet stand half a side below, and a plate
/// that is nearer to the camera than they are stands lower in the picture.
const LOWEST: f64 = 0.9;

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
    // The networks are loaded while the first pass runs. Nothing is left loading: a process that ends meanwhile dies of it.
    let (scouted, started) = std::thread::scope(|side| {
        let starting = side.spawn(|| Follower::start(network, workers, density));
        (scout(video, network, progress, cancel), starting.join())
    });
    let mut scout = scouted?;
    let follower = started.map_err(|_| PoseError::WorkerDied)??;
    let (mut frames, candidates, info) = follow(video, follower, &scout, progress, cancel)?;
    let times: Vec<f64> = frames.iter().map(|f| f.time_s).collect();
    for shot in &scout.shots {
        let of = times.partition_point(|t| *t < shot.span_s[0])..times.partition_point(|t| *t <= shot.span_s[1]);
        let seen: Vec<_> = frames[of.clone()].iter().map(|f| f.pose.as_ref().and_then(|p| hands(network, p))).collect();
        let hints = hints(&times[of.clone()], &seen);
        let plates = bar::link(&times[of.clone()], &candidates[of.clone()], &hints);
        for (frame, plate) in frames[of].iter_mut().zip(plates) {
            frame.plate = plate.map(plate_obs);
        }
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

type Followed = (Vec<FrameObs>, Vec<Vec<Candidate>>, SourceInfo);

fn follow(video: &Path, mut follower: Follower, scout: &Scout, progress: &dyn Progress, cancel: &Cancel) -> Result<Followed> {
    let mut source = Prefetch::new(media::open(video)?, PREFETCH)?;
    progress.stage(Stage::Pose, Some(scout.frames));
    let mut finder = PlateFinder::default();
    let (mut frames, mut candidates): (Vec<FrameObs>, Vec<Vec<Candidate>>) = (Vec::new(), Vec::new());
    // Frame index of each pose handed in.
    let mut asked: Vec<usize> = Vec::new();
    let (mut next_pose, mut next_plate) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let mut shot: Option<usize> = None;
    for frame in source.by_ref() {
        cancel.check()?;
        let Frame { index, time_s, image } = frame?;
        let here = scout.shots.iter().position(|shot| shot.holds(time_s));
        if here != shot {
            // Nothing is followed across a cut.
            give_poses(follower.finish()?, &asked, &mut frames);
            follower.forget();
            finder = PlateFinder::default();
            (next_pose, next_plate) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
            shot = here;
        }
        frames.push(FrameObs { index, time_s, ..FrameObs::default() });
        candidates.push(Vec::new());
        if let Some(person) = here.and_then(|n| scout.shots.get(n)).map(|shot| &shot.lifter) {
            let seed = person.seed(time_s);
            if let Some(found) = candidates.last_mut().filter(|_| time_s >= next_plate) {
                *found = plates(&mut finder, &image, person, seed, scout.picture)?;
                next_plate = time_s + PLATE_EVERY_S;
            }
            if time_s >= next_pose {
                follower.push(image, time_s, seed)?;
                asked.push(frames.len() - 1);
                // Evenly spaced at a whole number of frames: never a beat between two rates.
                next_pose = time_s + POSE_EVERY_S * 0.9;
            }
            give_poses(follower.drain(), &asked, &mut frames);
        }
        progress.frames(frames.len() as u64);
    }
    give_poses(follower.finish()?, &asked, &mut frames);
    let info = source.info().clone();
    Ok((frames, candidates, info))
}

/// Gives each pose to its frame. `asked`: the frame's index by the pose's number.
fn give_poses(found: Vec<(u64, Option<PoseObs>)>, asked: &[usize], frames: &mut [FrameObs]) {
    for (number, pose) in found {
        frames[asked[number as usize]].pose = pose;
    }
}

fn plates(finder: &mut PlateFinder, image: &Mat, person: &Person, seed: Option<Roi>, picture: RectPx) -> Result<Vec<Candidate>> {
    let size = person.size_px();
    let body = BODY_OF_REGION * person.usual_size_px();
    let middle = seed.or_else(|| person.sightings.first().map(|s| s.roi));
    let Some(middle) = middle else { return Ok(Vec::new()) };
    // As wide as the arms reach with a plate beside them; from the head down to below the feet.
    let (left, right) = ((middle.x_px - 0.62 * size).max(picture.x_px), (middle.x_px + 0.62 * size).min(picture.x_px + picture.width_px));
    let (top, foot) = ((middle.y_px - 0.35 * size).max(picture.y_px), (middle.y_px + LOWEST * size).min(picture.y_px + picture.height_px));
    let region = Rect::new(left as i32, top as i32, (right - left).max(0.0) as i32, (foot - top).max(0.0) as i32);
    match finder.find(image, region, RADIUS_FROM * body, RADIUS_TO * body) {
        Ok(found) => Ok(found),
        Err(bar::BarError::EmptyRegion) => Ok(Vec::new()),
        Err(e) => Err(Error::internal(format!("the search for the plate failed: {e}"))),
    }
}

/// Middle of the hands, frame px.
fn hands(network: &Network, pose: &PoseObs) -> Option<[f64; 2]> {
    let arm = |side: Side| {
        let point = |joint: Joint| {
            let l = pose.landmarks.get(network.layout().index(side, joint)?)?;
            Some([l.x_px, l.y_px, l.visibility])
        };
        Some([point(Joint::Shoulder)?, point(Joint::Elbow)?, point(Joint::Wrist)?])
    };
    arms::hands(&[Side::Left, Side::Right].into_iter().filter_map(arm).collect::<Vec<_>>())
}

/// Between two poses this far apart at most the hands go straight; after one they keep their place for as long. A body at rest is
/// looked at every quarter of a second, and a plate moves by less than its own radius in that time (our choice).
const HANDS_HELD_S: f64 = 0.3;

/// Where the hands are in every frame: seen, between two that were, or as they were seen last.
fn hints(times_s: &[f64], hands: &[Option<[f64; 2]>]) -> Vec<Hint> {
    let mut last: Option<usize> = None;
    let mut next = 0;
    (0..hands.len())
        .map(|i| {
            last = hands[i].map(|_| i).or(last);
            next = next.max(i);
            while next < hands.len() && hands[next].is_none() {
                next += 1;
            }
            let before = last.filter(|&l| times_s[i] - times_s[l] <= HANDS_HELD_S).and_then(|l| Some((times_s[l], hands[l]?)));
            let after = hands.get(next).copied().flatten().map(|at| (times_s[next], at));
            let between = before.zip(after).filter(|((from, _), (to, _))| to > from && to - from <= HANDS_HELD_S);
            let hands_px = match between {
                Some(((from, a), (to, b))) => {
                    let share = (times_s[i] - from) / (to - from);
                    Some([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share])
                }
                None => before.map(|b| b.1),
            };
            Hint { hands_px }
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
    fn hands_go_straight_between_two_poses_and_keep_their_place_for_a_while() {
        let times: Vec<f64> = (0..40).map(|i| f64::from(i) / 30.0).collect();
        let mut hands = vec![None; 40];
        hands[4] = Some([3.0, 4.0]);
        hands[8] = Some([11.0, 4.0]);
        let at: Vec<Option<[f64; 2]>> = hints(&times, &hands).iter().map(|h| h.hands_px).collect();
        assert!(at[..4].iter().all(Option::is_none), "nothing is known before the first");
        assert!((at[5].unwrap()[0] - 5.0).abs() < 1e-9 && (at[7].unwrap()[0] - 9.0).abs() < 1e-9, "{at:?}");
        assert_eq!(at[8..18], [Some([11.0, 4.0]); 10], "0.3 s");
        assert!(at[18..].iter().all(Option::is_none));
    }
}
