//! S4 shoulders slightly in front of the bar in the set position: the arm's angle from the vertical (SPEC 7.4).

use crate::numeric::stats::median;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, deg};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade, worse};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};
use crate::reps::Variant;

pub struct Shoulders;

const ARM_AT_SET_DEG: Metric = Metric::new(
    "arm_at_set_deg",
    "Arm from the vertical in the set position, degrees; positive: shoulder ahead of the bar; 0: straight above it.",
);

static INFO: CheckInfo = CheckInfo {
    code: "S4",
    name: "shoulders-over-bar",
    title: "Shoulders and bar",
    unit: "°",
    cue: "shoulders slightly in front of the bar",
    cluster: None,
    sight: Sight::Side,
    draw: Draw::Body,
    keys: &["S4."],
    parts: &[Part::Bar, Part::Start, Part::Hips],
    phrases: &[Phrase::high(ARM_AT_SET_DEG, |m| format!("shoulders {} ahead of the bar, too far", deg(m))).or_low(|m| {
        match m.value.round() {
            behind if behind < 0.0 => format!("shoulders {} behind the bar", deg(m)),
            // Neither ahead nor behind, as far as a whole degree tells.
            0.0 => "shoulders straight above the bar, not ahead of it".into(),
            _ => format!("shoulders only {} ahead of the bar, not far enough", deg(m)),
        }
    })],
    praise: Some(Praise { rank: 9, said: "your shoulders began in the right place over the bar" }),
    metrics: &[ARM_AT_SET_DEG],
    page: include_str!("../pages/S4.md"),
};

impl Check for Shoulders {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    if context.romanian() {
        return Err(Stop::NotApplicable(Reason::VariantNa));
    }
    let Some(set) = context.set_window() else { return Err(super::set_position::no_set_position(context)) };
    let c = &context.config.s4;
    let sight = confidence::angle_resolution(confidence::side(context, Some(c.yaw_max))?, context);
    let arm = &context.signals.angles.arm_deg;
    let sight = confidence::visible(sight, context.share(arm, set), Reason::PlateOcclusion, &context.config.gate)?;
    let alpha = arm_angle(context, set).or_else(|| context.median_in(arm, set)).ok_or(Reason::TooFewFrames)?;
    // A bent elbow points elsewhere than at the bar.
    if context.median_in(&context.signals.angles.elbow_deg, set).is_some_and(|e| (180.0 - e).abs() > c.elbow_bend_max) {
        return Err(Reason::TooFewFrames.into());
    }
    let shift = if context.set.variant == Variant::Sumo { c.sumo_shift } else { 0.0 };
    let read = &context.signals.instrument.arm_set;
    let (alpha, sigma) = (read.corrected(alpha), read.corrected_sigma(alpha, read.sigma));
    let behind = grade(alpha, sigma, &c.behind.array().map(|t| t + shift), Beyond::Below);
    let ahead = grade(alpha, sigma, &c.ahead.array().map(|t| t + shift), Beyond::Above);
    let found = worse(behind, ahead);
    let (side, way) = match alpha.round() {
        a if a < 0.0 => ("behind", "leaned back"),
        0.0 => ("straight above", "leaned"),
        _ => ("ahead of", "leaned forward"),
    };
    let text = format!("In the set position your shoulders were {side} the bar: the arm {way} by {:.0}° (±{sigma:.0}°)", alpha.abs());
    Ok(Draft::new(found, sight, set, 0.5 * (set[0] + set[1]), text).measure(ARM_AT_SET_DEG))
}

/// The arm's angle in the set position from the bar's place in the lifter's plane, calibrated further up where the
/// elbow is in sight (SPEC 7.2). At the floor plate and knee cover the elbow, and its guess makes the angle
/// far too large.
fn arm_angle(context: &Context, set: [f64; 2]) -> Option<f64> {
    let plane = context.plane().ok()?;
    let angles: Vec<f64> = plane.arm_deg(context, set).iter().map(|s| s.1).collect();
    median(&angles)
}
