//! P6 back in lowering: the back's outline against the own way up at equal bar height (SPEC 8.3).

use crate::numeric::stats::median;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, about_deg};
use crate::patterns::set_shape::credible;
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, agreed, both, conclude, grade, grade_read, probability};
use crate::patterns::window::{Samples, needed, quadrature};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};

pub struct BackInLowering;

pub const BACK_LOWERING_CHANGE_DEG: Metric = Metric::new(
    "back_lowering_change_deg",
    "Bend on the way down less that on the way up at equal bar height, degrees; positive: rounder.",
);

pub const BACK_LOWERING_OVER_SET_DEG: Metric = Metric::new(
    "back_lowering_over_set_deg",
    "Bend near the floor on the way down less that in the set position, degrees; positive: rounder; told where it makes the finding a lesser one.",
);

static INFO: CheckInfo = CheckInfo {
    code: "P6",
    name: "back-in-lowering",
    title: "Back on the way down",
    unit: "≈°",
    cue: "back neutral until the bar is past your knees",
    cluster: None,
    sight: Sight::Side,
    draw: Draw::Back,
    keys: &["P6."],
    parts: &[Part::Back, Part::Lowering],
    phrases: &[
        Phrase::high(BACK_LOWERING_CHANGE_DEG, |m| format!("back {} rounder on the way down than on the way up", about_deg(m))),
        Phrase::high(BACK_LOWERING_OVER_SET_DEG, |m| match m.value < 0.5 {
            // What rounds to nothing is no change to tell: the shape was kept, if not that of the way up.
            true => "back on the way down no flatter than at the start, rounder than on the way up".into(),
            false => format!("back {} rounder on the way down than at the start", about_deg(m)),
        }),
    ],
    praise: Some(Praise { rank: 5, said: "your back stayed in shape on the way down" }),
    metrics: &[BACK_LOWERING_CHANGE_DEG, BACK_LOWERING_OVER_SET_DEG],
    page: include_str!("../pages/P6.md"),
};

impl Check for BackInLowering {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

/// Largest difference in bar height, over the travel, between a frame of lowering and its partner on the way up.
const PARTNER_WITHIN: f64 = 0.05;
/// The same in the trunk's angle, degrees (our choice).
const SAME_ANGLE_DEG: f64 = 4.0;
/// "Past the knees" ends at this share of the time from knee to floor, as the pull's window ends in E1 (SPEC 6.1).
const PAST_KNEE: f64 = 0.25;
/// Above this share of the travel the lifter stands nearly upright and the arms cover the outline (our choice).
const BENT_BELOW: f64 = 0.7;
/// Below this share of the travel the trunk lies as it did in the set position (our choice).
const AS_BENT_AS_SET: f64 = 0.3;
/// A trunk more upright than on the way up by more than this is another movement, whose outline cannot be compared: a lowering
/// that squats (our choice: the hinged lowerings looked at are 0 to 13° flatter, squatted ones 8 to 27° more upright), degrees.
/// So is one flatter than the trunk ever was on the way up, after a pull that began like a squat: read at equal bar height alone,
/// two such lowerings of a true difference of 0° read 13° and 41°.
const MORE_UPRIGHT_DEG: f64 = 8.0;

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::outline_resolution(confidence::beside_the_chain(context)?, context)?;
    if context.rep.dropped {
        return Err(Reason::BarDropped.into());
    }
    let start = needed(context.rep.descent_s)?;
    let knee = needed(context.rep.knee_pass_down_s)?;
    let end = context.rep.floor_s.map_or(knee, |floor| knee + PAST_KNEE * (floor - knee).max(0.0));
    let up = needed(context.ascent())?;
    let (back, trunk) = (&context.signals.back, &context.signals.angles.trunk_deg);
    if context.known(&back.index, [start, end]).is_empty() {
        return Err(Reason::NoBackEvidence.into());
    }
    let c = &context.config.p6;
    let travel = context.rep.rom_px.max(1.0);
    let heights = &context.signals.bar.height_px;
    let bent = |i: usize| heights.get(i).copied().flatten().filter(|h| *h <= BENT_BELOW * travel);
    let shapes_up = context.back_samples(&back.index, up);
    let (shapes, trunks) = (by_height(context, &shapes_up), by_height(context, &context.known(trunk, up)));
    let by_angle = sorted(shapes_up.iter().filter_map(|&(i, b)| Some((trunk.get(i).copied().flatten()?, b))));
    // Another movement: clearly more upright than at this height on the way up, or flatter than anywhere on the way up.
    let alike = |i: usize, height: f64| {
        let Some(now) = trunk.get(i).copied().flatten() else { return true };
        let upright = partner(&trunks, height, PARTNER_WITHIN * travel).is_some_and(|then| now - then > MORE_UPRIGHT_DEG);
        !upright && partner(&by_angle, now, SAME_ANGLE_DEG).is_some()
    };
    let lowering = context.back_samples(&back.index, [start, end]).into_iter().filter_map(|(i, b)| Some((i, bent(i)?, b)));
    let (alike, other): (Vec<_>, Vec<_>) = lowering.partition(|&(i, height, _)| alike(i, height));
    let difference: Samples = alike
        .into_iter()
        .filter_map(|(i, height, b)| {
            // A hinge lays the trunk flatter at the same height, which alone bends the back: only what both comparisons show counts.
            let at_height = partner(&shapes, height, PARTNER_WITHIN * travel)?;
            let at_angle = trunk.get(i).copied().flatten().and_then(|angle| partner(&by_angle, angle, SAME_ANGLE_DEG));
            Some((i, b - at_angle.map_or(at_height, |a| a.max(at_height))))
        })
        .collect();
    let wanted = context.signals.range(start, end).filter_map(bent).count().max(1) as f64;
    let other = other.len() as f64;
    if other > 0.5 * wanted {
        return Err(Reason::TooFewFrames.into());
    }
    let sight = confidence::visible(sight, (difference.len() as f64 + other) / wanted, Reason::ContourUnreliable, &context.config.gate)?;
    let typical = median(difference.iter().map(|d| d.1)).ok_or(Reason::TooFewFrames)?;
    let typical = credible(typical, context).ok_or(Reason::ContourUnreliable)?;
    let worst = difference.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(start, |w| context.time(w.0));
    let (per, read) = (context.config.e1.b_per_deg, &context.signals.instrument.back_low);
    let sigma = quadrature(read.sigma, context.config.e1.dB_pull_yaw * context.beyond_side_deg());
    let than_up = grade_read(typical, sigma, &c.dB_low.array(), Beyond::Above, read);
    let over = over_set(context, AS_BENT_AS_SET * travel);
    let fused = over.map_or(than_up.p_flag, |over| agreed(than_up.p_flag, probability(over, sigma, read.read(c.dB_low[0]), Beyond::Above)));
    let than_up = Grade { p_flag: fused, ..than_up };
    let than_set = over.map(|over| grade(over, sigma, &[c.over_set], Beyond::Above));
    let base = than_set.map_or(than_up, |set| both(than_up, set));
    // What holds a finding down is the measure that decided, and is told as that.
    let sure = context.config.flag.p_flag;
    let held = than_set.filter(|set| fused >= 0.5 && (set.point < than_up.point || set.p_flag < fused.min(sure)));
    let (measure, told) = held.map_or((BACK_LOWERING_CHANGE_DEG, than_up), |set| (BACK_LOWERING_OVER_SET_DEG, set));
    let degrees = |g: Grade| Grade { value: g.value / per, sigma: g.sigma / per, thresholds: g.thresholds.map(|t| t / per), ..g };
    let Grade { point, p_flag, p_second, .. } = base;
    let shown = Grade { point, p_flag, p_second, ..degrees(told) };
    let change = than_up.value / per;
    let text = words(&shown, held.is_some(), change);
    let draft = Draft::new(shown, sight, [start, end], worst, text).metric(BACK_LOWERING_CHANGE_DEG, Some(change));
    Ok(draft.measure(measure))
}

