//! Where the camera stands: facing, yaw, view, roll, movement (SPEC 4).

use super::landmarks::RawPoses;
use super::{Camera, Facing, Joint, RollSource, Side, View};
use crate::config::Config;
use crate::numeric::filter::{median, quantile};
use crate::track::{Track, turned};

/// The far side is a guess when hidden.
const YAW_SIGMA_DEG: f64 = 3.0;
const ROLL_ASSUMED_SIGMA_DEG: f64 = 2.0;

/// A pair that is so much further apart than its median says, trunks, changes sides within the clip (of 62 real clips from the side the most
/// is 0.15, at a knee).
const TURNED_OVER: f64 = 0.2;

/// Which way the toes point: in bent frames knees and hands lie ahead of the hips (never from nose and
/// ear: a hanging head flips them). Fallback: toe against heel.
pub fn facing(raw: &RawPoses) -> Option<Facing> {
    let mut sum = 0.0;
    for n in 0..raw.len() {
        let [s, h, k, w] = [Joint::Shoulder, Joint::Hip, Joint::Knee, Joint::Wrist].map(|j| raw.middle(j, n));
        let (Some(s), Some(h), Some(k), Some(w), Some(trunk)) = (s, h, k, w, raw.trunk_px(None, n)) else { continue };
        if trunk > 1.0 && (s[1] - h[1]).abs() < 0.8 * trunk {
            sum += ((0.5 * (k[0] + w[0]) - h[0]) / trunk).clamp(-1.0, 1.0);
        }
    }
    if sum.abs() < 1.0 {
        let foot = |side: Side| {
            let (toe, heel) = (raw.of(side, Joint::Toe)?, raw.of(side, Joint::Heel)?);
            median(toe.iter().zip(heel).map(|(t, h)| t[0] - h[0]))
        };
        sum = foot(Side::Left).unwrap_or(0.0) + foot(Side::Right).unwrap_or(0.0);
    }
    if sum > 0.0 {
        Some(Facing::Right)
    } else if sum < 0.0 {
        Some(Facing::Left)
    } else {
        None
    }
}

/// Spread of a left/right pair across the picture over the trunk's length, median over the clip; signed:
/// + = the left one is further right in the picture (the lifter is seen from the front).
fn spread(raw: &RawPoses, joint: Joint, trunk_px: f64) -> Option<f64> {
    let (left, right) = (raw.of(Side::Left, joint)?, raw.of(Side::Right, joint)?);
    let apart: Vec<f64> = left.iter().zip(right).filter(|(a, b)| a[2].max(b[2]) > 0.5).map(|(a, b)| (a[0] - b[0]) / trunk_px).collect();
    let signed = median(apart.iter().copied())?;
    let width = median(apart.iter().map(|s| s.abs()))?;
    // Without a face in the picture a network takes front for back and back again: that costs the sign, not the width.
    Some(if width - signed.abs() > TURNED_OVER { width.copysign(signed) } else { signed })
}

/// Yaw from shoulders, hips and the plate's flatness; view class; the rest from the scene.
pub fn camera(track: &Track, raw: &RawPoses, trunk_px: f64, config: &Config) -> Camera {
    let facing = facing(raw);
    let shoulders = spread(raw, Joint::Shoulder, trunk_px);
    let hips = spread(raw, Joint::Hip, trunk_px);
    let by_plate = plate_yaw(track);
    let turned = turned::yaw_deg(shoulders, hips);
    let yaw_deg = match (turned.map(f64::abs), by_plate) {
        (Some(b), Some((p, sigma))) => {
            let (wb, wp) = (1.0 / YAW_SIGMA_DEG.powi(2), 1.0 / sigma.powi(2));
            Some((b * wb + p * wp) / (wb + wp))
        }
        (b, p) => b.or(p.map(|p| p.0)),
    };
    let v = &config.view;
    let view = match yaw_deg {
        None => View::Unknown,
        Some(y) if y <= v.side_max => View::Side,
        Some(y) if y <= v.oblique_max => View::Oblique,
        Some(_) if shoulders.unwrap_or(0.0) >= 0.0 => View::Front,
        Some(_) => View::Rear,
    };
    let speed = track.scene.camera_speed_per_s.unwrap_or(0.0);
    Camera {
        view,
        yaw_deg,
        yaw_sigma_deg: yaw_deg.map(|_| YAW_SIGMA_DEG),
        from_behind: turned.is_some_and(|t| t < 0.0),
        roll_deg: track.scene.roll_deg.unwrap_or(0.0),
        roll_sigma_deg: track.scene.roll_deg.map_or(ROLL_ASSUMED_SIGMA_DEG, |_| track.scene.roll_sigma_deg.unwrap_or(0.5)),
        roll_source: if track.scene.roll_deg.is_some() { RollSource::BackgroundLines } else { RollSource::Assumed },
        facing: facing.filter(|_| !matches!(view, View::Front | View::Rear)),
        moving: speed > 0.005,
        residual_px: track.scene.camera_residual_px,
    }
}

/// acos(minor/major) of the near plate, usable above about 15°; with its σ.
fn plate_yaw(track: &Track) -> Option<(f64, f64)> {
    let flat: Vec<f64> =
        track.frames.iter().filter_map(|f| f.plate).filter(|p| p.coverage > 0.6).map(|p| p.minor_px / p.major_px).collect();
    if flat.len() < 10 {
        return None;
    }
    let ratio = median(flat.iter().copied())?;
    let yaw = ratio.min(1.0).acos().to_degrees();
    let scatter = quantile(flat.iter().copied(), 0.84)? - quantile(flat.iter().copied(), 0.16)?;
    let sigma = (0.5 * scatter / yaw.to_radians().sin().max(0.1)).to_degrees().clamp(3.0, 30.0);
    (yaw > 15.0).then_some((yaw, sigma))
}

#[cfg(test)]
mod tests {
    use super::super::landmarks::Rows;
    use super::*;

    /// Shoulders whose left one is so far right of the right one, px.
    fn shoulders(apart: &[f64]) -> RawPoses {
        let row = |at: &dyn Fn(f64) -> f64| apart.iter().map(|s| [at(*s), 100.0, 1.0]).collect::<Vec<_>>();
        let rows = Rows::of(|side, joint| (joint == Joint::Shoulder).then_some(usize::from(side == Side::Right)));
        RawPoses {
            time_s: (0..apart.len()).map(|n| n as f64 / 10.0).collect(),
            frame: (0..apart.len()).collect(),
            landmarks: vec![row(&|s| 300.0 + s), row(&|_| 300.0)],
            rows,
            swapped: 0,
        }
    }

    #[test]
    fn a_front_view_that_turns_over_now_and_then_stays_wide_and_a_side_view_narrow() {
        let told = |apart: &[f64]| spread(&shoulders(apart), Joint::Shoulder, 100.0).unwrap();
        assert_eq!(told(&[80.0, 82.0, -79.0, -80.0, 3.0, 81.0, -78.0]), 0.8);
        assert!(told(&[-80.0, -82.0, -79.0, 81.0, 2.0]) < -0.7);
        assert_eq!(told(&[5.0, -4.0, 1.0, -6.0, 3.0]), 0.01);
    }
}
