//! The bar's path in the lifting plane, one small picture per rep, equal scale both ways.

use super::axis::{Axis, pieces};
use super::svg::Svg;
use crate::report::{CheckPart, RepPart, Report, words};
use crate::signals::Signals;

/// The bar's place over time, from wherever it is at hand: the signals, or a saved series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BarTrace {
    /// Ascending, s.
    pub time_s: Vec<f64>,
    pub forward_cm: Vec<Option<f64>>,
    pub height_cm: Vec<Option<f64>>,
}

impl BarTrace {
    pub fn of(signals: &Signals) -> BarTrace {
        let bar = &signals.bar;
        BarTrace { time_s: signals.time_s.clone(), forward_cm: bar.forward_cm.clone(), height_cm: bar.height_cm.clone() }
    }

    /// From a saved `series.csv`; `None` where it cannot be read.
    pub fn read(path: &std::path::Path) -> Option<BarTrace> {
        let mut table = csv::Reader::from_path(path).ok()?;
        let head = table.headers().ok()?.clone();
        let column = |name: &str| head.iter().position(|h| h == name);
        let (time, forward, height) = (column("time_s")?, column("bar_forward_cm")?, column("bar_height_cm")?);
        let mut trace = BarTrace::default();
        for row in table.records() {
            let row = row.ok()?;
            let number = |i: usize| row.get(i).and_then(|cell| cell.parse::<f64>().ok());
            trace.time_s.push(number(time)?);
            trace.forward_cm.push(number(forward));
            trace.height_cm.push(number(height));
        }
        Some(trace)
    }

    fn index_at(&self, time_s: f64) -> usize {
        let after = self.time_s.partition_point(|t| *t < time_s);
        let before = after.saturating_sub(1);
        match (self.time_s.get(before), self.time_s.get(after)) {
            (Some(b), Some(a)) if (time_s - b).abs() > (a - time_s).abs() => after,
            _ => before,
        }
    }

    fn range(&self, from_s: f64, to_s: f64) -> std::ops::RangeInclusive<usize> {
        self.index_at(from_s)..=self.index_at(to_s)
    }
}

/// User units per centimetre.
const SCALE: f64 = 4.0;
const MARGIN: [f64; 4] = [8.0, 8.0, 26.0, 8.0];

/// One rep's path.
#[derive(Debug, Clone)]
pub struct PathPicture {
    pub rep: u32,
    pub svg: String,
    pub summary: String,
    pub at_s: f64,
    /// Whether the way down, the line through mid-foot and the ring at the knee are drawn.
    pub down: bool,
    pub mid_foot: bool,
    pub knee: bool,
}

/// One picture per rep that has a path in centimetres; all with the same frame.
pub fn draw(report: &Report, trace: &BarTrace) -> Vec<PathPicture> {
    let path = |rep| Path::of(rep, trace).filter(Path::is_worth_drawing);
    let paths: Vec<(&RepPart, Path)> = report.reps.iter().filter_map(|rep| Some((rep, path(rep)?))).collect();
    let all = |axis: usize| paths.iter().flat_map(move |(_, p)| p.up.iter().chain(&p.down).flatten().map(move |at| at[axis]));
    let extra = paths.iter().filter_map(|(_, p)| p.mid_foot);
    let (Some(x), Some(y)) = (Axis::around(all(0).chain(extra).chain([-6.0, 8.0]), 1.0), Axis::around(all(1), 10.0)) else {
        return vec![];
    };
    paths.iter().map(|(rep, path)| path.picture(rep, x, y)).collect()
}

/// Two sets' paths on the way up in one picture.
#[derive(Debug, Clone)]
pub struct OverlayPath {
    pub svg: String,
    pub summary: String,
}

/// Lays the pulls of two sets over each other, first with style 1, second with style 2; `None`
/// unless both have a path in centimetres.
pub fn overlay_paths(first: (&Report, &BarTrace), second: (&Report, &BarTrace)) -> Option<OverlayPath> {
    let pulls = |(report, trace): (&Report, &BarTrace)| pulls(report, trace);
    let sets = [pulls(first), pulls(second)];
    if sets.iter().any(Vec::is_empty) {
        return None;
    }
    let all = |axis: usize| sets.iter().flatten().flatten().map(move |p| p[axis]);
    let (x, y) = (Axis::around(all(0).chain([-6.0, 8.0]), 1.0)?, Axis::around(all(1), 10.0)?);
    let place = |[cx, cy]: [f64; 2]| [(cx - x.from) * SCALE, (y.to - cy) * SCALE];
    let mut svg = Svg::new();
    for tick in y.ticks(5).into_iter().filter(|t| *t >= 0.0) {
        svg.line("grid", place([x.from, tick]), place([x.to, tick]));
    }
    svg.line("ideal", place([0.0, y.from]), place([0.0, y.to]));
    for (style, set) in sets.iter().enumerate() {
        let moved: Vec<Vec<[f64; 2]>> = set.iter().map(|piece| piece.iter().map(|p| place(*p)).collect()).collect();
        svg.strokes(&format!("series s{}", style + 1), &moved);
    }
    let ground = place([0.0, y.from]);
    svg.line("scale", [ground[0] - 5.0 * SCALE, ground[1] + 6.0], [ground[0] + 5.0 * SCALE, ground[1] + 6.0]);
    svg.text("scale-text", [ground[0], ground[1] + 18.0], "10 cm");
    // The drift as it was measured, as the table tells it.
    let furthest = |report: &Report, set: &[Vec<[f64; 2]>]| {
        let told = report.full_reps().filter_map(|rep| rep.metric("bar_drift_cm")).reduce(f64::max);
        words::quantity(told.unwrap_or_else(|| set.iter().flatten().map(|p| p[0]).fold(0.0, f64::max)).max(0.0), "cm")
    };
    Some(OverlayPath {
        svg: svg.finish((x.to - x.from) * SCALE, (y.to - y.from) * SCALE + 22.0, false),
        summary: format!(
            "Largest way forward of lift-off: before {}, after {}.",
            furthest(first.0, &sets[0]),
            furthest(second.0, &sets[1])
        ),
    })
}

