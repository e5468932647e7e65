//! E1 rounded lower back: shape of the back's outline while bent over and its change under load (SPEC 6.1).

use super::e1_evidence::{Evidence, bent_indices, gather};
use crate::numeric::stats::logistic;
use crate::patterns::confidence::{self, Confidence};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, about_deg, within};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade};
use crate::patterns::window::{needed, quadrature};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Severity, Sight, Verdict};

pub struct RoundedBack;

pub const BACK_BENT_DEG: Metric = Metric::new(
    "back_bent_deg",
    "Bend of the back's outline while bent over, median, in lumbar-equivalent degrees; positive: rounder; 0: a straight line from hip to neck.",
);
pub const BACK_CHANGE_DEG: Metric =
    Metric::new("back_change_deg", "Change of that bend from the set position through the pull, degrees; positive: rounder.");
pub const BACK_OVER_FLATTEST_SET_DEG: Metric = Metric::new(
    "back_over_flattest_set_deg",
    "Bend in this set position less that in the flattest one of the video, degrees; positive: rounder.",
);
const BACK_OWN_RANGE_PCT: Metric = Metric::new(
    "back_own_range_pct",
    "Bend as a share of the lifter's own range from a calibration clip, percent; 0: standing, 100: rounded on purpose.",
);
const BACK_SET_OVER_STAND_DEG: Metric =
    Metric::new("back_set_over_stand_deg", "Bend in the set position less that when standing, degrees; positive: rounder.");
const BACK_TURN_DEG: Metric =
    Metric::new("back_turn_deg", "Turn between the outline's lower and upper part while bent over, degrees; positive: rounder.");
const BACK_SKEW_RATIO: Metric =
    Metric::new("back_skew_ratio", "Skew of the bend over its size, no unit; negative: mostly in the upper back, positive: in the lower.");
const TRUNK_SHORTENING_PCT: Metric =
    Metric::new("trunk_shortening_pct", "Hip to shoulder shorter than standing while bent over, percent; 0: as long.");

static INFO: CheckInfo = CheckInfo {
    code: "E1",
    name: "rounded-back",
    title: "Rounded back",
    unit: "≈°",
    cue: "chest up",
    cluster: Some(Cluster::Back),
    sight: Sight::Side,
    draw: Draw::Back,
    keys: &["E1."],
    parts: &[Part::Back, Part::Hips],
    phrases: &[
        Phrase::high(BACK_CHANGE_DEG, |m| format!("back rounded by {} on the way up", about_deg(m))),
        Phrase::high(BACK_BENT_DEG, |m| format!("back rounded by {} while bent over", about_deg(m))),
        Phrase::high(BACK_OVER_FLATTEST_SET_DEG, |m| format!("back {} rounder at the start than in the flattest rep", about_deg(m))),
        Phrase::high(BACK_OWN_RANGE_PCT, |m| format!("back bent through {} % of its own range", within(m, 0))),
    ],
    praise: Some(Praise { rank: 1, said: "your back kept its shape" }),
    metrics: &[
        BACK_BENT_DEG,
        BACK_CHANGE_DEG,
        BACK_OVER_FLATTEST_SET_DEG,
        BACK_OWN_RANGE_PCT,
        BACK_SET_OVER_STAND_DEG,
        BACK_TURN_DEG,
        BACK_SKEW_RATIO,
        TRUNK_SHORTENING_PCT,
    ],
    page: include_str!("../pages/E1.md"),
};

/// A main measure of the back's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// Median while bent over.
    Bent,
    /// Change from the set position through the pull.
    Pull,
    /// Set position against the flattest one of the video.
    OverFlattest,
    /// Share of the own range, with a calibration clip.
    OwnRange,
}

impl Measure {
    fn metric(self) -> Metric {
        match self {
            Measure::Bent => BACK_BENT_DEG,
            Measure::Pull => BACK_CHANGE_DEG,
            Measure::OverFlattest => BACK_OVER_FLATTEST_SET_DEG,
            Measure::OwnRange => BACK_OWN_RANGE_PCT,
        }
    }
}

