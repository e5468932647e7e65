//! S2 bar over mid-foot in the set position, by the two-plane model with self-calibration (SPEC 7.2).

use super::bar_place::{Place, bar_against_mid_foot};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, cm, signed};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Sight, Verdict};

pub struct BarOverMidFoot;

const BAR_OFF_MID_FOOT_CM: Metric =
    Metric::new("bar_off_mid_foot_cm", "Distance of the bar from the middle of the foot, without a side, cm.");
pub const BAR_MID_FOOT_CM: Metric =
    Metric::new("bar_mid_foot_cm", "Bar against the middle of the foot in the set position, cm; positive: ahead; 0: above it.");
const BAR_MID_FOOT_FOOT_LENGTHS: Metric = Metric::new(
    "bar_mid_foot_foot_lengths",
    "Bar against the middle of the foot in the set position, foot lengths; positive: ahead; 0: above it.",
);

static INFO: CheckInfo = CheckInfo {
    code: "S2",
    name: "bar-over-mid-foot",
    title: "Bar and mid-foot",
    unit: "cm",
    cue: "bar over mid-foot",
    cluster: Some(Cluster::Bar),
    sight: Sight::Side,
    draw: Draw::Bar,
    keys: &["S2."],
    parts: &[Part::Bar, Part::Start],
    phrases: &[Phrase::high(BAR_OFF_MID_FOOT_CM, |m| {
        let side = if signed(m, BAR_MID_FOOT_CM) < 0.0 { "behind" } else { "ahead of" };
        format!("bar {} {side} mid-foot", cm(m))
    })],
    praise: Some(Praise { rank: 10, said: "the bar started over mid-foot" }),
    metrics: &[BAR_OFF_MID_FOOT_CM, BAR_MID_FOOT_CM, BAR_MID_FOOT_FOOT_LENGTHS],
    page: include_str!("../pages/S2.md"),
};

impl Check for BarOverMidFoot {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let Place { distance_cm, sigma_cm, sight, window, foot_length_cm } = bar_against_mid_foot(context)?;
    let found = grade(distance_cm.abs(), sigma_cm, &context.config.s2.cm, Beyond::Above);
    let side = if distance_cm >= 0.0 { "ahead of" } else { "behind" };
    let text = format!("In the set position the bar was {:.1} cm (±{sigma_cm:.1} cm) {side} the middle of your foot", distance_cm.abs());
    Ok(Draft::new(found, sight, window, window[1], text)
        .measure(BAR_OFF_MID_FOOT_CM)
        .metric(BAR_MID_FOOT_CM, Some(distance_cm))
        .metric(BAR_MID_FOOT_FOOT_LENGTHS, (foot_length_cm > 5.0).then(|| distance_cm / foot_length_cm)))
}
