//! Still pictures of the moment a fault was seen best, with the evidence drawn on them.

mod evidence;

use super::annotate::Scene;
use super::annotate::overlay::{place, sides};
use super::series::At;
use super::{CheckPart, words};
use crate::error::{Error, Result};
use crate::files;
use crate::patterns::Draw;
use opencv::core::{Mat, Rect, Size, Vector};
use opencv::prelude::*;
use opencv::{imgcodecs, imgproc};
use std::path::{Path, PathBuf};

/// One picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Still {
    /// Index of the rep, from 1.
    pub rep: u32,
    /// Code of the check.
    pub code: String,
    pub frame: u32,
    pub time_s: f64,
    pub jpeg: Vec<u8>,
    pub width_px: u32,
    pub height_px: u32,
    /// What is to be seen, for people who cannot.
    pub alt: String,
}

/// Longest side of a still, px, and the JPEG quality: about 40 kB each.
const LONG_SIDE_PX: f64 = 640.0;
const QUALITY: i32 = 80;
/// More than this many flags get no picture each; the worst come first.
const MOST: usize = 24;

/// One picture asked for.
#[derive(Debug, Clone)]
pub struct Want {
    pub rep: u32,
    pub frame: u32,
    pub time_s: f64,
    pub check: CheckPart,
}

/// The flags' moments.
#[derive(Debug, Default)]
pub struct Wanted {
    wants: Vec<Want>,
}

impl Wanted {
    pub fn of(scene: &Scene) -> Wanted {
        let of_rep = |rep: &super::RepPart| -> Vec<Want> {
            let want =
                |check: &CheckPart| Some(Want { rep: rep.index, frame: check.frame?, time_s: check.frame_time_s?, check: check.clone() });
            rep.flags().into_iter().filter_map(want).collect()
        };
        let mut wants: Vec<Want> = scene.report.reps.iter().flat_map(of_rep).collect();
        wants.sort_by(|a, b| b.check.severity.cmp(&a.check.severity).then(b.check.deduction.total_cmp(&a.check.deduction)));
        wants.truncate(MOST);
        Wanted { wants }
    }

    /// Pictures to be made of a frame.
    pub fn at(&mut self, frame: u32) -> Vec<Want> {
        let (now, later) = std::mem::take(&mut self.wants).into_iter().partition(|w| w.frame == frame);
        self.wants = later;
        now
    }
}

/// Draws and encodes one still from a clean picture; `None` when the encoder refuses it.
pub fn make(image: &Mat, scene: &Scene, want: &Want, scale: f64) -> Result<Option<Still>> {
    let native = |e: opencv::Error| Error::internal(format!("a still could not be made: {e}")).because(e);
    let mut picture = image.clone();
    evidence::draw(&mut picture, scene, want, scale).map_err(native)?;
    let picture = crop(&picture, scene, want, scale).map_err(native)?;
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
    }))
}

/// Writes stills as `rep2-E3.jpg` into a folder.
pub fn write(stills: &[Still], folder: &Path) -> Result<Vec<PathBuf>> {
    let name = |still: &Still| folder.join(format!("rep{}-{}.jpg", still.rep, still.code));
    stills.iter().map(|still| files::write_whole(&name(still), &still.jpeg).map(|()| name(still))).collect()
}

fn alt(want: &Want) -> String {
    let shown = match evidence::kind(&want.check.code) {
        Draw::Back => "The outline of the back now, against its shape in the set position",
        Draw::Rise => "How far hips and shoulders have risen since the bar left the floor",
        Draw::Bar => "The bar's path since lift-off against the vertical line",
        Draw::Lean => "The line of the trunk against the vertical",
        Draw::Foot => "The sole of the foot now, against how it lay in the set position",
        Draw::Body => "The lifter's joints",
    };
    format!("Rep {} at {}: {}. {shown}.", want.rep, words::time(want.time_s), want.check.named())
}

/// The lifter and the bar, or the part of the lifter the check looks at, with some air, no wider or higher than the page needs.
fn crop(picture: &Mat, scene: &Scene, want: &Want, scale: f64) -> opencv::Result<Mat> {
    let at = At::time(scene.signals, want.time_s);
    let shown = evidence::shown(evidence::kind(&want.check.code));
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
    let whole = Rect::new(0, 0, picture.cols(), picture.rows());
    let edge = |axis: usize, pick: fn(f64, f64) -> f64| places.iter().map(|p| p[axis]).reduce(pick);
    let part = match (edge(0, f64::min), edge(0, f64::max), edge(1, f64::min), edge(1, f64::max)) {
        (Some(left), Some(right), Some(top), Some(bottom)) => {
            let air = 0.16 * (bottom - top).max(right - left);
            let [x, y] = [left - air, top - air].map(|v| v as i32);
            Rect::new(x, y, (right - left + 2.0 * air) as i32, (bottom - top + 1.6 * air) as i32) & whole
        }
        _ => whole,
    };
    let part = if part.width < 32 || part.height < 32 { whole } else { part };
    let shrink = (LONG_SIDE_PX / f64::from(part.width.max(part.height))).min(1.0);
    let size = Size::new((f64::from(part.width) * shrink) as i32, (f64::from(part.height) * shrink) as i32);
    let mut small = Mat::default();
    imgproc::resize(&Mat::roi(picture, part)?, &mut small, size, 0.0, 0.0, imgproc::INTER_AREA)?;
    Ok(small)
}
