//! The lifter's sizes in the picture: what the scales are told by.

use super::contour::line_slope;
use super::proportions::TRUNK_OF_STATURE;
use super::stand::Shown;
use super::{BarTrack, Joint, Stand, stand};
use crate::config::Config;
use crate::numeric::{median, quantile};

/// Eye to ankle as a share of stature (SPEC 3.4 [U]); the ear stands at eye height.
const EYE_TO_ANKLE: f64 = 0.897;
/// Trunk, thigh and shank as shares of stature (segment table, SPEC 4.2 [U]).
const LIMBS_OF_STATURE: f64 = TRUNK_OF_STATURE + 0.245 + 0.246;

/// Least sightings of the elbow beside the plate, and least travel of the bar over them, cm.
const LEAST_ELBOWS: usize = 15;
const LEAST_TRAVEL_CM: f64 = 20.0;

/// What of the lifter can be measured in the picture.
pub struct Sizes {
    /// Standing with the bar on the floor, where the clip shows it.
    pub stand: Option<Stand>,
    /// Stature.
    pub body_height_px: Option<f64>,
    /// Heel to toe where the plate hides neither.
    pub foot_length_px: Option<f64>,
    /// px the near elbow rises per cm of the bar's rise: the bar's known travel in the lifter's own plane.
    pub elbow_px_per_cm: Option<f64>,
}

impl Sizes {
    pub fn of(shown: &Shown, bar: &BarTrack, config: &Config) -> Sizes {
        let stand = stand::find(shown);
        let standing_ear = stand.as_ref().and_then(|w| {
            let range = shown.grid.range(w.window_s[0], w.window_s[1]);
            median(shown.near(Joint::Ear).up_px[range].iter().flatten().copied())
        });
        Sizes {
            body_height_px: body_height_px(stand.as_ref(), standing_ear, limbs(shown)),
            foot_length_px: foot_length(shown),
            elbow_px_per_cm: elbow_rise(shown, bar, config),
            stand,
        }
    }
}

/// Stature in the picture, px: from standing ear and ankle when seen, else from limb lengths.
fn body_height_px(stand: Option<&Stand>, ear_up_px: Option<f64>, limbs_px: Option<f64>) -> Option<f64> {
    let standing = stand.and_then(|s| Some((ear_up_px? - s.ankle_up_px?) / EYE_TO_ANKLE)).filter(|h| *h > 0.0);
    standing.or(limbs_px.map(|l| l / LIMBS_OF_STATURE))
}

/// Trunk, thigh and shank: 90th percentiles of their lengths where seen, px.
fn limbs(s: &Shown) -> Option<f64> {
    let length = |a: Joint, b: Joint| {
        let (p, q) = (s.near(a), s.near(b));
        let lengths = (0..s.samples()).filter_map(|i| Some((p.forward_px[i]? - q.forward_px[i]?).hypot(p.up_px[i]? - q.up_px[i]?)));
        quantile(lengths, 0.9)
    };
    Some(length(Joint::Hip, Joint::Shoulder)? + length(Joint::Knee, Joint::Hip)? + length(Joint::Ankle, Joint::Knee)?)
}

fn foot_length(s: &Shown) -> Option<f64> {
    let (heel, toe) = (s.near(Joint::Heel), s.near(Joint::Toe));
    let clear = (0..s.samples()).filter(|&i| !heel.occluded[i] && !toe.occluded[i]);
    median(clear.filter_map(|i| Some((toe.forward_px[i]? - heel.forward_px[i]?).abs())))
}

/// Slope over all samples in which the elbow is clear of the plate.
fn elbow_rise(s: &Shown, bar: &BarTrack, config: &Config) -> Option<f64> {
    let elbow = &s.near(Joint::Elbow).up_px;
    let pairs: Vec<(f64, f64)> = (0..s.samples())
        .filter(|&i| bar.seen[i])
        .filter_map(|i| Some((bar.height_cm[i].filter(|h| *h >= config.s2.elbow_clear_cm)?, elbow[i]?)))
        .collect();
    let spread = quantile(pairs.iter().map(|p| p.0), 0.95)? - quantile(pairs.iter().map(|p| p.0), 0.05)?;
    if pairs.len() < LEAST_ELBOWS || spread < LEAST_TRAVEL_CM {
        return None;
    }
    line_slope(&pairs).filter(|slope| *slope > 0.0)
}
