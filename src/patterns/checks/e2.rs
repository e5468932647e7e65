//! E2 hyperextension at lockout: leaning back against standing, confirmed by hip or back shape (SPEC 6.2).

use crate::patterns::confidence::{self, Confidence};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, deg};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade, probability, undecided};
use crate::patterns::window::{needed, quadrature};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::signals::{RollSource, Series, Stand, StandSource};

pub struct Hyperextension;

pub const LEAN_BACK_DEG: Metric = Metric::new(
    "lean_back_deg",
    "Trunk at lockout behind standing, or behind the vertical where no standing was seen, degrees; positive: leaning back.",
);
const HIP_PAST_STANDING_DEG: Metric =
    Metric::new("hip_past_standing_deg", "Hip angle at lockout beyond standing, degrees; positive: further extended.");
const EXTRA_ARCH_DEG: Metric =
    Metric::new("extra_arch_deg", "Arch of the back at lockout beyond standing, degrees; positive: more arched.");

static INFO: CheckInfo = CheckInfo {
    code: "E2",
    name: "hyperextension",
    title: "Leaning back at lockout",
    unit: "°",
    cue: "drive your hips forward, don't lean back",
    cluster: None,
    sight: Sight::Side,
    draw: Draw::Lean,
    keys: &["E2."],
    parts: &[Part::Lockout],
    phrases: &[Phrase::high(LEAN_BACK_DEG, |m| format!("leaned back {} at lockout", deg(m)))],
    praise: Some(Praise { rank: 4, said: "you finished tall without leaning back" }),
    metrics: &[LEAN_BACK_DEG, HIP_PAST_STANDING_DEG, EXTRA_ARCH_DEG],
    page: include_str!("../pages/E2.md"),
};

