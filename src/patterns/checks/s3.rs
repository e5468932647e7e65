//! S3 grip: hands just outside the legs, seen from the front (SPEC 7.3).

use super::front;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade, worse};
use crate::patterns::window::needed;
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::reps::Variant;
use crate::signals::Joint;

pub struct Grip;

const GRIP_OUTSIDE_KNEES_RATIO: Metric =
    Metric::new("grip_outside_knees_ratio", "The hand that is further off, outside its knee, in shoulder widths; negative: inside.");
const GRIP_LEFT_RATIO: Metric = Metric::new("grip_left_ratio", "Near hand outside the near knee, in shoulder widths; negative: inside.");
const GRIP_RIGHT_RATIO: Metric = Metric::new("grip_right_ratio", "Far hand outside the far knee, in shoulder widths; negative: inside.");

static INFO: CheckInfo = CheckInfo {
    code: "S3",
    name: "grip-width",
    title: "Grip width",
    unit: "ratio",
    cue: "grip just outside your legs",
    cluster: None,
    sight: Sight::Front,
    draw: Draw::Body,
    keys: &["S3."],
    parts: &[Part::Front],
    phrases: &[Phrase::high(GRIP_OUTSIDE_KNEES_RATIO, |_| "grip too wide".into()).or_low(|_| "grip too narrow".into())],
    praise: Some(Praise { rank: 14, said: "your grip was the right width" }),
    metrics: &[GRIP_OUTSIDE_KNEES_RATIO, GRIP_LEFT_RATIO, GRIP_RIGHT_RATIO],
    page: include_str!("../pages/S3.md"),
};

impl Check for Grip {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::angle_resolution(confidence::front(context)?, context);
    // The grip does not change in a rep: where the set position does not show hands and knees, all of it serves.
    let windows = [context.set_window(), Some(context.rep.span_s())];
    let seen = |window: [f64; 2]| {
        let pair = |joint| front::sides(context, joint, window);
        Some((window, front::middle(context, window)?, pair(Joint::Wrist)?, pair(Joint::Knee)?))
    };
    let shoulders = front::shoulder_width(context).ok_or(Reason::NoStandRef)?;
    let (window, middle, hands, knees) = windows.into_iter().flatten().find_map(seen).ok_or(Reason::PlateOcclusion)?;
    let c = &context.config.s3;
    let gap = |k: usize| ((hands[k] - middle).abs() - (knees[k] - middle).abs()) / shoulders - c.knee_half;
    let (left, right) = (gap(0), gap(1));
    let found = worse(one(context, left), one(context, right));
    needed(found.value.is_finite().then_some(()))?;
    let text = format!("Your hands gripped {:.2} (±{:.2}) shoulder widths outside your knees", found.value, c.sigma);
    Ok(Draft::new(found, sight, window, window[1], text)
        .cap(Severity::Moderate)
        .cue((context.set.variant == Variant::Sumo).then_some("grip inside your knees"))
        .measure(GRIP_OUTSIDE_KNEES_RATIO)
        .metric(GRIP_LEFT_RATIO, Some(left))
        .metric(GRIP_RIGHT_RATIO, Some(right)))
}

/// Too wide or against the legs; sumo is the other way round: hands belong inside the knees.
fn one(context: &Context, gap: f64) -> Grade {
    let c = &context.config.s3;
    if context.set.variant == Variant::Sumo {
        return grade(gap, c.sigma, &[-c.narrow[0], -c.narrow[1]], Beyond::Above);
    }
    worse(grade(gap, c.sigma, &c.wide, Beyond::Above), grade(gap, c.sigma, &c.narrow, Beyond::Below))
}
