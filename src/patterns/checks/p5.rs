//! P5 hinge first: how far the hips drop while the bar comes down to the knees (SPEC 8.1).

use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::window::{needed, quadrature};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};
use crate::signals::{Joint, Series};

pub struct HingeFirst;

const HIP_DROP_RATIO: Metric =
    Metric::new("hip_drop_ratio", "Hip drop over bar drop on the way down to the knees; 0: a pure hinge, 1: a squat.");
const HIP_BACK_RATIO: Metric =
    Metric::new("hip_back_ratio", "How far the hips went back per cm of the bar on the way down to the knees; positive: back.");
const KNEE_HIP_FLEXION_RATIO: Metric =
    Metric::new("knee_hip_flexion_ratio", "Knee flexion over hip flexion on the way down to the knees; 0: a pure hinge.");
const SHANK_CHANGE_DEG: Metric =
    Metric::new("shank_change_deg", "Change of the shank's inclination on the way down to the knees, degrees.");

static INFO: CheckInfo = CheckInfo {
    code: "P5",
    name: "hinge-first",
    title: "Order of hips and knees on the way down",
    unit: "ratio",
    cue: "hinge at the hips first",
    cluster: None,
    sight: Sight::Side,
    draw: Draw::Rise,
    keys: &["P5."],
    parts: &[Part::Lowering],
    phrases: &[Phrase::high(HIP_DROP_RATIO, |_| "knees bent before the hips went back".into())],
    praise: Some(Praise { rank: 7, said: "you hinged at the hips first on the way down" }),
    metrics: &[HIP_DROP_RATIO, HIP_BACK_RATIO, KNEE_HIP_FLEXION_RATIO, SHANK_CHANGE_DEG],
    page: include_str!("../pages/P5.md"),
};

impl Check for HingeFirst {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::angle_resolution(confidence::sagittal(context)?, context);
    if context.rep.dropped {
        return Err(Reason::BarDropped.into());
    }
    let start = needed(context.rep.descent_s)?;
    // A Romanian deadlift hinges all the way down.
    let end = needed(if context.romanian() { context.rep.floor_s.or(context.rep.knee_pass_down_s) } else { context.rep.knee_pass_down_s })?;
    let cm = confidence::body_scale(context)?;
    let bar = &context.signals.bar.height_cm;
    if !bar.iter().any(Option::is_some) {
        return Err(Reason::NoBar.into());
    }
    let hip = &context.signals.joint(Joint::Hip).up_px;
    // From the first sight of the hip below the plate's edge.
    let seen = context.known(hip, [start, end]);
    let first = context.time(seen.first().ok_or(Reason::PlateOcclusion)?.0);
    let window = [first, end];
    let change = |series: &Series| {
        let ends = |t: f64| context.value_at(series, t);
        ends(first).zip(ends(end)).map(|(a, b)| a - b)
    };
    let bar_drop = change(bar).ok_or(Reason::NoBar)?;
    let c = &context.config.p5;
    if bar_drop < c.bar_drop_min_cm {
        return Err(Reason::PlateOcclusion.into());
    }
    let hip_drop = change(hip).ok_or(Reason::PlateOcclusion)? * cm;
    let ratio = hip_drop / bar_drop;
    // Two ends, each a median of about 0.1 s.
    let random = context.jitter_cm(Joint::Hip, cm) / bar_drop;
    let sigma = quadrature(c.sigma, random);
    let hip_x = &context.signals.joint(Joint::Hip).forward_px;
    let back = change(hip_x).map(|d| d * cm / bar_drop);
    let angles = &context.signals.angles;
    let knee_hip = change(&angles.knee_deg).zip(change(&angles.hip_deg)).filter(|(_, h)| h.abs() > 5.0).map(|(k, h)| k / h);
    let mild = ratio >= c.hip_drop_ratio[0];
    let how = if mild { "the knees bent before the hips went back" } else { "the hips went back first" };
    let text = format!("On the way down to your knees the hips dropped {ratio:.2} (±{sigma:.2}) times as far as the bar: {how}");
    Ok(Draft::new(grade(ratio, sigma, &c.hip_drop_ratio, Beyond::Above), sight, window, end, text)
        .measure(HIP_DROP_RATIO)
        .metric(HIP_BACK_RATIO, back)
        .metric(KNEE_HIP_FLEXION_RATIO, knee_hip)
        .metric(SHANK_CHANGE_DEG, change(&angles.shank_deg)))
}
