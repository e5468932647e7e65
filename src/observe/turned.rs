//! Plates that are seen at an angle. A lifter who is filmed from well off the side has plates that are narrow ellipses, and the
//! search finds discs. Such a shot is looked at once more, in pictures drawn wide until its plates are round. Its far plate is seen as well,
//! smaller and on the other side: where the near one stands is told by which way the lifter is turned.

use super::plates::{self, Search, Turn};
use super::scout::{PREFETCH, Scout};
use crate::bar::Candidate;
use crate::error::Result;
use crate::media::{Frame, Prefetch};
use crate::numeric::{median, quantile};
use crate::pose::Network;
use crate::progress::Cancel;
use crate::track::{FrameObs, Joint, LandmarkObs, Side, turned};
use opencv::prelude::*;
use std::path::Path;

/// From so far off the side on the two plates stand clearly to either side of the hands, degrees.
const TURNED_DEG: f64 = 12.0;
/// From so far off the side on a plate's ellipse leaves a circle by more than a rim's points may (5 % of a radius), degrees.
const NARROW_DEG: f64 = 25.0;
/// From so far on the far plate is clear of the lifter's legs, degrees: it is looked for whether there is a nearer, larger one.
const LEAST_DEG: f64 = 18.0;
/// A disc so many times as large as another is nearer (two plates 1.6 m apart, one seen from 4 to 8 m: 1.2 to 1.4 times).
const NEARER: f64 = 1.12;
/// Beyond this the near plate is so narrow, and its tread so broad beside it, that what is found is seldom its rim, degrees.
const MOST_DEG: f64 = 52.0;
/// Poses that tell how far a lifter is turned.
const LEAST_POSES: usize = 10;
/// A joint that is seen so well on one side at least has its place.
const SEEN: f64 = 0.5;
/// A trunk that bends towards the camera looks shorter: its length is this quantile of what is seen.
const TRUNK_QUANTILE: f64 = 0.9;

/// What is round where plates are not counts less: it is a part of the far plate, or of the room.
const ROUND_AT_AN_ANGLE: f64 = 0.7;

/// Times as wide as it is a picture is drawn for a plate to be round; `None` where it nearly is, or is hardly seen.
fn stretch(turn: &Turn) -> Option<f64> {
    (LEAST_DEG..=MOST_DEG).contains(&turn.yaw_deg).then(|| 1.0 / turn.yaw_deg.to_radians().cos())
}

/// Looks for the plates of every shot that shows its lifter at an angle, and keeps what is seen better so.
pub(super) fn look_again(
    video: &Path,
    network: &Network,
    scout: &Scout,
    turns: &[Turn],
    frames: &mut [FrameObs],
    cancel: &Cancel,
) -> Result<()> {
    let stretches: Vec<Option<f64>> = turns.iter().map(stretch).collect();
    if stretches.iter().all(Option::is_none) {
        return Ok(());
    }
    let candidates = look(video, scout, frames.len(), &stretches, cancel)?;
    for ((shot, &turn), stretch) in scout.shots.iter().zip(turns).zip(stretches) {
        let Some(stretch) = stretch else { continue };
        let of = shot.frames(frames);
        let path = plates::linked(network, &frames[of.clone()], &candidates[of.clone()], turn, stretch);
        let plates = || frames[of.clone()].iter().filter_map(|f| f.plate);
        let (before, now) = (plates().map(|p| p.coverage).sum::<f64>(), path.iter().flatten().map(|c| c.coverage).sum::<f64>());
        let sizes = median(plates().map(|p| p.major_px)).zip(median(path.iter().flatten().map(|c| c.major_px)));
        let nearer = sizes.is_none_or(|(before, now)| now > NEARER * before);
        tracing::debug!(turn.yaw_deg, turn.to_right, before, now, nearer, "plates at an angle");
        if now > ROUND_AT_AN_ANGLE * before && (nearer || turn.yaw_deg >= NARROW_DEG) {
            plates::give(path, &mut frames[of]);
        }
    }
    Ok(())
}

