//! Small SVG charts whose colours are the page's, so that they follow light and dark.

use crate::batch::date::Day;
use crate::batch::history::{LinePoint, Profile, ProfilePoint};
use std::collections::BTreeMap;
use std::fmt::Write;

/// One set in a chart.
pub struct Point {
    pub x: f64,
    pub y: f64,
    /// What it is, for the pointer.
    pub name: String,
    /// Its report, relative to the page.
    pub href: String,
}

/// One lifter's points; the colour is class `c0` … `c7`.
pub struct Series {
    pub points: Vec<Point>,
    pub colour: usize,
}

/// What a chart's horizontal axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// [`Day::number`]; each series is joined by a line.
    Days,
    Kilograms,
}

pub const COLOURS: usize = 8;
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 30.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 12.0;
/// Room between the outermost points and the frame.
const INSET: f64 = 8.0;
/// Beyond this many points a chart is a cloud, and names would only make the page heavy.
const NAMED_MAX: usize = 400;

/// Beyond this many points single ones are not seen: how many fall together is drawn instead.
const SINGLE_MAX: usize = 3000;
/// Side of a cell of that drawing, its own units.
const CELL: f64 = 6.0;

/// Darker where more points fall; a tenfold number is one step.
fn cloud(svg: &mut String, points: impl Iterator<Item = (f64, f64)>) {
    let mut cells: BTreeMap<(i32, i32), u32> = BTreeMap::new();
    points.for_each(|(x, y)| *cells.entry(((x / CELL) as i32, (y / CELL) as i32)).or_default() += 1);
    let most = cells.values().copied().max().unwrap_or(1);
    for ((x, y), n) in cells {
        let opacity = 0.15 + 0.85 * (f64::from(n).ln_1p() / f64::from(most).ln_1p());
        let (x, y) = (f64::from(x) * CELL, f64::from(y) * CELL);
        let _ = write!(svg, "<rect class=\"cell\" x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" opacity=\"{opacity:.2}\"/>");
    }
}

/// A scatter plot with `digits` after the point on its vertical axis. `None` with fewer than two points.
pub fn scatter(series: &[Series], along: Along, digits: usize) -> Option<String> {
    let all = || series.iter().flat_map(|s| &s.points);
    if all().count() < 2 {
        return None;
    }
    let x = Axis::over(all().map(|p| p.x), LEFT + INSET, WIDTH - RIGHT - INSET);
    let x = if along == Along::Days && all().all(|p| p.x == x.middle()) { x.around(1.0) } else { x };
    let y = Axis::over(all().map(|p| p.y), HEIGHT - BOTTOM - INSET, TOP + INSET);
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"group\" aria-label=\"One point per set\">");
    frame(&mut svg, &x, &y, along, digits);
    let named = all().count() <= NAMED_MAX;
    if all().count() > SINGLE_MAX {
        cloud(&mut svg, all().map(|p| (x.place(p.x), y.place(p.y))));
        svg.push_str("</svg>");
        return Some(svg);
    }
    for s in series {
        let colour = s.colour % COLOURS;
        if along == Along::Days && s.points.len() > 1 {
            let points: Vec<String> = s.points.iter().map(|p| format!("{:.1},{:.1}", x.place(p.x), y.place(p.y))).collect();
            let _ = write!(svg, "<polyline class=\"c{colour} line\" points=\"{}\"/>", points.join(" "));
        }
        for p in &s.points {
            let circle = format!("<circle class=\"c{colour}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"", x.place(p.x), y.place(p.y));
            let _ = match named {
                true => write!(svg, "<a href=\"{}\">{circle}><title>{}</title></circle></a>", escape(&p.href), escape(&p.name)),
                false => write!(svg, "{circle}/>"),
            };
        }
    }
    svg.push_str("</svg>");
    Some(svg)
}

