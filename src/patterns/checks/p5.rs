//! P5 hinge first: how far the hips drop while the bar comes down to the knees (SPEC 8.1).

use crate::patterns::confidence;
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::window::{needed, quadrature};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};
use crate::signals::{Joint, Series};

pub struct HingeFirst;

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
        .measure("hip_drop_ratio")
        .metric("hip_back_ratio", back)
        .metric("knee_hip_flexion_ratio", knee_hip)
        .metric("shank_change_deg", change(&angles.shank_deg)))
}
