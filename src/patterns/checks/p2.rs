//! P2 incomplete lockout: shoulder height missing at the top against standing (SPEC 7.9).

use crate::numeric::stats::{sustained_max, sustained_min};
use crate::patterns::confidence::{self, Confidence};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, cm, deg};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade, undecided};
use crate::patterns::window::{Samples, needed, quadrature};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};
use crate::signals::{Joint, Stand, StandSource, TYPICAL_STATURE_CM};

pub struct IncompleteLockout;

const LOCKOUT_DEFICIT_CM: Metric =
    Metric::new("lockout_deficit_cm", "Shoulder at lockout below its standing height, cm; 0: as tall as standing.");
const HIP_AT_LOCKOUT_DEG: Metric = Metric::new("hip_at_lockout_deg", "Hip angle at lockout, degrees; 180: straight.");
const KNEE_AT_LOCKOUT_DEG: Metric = Metric::new("knee_at_lockout_deg", "Knee angle at lockout, degrees; 180: straight.");

static INFO: CheckInfo = CheckInfo {
    code: "P2",
    name: "incomplete-lockout",
    title: "Lockout height",
    unit: "cm",
    cue: "drive your hips forward, don't lean back",
    cluster: None,
    sight: Sight::Side,
    draw: Draw::Lean,
    keys: &["P2."],
    parts: &[Part::Lockout],
    phrases: &[
        Phrase::high(LOCKOUT_DEFICIT_CM, |m| format!("stopped {} short of standing tall", cm(m))),
        Phrase::low(HIP_AT_LOCKOUT_DEG, |m| format!("did not stand up straight: hip angle {} at lockout instead of 180°", deg(m))),
    ],
    praise: Some(Praise { rank: 8, said: "you locked out fully" }),
    metrics: &[LOCKOUT_DEFICIT_CM, HIP_AT_LOCKOUT_DEG, KNEE_AT_LOCKOUT_DEG],
    page: include_str!("../pages/P2.md"),
};

