//! Two scales: the near plate's plane and the lifter's midline plane (SPEC 3.4).

use super::plate::PlatePath;
use super::proportions::TYPICAL_STATURE_CM;
use super::sizes::Sizes;
use super::{Scale, ScaleSource, Series};
use crate::config::Config;
use crate::numeric::quantile;
use crate::track::Track;

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

/// What a rim is read off by, alike in every frame, however little its readings spread (`docs/calibration.md`).
const RIM_SIGMA: f64 = 0.014;

/// What can be known about the scale of the lifter's plane without the stature, each with its relative error.
/// By the field of view: what zoom and crop make of it, apart from its own spread among phones (`view.hfov_sigma`).
const ZOOM_SIGMA: f64 = 0.117;
const ARM_SIGMA: f64 = 0.07;
/// Scatter of lifters' statures (standard tables [U]).
const TYPICAL_STATURE_SIGMA: f64 = 0.065;
/// Body scale over plate scale as people film: 3 to 6 m away (SPEC 3.4).
const TYPICAL_PARALLAX: f64 = 0.82;
const TYPICAL_PARALLAX_SIGMA: f64 = 0.07;
/// The near elbow's distance from the midline plane, m.
const ELBOW_LATERAL_M: f64 = 0.23;

/// Body scale over plate scale that no camera can see: the plate is nearer than the lifter, and at most as much as from 2 m.
const SCALE_RATIO: [f64; 2] = [0.60, 0.97];
/// How far off a stature is that was told, relative, and how many σ of a stature are a breach.
const TOLD_STATURE_SIGMA: f64 = 0.03;
const BREACH_SIGMAS: f64 = 2.0;

/// The scales, and why the plate's is in doubt.
pub struct Scales {
    pub scale: Scale,
    pub doubt: Option<Doubt>,
}

/// Plate and lifter cannot both have the sizes they are taken for (SPEC 4.6): a plate of another diameter, or one of its inner
/// rings taken for the rim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Doubt {
    /// How many times the scale may be off, above 1.
    pub off: f64,
    /// The plate looks too small, else too large.
    pub small: bool,
}

impl Scales {
    pub fn of(track: &Track, plate: &Plate, sizes: &Sizes, config: &Config) -> Scales {
        let plate_px_per_cm = plate.px_per_cm;
        let by_stature = config.lifter.height_cm.zip(sizes.body_height_px).map(|(h, px)| px / h);
        let (body_px_per_cm, body_sigma_rel, source) = match (by_stature, plate_px_per_cm) {
            (Some(s), Some(_)) => (Some(s), Some(TOLD_STATURE_SIGMA), ScaleSource::PlateAndStature),
            (Some(s), None) => (Some(s), Some(TOLD_STATURE_SIGMA), ScaleSource::Stature),
            (None, Some(plate)) => {
                let (body, sigma) = without_stature(track, plate, sizes, config);
                (Some(body), Some(sigma), ScaleSource::Plate)
            }
            (None, None) => (None, None, ScaleSource::None),
        };
        let doubt = plate_px_per_cm.zip(sizes.body_height_px).and_then(|(plate, px)| doubt(plate, px, config));
        let plate_sigma_rel = doubt.map_or(plate.sigma_rel, |d| Some(plate.sigma_rel.unwrap_or(0.0).max(d.off - 1.0)));
        Scales { scale: Scale { plate_px_per_cm, plate_sigma_rel, body_px_per_cm, body_sigma_rel, source }, doubt }
    }
}

/// The near plate over the clip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plate {
    pub px_per_cm: Option<f64>,
    pub sigma_rel: Option<f64>,
}

impl Plate {
    /// The scale of the load's own centimetres, with its error by how the radius spreads.
    pub fn of(path: &PlatePath, radius_px: &Series) -> Plate {
        let radius = |share: f64| quantile(radius_px.iter().flatten().copied(), share);
        let spread = radius(0.84).zip(radius(0.16)).map(|(a, b)| 0.5 * (a - b));
        Plate { px_per_cm: path.px_per_cm, sigma_rel: path.usual_radius_px.map(|r| RIM_SIGMA.hypot(spread.unwrap_or(0.02 * r) / r)) }
    }
}

fn doubt(plate: f64, body_height_px: f64, config: &Config) -> Option<Doubt> {
    let stature = config.lifter.height_cm;
    let ratio = body_height_px / stature.unwrap_or(TYPICAL_STATURE_CM) / plate;
    let margin = 1.0 + BREACH_SIGMAS * if stature.is_some() { TOLD_STATURE_SIGMA } else { TYPICAL_STATURE_SIGMA };
    let [least, most] = SCALE_RATIO;
    if ratio > most * margin {
        Some(Doubt { off: ratio / most, small: true })
    } else if ratio < least / margin {
        Some(Doubt { off: least / ratio, small: false })
    } else {
        None
    }
}

/// The lifter's scale from the plate's, by inverse variance over everything that hints at it; and its relative error.
/// One of them alone is far off for a zoomed or cropped picture.
fn without_stature(track: &Track, plate: f64, sizes: &Sizes, config: &Config) -> (f64, f64) {
    let near_m = plate_distance_m(track, plate, config);
    let middle_m = near_m + config.view.plate_lateral_m;
    let elbow_m = middle_m - ELBOW_LATERAL_M;
    let hints = [
        Some((plate * near_m / middle_m, ZOOM_SIGMA.hypot(field_of_view_sigma(near_m, config)))),
        Some((plate * TYPICAL_PARALLAX, TYPICAL_PARALLAX_SIGMA)),
        sizes.body_height_px.map(|px| (px / TYPICAL_STATURE_CM, TYPICAL_STATURE_SIGMA)),
        sizes.elbow_px_per_cm.map(|s| (s * elbow_m / middle_m, ARM_SIGMA)),
    ];
    let (sum, weight) = hints.into_iter().flatten().filter(|h| h.0 > 0.0).fold((0.0, 0.0), |(sum, weight), (s, sigma)| {
        let w = 1.0 / (sigma * sigma);
        (sum + w * s.ln(), weight + w)
    });
    // No lifter stands nearer to the camera than the plate, or beyond twice its distance.
    ((sum / weight).exp().clamp(0.5 * plate, SCALE_RATIO[1] * plate), (1.0 / weight).sqrt())
}
