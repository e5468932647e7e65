//! T2 knee tracking: knees against ankles through the pull, seen from the front (SPEC 7.12).

use super::front;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, within};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::window::needed;
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};
use crate::signals::Joint;

pub struct KneeTracking;

const KNEE_DISTANCE_RATIO: Metric = Metric::new(
    "knee_distance_ratio",
    "Least distance between the knees in the pull over that in the set position; 1: kept, below 1: caved in.",
);

static INFO: CheckInfo = CheckInfo {
    code: "T2",
    name: "knee-tracking",
    title: "Knees caving in",
    unit: "ratio",
    cue: "push out, as against a light band round your thighs",
    cluster: None,
    sight: Sight::Front,
    draw: Draw::Body,
    keys: &["T2."],
    parts: &[Part::Front],
    phrases: &[Phrase::low(KNEE_DISTANCE_RATIO, |m| format!("knees caved in to {} of their distance at the start", within(m, 2)))],
    praise: Some(Praise { rank: 12, said: "your knees did not cave in" }),
    metrics: &[KNEE_DISTANCE_RATIO],
    page: include_str!("../pages/T2.md"),
};

impl Check for KneeTracking {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::angle_resolution(confidence::front(context)?, context);
    let set = needed(context.set_reference())?;
    let pull = needed(context.pull())?;
    let ankles = front::width(context, Joint::Ankle, front::rep_window(context)).ok_or(Reason::FootHidden)?;
    let start = front::width(context, Joint::Knee, set).ok_or(Reason::PlateOcclusion)? / ankles;
    let path = front::distances(context, Joint::Knee, pull);
    let wanted = context.signals.range(pull[0], pull[1]).len().max(1) as f64;
    let sight = confidence::visible(sight, path.len() as f64 / wanted, Reason::PlateOcclusion, &context.config.gate)?;
    let least = context.sx_min(&path).ok_or(Reason::TooFewFrames)?;
    if start <= 0.05 {
        return Err(Reason::TooFewFrames.into());
    }
    let ratio = least.value / ankles / start;
    let c = &context.config.t2;
    let found = grade(ratio, c.sigma, &c.knees, Beyond::Below);
    let text = format!("During the pull your knees were as close as {ratio:.2} (±{:.2}) times their distance in the set position", c.sigma);
    Ok(Draft::new(found, sight, pull, context.time(least.index), text).measure(KNEE_DISTANCE_RATIO))
}
