//! Still pictures of the moment a fault was seen best, with the evidence drawn on them.

use super::against::Against;
use super::draw::Pen;
use super::evidence::nearest_outline;
use super::marks;
use super::scene::{Scene, place, sides};
use super::want::Want;
use crate::error::{Error, Result};
use crate::patterns::Draw;
use crate::report::series::At;
use crate::report::{Still, words};
use opencv::core::{Mat, Rect, Size, Vector};
use opencv::prelude::*;
use opencv::{imgcodecs, imgproc};

/// Longest side of a still, px, and the JPEG quality: about 40 kB each.
const LONG_SIDE_PX: f64 = 640.0;
const QUALITY: i32 = 80;
/// Draws and encodes one still from a clean picture; `None` when the encoder refuses it.
pub fn make(image: &Mat, scene: &Scene, want: &Want, scale: f64) -> Result<Option<Still>> {
    let native = |e: opencv::Error| Error::internal(format!("a still could not be made: {e}")).because(e);
    let mut picture = image.clone();
    let part = part(&picture, scene, want, scale);
    // Sized to what is shown: a lifter far off is not hidden under the strokes.
    let pen = Pen::new(part.width.max(part.height), part.width.max(part.height));
    marks::draw(&mut picture, scene, want, scale, pen).map_err(native)?;
    let picture = crop(&picture, part).map_err(native)?;
    let mut jpeg = Vector::<u8>::new();
    let options = Vector::from_slice(&[imgcodecs::IMWRITE_JPEG_QUALITY, QUALITY]);
    if !imgcodecs::imencode(".jpg", &picture, &mut jpeg, &options).map_err(native)? {
        return Ok(None);
    }
    Ok(Some(Still {
        rep: want.rep,
        code: want.check.code.clone(),
        frame: want.frame,
        time_s: want.time_s,
        jpeg: jpeg.to_vec(),
        width_px: picture.cols() as u32,
        height_px: picture.rows() as u32,
        alt: alt(want),
        legend: marks::legend(scene, want),
    }))
}

fn alt(want: &Want) -> String {
    let shown = match marks::kind(&want.check.code) {
        Draw::Back => match Against::of(want.check.measure.as_deref()) {
            Some(Against::SetPosition) => "The outline of the back now, against its shape in the set position",
            Some(Against::WayUp) => "The outline of the back now, against its shape on the way up",
            None => "The outline of the back",
        },
        Draw::Rise => "How far hips and shoulders have risen since the bar left the floor",
        Draw::Bar => "The bar's path since lift-off against the vertical line",
        Draw::Lean => "The line of the trunk against the vertical",
        Draw::Foot => "The sole of the foot now, against how it lay in the set position",
        Draw::Body => "The lifter's joints",
    };
    format!("Rep {} at {}: {}. {shown}.", want.rep, words::time(want.time_s), want.check.named())
}

/// The lifter and the bar, or the part of the lifter the check looks at, with some air.
fn part(picture: &Mat, scene: &Scene, want: &Want, scale: f64) -> Rect {
    let at = At::time(scene.signals, want.time_s);
    let shown = marks::shown(marks::kind(&want.check.code));
    let wanted = |index: usize| shown.is_empty() || shown.iter().any(|j| *j as usize == index);
    let mut places: Vec<[f64; 2]> = sides(scene)
        .into_iter()
        .flat_map(|side| side.iter().enumerate())
        .filter_map(|(index, j)| place(j, at, scale).filter(|_| wanted(index)).map(|(place, _)| place))
        .collect();
    let bar = &scene.signals.bar;
    let middle = at.and_then(|a| Some((a.value(&bar.image_x_px)? * scale, a.value(&bar.image_y_px)? * scale)));
    if let (Some((x, y)), true) = (middle, shown.is_empty()) {
        let r = at.and_then(|a| a.value(&bar.radius_px)).unwrap_or(0.0) * scale;
        places.extend([[x - r, y - r], [x + r, y + r]]);
    }
    // Joints end at the ear and the ankle; the outline goes on to the top of the head, the fingers and the toes.
    if shown.is_empty() {
        // Not every frame was looked at.
        let pose = nearest_outline(scene, want.frame as usize);
        places.extend(pose.into_iter().flat_map(|p| p.outline.iter().flatten()).map(|[x, y]| [x * scale, y * scale]));
    }
    let whole = Rect::new(0, 0, picture.cols(), picture.rows());
    let edge = |axis: usize, pick: fn(f64, f64) -> f64| places.iter().map(|p| p[axis]).reduce(pick);
    let part = match (edge(0, f64::min), edge(0, f64::max), edge(1, f64::min), edge(1, f64::max)) {
        (Some(left), Some(right), Some(top), Some(bottom)) => {
            let air = 0.1 * (bottom - top).max(right - left);
            let [x, y] = [left - air, top - air].map(|v| v as i32);
            Rect::new(x, y, (right - left + 2.0 * air) as i32, (bottom - top + 1.6 * air) as i32) & whole
        }
        _ => whole,
    };
    if part.width < 32 || part.height < 32 { whole } else { part }
}

/// No wider or higher than the page needs.
fn crop(picture: &Mat, part: Rect) -> opencv::Result<Mat> {
    let shrink = (LONG_SIDE_PX / f64::from(part.width.max(part.height))).min(1.0);
    let size = Size::new((f64::from(part.width) * shrink) as i32, (f64::from(part.height) * shrink) as i32);
    let mut small = Mat::default();
    imgproc::resize(&Mat::roi(picture, part)?, &mut small, size, 0.0, 0.0, imgproc::INTER_AREA)?;
    Ok(small)
}
