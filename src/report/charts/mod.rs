//! The charts of the report, as SVG written here; lines stop at gaps.

pub mod axis;
mod path;
pub mod svg;
mod time;

#[cfg(feature = "vision")]
pub use path::pulls;
pub use path::{BarTrace, OverlayPath, PathPicture, overlay_paths};
pub use time::{Chart, Line, Place, TimeChart, Window, phases, severities};

use super::Report;
use crate::signals::{BarEvidence, Joint, Series, Signals, Told};
use axis::Axis;

/// Everything drawn for one set.
pub struct Charts {
    pub over_time: Vec<Chart>,
    pub paths: Vec<PathPicture>,
}

/// Time shown before the first and after the last rep, s.
const AIR_S: f64 = 1.5;

pub fn draw(report: &Report, signals: &Signals) -> Charts {
    // Without a repetition the wrists' way up and down says nothing of a lift.
    let span = span(report, signals).filter(|_| !report.reps.is_empty());
    let Some(span) = span else { return Charts { over_time: vec![], paths: vec![] } };
    let mut charts = vec![height(report, signals, span), speed(report, signals, span)];
    let told = Told::of(signals);
    // Hips, angles and the back's outline say nothing about the lift where no check could judge them.
    if judged(report, RISE) {
        charts.push(rise(report, signals, &told, span));
    }
    if judged(report, ANGLES) {
        charts.push(angles(report, signals, told, span));
    }
    if judged(report, BACK) {
        charts.push(back(report, signals, span));
    }
    Charts {
        over_time: charts.into_iter().filter_map(|chart| chart.draw(report)).collect(),
        paths: path::draw(report, &BarTrace::of(signals)),
    }
}

/// Checks whose evidence is in a chart.
const RISE: &[&str] = &["E3", "P5", "S5"];
pub const ANGLES: &[&str] = &["E2", "S4", "P3"];
/// Checks that the back's outline is judged by.
pub const BACK: &[&str] = &["E1", "P6", "E5", "S6"];

/// Whether one of these checks could be judged in any rep.
pub fn judged(report: &Report, codes: &[&str]) -> bool {
    report.reps.iter().flat_map(|rep| &rep.checks).any(|c| codes.contains(&c.code.as_str()) && c.value.is_some())
}

fn span(report: &Report, signals: &Signals) -> Option<Axis> {
    let (first, last) = (*signals.time_s.first()?, *signals.time_s.last()?);
    let spans: Vec<[f64; 2]> = report.reps.iter().filter_map(|rep| rep.span_s()).collect();
    let from = spans.iter().map(|s| s[0]).reduce(f64::min).map_or(first, |t| (t - AIR_S).max(first));
    let to = spans.iter().map(|s| s[1]).reduce(f64::max).map_or(last, |t| (t + AIR_S).min(last));
    (to > from).then_some(Axis { from, to })
}

/// Windows of flagged and borderline checks whose evidence a chart shows.
fn windows(report: &Report, codes: &[&str]) -> Vec<Window> {
    let mut found = vec![];
    for (rep, check) in report.reps.iter().flat_map(|rep| rep.checks.iter().map(move |check| (rep, check))) {
        // What another check tells of the same change is no finding of its own on the page either.
        let told = rep.flags().iter().any(|c| c.code == check.code);
        if let (true, true, Some([from_s, to_s])) = (codes.contains(&check.code.as_str()), told, check.window_s) {
            let at_s = check.frame_time_s.unwrap_or(from_s);
            found.push(Window { from_s, to_s, at_s, title: check.title.clone(), rep: rep.index, severity: check.severity });
        }
    }
    found
}

fn height<'a>(report: &Report, signals: &'a Signals, span: Axis) -> TimeChart<'a> {
    let bar = &signals.bar;
    let in_cm = bar.height_cm.iter().any(Option::is_some);
    // Without a scale the height is a share of the body's height in the picture.
    let body = signals.body_height_px;
    let share = |h: &Option<f64>| h.zip(body).map(|(h, body)| 100.0 * h / body);
    TimeChart {
        id: "height",
        // Hands without a plate may hold nothing.
        title: if bar.evidence == BarEvidence::Plate { "Bar height" } else { "Hand height" },
        hint: match (in_cm, report.reps.iter().any(|rep| rep.lift_off_s.is_some() || rep.floor_s.is_some())) {
            (true, true) => "above the floor",
            // The film shows no bar on the floor.
            (true, false) => "above its lowest point in the film",
            (false, _) => "above the lowest point, share of body height",
        },
        unit: if in_cm { "cm" } else { "%" },
        times: &signals.time_s,
        span,
        lines: vec![Line {
            name: "height",
            style: 1,
            values: if in_cm { bar.height_cm.clone() } else { bar.height_px.iter().map(share).collect() },
        }],
        least: 10.0,
        level: Some(0.0),
        windows: windows(report, &["E4", "P2", "S2"]),
    }
}

fn speed<'a>(report: &Report, signals: &'a Signals, span: Axis) -> TimeChart<'a> {
    TimeChart {
        id: "speed",
        title: "Bar speed",
        hint: "upward is positive",
        unit: "m/s",
        times: &signals.time_s,
        span,
        lines: vec![Line { name: "speed", style: 1, values: signals.speed.mps.clone() }],
        least: 0.4,
        level: Some(0.0),
        windows: windows(report, &["P4", "P7", "O4"]),
    }
}

