//! What a still shows for a kind of fault.

use super::against::{ends, shape};
use super::draw::{Pen, Place, color};
use super::evidence::{ahead_of_mid_foot_cm, back_contour, bar_path, ideal_line, mid_foot_line};
use super::scene::{Scene, joint, place, sides};
use super::want::Want;
use crate::patterns::{Draw, find};
use crate::report::charts;
use crate::report::series::At;
use crate::reps::Rep;
use crate::signals::{BarEvidence, Joint};
use opencv::core::Mat;

/// Which evidence belongs to a check, by its code.
pub fn kind(code: &str) -> Draw {
    find(code).map_or(Draw::Body, |check| check.info().draw)
}

pub fn draw(image: &mut Mat, scene: &Scene, want: &Want, scale: f64, pen: Pen) -> opencv::Result<()> {
    let at = At::time(scene.signals, want.time_s);
    let Some(rep) = scene.set.reps.iter().find(|r| r.index == want.rep) else { return Ok(()) };
    match kind(&want.check.code) {
        Draw::Back => back(image, scene, want, rep, at, scale, pen),
        Draw::Rise => rise(image, scene, want, rep, at, scale, pen),
        Draw::Bar => bar(image, scene, want, rep, at, scale, pen),
        Draw::Lean => lean(image, scene, want, at, scale, pen),
        Draw::Foot => foot(image, scene, want, rep, at, scale, pen),
        Draw::Body => body(image, scene, want, at, scale, pen),
    }
}

/// The back now, and the shape that it is held against laid on the same hip and shoulder.
fn back(image: &mut Mat, scene: &Scene, want: &Want, rep: &Rep, at: Option<At>, scale: f64, pen: Pen) -> opencv::Result<()> {
    body(image, scene, want, at, scale, pen)?;
    let now = back_contour(scene, want.frame as usize, at, scale);
    if let (Some((_, then)), Some(ends)) = (shape(scene, want, rep, scale), ends(scene, at, scale)) {
        let laid: Vec<Place> = then.contour.iter().map(|p| carry(*p, then.ends, ends)).collect();
        // Rimmed, since shirts and walls are as grey as any line without colour.
        pen.dashed_path(image, &laid, color::PATH, 1.2)?;
    }
    pen.polyline(image, &[now], color::BACK, 1.5)
}