impl Check for RoundedBack {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::beside_the_chain(context)?;
    let sight = confidence::outline_resolution(sight, context)?;
    let ascent = needed(context.ascent())?;
    let window = [context.set_window().map_or(ascent[0], |w| w[0].min(ascent[0])), ascent[1]];
    let sight = gate(context, sight, window)?;
    let evidence = gather(context, window)?;
    let config = &context.config.e1;
    let grades = main_grades(context, &evidence);
    let furthest = |a: &&(Measure, Grade), b: &&(Measure, Grade)| z(&a.1).total_cmp(&z(&b.1));
    let lead = grades.iter().max_by(furthest).ok_or(Reason::TooFewFrames)?;
    let p_flag = fuse(context, &evidence, &grades);
    // Severity is the larger of the main measures', each under its own severe rule; the measure that has it is the one told.
    let sure = grades.iter().filter(|g| g.1.p_flag >= context.config.flag.p_flag);
    let (measure, lead) = *sure.max_by(|a, b| a.1.point.cmp(&b.1.point).then(furthest(a, b))).unwrap_or(lead);
    let shown = Grade { p_flag, ..told(context, measure, lead) };
    let key = match evidence.pull {
        Some((_, at, _)) if measure == Measure::Pull => at.index,
        _ => evidence.bent_key,
    };
    let upper = upper_back(context, &evidence);
    let text = words(&shown, measure, region(context, &evidence));
    let (shape, change) = (&context.signals.instrument.back_index, &context.signals.instrument.back_pull);
    let draft = Draft::new(shown, sight, window, context.time(key), text)
        .share(if upper { context.config.score.half_share } else { 1.0 })
        .metric(BACK_CHANGE_DEG, evidence.pull.map(|p| change.corrected(p.0) / config.b_per_deg))
        .metric(BACK_BENT_DEG, evidence.bent.map(|b| shape.corrected(b) / config.b_per_deg))
        .metric(BACK_OVER_FLATTEST_SET_DEG, evidence.over_flattest.map(|o| change.corrected(o.0) / config.b_per_deg))
        .metric(BACK_SET_OVER_STAND_DEG, evidence.set_over_stand.map(|b| shape.corrected(b) / config.b_per_deg))
        .metric(BACK_OWN_RANGE_PCT, evidence.percent)
        .measure(measure.metric())
        .metric(BACK_TURN_DEG, evidence.turn)
        .metric(BACK_SKEW_RATIO, evidence.skew_ratio)
        .metric(TRUNK_SHORTENING_PCT, evidence.shortening.map(|s| 100.0 * s));
    Ok(if measure == Measure::OwnRange { draft.unit("% of own range") } else { draft })
}

/// A grade as read, in what the lifter is told: degrees, or a share of the own range.
fn told(context: &Context, measure: Measure, as_read: Grade) -> Grade {
    let c = &context.config.e1;
    let read = match measure {
        Measure::OwnRange => return as_read,
        Measure::Bent => &context.signals.instrument.back_index,
        Measure::Pull | Measure::OverFlattest => &context.signals.instrument.back_pull,
    };
    Grade {
        value: read.corrected(as_read.value) / c.b_per_deg,
        sigma: read.corrected_sigma(as_read.value, as_read.sigma) / c.b_per_deg,
        thresholds: as_read.thresholds.map(|t| read.corrected(t) / c.b_per_deg),
        ..as_read
    }
}

/// How far beyond its mild threshold a grade lies, in σ.
fn z(grade: &Grade) -> f64 {
    (grade.value - grade.thresholds[0]) / grade.sigma
}

/// Enough accepted outline, smooth enough (SPEC 6.1 "not assessable when").
fn gate(context: &Context, sight: Confidence, window: [f64; 2]) -> Result<Confidence, Reason> {
    let back = &context.signals.back;
    let wanted = context.signals.range(window[0], window[1]).len();
    if context.known(&back.index, window).is_empty() || wanted == 0 {
        return Err(Reason::NoBackEvidence);
    }
    if context.median_in(&back.residual, window).is_some_and(|r| r > context.config.e1.resid_max) {
        return Err(Reason::ContourUnreliable);
    }
    // The outline of an upright trunk lies behind the plate and tells nothing here: bent frames decide.
    let bent: Vec<usize> = bent_indices(context, window);
    let frames: Vec<usize> = if bent.len() >= context.sustain() { bent } else { context.signals.range(window[0], window[1]).collect() };
    let usable = frames.iter().filter(|&&i| back.accepted.get(i).copied().unwrap_or(false)).count();
    confidence::visible(sight, usable as f64 / frames.len() as f64, Reason::ContourUnreliable, &context.config.gate)
}

