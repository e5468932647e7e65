//! The bar in the lifter's own plane, calibrated by the hanging arm (SPEC 7.2), for bar over mid-foot and the
//! gap between bar and leg. All lengths in cm of the body plane; heights above the lifter's own floor contact.

use super::outcome::Reason;
use super::repetition::Repetition;
use super::window::{Samples, median_place};
use crate::numeric::stats::median;
use crate::signals::{Joint, TRUNK_OF_STATURE};

/// The foot on the floor, from frames in which the plate does not cover it (SPEC 4.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foot {
    /// Mid-foot, forward.
    pub middle_cm: f64,
    pub length_cm: f64,
    /// Heel and toe were seen, not guessed from the ankle.
    pub points_seen: bool,
}

/// What the arm says about the bar's place in the body's plane.
pub struct BodyPlane {
    cm_per_px: f64,
    plate_cm_per_px: f64,
    /// Plate path less body path, cm: parallax and yaw shift, constant during a rep.
    offset_cm: f64,
    /// Plane px of the lifter's floor contact.
    floor_up_px: f64,
    /// Height of the bar's centre at rest above the floor, cm.
    rest_cm: f64,
    /// Stature, cm.
    stature_cm: f64,
    /// Shoulder to the bar in the hand, cm.
    arm_cm: f64,
}

/// Shoulder to the bar in the hand over shoulder to elbow: (0.186 + 0.146 + 0.045) / 0.186 of stature (segment table [U]).
const ARM_OF_UPPER_ARM: f64 = 2.03;
const UPPER_ARM: f64 = 0.186;
/// Ankle above the floor over stature, and foot length over stature (SPEC 3.1, 3.4).
const ANKLE_HEIGHT: f64 = 0.039;
const FOOT_LENGTH: f64 = 0.152;

impl BodyPlane {
    /// Calibrates over `window` (lift-off to lockout): needs shoulder and elbow in sight and both scales.
    pub fn of(context: &Repetition, window: [f64; 2]) -> Result<BodyPlane, Reason> {
        let signals = context.signals;
        let cm_per_px = signals.body_cm_per_px().ok_or(Reason::NoScale)?;
        let plate_cm_per_px = 1.0 / signals.scale.plate_px_per_cm.filter(|s| *s > 0.0).ok_or(Reason::NoScale)?;
        let stature_px = signals.body_height_px.or(signals.trunk_length_px.map(|t| t / TRUNK_OF_STATURE)).ok_or(Reason::NoScale)?;
        let stature_cm = stature_px * cm_per_px;
        let floor_up_px = floor(context, stature_px).ok_or(Reason::FootHidden)?;
        let rest_cm = 0.5 * context.config.plate.diameter_cm;
        let arm_cm = ARM_OF_UPPER_ARM * UPPER_ARM * stature_cm;
        let mut plane = BodyPlane { cm_per_px, plate_cm_per_px, offset_cm: 0.0, floor_up_px, rest_cm, stature_cm, arm_cm };
        let offsets = plane.offsets(context, window);
        if offsets.len() < context.config.s2.frames_min {
            return Err(Reason::TooFewFrames);
        }
        plane.offset_cm = median(&offsets).ok_or(Reason::TooFewFrames)?;
        Ok(plane)
    }

    /// x_plate − x_arm at every grid point with shoulder, elbow and plate in sight and the elbow clear of the plate.
    fn offsets(&self, context: &Repetition, window: [f64; 2]) -> Vec<f64> {
        let bar = &context.signals.bar;
        let elbows = context.points(Joint::Elbow, window);
        context
            .points(Joint::Shoulder, window)
            .into_iter()
            .filter_map(|(i, shoulder)| {
                let elbow = elbows.binary_search_by_key(&i, |e| e.0).ok().map(|k| elbows[k].1)?;
                let plate = (*bar.forward_px.get(i)?)? * self.plate_cm_per_px;
                // Lower down plate and knee cover the elbow, and the network guesses it too far back.
                if (*bar.height_cm.get(i)?)? < context.config.s2.elbow_clear_cm {
                    return None;
                }
                // The arm must hang: an elbow level with the shoulder points nowhere.
                if (shoulder[1] - elbow[1]) * self.cm_per_px < 5.0 {
                    return None;
                }
                let arm = (shoulder[0] + ARM_OF_UPPER_ARM * (elbow[0] - shoulder[0])) * self.cm_per_px;
                // The bar lies in the fingers, behind the line through shoulder and elbow.
                Some(plate - context.signals.instrument.arm_line.corrected(arm))
            })
            .collect()
    }

    /// Height of a plane point above the lifter's floor contact, cm.
    pub fn up(&self, up_px: f64) -> f64 {
        (up_px - self.floor_up_px) * self.cm_per_px
    }

