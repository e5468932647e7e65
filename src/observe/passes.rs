//! The left half of the line: two passes over a video make a [`Track`].
//!
//! The first pass ([`super::scout`]) decides who the lifter is in every shot. The second follows the lifter with the pose network
//! and looks for plates; across a cut it begins anew. Shots of a lifter who is filmed at an angle are looked at once more
//! ([`super::turned`]).

use super::bodies::Bodies;
use super::plates::{self, Search, Turn};
use super::scout::{PREFETCH, Scout, no_person, scout};
use super::turned;
use crate::bar::Candidate;
use crate::error::Result;
use crate::media::{self, Frame, Prefetch, SourceInfo};
use crate::pose::follow::{Density, Follower};
use crate::pose::{Network, PoseError};
use crate::progress::{Cancel, Progress, Stage};
use crate::track::{FrameObs, LifterInfo, PoseObs, RectPx, TRACK_SCHEMA, Track, VideoInfo};
use opencv::prelude::*;
use std::path::Path;

/// A slower camera than this stands still, frame heights per second.
const WORTH_CANCELLING_PER_S: f64 = 0.002;
/// Poses are taken at most this often: landmarks are filtered at 6 Hz.
const POSE_EVERY_S: f64 = 1.0 / 36.0;

/// Decodes a video twice, a third time where plates are seen at an angle, and returns everything seen in it.
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
    let turns: Vec<Turn> = scout.shots.iter().map(|shot| turned::turn(network, &frames[shot.frames(&frames)])).collect();
    for (shot, &turn) in scout.shots.iter().zip(&turns) {
        let of = shot.frames(&frames);
        let path = plates::linked(network, &frames[of.clone()], &candidates[of.clone()], turn, 1.0);
        plates::give(path, &mut frames[of]);
    }
    drop(candidates);
    turned::look_again(video, network, &scout, &turns, &mut frames, cancel)?;
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
    let mut source = Prefetch::new(Box::new(scout.awake(video)?), PREFETCH)?;
    progress.stage(Stage::Pose, Some(scout.times_s.len() as u64));
    let mut search = Search::new(1.0);
    let (mut frames, mut candidates): (Vec<FrameObs>, Vec<Vec<Candidate>>) = (Vec::new(), Vec::new());
    // Frame index of each pose handed in.
    let mut asked: Vec<usize> = Vec::new();
    let mut next_pose = f64::NEG_INFINITY;
    let mut shot: Option<usize> = None;
    for frame in source.by_ref() {
        cancel.check()?;
        let Frame { index, time_s, image } = frame?;
        let here = scout.shots.iter().position(|shot| shot.holds(time_s));
        if here != shot {
            // Nothing is followed across a cut.
            give_poses(follower.finish()?, &asked, &mut frames);
            follower.forget();
            search = Search::new(1.0);
            next_pose = f64::NEG_INFINITY;
            shot = here;
        }
        frames.push(FrameObs { index, time_s, ..FrameObs::default() });
        let looked_at = !image.empty();
        if let Some(person) = here.and_then(|n| scout.shots.get(n)).map(|shot| &shot.lifter).filter(|_| looked_at) {
            let seed = person.seed(time_s);
            candidates.push(search.look(&image, time_s, person, scout.picture)?);
            if time_s >= next_pose {
                follower.push(image, time_s, seed)?;
                asked.push(frames.len() - 1);
                // Evenly spaced at a whole number of frames: never a beat between two rates.
                next_pose = time_s + POSE_EVERY_S * 0.9;
            }
            give_poses(follower.drain(), &asked, &mut frames);
        } else {
            candidates.push(Vec::new());
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
