//! Pictures into network inputs: letterbox and rotated crop, straight from BGR to float tensors in reused buffers.

use super::PoseError;
use super::geometry::{Affine, Roi};
use opencv::core::{self, CV_8UC3, Mat, Rect, Scalar, Size};
use opencv::{imgproc, prelude::*};

/// Where the picture lies in a letterbox.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LetterboxMap {
    /// Letterbox cells per frame pixel, each axis (the two differ by rounding to whole cells).
    scale: [f64; 2],
    left: f64,
    top: f64,
}

impl LetterboxMap {
    /// Pixel centres on pixel centres: cell edges, not centres, are scaled.
    pub fn frame_from_letterbox(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        [(u - self.left) / self.scale[0], (v - self.top) / self.scale[1]]
    }
}

/// The whole picture, centred on black, as x/127.5 − 1 in RGB.
pub struct Letterbox {
    side: usize,
    canvas: Mat,
    tensor: Vec<f32>,
}

impl Letterbox {
    pub fn new(side: usize) -> Self {
        Letterbox { side, canvas: Mat::default(), tensor: vec![0.0; side * side * 3] }
    }

    /// Row-major, RGB interleaved.
    pub fn tensor(&self) -> &[f32] {
        &self.tensor
    }

    /// Areas are averaged when shrinking, so that thin limbs do not fall between samples.
    pub fn fill(&mut self, image: &Mat) -> Result<LetterboxMap, PoseError> {
        let side = self.side as f64;
        let (w, h) = (f64::from(image.cols()), f64::from(image.rows()));
        let scale = side / w.max(h);
        let (cols, rows) = ((w * scale).round().max(1.0), (h * scale).round().max(1.0));
        let (left, top) = (((side - cols) / 2.0).floor(), ((side - rows) / 2.0).floor());
        self.canvas = Mat::new_rows_cols_with_default(self.side as i32, self.side as i32, CV_8UC3, Scalar::default())?;
        let inner = Rect::new(left as i32, top as i32, cols as i32, rows as i32);
        let method = if scale < 1.0 { imgproc::INTER_AREA } else { imgproc::INTER_LINEAR };
        let mut window = Mat::roi_mut(&mut self.canvas, inner)?;
        imgproc::resize(image, &mut window, inner.size(), 0.0, 0.0, method)?;
        to_rgb(self.canvas.data_bytes()?, &mut self.tensor, |v| f32::from(v) / 127.5 - 1.0);
        Ok(LetterboxMap { scale: [cols / w, rows / h], left, top })
    }
}

/// A rotated region, as numbers in RGB.
pub struct Crop {
    width: usize,
    height: usize,
    warped: Mat,
    tensor: Vec<f32>,
}

impl Crop {
    pub fn new(width: usize, height: usize) -> Self {
        Crop { width, height, warped: Mat::default(), tensor: vec![0.0; width * height * 3] }
    }

    /// The last crop: rows, columns, RGB interleaved, x/255.
    pub fn tensor(&self) -> &[f32] {
        &self.tensor
    }

    /// Cuts the region out, black beyond the picture; gives the map back to the frame.
    pub fn fill(&mut self, image: &Mat, roi: Roi) -> Result<Affine, PoseError> {
        let frame_from_crop = self.warp(image, roi)?;
        to_rgb(self.warped.data_bytes()?, &mut self.tensor, |v| f32::from(v) / 255.0);
        Ok(frame_from_crop)
    }

    /// As [`Crop::fill`], but planes of R, G, B, each normalised by its own mean and deviation.
    pub fn fill_planes(&mut self, image: &Mat, roi: Roi, mean: [f32; 3], deviation: [f32; 3]) -> Result<Affine, PoseError> {
        let frame_from_crop = self.warp(image, roi)?;
        let area = self.width * self.height;
        for (plane, values) in self.tensor.chunks_exact_mut(area).enumerate() {
            for (out, bgr) in values.iter_mut().zip(self.warped.data_bytes()?.chunks_exact(3)) {
                *out = (f32::from(bgr[2 - plane]) - mean[plane]) / deviation[plane];
            }
        }
        Ok(frame_from_crop)
    }

    fn warp(&mut self, image: &Mat, roi: Roi) -> Result<Affine, PoseError> {
        let frame_from_crop = roi.frame_from_crop(self.width, self.height);
        let rows = Mat::from_slice(&frame_from_crop.0)?;
        let matrix = rows.reshape(1, 2)?;
        imgproc::warp_affine(
            image,
            &mut self.warped,
            &matrix,
            Size::new(self.width as i32, self.height as i32),
            imgproc::INTER_LINEAR | imgproc::WARP_INVERSE_MAP,
            core::BORDER_CONSTANT,
            Scalar::default(),
        )?;
        Ok(frame_from_crop)
    }
}

fn to_rgb(bgr: &[u8], out: &mut [f32], scale: impl Fn(u8) -> f32) {
    for (to, from) in out.chunks_exact_mut(3).zip(bgr.chunks_exact(3)) {
        to.copy_from_slice(&[scale(from[2]), scale(from[1]), scale(from[0])]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letterbox_keeps_colours_and_maps_back() {
        let mut image = Mat::new_rows_cols_with_default(360, 640, CV_8UC3, Scalar::new(0.0, 0.0, 255.0, 0.0)).unwrap();
        imgproc::rectangle(&mut image, Rect::new(480, 180, 20, 20), Scalar::new(255.0, 0.0, 0.0, 0.0), -1, 8, 0).unwrap();
        let mut letterbox = Letterbox::new(224);
        let map = letterbox.fill(&image).unwrap();
        let at = |u: usize, v: usize| &letterbox.tensor()[(v * 224 + u) * 3..][..3];
        assert_eq!(at(112, 10), [-1.0, -1.0, -1.0], "black above");
        assert_eq!(at(20, 112), [1.0, -1.0, -1.0], "red stays red");
        let [u, v] = [490.0 * 0.35, 190.0 * 0.35 + 49.0];
        assert_eq!(at(u as usize, v as usize), [-1.0, -1.0, 1.0], "the blue square");
        let [x, y] = map.frame_from_letterbox([u, v]);
        assert!((x - 490.0).abs() < 1e-9 && (y - 190.0).abs() < 1e-9, "{x} {y}");
    }

    #[test]
    fn a_crop_shows_what_its_map_says() {
        let mut image = Mat::new_rows_cols_with_default(400, 600, CV_8UC3, Scalar::default()).unwrap();
        imgproc::rectangle(&mut image, Rect::new(390, 190, 21, 21), Scalar::new(0.0, 255.0, 0.0, 0.0), -1, 8, 0).unwrap();
        let mut crop = Crop::new(256, 256);
        let roi = Roi { x_px: 350.0, y_px: 250.0, size_px: 256.0, rotation_rad: 0.6 };
        let frame_from_crop = crop.fill(&image, roi).unwrap();
        let [u, v] = frame_from_crop.inverse().unwrap().apply([400.0, 200.0]);
        let value = &crop.tensor()[(v.round() as usize * 256 + u.round() as usize) * 3..][..3];
        assert_eq!(value, [0.0, 1.0, 0.0]);
        let planes = crop.fill_planes(&image, roi, [10.0; 3], [2.0; 3]).unwrap();
        assert_eq!(planes, frame_from_crop);
        let at = v.round() as usize * 256 + u.round() as usize;
        assert_eq!([crop.tensor()[at], crop.tensor()[at + 65536]], [-5.0, 122.5]);
    }
}
