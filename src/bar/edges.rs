//! The grey picture around the lifter, at full resolution and at working resolution with gradients.

use super::BarError;
use opencv::core::ToInputArray;
use opencv::core::{Mat, Rect, Size, Vector};
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
    /// Copies a one-channel picture of 8 bits.
    pub fn from_mat(mat: &Mat) -> opencv::Result<Gray> {
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

/// One picture in two tones: how light it is, and its brightest colour where it has colours. A red rim before a dark mat is
/// hardly lighter than the mat, and a red rim before a white wall hardly less bright: one of the two tones shows it.
#[derive(Debug, Clone, Default)]
pub struct Tones {
    pub light: Gray,
    pub bright: Option<Gray>,
}

impl Tones {
    pub fn all(&self) -> impl Iterator<Item = &Gray> {
        std::iter::once(&self.light).chain(&self.bright)
    }

    pub fn holds(&self, x: f32, y: f32) -> bool {
        self.light.holds(x, y)
    }
}

/// A pixel has a colour when its brightest channel is so much above its lightness; a picture, when so many in a thousand have.
const COLOURED_BY: u8 = 30;
const COLOURED_PER_MILLE: usize = 10;
/// Every so many-th pixel is looked at for that.
const COLOUR_STEP: usize = 37;

/// The brightest channel of a BGR picture; `None` where it has hardly any colour.
fn brightest(view: &impl ToInputArray, light: &Gray) -> opencv::Result<Option<Mat>> {
    let mut channels: Vector<Mat> = Vector::new();
    opencv::core::split(view, &mut channels)?;
    let (mut two, mut all) = (Mat::default(), Mat::default());
    opencv::core::max(&channels.get(0)?, &channels.get(1)?, &mut two)?;
    opencv::core::max(&two, &channels.get(2)?, &mut all)?;
    let bright = Gray::from_mat(&all)?;
    let looked = bright.data.iter().zip(&light.data).step_by(COLOUR_STEP);
    let coloured = looked.clone().filter(|(b, l)| b.saturating_sub(**l) > COLOURED_BY).count();
    Ok((1000 * coloured > COLOURED_PER_MILLE * looked.count()).then_some(all))
}

/// Part of a frame, prepared for finding discs.
pub struct Patch {
    /// Frame pixel of the patch's first pixel.
    pub origin_px: [f32; 2],
    /// Full resolution.
    pub full: Tones,
    /// Working resolution.
    pub small: Tones,
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
        let how = if step_px > 1.0 { imgproc::INTER_AREA } else { imgproc::INTER_LINEAR };
        let reduced = |picture: &Mat| -> opencv::Result<Gray> {
            let (mut small, mut smooth) = (Mat::default(), Mat::default());
            imgproc::resize(picture, &mut small, size, 0.0, 0.0, how)?;
            imgproc::gaussian_blur_def(&small, &mut smooth, Size::new(3, 3), 0.8)?;
            Gray::from_mat(&smooth)
        };
        let light = Gray::from_mat(&gray)?;
        let bright = brightest(&view, &light)?;
        Ok(Patch {
            origin_px: [region.x as f32, region.y as f32],
            small: Tones { light: reduced(&gray)?, bright: bright.as_ref().map(reduced).transpose()? },
            full: Tones { light, bright: bright.as_ref().map(Gray::from_mat).transpose()? },
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

/// Half the side of the window that says what contrast is usual around a pixel.
const NEIGHBOURHOOD: usize = 14;

/// Edges that stand out of their neighbourhood: `stand_out` times its mean gradient and above `floor` levels.
/// A grey plate before a grey floor counts as much as a white wall's rim in the sun.
pub fn edges(picture: &Tones, stand_out: f32, floor: f32, out: &mut Vec<Edge>) {
    out.clear();
    let (w, h) = (picture.light.width, picture.light.height);
    if w < 3 || h < 3 {
        return;
    }
    // The steeper of the two tones at each pixel.
    let mut gradient = vec![(0.0f32, 0.0f32, 0.0f32); w * h];
    for tone in picture.all() {
        steepen(tone, &mut gradient);
    }
    let sums = integral(&gradient, w, h);
    for y in 1..h - 1 {
        let (top, bottom) = (y.saturating_sub(NEIGHBOURHOOD), (y + NEIGHBOURHOOD + 1).min(h));
        for x in 1..w - 1 {
            let (gx, gy, m) = gradient[y * w + x];
            if m <= floor {
                continue;
            }
            let (left, right) = (x.saturating_sub(NEIGHBOURHOOD), (x + NEIGHBOURHOOD + 1).min(w));
            let at = |y: usize, x: usize| sums[y * (w + 1) + x];
            let usual = (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)) / ((bottom - top) * (right - left)) as f32;
            let relative = m / (stand_out * usual.max(floor));
            if relative >= 1.0 {
                out.push(Edge { x: x as f32, y: y as f32, gx: gx / m, gy: gy / m, weight: (0.5 * relative).min(1.0) });
            }
        }
    }
}

/// Gradient of a picture in grey levels per pixel (Scharr) where it is steeper than the one known so far: x, y, length.
fn steepen(picture: &Gray, gradient: &mut [(f32, f32, f32)]) {
    let (w, h) = (picture.width, picture.height);
    for y in 1..h - 1 {
        let row = |y: usize| &picture.data[y * w..(y + 1) * w];
        let (up, mid, down) = (row(y - 1), row(y), row(y + 1));
        for x in 1..w - 1 {
            let at = |row: &[u8], i: usize| i32::from(row[i]);
            let gx = 3 * (at(up, x + 1) - at(up, x - 1)) + 10 * (at(mid, x + 1) - at(mid, x - 1)) + 3 * (at(down, x + 1) - at(down, x - 1));
            let gy = 3 * (at(down, x - 1) - at(up, x - 1)) + 10 * (at(down, x) - at(up, x)) + 3 * (at(down, x + 1) - at(up, x + 1));
            let (gx, gy) = (gx as f32 / 32.0, gy as f32 / 32.0);
            let steep = gx.hypot(gy);
            if steep > gradient[y * w + x].2 {
                gradient[y * w + x] = (gx, gy, steep);
            }
        }
    }
}

/// Sums of the gradient's length over all pixels above and left of each corner.
fn integral(gradient: &[(f32, f32, f32)], w: usize, h: usize) -> Vec<f32> {
    let mut sums = vec![0.0f32; (w + 1) * (h + 1)];
    for y in 0..h {
        let mut row = 0.0;
        for x in 0..w {
            row += gradient[y * w + x].2;
            sums[(y + 1) * (w + 1) + x + 1] = sums[y * (w + 1) + x + 1] + row;
        }
    }
    sums
}
