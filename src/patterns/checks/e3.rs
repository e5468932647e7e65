//! E3 hips rising too fast: before, at and after lift-off (SPEC 6.3).

use super::e3_measures::{Before, Rise, Tipping};
use crate::patterns::confidence::{self, Confidence};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, deg, within};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, both, conclude, grade, worse};
use crate::patterns::window::{needed, quadrature};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::signals::Joint;

pub struct HipsFirst;

pub const HIP_SHOULDER_RATIO: Metric =
    Metric::new("hip_shoulder_ratio", "Hip rise over shoulder rise from the start to the knees; 1: together, above 1: hips first.");
pub const TRUNK_TIP_DEG: Metric =
    Metric::new("trunk_tip_deg", "Trunk tipping forward from the start to the knees, degrees; positive: forward.");
const SHOULDER_SHARE_AT_HIP_75: Metric = Metric::new(
    "shoulder_share_at_hip_75",
    "Share of its rise the shoulder has done when the hip has done 0.75 of its own; 0.75: together, below: hips first.",
);
const HIP_SHOULDER_SLOPE: Metric =
    Metric::new("hip_shoulder_slope", "Slope of hip rise against shoulder rise just after lift-off; 1: together, above 1: hips first.");
const TRUNK_TIP_AFTER_LIFT_OFF_DEG: Metric =
    Metric::new("trunk_tip_after_lift_off_deg", "Trunk tipping forward after lift-off, degrees; positive: forward.");
pub const HIP_RISE_BEFORE_LIFT_OFF_TRUNKS: Metric =
    Metric::new("hip_rise_before_lift_off_trunks", "Rise of the hips before the bar leaves the floor, in trunk lengths; 0: none.");
const KNEE_SHARE_AT_KNEE_PASS: Metric =
    Metric::new("knee_share_at_knee_pass", "Share of the knees' extension done when the bar passes them, 0 to 1.");

static INFO: CheckInfo = CheckInfo {
    code: "E3",
    name: "hips-rise-first",
    title: "Hips rising too fast",
    unit: "ratio",
    cue: "push the floor away",
    cluster: Some(Cluster::Back),
    sight: Sight::Side,
    draw: Draw::Rise,
    keys: &["E3."],
    parts: &[Part::Back, Part::Hips],
    phrases: &[
        Phrase::high(HIP_SHOULDER_RATIO, |m| format!("hips rose {} times as far as the shoulders", within(m, 2))),
        Phrase::high(TRUNK_TIP_DEG, |m| format!("hips rose first: trunk tipped forward {}", deg(m))),
        Phrase::high(TRUNK_TIP_AFTER_LIFT_OFF_DEG, |m| format!("hips shot up at lift-off: trunk tipped forward {}", deg(m))),
        Phrase::high(HIP_RISE_BEFORE_LIFT_OFF_TRUNKS, |m| {
            format!("hips rose {} of the trunk's length before the bar left the floor", within(m, 2))
        }),
        Phrase::low(SHOULDER_SHARE_AT_HIP_75, |m| {
            format!("shoulders lagged behind the hips: at three quarters of the hips' rise they had done {} of theirs", within(m, 2))
        }),
    ],
    praise: Some(Praise { rank: 2, said: "hips and chest rose together" }),
    metrics: &[
        HIP_SHOULDER_RATIO,
        TRUNK_TIP_DEG,
        SHOULDER_SHARE_AT_HIP_75,
        HIP_SHOULDER_SLOPE,
        TRUNK_TIP_AFTER_LIFT_OFF_DEG,
        HIP_RISE_BEFORE_LIFT_OFF_TRUNKS,
        KNEE_SHARE_AT_KNEE_PASS,
    ],
    page: include_str!("../pages/E3.md"),
};

impl Check for HipsFirst {
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
    confidence::whole_clip(context)?;
    // The rise begins before lift-off: a clip that begins later has not shown it.
    needed(context.rep.lift_off_s)?;
    let pull = needed(context.pull())?;
    let sight = gate(context, pull)?;
    let rise = Rise::of(context, pull)?;
    let tipping = Tipping::of(context, pull);
    let before = Before::of(context);
    let c = &context.config.e3;
    // Random error of a ratio of two rises, on top of the table's.
    let random = rise.ratio_sigma(context);
    let ratio = grade(rise.ratio, quadrature(c.R_tot_sigma * confidence::doubt(context), random), &c.R_tot, Beyond::Above);
    let read = &context.signals.instrument.tip_set;
    let tip_sigma = read.sigma * confidence::doubt(context);
    let tip = rise.tip_deg.map(|t| grade(t, tip_sigma, &read.steps(c.tip_set.array()), Beyond::Above));
    let late = rise.q75.map(|q| grade(q, c.q75_sigma, &c.q75, Beyond::Below));
    let mut shown = decide(ratio, late, tip);
    if let Some(after) = tipping.and_then(|t| after_lift_off(context, &t)) {
        shown = shown.or(Shown { measure: Measure::TipAfter, grade: after });
    }
    if let Some(pre) = before.and_then(|b| before_lift_off(context, &b)) {
        shown = shown.or(Shown { measure: Measure::Before, grade: pre });
    }
    if shown.measure == Measure::Tip {
        let Grade { value, sigma, .. } = shown.grade;
        let (value, sigma) = (read.corrected(value), read.corrected_sigma(value, sigma));
        shown.grade = Grade { value, sigma, thresholds: c.tip_set.array(), ..shown.grade };
    }
    let key = context.time(rise.key);
    let draft = Draft::new(shown.grade, sight, [context.time(rise.from), pull[1]], key, words(&shown)).unit(shown.measure.unit());
    Ok(draft
        .metric(HIP_SHOULDER_RATIO, Some(rise.ratio))
        .metric(TRUNK_TIP_DEG, rise.tip_deg.map(|t| read.corrected(t)))
        .metric(SHOULDER_SHARE_AT_HIP_75, rise.q75)
        .metric(HIP_SHOULDER_SLOPE, tipping.map(|t| t.slope))
        .metric(TRUNK_TIP_AFTER_LIFT_OFF_DEG, tipping.and_then(|t| t.tip_deg))
        .metric(HIP_RISE_BEFORE_LIFT_OFF_TRUNKS, before.map(|b| b.rise))
        .metric(KNEE_SHARE_AT_KNEE_PASS, knee_share(context))
        .measure(shown.measure.metric()))
}

