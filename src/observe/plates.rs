//! The near plate in a shot: where in the picture it is looked for, and the path through what was found.

use super::persons::Person;
use crate::bar::{self, Candidate, Hint, PlateFinder};
use crate::error::{Error, Result};
use crate::pose::Network;
use crate::track::{FrameObs, Joint, PlateObs, PoseObs, RectPx, Side, arms};
use opencv::core::{Mat, Rect};

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

/// From the middle of the bar to the outermost plate, plate radii: 0.66 m of grip and sleeve collar, and a stack of plates.
const BESIDE_RADII: f64 = 3.5;

/// How far the camera stands off a lifter's side, as far as the plates in a picture depend on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// Degrees, from 0.
    pub yaw_deg: f64,
    /// On which side of the lifter the near plate stands in the picture: 1 right, -1 left.
    pub to_right: f64,
}

impl Turn {
    /// Seen from the side, or nothing to go by.
    pub const NONE: Turn = Turn { yaw_deg: 0.0, to_right: 1.0 };

    /// Where the outermost plate stands beside the hands in a picture drawn so wide, plate radii, + to the right.
    fn beside_radii(&self, stretch: f64) -> f64 {
        self.to_right * BESIDE_RADII * self.yaw_deg.to_radians().sin() * stretch
    }
}

/// Looks for plates in the frames of one shot, one after the other.
pub(super) struct Search {
    finder: PlateFinder,
    next_s: f64,
}

impl Search {
    /// In frames as they are (1), or drawn so many times as wide.
    pub fn new(stretch: f64) -> Search {
        Search { finder: PlateFinder::new(stretch), next_s: f64::NEG_INFINITY }
    }

    /// Candidates around a lifter; none in frames that come too soon after another.
    pub fn look(&mut self, image: &Mat, time_s: f64, person: &Person, picture: RectPx) -> Result<Vec<Candidate>> {
        if time_s < self.next_s {
            return Ok(Vec::new());
        }
        self.next_s = time_s + PLATE_EVERY_S;
        let size = person.size_px();
        let body = BODY_OF_REGION * person.usual_size_px();
        let middle = person.seed(time_s).or_else(|| person.sightings.first().map(|s| s.roi));
        let Some(middle) = middle else { return Ok(Vec::new()) };
        // As wide as the arms reach with a plate beside them; from the head down to below the feet.
        let (left, right) =
            ((middle.x_px - 0.62 * size).max(picture.x_px), (middle.x_px + 0.62 * size).min(picture.x_px + picture.width_px));
        let (top, foot) =
            ((middle.y_px - 0.35 * size).max(picture.y_px), (middle.y_px + LOWEST * size).min(picture.y_px + picture.height_px));
        let region = Rect::new(left as i32, top as i32, (right - left).max(0.0) as i32, (foot - top).max(0.0) as i32);
        match self.finder.find(image, region, RADIUS_FROM * body, RADIUS_TO * body) {
            Ok(found) => Ok(found),
            Err(bar::BarError::EmptyRegion) => Ok(Vec::new()),
            Err(e) => Err(Error::internal(format!("the search for the plate failed: {e}"))),
        }
    }
}

/// The plate's path through a shot, in the frame's own pixels, out of candidates found in frames drawn `stretch` times as wide.
pub(super) fn linked(
    network: &Network,
    frames: &[FrameObs],
    candidates: &[Vec<Candidate>],
    turn: Turn,
    stretch: f64,
) -> Vec<Option<Candidate>> {
    let times: Vec<f64> = frames.iter().map(|f| f.time_s).collect();
    let seen: Vec<_> = frames.iter().map(|f| f.pose.as_ref().and_then(|p| hands(network, p))).collect();
    let mut hints = hints(&times, &seen);
    for hint in &mut hints {
        hint.beside_radii = turn.beside_radii(stretch);
        hint.hands_px = hint.hands_px.map(|[x, y]| [x * stretch, y]);
    }
    bar::link(&times, candidates, &hints).into_iter().map(|c| c.map(|c| c.narrowed(stretch))).collect()
}

/// Writes a path into its frames.
pub(super) fn give(path: Vec<Option<Candidate>>, frames: &mut [FrameObs]) {
    for (frame, plate) in frames.iter_mut().zip(path) {
        frame.plate = plate.map(|c| PlateObs {
            x_px: c.x_px,
            y_px: c.y_px,
            major_px: c.major_px,
            minor_px: c.minor_px,
            angle_deg: c.angle_deg,
            coverage: c.coverage,
            sigma_px: c.sigma_px,
        });
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
            Hint { hands_px, ..Hint::default() }
        })
        .collect()
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
