//! Two scales: the near plate's plane and the lifter's midline plane (SPEC 3.4).

use super::{Scale, ScaleSource, Stand};
use crate::config::Config;
use crate::track::Track;

/// Eye to ankle as a share of stature (SPEC 3.4 [U]); the ear stands at eye height.
const EYE_TO_ANKLE: f64 = 0.897;
/// Trunk, thigh and shank as shares of stature (segment table, SPEC 4.2 [U]).
const LIMBS_OF_STATURE: f64 = 0.288 + 0.245 + 0.246;

/// Stature in the picture, px: from standing ear and ankle when seen, else from limb lengths.
pub fn body_height_px(stand: Option<&Stand>, ear_up_px: Option<f64>, limbs_px: Option<f64>) -> Option<f64> {
    let standing = stand.and_then(|s| Some((ear_up_px? - s.ankle_up_px?) / EYE_TO_ANKLE)).filter(|h| *h > 0.0);
    standing.or(limbs_px.map(|l| l / LIMBS_OF_STATURE))
}

/// Distance of the near plate from the camera, m, from an assumed field of view (SPEC 4.3).
fn plate_distance_m(track: &Track, plate_px_per_cm: f64, config: &Config) -> f64 {
    let long_side = f64::from(track.video.width_px.max(track.video.height_px));
    let focal_px = long_side / (2.0 * (config.view.hfov_default / 2.0).to_radians().tan());
    focal_px / (plate_px_per_cm * 100.0)
}

/// Relative error of the body's scale that the field of view's own error makes: the focal length errs by δ/sin(hFOV), and with it
/// the distance, of which only the part between plate and midline counts.
fn field_of_view_sigma(near_m: f64, config: &Config) -> f64 {
    let focal = config.view.hfov_sigma.to_radians() / config.view.hfov_default.to_radians().sin();
    focal * config.view.plate_lateral_m / (near_m + config.view.plate_lateral_m)
}

/// What a rim is read off by, alike in every frame, however little its readings spread: 1.3 % of 35 rendered travels, 1.4 % of the rims
/// of 80 hand-read real frames.
const RIM_SIGMA: f64 = 0.014;

/// What can be known about the scale of the lifter's plane without the stature, each with its relative error.
/// By the field of view: what zoom and crop make of it, apart from its own spread among phones (`view.hfov_sigma`).
const ZOOM_SIGMA: f64 = 0.117;
const ARM_SIGMA: f64 = 0.07;
/// Stature of lifters: 1.72 m ± 6 % (standard tables [U]).
const TYPICAL_STATURE_CM: f64 = 172.0;
const TYPICAL_STATURE_SIGMA: f64 = 0.065;
/// Body scale over plate scale as people film: 3 to 6 m away (SPEC 3.4).
const TYPICAL_PARALLAX: f64 = 0.82;
const TYPICAL_PARALLAX_SIGMA: f64 = 0.07;
/// The near elbow's distance from the midline plane, m.
const ELBOW_LATERAL_M: f64 = 0.23;

/// Sizes seen in the picture.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    pub plate_radius_px: Option<f64>,
    pub radius_spread_px: Option<f64>,
    /// Stature in the picture.
    pub body_height_px: Option<f64>,
    /// px the near elbow rises per cm of the bar's rise: the bar's known travel in the lifter's own plane.
    pub elbow_px_per_cm: Option<f64>,
}

pub fn scale(track: &Track, seen: &Seen, config: &Config) -> Scale {
    let plate_px_per_cm = seen.plate_radius_px.map(|r| 2.0 * r / config.plate.diameter_cm);
    let by_stature = config.lifter.height_cm.zip(seen.body_height_px).map(|(h, px)| px / h);
    let (body_px_per_cm, body_sigma_rel, source) = match (by_stature, plate_px_per_cm) {
        (Some(s), Some(_)) => (Some(s), Some(0.03), ScaleSource::PlateAndStature),
        (Some(s), None) => (Some(s), Some(0.03), ScaleSource::Stature),
        (None, Some(plate)) => {
            let (body, sigma) = without_stature(track, plate, seen, config);
            (Some(body), Some(sigma), ScaleSource::Plate)
        }
        (None, None) => (None, None, ScaleSource::None),
    };
    Scale {
        plate_px_per_cm,
        plate_sigma_rel: seen.plate_radius_px.map(|r| RIM_SIGMA.hypot(seen.radius_spread_px.unwrap_or(0.02 * r) / r)),
        body_px_per_cm,
        body_sigma_rel,
        source,
    }
}

/// The lifter's scale from the plate's, by inverse variance over everything that hints at it; and its relative error.
/// One of them alone is far off for a zoomed or cropped picture.
fn without_stature(track: &Track, plate: f64, seen: &Seen, config: &Config) -> (f64, f64) {
    let near_m = plate_distance_m(track, plate, config);
    let middle_m = near_m + config.view.plate_lateral_m;
    let elbow_m = middle_m - ELBOW_LATERAL_M;
    let hints = [
        Some((plate * near_m / middle_m, ZOOM_SIGMA.hypot(field_of_view_sigma(near_m, config)))),
        Some((plate * TYPICAL_PARALLAX, TYPICAL_PARALLAX_SIGMA)),
        seen.body_height_px.map(|px| (px / TYPICAL_STATURE_CM, TYPICAL_STATURE_SIGMA)),
        seen.elbow_px_per_cm.map(|s| (s * elbow_m / middle_m, ARM_SIGMA)),
    ];
    let (sum, weight) = hints.into_iter().flatten().filter(|h| h.0 > 0.0).fold((0.0, 0.0), |(sum, weight), (s, sigma)| {
        let w = 1.0 / (sigma * sigma);
        (sum + w * s.ln(), weight + w)
    });
    // No lifter stands nearer to the camera than the plate, or beyond twice its distance.
    ((sum / weight).exp().clamp(0.5 * plate, 0.97 * plate), (1.0 / weight).sqrt())
}