    /// Forward place of the bar in the body's plane, cm.
    pub fn bar(&self, context: &Repetition, window: [f64; 2]) -> Samples {
        let path = context.known(&context.signals.bar.forward_px, window);
        path.into_iter().map(|(i, x)| (i, x * self.plate_cm_per_px - self.offset_cm)).collect()
    }

    /// Arm angle from the vertical, degrees, + = shoulder in front of the bar, from the shoulder and the bar in the
    /// body's plane; one value per grid point that shows both.
    pub fn arm_deg(&self, context: &Repetition, window: [f64; 2]) -> Samples {
        let bar = self.bar(context, window);
        context
            .points(Joint::Shoulder, window)
            .into_iter()
            .filter_map(|(i, shoulder)| {
                let at = bar.binary_search_by_key(&i, |b| b.0).ok().map(|k| bar[k].1)?;
                let sine = (shoulder[0] * self.cm_per_px - at) / self.arm_cm;
                (sine.abs() < 0.9).then(|| (i, sine.asin().to_degrees()))
            })
            .collect()
    }

    /// Mid-foot in the body's plane; `None` when no frame of the rep shows foot or ankle.
    pub fn foot(&self, context: &Repetition) -> Option<Foot> {
        let window = rep_window(context);
        let at = |joint| median_place(&clear(context, joint, window)).map(|p| p[0] * self.cm_per_px);
        if let (Some(heel), Some(toe)) = (at(Joint::Heel), at(Joint::Toe)) {
            return Some(Foot { middle_cm: 0.5 * (heel + toe), length_cm: (toe - heel).abs(), points_seen: true });
        }
        let length_cm = context.signals.foot_length_px.map_or(FOOT_LENGTH * self.stature_cm, |f| f * self.cm_per_px);
        Some(Foot { middle_cm: at(Joint::Ankle)? + 0.25 * length_cm, length_cm, points_seen: false })
    }

    /// g: bar less the front of shank or thigh at the bar's height, cm, where the leg's line is known.
    pub fn gaps(&self, context: &Repetition, window: [f64; 2]) -> Samples {
        let c = &context.config.e4;
        let Some(ankle) = median_place(&clear(context, Joint::Ankle, rep_window(context))) else { return vec![] };
        let (knees, hips) = (context.points(Joint::Knee, window), context.points(Joint::Hip, window));
        let find = |points: &[(usize, [f64; 2])], i: usize| points.binary_search_by_key(&i, |p| p.0).ok().map(|k| points[k].1);
        self.bar(context, window)
            .into_iter()
            .filter_map(|(i, bar)| {
                let bar_up = self.rest_cm + (*context.signals.bar.height_cm.get(i)?)?;
                let knee = find(&knees, i)?;
                let (low, high, half) =
                    if bar_up <= self.up(knee[1]) { (ankle, knee, c.shank_half) } else { (knee, find(&hips, i)?, c.thigh_half) };
                let rise = self.up(high[1]) - self.up(low[1]);
                // Above the hip or on a level thigh there is no leg in front of which the bar could hang.
                if rise < 5.0 || bar_up > self.up(high[1]) {
                    return None;
                }
                let share = (bar_up - self.up(low[1])) / rise;
                let leg = (low[0] + (high[0] - low[0]) * share) * self.cm_per_px + half * self.stature_cm;
                Some((i, bar - leg - c.bar_radius_cm))
            })
            .collect()
    }
}

/// From the set position (or the first event) to the floor.
fn rep_window(context: &Repetition) -> [f64; 2] {
    let [from, to] = context.rep.span_s();
    [context.rep.set_window_s.map_or(from, |w| w[0].min(from)), to.max(from)]
}

/// Points of a foot joint while the plate is clear of it: hidden ones are already gone, and the bar is high
/// enough that the network does not draw the foot on to the plate's rim (SPEC 4.5).
pub fn clear(context: &Repetition, joint: Joint, window: [f64; 2]) -> Vec<(usize, [f64; 2])> {
    let limit = context.config.plate.foot_clear_h_cm;
    let heights = &context.signals.bar.height_cm;
    let track = context.signals.joint(joint);
    context
        .points(joint, window)
        .into_iter()
        .filter(|(i, _)| !track.occluded.get(*i).copied().unwrap_or(true))
        .filter(|(i, _)| heights.get(*i).copied().flatten().is_none_or(|h| h >= limit))
        .collect()
}

/// Plane px of the floor under the lifter: the lower of heel and toe, else below the ankle.
fn floor(context: &Repetition, stature_px: f64) -> Option<f64> {
    let window = rep_window(context);
    let up = |joint| median_place(&clear(context, joint, window)).map(|p| p[1]);
    match (up(Joint::Heel), up(Joint::Toe)) {
        (Some(heel), Some(toe)) => Some(heel.min(toe)),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => {
            up(Joint::Ankle).or(context.signals.stand.as_ref().and_then(|s| s.ankle_up_px)).map(|ankle| ankle - ANKLE_HEIGHT * stature_px)
        }
    }
}