fn rise<'a>(report: &Report, signals: &'a Signals, told: &Told, span: Axis) -> TimeChart<'a> {
    let (per_px, unit) = match (signals.body_cm_per_px(), signals.trunk_length_px) {
        (Some(cm), _) => (Some(cm), "cm"),
        (None, Some(trunk)) => (Some(100.0 / trunk), "%"),
        (None, None) => (None, ""),
    };
    let start = report.reps.iter().find_map(|rep| rep.lift_off_s).map(|t| signals.index_at(t));
    let rise = |joint: Joint| -> Series {
        let up = &told.near_joints[joint as usize].up_px;
        // From the joint's height at the first lift-off, or its lowest place when it was hidden then.
        let zero = start.and_then(|i| up[i]).or_else(|| up.iter().flatten().copied().reduce(f64::min));
        up.iter().map(|v| Some((v.as_ref()? - zero?) * per_px?)).collect()
    };
    TimeChart {
        id: "rise",
        title: "Hips and shoulders",
        hint: if unit == "cm" { "rise since the first lift-off" } else { "rise since the first lift-off, share of trunk length" },
        unit,
        times: &signals.time_s,
        span,
        lines: vec![
            Line { name: "shoulder", style: 1, values: rise(Joint::Shoulder) },
            Line { name: "hip", style: 2, values: rise(Joint::Hip) },
        ],
        least: 10.0,
        level: Some(0.0),
        windows: windows(report, RISE),
    }
}

fn angles<'a>(report: &Report, signals: &'a Signals, told: Told, span: Axis) -> TimeChart<'a> {
    let hint = match signals.body {
        Some(_) => "180° is straight; trunk: 90° is upright; estimated where the plate hides a joint",
        None => "180° is straight; trunk: 90° is upright; gaps: not seen, mostly behind the plate",
    };
    TimeChart {
        id: "angles",
        title: "Joint angles",
        hint,
        unit: "°",
        times: &signals.time_s,
        span,
        lines: vec![
            Line { name: "trunk", style: 1, values: told.trunk_deg.value },
            Line { name: "hip", style: 2, values: told.hip_deg.value },
            Line { name: "knee", style: 3, values: told.knee_deg.value },
        ],
        least: 30.0,
        level: None,
        windows: windows(report, ANGLES),
    }
}

fn back<'a>(report: &Report, signals: &'a Signals, span: Axis) -> TimeChart<'a> {
    let back = &signals.back;
    let shown = back.index.iter().zip(&back.accepted).map(|(b, ok)| b.filter(|_| *ok).map(|b| 100.0 * b)).collect();
    TimeChart {
        id: "back",
        title: "Shape of the back",
        // As it was read: the degrees of a finding are corrected by what the instrument was seen to read, and two scales of degrees for
        // one change would be two numbers.
        hint: "of the trunk's length that your outline bulges beyond the line from hip to neck; up is rounder. What it changes by within a rep says more than how high it lies: clothes and build lift it too",
        unit: "%",
        times: &signals.time_s,
        span,
        lines: vec![Line { name: "back", style: 1, values: shown }],
        least: 6.0,
        level: None,
        windows: windows(report, BACK),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Case};
    use super::*;

    #[test]
    fn the_faulty_set_has_five_charts_and_three_paths_with_marked_faults() {
        let s = sample::build(Case::Faulty);
        let charts = draw(&s.report, &s.signals);
        let ids: Vec<&str> = charts.over_time.iter().map(|c| c.id.as_str()).collect();
        assert_eq!(ids, ["height", "speed", "rise", "angles", "back"]);
        assert_eq!(charts.paths.len(), 3);
        let found = |id: &str| -> Vec<(String, u32)> {
            let chart = charts.over_time.iter().find(|c| c.id == id).unwrap();
            chart.found.iter().flat_map(|f| f.places.iter().map(|p| (f.title.clone(), p.rep))).collect()
        };
        assert_eq!(found("rise"), [(s.report.title("E3").to_owned(), 2)]);
        assert_eq!((found("height").len(), found("back").len(), found("speed").len()), (1, 1, 0));
        assert!(
            charts.over_time.iter().all(|c| c.plot.matches("fault-top").count() == c.found.iter().map(|f| f.places.len()).sum::<usize>())
        );
    }

    #[test]
    fn a_lost_plate_leaves_a_gap_in_the_line() {
        let s = sample::build(Case::Faulty);
        let charts = draw(&s.report, &s.signals);
        let path = charts.over_time[0].plot.split("class=\"series s1\" d=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(path.matches('M').count(), 2, "one gap makes two pieces");
        let samples: Vec<&str> = charts.over_time[0].legend[0].values.split(',').collect();
        assert!(samples.iter().any(|v| v.is_empty()));
    }

    #[test]
    fn without_a_scale_there_is_no_path_and_the_height_is_a_share() {
        let s = sample::build(Case::Front);
        let charts = draw(&s.report, &s.signals);
        assert!(charts.paths.is_empty());
        assert_eq!(charts.over_time[0].unit, "%");
        assert!(charts.over_time.iter().all(|c| c.id != "speed"));
    }
}