/// Hip and shoulder in sight; yaw costs confidence step by step since only heights are used.
fn gate(context: &Context, pull: [f64; 2]) -> Result<Confidence, Reason> {
    let confidence = confidence::sagittal(context)?;
    let wanted = context.signals.range(pull[0], pull[1]).len();
    if wanted < context.config.e3.samples_min {
        return Err(Reason::TooFewFrames);
    }
    let least = |joint| context.points(joint, pull).len() as f64 / wanted as f64;
    let seen = least(Joint::Hip).min(least(Joint::Shoulder));
    let confidence = confidence::visible(confidence, seen, Reason::PlateOcclusion, &context.config.gate)?;
    Ok(confidence::angle_resolution(confidence, context))
}

/// One of the measures: what it is called and told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Ratio,
    Late,
    Tip,
    TipAfter,
    Before,
}

impl Measure {
    fn metric(self) -> Metric {
        match self {
            Measure::Ratio => HIP_SHOULDER_RATIO,
            Measure::Late => SHOULDER_SHARE_AT_HIP_75,
            Measure::Tip => TRUNK_TIP_DEG,
            Measure::TipAfter => TRUNK_TIP_AFTER_LIFT_OFF_DEG,
            Measure::Before => HIP_RISE_BEFORE_LIFT_OFF_TRUNKS,
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Measure::Ratio => "ratio",
            Measure::Late => "share",
            Measure::Tip | Measure::TipAfter => "°",
            Measure::Before => "trunk lengths",
        }
    }
}

/// The grade of the rule with the numbers of the measure that decided.
#[derive(Debug, Clone, Copy)]
struct Shown {
    measure: Measure,
    grade: Grade,
}

impl Shown {
    fn or(self, other: Shown) -> Shown {
        if worse(self.grade, other.grade) == other.grade { other } else { self }
    }
}

/// A trunk that tips is the fault itself; hip against shoulder rise and the late shoulder must agree with each other,
/// or one of them be beyond its next step (SPEC 6.3's working rule). The probability is that of the rule, each
/// measure with its own error; what is told is the measure that speaks most strongly for the fault.
///
/// The ratio is the tip once more, divided by the shoulders' rise: 1.1 of it is a tip of two degrees (SPEC 6.3's identity). Where the
/// tip itself is seen, the ratio alone is no fault, however large.
fn decide(ratio: Grade, late: Option<Grade>, tip: Option<Grade>) -> Shown {
    let beside_tip = Grade { point: ratio.point.min(Severity::Mild), p_second: 0.0, ..ratio };
    let voting = if tip.is_some() { beside_tip } else { ratio };
    let named = [(Measure::Ratio, Some(voting)), (Measure::Tip, tip), (Measure::Late, late)];
    let votes: Vec<(Measure, Grade)> = named.into_iter().filter_map(|(m, g)| Some((m, g?))).collect();
    let voted = vote(ratio, &votes.iter().map(|v| v.1).collect::<Vec<_>>());
    // The votes hold the tip as well: not independent, so no more than the surer of the two.
    let (point, p_flag, p_second) = tip.map_or((voted.point, voted.p_flag, voted.p_second), |t| {
        (voted.point.max(t.point), voted.p_flag.max(t.p_flag), voted.p_second.max(t.p_second))
    });
    let calm = p_flag < 0.5;
    let strongest = votes.iter().filter(|_| !calm).reduce(|a, b| if (b.1.point, b.1.p_flag) > (a.1.point, a.1.p_flag) { b } else { a });
    let (measure, told) = strongest.copied().unwrap_or((Measure::Ratio, ratio));
    Shown { measure, grade: Grade { point, p_flag, p_second, ..told } }
}

