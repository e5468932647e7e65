//! E1 rounded lower back: shape of the back's outline while bent over and its change under load (SPEC 6.1).

use crate::numeric::median_and_mad;
use crate::numeric::stats::{Sustained, logistic, median, sustained_max};
use crate::patterns::confidence::{self, Confidence};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade};
use crate::patterns::window::{needed, quadrature};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::reps::RepStart;
use crate::signals::StandSource;

pub struct RoundedBack;

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
    page: include_str!("../pages/E1.md"),
};

/// Longest stretch before lift-off that tells the set position's shape, s, and how far the trunk's angle may be from
/// its angle at lift-off in it (our choice: noise of the outline against a lifter who still moves).
const STEADY_S: f64 = 1.0;
const SAME_TRUNK_DEG: f64 = 4.0;
/// Set positions are compared between repetitions when their trunk angles are this near, degrees (our choice).
const SAME_SET_DEG: f64 = 12.0;

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
    fn metric(self) -> &'static str {
        match self {
            Measure::Bent => "back_bent_deg",
            Measure::Pull => "back_change_deg",
            Measure::OverFlattest => "back_over_flattest_set_deg",
            Measure::OwnRange => "back_own_range_pct",
        }
    }
}

/// What the outline says about one rep; all back indices are shares of the trunk's length.
struct Evidence {
    /// Median B over accepted frames that are bent over.
    bent: Option<f64>,
    bent_key: usize,
    /// sx of B through the pull less the reference; σ.
    pull: Option<(f64, Sustained, f64)>,
    /// B in this rep's set position less the flattest one of the video's other reps; σ of the two together.
    over_flattest: Option<(f64, f64)>,
    /// B in the set position less standing.
    set_over_stand: Option<f64>,
    /// Percent of the own bending range.
    percent: Option<f64>,
    /// Spread of B in the set position.
    set_spread: Option<f64>,
    turn: Option<f64>,
    shortening: Option<f64>,
    skew_ratio: Option<f64>,
    /// Largest back index seen, for naming a region.
    largest: f64,
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
    let sight = confidence::sagittal(context)?;
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
        .metric("back_change_deg", evidence.pull.map(|p| change.corrected(p.0) / config.b_per_deg))
        .metric("back_bent_deg", evidence.bent.map(|b| shape.corrected(b) / config.b_per_deg))
        .metric("back_over_flattest_set_deg", evidence.over_flattest.map(|o| change.corrected(o.0) / config.b_per_deg))
        .metric("back_set_over_stand_deg", evidence.set_over_stand.map(|b| shape.corrected(b) / config.b_per_deg))
        .metric("back_own_range_pct", evidence.percent)
        .measure(measure.metric())
        .metric("back_turn_deg", evidence.turn)
        .metric("back_skew_ratio", evidence.skew_ratio)
        .metric("trunk_shortening_pct", evidence.shortening.map(|s| 100.0 * s));
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

fn bent_indices(context: &Context, window: [f64; 2]) -> Vec<usize> {
    let limit = context.config.e1.bent_below_deg;
    context.known(&context.signals.angles.trunk_deg, window).into_iter().filter(|s| s.1 < limit).map(|s| s.0).collect()
}

fn gather(context: &Context, window: [f64; 2]) -> Result<Evidence, Reason> {
    let back = &context.signals.back;
    let bent_at = bent_indices(context, window);
    let bent: Vec<(usize, f64)> =
        context.back_samples(&back.index, window).into_iter().filter(|s| bent_at.binary_search(&s.0).is_ok()).collect();
    let enough = bent.len() >= context.samples(context.config.e1.sustain_s);
    let values = |series| {
        let known = context.back_samples(series, window);
        median(known.iter().filter(|s| bent_at.binary_search(&s.0).is_ok()).map(|s| s.1))
    };
    let set_position = context.set_reference().and_then(|w| set_shape(context, w));
    let (set, set_spread) = set_position.unzip();
    let bent_median = if enough { median(bent.iter().map(|s| s.1)) } else { None };
    let pull = pull_change(context, set);
    let largest = pull.map(|p| p.1.value).into_iter().chain(bent_median).fold(f64::NEG_INFINITY, f64::max);
    if !largest.is_finite() {
        return Err(Reason::TooFewFrames);
    }
    let stand = context.signals.stand.as_ref().filter(|s| s.source != StandSource::Lockout).and_then(|s| s.back_index);
    Ok(Evidence {
        bent: bent_median,
        bent_key: bent.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or_else(|| context.signals.index_at(window[0]), |s| s.0),
        pull,
        set_spread,
        over_flattest: context.set_window().and(set_position).and_then(|own| over_flattest(context, own)),
        set_over_stand: set.zip(stand).map(|(a, b)| a - b),
        percent: context.back_range.filter(|r| r.max > r.stand).map(|r| 100.0 * (largest - r.stand) / (r.max - r.stand)),
        turn: values(&back.turn_deg),
        shortening: shortening(context, window),
        skew_ratio: values(&back.skew).zip(bent_median).filter(|(_, b)| *b > 0.02).map(|(s, b)| s / b),
        largest,
    })
}

/// B in the set position and its spread there. Outlines flicker for some tenths of a second: all of the last second in
/// which the trunk kept its angle counts, at least the set position itself (SPEC 3.3).
fn set_shape(context: &Context, [from, to]: [f64; 2]) -> Option<(f64, f64)> {
    let trunk = &context.signals.angles.trunk_deg;
    let angle = context.value_at(trunk, to);
    let kept = |i: usize| trunk.get(i).copied().flatten().zip(angle).is_some_and(|(t, a)| (t - a).abs() < SAME_TRUNK_DEG);
    let earlier = context.set.reps.iter().filter_map(|r| r.floor_s).filter(|f| *f < from).fold(f64::NEG_INFINITY, f64::max);
    let window = [(to - STEADY_S).max(earlier).min(from), to];
    let known = context.back_samples(&context.signals.back.index, window);
    let values: Vec<f64> = known.iter().filter(|s| context.time(s.0) >= from || kept(s.0)).map(|s| s.1).collect();
    let (middle, mad) = median_and_mad(&values)?;
    Some((middle, 1.4826 * mad))
}

/// How much rounder this rep's set position is than the flattest of the other reps': what this lifter can hold in these
/// clothes. Needs another rep with a set position of its own, the trunk as far down: hips that stay low leave the outline
/// 20° flatter than hips held high do, with the same spine.
fn over_flattest(context: &Context, own: (f64, f64)) -> Option<(f64, f64)> {
    let trunk = |window| context.median_in(&context.signals.angles.trunk_deg, window);
    let angle = trunk(context.set_window()?)?;
    let others = context.set.reps.iter().filter(|r| r.index != context.rep.index && r.start != RepStart::TouchAndGo);
    let alike = others.filter_map(|r| r.set_window_s).filter(|w| trunk(*w).is_some_and(|t| (t - angle).abs() <= SAME_SET_DEG));
    let shapes = alike.filter_map(|w| set_shape(context, w));
    let flattest = shapes.min_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)))?;
    Some((own.0 - flattest.0, quadrature(own.1, flattest.1)))
}

