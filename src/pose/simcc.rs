//! Networks a user may bring: SimCC (RTMPose, DWPose, SpinePose), with BlazePose's detector for the region.

use super::crop::Crop;
use super::geometry::Roi;
use super::runtime::{Port, Session};
use super::{PoseError, PoseEstimator};
use crate::device::Device;
use crate::track::skeleton::Layout;
use crate::track::{LandmarkObs, PoseObs};
use ndarray::{ArrayView1, ArrayView2};
use opencv::core::Mat;
use std::path::Path;

/// Mean and deviation of R, G, B that these networks were trained with.
const MEAN: [f32; 3] = [123.675, 116.28, 103.53];
const DEVIATION: [f32; 3] = [58.395, 57.12, 57.375];
/// The crop is the person's box with a quarter of room.
const ROOM: f64 = 1.25;
/// Bins per input pixel.
const SPLIT: f64 = 2.0;
/// The person is lost when the mean score of the points is below this (our choice: the points' own threshold).
const SCORE_MIN: f64 = 0.3;

/// What the shapes of a SimCC network say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub width: usize,
    pub height: usize,
    pub points: usize,
}

impl Shape {
    /// From input and output shapes; says in words what does not fit.
    pub fn of(inputs: &[Port], outputs: &[Port]) -> Result<Self, String> {
        let [input] = inputs else { return Err(format!("it has {} inputs, one is expected", inputs.len())) };
        let &[_, 3, height, width] = input.shape.as_slice() else {
            return Err(format!("its input has shape {:?}, [N, 3, height, width] is expected", input.shape));
        };
        let last = |name: &str| {
            let port = outputs.iter().find(|p| p.name == name).ok_or_else(|| format!("it has no output {name}"))?;
            match port.shape.as_slice() {
                &[_, points, bins] => Ok((points, bins)),
                other => Err(format!("its output {name} has shape {other:?}, [N, points, bins] is expected")),
            }
        };
        let ((points, bins_x), (_, bins_y)) = (last("simcc_x")?, last("simcc_y")?);
        // Free dimensions are −1; the bins then tell the size.
        let side = |pixels: i64, bins: i64| usize::try_from(if pixels > 0 { pixels } else { bins / 2 }).unwrap_or(0);
        let shape = Shape { width: side(width, bins_x), height: side(height, bins_y), points: usize::try_from(points).unwrap_or(0) };
        match (16..=1024).contains(&shape.width) && (16..=1024).contains(&shape.height) {
            true => Ok(shape),
            false => Err(format!("its picture size {} × {} is not known", shape.width, shape.height)),
        }
    }
}

pub struct SimCc {
    session: Session,
    shape: Shape,
    layout: &'static Layout,
    crop: Crop,
}

impl SimCc {
    /// From an ONNX file. `Err` in words when the network is of another form.
    pub fn new(network: &Path, device: Device) -> Result<Result<Self, String>, PoseError> {
        let session = Session::from_file(network, device)?;
        let found = Shape::of(session.inputs(), session.outputs()).and_then(|shape| {
            let known = Layout::of_simcc(shape.points);
            known.map(|layout| (shape.clone(), layout)).ok_or(format!("it has {} key points, 17, 26 or 37 are known", shape.points))
        });
        let (shape, layout) = match found {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let crop = Crop::new(shape.width, shape.height);
        Ok(Ok(SimCc { session, shape, layout, crop }))
    }

    /// Width of the crop over its height.
    pub fn aspect(&self) -> f64 {
        self.shape.width as f64 / self.shape.height as f64
    }
}

impl PoseEstimator for SimCc {
    fn estimate(&mut self, image: &Mat, roi: Roi) -> Result<Option<(PoseObs, Roi)>, PoseError> {
        if !roi.is_usable() {
            return Ok(None);
        }
        let Shape { width, height, points } = self.shape;
        let roi = Roi { rotation_rad: 0.0, ..roi };
        let frame_from_crop = self.crop.fill_planes(image, roi, MEAN, DEVIATION)?;
        let outputs = self.session.run([1, 3, height, width], self.crop.tensor())?;
        let bins = |pixels: usize| (points, pixels * SPLIT as usize);
        let found = decode(&outputs.array("simcc_x", bins(width))?, &outputs.array("simcc_y", bins(height))?);
        let landmarks: Vec<LandmarkObs> = found
            .iter()
            .map(|&(at, score)| {
                let [x_px, y_px] = frame_from_crop.apply(at);
                LandmarkObs { x_px, y_px, visibility: score }
            })
            .collect();
        let score = landmarks.iter().map(|l| l.visibility).sum::<f64>() / points as f64;
        let next = region(&landmarks, self.layout.score_min, width as f64 / height as f64);
        let pose = PoseObs { score, landmarks, outline: vec![], mask_cell_px: roi.size_px / height as f64 };
        Ok(next.filter(|_| score >= SCORE_MIN).map(|next| (pose, next)))
    }

