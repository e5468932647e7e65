//! S9 lats: no measurement; what stands in for it is the bar swinging forward right after lift-off (SPEC 7.7).

use super::bar_place::plate_followed;
use super::e4::drift;
use crate::numeric::stats::sustained_max;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, cm, deg};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade, worse};
use crate::patterns::window::needed;
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Severity, Sight, Verdict};

pub struct Lats;

const ARM_CHANGE_DEG: Metric =
    Metric::new("arm_change_deg", "Change of that angle from lift-off to the knee pass, degrees; positive: the arm swung forward.");
const BAR_SWING_CM: Metric =
    Metric::new("bar_swing_cm", "Way of the bar ahead of its start just after lift-off, cm; positive: away from the lifter.");

static INFO: CheckInfo = CheckInfo {
    code: "S9",
    name: "lats",
    title: "Bar swing off the floor",
    unit: "cm",
    cue: "shoulder blades in your back pockets",
    cluster: Some(Cluster::Bar),
    sight: Sight::Side,
    draw: Draw::Bar,
    keys: &["S9."],
    parts: &[Part::Bar],
    phrases: &[
        Phrase::high(BAR_SWING_CM, |m| format!("bar swung {} forward off the floor", cm(m))),
        Phrase::high(ARM_CHANGE_DEG, |m| format!("arms swung {} forward off the floor", deg(m))),
    ],
    praise: None,
    metrics: &[ARM_CHANGE_DEG, BAR_SWING_CM],
    page: include_str!("../pages/S9.md"),
};

impl Check for Lats {
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
    let c = &context.config.s9;
    let sight = confidence::side(context, None)?.capped(c.confidence_max);
    let lift_off = needed(context.rep.lift_off_s)?;
    let pull = needed(context.pull())?;
    let sight = plate_followed(context, sight, pull)?;
    let low: Vec<f64> = context
        .known(&context.signals.bar.height_cm, pull)
        .into_iter()
        .take_while(|s| s.1 <= c.below_cm)
        .map(|s| context.time(s.0))
        .collect();
    let window = [lift_off, low.last().copied().unwrap_or(lift_off).max(lift_off)];
    // Ten centimetres are gone in 0.2 to 0.4 s: a tenth of a second must show the swing.
    let path = drift(context, window)?;
    let width = ((0.1 * context.signals.rate_hz).round() as usize).max(2);
    let found = sustained_max(&path, width).ok_or(Reason::TooFewFrames)?;
    let swing = grade(found.value, c.swing_sigma, &c.swing_cm, Beyond::Above);
    let arm = &context.signals.angles.arm_deg;
    let change = context.value_at(arm, lift_off).zip(context.value_at(arm, pull[1])).map(|(a, b)| b - a);
    let hang = change.map(|d| grade(d, c.arm_sigma, &[c.arm_change], Beyond::Above));
    let draft = match hang {
        Some(hang) if worse(swing, hang) == hang && hang.p_flag > swing.p_flag => {
            let loose = loose(&hang);
            let text = format!(
                "Lat tension cannot be seen; your arm swung forward by {:.0}° (±{:.0}°) from lift-off to the knees{loose}",
                hang.value, hang.sigma
            );
            Draft::new(hang, sight, pull, pull[1], text).unit("°").measure(ARM_CHANGE_DEG).metric(BAR_SWING_CM, Some(found.value))
        }
        _ => {
            let loose = loose(&swing);
            let text = format!(
                "Lat tension cannot be seen; the bar moved {:.1} cm (±{:.1} cm) forward right after lift-off{loose}",
                swing.value, swing.sigma
            );
            Draft::new(swing, sight, window, context.time(found.index), text).measure(BAR_SWING_CM).metric(ARM_CHANGE_DEG, change)
        }
    };
    Ok(draft.cap(Severity::Moderate))
}

/// Said only of what points to it.
fn loose(found: &Grade) -> &'static str {
    if found.p_flag < 0.5 { "" } else { ", which it does when the lats are loose" }
}
