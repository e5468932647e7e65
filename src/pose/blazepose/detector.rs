//! The person detector: 224 × 224 letterbox in, all persons with their regions out.

use crate::device::Device;
use crate::numeric::stats::logistic_f32;
use crate::pose::crop::Letterbox;
use crate::pose::geometry::Roi;
use crate::pose::runtime::Session;
use crate::pose::{Person, PoseError};
use crate::track::RectPx;
use ndarray::{ArrayView1, ArrayView2};
use opencv::core::Mat;
use std::path::Path;

const SIDE: usize = 224;
/// Values per anchor: centre, size, four key points.
const VALUES: usize = 12;
/// Least score of a detection, as in MediaPipe.
const SCORE_MIN: f32 = 0.5;
/// Boxes that overlap the best by more are averaged into it, as in MediaPipe.
const OVERLAP_MIN: f32 = 0.3;

/// Anchor centres in 0…1 of the letterbox: strides 8, 16 and 32 with 2, 2 and 6 per cell.
pub struct Anchors(Vec<[f32; 2]>);

impl Default for Anchors {
    fn default() -> Self {
        let cells = |stride: usize, per_cell: usize| {
            let k = SIDE / stride;
            (0..k * k).flat_map(move |i| {
                let centre = [((i % k) as f32 + 0.5) / k as f32, ((i / k) as f32 + 0.5) / k as f32];
                std::iter::repeat_n(centre, per_cell)
            })
        };
        Anchors(cells(8, 2).chain(cells(16, 2)).chain(cells(32, 6)).collect())
    }
}

pub struct Detector {
    session: Session,
    anchors: Anchors,
    letterbox: Letterbox,
}

impl Detector {
    pub fn new(model: &Path, device: Device) -> Result<Self, PoseError> {
        Ok(Detector { session: Session::from_file(model, device)?, anchors: Anchors::default(), letterbox: Letterbox::new(SIDE) })
    }

    /// Everybody in a BGR frame, best score first.
    pub fn detect(&mut self, image: &Mat) -> Result<Vec<Person>, PoseError> {
        let map = self.letterbox.fill(image)?;
        let outputs = self.session.run([1, SIDE, SIDE, 3], self.letterbox.tensor())?;
        let n = self.anchors.0.len();
        let boxes = outputs.array("Identity", (n, VALUES))?;
        let scores = outputs.array("Identity_1", n)?;
        let found = decode_persons(&self.anchors, &boxes, &scores);
        Ok(found.into_iter().map(|d| d.in_frame(|[x, y]| map.frame_from_letterbox([x * SIDE as f64, y * SIDE as f64]))).collect())
    }
}

/// One detection in 0…1 of the letterbox.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub score: f32,
    /// Left, top, right, bottom.
    corners: [f32; 4],
    /// Mid hip; scale and rotation of the whole body; mid shoulder; scale and rotation of the upper body.
    points: [[f32; 2]; 4],
}

impl Found {
    fn in_frame(self, frame: impl Fn([f64; 2]) -> [f64; 2]) -> Person {
        let [left, top, right, bottom] = self.corners.map(f64::from);
        let ([x0, y0], [x1, y1]) = (frame([left, top]), frame([right, bottom]));
        let [hips, scale, ..] = self.points.map(|p| frame(p.map(f64::from)));
        Person {
            score: f64::from(self.score),
            head: RectPx { x_px: x0, y_px: y0, width_px: x1 - x0, height_px: y1 - y0 },
            roi: Roi::from_axis(hips, scale),
        }
    }
}

/// Weighted non-maximum suppression: every box that overlaps the best remaining one is averaged into it by
/// score. `boxes` is anchors × 12, `scores` one logit per anchor. Best first.
pub fn decode_persons(anchors: &Anchors, boxes: &ArrayView2<f32>, scores: &ArrayView1<f32>) -> Vec<Found> {
    let mut rest: Vec<Found> = anchors
        .0
        .iter()
        .zip(boxes.outer_iter())
        .zip(scores)
        .filter_map(|((anchor, values), &logit)| {
            let score = logistic_f32(logit);
            (score > SCORE_MIN).then(|| raw(*anchor, &values, score))
        })
        .collect();
    rest.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut persons = vec![];
    while let Some(&best) = rest.first() {
        let (same, others): (Vec<Found>, Vec<Found>) = rest.iter().partition(|d| overlap(&best.corners, &d.corners) > OVERLAP_MIN);
        persons.push(average(&same).unwrap_or(best));
        // A box without area overlaps nothing, not even itself.
        rest = if same.is_empty() { rest.split_off(1) } else { others };
    }
    persons
}