/// ΔB_pull: sx of B over the pull less B in the set position; Romanian lifts against the hinge of the calibration clip.
fn pull_change(context: &Context, set: Option<f64>) -> Option<(f64, Sustained, f64)> {
    let rep = context.rep;
    let (window, reference) = if context.romanian() {
        ([rep.descent_s.or(rep.lift_off_s)?, rep.floor_s.or(rep.lockout_s)?], context.back_range?.hinge?)
    } else {
        let start = rep.lift_off_s?;
        let end = match (rep.knee_pass_s, rep.lockout_s) {
            (Some(knee), Some(lockout)) => knee + 0.25 * (lockout - knee),
            (Some(knee), None) => knee,
            (None, Some(lockout)) => start + 0.6 * (lockout - start),
            (None, None) => context.ascent()?[1],
        };
        ([start, end], set?)
    };
    let samples = context.back_samples(&context.signals.back.index, window);
    let found = sustained_max(&samples, context.samples(context.config.e1.sustain_s))?;
    Some((found.value - reference, found, reference))
}

/// 1 − L_rel: how much shorter hip–shoulder is than standing, yaw corrected, median while bent.
fn shortening(context: &Context, window: [f64; 2]) -> Option<f64> {
    use crate::signals::Joint::{Hip, Shoulder};
    let standing = context.signals.stand.as_ref().filter(|s| s.source != StandSource::Calibration)?.trunk_length_px?;
    let cos = context.signals.camera.yaw_deg.unwrap_or(0.0).to_radians().cos().max(0.8);
    let (hip, shoulder) = (context.points(Hip, window), context.points(Shoulder, window));
    let bent = bent_indices(context, window);
    let lengths: Vec<f64> = hip
        .iter()
        .filter(|h| bent.binary_search(&h.0).is_ok())
        .filter_map(|h| {
            let s = shoulder.binary_search_by_key(&h.0, |s| s.0).ok().map(|k| shoulder[k].1)?;
            Some(((s[0] - h.1[0]) / cos).hypot(s[1] - h.1[1]))
        })
        .collect();
    median(&lengths).filter(|_| standing > 1.0).map(|l| 1.0 - l / standing)
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
        grades.push((measure, grade(value, quadrature(own, spread), &steps, Beyond::Above)));
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
            format!("Your back kept its shape as the bar left the floor: it changed by ≈ {value:.0}° (±{sigma:.0}°){region}")
        }
        (Measure::Pull, false) => {
            format!(
                "As the bar left the floor your back shape changed by ≈ {value:.0}° (±{sigma:.0}°) compared with your set position{region}"
            )
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
