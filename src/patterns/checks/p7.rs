//! P7 rushing: time with the hands on the bar, yanking it off the floor, bouncing into the next rep (SPEC 8.4).

use crate::numeric::stats::theil_sen;
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, within};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade, worse};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::reps::RepStart;
use crate::signals::Joint;

pub struct Rushing;

const BACK_PER_REP_DEG: Metric = Metric::new(
    "back_per_rep_deg",
    "Growth of the bend at lift-off from one touch-and-go rep to the next, degrees per rep; positive: rounder.",
);
const YANK_MPS: Metric = Metric::new("yank_mps", "Speed gained in the first tenth of a second after lift-off, m/s.");
const SETUP_S: Metric = Metric::new("setup_s", "Time with the hands on the bar before lift-off, s.");
const FLOOR_DWELL_S: Metric = Metric::new("floor_dwell_s", "Time on the floor since the rep before, s.");

static INFO: CheckInfo = CheckInfo {
    code: "P7",
    name: "rushing",
    title: "Set-up and reset",
    unit: "s",
    cue: "big breath into your belly, brace as if for a punch",
    cluster: None,
    sight: Sight::Any,
    draw: Draw::Body,
    keys: &["P7."],
    parts: &[Part::Back, Part::Start],
    phrases: &[
        Phrase::low(SETUP_S, |m| format!("rushed the set-up: {} s with the hands on the bar", within(m, 2))),
        Phrase::high(YANK_MPS, |_| "bar yanked off the floor".into()).cue("take up the slack, then push smoothly"),
        Phrase::high(BACK_PER_REP_DEG, |_| "back got rounder from rep to rep: the reset is rushed".into()),
    ],
    praise: None,
    metrics: &[BACK_PER_REP_DEG, YANK_MPS, SETUP_S, FLOOR_DWELL_S],
    page: include_str!("../pages/P7.md"),
};

