//! S1 stance: feet about hip-width apart, seen from the front (SPEC 7.1).

use super::front;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade, worse};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::reps::Variant;
use crate::signals::Joint;

pub struct Stance;

const STANCE_RATIO: Metric = Metric::new("stance_ratio", "Distance between the ankles in shoulder widths.");

static INFO: CheckInfo = CheckInfo {
    code: "S1",
    name: "stance-width",
    title: "Stance width",
    unit: "ratio",
    cue: "feet hip-width apart",
    cluster: None,
    sight: Sight::Front,
    draw: Draw::Body,
    keys: &["S1."],
    parts: &[Part::Front],
    phrases: &[Phrase::high(STANCE_RATIO, |_| "feet too wide apart".into()).or_low(|_| "feet too close together".into())],
    praise: Some(Praise { rank: 13, said: "your feet stood the right width apart" }),
    metrics: &[STANCE_RATIO],
    page: include_str!("../pages/S1.md"),
};

impl Check for Stance {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    if matches!(context.set.variant, Variant::Sumo) {
        return Err(Stop::NotApplicable(Reason::VariantNa));
    }
    let sight = confidence::angle_resolution(confidence::front(context)?, context);
    let window = front::rep_window(context);
    let ankles = front::width(context, Joint::Ankle, window).ok_or(Reason::FootHidden)?;
    let shoulders = front::shoulder_width(context).ok_or(Reason::NoStandRef)?;
    let ratio = ankles / shoulders;
    let c = &context.config.s1;
    let found = worse(grade(ratio, c.sigma, &c.wide, Beyond::Above), grade(ratio, c.sigma, &c.narrow, Beyond::Below));
    let text = format!("Your feet stood {ratio:.2} (±{:.2}) shoulder widths apart; hip width is about 0.8", c.sigma);
    let draft = Draft::new(found, sight, window, window[0], text).cap(Severity::Moderate).measure(STANCE_RATIO);
    Ok(draft)
}
