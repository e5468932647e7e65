//! The landmark network: 256 × 256 crop in, 33 landmarks and the person's outline out.

use super::outline::Tracer;
use crate::device::Device;
use crate::numeric::stats::logistic_f32;
use crate::pose::crop::Crop;
use crate::pose::geometry::{Affine, Roi};
use crate::pose::runtime::Session;
use crate::pose::{PoseError, PoseEstimator};
use crate::track::skeleton::{BLAZEPOSE_33, Layout};
use crate::track::{LandmarkObs, PoseObs};
use ndarray::{ArrayView2, ArrayView3};
use opencv::core::Mat;
use std::path::Path;

pub(super) const SIDE: usize = 256;
/// Body landmarks; 33 and 34 are the next region's centre and scale point.
const LANDMARKS: usize = 33;
const POINTS: usize = 39;
const VALUES: usize = 5;
const HEAT_SIDE: usize = 64;
/// Refinement window and least heat, as in MediaPipe's refinement.
const WINDOW: usize = 7;
const HEAT_MIN: f32 = 0.5;
/// The person is lost at or below this score, as in MediaPipe.
const SCORE_MIN: f32 = 0.5;

pub struct Landmarker {
    session: Session,
    crop: Crop,
    tracer: Tracer,
}

impl Landmarker {
    pub fn new(model: &Path, device: Device) -> Result<Self, PoseError> {
        Ok(Landmarker { session: Session::from_file(model, device)?, crop: Crop::new(SIDE, SIDE), tracer: Tracer::new(SIDE, SIDE) })
    }
}

impl PoseEstimator for Landmarker {
    fn estimate(&mut self, image: &Mat, roi: Roi) -> Result<Option<(PoseObs, Roi)>, PoseError> {
        if !roi.is_usable() {
            return Ok(None);
        }
        let frame_from_crop = self.crop.fill(image, roi)?;
        let outputs = self.session.run([1, SIDE, SIDE, 3], self.crop.tensor())?;
        let score = outputs.array("Identity_1", 1)?[0];
        if score.is_nan() || score <= SCORE_MIN {
            return Ok(None);
        }
        let raw = outputs.array("Identity", (POINTS, VALUES))?;
        let heat = outputs.array("Identity_3", (HEAT_SIDE, HEAT_SIDE, POINTS))?;
        let mask = outputs.array("Identity_2", (SIDE, SIDE))?;
        let mut points: Vec<[f32; 2]> = raw.outer_iter().map(|p| [p[0], p[1]]).collect();
        refine(&mut points, &heat);
        let in_frame = |p: [f32; 2]| frame_from_crop.apply(p.map(f64::from));
        let next = Roi::from_axis(in_frame(points[LANDMARKS]), in_frame(points[LANDMARKS + 1]));
        let landmarks = points.iter().take(LANDMARKS).zip(raw.outer_iter());
        let pose = PoseObs {
            score: f64::from(score),
            landmarks: landmarks.map(|(&p, raw)| landmark(in_frame(p), raw[3])).collect(),
            outline: outline(&mut self.tracer, &mask, &frame_from_crop),
            mask_cell_px: roi.size_px / SIDE as f64,
        };
        Ok(next.is_usable().then_some((pose, next)))
    }

    fn layout(&self) -> &'static Layout {
        &BLAZEPOSE_33
    }
}

fn landmark([x_px, y_px]: [f64; 2], visibility_logit: f32) -> LandmarkObs {
    LandmarkObs { x_px, y_px, visibility: f64::from(logistic_f32(visibility_logit)) }
}

fn outline(tracer: &mut Tracer, mask: &ArrayView2<f32>, frame_from_crop: &Affine) -> Vec<Vec<[f64; 2]>> {
    let polygons = tracer.trace(mask.as_slice().unwrap_or_default());
    polygons.into_iter().map(|p| p.into_iter().map(|at| frame_from_crop.apply(at)).collect()).collect()
}

/// Moves each point to the centroid of its heat around it where the heat is high enough; without this
/// the error doubles. `points` are crop pixels, `heat` logits [64 rows × 64 columns × 39 points].
pub fn refine(points: &mut [[f32; 2]], heat: &ArrayView3<f32>) {
    let cells_per_px = HEAT_SIDE as f32 / SIDE as f32;
    for (i, point) in points.iter_mut().enumerate() {
        let [cx, cy] = point.map(|v| (v * cells_per_px) as i32);
        if !(0..HEAT_SIDE as i32).contains(&cx) || !(0..HEAT_SIDE as i32).contains(&cy) {
            continue;
        }
        let reach = |c: i32| (c as usize).saturating_sub(WINDOW / 2)..(c as usize + WINDOW / 2 + 1).min(HEAT_SIDE);
        let (mut total, mut sx, mut sy, mut most) = (0.0, 0.0, 0.0, 0.0f32);
        for y in reach(cy) {
            for x in reach(cx) {
                let h = logistic_f32(heat[[y, x, i]]);
                (total, sx, sy, most) = (total + h, sx + h * x as f32, sy + h * y as f32, most.max(h));
            }
        }
        if most >= HEAT_MIN && total > 0.0 {
            *point = [sx / total / cells_per_px, sy / total / cells_per_px];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    fn heat_with(point: usize, cells: &[(usize, usize, f32)]) -> Array3<f32> {
        let mut heat = Array3::from_elem((HEAT_SIDE, HEAT_SIDE, POINTS), -80.0);
        for &(x, y, p) in cells {
            heat[[y, x, point]] = (p / (1.0 - p)).ln();
        }
        heat
    }

    #[test]
    fn a_point_moves_to_the_centre_of_its_heat() {
        let mut points = vec![[100.0, 100.0]; POINTS];
        refine(&mut points, &heat_with(3, &[(26, 25, 0.8), (27, 25, 0.4)]).view());
        let x = (26.0 * 0.8 + 27.0 * 0.4) / 1.2 * 4.0;
        assert!((points[3][0] - x).abs() < 1e-3 && (points[3][1] - 100.0).abs() < 1e-3, "{:?}", points[3]);
        assert_eq!(points[4], [100.0, 100.0]);
    }

    #[test]
    fn faint_or_distant_heat_and_points_outside_change_nothing() {
        for (start, heat) in [([100.0, 100.0], (26, 25, 0.4)), ([100.0, 100.0], (40, 25, 0.9)), ([-30.0, 100.0], (1, 25, 0.9))] {
            let mut points = vec![start; POINTS];
            refine(&mut points, &heat_with(0, &[heat]).view());
            assert_eq!(points[0], start);
        }
    }
}
