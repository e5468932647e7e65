//! A set as a small drawing: the lifter's outline at the first lift-off, the plate, the bar's path.
//! Drawn from the track, so it needs no video and shows no face.

use super::layout::THUMB_FILE;
use crate::error::Result;
use crate::files::write_whole;
use crate::report::Report;
use crate::track::{FrameObs, Track};
use std::fmt::Write;
use std::path::Path;

/// Side of the drawing, its own units.
const SIDE: f64 = 96.0;
/// Steps of the outline shorter than this are left out, own units.
const STEP: f64 = 1.2;

/// Writes `thumb.svg`; a track that shows nobody gets none.
pub fn write(track: &Track, report: &Report, folder: &Path) -> Result<()> {
    match svg(track, report) {
        Some(text) => write_whole(&folder.join(THUMB_FILE), text.as_bytes()),
        None => Ok(()),
    }
}

/// The drawing; colours are the page's own (`currentColor`).
pub fn svg(track: &Track, report: &Report) -> Option<String> {
    let rep = report.reps.first();
    let at = rep.and_then(|r| r.lift_off_s).unwrap_or(track.video.duration_s / 2.0);
    let shown = |f: &&FrameObs| f.pose.as_ref().is_some_and(|p| p.outline.first().is_some_and(|o| o.len() > 2));
    let frame = track.frames.iter().filter(shown).min_by(|a, b| (a.time_s - at).abs().total_cmp(&(b.time_s - at).abs()))?;
    let outline = frame.pose.as_ref()?.outline.first()?;
    let until = rep.and_then(|r| r.lockout_s).unwrap_or(f64::INFINITY);
    let path: Vec<[f64; 2]> = match rep.and_then(|r| r.lift_off_s) {
        None => vec![],
        Some(from) => track
            .frames
            .iter()
            .filter(|f| f.time_s >= from && f.time_s <= until)
            .filter_map(|f| f.plate.map(|p| [p.x_px, p.y_px]))
            .collect(),
    };
    let view = View::around(outline.iter().chain(&path).copied(), frame)?;
    let mut text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIDE} {SIDE}\" fill=\"none\">");
    write!(text, "<path d=\"{}Z\" fill=\"currentColor\" opacity=\".35\"/>", view.line(outline)).ok()?;
    if let Some(p) = frame.plate {
        let [x, y] = view.place([p.x_px, p.y_px]);
        write!(
            text,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{:.0}\" stroke=\"currentColor\" stroke-width=\"2\"/>",
            p.major_px * view.scale
        )
        .ok()?;
    }
    if path.len() > 1 {
        write!(text, "<path d=\"{}\" stroke=\"#e4572e\" stroke-width=\"2.5\"/>", view.line(&path)).ok()?;
    }
    text.push_str("</svg>");
    Some(text)
}

/// From frame pixels to the drawing.
struct View {
    from: [f64; 2],
    scale: f64,
    offset: [f64; 2],
}

impl View {
    fn around(points: impl Iterator<Item = [f64; 2]>, frame: &FrameObs) -> Option<View> {
        let plate =
            frame.plate.into_iter().flat_map(|p| [[p.x_px - p.major_px, p.y_px - p.major_px], [p.x_px + p.major_px, p.y_px + p.major_px]]);
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in points.chain(plate) {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let size = [high[0] - low[0], high[1] - low[1]];
        let scale = (SIDE - 4.0) / size[0].max(size[1]);
        (scale.is_finite() && scale > 0.0).then(|| View {
            from: low,
            scale,
            offset: [(SIDE - size[0] * scale) / 2.0, (SIDE - size[1] * scale) / 2.0],
        })
    }

    fn place(&self, point: [f64; 2]) -> [f64; 2] {
        std::array::from_fn(|i| (point[i] - self.from[i]) * self.scale + self.offset[i])
    }

    fn line(&self, points: &[[f64; 2]]) -> String {
        let (mut text, mut last) = (String::new(), None::<[f64; 2]>);
        for &point in points {
            let [x, y] = self.place(point);
            if last.is_some_and(|l| (l[0] - x).hypot(l[1] - y) < STEP) {
                continue;
            }
            // Writing to a string cannot fail.
            let _ = write!(text, "{}{x:.0} {y:.0}", if last.is_none() { 'M' } else { 'L' });
            last = Some([x, y]);
        }
        text
    }
}