impl Check for IncompleteLockout {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        // Without a standing reference or a scale, or from an angle, the lifter's own bones tell how tall a straight chain would be.
        let height = measure(context).or_else(|stop| match stop {
            Stop::Cannot(Reason::NoStandRef | Reason::NoScale | Reason::ViewOblique) => by_body(context).unwrap_or(Err(stop)),
            other => Err(other),
        });
        // Hips that stay bent cost little height: 20° of lean 3 cm. Where they alone tell of a fault, they are what is told.
        let found = height.map(|height| {
            let told = height.grade.p_flag;
            let bent = || hips(context).filter(|hips| hips.grade.p_flag > told.max(0.5));
            if told < context.config.flag.p_flag { bent().unwrap_or(height) } else { height }
        });
        conclude(found, context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::angle_resolution(confidence::side(context, None)?, context);
    let top = needed(context.top_window())?;
    let window = around(top);
    let stand = context.signals.stand.as_ref().ok_or(Reason::NoStandRef)?;
    // The rep whose lockout serves as standing cannot be short of itself.
    if stand.source == StandSource::Lockout && stand.window_s[0] <= top[1] && stand.window_s[1] >= top[0] {
        return Err(Reason::NoStandRef.into());
    }
    let cm = confidence::body_scale(context)?;
    let sight = sight.times(confidence::stand_factor(stand.source, &context.config.gate), Reason::NoStandRef);
    let shoulder = &context.signals.joint(Joint::Shoulder).up_px;
    let sight = confidence::visible(sight, context.share(shoulder, window), Reason::PlateOcclusion, &context.config.gate)?;
    let samples = context.known(shoulder, window);
    let found = sustained_max(&samples, width(context, &samples)).ok_or(Reason::TooFewFrames)?;
    let full = full_height(context, stand)?;
    let deficit = (full - found.value) * cm;
    let c = &context.config.p2;
    let sigma = quadrature(c.sigma, 0.5 * context.jitter_cm(Joint::Shoulder, cm));
    let short = grade(deficit, sigma, &c.deficit_cm, Beyond::Above);
    // Another lockout shows who ends shorter than that; that both are full it cannot show.
    if stand.source == StandSource::Lockout && short.p_flag < 0.5 {
        return Err(Reason::NoStandRef.into());
    }
    let (hip, knee) = (bent(context, top, true, stand), bent(context, top, false, stand));
    let also = if hip || knee { "; hips or knees were not straight" } else { "" };
    let text = if deficit < c.deficit_cm[0] {
        format!("At lockout your shoulders came within {:.1} cm (±{sigma:.1} cm) of your standing height", deficit.max(0.0))
    } else {
        format!("At lockout your shoulders were {deficit:.1} cm (±{sigma:.1} cm) below your standing height{also}")
    };
    let median = |series| context.median_in(series, top);
    Ok(Draft::new(short, sight, window, context.time(found.index), text)
        .measure(LOCKOUT_DEFICIT_CM)
        .metric(HIP_AT_LOCKOUT_DEG, median(&context.signals.angles.hip_deg))
        .metric(KNEE_AT_LOCKOUT_DEG, median(&context.signals.angles.knee_deg)))
}

/// Height that the fitted chain (SPEC 5.5) misses of standing straight, cm, where it misses least for a moment; `None` without
/// a body at lockout. Hip and knee may be behind the plate: the chain knows them with their σ.
fn by_body(context: &Context) -> Option<Result<Draft, Stop>> {
    let body = context.signals.body.as_ref()?;
    let cm = context.signals.body_cm_per_px().or(context.signals.body_height_px.map(|px| TYPICAL_STATURE_CM / px))?;
    let bones = [(&body.shank_deg, body.bones_px[0]), (&body.thigh_deg, body.bones_px[1]), (&body.trunk_deg, body.bones_px[2])];
    let miss = |i: usize| -> Option<f64> {
        bones.iter().map(|(channel, bone)| Some(bone * cm * (1.0 - channel.value[i]?.to_radians().sin()))).sum()
    };
    let doubt = context.signals.doubt();
    let least = [LEG_SIGMA_DEG * doubt, LEG_SIGMA_DEG * doubt, context.signals.instrument.lockout_trunk.sigma * doubt];
    let sigma_at = |i: usize| -> Option<f64> {
        let parts = bones.iter().zip(least).map(|((channel, bone), least)| {
            let sigma = channel.sigma[i]?.max(least).to_radians();
            Some((bone * cm * channel.value[i]?.to_radians().cos() * sigma).powi(2))
        });
        parts.sum::<Option<f64>>().map(f64::sqrt)
    };
    let (window, samples) = at_top(context, miss)?;
    let judged = || -> Result<Draft, Stop> {
        let sight = fitted_sight(context, window, &samples)?;
        let found = sustained_min(&samples, width(context, &samples)).ok_or(Reason::TooFewFrames)?;
        let c = &context.config.p2;
        let sigma = quadrature(c.sigma, sigma_at(found.index).ok_or(Reason::TooFewFrames)?);
        let deficit = found.value;
        let short = grade(deficit, sigma, &c.deficit_cm, Beyond::Above);
        if undecided(sigma, &short.thresholds, short.p_flag, context) {
            return Err(Reason::TooUncertain.into());
        }
        let text = if deficit < c.deficit_cm[0] {
            format!("At lockout legs and trunk stood straight to within {:.1} cm (±{sigma:.1} cm) of your height", deficit.max(0.0))
        } else {
            format!("At lockout you stood {deficit:.1} cm (±{sigma:.1} cm) lower than with hips and knees straight")
        };
        Ok(Draft::new(short, sight, window, context.time(found.index), text)
            .measure(LOCKOUT_DEFICIT_CM)
            .metric(HIP_AT_LOCKOUT_DEG, body.hip_deg.value[found.index])
            .metric(KNEE_AT_LOCKOUT_DEG, body.knee_deg.value[found.index]))
    };
    Some(judged())
}

/// Hips of the fitted chain at their straightest for a moment of the lockout; `None` where they are not known well enough.
fn hips(context: &Context) -> Option<Draft> {
    let body = context.signals.body.as_ref()?;
    let (window, samples) = at_top(context, |i| body.hip_deg.value[i])?;
    let sight = fitted_sight(context, window, &samples).ok()?;
    let found = sustained_max(&samples, width(context, &samples))?;
    let doubt = context.signals.doubt();
    let least = doubt * quadrature(LEG_SIGMA_DEG, context.signals.instrument.lockout_trunk.sigma);
    let sigma = body.hip_deg.sigma[found.index]?.max(least);
    let c = &context.config.p2;
    let bent = grade(found.value, sigma, &c.hip_deg, Beyond::Below);
    if undecided(sigma, &bent.thresholds, bent.p_flag, context) {
        return None;
    }
    let text = format!("At lockout your hips were at {:.0}° (±{sigma:.0}°) where straight is 180°", found.value);
    Some(
        Draft::new(bent, sight, window, context.time(found.index), text)
            .unit("°")
            .measure(HIP_AT_LOCKOUT_DEG)
            .metric(KNEE_AT_LOCKOUT_DEG, body.knee_deg.value[found.index]),
    )
}

/// The top and a tenth of a second on either side.
fn around(top: [f64; 2]) -> [f64; 2] {
    [top[0] - 0.1, top[1] + 0.1]
}

/// What the fitted body says around the top of a lift, and when that is.
fn at_top(context: &Context, quantity: impl Fn(usize) -> Option<f64>) -> Option<([f64; 2], Samples)> {
    let window = around(context.top_window()?);
    let range = context.signals.range(window[0], window[1]);
    Some((window, range.filter_map(|i| Some((i, quantity(i)?))).collect()))
}

/// How well the fitted body tells it.
fn fitted_sight(context: &Context, [from, to]: [f64; 2], samples: &[(usize, f64)]) -> Result<Confidence, Reason> {
    let gate = &context.config.gate;
    let sight = confidence::angle_resolution(confidence::sagittal(context)?, context).times(gate.lockout_as_stand, Reason::NoStandRef);
    let wanted = context.signals.range(from, to).len().max(1) as f64;
    // A chain of which only the bar is seen could stand in many ways.
    let seen = |joint: Joint| {
        let track = context.signals.joint(joint);
        context.signals.range(from, to).filter(|&i| track.up_px[i].is_some() && track.confidence[i] > GUESSED).count() as f64 / wanted
    };
    if seen(Joint::Shoulder).max(seen(Joint::Hip)) < LEAST_SEEN {
        return Err(Reason::TooUncertain);
    }
    confidence::visible(sight, samples.len() as f64 / wanted, Reason::PlateOcclusion, gate)
}

/// Share of a lockout in which the fitted body's shoulder or hip must be seen (our choice).
const LEAST_SEEN: f64 = 0.3;
/// What fills a gap between two sights is no surer than this.
const GUESSED: f64 = 0.5;

/// How many samples a value must last; a short lockout may be shorter.
fn width(context: &Context, samples: &[(usize, f64)]) -> usize {
    context.sustain().min(samples.len().max(2))
}

/// Error of shank and thigh at lockout, each, on a clip whose marks stray as usual: the plate hides knee and hip there
/// (`docs/calibration.md`).
const LEG_SIGMA_DEG: f64 = 4.5;

/// Shoulder height when standing, plane px of this clip; a calibration clip's is carried over by trunk length and ankle.
fn full_height(context: &Context, stand: &Stand) -> Result<f64, Reason> {
    let height = stand.shoulder_up_px.ok_or(Reason::NoStandRef)?;
    if stand.source != StandSource::Calibration {
        return Ok(height);
    }
    let there = stand.trunk_length_px.zip(stand.ankle_up_px).filter(|(t, _)| *t > 1.0).ok_or(Reason::NoStandRef)?;
    let here = context.signals.trunk_length_px.ok_or(Reason::NoStandRef)?;
    let points = crate::patterns::body_plane::clear(context, Joint::Ankle, context.rep.span_s());
    let ankle = crate::patterns::window::median_place(&points).ok_or(Reason::FootHidden)?[1];
    Ok(ankle + (height - there.1) * here / there.0)
}

/// Supporting: hip or knee below 170° and more than 10° below standing, where it is in sight.
fn bent(context: &Context, window: [f64; 2], hip: bool, stand: &Stand) -> bool {
    let angles = &context.signals.angles;
    let (series, standing) = if hip { (&angles.hip_deg, stand.hip_deg) } else { (&angles.knee_deg, stand.knee_deg) };
    let seen = context.share(series, window) >= context.config.gate.usable_min;
    let found = context.sx_max(&context.known(series, window)).filter(|_| seen);
    found.zip(standing).is_some_and(|(f, s)| f.value < 170.0 && f.value < s - 10.0)
}