/// How a shot's lifter is turned, as far as it matters: not at all where the side or the front is seen, or where nothing tells.
pub(super) fn turn(network: &Network, frames: &[FrameObs]) -> Turn {
    measured(network, frames).filter(|turn| (TURNED_DEG..=MOST_DEG).contains(&turn.yaw_deg)).unwrap_or(Turn::NONE)
}

fn measured(network: &Network, frames: &[FrameObs]) -> Option<Turn> {
    let marks = |side: Side, joint: Joint| {
        let index = network.layout().index(side, joint)?;
        Some(frames.iter().map(|f| f.pose.as_ref()?.landmarks.get(index).copied()).collect::<Marks>())
    };
    let both = |joint: Joint| Some([marks(Side::Left, joint)?, marks(Side::Right, joint)?]);
    let (shoulders, hips) = (both(Joint::Shoulder)?, both(Joint::Hip)?);
    let trunk = trunk_px(&shoulders, &hips)?;
    let spread = |[left, right]: &[Marks; 2]| apart(right, left).map(|px| px / trunk);
    let yaw = turned::yaw_deg(spread(&shoulders), spread(&hips))?;
    let foot = |side: Side| apart(&marks(side, Joint::Heel)?, &marks(side, Joint::Toe)?);
    let toes: f64 = [Side::Left, Side::Right].into_iter().filter_map(foot).sum();
    // Seen from the front, the near end of the bar goes to where the lifter's back is.
    Some(Turn { yaw_deg: yaw.abs(), to_right: -toes.signum() * yaw.signum() })
}

/// One landmark over the frames of a shot.
type Marks = Vec<Option<LandmarkObs>>;

/// How far one mark is to the right of another, median over the frames that see one of the two, px.
fn apart(from: &Marks, to: &Marks) -> Option<f64> {
    let pairs = from.iter().zip(to).filter_map(|(a, b)| a.zip(*b));
    median(pairs.filter(|(a, b)| a.visibility.max(b.visibility) > SEEN).map(|(a, b)| b.x_px - a.x_px))
}

/// The trunk's length in the picture, px.
fn trunk_px([a, b]: &[Marks; 2], [c, d]: &[Marks; 2]) -> Option<f64> {
    let length = |n: usize| {
        let (a, b, c, d) = (a[n]?, b[n]?, c[n]?, d[n]?);
        Some((0.5 * (a.x_px + b.x_px - c.x_px - d.x_px)).hypot(0.5 * (a.y_px + b.y_px - c.y_px - d.y_px)))
    };
    let lengths: Vec<f64> = (0..a.len()).filter_map(length).collect();
    quantile(lengths.iter().copied(), TRUNK_QUANTILE).filter(|px| lengths.len() >= LEAST_POSES && *px > 1.0)
}

/// Candidates in every frame of the shots that are drawn wide.
fn look(video: &Path, scout: &Scout, frames: usize, stretches: &[Option<f64>], cancel: &Cancel) -> Result<Vec<Vec<Candidate>>> {
    let mut source = Prefetch::new(Box::new(scout.awake(video)?), PREFETCH)?;
    let mut candidates = vec![Vec::new(); frames];
    let mut search: Option<(usize, Search)> = None;
    for (frame, found) in source.by_ref().zip(&mut candidates) {
        cancel.check()?;
        let Frame { time_s, image, .. } = frame?;
        if image.empty() {
            continue;
        }
        let Some(shot) = scout.shots.iter().position(|shot| shot.holds(time_s)) else { continue };
        let Some(stretch) = stretches[shot] else { continue };
        if search.as_ref().is_none_or(|s| s.0 != shot) {
            search = Some((shot, Search::new(stretch)));
        }
        if let Some((_, search)) = &mut search {
            *found = search.look(&image, time_s, &scout.shots[shot].lifter, scout.picture)?;
        }
    }
    Ok(candidates)
}