    fn layout(&self) -> &'static Layout {
        self.layout
    }
}

/// Position (crop pixels) and score of each point: the highest bin of each axis, the lower of the two heights.
/// `x` and `y` are [points × bins].
pub fn decode(x: &ArrayView2<f32>, y: &ArrayView2<f32>) -> Vec<([f64; 2], f64)> {
    let best = |bins: ArrayView1<f32>| {
        let (at, height) = bins.iter().enumerate().fold((0, f32::MIN), |m, (i, &v)| if v > m.1 { (i, v) } else { m });
        (at as f64 / SPLIT, f64::from(height).clamp(0.0, 1.0))
    };
    x.outer_iter()
        .zip(y.outer_iter())
        .map(|(x, y)| {
            let ((x, a), (y, b)) = (best(x), best(y));
            ([x, y], a.min(b))
        })
        .collect()
}

/// The upright region around the points that were seen: their box, room, and the crop's aspect.
fn region(landmarks: &[LandmarkObs], score_min: f64, aspect: f64) -> Option<Roi> {
    let seen: Vec<&LandmarkObs> = landmarks.iter().filter(|l| l.visibility >= score_min).collect();
    let span = |of: &dyn Fn(&LandmarkObs) -> f64| {
        let values = seen.iter().map(|l| of(l));
        (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
    };
    let ((left, right), (top, bottom)) = (span(&|l| l.x_px), span(&|l| l.y_px));
    let size_px = (bottom - top).max((right - left) / aspect) * ROOM;
    let roi = Roi { x_px: (left + right) / 2.0, y_px: (top + bottom) / 2.0, size_px, rotation_rad: 0.0 };
    (seen.len() >= 4 && roi.is_usable()).then_some(roi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn port(name: &str, shape: &[i64]) -> Port {
        Port { name: name.into(), shape: shape.to_vec() }
    }

    #[test]
    fn bins_become_points_with_the_lower_score() {
        let (mut x, mut y) = (Array2::zeros((2, 384)), Array2::zeros((2, 512)));
        (x[[0, 301]], y[[0, 77]]) = (0.9, 0.6);
        (x[[1, 10]], y[[1, 511]]) = (0.2, 1.7);
        let found = decode(&x.view(), &y.view());
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [[150.5, 38.5], [5.0, 255.5]]);
        assert!((found[0].1 - 0.6).abs() < 1e-6 && (found[1].1 - 0.2).abs() < 1e-6);
    }

    #[test]
    fn shapes_tell_the_layout_and_misfits_are_said() {
        let outputs = [port("simcc_x", &[-1, 26, 384]), port("simcc_y", &[-1, 26, 512])];
        let shape = Shape::of(&[port("input", &[-1, 3, 256, 192])], &outputs).unwrap();
        assert_eq!(shape, Shape { width: 192, height: 256, points: 26 });
        let free = Shape::of(&[port("input", &[-1, 3, -1, -1])], &outputs).unwrap();
        assert_eq!(free, shape);
        let e = Shape::of(&[port("images", &[1, 3, 640, 640])], &[port("output0", &[1, 56, 8400])]).unwrap_err();
        assert!(e.contains("simcc_x"), "{e}");
        let e = Shape::of(&[port("input", &[1, 224, 224, 3])], &outputs).unwrap_err();
        assert!(e.contains("[N, 3, height, width]"), "{e}");
    }

    #[test]
    fn the_next_region_holds_all_seen_points_with_room() {
        let at = |x_px, y_px, visibility| LandmarkObs { x_px, y_px, visibility };
        let points = [at(100.0, 50.0, 0.9), at(140.0, 450.0, 0.9), at(90.0, 200.0, 0.9), at(110.0, 300.0, 0.9), at(900.0, 0.0, 0.1)];
        let roi = region(&points, 0.3, 0.75).unwrap();
        assert_eq!((roi.x_px, roi.y_px, roi.size_px), (115.0, 250.0, 500.0));
        let wide = region(&[at(0.0, 0.0, 1.0), at(600.0, 10.0, 1.0), at(300.0, 5.0, 1.0), at(10.0, 9.0, 1.0)], 0.3, 0.75).unwrap();
        assert_eq!(wide.size_px, 1000.0);
        assert!(region(&points[..3], 0.3, 0.75).is_none());
    }
}
