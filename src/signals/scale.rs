//! Two scales: the near plate's plane and the lifter's midline plane (SPEC 3.4).

use super::{Scale, Stand};
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

pub fn scale(
    track: &Track,
    plate_radius_px: Option<f64>,
    radius_spread: Option<f64>,
    body_height_px: Option<f64>,
    config: &Config,
) -> Scale {
    let plate_px_per_cm = plate_radius_px.map(|r| 2.0 * r / config.plate.diameter_cm);
    let by_plate = plate_px_per_cm.map(|s| {
        let near = plate_distance_m(track, s, config);
        let far = near + config.view.plate_lateral_m;
        s * near / far
    });
    let by_stature = config.lifter.height_cm.zip(body_height_px).map(|(h, px)| px / h);
    let (body_px_per_cm, body_sigma_rel, source) = match (by_stature, by_plate) {
        (Some(s), Some(_)) => (Some(s), Some(0.03), "plate+stature"),
        (Some(s), None) => (Some(s), Some(0.03), "stature"),
        (None, Some(p)) => (Some(p), Some(0.07), "plate"),
        (None, None) => (None, None, "none"),
    };
    Scale {
        plate_px_per_cm,
        plate_sigma_rel: plate_radius_px.map(|r| radius_spread.unwrap_or(0.02 * r) / r),
        body_px_per_cm,
        body_sigma_rel,
        source: source.into(),
    }
}