fn frame(svg: &mut String, x: &Axis, y: &Axis, along: Along, digits: usize) {
    let ticks = y.ticks();
    // As many digits as keep neighbouring labels apart.
    let step = ticks.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    let digits = digits.max(if step.is_finite() { (-step.log10()).ceil().max(0.0) as usize } else { 0 });
    for tick in ticks {
        let at = y.place(tick);
        let _ = write!(svg, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>", WIDTH - RIGHT);
        let _ = write!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{tick:.digits$}</text>", LEFT - 6.0, at + 4.0);
    }
    for (value, label) in x.labels(along) {
        let at = x.place(value);
        let anchor = match at {
            at if at < LEFT + 40.0 => "start",
            at if at > WIDTH - RIGHT - 40.0 => "end",
            _ => "middle",
        };
        let _ = write!(svg, "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{label}</text>", HEIGHT - 10.0);
    }
}

/// One lifter's speed against load: points with their errors, the line with its band. `None` with fewer than two points.
pub fn load_velocity(profile: &Profile, points: &[Point], colour: usize) -> Option<String> {
    if points.len() < 2 {
        return None;
    }
    let colour = colour % COLOURS;
    let error = |p: &ProfilePoint| p.mean_velocity_mps_sigma.unwrap_or(0.0);
    let ends = profile.points.iter().flat_map(|p| [p.mean_velocity_mps - error(p), p.mean_velocity_mps + error(p)]);
    let band = profile.line.iter().flat_map(|p| [p.mean_velocity_mps - p.sigma_mps, p.mean_velocity_mps + p.sigma_mps]);
    let x = Axis::over(points.iter().map(|p| p.x), LEFT + INSET, WIDTH - RIGHT - INSET);
    let y = Axis::over(ends.chain(band), HEIGHT - BOTTOM - INSET, TOP + INSET);
    let mut svg =
        format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"group\" aria-label=\"Mean speed of the fastest repetition against load\">");
    frame(&mut svg, &x, &y, Along::Kilograms, 2);
    let place = |p: &LinePoint, off: f64| format!("{:.1},{:.1}", x.place(p.load_kg), y.place(p.mean_velocity_mps + off * p.sigma_mps));
    if !profile.line.is_empty() {
        let (upper, lower): (Vec<String>, Vec<String>) = profile.line.iter().map(|p| (place(p, 1.0), place(p, -1.0))).unzip();
        let edge: Vec<String> = upper.into_iter().chain(lower.into_iter().rev()).collect();
        let middle: Vec<String> = profile.line.iter().map(|p| place(p, 0.0)).collect();
        let _ = write!(svg, "<polygon class=\"c{colour} band\" points=\"{}\"/>", edge.join(" "));
        let _ = write!(svg, "<polyline class=\"c{colour} line\" points=\"{}\"/>", middle.join(" "));
    }
    for (p, known) in points.iter().zip(&profile.points) {
        let (cx, e) = (x.place(p.x), error(known));
        let (low, high) = (y.place(known.mean_velocity_mps - e), y.place(known.mean_velocity_mps + e));
        let _ = write!(svg, "<line class=\"c{colour} line\" x1=\"{cx:.1}\" x2=\"{cx:.1}\" y1=\"{low:.1}\" y2=\"{high:.1}\"/>");
        let circle = format!("<circle class=\"c{colour}\" cx=\"{cx:.1}\" cy=\"{:.1}\" r=\"4\"", y.place(p.y));
        let _ = write!(svg, "<a href=\"{}\">{circle}><title>{}</title></circle></a>", escape(&p.href), escape(&p.name));
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// A line of scores without axes.
pub fn sparkline(values: &[f64], colour: usize) -> Option<String> {
    if values.len() < 2 {
        return None;
    }
    let x = Axis { low: 0.0, high: (values.len() - 1) as f64, from: 3.0, to: 117.0 };
    let y = Axis::over(values.iter().copied(), 27.0, 3.0);
    let points: Vec<String> = values.iter().enumerate().map(|(i, v)| format!("{:.1},{:.1}", x.place(i as f64), y.place(*v))).collect();
    let last = points.last()?.split_once(',')?;
    let colour = colour % COLOURS;
    Some(format!(
        "<svg class=\"spark\" viewBox=\"0 0 120 30\" role=\"img\" aria-label=\"form score over the sets\"><polyline class=\"c{colour} line\" \
         points=\"{}\"/><circle class=\"c{colour}\" cx=\"{}\" cy=\"{}\" r=\"3\"/></svg>",
        points.join(" "),
        last.0,
        last.1
    ))
}

/// From values to the drawing, with a margin when all values are equal.
struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Axis {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let axis = Axis { low, high, from, to };
        if high > low { axis } else { axis.around(if low == 0.0 { 1.0 } else { low.abs() * 0.05 }) }
    }

    fn middle(&self) -> f64 {
        (self.low + self.high) / 2.0
    }

    /// The same drawing space with its middle value and so much on either side.
    fn around(self, margin: f64) -> Axis {
        Axis { low: self.middle() - margin, high: self.middle() + margin, ..self }
    }

    fn place(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Three to six round numbers.
    fn ticks(&self) -> Vec<f64> {
        let rough = (self.high - self.low) / 4.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(rough);
        let first = (self.low / step).ceil() as i64;
        (first..).map(|i| i as f64 * step).take_while(|t| *t <= self.high + step * 1e-6).collect()
    }

    /// Labels of a horizontal axis: round loads, or whole days from the first to the last.
    fn labels(&self, along: Along) -> Vec<(f64, String)> {
        match along {
            Along::Kilograms => self.ticks().into_iter().map(|kg| (kg, format!("{kg} kg"))).collect(),
            Along::Days => {
                let (first, last) = (self.low.ceil() as i64, self.high.floor() as i64);
                let parts = (last - first).clamp(1, 3);
                let day = |i: i64| first + (last - first) * i / parts;
                (0..=parts).filter_map(|i| Some((day(i) as f64, Day::from_number(day(i))?.to_string()))).collect()
            }
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_needs_two_points_and_names_are_text() {
        let one = |points: Vec<(f64, f64)>| {
            let name = "<script>\"x\"";
            let points = points.into_iter().map(|(x, y)| Point { x, y, name: name.into(), href: "a%20b/report.html".into() }).collect();
            scatter(&[Series { points, colour: 0 }], Along::Days, 0)
        };
        assert_eq!(one(vec![(1.0, 2.0)]), None);
        let svg = one(vec![(1.0, 2.0), (1.0, 2.0)]).unwrap();
        assert!(svg.contains("&lt;script&gt;&quot;x&quot;") && !svg.contains("<script") && !svg.contains("NaN"), "{svg}");
        assert_eq!(sparkline(&[1.0], 0), None);
        assert!(!sparkline(&[80.0, 80.0], 9).unwrap().contains("NaN"));
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(Axis { low: 61.0, high: 97.0, from: 0.0, to: 1.0 }.ticks(), [70.0, 80.0, 90.0]);
        let days = Axis { low: 0.0, high: 9.0, from: 0.0, to: 1.0 }.labels(Along::Days);
        assert_eq!(days.iter().map(|d| d.1.as_str()).collect::<Vec<_>>(), ["1970-01-01", "1970-01-04", "1970-01-07", "1970-01-10"]);
    }
}
