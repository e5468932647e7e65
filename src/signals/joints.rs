//! Filtered joints: image coordinates for drawing, plane coordinates for measuring, hidden ones marked.

use super::gridding::Gridding;
use super::landmarks::{RawPoses, Samples};
use super::observed::Observed;
use super::{BarTrack, Joint, JointTrack, Series, Side};
use crate::numeric::filter::{bridge, hampel, in_gap, low_pass, resample};
use crate::numeric::median;

/// Both sides' joints as the network marks them, by [`Joint`]; what the plate hides is out of the plane.
pub struct Marks {
    pub near: Vec<JointTrack>,
    pub far: Vec<JointTrack>,
}

impl Marks {
    pub fn of(observed: &Observed, bar: &BarTrack, px_per_cm: Option<f64>, g: &Gridding) -> Marks {
        let far = if observed.near == Side::Left { Side::Right } else { Side::Left };
        let plate = &g.config.plate;
        let clear_px = px_per_cm.map(|s| plate.foot_clear_h_cm * s);
        let side = |side: Side| {
            let mut joints: Vec<JointTrack> =
                Joint::ALL.iter().map(|j| joint_track(&observed.poses, observed.poses.of(side, *j), g)).collect();
            joints.iter_mut().for_each(|joint| hide_behind_plate(joint, bar, plate.occlusion_radius_factor));
            for j in [Joint::Ankle, Joint::Heel, Joint::Toe] {
                keep_feet(&mut joints[j as usize], bar, g.grid, clear_px, plate.occlusion_radius_factor);
            }
            joints
        };
        Marks { near: side(observed.near), far: side(far) }
    }
}

/// One joint over the grid, without regard to the plate.
fn joint_track(raw: &RawPoses, samples: Option<&Samples>, g: &Gridding) -> JointTrack {
    let Some(samples) = samples else { return unknown(g.grid.len()) };
    let filter = &g.config.filter;
    let smooth = |pick: &dyn Fn(&[f64; 3]) -> f64, seen_only: bool| -> (Series, Vec<Option<f64>>) {
        let mut row: Vec<Option<f64>> = samples.iter().map(|s| (!seen_only || s[2] >= g.visibility_min).then(|| pick(s))).collect();
        hampel(&mut row, filter.hampel_win, filter.hampel_k, 0.01 * g.trunk_px);
        let gridded = bridge(&raw.time_s, &row, g.grid, filter.gap_fill_s, filter.gap_max_s);
        (low_pass(&gridded, g.rate_hz, filter.landmark_hz), row)
    };
    let (image_x_px, _) = smooth(&|s| s[0], false);
    let (image_y_px, raw_y) = smooth(&|s| s[1], false);
    let visible = gridded_visibility(raw, samples, g.grid);
    let mut forward_px = vec![None; g.grid.len()];
    let mut up_px = vec![None; g.grid.len()];
    for i in 0..g.grid.len() {
        if let (Some(x), Some(y), true) = (image_x_px[i], image_y_px[i], visible[i] >= g.visibility_min) {
            let p = g.plane.from_image(x - g.shift_px[i][0], y - g.shift_px[i][1]);
            forward_px[i] = Some(p[0]);
            up_px[i] = Some(p[1]);
        }
    }
    let sigma_px = jitter(raw, &raw_y, &image_y_px, g);
    // A longer gap is filled, but its place is little more than a guess (SPEC 5.1.5).
    let guessed = in_gap(&raw.time_s, &raw_y, g.grid, filter.gap_fill_s);
    let confidence = visible.iter().zip(guessed).map(|(v, guess)| if guess { 0.5 * v } else { *v }).collect();
    JointTrack { image_x_px, image_y_px, forward_px, up_px, confidence, occluded: vec![false; g.grid.len()], sigma_px }
}

