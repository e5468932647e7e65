//! S2 bar over mid-foot in the set position, by the two-plane model with self-calibration (SPEC 7.2).

use crate::numeric::stats::median;
use crate::patterns::checks::e4::plate_followed;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, cm, signed};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::window::{needed, quadrature};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Sight, Verdict};
use crate::reps::Variant;

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
    if matches!(context.set.variant, Variant::Sumo | Variant::Romanian) {
        return Err(Stop::NotApplicable(Reason::VariantNa));
    }
    let Some(set) = context.set_window() else { return Err(super::set_position::no_set_position(context)) };
    let c = &context.config.s2;
    let sight = confidence::side(context, Some(c.yaw_max))?;
    let window = needed(context.ascent())?;
    let sight = plate_followed(context, sight, window)?;
    confidence::body_scale(context)?;
    let plane = context.plane()?;
    let foot = plane.foot(context).ok_or(Reason::FootHidden)?;
    let bar = median(plane.bar(context, set).iter().map(|s| s.1)).ok_or(Reason::NoBar)?;
    let read = &context.signals.instrument.mid_foot;
    let distance = read.corrected(bar - foot.middle_cm);
    let yaw = context.signals.camera.yaw_deg.unwrap_or(0.0).abs();
    let mut sigma = read.sigma + c.sigma_per_yaw_deg * yaw;
    let mut sight = sight;
    if !foot.points_seen {
        sigma = quadrature(sigma, c.sigma_no_foot_points);
        sight = sight.capped(0.5);
    }
    let mut found = grade(distance.abs(), sigma, &c.cm, Beyond::Above);
    found.value = distance.abs();
    let side = if distance >= 0.0 { "ahead of" } else { "behind" };
    let text = format!("In the set position the bar was {:.1} cm (±{sigma:.1} cm) {side} the middle of your foot", distance.abs());
    Ok(Draft::new(found, sight, set, set[1], text)
        .measure(BAR_OFF_MID_FOOT_CM)
        .metric(BAR_MID_FOOT_CM, Some(distance))
        .metric(BAR_MID_FOOT_FOOT_LENGTHS, (foot.length_cm > 5.0).then(|| distance / foot.length_cm)))
}
