//! The grey picture around the lifter, at full resolution and at working resolution with gradients.

use super::BarError;
use super::gray::Gray;
use super::shrink::shrink;
use opencv::core::ToInputArray;
use opencv::core::{Mat, Rect, Size, Vector};
use opencv::imgproc;
use opencv::prelude::*;

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
fn brightest(view: &impl ToInputArray, light: &Gray) -> opencv::Result<Option<Gray>> {
    let mut channels: Vector<Mat> = Vector::new();
    opencv::core::split(view, &mut channels)?;
    let (mut two, mut all) = (Mat::default(), Mat::default());
    opencv::core::max(&channels.get(0)?, &channels.get(1)?, &mut two)?;
    opencv::core::max(&two, &channels.get(2)?, &mut all)?;
    let bright = Gray::from_mat(&all)?;
    let looked = bright.data.iter().zip(&light.data).step_by(COLOUR_STEP);
    let coloured = looked.clone().filter(|(b, l)| b.saturating_sub(**l) > COLOURED_BY).count();
    Ok((1000 * coloured > COLOURED_PER_MILLE * looked.count()).then_some(bright))
}

fn smoothed(small: &impl ToInputArray) -> opencv::Result<Gray> {
    let mut smooth = Mat::default();
    imgproc::gaussian_blur_def(small, &mut smooth, Size::new(3, 3), 0.8)?;
    Gray::from_mat(&smooth)
}

/// Part of a frame, prepared for finding discs: as it is, or drawn wider.
pub struct Patch {
    /// Place of the patch's first pixel in the frame, px, in a wide frame as wide.
    pub origin_px: [f32; 2],
    /// Full resolution.
    pub full: Tones,
}

/// A patch at working resolution.
pub struct Small {
    pub tones: Tones,
    /// Frame pixels per working pixel.
    pub step_px: f32,
}

impl Patch {
    /// Cuts `region` (frame px) out of a BGR frame and draws it `stretch` times as wide.
    pub fn cut(frame: &Mat, region: Rect, stretch: f64) -> Result<Patch, BarError> {
        let bounds = Rect::new(0, 0, frame.cols(), frame.rows());
        let region = region & bounds;
        if region.width < 16 || region.height < 16 {
            return Err(BarError::EmptyRegion);
        }
        let view = Mat::roi(frame, region)?;
        let origin_px = [(f64::from(region.x) * stretch) as f32, region.y as f32];
        let full = if stretch == 1.0 {
            Patch::tones(&view)?
        } else {
            let size = Size::new((f64::from(region.width) * stretch).round() as i32, region.height);
            let mut wide = Mat::default();
            imgproc::resize(&view, &mut wide, size, 0.0, 0.0, imgproc::INTER_LINEAR)?;
            Patch::tones(&wide)?
        };
        Ok(Patch { origin_px, full })
    }

    fn tones(view: &impl ToInputArray) -> Result<Tones, BarError> {
        let mut gray = Mat::default();
        imgproc::cvt_color_def(view, &mut gray, imgproc::COLOR_BGR2GRAY)?;
        let light = Gray::from_mat(&gray)?;
        let bright = brightest(view, &light)?;
        Ok(Tones { light, bright })
    }

