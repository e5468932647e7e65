//! From filtered joints and the plate's path to evidence.

use super::super::plane::Plane;
use super::super::{BarEvidence, BarTrack, Camera, Joint, JointTrack};
use super::evidence::{Evidence, Prior, Sighting};
use super::model::{Model, POINTS, Point};
use crate::config::Centres;
use crate::numeric::median;

/// Why no body was fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FitError {
    #[error("shoulder, hip, knee and ankle are seen in {0} frames only")]
    TooLittle(usize),
    #[error("no body explains what was seen")]
    Unexplained { cost: f64 },
    #[error("what was seen does not determine a body")]
    NoSolution,
    #[error("the lifter is not seen from the side")]
    View,
}

/// What the fit reads of a clip.
pub struct Clip<'a> {
    /// Near side, by [`Joint`]: the network's own points in the picture, hidden ones marked.
    pub joints: &'a [JointTrack],
    pub bar: &'a BarTrack,
    pub camera: &'a Camera,
    pub plane: Plane,
    /// Image shift of the background per grid point, px.
    pub shift_px: &'a [[f64; 2]],
    pub rate_hz: f64,
    /// The network's hip–shoulder length, px.
    pub trunk_px: f64,
    pub instrument: Instrument,
}

/// How the network marks joints.
#[derive(Debug, Clone)]
pub struct Instrument {
    /// Where its points lie against the joint centres, if that was measured.
    pub centres: Option<Centres>,
}

/// σ of one mark, one axis, seen and behind the plate, trunks: between hand-read real frames and rendered ones
/// (`docs/calibration.md`).
fn mark_sigma(point: Point) -> [[f64; 2]; 2] {
    match point {
        Point::Shoulder => [[0.035; 2], [0.06; 2]],
        Point::Hip => [[0.05; 2], [0.09; 2]],
        Point::Knee => [[0.05; 2], [0.10; 2]],
        Point::Ankle => [[0.04; 2], [0.22; 2]],
        // Annotators differ on how far down an arm the elbow is, not on which side of it.
        Point::Elbow => [[0.06, 0.3]; 2],
        Point::Hand => [[f64::INFINITY; 2]; 2],
    }
}

/// Times the σ of a body whose head is out of the picture or covered for a while: the network then puts shoulders on the belt (real
/// lockouts). Where the head is hardly ever seen nothing is better.
const HEADLESS: f64 = 6.0;

/// What σ grows by at a grid point for want of a head.
fn headless(clip: &Clip) -> impl Fn(usize) -> f64 {
    let seen = |joint: Joint| -> Vec<bool> {
        let track = &clip.joints[joint as usize];
        track.image_x_px.iter().zip(&track.image_y_px).map(|(x, y)| x.is_some() && y.is_some()).collect()
    };
    let (heads, shoulders) = (seen(Joint::Ear), seen(Joint::Shoulder));
    let count = |of: &[bool]| of.iter().filter(|s| **s).count();
    let usual = 2 * count(&heads) > count(&shoulders);
    move |i| if usual && !heads[i] { HEADLESS } else { 1.0 }
}

fn joint(point: Point) -> Joint {
    match point {
        Point::Shoulder => Joint::Shoulder,
        Point::Hip => Joint::Hip,
        Point::Knee => Joint::Knee,
        Point::Ankle => Joint::Ankle,
        Point::Elbow => Joint::Elbow,
        Point::Hand => Joint::Wrist,
    }
}

/// Steeper than this the picture says nothing about the sagittal plane, degrees.
const MOST_YAW_DEG: f64 = 55.0;
const YAW_HELD_DEG: f64 = 0.5;
const LEAST_SEEN: usize = 8;
/// The bar is off the floor, trunks; and how long before it the hands already hold it straight-armed, s.
const LIFTED: f64 = 0.03;
/// From this height of the bar, trunks, plate and knee are clear of the elbow.
const ELBOW_CLEAR: f64 = 0.5;
const GRIPPED_BEFORE_S: f64 = 0.4;
/// Feet stand from this long before the bar leaves the floor until this long after it is back, s.
const STANDING_S: [f64; 2] = [1.5, 0.7];
/// How far an ankle wanders, trunks per √s: standing under the bar, and walking about.
const WANDER: [f64; 2] = [0.01, 0.5];
/// The hand at lift-off against the ankle, trunks: mid-foot lies ahead of the ankle, and the bar of a 450 mm plate 22.5 cm up.
const HAND_FROM_ANKLE: [[f64; 2]; 2] = [[0.15, 0.25], [0.31, 0.12]];

