//! The grey picture around the lifter, at full resolution and at working resolution with gradients.

use super::BarError;
use opencv::core::{Mat, Rect, Size};
use opencv::imgproc;
use opencv::prelude::*;

/// A grey picture in plain memory; rows are tight.
#[derive(Debug, Clone, Default)]
pub struct Gray {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

impl Gray {
    fn from_mat(mat: &Mat) -> Result<Gray, BarError> {
        let (width, height) = (mat.cols().max(0) as usize, mat.rows().max(0) as usize);
        let mut data = Vec::with_capacity(width * height);
        for row in 0..height {
            data.extend_from_slice(&mat.at_row::<u8>(row as i32)?[..width]);
        }
        Ok(Gray { width, height, data })
    }

    /// Bilinear value; coordinates outside are clamped to the edge.
    #[inline]
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, self.width as f32 - 1.001);
        let y = y.clamp(0.0, self.height as f32 - 1.001);
        let (ix, iy) = (x as usize, y as usize);
        let (fx, fy) = (x - ix as f32, y - iy as f32);
        let i = iy * self.width + ix;
        let (a, b) = (f32::from(self.data[i]), f32::from(self.data[i + 1]));
        let (c, d) = (f32::from(self.data[i + self.width]), f32::from(self.data[i + self.width + 1]));
        (a + (b - a) * fx) * (1.0 - fy) + (c + (d - c) * fx) * fy
    }

    pub fn holds(&self, x: f32, y: f32) -> bool {
        x >= 0.0 && y >= 0.0 && x <= self.width as f32 - 1.0 && y <= self.height as f32 - 1.0
    }
}

/// Part of a frame, prepared for finding discs.
pub struct Patch {
    /// Frame pixel of the patch's first pixel.
    pub origin_px: [f32; 2],
    /// Full resolution.
    pub full: Gray,
    /// Working resolution.
    pub small: Gray,
    /// Frame pixels per working pixel.
    pub step_px: f32,
}

impl Patch {
    /// Cuts `region` (frame px) out of a BGR frame; `step_px` frame pixels become one working pixel.
    pub fn cut(frame: &Mat, region: Rect, step_px: f32) -> Result<Patch, BarError> {
        let bounds = Rect::new(0, 0, frame.cols(), frame.rows());
        let region = region & bounds;
        if region.width < 16 || region.height < 16 {
            return Err(BarError::EmptyRegion);
        }
        let view = Mat::roi(frame, region)?;
        let mut gray = Mat::default();
        imgproc::cvt_color_def(&view, &mut gray, imgproc::COLOR_BGR2GRAY)?;
        let size =
            Size::new((region.width as f32 / step_px).round().max(8.0) as i32, (region.height as f32 / step_px).round().max(8.0) as i32);
        let mut small = Mat::default();
        let how = if step_px > 1.0 { imgproc::INTER_AREA } else { imgproc::INTER_LINEAR };
        imgproc::resize(&gray, &mut small, size, 0.0, 0.0, how)?;
        let mut smooth = Mat::default();
        imgproc::gaussian_blur_def(&small, &mut smooth, Size::new(3, 3), 0.8)?;
        Ok(Patch {
            origin_px: [region.x as f32, region.y as f32],
            full: Gray::from_mat(&gray)?,
            small: Gray::from_mat(&smooth)?,
            step_px: region.width as f32 / size.width as f32,
        })
    }
}

/// One edge pixel of the working picture: place, unit gradient, weight 0…1.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    pub x: f32,
    pub y: f32,
    pub gx: f32,
    pub gy: f32,
    pub weight: f32,
}

/// The strongest edges: those above the `keep_share` quantile of the gradient and above `floor` levels.
pub fn edges(picture: &Gray, keep_share: f32, floor: f32, out: &mut Vec<Edge>) {
    out.clear();
    let (w, h) = (picture.width, picture.height);
    if w < 3 || h < 3 {
        return;
    }
    let mut histogram = [0u32; 256];
    let mut gradients = Vec::with_capacity(w * h);
    for y in 1..h - 1 {
        let (up, mid, down) =
            (&picture.data[(y - 1) * w..y * w], &picture.data[y * w..(y + 1) * w], &picture.data[(y + 1) * w..(y + 2) * w]);
        for x in 1..w - 1 {
            let at = |row: &[u8], i: usize| i32::from(row[i]);
            // Scharr, scaled to grey levels per pixel.
            let gx = 3 * (at(up, x + 1) - at(up, x - 1)) + 10 * (at(mid, x + 1) - at(mid, x - 1)) + 3 * (at(down, x + 1) - at(down, x - 1));
            let gy = 3 * (at(down, x - 1) - at(up, x - 1)) + 10 * (at(down, x) - at(up, x)) + 3 * (at(down, x + 1) - at(up, x + 1));
            let magnitude = ((gx * gx + gy * gy) as f32).sqrt() / 32.0;
            histogram[(magnitude as usize).min(255)] += 1;
            if magnitude > floor {
                gradients.push((x as u16, y as u16, gx as f32 / 32.0, gy as f32 / 32.0, magnitude));
            }
        }
    }
    let wanted = (w as f32 * h as f32 * keep_share) as u32;
    let mut seen = 0;
    let threshold = (0..256).rev().find(|&level| {
        seen += histogram[level];
        seen >= wanted
    });
    let threshold = (threshold.unwrap_or(0) as f32).max(floor);
    out.extend(gradients.into_iter().filter(|g| g.4 >= threshold).map(|(x, y, gx, gy, m)| Edge {
        x: f32::from(x),
        y: f32::from(y),
        gx: gx / m,
        gy: gy / m,
        weight: (m / (2.0 * threshold)).min(1.0),
    }));
}
