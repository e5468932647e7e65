//! One value or some over time: lines on shaded phases, with the windows of faults marked.
//!
//! The picture stretches to its box; its labels are HTML beside it, so that they keep the page's
//! font size from a phone to a printed page.

use super::axis::{Axis, pieces, tick_text};
use super::svg::Svg;
use crate::patterns::Severity;
use crate::report::{RepPart, Report, words};

/// User units of the stretched picture.
const SIZE: [f64; 2] = [1000.0, 100.0];
/// More points than this per line are thinned; screens are no wider.
const MOST_POINTS: usize = 1500;

/// One line of a chart.
pub struct Line<'a> {
    pub name: &'a str,
    /// 1, 2 or 3: colour and dash.
    pub style: u8,
    pub values: Vec<Option<f64>>,
}

/// A stretch of time in which a fault was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    pub from_s: f64,
    pub to_s: f64,
    /// When it is seen best.
    pub at_s: f64,
    /// Title of the check.
    pub title: String,
    pub rep: u32,
    pub severity: Severity,
}

pub struct TimeChart<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// What up and down mean.
    pub hint: &'a str,
    pub unit: &'a str,
    pub times: &'a [f64],
    pub span: Axis,
    pub lines: Vec<Line<'a>>,
    /// Smallest height of the value axis.
    pub least: f64,
    /// A level worth a line (0 for a speed, 180 for a straight joint).
    pub level: Option<f64>,
    pub windows: Vec<Window>,
}

/// What the page shows of a chart.
#[derive(Debug, Clone)]
pub struct Chart {
    pub id: String,
    pub title: String,
    pub hint: String,
    pub unit: String,
    /// Said to people who cannot see the picture.
    pub summary: String,
    /// The plot as HTML.
    pub plot: String,
    pub legend: Vec<Legend>,
    pub found: Vec<Found>,
    pub from_s: f64,
    pub to_s: f64,
}

/// A finding marked in the plot, named below it.
#[derive(Debug, Clone)]
pub struct Found {
    pub title: String,
    pub places: Vec<Place>,
}

/// A rep that shows a finding, and when it is seen best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub rep: u32,
    pub at_s: f64,
    pub severity: Severity,
}

impl Place {
    /// The severity's word, which colours it as its stretch in the plot.
    pub fn class(&self) -> &'static str {
        words::severity(self.severity)
    }
}

/// Windows of one check together.
fn found(windows: &[Window]) -> Vec<Found> {
    let mut found: Vec<Found> = vec![];
    for w in windows {
        let place = Place { rep: w.rep, at_s: w.at_s, severity: w.severity };
        match found.iter_mut().find(|f| f.title == w.title) {
            Some(f) => f.places.push(place),
            None => found.push(Found { title: w.title.clone(), places: vec![place] }),
        }
    }
    found
}

#[derive(Debug, Clone)]
pub struct Legend {
    pub name: String,
    pub style: u8,
    /// Values at equal steps from `from_s` to `to_s`, comma separated, empty = not known.
    pub values: String,
}

/// A time beyond this share of the axis is written to its left.
const NEAR_END: f64 = 0.96;

/// The parts of a repetition that are known, from and to, s. A missed pull goes up until it comes down.
fn shaded(rep: &RepPart) -> impl Iterator<Item = (&'static str, f64, f64)> {
    let parts = [
        ("up", rep.lift_off_s, rep.lockout_s.or(rep.descent_s)),
        ("top", rep.lockout_s, rep.descent_s),
        ("down", rep.descent_s, rep.floor_s),
    ];
    parts.into_iter().filter_map(|(name, from, to)| Some((name, from?, to?)))
}

/// What the charts of this report shade: class and name.
pub fn phases(report: &Report) -> Vec<(&'static str, &'static str)> {
    let drawn: Vec<&str> = report.reps.iter().flat_map(shaded).map(|part| part.0).collect();
    [("up", "up"), ("top", "at the top"), ("down", "down")].into_iter().filter(|(name, _)| drawn.contains(name)).collect()
}

/// The severities whose stretches these charts mark, mildest first.
pub fn severities(charts: &[Chart]) -> Vec<&'static str> {
    let mut marked: Vec<Severity> = charts.iter().flat_map(|c| &c.found).flat_map(|f| &f.places).map(|p| p.severity).collect();
    marked.sort();
    marked.dedup();
    marked.into_iter().map(words::severity).collect()
}

