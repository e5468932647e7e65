//! What is drawn on each frame: body, back, plate, bar path, phase and live numbers, flags.

use super::draw::{Pen, color, plain};
use super::evidence;
use super::scene::{Scene, place, sides};
use crate::report::charts;
use crate::report::series::At;
use crate::report::words;
use crate::reps::{Phase, Rep};
use crate::signals::{BarEvidence, Joint};
use opencv::core::Mat;
use opencv::prelude::*;

/// Neighbouring joints of the near side.
const BONES: [(Joint, Joint); 9] = [
    (Joint::Ear, Joint::Shoulder),
    (Joint::Shoulder, Joint::Elbow),
    (Joint::Elbow, Joint::Wrist),
    (Joint::Shoulder, Joint::Hip),
    (Joint::Hip, Joint::Knee),
    (Joint::Knee, Joint::Ankle),
    (Joint::Ankle, Joint::Heel),
    (Joint::Heel, Joint::Toe),
    (Joint::Ankle, Joint::Toe),
];
/// How long a flag stays to be read, s, even if its moment is shorter.
const FLAG_SHOWN_S: f64 = 1.2;

/// Draws one frame. `scale` is picture pixels per source pixel; `frame` the decoded frame's index.
pub fn draw(image: &mut Mat, scene: &Scene, frame: usize, time_s: f64, scale: f64) -> opencv::Result<()> {
    let pen = Pen::new(image.cols(), image.rows());
    let at = At::time(scene.signals, time_s);
    let (phase, rep) = scene.set.phase_at(time_s);
    let rep = rep.and_then(|index| scene.set.reps.iter().find(|r| r.index == index));
    plate(image, scene, frame, at, scale, pen)?;
    if let Some(rep) = rep {
        bar_path(image, scene, rep, time_s, scale, pen)?;
    }
    body(image, scene, at, scale, pen)?;
    let back = evidence::back_contour(scene, frame, at, scale);
    pen.polyline(image, &[back], color::BACK, 1.4)?;
    if !pen.has_room_for_words() {
        return Ok(());
    }
    let top = pen.words(image, &numbers(scene, at, phase, rep), [pen.letters() * 0.6, pen.letters() * 0.6])?;
    pen.words(image, &flags(scene, time_s), [pen.letters() * 0.6, pen.letters() * 0.9 + top])?;
    Ok(())
}

fn body(image: &mut Mat, scene: &Scene, at: Option<At>, scale: f64, pen: Pen) -> opencv::Result<()> {
    for side in sides(scene) {
        let joints = Joint::ALL.map(|j| place(side.get(j as usize)?, at, scale));
        for (a, b) in BONES {
            match (joints[a as usize], joints[b as usize]) {
                (Some((a, false)), Some((b, false))) => pen.rimmed(image, a, b, color::BODY, 1.0)?,
                (Some((a, _)), Some((b, _))) => pen.dashed(image, a, b, color::BODY, 0.7)?,
                _ => {}
            }
        }
        for (place, hidden) in joints.into_iter().flatten() {
            pen.dot(image, place, color::BODY, !hidden)?;
        }
    }
    Ok(())
}

fn plate(image: &mut Mat, scene: &Scene, frame: usize, at: Option<At>, scale: f64, pen: Pen) -> opencv::Result<()> {
    let bar = &scene.signals.bar;
    if let Some(plate) = scene.track.frames.get(frame).and_then(|f| f.plate) {
        let axes = [plate.major_px * scale, plate.minor_px * scale];
        pen.ellipse(image, [plate.x_px * scale, plate.y_px * scale], axes, plate.angle_deg, color::PLATE)?;
    }
    // What the hands hold is the bar only while they hold it: without a plate that is not known.
    let plate_seen = bar.evidence == BarEvidence::Plate;
    match at.filter(|_| plate_seen).and_then(|at| Some([at.value(&bar.image_x_px)? * scale, at.value(&bar.image_y_px)? * scale])) {
        Some(centre) => pen.dot(image, centre, color::PLATE, true),
        None => Ok(()),
    }
}

/// The current rep's path until now, with the vertical through its lift-off.
fn bar_path(image: &mut Mat, scene: &Scene, rep: &Rep, time_s: f64, scale: f64, pen: Pen) -> opencv::Result<()> {
    if let Some([bottom, top]) = evidence::ideal_line(scene, rep, scale) {
        pen.dashed(image, bottom, top, color::IDEAL, 0.7)?;
    }
    if let Some([bottom, top]) = evidence::mid_foot_line(scene, rep, scale) {
        pen.dashed(image, bottom, top, color::WATCH, 0.7)?;
    }
    let path = evidence::bar_path(scene, rep.lift_off_s.unwrap_or(rep.span_s()[0]), time_s, scale);
    pen.polyline(image, &path, color::PATH, 1.2)
}

fn numbers(scene: &Scene, at: Option<At>, phase: Phase, rep: Option<&Rep>) -> Vec<(String, [f64; 3])> {
    let total = scene.set.reps.len();
    let head = match (rep, phase) {
        (Some(rep), phase) => format!("Rep {}/{total}  {}", rep.index, phase.name()),
        (None, Phase::Idle) => words::made(scene.report),
        (None, phase) => phase.name().to_owned(),
    };
    let mut lines = vec![(head, color::INK)];
    let value = |series: &[Option<f64>]| at.and_then(|a| a.value(series));
    // A lean that no check could judge is not worth a number.
    let trunk =
        value(&scene.told.trunk_deg.value).filter(|_| charts::judged(scene.report, charts::ANGLES)).map(|v| format!("trunk {v:.0} deg"));
    let speed = value(&scene.signals.speed.mps).map(|v| format!("bar {} m/s", words::number(v, "m/s").replace('−', "-")));
    lines.extend(trunk.into_iter().chain(speed).map(|text| (text, color::BODY)));
    lines
}

/// Flags whose moment has come, worst first.
fn flags(scene: &Scene, time_s: f64) -> Vec<(String, [f64; 3])> {
    let now = |from: f64, to: f64| time_s >= from && time_s <= to.max(from + FLAG_SHOWN_S);
    let mut lines = vec![];
    for rep in &scene.report.reps {
        for check in rep.flags() {
            if check.window_s.is_some_and(|[from, to]| now(from, to)) {
                lines.push((plain(&format!("{} ({})", check.named(), words::severity(check.severity))), color::FLAG));
            }
        }
    }
    if let Some((_, check)) = scene.report.watch().filter(|(_, c)| c.window_s.is_some_and(|[from, to]| now(from, to))) {
        lines.push((plain(&format!("{} (watch it)", check.named())), color::WATCH));
    }
    lines.truncate(4);
    lines
}
