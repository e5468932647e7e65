//! Where the evidence lies in the picture: the back's outline, the bar's path, the lines it is held against.

use super::draw::Place;
use super::scene::{Scene, seen};
use crate::config::E1;
use crate::report::charts::{self, axis::pieces};
use crate::report::series::At;
use crate::reps::Rep;
use crate::signals::{BarEvidence, Joint, contour};
use crate::track::{FrameObs, PoseObs};

/// The back's outline from hip to shoulder; empty where it was not seen, not accepted or nowhere judged.
pub fn back_contour(scene: &Scene, frame: usize, at: Option<At>, scale: f64) -> Vec<Place> {
    let judged = charts::judged(scene.report, charts::BACK);
    let accepted = judged && at.is_some_and(|at| scene.signals.back.accepted.get(at.nearest()) == Some(&true));
    let (Some(hip), Some(shoulder), Some(facing), true) =
        (seen(scene, Joint::Hip, at, 1.0), seen(scene, Joint::Shoulder, at, 1.0), scene.signals.camera.facing, accepted)
    else {
        return vec![];
    };
    let seen = nearest_outline(scene, frame);
    let (Some(pose), Some(normal)) = (seen, contour::dorsal_normal(hip, shoulder, facing.sign())) else { return vec![] };
    contour::dorsal_points(&pose.outline, hip, shoulder, normal, E1::default().ray_max)
        .into_iter()
        .map(|(_, [x, y])| [x * scale, y * scale])
        .collect()
}

/// An outline holds for frames that are this near to it, s: poses are seldom further apart while the body moves.
const OUTLINE_HOLDS_S: f64 = 0.09;

/// The pose with an outline that is nearest in time.
pub fn nearest_outline<'a>(scene: &'a Scene, frame: usize) -> Option<&'a PoseObs> {
    let frames = &scene.track.frames;
    let at_s = frames.get(frame)?.time_s;
    let near = |f: &&FrameObs| (f.time_s - at_s).abs() <= OUTLINE_HOLDS_S;
    let around = frames[..=frame].iter().rev().take_while(near).chain(frames[frame + 1..].iter().take_while(near));
    let drawn = around.filter_map(|f| Some((f.time_s, f.pose.as_ref().filter(|p| !p.outline.is_empty())?)));
    drawn.min_by(|a, b| (a.0 - at_s).abs().total_cmp(&(b.0 - at_s).abs())).map(|(_, pose)| pose)
}

/// The bar's centre over a stretch of time, cut where it was not seen.
pub fn bar_path(scene: &Scene, from_s: f64, to_s: f64, scale: f64) -> Vec<Vec<Place>> {
    let bar = &scene.signals.bar;
    let at = |i: usize| Some([(*bar.image_x_px.get(i)?)? * scale, (*bar.image_y_px.get(i)?)? * scale]);
    pieces(scene.signals.range(from_s, to_s).map(at))
}

/// The vertical through the bar at lift-off, from there to the top of its way: bottom and top. It
/// leans by the camera's roll, as true verticals do in the picture.
pub fn ideal_line(scene: &Scene, rep: &Rep, scale: f64) -> Option<[Place; 2]> {
    vertical(scene, rep, 0.0, scale)
}

/// Two lines nearer to each other than this are one, cm: the one drawn last would hide the other.
const ONE_LINE_CM: f64 = 1.0;

/// How far the bar stood ahead of mid-foot, cm, where the check could tell.
pub fn ahead_of_mid_foot_cm(scene: &Scene, rep: &Rep) -> Option<f64> {
    let checks = &scene.report.rep(rep.index)?.checks;
    checks.iter().find(|c| c.code == "S2" && c.unit == "cm" && c.tells())?.value
}

/// The vertical through mid-foot where the check could place it; `None` where it is that through the bar.
pub fn mid_foot_line(scene: &Scene, rep: &Rep, scale: f64) -> Option<[Place; 2]> {
    let ahead_cm = ahead_of_mid_foot_cm(scene, rep).filter(|cm| cm.abs() >= ONE_LINE_CM)?;
    let facing = scene.signals.camera.facing?.sign();
    vertical(scene, rep, -facing * ahead_cm * scene.signals.scale.plate_px_per_cm?, scale)
}

fn vertical(scene: &Scene, rep: &Rep, shift_px: f64, scale: f64) -> Option<[Place; 2]> {
    let bar = &scene.signals.bar;
    if bar.evidence != BarEvidence::Plate {
        return None;
    }
    let start = At::time(scene.signals, rep.lift_off_s?)?;
    let (x, y) = (start.value(&bar.image_x_px)? + shift_px, start.value(&bar.image_y_px)?);
    let span = rep.span_s();
    let top = scene.signals.range(span[0], span[1]).filter_map(|i| bar.image_y_px[i]).fold(y, f64::min);
    // The picture turned clockwise by the roll shows a true vertical leaning to the right at the top.
    let lean = scene.signals.camera.roll_deg.to_radians().tan();
    Some([[x * scale, y * scale], [(x + (y - top) * lean) * scale, top * scale]])
}