/// In one sentence; where the set position decided, with the change against the way up beside it.
fn words(shown: &Grade, by_set: bool, change: f64) -> String {
    let Grade { value, sigma, p_flag, .. } = *shown;
    match (by_set, p_flag < 0.5) {
        (true, true) => format!(
            "On the way down your back was hardly rounder than in your set position, by ≈ {:.0}° (±{sigma:.0}°), but than on the way up by ≈ {change:.0}°",
            value.max(0.0)
        ),
        (true, false) if value < 0.5 => format!(
            "On the way down, before the bar passed your knees, your back was no flatter than in your set position, within ≈ {:.0}° (±{sigma:.0}°), and rounder than on the way up by ≈ {change:.0}°",
            value.max(0.0)
        ),
        (true, false) => format!(
            "On the way down, before the bar passed your knees, your back was rounder than in your set position by ≈ {value:.0}° (±{sigma:.0}°), and than on the way up by ≈ {change:.0}°"
        ),
        (false, true) => {
            format!("On the way down your back kept the shape it had on the way up, within ≈ {:.0}° (±{sigma:.0}°)", value.max(0.0))
        }
        (false, false) => format!(
            "On the way down, before the bar passed your knees, your back was rounder than on the way up by ≈ {value:.0}° (±{sigma:.0}°)"
        ),
    }
}

/// How much rounder the back is near the floor than in the set position, the trunk as far down: who pulled with an arched back
/// may lower with a flat one. `None` where either was not seen.
fn over_set(context: &Context, below: f64) -> Option<f64> {
    let (back, heights) = (&context.signals.back.index, &context.signals.bar.height_px);
    let set = context.back_median(back, context.set_reference()?)?;
    let down = [context.rep.knee_pass_down_s?, context.rep.floor_s?];
    let low = context.back_samples(back, down).into_iter().filter(|s| heights[s.0].is_some_and(|h| h <= below));
    Some(median(low.map(|s| s.1))? - set)
}

/// (bar height, value) of samples, sorted by height.
fn by_height(context: &Context, samples: &Samples) -> Vec<(f64, f64)> {
    let heights = &context.signals.bar.height_px;
    sorted(samples.iter().filter_map(|&(i, v)| Some(((*heights.get(i)?)?, v))))
}

fn sorted(pairs: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut pairs: Vec<(f64, f64)> = pairs.collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    pairs
}

/// The value on the way up around a bar height or trunk angle: the median of the frames within reach.
fn partner(pairs: &[(f64, f64)], height: f64, reach: f64) -> Option<f64> {
    let (from, to) = (pairs.partition_point(|p| p.0 < height - reach), pairs.partition_point(|p| p.0 <= height + reach));
    median(pairs[from..to].iter().map(|p| p.1))
}