impl TimeChart<'_> {
    /// `None` when there is nothing to show.
    pub fn draw(&self, report: &Report) -> Option<Chart> {
        let inside = |t: f64| (self.span.from..=self.span.to).contains(&t);
        let shown = |line: &Line| -> Vec<f64> {
            self.times.iter().zip(&line.values).filter(|(t, _)| inside(**t)).filter_map(|(_, v)| *v).collect()
        };
        let axis = Axis::around(self.lines.iter().flat_map(&shown).chain(self.level), self.least)?;
        if self.lines.iter().all(|line| shown(line).is_empty()) {
            return None;
        }
        let mut svg = Svg::new();
        self.phases(report, &mut svg);
        self.faults(&mut svg);
        let ticks = axis.ticks(4);
        let y = |v: f64| SIZE[1] * (1.0 - axis.share(v));
        ticks.iter().for_each(|t| svg.line("grid", [0.0, y(*t)], [SIZE[0], y(*t)]));
        self.level.iter().for_each(|l| svg.line("level", [0.0, y(*l)], [SIZE[0], y(*l)]));
        for line in &self.lines {
            let thin = self.times.len().div_ceil(MOST_POINTS).max(1);
            let points =
                self.times.iter().zip(&line.values).enumerate().filter(|(i, (t, v))| inside(**t) && (i % thin == 0 || v.is_none()));
            let points = points.map(|(_, (t, v))| v.map(|v| [SIZE[0] * self.span.share(*t), y(v)]));
            svg.strokes(&format!("series s{}", line.style), &pieces(points));
        }
        Some(Chart {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            hint: self.hint.to_owned(),
            unit: self.unit.to_owned(),
            summary: self.summary(&shown),
            plot: svg.finish(SIZE[0], SIZE[1], true) + &self.labels(report, axis, &ticks),
            legend: self.lines.iter().map(|l| Legend { name: l.name.to_owned(), style: l.style, values: self.samples(l) }).collect(),
            found: found(&self.windows),
            from_s: self.span.from,
            to_s: self.span.to,
        })
    }

    fn x(&self, time_s: f64) -> f64 {
        SIZE[0] * self.span.share(time_s).clamp(0.0, 1.0)
    }

    fn phases(&self, report: &Report, svg: &mut Svg) {
        for (name, from, to) in report.reps.iter().flat_map(shaded) {
            svg.rect(&format!("phase {name}"), self.x(from), 0.0, self.x(to) - self.x(from), SIZE[1]);
        }
    }

    fn faults(&self, svg: &mut Svg) {
        for w in &self.windows {
            let (from, to) = (self.x(w.from_s), self.x(w.to_s));
            svg.rect(&format!("fault {}", words::severity(w.severity)), from, 0.0, (to - from).max(2.0), SIZE[1]);
            svg.rect(&format!("fault-top {}", words::severity(w.severity)), from, 0.0, (to - from).max(2.0), 2.5);
        }
    }

    fn labels(&self, report: &Report, axis: Axis, ticks: &[f64]) -> String {
        let percent = |share: f64| format!("{:.2}%", 100.0 * share);
        let mut html = String::new();
        for tick in ticks {
            html += &format!(r#"<span class="ty" style="top:{}">{}</span>"#, percent(1.0 - axis.share(*tick)), tick_text(*tick, ticks));
        }
        let times = self.span.ticks(6);
        for tick in &times {
            let share = self.span.share(*tick);
            // The page's edge would cut off the half of a word that is centred on it.
            let class = if share > NEAR_END { "tx end" } else { "tx" };
            html += &format!(r#"<span class="{class}" style="left:{}">{} s</span>"#, percent(share), tick_text(*tick, &times));
        }
        for rep in &report.reps {
            if let Some([from, to]) = rep.span_s().filter(|_| report.reps.len() <= 12) {
                html += &format!(r#"<span class="tr" style="left:{}">{}</span>"#, percent(self.span.share(0.5 * (from + to))), rep.index);
            }
        }
        html
    }

    fn summary(&self, shown: &dyn Fn(&Line) -> Vec<f64>) -> String {
        let mut parts = vec![];
        for line in &self.lines {
            let values = shown(line);
            let (least, most) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
            if least <= most {
                parts.push(format!("{} from {} to {}", line.name, words::number(least, self.unit), words::quantity(most, self.unit)));
            }
        }
        for w in &self.windows {
            parts.push(format!("{} at {}", w.title, words::time(w.at_s)));
        }
        parts.join("; ") + "."
    }

    /// About 20 samples a second for the live read-out, at most a thousand.
    fn samples(&self, line: &Line) -> String {
        let n = (((self.span.to - self.span.from) * 20.0) as usize).clamp(2, 1000);
        let start = self.times.first().copied().unwrap_or(0.0);
        let rate = self.times.get(1).map_or(1.0, |t| 1.0 / (t - start));
        let at = |k: usize| self.span.from + (self.span.to - self.span.from) * k as f64 / (n - 1) as f64;
        let value = |t: f64| line.values.get(((t - start) * rate).round().max(0.0) as usize).copied().flatten();
        (0..n).map(|k| value(at(k)).map_or(String::new(), |v| words::number(v, self.unit).replace('−', "-"))).collect::<Vec<_>>().join(",")
    }
}