impl Check for Hyperextension {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

/// What else would look like leaning back was not seen, or does not.
const UNCONFIRMED: &str = "called no worse than moderate, as nothing else could confirm it";
const CONTRADICTED: &str = "called no worse than mild, as neither hips nor back show it";

/// Lean-back against the reference, with its error and the moment.
struct Lean {
    value: f64,
    sigma: f64,
    index: usize,
    confidence: Confidence,
    /// Held against an own standing posture (else against an assumed upright).
    own: bool,
    by_body: bool,
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let c = &context.config.e2;
    let sight = confidence::angle_resolution(confidence::sagittal(context)?, context);
    let window = held(context, needed(context.lockout_window())?)?;
    // A lockout cannot be the reference for leaning back at lockout, nor can a posture that leans back itself.
    let upright_known = context.signals.camera.roll_source != RollSource::Assumed;
    let leans = |s: &Stand| upright_known && s.tilt_deg.is_some_and(|t| t - c.upright_tilt_deg >= c.lean[0]);
    let stand = context.signals.stand.as_ref().filter(|s| s.source != StandSource::Lockout && !leans(s));
    // Seen at an angle an outline's lean is not the trunk's; the fitted body's is, with the error that the angle costs.
    let at_an_angle = confidence::side(context, Some(c.yaw_max)).is_err();
    let lean = match body_lean(context, window, &sight, stand.is_some()).filter(|_| stand.is_none() || at_an_angle) {
        Some(lean) => lean?,
        None => {
            confidence::side(context, Some(c.yaw_max))?;
            lean_back(context, stand, window, sight)?
        }
    };
    // Against the own standing posture a tilted camera cancels.
    if !lean.own && !lean.by_body && !upright_known && lean.value < c.roll_unknown_below {
        return Err(Reason::RollUnknown.into());
    }
    let hip = extra(context, &context.signals.angles.hip_deg, stand.and_then(|s| s.hip_deg), window);
    let arch = back_arch(context, stand, window);
    let mut main = grade(lean.value, lean.sigma, &c.lean, Beyond::Above);
    let confirms = [
        hip.map(|h| (h >= c.hip[0], probability(h, c.hip_sigma, c.hip[0], Beyond::Above))),
        arch.map(|a| (a >= c.arch[0], probability(a, c.arch_sigma, c.arch[0], Beyond::Above))),
    ];
    let seen: Vec<(bool, f64)> = confirms.into_iter().flatten().collect();
    let text = words(&lean, stand.is_some(), c.lean[0]);
    let mut confidence = lean.confidence;
    let mut cap = (Severity::Severe, "");
    if seen.is_empty() {
        // The fitted body is hip, thigh and trunk in one, not an outline alone.
        confidence = if lean.by_body { confidence } else { confidence.times(c.unconfirmed_factor, Reason::NoStandRef) };
        cap = (Severity::Moderate, UNCONFIRMED);
    } else if seen.iter().all(|s| !s.0) {
        if main.point >= Severity::Moderate && lean.own {
            // Nothing else looks like so much lean against the own standing.
            cap = (Severity::Mild, CONTRADICTED);
        } else {
            // Leaning without hip or back saying the same: as likely as one of the two being wrong.
            main.p_flag *= 1.0 - seen.iter().map(|s| 1.0 - s.1).product::<f64>();
        }
    }
    Ok(Draft::new(main, confidence, window, context.time(lean.index), text)
        .cap_as(cap.0, cap.1)
        .measure(LEAN_BACK_DEG)
        .metric(HIP_PAST_STANDING_DEG, hip)
        .metric(EXTRA_ARCH_DEG, arch))
}

/// Share of `held_min_s` that must be in the clip.
const LEAST_HELD: f64 = 0.75;

/// The lockout, at least `held_min_s` of it: who lets go at once is looked at just before and after. What is sustained so long around the
/// top is leaned at least so far; a clip that ends there shows too little.
fn held(context: &Context, [from, to]: [f64; 2]) -> Result<[f64; 2], Reason> {
    let missing = context.config.e2.held_min_s - (to - from);
    if missing <= 0.0 {
        return Ok([from, to]);
    }
    let (first, last) = context.signals.time_s.first().zip(context.signals.time_s.last()).ok_or(Reason::TooFewFrames)?;
    let window = [(from - 0.5 * missing).max(*first), (to + 0.5 * missing).min(*last)];
    if window[1] - window[0] < LEAST_HELD * context.config.e2.held_min_s { Err(Reason::TooFewFrames) } else { Ok(window) }
}

/// From the fitted trunk against the vertical, where nobody was seen standing or the camera stands at an angle: the plate hides the hip,
/// and the outline of a shirt or a broad back leans by itself (at nine good real lockouts 89 to 100°). An assumed roll of the camera
/// widens the error. `None` without a body.
fn body_lean(context: &Context, window: [f64; 2], sight: &Confidence, stood: bool) -> Option<Result<Lean, Reason>> {
    let (c, signals) = (&context.config.e2, context.signals);
    let trunk = &signals.body.as_ref()?.trunk_deg.value;
    let found = context.sx_max(&context.known(trunk, window)).filter(|_| context.share(trunk, window) >= context.config.gate.usable_min)?;
    let read = &signals.instrument.lockout_trunk;
    let roll = if signals.camera.roll_source == RollSource::Assumed { signals.camera.roll_sigma_deg } else { 0.0 };
    let sigma = quadrature(quadrature(read.sigma * confidence::doubt(context), c.upright_sigma), roll);
    let value = read.corrected(found.value) - UPRIGHT_DEG;
    // So unsure that neither answer can be given (SPEC 5.5).
    let p = probability(value, sigma, c.lean.array()[0], Beyond::Above);
    if undecided(sigma, &c.lean.array(), p, context) {
        return Some(Err(Reason::TooUncertain));
    }
    let why = if stood { Reason::ViewOblique } else { Reason::NoStandRef };
    let confidence = sight.clone().times(context.config.gate.assumed_vertical, why);
    Some(Ok(Lean { value, sigma, index: found.index, confidence, own: false, by_body: true }))
}

/// The vertical.
const UPRIGHT_DEG: f64 = 90.0;

/// From the upper back's outline, else from hip–shoulder where the hip is in sight; the same in both postures. SPEC 6.2
/// has it the other way round: on 16 leaning lockouts of known truth hip–shoulder read two thirds of the lean, the
/// outline 1.1 times.
fn lean_back(context: &Context, stand: Option<&Stand>, window: [f64; 2], sight: Confidence) -> Result<Lean, Reason> {
    let (c, gate) = (&context.config.e2, &context.config.gate);
    let (trunk, tilt) = (&context.signals.angles.trunk_deg, &context.signals.back.tilt_deg);
    let hip_seen = context.share(trunk, window) >= gate.usable_min;
    let tilt_seen = context.share(tilt, window) >= gate.usable_min;
    let stand_trunk = stand.and_then(|s| s.trunk_deg).filter(|_| hip_seen);
    let stand_tilt = stand.and_then(|s| s.tilt_deg).filter(|_| tilt_seen);
    let (series, reference, own) = match (stand_trunk, stand_tilt) {
        (_, Some(reference)) => (tilt, reference, true),
        (Some(reference), None) => (trunk, reference, true),
        _ if tilt_seen => (tilt, c.upright_tilt_deg, false),
        _ if hip_seen && context.signals.back.tilt_deg.iter().any(Option::is_some) => (trunk, 90.0, false),
        _ if stand.is_none() => return Err(Reason::NoStandRef),
        _ => return Err(Reason::PlateOcclusion),
    };
    let found = context.sx_max(&context.known(series, window)).ok_or(Reason::TooFewFrames)?;
    let sight = confidence::visible(sight, context.share(series, window), Reason::PlateOcclusion, gate)?;
    let (sigma, factor) = if own { (c.lean_sigma_own_stand, 1.0) } else { (c.lean_sigma_assumed, gate.assumed_vertical) };
    let confidence = sight.times(factor, Reason::NoStandRef);
    Ok(Lean { value: found.value - reference, sigma, index: found.index, confidence, own, by_body: false })
}

/// Sustained extreme of a channel above its standing value; only where it is known for most of the window.
fn extra(context: &Context, series: &Series, stand: Option<f64>, window: [f64; 2]) -> Option<f64> {
    let seen = context.share(series, window) >= context.config.gate.usable_min;
    let found = context.sx_max(&context.known(series, window)).filter(|_| seen)?;
    Some(found.value - stand?)
}

/// H3: extra arch against standing in lumbar-equivalent degrees.
fn back_arch(context: &Context, stand: Option<&Stand>, window: [f64; 2]) -> Option<f64> {
    let reference = stand?.back_index?;
    let samples = context.back_samples(&context.signals.back.index, window);
    let wanted = context.signals.range(window[0], window[1]).len() as f64;
    let seen = samples.len() as f64 >= context.config.gate.usable_min * wanted;
    let found = context.sx_min(&samples).filter(|_| seen)?;
    Some((reference - found.value) / context.index_per_deg())
}

fn words(&Lean { value, sigma, own, .. }: &Lean, stood: bool, mild: f64) -> String {
    let against = match (own, stood) {
        (true, _) => "compared with your own standing",
        (false, true) => "against the vertical",
        (false, false) => "against the vertical (you were not seen standing still without the bar)",
    };
    if value < mild {
        format!("At lockout you stood within {:.0}° (±{sigma:.0}°) of upright, {against}", value.max(0.0))
    } else {
        format!("At lockout you leaned back by {value:.0}° (±{sigma:.0}°) {against}")
    }
}
