//! How far the lens bends straight lines (SPEC 4.4).

use super::lines::Lines;
use crate::bar::Gray;
use crate::numeric::median;

/// Lines at least so long show it (longer sides).
const LEAST_LENGTH: f64 = 0.15;
/// σ of the height of an arc, longer sides: half a pixel of the reduced picture.
const ARC_SIGMA: f64 = 0.0008;
/// An edge is looked for so far beside the straight line, px of the reduced picture, at so many places along it.
const BESIDE_PX: i32 = 5;
const PLACES: usize = 15;
/// Least share of them that show it, by this step of brightness.
const LEAST_SEEN: f64 = 0.8;
const LEAST_STEP: f64 = 6.0;
/// Less than so many σ from none is none.
const SURE: f64 = 4.0;
/// Where a bow is told: a line as long as the picture's shorter side, a quarter of the longer side from the middle.
const TOLD_AT: f64 = 0.25;

/// A line that the lens may have bent: its arc is k · `unit` high in a picture of x = u (1 − k r²), longer sides.
struct Arc {
    time_s: f64,
    place_px: [f64; 2],
    unit: f64,
    height: f64,
}

/// Gathers long lines over several frames.
#[derive(Default)]
pub struct BowWatch {
    arcs: Vec<Arc>,
    looks: usize,
    shorter: f64,
}

impl BowWatch {
    pub fn see(&mut self, time_s: f64, lines: &Lines) {
        let longer = lines.longer_px() * lines.scale;
        let middle = [lines.gray.width as f64 / 2.0, lines.gray.height as f64 / 2.0];
        self.looks += 1;
        self.shorter = 2.0 * middle[0].min(middle[1]) / longer;
        for [x0, y0, x1, y1] in &lines.segments {
            let length = (x1 - x0).hypot(y1 - y0);
            if length < LEAST_LENGTH * longer {
                continue;
            }
            let place = [0.5 * (x0 + x1), 0.5 * (y0 + y1)];
            // To the left of the way from one end to the other.
            let normal = [(y1 - y0) / length, (x0 - x1) / length];
            let offset = (place[0] - middle[0]) * normal[0] + (place[1] - middle[1]) * normal[1];
            if let Some(arc) = arc_px(&lines.gray, [*x0, *y0], [*x1, *y1], normal) {
                let unit = offset / longer * (length / longer).powi(2) / 4.0;
                self.arcs.push(Arc { time_s, place_px: lines.in_frame(place), unit, height: arc / longer });
            }
        }
    }

    /// Height of the arc over its length, of a straight line from one border to the other a quarter of the longer side
    /// from the picture's middle; + = outwards, as a wide lens bends it. Only where it is sure. Lines on people are left
    /// out: `on_somebody` is asked with a time (s) and a place (frame px).
    pub fn bow(mut self, on_somebody: impl Fn(f64, [f64; 2]) -> bool) -> Option<f64> {
        self.arcs.retain(|a| !on_somebody(a.time_s, a.place_px));
        let mut k = median(self.arcs.iter().filter(|a| a.unit.abs() > ARC_SIGMA).map(|a| a.height / a.unit))?;
        let mut sigma = f64::INFINITY;
        for _ in 0..10 {
            let (mut w, mut moment) = (0.0, 0.0);
            for arc in &self.arcs {
                let off = (arc.height - k * arc.unit) / ARC_SIGMA;
                // A line seen in every look is one line.
                let weight = 1.0 / (1.0 + off * off) / ARC_SIGMA.powi(2) / self.looks as f64;
                w += weight * arc.unit * arc.unit;
                moment += weight * arc.unit * arc.height;
            }
            (k, sigma) = (moment / w, (1.0 / w).sqrt());
        }
        (k.abs() > SURE * sigma).then_some(k * TOLD_AT * self.shorter / 4.0)
    }
}