    /// `step_px` frame pixels become one working pixel.
    pub fn reduced(&self, step_px: f32) -> Result<Small, BarError> {
        let (width, height) = (self.full.light.width as i32, self.full.light.height as i32);
        let size = Size::new((width as f32 / step_px).round().max(8.0) as i32, (height as f32 / step_px).round().max(8.0) as i32);
        let reduced = |picture: &Gray| -> opencv::Result<Gray> {
            if size.width < width && size.height < height {
                let small = shrink(picture, size.width as usize, size.height as usize);
                return smoothed(&Mat::from_slice(&small.data)?.reshape(1, size.height)?);
            }
            let whole = Mat::from_slice(&picture.data)?;
            let mut small = Mat::default();
            imgproc::resize(&whole.reshape(1, height)?, &mut small, size, 0.0, 0.0, imgproc::INTER_LINEAR)?;
            smoothed(&small)
        };
        let tones = Tones { light: reduced(&self.full.light)?, bright: self.full.bright.as_ref().map(reduced).transpose()? };
        Ok(Small { tones, step_px: width as f32 / size.width as f32 })
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

/// Finds edges; keeps its planes between pictures.
#[derive(Default)]
pub struct EdgeFinder {
    /// Gradient in grey levels per pixel: across, down, length.
    gx: Vec<f32>,
    gy: Vec<f32>,
    steep: Vec<f32>,
    /// Sums of the gradient's length over all pixels above and left of each corner.
    sums: Vec<f32>,
}

impl EdgeFinder {
    /// Edges that stand out of their neighbourhood: `stand_out` times its mean gradient and above `floor` levels.
    /// A grey plate before a grey floor counts as much as a white wall's rim in the sun.
    pub fn edges(&mut self, picture: &Tones, stand_out: f32, floor: f32, out: &mut Vec<Edge>) {
        out.clear();
        let (w, h) = (picture.light.width, picture.light.height);
        if w < 3 || h < 3 {
            return;
        }
        // The steeper of the two tones at each pixel.
        for plane in [&mut self.gx, &mut self.gy, &mut self.steep] {
            plane.clear();
            plane.resize(w * h, 0.0);
        }
        for tone in picture.all() {
            self.steepen(tone);
        }
        self.integrate(w, h);
        for y in 1..h - 1 {
            let (top, bottom) = (y.saturating_sub(NEIGHBOURHOOD), (y + NEIGHBOURHOOD + 1).min(h));
            let line = |y: usize| &self.sums[y * (w + 1)..(y + 1) * (w + 1)];
            let (above, below) = (line(top), line(bottom));
            for x in 1..w - 1 {
                let m = self.steep[y * w + x];
                if m <= floor {
                    continue;
                }
                let (left, right) = (x.saturating_sub(NEIGHBOURHOOD), (x + NEIGHBOURHOOD + 1).min(w));
                let usual = (below[right] - above[right] - below[left] + above[left]) / ((bottom - top) * (right - left)) as f32;
                let relative = m / (stand_out * usual.max(floor));
                if relative >= 1.0 {
                    let (gx, gy) = (self.gx[y * w + x] / m, self.gy[y * w + x] / m);
                    out.push(Edge { x: x as f32, y: y as f32, gx, gy, weight: (0.5 * relative).min(1.0) });
                }
            }
        }
    }

    /// Takes a picture's gradient (Scharr) where it is steeper than the one known so far.
    fn steepen(&mut self, picture: &Gray) {
        let (w, h) = (picture.width, picture.height);
        for y in 1..h - 1 {
            let row = |y: usize| &picture.data[y * w..(y + 1) * w];
            let inner = y * w + 1..(y + 1) * w - 1;
            let (known_x, known_y) = (&mut self.gx[inner.clone()], &mut self.gy[inner.clone()]);
            steeper(row(y - 1), row(y), row(y + 1), known_x, known_y, &mut self.steep[inner]);
        }
    }

    fn integrate(&mut self, w: usize, h: usize) {
        self.sums.resize((w + 1) * (h + 1), 0.0);
        self.sums[..=w].fill(0.0);
        for (y, steep) in self.steep.chunks_exact(w).enumerate() {
            let (before, now) = self.sums[y * (w + 1)..(y + 2) * (w + 1)].split_at_mut(w + 1);
            now[0] = 0.0;
            let mut row = 0.0;
            for ((sum, above), s) in now[1..].iter_mut().zip(&before[1..]).zip(steep) {
                row += s;
                *sum = above + row;
            }
        }
    }
}

/// Pixels reckoned at a time.
const PIECE: usize = 64;

/// One row of [`EdgeFinder::steepen`]: three rows of the picture, and what is known of the middle one but for its ends.
fn steeper(up: &[u8], mid: &[u8], down: &[u8], gx: &mut [f32], gy: &mut [f32], steep: &mut [f32]) {
    let n = steep.len();
    // Of known lengths, so that the loop needs no checks.
    let (up, mid, down, gx, gy) = (&up[..n + 2], &mid[..n + 2], &down[..n + 2], &mut gx[..n], &mut gy[..n]);
    let at = |row: &[u8], i: usize| i32::from(row[i]);
    // Piece by piece in two steps: a loop that chooses while it reckons is not laid out for several pixels at once.
    let (mut dx, mut dy, mut length) = ([0i32; PIECE], [0i32; PIECE], [0.0f32; PIECE]);
    for from in (0..n).step_by(PIECE) {
        let m = PIECE.min(n - from);
        let (up, mid, down) = (&up[from..from + m + 2], &mid[from..from + m + 2], &down[from..from + m + 2]);
        for x in 0..m {
            dx[x] = 3 * (at(up, x + 2) - at(up, x)) + 10 * (at(mid, x + 2) - at(mid, x)) + 3 * (at(down, x + 2) - at(down, x));
            dy[x] = 3 * (at(down, x) - at(up, x)) + 10 * (at(down, x + 1) - at(up, x + 1)) + 3 * (at(down, x + 2) - at(up, x + 2));
        }
        for x in 0..m {
            // In double precision both squares and their sum are exact.
            length[x] = (f64::from(dx[x] * dx[x] + dy[x] * dy[x]).sqrt() / 32.0) as f32;
        }
        for x in 0..m {
            if length[x] > steep[from + x] {
                (gx[from + x], gy[from + x], steep[from + x]) = (dx[x] as f32 / 32.0, dy[x] as f32 / 32.0, length[x]);
            }
        }
    }
}