/// The main measures, equal in rank.
fn main_grades(context: &Context, evidence: &Evidence) -> Vec<(Measure, Grade)> {
    let c = &context.config.e1;
    let mut grades = vec![];
    let camera = &context.signals.camera;
    let yaw = camera.yaw_deg.unwrap_or(0.0);
    let behind = if camera.from_behind { yaw } else { 0.0 };
    // From behind the outline is that of the back's width: the change tells more than the shape.
    if let Some(bent) = evidence.bent.filter(|_| behind <= c.bent_behind_max) {
        let turned = c.dB_pull_yaw * context.beyond_side_deg();
        let sigma = quadrature(quadrature(c.b_bent_sigma, c.b_bent_behind * behind), turned);
        grades.push((Measure::Bent, grade(bent, sigma, &c.b_bent, Beyond::Above)));
    }
    // A coarse picture blurs the outline, a camera off the side mixes it with the body's width.
    let coarse = context.signals.body_cm_per_px().map_or(1.0, |cm| (cm / context.config.gate.cm_per_px_good).max(1.0));
    let read = &context.signals.instrument.back_pull;
    let own = quadrature(read.sigma * coarse, c.dB_pull_yaw * (yaw + behind));
    let steps = read.steps(c.dB_pull.array());
    let mut change = |measure, value, spread| {
        let sigma = quadrature(own, spread);
        // Who cannot tell a flat back from a severe fault says nothing beside a measure that can.
        if sigma <= steps[2] - steps[0] {
            grades.push((measure, grade(value, sigma, &steps, Beyond::Above)));
        }
    };
    if let Some((value, _, _)) = evidence.pull {
        change(Measure::Pull, value, evidence.set_spread.unwrap_or(0.0));
    }
    if let Some((value, spread)) = evidence.over_flattest {
        change(Measure::OverFlattest, value, spread);
    }
    if let Some(percent) = evidence.percent {
        grades.push((Measure::OwnRange, grade(percent, c.B_pct_sigma, &c.B_pct, Beyond::Above)));
    }
    grades
}

/// One probability from all evidence (SPEC 6.1 a2): logistic in units of σ beyond the mild thresholds.
fn fuse(context: &Context, evidence: &Evidence, grades: &[(Measure, Grade)]) -> f64 {
    let c = &context.config.e1;
    let mut zs: Vec<f64> = grades.iter().map(|g| z(&g.1)).collect();
    zs.sort_by(|a, b| b.total_cmp(a));
    let weak = |z: Option<f64>| z.unwrap_or(0.0).clamp(-1.0, 1.0);
    let base = c.fuse_bias
        + c.fuse_main * zs.first().copied().unwrap_or(-6.0)
        + c.fuse_second * zs.get(1).copied().unwrap_or(0.0).max(0.0)
        + c.fuse_abs
            * weak(
                evidence.set_over_stand.map(|d| (d - c.dB_abs[0]) / quadrature(c.dB_abs_sigma, context.signals.instrument.back_pull.sigma)),
            )
            .max(0.0)
        + c.fuse_turn * weak(evidence.turn.map(|t| (t - c.turn_deg) / c.turn_sigma));
    let short = evidence.shortening.map_or(0.0, |s| ((s - c.shortening) / c.shortening_sigma).clamp(0.0, 2.0));
    let (without, with) = (logistic(base), logistic(base + c.fuse_short * short));
    // Shortening may support a flag, never make one.
    let limit = context.config.flag.p_flag;
    if without >= limit { with } else { with.min(limit - 1e-6).max(without) }
}

fn upper_back(context: &Context, evidence: &Evidence) -> bool {
    let c = &context.config.e1;
    evidence.largest >= c.region_min && evidence.skew_ratio.is_some_and(|r| r < c.upper_skew)
}

fn region(context: &Context, evidence: &Evidence) -> &'static str {
    let c = &context.config.e1;
    if evidence.largest < c.region_min || evidence.skew_ratio.is_none() {
        ""
    } else if upper_back(context, evidence) {
        ", mostly in the upper back"
    } else if evidence.skew_ratio.is_some_and(|r| r > 0.0) {
        ", in the lower back"
    } else {
        ""
    }
}

fn words(shown: &Grade, measure: Measure, region: &str) -> String {
    let (value, sigma) = (shown.value, shown.sigma);
    let calm = shown.point == Severity::None && shown.p_flag < 0.5;
    match (measure, calm) {
        (Measure::OwnRange, _) => format!("Your back used ≈ {value:.0} % (±{sigma:.0} %) of its own bending range{region}"),
        (Measure::Pull, true) => {
            format!("Your back kept its shape on the way up: it changed by ≈ {value:.0}° (±{sigma:.0}°){region}")
        }
        (Measure::Pull, false) => {
            // The worst moment may be any of the pull, which the still and its time tell.
            format!("On the way up your back shape changed by ≈ {value:.0}° (±{sigma:.0}°) compared with your set position{region}")
        }
        (Measure::OverFlattest, true) => {
            format!("You set your back about as flat as in your flattest rep, within ≈ {value:.0}° (±{sigma:.0}°){region}")
        }
        (Measure::OverFlattest, false) => {
            format!("You began with your back rounder than in your flattest rep, by ≈ {value:.0}° (±{sigma:.0}°){region}")
        }
        (Measure::Bent, true) => {
            format!("While you were bent over your back stayed close to flat: ≈ {value:.0}° (±{sigma:.0}°) of bend{region}")
        }
        (Measure::Bent, false) => format!("While you were bent over your back was rounded by ≈ {value:.0}° (±{sigma:.0}°){region}"),
    }
}
