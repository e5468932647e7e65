//! E5 bracing cannot be seen; what stands in for it is how the trunk gives as the bar leaves the floor (SPEC 6.5).

use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, about_deg, within};
use crate::patterns::set_shape::credible;
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade};
use crate::patterns::window::{Samples, needed, quadrature};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::reps::RepStart;
use crate::signals::Joint;

pub struct Bracing;

const SETTLE_S: Metric = Metric::new("settle_s", "How long hip and shoulder had rested before lift-off, s.");
pub const TRUNK_GIVE_DEG: Metric =
    Metric::new("trunk_give_deg", "Change of the back's bend as the bar leaves the floor, degrees; positive: rounder.");
pub const BREATH_SEEN: Metric =
    Metric::new("breath_seen", "1 where a breath was visible before the rep; never 0: its absence says nothing.");

static INFO: CheckInfo = CheckInfo {
    code: "E5",
    name: "bracing",
    title: "Trunk as the bar leaves the floor",
    unit: "≈°",
    cue: "big breath into your belly, brace as if for a punch",
    cluster: Some(Cluster::Back),
    sight: Sight::Side,
    draw: Draw::Back,
    keys: &["E5."],
    parts: &[Part::Back, Part::Hips],
    phrases: &[
        Phrase::high(TRUNK_GIVE_DEG, |m| format!("trunk gave by {} as the bar left the floor", about_deg(m))),
        Phrase::low(SETTLE_S, |m| format!("pulled only {} s after coming to rest", within(m, 2))),
    ],
    praise: None,
    metrics: &[SETTLE_S, TRUNK_GIVE_DEG, BREATH_SEEN],
    page: include_str!("../pages/E5.md"),
};

impl Check for Bracing {
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
    let c = &context.config.e5;
    let sight = confidence::outline_resolution(confidence::side(context, None)?, context)?.capped(c.confidence_max);
    let lift_off = needed(context.rep.lift_off_s)?;
    let window = [lift_off - 0.2, lift_off + 0.4];
    let back = &context.signals.back;
    if context.known(&back.index, window).is_empty() {
        return Err(Reason::NoBackEvidence.into());
    }
    let shape = |at: f64| context.back_median(&back.index, [at - 0.07, at + 0.07]);
    let (before, after) = shape(window[0]).zip(shape(window[1])).ok_or(Reason::ContourUnreliable)?;
    let change = credible(after - before, context).ok_or(Reason::ContourUnreliable)?;
    let per = context.index_per_deg();
    // An outline that swings while nothing is lifted swings at lift-off too.
    let swing = context.set_shape.map_or(0.0, |(_, swing)| swing);
    let give = grade(change, quadrature(c.give_sigma, swing), &c.give, Beyond::Above);
    let shown = Grade { value: give.value / per, sigma: give.sigma / per, thresholds: give.thresholds.map(|t| t / per), ..give };
    let settled = settle(context, lift_off);
    let breath = breath(context, lift_off);
    let draft = match settled.map(|s| grade(s, c.settle_sigma, &[c.settle_s], Beyond::Below)) {
        Some(rush) if rush.p_flag >= context.config.flag.p_flag && give.p_flag < context.config.flag.p_flag => {
            Draft::new(rush, sight, [lift_off - 1.5, lift_off], lift_off, settle_words(&rush))
                .unit("s")
                .cap(Severity::Mild)
                .measure(SETTLE_S)
                .metric(TRUNK_GIVE_DEG, Some(shown.value))
        }
        // Who cannot tell a trunk that holds from one that gives severely says nothing, as in E1.
        _ if give.sigma > give.thresholds[2] - give.thresholds[0] => return Err(Reason::ContourUnreliable.into()),
        _ => Draft::new(shown, sight, window, window[1], words(&shown, breath)).measure(TRUNK_GIVE_DEG).metric(SETTLE_S, settled),
    };
    Ok(draft.metric(BREATH_SEEN, breath.then_some(1.0)))
}

/// BR2: how long hip and shoulder have rested just before a dead-stop lift-off, s: since when they have stayed within
/// the way that the speed limit allows in the time limit (5 cm/s over 0.3 s), plus twice their jitter.
fn settle(context: &Context, lift_off: f64) -> Option<f64> {
    if !matches!(context.rep.start, RepStart::DeadStop | RepStart::First) {
        return None;
    }
    let cm = context.signals.body_cm_per_px()?;
    if context.signals.time_s.first().is_none_or(|t| *t > lift_off - 0.6) {
        return None;
    }
    let c = &context.config.e5;
    // The low-pass smears the start of the pull over about 0.1 s.
    let end = lift_off - 0.1;
    let rest = |joint| {
        let reach = c.settle_cm_s * c.settle_s / cm + 2.0 * context.signals.joint(joint).sigma_px;
        let place = context.place(joint, [end - 0.1, end])?;
        let path = context.points(joint, [end - 1.5, end]);
        let near = path.iter().rev().take_while(|p| (p.1[0] - place[0]).hypot(p.1[1] - place[1]) <= reach);
        Some(context.real_between(context.time(near.last()?.0), lift_off))
    };
    Some(f64::min(rest(Joint::Hip)?, rest(Joint::Shoulder)?))
}

/// BR3: the trunk's depth grew within 0.4–2 s while standing tall, in the 6 s before lift-off. Positive evidence only.
fn breath(context: &Context, lift_off: f64) -> bool {
    let window = [lift_off - 6.0, lift_off];
    let tall: Vec<usize> = context.known(&context.signals.angles.trunk_deg, window).iter().filter(|s| s.1 >= 80.0).map(|s| s.0).collect();
    let depth: Samples =
        context.known(&context.signals.back.depth, window).into_iter().filter(|s| tall.binary_search(&s.0).is_ok()).collect();
    let rate = context.signals.rate_hz;
    depth.iter().any(|later| {
        depth.iter().any(|earlier| {
            let apart = later.0.saturating_sub(earlier.0) as f64 / rate;
            (0.4..=2.0).contains(&apart) && later.1 >= earlier.1 * (1.0 + context.config.e5.breath_rise)
        })
    })
}

fn words(give: &Grade, breath: bool) -> String {
    let breath = if breath { "; a breath was visible before this rep" } else { "" };
    let Grade { value, sigma, p_flag, .. } = *give;
    // Only a trunk that gave looks like anything.
    let like = match p_flag < 0.5 {
        true => ": it did not give",
        false => ", which a weak brace, load, slack or clothing can all look like",
    };
    format!(
        "Bracing cannot be seen on video; your trunk shape changed by ≈ {value:.0}° (±{sigma:.0}°) as the bar left the floor{like}{breath}"
    )
}

fn settle_words(rush: &Grade) -> String {
    format!(
        "Bracing cannot be seen on video; you were still for {:.2} s (±{:.2} s) before the bar left the floor, which is little time to brace, or a set-up you do in one movement",
        rush.value, rush.sigma
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trunk_that_gave_looks_like_a_weak_brace() {
        let said = |value| words(&grade(value, 4.0, &[5.0, 10.0, 15.0], Beyond::Above), true);
        assert!(
            said(12.0).contains("which a weak brace") && said(12.0).ends_with("a breath was visible before this rep"),
            "{}",
            said(12.0)
        );
        assert!(said(-18.0).contains("it did not give") && !said(-18.0).contains("weak brace"), "{}", said(-18.0));
    }
}