pub fn evidence(clip: &Clip) -> Result<Evidence, FitError> {
    let yaw_deg = clip.camera.yaw_deg.filter(|y| y.abs() <= MOST_YAW_DEG).ok_or(FitError::View)?;
    let frames = clip.shift_px.len();
    let u = clip.trunk_px;
    let held = held(clip);
    let mut sightings = Vec::new();
    let headless = headless(clip);
    for point in POINTS {
        let track = &clip.joints[joint(point) as usize];
        for i in 0..frames {
            let Some((px, py)) = track.image_x_px[i].zip(track.image_y_px[i]) else { continue };
            let hidden = track.occluded[i];
            // Free arms bend, and behind plate and knee the elbow is a guess.
            if point == Point::Elbow && (hidden || !held[i] || clip.bar.height_px[i].is_none_or(|h| h < ELBOW_CLEAR * u)) {
                continue;
            }
            let at = clip.plane.from_image(px - clip.shift_px[i][0], py - clip.shift_px[i][1]).map(|v| v / u);
            let unsure = headless(i) * (1.0 + 2.0 * (1.0 - track.confidence[i]));
            let sigma = mark_sigma(point)[usize::from(hidden)].map(|s| s * unsure);
            sightings.push(Sighting { frame: i, point, at, sigma, hidden });
        }
    }
    let whole = [Point::Shoulder, Point::Hip, Point::Knee, Point::Ankle];
    let least = whole.iter().map(|p| sightings.iter().filter(|s| s.point == *p).count()).min().unwrap_or(0);
    if least < LEAST_SEEN {
        return Err(FitError::TooLittle(least));
    }
    let ankle = |axis: usize| {
        let places = |seen_only: bool| {
            median(sightings.iter().filter(|s| s.point == Point::Ankle && !(seen_only && s.hidden) && held[s.frame]).map(|s| s.at[axis]))
        };
        places(true).or(places(false)).or(median(sightings.iter().filter(|s| s.point == Point::Ankle).map(|s| s.at[axis]))).unwrap_or(0.0)
    };
    let hand = [0, 1].map(|axis| [ankle(axis) + HAND_FROM_ANKLE[axis][0], HAND_FROM_ANKLE[axis][1]]);
    let toward = if clip.camera.from_behind { -1.0 } else { 1.0 };
    let yaw = [toward * yaw_deg.to_radians(), YAW_HELD_DEG.to_radians()];
    let degrees = |d: f64| d.to_radians();
    Ok(Evidence {
        model: Model { centres: clip.instrument.centres.clone() },
        frames,
        dt_s: 1.0 / clip.rate_hz,
        bar: bar(clip, &held),
        wander: wander(&held, clip.rate_hz),
        sightings,
        prior: Prior { yaw, hand, rest: [degrees(85.0), degrees(100.0), degrees(70.0), degrees(-90.0)] },
    })
}

/// Whether the bar hangs in the hands, by grid point.
pub fn held(clip: &Clip) -> Vec<bool> {
    let n = clip.shift_px.len();
    if clip.bar.evidence != BarEvidence::Plate {
        return vec![false; n];
    }
    let lifted: Vec<bool> = clip.bar.height_px.iter().map(|h| h.is_some_and(|h| h > LIFTED * clip.trunk_px)).collect();
    let ahead = (GRIPPED_BEFORE_S * clip.rate_hz) as usize;
    (0..n).map(|i| lifted[i..(i + ahead + 1).min(n)].contains(&true)).collect()
}

/// The plate's place from where it lay at lift-off, while held and really seen.
fn bar(clip: &Clip, held: &[bool]) -> Vec<(usize, [f64; 2])> {
    let place = |i: usize| Some([clip.bar.forward_px[i]?, clip.bar.height_px[i]?].map(|v| v / clip.trunk_px));
    let seen = |i: usize| held[i] && clip.bar.seen[i];
    let Some(forward) = median((0..held.len()).filter(|&i| seen(i)).filter_map(place).map(|p| p[0])) else { return vec![] };
    (0..held.len()).filter(|&i| seen(i)).filter_map(|i| place(i).map(|p| (i, [p[0] - forward, p[1]]))).collect()
}

fn wander(held: &[bool], rate_hz: f64) -> Vec<f64> {
    let [before, after] = STANDING_S.map(|s| (s * rate_hz) as usize);
    let stands = |i: usize| held[i.saturating_sub(after)..(i + before + 1).min(held.len())].contains(&true);
    (1..held.len()).map(|i| WANDER[usize::from(!stands(i))] / rate_hz.sqrt()).collect()
}