impl Check for Rushing {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

/// Longest set-up that is looked for, s.
const LOOK_BACK_S: f64 = 6.0;

fn measure(context: &Context) -> Result<Draft, Stop> {
    if context.romanian() {
        return Err(Stop::NotApplicable(Reason::VariantNa));
    }
    let sight = confidence::any(context)?;
    let lift_off = context.rep.lift_off_s.ok_or(Reason::TooFewFrames)?;
    let setup = setup_time(context, lift_off);
    let yank = yank(context, lift_off);
    let c = &context.config.p7;
    let rushed = setup.map(|s| grade(s, c.setup_sigma, &c.setup_s, Beyond::Below));
    let yanked = yank.map(|y| grade(y, c.yank_sigma, &[c.yank_mps], Beyond::Above));
    let reset = rushing_the_reset(context);
    let window = [lift_off - setup.unwrap_or(0.0), lift_off + c.yank_s];
    let draft = match (rushed, yanked, reset) {
        (None, None, None) => return Err(Reason::TooFewFrames.into()),
        (r, y, Some(reset)) if r.is_none_or(|r| worse(r, reset) == reset) && y.is_none_or(|y| worse(y, reset) == reset) => {
            let text = reset_words(&reset);
            Draft::new(reset, sight, window, lift_off, text).unit("≈° per rep").cap(Severity::Mild).measure(BACK_PER_REP_DEG)
        }
        (r, Some(y), _) if r.is_none_or(|r| worse(r, y) == y) => {
            let what = if y.p_flag < 0.5 { "left the floor smoothly" } else { "was yanked off the floor" };
            let text = format!("The bar {what}: it gained {:.2} m/s (±{:.2} m/s) in the first {:.2} s", y.value, y.sigma, c.yank_s);
            Draft::new(y, sight, window, lift_off, text).unit("m/s").cap(Severity::Mild).measure(YANK_MPS)
        }
        (Some(r), _, _) => {
            let text = format!("Your hands were on the bar for {:.2} s (±{:.2} s) before it left the floor", r.value, r.sigma);
            Draft::new(r, sight, window, lift_off, text).cap(Severity::Moderate).measure(SETUP_S)
        }
        _ => return Err(Reason::TooFewFrames.into()),
    };
    Ok(draft.metric(SETUP_S, setup).metric(YANK_MPS, yank).metric(FLOOR_DWELL_S, dwell(context)))
}

/// Hands on the bar: since when the elbow has stayed near its height of the set position. Only the first rep and
/// dead stops; `None` when the clip begins too late to tell.
fn setup_time(context: &Context, lift_off: f64) -> Option<f64> {
    if !matches!(context.rep.start, RepStart::DeadStop | RepStart::First) {
        return None;
    }
    let set = context.set_window()?;
    let cm = context.signals.body_cm_per_px()?;
    let elbow = &context.signals.joint(Joint::Elbow).up_px;
    let height = context.median_in(elbow, set)?;
    let previous = context.set.reps.iter().filter(|r| r.index < context.rep.index).map(|r| r.span_s()[1]).fold(f64::NEG_INFINITY, f64::max);
    let from = (lift_off - LOOK_BACK_S).max(previous);
    let path = context.known(elbow, [from, lift_off]);
    let limit = context.config.p7.setup_within_cm / cm;
    // A single reading away from the bar is jitter: the elbow is behind the plate's rim.
    let lasting = context.sustain();
    let away = path.windows(lasting).rposition(|w| w.iter().all(|s| (s.1 - height).abs() > limit));
    let near = away.map_or(0, |i| i + lasting);
    let start = path.get(near)?.0;
    let time = context.real_between(context.time(start), lift_off);
    // Everything in sight was set-up, or the elbow was out of sight as it came down to the bar: the true time is at
    // least this, enough only when it is long enough.
    let cut = near == 0 || start - path[near - 1].0 > lasting;
    (!cut || time >= context.config.p7.setup_s[0]).then_some(time)
}

/// Gain of bar speed in the first tenth of a second, m/s.
fn yank(context: &Context, lift_off: f64) -> Option<f64> {
    let v = &context.signals.speed.mps;
    let at = |t: f64| context.known(v, [t - 0.02, t + 0.02]).first().map(|s| s.1);
    let within = context.config.p7.yank_s * context.signals.pace.slower;
    Some(at(lift_off + within)? - at(lift_off)?)
}

/// Time on the floor since the rep before, s.
fn dwell(context: &Context) -> Option<f64> {
    let before = context.set.reps.iter().rev().find(|r| r.index < context.rep.index)?;
    Some(context.real_between(before.floor_s?, context.rep.lift_off_s?))
}

/// A back that keeps its shape from rep to rep rushes nothing.
fn reset_words(reset: &Grade) -> String {
    let Grade { value, sigma, p_flag, .. } = *reset;
    match p_flag < 0.5 {
        true => format!("From rep to rep your back at lift-off got no rounder: it changed by ≈ {value:.1}° (±{sigma:.1}°) a rep"),
        false => format!("You are rushing the reset: from rep to rep your back at lift-off got rounder by ≈ {value:.1}° (±{sigma:.1}°)"),
    }
}

/// Touch-and-go reps whose back at lift-off gets rounder from rep to rep, beyond its error over the whole row.
fn rushing_the_reset(context: &Context) -> Option<Grade> {
    if context.rep.start != RepStart::TouchAndGo {
        return None;
    }
    let per = context.index_per_deg();
    let row: Vec<(f64, f64)> = context
        .set
        .reps
        .iter()
        .filter(|r| r.index <= context.rep.index)
        .filter_map(|r| {
            let at = r.lift_off_s?;
            let shape = context.back_median(&context.signals.back.index, [at - 0.1, at + 0.1])?;
            Some((f64::from(r.index), shape / per))
        })
        .collect();
    if row.len() < 3 {
        return None;
    }
    let slope = theil_sen(&row)?;
    let sigma = context.signals.instrument.back_pull.sigma / per / (row.len() - 1) as f64;
    Some(grade(slope, sigma, &[sigma], Beyond::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_back_that_gets_rounder_rushes() {
        let said = |value| reset_words(&grade(value, 0.5, &[0.5], Beyond::Above));
        assert!(said(1.5).starts_with("You are rushing the reset"), "{}", said(1.5));
        assert!(said(-1.6).contains("got no rounder") && !said(-1.6).contains("rushing"), "{}", said(-1.6));
    }
}
