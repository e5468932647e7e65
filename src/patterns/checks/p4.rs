//! P4 control: time and speed of lowering, drop and bounce (SPEC 8.2).

use crate::patterns::confidence;
use crate::patterns::metric::{ECCENTRIC_S, Metric};
use crate::patterns::phrase::{Part, Phrase, Praise, within};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade, probability};
use crate::patterns::window::needed;
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::reps;
use crate::signals::BarEvidence;

pub struct Control;

const PEAK_DOWN_MPS: Metric = Metric::new("peak_down_mps", "Largest speed downward while lowering, m/s; positive: down.");
const REBOUND_MPS: Metric = Metric::new("rebound_mps", "Speed upward off the floor after the lowering, m/s; 0: no bounce.");
pub const LET_GO: Metric = Metric::new("bar_let_go", "1: the bar was let go at the top, not lowered; told only then.");

static INFO: CheckInfo = CheckInfo {
    code: "P4",
    name: "controlled-lowering",
    title: "Speed of lowering",
    unit: "s",
    cue: "lower it slower",
    cluster: None,
    sight: Sight::Any,
    draw: Draw::Body,
    keys: &["P4."],
    parts: &[Part::Lowering],
    phrases: &[
        Phrase::low(ECCENTRIC_S, |m| match m.metrics.iter().any(|(of, _)| *of == LET_GO) {
            true => format!("bar let go at the top: on the floor after {} s", within(m, 2)),
            false => format!("lowered too fast, in {} s", within(m, 2)),
        }),
        Phrase::high(PEAK_DOWN_MPS, |m| format!("bar let go at the top: it fell at {} m/s", within(m, 2))),
        Phrase::high(REBOUND_MPS, |_| "bar bounced off the floor".into()),
    ],
    praise: Some(Praise { rank: 6, said: "you lowered the bar with control" }),
    metrics: &[PEAK_DOWN_MPS, REBOUND_MPS, LET_GO],
    page: include_str!("../pages/P4.md"),
};

impl Check for Control {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    if context.config.lifter.drop_intended {
        return Err(Stop::NotApplicable(Reason::VariantNa));
    }
    let sight = confidence::any(context)?;
    if context.signals.bar.evidence == BarEvidence::None {
        return Err(Reason::NoBar.into());
    }
    let c = &context.config.p4;
    let rep = context.rep;
    let speed = fastest_down(context);
    let dropped = rep.dropped;
    let Some((start, end)) = rep.descent_s.zip(rep.floor_s) else {
        return match speed.filter(|_| dropped) {
            Some((v, index, _)) => Ok(drop_without_floor(context, sight, v, index)?),
            None => Err(Reason::TooFewFrames.into()),
        };
    };
    let slow = grade(context.real_between(start, end), context.lowering_sigma_s(), &c.ecc_s, Beyond::Below);
    let (time, sigma) = (slow.value, slow.sigma);
    // What is told is what decided: the time, a fall that the time does not show, or a bounce after a lowering slow enough.
    let (key, fastest) = (speed.map_or(0.5 * (start + end), |s| context.time(s.1)), speed.map(|s| s.0));
    if let Some((v, index, p)) = speed.filter(|_| dropped && slow.point < Severity::Severe) {
        let fall = Grade { p_flag: p.max(0.95), ..fall(context, v) };
        let draft = Draft::new(fall, sight, [start, end], context.time(index), fall_words(v, fall.sigma)).unit("m/s");
        return Ok(draft.measure(PEAK_DOWN_MPS).metric(ECCENTRIC_S, Some(time)).metric(LET_GO, Some(1.0)));
    }
    let bounce = rep.rebound_mps.filter(|r| *r > c.bounce_mps);
    let bounce = bounce.map(|r| grade(r, context.signals.speed.sigma_mps.unwrap_or(0.05), &[c.bounce_mps], Beyond::Above));
    if let Some(b) = bounce.filter(|b| slow.p_flag < context.config.flag.p_flag && b.p_flag > slow.p_flag) {
        let text = format!("You lowered the bar in {time:.2} s, and it bounced off the floor at {:.2} m/s (±{:.2} m/s)", b.value, b.sigma);
        let draft = Draft::new(b, sight, [start, end], end, text).unit("m/s").measure(REBOUND_MPS);
        return Ok(draft.metric(ECCENTRIC_S, Some(time)).metric(PEAK_DOWN_MPS, fastest));
    }
    let text = if dropped {
        format!("The bar was let go at the top: it reached the floor after {time:.2} s (±{sigma:.2} s)")
    } else {
        format!("You lowered the bar in {time:.2} s (±{sigma:.2} s)")
    };
    let found = if dropped { Grade { p_flag: slow.p_flag.max(0.95), p_second: slow.p_second.max(0.95), ..slow } } else { slow };
    let draft = Draft::new(found, sight, [start, end], key, text).measure(ECCENTRIC_S).metric(PEAK_DOWN_MPS, fastest);
    Ok(draft.metric(LET_GO, dropped.then_some(1.0)))
}

/// Largest downward speed while lowering, where, and P(faster than a drop's limit).
fn fastest_down(context: &Context) -> Option<(f64, usize, f64)> {
    let (v, index) = reps::fastest_down(context.rep, context.signals)?;
    let sigma = context.signals.speed.sigma_mps.unwrap_or(0.1).max(0.02);
    Some((v, index, probability(v, sigma, context.config.p4.drop_mps, Beyond::Above)))
}

/// The clip ends before the floor, but the bar already fell too fast for a lowering.
fn drop_without_floor(context: &Context, sight: confidence::Confidence, v: f64, index: usize) -> Result<Draft, Reason> {
    let from = needed(context.rep.descent_s.or(context.rep.lockout_s))?;
    let found = fall(context, v);
    let draft = Draft::new(found, sight, [from, context.time(index)], context.time(index), fall_words(v, found.sigma));
    Ok(draft.unit("m/s").measure(PEAK_DOWN_MPS).metric(LET_GO, Some(1.0)))
}

/// A bar that comes down too fast to be held: severe at once.
fn fall(context: &Context, v: f64) -> Grade {
    let sigma = context.signals.speed.sigma_mps.unwrap_or(0.1).max(0.02);
    let limit = context.config.p4.drop_mps;
    Grade { point: Severity::Severe, p_second: 1.0, ..grade(v, sigma, &[limit], Beyond::Above) }
}

fn fall_words(v: f64, sigma: f64) -> String {
    format!("The bar was let go at the top: it fell at {v:.2} m/s (±{sigma:.2} m/s)")
}