fn unknown(n: usize) -> JointTrack {
    JointTrack {
        image_x_px: vec![None; n],
        image_y_px: vec![None; n],
        forward_px: vec![None; n],
        up_px: vec![None; n],
        confidence: vec![0.0; n],
        occluded: vec![false; n],
        sigma_px: 0.0,
    }
}

fn gridded_visibility(raw: &RawPoses, samples: &Samples, grid: &[f64]) -> Vec<f64> {
    let row: Vec<Option<f64>> = samples.iter().map(|s| Some(s[2])).collect();
    resample(&raw.time_s, &row, grid, 0.5).into_iter().map(|v| v.unwrap_or(0.0).clamp(0.0, 1.0)).collect()
}

/// σ_j = 1.4826·MAD(raw − filtered) over the known samples (SPEC 5.1.7), px.
fn jitter(raw: &RawPoses, row: &[Option<f64>], smooth: &Series, g: &Gridding) -> f64 {
    let start = g.grid.first().copied().unwrap_or(0.0);
    let errors = raw.time_s.iter().zip(row).filter_map(|(t, v)| {
        let i = ((t - start) * g.rate_hz).round().max(0.0) as usize;
        Some((v.as_ref()? - smooth.get(i).copied().flatten()?).abs())
    });
    median(errors).unwrap_or(0.0) * 1.4826
}

/// Whether the near plate's disc, times `factor`, covers a place in the picture at a grid point.
fn covered(bar: &BarTrack, i: usize, [x, y]: [f64; 2], factor: f64) -> bool {
    let disc = bar.image_x_px[i].zip(bar.image_y_px[i]).zip(bar.radius_px[i]);
    disc.is_some_and(|((bx, by), r)| (x - bx).hypot(y - by) < factor * r)
}

/// Marks a joint hidden where it lies inside the near plate's disc and takes it out of the plane there
/// (SPEC 4.5).
fn hide_behind_plate(joint: &mut JointTrack, bar: &BarTrack, factor: f64) {
    for i in 0..joint.occluded.len() {
        let place = joint.image_x_px[i].zip(joint.image_y_px[i]);
        if place.is_some_and(|(x, y)| covered(bar, i, [x, y], factor)) {
            joint.occluded[i] = true;
            joint.forward_px[i] = None;
            joint.up_px[i] = None;
        }
    }
}

/// Feet stand still during a set: where the plate hides heel, toe or ankle, they keep the median place of
/// the frames nearest in time (within 6 s) that show them with the bar high (SPEC 4.5). A network that does not see
/// a foot behind the plate guesses it beside the plate: what that place says counts, not the guess. The `occluded`
/// mark stays.
fn keep_feet(joint: &mut JointTrack, bar: &BarTrack, grid: &[f64], clear_height_px: Option<f64>, factor: f64) {
    let clear = |i: usize| {
        !joint.occluded[i] && joint.up_px[i].is_some() && clear_height_px.is_none_or(|h| bar.height_px[i].is_none_or(|b| b >= h))
    };
    let shown: Vec<usize> = (0..grid.len()).filter(|&i| clear(i)).collect();
    if shown.len() < 5 {
        return;
    }
    let mut filled = Vec::new();
    for i in (0..grid.len()).filter(|&i| !clear(i)) {
        let at = shown.partition_point(|&s| s < i);
        let near: Vec<usize> =
            shown[at.saturating_sub(15)..(at + 15).min(shown.len())].iter().copied().filter(|&s| (grid[s] - grid[i]).abs() < 6.0).collect();
        let place = |row: &Series| median(near.iter().filter_map(|&s| row[s]));
        let usual = place(&joint.image_x_px).zip(place(&joint.image_y_px));
        if joint.occluded[i] || usual.is_some_and(|(x, y)| covered(bar, i, [x, y], factor)) {
            filled.push((i, place(&joint.forward_px), place(&joint.up_px)));
        }
    }
    for (i, forward, up) in filled {
        joint.occluded[i] = true;
        joint.forward_px[i] = forward;
        joint.up_px[i] = up;
    }
}