/// Two of the measures beyond a step, or one beyond the next.
fn vote(ratio: Grade, votes: &[Grade]) -> Grade {
    let count = |s: Severity| votes.iter().filter(|g| g.point >= s).count();
    let point = if count(Severity::Severe) >= 2 {
        Severity::Severe
    } else if count(Severity::Moderate) >= 2 || count(Severity::Severe) >= 1 {
        Severity::Moderate
    } else if count(Severity::Mild) >= 2 || count(Severity::Moderate) >= 1 {
        Severity::Mild
    } else {
        Severity::None
    };
    let mild: Vec<f64> = votes.iter().map(|g| g.p_flag).collect();
    let moderate: Vec<f64> = votes.iter().map(|g| g.p_second).collect();
    let severe: Vec<f64> = votes.iter().map(|g| super::e3_measures::past(g, 2)).collect();
    Grade { point, p_flag: rule(&mild, &moderate), p_second: rule(&moderate, &severe), ..ratio }
}

/// P(at least two beyond the lower step or at least one beyond the higher), measures independent.
fn rule(lower: &[f64], higher: &[f64]) -> f64 {
    // Over all measures: P(none beyond higher, k of them between the steps) for k = 0 and 1.
    let (mut none, mut one) = (1.0, 0.0);
    for (l, h) in lower.iter().zip(higher) {
        let (below, between) = (1.0 - l, (l - h).max(0.0));
        one = one * below + none * between;
        none *= below;
    }
    (1.0 - none - one).clamp(0.0, 1.0)
}

/// Special case: the trunk tips after lift-off; both slope and tip must say so, the lesser one counts.
fn after_lift_off(context: &Context, tipping: &Tipping) -> Option<Grade> {
    let c = &context.config.e3;
    let doubt = confidence::doubt(context);
    let slope = grade(tipping.slope, c.R_sigma * doubt, &c.R, Beyond::Above);
    let tip = grade(tipping.tip_deg?, c.tip_sigma * doubt, &c.tip, Beyond::Above);
    Some(both(tip, slope))
}

/// The hips rise before the bar leaves. A dip into the set position alone is no fault: the trunk must tip as well.
fn before_lift_off(context: &Context, before: &Before) -> Option<Grade> {
    let c = &context.config.e3;
    let rise = grade(before.rise, c.pre_sigma, &c.pre[..1], Beyond::Above);
    let tip = grade(before.tip_deg?, c.tip_sigma * confidence::doubt(context), &[c.pre_tip], Beyond::Above);
    let mut found = both(rise, tip);
    let rushed = before.rise >= c.pre_rush && before.pause_s < c.pre_pause_s;
    if rushed && found.point != Severity::None {
        found.point = Severity::Moderate;
    }
    Some(found)
}

/// Share of the knees' extension done when the bar passes them (supporting number).
fn knee_share(context: &Context) -> Option<f64> {
    let knee = &context.signals.angles.knee_deg;
    let at = |event: Option<f64>| event.and_then(|t| context.value_at(knee, t));
    let (start, pass, end) = (at(context.rep.lift_off_s)?, at(context.rep.knee_pass_s)?, at(context.rep.lockout_s)?);
    (end - start > 10.0).then(|| (pass - start) / (end - start))
}

fn words(shown: &Shown) -> String {
    let Grade { value, sigma, p_flag, .. } = shown.grade;
    if p_flag < 0.5 {
        return match shown.measure {
            Measure::Ratio => format!(
                "From the start to the knees your hips rose {value:.2} (±{sigma:.2}) times as far as your shoulders: chest and hips came up together"
            ),
            _ => told(shown.measure, value, sigma) + ": close to chest and hips coming up together",
        };
    }
    told(shown.measure, value, sigma) + ", so your back had to do the rest"
}

fn told(measure: Measure, value: f64, sigma: f64) -> String {
    match measure {
        Measure::Ratio => format!("From the start to the knees your hips rose {value:.2} (±{sigma:.2}) times as far as your shoulders"),
        Measure::Late => {
            format!("When your hips had done three quarters of their rise, your shoulders had done {value:.2} (±{sigma:.2}) of theirs")
        }
        Measure::Tip => {
            format!("From the start to the knees your hips rose first: your trunk tipped forward by {value:.0}° (±{sigma:.0}°)")
        }
        Measure::TipAfter => {
            format!("As the bar left the floor your hips rose first: your trunk tipped forward by {value:.0}° (±{sigma:.0}°)")
        }
        Measure::Before => {
            format!("Before the bar left the floor your hips rose by {value:.2} (±{sigma:.2}) of your trunk's length")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_two_of_three_or_one_beyond_the_next_step() {
        assert!(rule(&[1.0, 1.0, 0.0], &[0.0, 0.0, 0.0]) > 0.999);
        assert!(rule(&[1.0, 0.0, 0.0], &[1.0, 0.0, 0.0]) > 0.999);
        assert!(rule(&[1.0, 0.0, 0.0], &[0.0, 0.0, 0.0]) < 0.001);
        // Three measures just at their mild threshold: even odds.
        assert!((rule(&[0.5, 0.5, 0.5], &[0.0, 0.0, 0.0]) - 0.5).abs() < 1e-12);
        assert_eq!(rule(&[], &[]), 0.0);
    }
}