/// How far the middle of an edge lies beside the straight line between its ends, along `normal`, px; the edge is where
/// the brightness changes most, in the direction in which it changes along most of the line.
fn arc_px(gray: &Gray, from: [f64; 2], to: [f64; 2], normal: [f64; 2]) -> Option<f64> {
    let mut rows = Vec::with_capacity(PLACES);
    for i in 0..PLACES {
        let along = i as f64 / (PLACES - 1) as f64;
        let place = |off: f64| [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * along + normal[axis] * off);
        let value = |off: i32| {
            let [x, y] = place(f64::from(off)).map(|v| v as f32);
            gray.holds(x, y).then(|| f64::from(gray.sample(x, y)))
        };
        let values: Vec<f64> = (-BESIDE_PX - 1..=BESIDE_PX + 1).map(value).collect::<Option<_>>()?;
        rows.push((2.0 * along - 1.0, values.windows(3).map(|w| w[2] - w[0]).collect::<Vec<f64>>()));
    }
    let rising = rows.iter().map(|r| r.1[BESIDE_PX as usize]).sum::<f64>().signum();
    let edge = |row: &[f64]| {
        let best = (1..row.len() - 1).max_by(|&a, &b| (rising * row[a]).total_cmp(&(rising * row[b])))?;
        let [before, at, after] = [row[best - 1], row[best], row[best + 1]].map(|v| rising * v);
        let bend = before - 2.0 * at + after;
        let between = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
        (at > LEAST_STEP).then_some(best as f64 - f64::from(BESIDE_PX) + between)
    };
    let edges: Vec<(f64, f64)> = rows.iter().filter_map(|(along, row)| Some((*along, edge(row)?))).collect();
    if (edges.len() as f64) < LEAST_SEEN * PLACES as f64 {
        return None;
    }
    // A parabola c (1 − t²), t from −1 to 1, by the medians of its ends and its middle.
    let part = |from: f64, to: f64| {
        let part: Vec<&(f64, f64)> = edges.iter().filter(|e| (from..=to).contains(&e.0)).collect();
        let square = part.iter().map(|e| e.0 * e.0).sum::<f64>() / part.len().max(1) as f64;
        median(part.iter().map(|e| e.1)).map(|off| (off, square))
    };
    let (one, middle, other) = (part(-1.0, -0.6), part(-0.25, 0.25), part(0.6, 1.0));
    one.zip(middle).zip(other).map(|((a, m), b)| (m.0 - 0.5 * (a.0 + b.0)) / (0.5 * (a.1 + b.1) - m.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RectPx;
    use opencv::core::{Mat, Point, Scalar};
    use opencv::imgproc;

    /// Four posts through a lens that bends x = u into x = u (1 − k r²), longer sides.
    fn bow(k: f64) -> Option<f64> {
        let mut frame = Mat::new_rows_cols_with_default(360, 640, opencv::core::CV_8UC3, Scalar::all(40.0)).unwrap();
        for u in [-0.4, -0.25, 0.25, 0.4] {
            let place = |v: i32| {
                let y = f64::from(v) / 640.0;
                let shrink = 640.0 * (1.0 - k * (u * u + y * y));
                Point::new(((320.0 + shrink * u) * 16.0).round() as i32, ((180.0 + shrink * y) * 16.0).round() as i32)
            };
            for v in (-160..160).step_by(10) {
                imgproc::line(&mut frame, place(v), place(v + 10), Scalar::all(220.0), 6, imgproc::LINE_AA, 4).unwrap();
            }
        }
        let mut watch = BowWatch::default();
        let whole = RectPx { x_px: 0.0, y_px: 0.0, width_px: 640.0, height_px: 360.0 };
        watch.see(0.0, &Lines::of(&frame, whole).unwrap());
        watch.bow(|_, _| false)
    }

    #[test]
    fn a_wide_lens_bends_the_posts_and_an_ordinary_one_does_not() {
        assert!(bow(0.0).is_none_or(|b| b.abs() < 0.001), "{:?}", bow(0.0));
        let (expected, read) = (0.2 * 0.25 * 0.5625 / 4.0, bow(0.2).unwrap());
        assert!((read / expected - 1.0).abs() < 0.25, "{read} of {expected}");
    }
}