/// Every full rep's path on the way up: forward of lift-off and height, cm, cut at gaps.
pub fn pulls(report: &Report, trace: &BarTrace) -> Vec<Vec<[f64; 2]>> {
    report.full_reps().filter_map(|rep| Path::of(rep, trace)).flat_map(|p| p.up).collect()
}

struct Path {
    /// Forward of lift-off and height, cm.
    up: Vec<Vec<[f64; 2]>>,
    down: Vec<Vec<[f64; 2]>>,
    knee: Option<[f64; 2]>,
    /// Mid-foot, cm forward of the bar at lift-off, where the check could place it.
    mid_foot: Option<f64>,
    lift_off_s: f64,
}

impl Path {
    fn of(rep: &RepPart, trace: &BarTrace) -> Option<Path> {
        if !rep.has_path() {
            return None;
        }
        let at = |i: usize| Some([(*trace.forward_cm.get(i)?)?, (*trace.height_cm.get(i)?)?]);
        let lift_off_s = rep.lift_off_s?;
        let start = at(trace.index_at(lift_off_s))?[0];
        let moved = |i: usize| at(i).map(|[x, y]| [x - start, y]);
        let stretch = |from: Option<f64>, to: Option<f64>| match (from, to) {
            (Some(from), Some(to)) => pieces(trace.range(from, to).map(moved)),
            _ => vec![],
        };
        // A line where it may as well not be would be a claim that no check makes.
        let mid_foot = rep.metric("bar_mid_foot_cm").filter(|_| rep.check("S2").is_none_or(CheckPart::tells));
        Some(Path {
            up: stretch(Some(lift_off_s), rep.lockout_s.or(rep.descent_s)),
            down: stretch(rep.descent_s, rep.floor_s),
            knee: rep.knee_pass_s.and_then(|t| moved(trace.index_at(t))),
            mid_foot: mid_foot.map(|ahead| -ahead),
            lift_off_s,
        })
    }

    /// A pull without a top, or a bar that was hardly seen, leaves dots only.
    fn is_worth_drawing(&self) -> bool {
        self.up.iter().chain(&self.down).map(Vec::len).sum::<usize>() > 5
    }

    fn picture(&self, rep: &RepPart, x: Axis, y: Axis) -> PathPicture {
        let [top, right, bottom, left] = MARGIN;
        let (width, height) = (left + (x.to - x.from) * SCALE + right, top + (y.to - y.from) * SCALE + bottom);
        let place = |[cx, cy]: [f64; 2]| [left + (cx - x.from) * SCALE, top + (y.to - cy) * SCALE];
        let along =
            |parts: &[Vec<[f64; 2]>]| -> Vec<Vec<[f64; 2]>> { parts.iter().map(|p| p.iter().map(|at| place(*at)).collect()).collect() };
        let mut svg = Svg::new();
        for tick in y.ticks(4).into_iter().filter(|t| *t >= 0.0) {
            svg.line("grid", place([x.from, tick]), place([x.to, tick]));
        }
        svg.line("ideal", place([0.0, y.from]), place([0.0, y.to]));
        if let Some(foot) = self.mid_foot {
            svg.line("midfoot", place([foot, y.from]), place([foot, y.to]));
        }
        svg.strokes("series down", &along(&self.down));
        svg.strokes("series s1", &along(&self.up));
        self.knee.iter().for_each(|k| svg.circle("dot", place(*k), 3.5));
        // A scale bar of 10 cm under the path.
        let ground = height - 14.0;
        let middle = left + (0.0 - x.from) * SCALE;
        svg.line("scale", [middle - 5.0 * SCALE, ground], [middle + 5.0 * SCALE, ground]);
        svg.text("scale-text", [middle, height - 2.0], "10 cm");
        // The drift as it was measured; the picture's own extreme only where nothing was.
        let drift = rep.metric("bar_drift_cm");
        let furthest = drift.unwrap_or_else(|| self.up.iter().flatten().map(|p| p[0]).fold(0.0, f64::max)).max(0.0);
        PathPicture {
            rep: rep.index,
            svg: svg.finish(width, height, false),
            summary: format!(
                "Rep {}: on the way up the bar was at most {} forward of where it left the floor.",
                rep.index,
                words::quantity(furthest, "cm")
            ),
            at_s: self.lift_off_s,
            down: !self.down.is_empty(),
            mid_foot: self.mid_foot.is_some(),
            knee: self.knee.is_some(),
        }
    }
}