fn raw(anchor: [f32; 2], values: &ArrayView1<f32>, score: f32) -> Found {
    let at = |i: usize| [values[i] / SIDE as f32 + anchor[0], values[i + 1] / SIDE as f32 + anchor[1]];
    let ([x, y], w, h) = (at(0), values[2] / SIDE as f32, values[3] / SIDE as f32);
    Found { score, corners: [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0], points: [at(4), at(6), at(8), at(10)] }
}

/// Averaged by score; carries the best score. `found` is sorted, best first.
fn average(found: &[Found]) -> Option<Found> {
    let best = found.first()?;
    let total: f32 = found.iter().map(|d| d.score).sum();
    let mean = |of: &dyn Fn(&Found) -> f32| found.iter().map(|d| of(d) * d.score / total).sum::<f32>();
    Some(Found {
        score: best.score,
        corners: std::array::from_fn(|i| mean(&|d: &Found| d.corners[i])),
        points: std::array::from_fn(|i| std::array::from_fn(|j| mean(&|d: &Found| d.points[i][j]))),
    })
}

/// Intersection over union.
fn overlap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let area = |r: &[f32; 4]| (r[2] - r[0]).max(0.0) * (r[3] - r[1]).max(0.0);
    let both = area(&[a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]);
    let union = area(a) + area(b) - both;
    if union > 0.0 { both / union } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, Array2};

    /// Box values that put a square of `side` (0…1) at `centre`, all key points at the centre.
    fn values(anchor: [f32; 2], centre: [f32; 2], side: f32) -> [f32; VALUES] {
        let k = SIDE as f32;
        let [x, y] = [(centre[0] - anchor[0]) * k, (centre[1] - anchor[1]) * k];
        [x, y, side * k, side * k, x, y, x, y, x, y, x, y]
    }

    #[test]
    fn anchors_are_those_of_the_network() {
        let anchors = Anchors::default().0;
        assert_eq!(anchors.len(), 2254);
        assert_eq!(anchors[0], [0.5 / 28.0, 0.5 / 28.0]);
        assert_eq!(anchors[2], [1.5 / 28.0, 0.5 / 28.0]);
        assert_eq!(anchors[2253], [6.5 / 7.0, 6.5 / 7.0]);
    }

    #[test]
    fn overlapping_boxes_are_averaged_by_score_and_separate_ones_kept() {
        let anchors = Anchors::default();
        let mut boxes = Array2::zeros((anchors.0.len(), VALUES));
        let mut scores = Array1::from_elem(anchors.0.len(), -9.0);
        let logit = |p: f32| (p / (1.0 - p)).ln();
        for (i, centre, p) in [(100, [0.30, 0.5], 0.9), (200, [0.31, 0.5], 0.6), (900, [0.8, 0.5], 0.7), (950, [0.8, 0.2], 0.4)] {
            boxes.row_mut(i).assign(&Array1::from_iter(values(anchors.0[i], centre, 0.2)));
            scores[i] = logit(p);
        }
        let found = decode_persons(&anchors, &boxes.view(), &scores.view());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!((found[0].score - 0.9).abs() < 1e-5 && (found[1].score - 0.7).abs() < 1e-5);
        let expected = (0.30 * 0.9 + 0.31 * 0.6) / 1.5;
        assert!((found[0].points[0][0] - expected).abs() < 1e-5, "{found:?}");
        assert!((found[1].points[0][0] - 0.8).abs() < 1e-5);
    }

    #[test]
    fn boxes_without_area_do_not_hang() {
        let anchors = Anchors::default();
        let (boxes, scores) = (Array2::zeros((anchors.0.len(), VALUES)), Array1::from_elem(anchors.0.len(), 3.0));
        assert_eq!(decode_persons(&anchors, &boxes.view(), &scores.view()).len(), anchors.0.len());
    }
}
