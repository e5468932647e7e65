//! Upright pictures with square pixels, all of one size, whatever the file does under way.

use super::scaler::{Output, Scaler, borrowed};
use super::{Orientation, Shown};
use ffmpeg_next::format::Pixel;
use opencv::core::{CV_8UC1, Mat, Rect, Scalar};
use opencv::prelude::*;

/// Shapes that differ by less are the same: sizes are rounded to whole blocks.
const SAME_SHAPE: f64 = 0.02;

/// Makes every picture of a film the size of its first.
pub struct Pictures {
    output: Output,
    /// Longest side of the pictures handed out; never enlarged.
    long_side_px: Option<u32>,
    scaler: Scaler,
    size: Option<(u32, u32)>,
    coded: Option<Coded>,
}

#[derive(Clone, Copy, PartialEq)]
struct Coded {
    size: (u32, u32),
    pixel: Pixel,
    orientation: Orientation,
    aspect: f64,
}

/// What became another than in the picture before.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Changed {
    pub size: bool,
    pub format: bool,
    /// The picture has another shape, so that what it shows is placed and scaled anew.
    pub shape: bool,
}

impl Pictures {
    pub fn new(output: Output, long_side_px: Option<u32>) -> Self {
        Pictures { output, long_side_px, scaler: Scaler::default(), size: None, coded: None }
    }

    /// The turn and mirror of the last picture.
    pub fn orientation(&self) -> Orientation {
        self.coded.map_or_else(Orientation::default, |c| c.orientation)
    }

    /// The picture of `shown`. One of another shape than the first is fitted in between black bars.
    pub fn make(&mut self, shown: &mut Shown, interlaced: bool) -> opencv::Result<(Mat, Changed)> {
        let now = Coded {
            size: (shown.frame.width(), shown.frame.height()),
            pixel: shown.frame.format(),
            orientation: shown.orientation(),
            aspect: shown.pixel_aspect(),
        };
        let own = self.limited(upright(&now));
        let size = *self.size.get_or_insert(own);
        let shape = |(w, h): (f64, f64)| w / h;
        let ratio = |(w, h): (u32, u32)| f64::from(w) / f64::from(h);
        let mut changed = Changed::default();
        if let Some(before) = self.coded.filter(|c| *c != now) {
            changed.size = before.size != now.size || before.orientation != now.orientation || before.aspect != now.aspect;
            changed.format = before.pixel != now.pixel;
            changed.shape = (shape(upright(&before)) / shape(upright(&now)) - 1.0).abs() > SAME_SHAPE;
        }
        self.coded = Some(now);
        let inside = if (ratio(own) / ratio(size) - 1.0).abs() < SAME_SHAPE { size } else { fitted(own, size, self.output) };
        let across = if now.orientation.transpose { (inside.1, inside.0) } else { inside };
        let fault = |what: &str| opencv::Error::new(opencv::core::StsError, what.to_owned());
        let scaled = self.scaler.run(shown, self.output, across, interlaced).map_err(fault)?;
        let picture = match self.output {
            // SAFETY: `apply` copies the pixels before the buffer is used again.
            Output::Bgr => now.orientation.apply(&unsafe { borrowed(scaled, 0, across, 3)? })?,
            // SAFETY: as above.
            Output::Luma => now.orientation.apply(&unsafe { borrowed(scaled, 0, across, 1)? })?,
            Output::I420 => planes(scaled, across, inside, now.orientation)?,
        };
        let picture = if inside == size { picture } else { framed(&picture, inside, size, self.output)? };
        Ok((picture, changed))
    }

    /// At most `long_side_px`; even where planes of half the side follow.
    fn limited(&self, (w, h): (f64, f64)) -> (u32, u32) {
        let scale = self.long_side_px.map_or(1.0, |side| (f64::from(side) / w.max(h)).min(1.0));
        let whole = |side: f64| match self.output {
            Output::I420 => 2 * ((side * scale / 2.0).round().max(1.0) as u32),
            _ => (side * scale).round().max(1.0) as u32,
        };
        (whole(w), whole(h))
    }
}

/// Size on screen, with square pixels.
fn upright(coded: &Coded) -> (f64, f64) {
    let (w, h) = (f64::from(coded.size.0) * coded.aspect, f64::from(coded.size.1));
    if coded.orientation.transpose { (h, w) } else { (w, h) }
}

/// The largest size of the shape of `own` within `size`.
fn fitted(own: (u32, u32), size: (u32, u32), output: Output) -> (u32, u32) {
    let scale = (f64::from(size.0) / f64::from(own.0)).min(f64::from(size.1) / f64::from(own.1));
    let whole = |side: u32, limit: u32| {
        let side = ((f64::from(side) * scale).round() as u32).clamp(1, limit);
        if output == Output::I420 { (side & !1).max(2) } else { side }
    };
    (whole(own.0, size.0), whole(own.1, size.1))
}

/// In the middle of a black picture.
fn framed(picture: &Mat, inside: (u32, u32), size: (u32, u32), output: Output) -> opencv::Result<Mat> {
    let place =
        |(w, h): (u32, u32), (cw, ch): (u32, u32)| Rect::new(((cw - w) / 4 * 2) as i32, ((ch - h) / 4 * 2) as i32, w as i32, h as i32);
    if output != Output::I420 {
        let mut out = Mat::new_rows_cols_with_default(size.1 as i32, size.0 as i32, picture.typ(), Scalar::default())?;
        picture.copy_to(&mut Mat::roi_mut(&mut out, place(inside, size))?)?;
        return Ok(out);
    }
    let (rows, cols) = (size.1 as usize, size.0 as usize);
    let mut out = Mat::new_rows_cols_with_default((rows * 3 / 2) as i32, cols as i32, CV_8UC1, Scalar::default())?;
    let at = place(inside, size);
    let (x, y, w, h) = (at.x as usize, at.y as usize, at.width as usize, at.height as usize);
    let (from, to) = (picture.data_bytes()?, out.data_bytes_mut()?);
    to[rows * cols..].fill(128);
    let mut plane = |from_at: usize, to_at: usize, half: usize| {
        for r in 0..h / half {
            let target = to_at + (y / half + r) * (cols / half) + x / half;
            let source = from_at + r * (w / half);
            to[target..target + w / half].copy_from_slice(&from[source..source + w / half]);
        }
    };
    plane(0, 0, 1);
    plane(w * h, rows * cols, 2);
    plane(w * h * 5 / 4, rows * cols * 5 / 4, 2);
    Ok(out)
}

/// Three planes one below the other, each turned by itself.
fn planes(scaled: &mut ffmpeg_next::frame::Video, across: (u32, u32), inside: (u32, u32), turn: Orientation) -> opencv::Result<Mat> {
    let (w, h) = (inside.0 as usize, inside.1 as usize);
    let mut out = Mat::new_rows_cols_with_default((h * 3 / 2) as i32, w as i32, CV_8UC1, Scalar::default())?;
    let mut at = 0;
    for (plane, part) in [(0, 1), (1, 2), (2, 2)] {
        // SAFETY: `apply` copies the pixels before the buffer is used again.
        let turned = turn.apply(&unsafe { borrowed(scaled, plane, (across.0 / part, across.1 / part), 1)? })?;
        let bytes = turned.data_bytes()?;
        out.data_bytes_mut()?[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    }
    Ok(out)
}
