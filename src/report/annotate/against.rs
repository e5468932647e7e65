//! What the back's line of a picture is held against: the shape that the number beside it was compared with.

use super::draw::Place;
use super::evidence::back_contour;
use super::scene::{Scene, seen};
use super::want::Want;
use crate::patterns::{BACK_CHANGE_DEG, BACK_LOWERING_CHANGE_DEG, BACK_LOWERING_OVER_SET_DEG, TRUNK_GIVE_DEG};
use crate::report::series::At;
use crate::reps::Rep;
use crate::signals::Joint;

/// Two heights of the bar nearer to each other than this share of the travel are one.
const SAME_HEIGHT: f64 = 0.05;

/// An earlier moment of the same repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    SetPosition,
    WayUp,
}

impl Against {
    /// `None` where a measure compares with nothing that the film shows in this repetition: a line would claim a comparison.
    pub fn of(measure: Option<&str>) -> Option<Against> {
        match measure? {
            m if [BACK_CHANGE_DEG.name, BACK_LOWERING_OVER_SET_DEG.name, TRUNK_GIVE_DEG.name].contains(&m) => Some(Against::SetPosition),
            m if m == BACK_LOWERING_CHANGE_DEG.name => Some(Against::WayUp),
            _ => None,
        }
    }

    /// In a legend: "as it was …".
    pub fn said(self) -> &'static str {
        match self {
            Against::SetPosition => "in the set position",
            Against::WayUp => "on the way up, the bar as high",
        }
    }
}

/// An outline of the back with its hip and shoulder.
pub struct Shape {
    pub contour: Vec<Place>,
    pub ends: [Place; 2],
}

pub fn ends(scene: &Scene, at: Option<At>, scale: f64) -> Option<[Place; 2]> {
    Some([seen(scene, Joint::Hip, at, scale)?, seen(scene, Joint::Shoulder, at, scale)?])
}

/// What a picture's back is held against, and its shape; `None` where there is nothing or it was not seen.
pub fn shape(scene: &Scene, want: &Want, rep: &Rep, scale: f64) -> Option<(Against, Shape)> {
    let against = Against::of(want.check.measure.as_deref())?;
    let window = match against {
        Against::SetPosition => rep.set_window_s?,
        Against::WayUp => up_there(scene, rep, want.time_s)?,
    };
    Some((against, contour(scene, window, scale)?))
}

/// When the bar was as high on the way up as it is now.
fn up_there(scene: &Scene, rep: &Rep, now_s: f64) -> Option<[f64; 2]> {
    let heights = &scene.signals.bar.height_px;
    let at = |i: usize| heights.get(i).copied().flatten();
    let now = at(scene.signals.index_at(now_s))?;
    let near = |i: &usize| at(*i).is_some_and(|h| (h - now).abs() <= SAME_HEIGHT * rep.rom_px);
    let same: Vec<usize> = scene.signals.range(rep.lift_off_s?, rep.lockout_s?).filter(near).collect();
    let time = |i: &usize| scene.signals.time_s.get(*i).copied();
    Some([time(same.first()?)?, time(same.last()?)?])
}

/// The outline nearest to the middle of a stretch of time.
fn contour(scene: &Scene, [from, to]: [f64; 2], scale: f64) -> Option<Shape> {
    let (first, last) = (scene.signals.frame_at(from), scene.signals.frame_at(to));
    let middle = (first + last) / 2;
    let mut frames: Vec<usize> = (first..=last).collect();
    frames.sort_by_key(|f| f.abs_diff(middle));
    frames.into_iter().find_map(|frame| {
        let at = At::time(scene.signals, *scene.signals.frame_time_s.get(frame)?);
        let contour = back_contour(scene, frame, at, scale);
        (!contour.is_empty()).then_some(Shape { contour, ends: ends(scene, at, scale)? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::CHECKS;

    #[test]
    fn a_line_is_drawn_for_what_the_number_was_compared_with_and_for_nothing_else() {
        assert_eq!(Against::of(Some("back_lowering_change_deg")), Some(Against::WayUp));
        assert_eq!(Against::of(Some("back_lowering_over_set_deg")), Some(Against::SetPosition));
        assert_eq!(Against::of(Some("back_bent_deg")), None, "a bend of its own");
        assert_eq!(Against::of(None), None);
        // A measure whose description speaks of the set position or the way up is one of them, but for those of other repetitions.
        let described = CHECKS.iter().flat_map(|c| c.info().metrics).filter(|m| m.meaning.starts_with("Change of"));
        for metric in described.filter(|m| m.name.contains("back") || m.name.contains("trunk_give")) {
            assert!(Against::of(Some(metric.name)).is_some(), "{}", metric.name);
        }
    }
}