/// What the lines of a picture are, by their colours.
pub fn legend(scene: &Scene, want: &Want) -> String {
    let kind = kind(&want.check.code);
    let rep = scene.set.reps.iter().find(|r| r.index == want.rep);
    let kind = if rep.is_some_and(|r| before(r, want)) && kind == Draw::Rise { Draw::Body } else { kind };
    let foot = rep.is_some_and(|r| mid_foot_line(scene, r, 1.0).is_some());
    let over_foot = rep.and_then(|r| ahead_of_mid_foot_cm(scene, r)).is_some();
    let at = At::time(scene.signals, want.time_s);
    let against = rep.and_then(|r| shape(scene, want, r, 1.0)).filter(|_| ends(scene, at, 1.0).is_some()).map(|(against, _)| against);
    let held = against.map(|a| format!("blue: the line of your back now; yellow dashes: as it was {}", a.said()));
    let own = match kind {
        Draw::Back if held.is_some() => held.as_deref().unwrap_or_default(),
        Draw::Back => "blue: the line of your back",
        Draw::Rise => "orange: how far the hip rose since lift-off; yellow: how far the shoulder rose",
        Draw::Bar if foot => "yellow: the bar's way; white dashes: straight up; amber dashes: middle of the foot; orange dot: the bar now",
        Draw::Bar if over_foot => "yellow: the bar's way; white dashes: straight up, over the middle of the foot; orange dot: the bar now",
        Draw::Bar => "yellow: the bar's way; white dashes: straight up; orange dot: the bar now",
        Draw::Lean => "orange: your trunk; white dashes: upright",
        Draw::Foot => "yellow: your sole now; white dashes: as it lay in the set position; orange: the way of the heel",
        Draw::Body => "",
    };
    let outline = (kind != Draw::Back && charts::judged(scene.report, charts::BACK)).then_some("blue: the line of your back");
    let hidden = sides(scene).into_iter().flatten().filter_map(|j| place(j, at, 1.0)).any(|(_, hidden)| hidden);
    let joints = match (hidden, scene.signals.bar.evidence) {
        (false, _) => "white: your joints",
        (true, BarEvidence::Plate) => "white: your joints, dashed where the plate hides them",
        (true, _) => "white: your joints, dashed where they are hidden",
    };
    let parts = [Some(own).filter(|o| !o.is_empty()), outline, Some(joints)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Moves a point as the line from hip to shoulder moved (turn, stretch and shift).
fn carry([x, y]: Place, [h0, s0]: [Place; 2], [h1, s1]: [Place; 2]) -> Place {
    let (a, b) = ([s0[0] - h0[0], s0[1] - h0[1]], [s1[0] - h1[0], s1[1] - h1[1]]);
    let square = (a[0] * a[0] + a[1] * a[1]).max(1e-9);
    let (cos, sin) = ((a[0] * b[0] + a[1] * b[1]) / square, (a[0] * b[1] - a[1] * b[0]) / square);
    let (dx, dy) = (x - h0[0], y - h0[1]);
    [h1[0] + cos * dx - sin * dy, h1[1] + sin * dx + cos * dy]
}

fn before(rep: &Rep, want: &Want) -> bool {
    rep.lift_off_s.is_some_and(|t| want.time_s <= t)
}

/// Heights of hip and shoulder at lift-off and now.
fn rise(image: &mut Mat, scene: &Scene, want: &Want, rep: &Rep, at: Option<At>, scale: f64, pen: Pen) -> opencv::Result<()> {
    body(image, scene, want, at, scale, pen)?;
    // In the set position nothing has risen yet.
    if before(rep, want) {
        return Ok(());
    }
    let start = rep.lift_off_s.and_then(|t| At::time(scene.signals, t));
    let half = 9.0 * pen.stroke();
    for (which, tone) in [(Joint::Hip, color::FLAG), (Joint::Shoulder, color::PATH)] {
        if let (Some((before, _)), Some((now, _))) = (joint(scene, which, start, scale), joint(scene, which, at, scale)) {
            let x = now[0];
            pen.dashed(image, [x - 2.0 * half, before[1]], [x + 2.0 * half, before[1]], tone, 0.9)?;
            pen.rimmed(image, [x - half, now[1]], [x + half, now[1]], tone, 1.2)?;
            pen.rimmed(image, [x, before[1]], [x, now[1]], tone, 1.2)?;
        }
    }
    Ok(())
}

fn bar(image: &mut Mat, scene: &Scene, want: &Want, rep: &Rep, at: Option<At>, scale: f64, pen: Pen) -> opencv::Result<()> {
    body(image, scene, want, at, scale, pen)?;
    if let Some([bottom, top]) = ideal_line(scene, rep, scale) {
        pen.dashed(image, bottom, top, color::IDEAL, 0.9)?;
    }
    if let Some([bottom, top]) = mid_foot_line(scene, rep, scale) {
        pen.dashed(image, bottom, top, color::WATCH, 0.9)?;
    }
    let from = rep.lift_off_s.unwrap_or(rep.span_s()[0]);
    let path = bar_path(scene, from, rep.lockout_s.unwrap_or(want.time_s).max(want.time_s), scale);
    pen.polyline(image, &path, color::PATH, 1.4)?;
    match bar_path(scene, want.time_s, want.time_s, scale).into_iter().flatten().next() {
        Some(now) => pen.dot(image, now, color::FLAG, true),
        None => Ok(()),
    }
}

/// The trunk against a vertical through the hip.
fn lean(image: &mut Mat, scene: &Scene, want: &Want, at: Option<At>, scale: f64, pen: Pen) -> opencv::Result<()> {
    body(image, scene, want, at, scale, pen)?;
    if let Some([hip, shoulder]) = ends(scene, at, scale) {
        let height = hip[1] - shoulder[1];
        let lean = scene.signals.camera.roll_deg.to_radians().tan();
        pen.dashed(image, hip, [hip[0] + height * lean, hip[1] - 1.1 * height], color::IDEAL, 0.9)?;
        pen.rimmed(image, hip, shoulder, color::FLAG, 1.3)?;
    }
    Ok(())
}

/// The sole now, and as it lay in the set position, drawn from the same toe.
fn foot(image: &mut Mat, scene: &Scene, want: &Want, rep: &Rep, at: Option<At>, scale: f64, pen: Pen) -> opencv::Result<()> {
    let sole = |at| Some([joint(scene, Joint::Heel, at, scale)?.0, joint(scene, Joint::Toe, at, scale)?.0]);
    let before = rep.set_window_s.and_then(|[from, to]| sole(At::time(scene.signals, 0.5 * (from + to))));
    body(image, scene, want, at, scale, pen)?;
    let Some([heel, toe]) = sole(at) else { return Ok(()) };
    if let Some([heel0, toe0]) = before {
        let lain = [toe[0] + heel0[0] - toe0[0], toe[1] + heel0[1] - toe0[1]];
        pen.dashed(image, lain, toe, color::IDEAL, 0.9)?;
        pen.rimmed(image, lain, heel, color::FLAG, 1.2)?;
    }
    pen.rimmed(image, heel, toe, color::PATH, 1.2)?;
    pen.dot(image, heel, color::FLAG, true)?;
    pen.dot(image, toe, color::BODY, true)
}

/// Joints, and the outline of the back where the picture shows it and it was judged.
fn body(image: &mut Mat, scene: &Scene, want: &Want, at: Option<At>, scale: f64, pen: Pen) -> opencv::Result<()> {
    let chain = [Joint::Ear, Joint::Shoulder, Joint::Hip, Joint::Knee, Joint::Ankle];
    pen.polyline(image, &[back_contour(scene, want.frame as usize, at, scale)], color::BACK, 0.8)?;
    for side in sides(scene) {
        let places: Vec<Option<(Place, bool)>> = chain.iter().map(|j| place(side.get(*j as usize)?, at, scale)).collect();
        for pair in places.windows(2) {
            if let [Some((a, a_hidden)), Some((b, b_hidden))] = pair {
                let hidden = *a_hidden || *b_hidden;
                if hidden { pen.dashed(image, *a, *b, color::BODY, 0.7)? } else { pen.rimmed(image, *a, *b, color::BODY, 0.8)? }
            }
        }
        for (place, hidden) in places.into_iter().flatten() {
            pen.dot(image, place, color::BODY, !hidden)?;
        }
    }
    Ok(())
}

/// Joints a picture of this kind must show; empty for the whole lifter and the bar.
pub fn shown(kind: Draw) -> &'static [Joint] {
    match kind {
        Draw::Foot => &[Joint::Knee, Joint::Ankle, Joint::Heel, Joint::Toe],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_carried_with_its_line() {
        let turned = carry([1.0, 1.0], [[0.0, 0.0], [2.0, 0.0]], [[5.0, 5.0], [5.0, 9.0]]);
        assert!((turned[0] - 3.0).abs() < 1e-9 && (turned[1] - 7.0).abs() < 1e-9, "{turned:?}");
    }
}
