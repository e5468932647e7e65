//! Small SVG charts whose colours are the page's, so that they follow light and dark.

use std::fmt::Write;

/// One lifter's points; the colour is class `c0` … `c7`.
pub struct Series {
    pub points: Vec<(f64, f64)>,
    /// What each point is, for the pointer.
    pub names: Vec<String>,
    pub colour: usize,
}

pub const COLOURS: usize = 8;
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 30.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 12.0;
/// Beyond this many points a chart is a cloud, and names would only make the page heavy.
const NAMED_MAX: usize = 400;

/// A scatter plot; `line` joins each series. `None` with fewer than two points.
pub fn scatter(series: &[Series], line: bool, x_label: impl Fn(f64) -> String, digits: usize) -> Option<String> {
    let all = || series.iter().flat_map(|s| s.points.iter().copied());
    if all().count() < 2 {
        return None;
    }
    let x = Axis::over(all().map(|p| p.0), LEFT, WIDTH - RIGHT);
    let y = Axis::over(all().map(|p| p.1), HEIGHT - BOTTOM, TOP);
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">");
    frame(&mut svg, &x, &y, x_label, digits);
    let named = all().count() <= NAMED_MAX;
    for s in series {
        let colour = s.colour % COLOURS;
        if line && s.points.len() > 1 {
            let _ = write!(svg, "<polyline class=\"c{colour} line\" points=\"{}\"/>", joined(s, &x, &y));
        }
        for (&(px, py), name) in s.points.iter().zip(&s.names) {
            let _ = write!(svg, "<circle class=\"c{colour}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\">", x.place(px), y.place(py));
            if named {
                let _ = write!(svg, "<title>{}</title>", escape(name));
            }
            svg.push_str("</circle>");
        }
    }
    svg.push_str("</svg>");
    Some(svg)
}

fn joined(series: &Series, x: &Axis, y: &Axis) -> String {
    let points: Vec<String> = series.points.iter().map(|p| format!("{:.1},{:.1}", x.place(p.0), y.place(p.1))).collect();
    points.join(" ")
}

fn frame(svg: &mut String, x: &Axis, y: &Axis, x_label: impl Fn(f64) -> String, digits: usize) {
    for tick in y.ticks() {
        let at = y.place(tick);
        let _ = write!(svg, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>", WIDTH - RIGHT);
        let _ = write!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{tick:.digits$}</text>", LEFT - 6.0, at + 4.0);
    }
    let ends = [(x.low, "start"), (x.high, "end")];
    for (value, anchor) in ends {
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            x.place(value),
            HEIGHT - 10.0,
            escape(&x_label(value))
        );
    }
}

/// A line of scores without axes.
pub fn sparkline(values: &[f64]) -> Option<String> {
    if values.len() < 2 {
        return None;
    }
    let x = Axis { low: 0.0, high: (values.len() - 1) as f64, from: 3.0, to: 117.0 };
    let y = Axis::over(values.iter().copied(), 27.0, 3.0);
    let points: Vec<String> = values.iter().enumerate().map(|(i, v)| format!("{:.1},{:.1}", x.place(i as f64), y.place(*v))).collect();
    let last = points.last()?.split_once(',')?;
    Some(format!(
        "<svg class=\"spark\" viewBox=\"0 0 120 30\" role=\"img\" aria-label=\"form score over the sets\"><polyline class=\"c0 line\" \
         points=\"{}\"/><circle class=\"c0\" cx=\"{}\" cy=\"{}\" r=\"3\"/></svg>",
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
        let margin = if high > low { 0.0 } else { (low.abs() * 0.05).max(1.0) };
        Axis { low: low - margin, high: high + margin, from, to }
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
            let names = points.iter().map(|_| "<script>\"x\"".to_owned()).collect();
            scatter(&[Series { points, names, colour: 0 }], true, |v| v.to_string(), 0)
        };
        assert_eq!(one(vec![(1.0, 2.0)]), None);
        let svg = one(vec![(1.0, 2.0), (1.0, 2.0)]).unwrap();
        assert!(svg.contains("&lt;script&gt;&quot;x&quot;") && !svg.contains("<script") && !svg.contains("NaN"), "{svg}");
        assert_eq!(sparkline(&[1.0]), None);
        assert!(!sparkline(&[80.0, 80.0]).unwrap().contains("NaN"));
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(Axis { low: 61.0, high: 97.0, from: 0.0, to: 1.0 }.ticks(), [70.0, 80.0, 90.0]);
    }
}
