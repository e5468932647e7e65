//! Numbers per repetition, whatever was judged (CONTRACT "metrics"); what is not known stays `None`.

use super::checks::{CHECKS, e1, e2, e3, e4};
use super::judged::Judgement;
use super::metric::*;
use super::window::quadrature;
use super::{Context, confidence};
use crate::track::EventCode;
use std::collections::BTreeMap;

/// Those that stand in every rep, known or not.
const ALWAYS: [Metric; 12] = [
    ROM_CM,
    CONCENTRIC_S,
    ECCENTRIC_S,
    MEAN_VELOCITY_MPS,
    VELOCITY_SIGMA_MPS,
    PEAK_VELOCITY_MPS,
    e4::BAR_DRIFT_CM,
    e3::HIP_SHOULDER_RATIO,
    e3::TRUNK_TIP_DEG,
    TRUNK_AT_LIFT_OFF_DEG,
    e1::BACK_CHANGE_DEG,
    e2::LEAN_BACK_DEG,
];

/// Every metric that a repetition may have, in the order of the alphabet.
pub fn described() -> Vec<Metric> {
    let mut all: Vec<Metric> = CHECKS.iter().flat_map(|c| c.info().metrics).chain(GENERAL).copied().collect();
    all.sort_by_key(|metric| metric.name);
    all
}

/// All metrics of one rep: name with unit → value.
pub fn metrics(context: &Context, checks: &[Judgement]) -> BTreeMap<&'static str, Option<f64>> {
    let mut all: BTreeMap<&'static str, Option<f64>> = ALWAYS.iter().map(|metric| (metric.name, None)).collect();
    for (metric, value) in checks.iter().filter_map(Judgement::measured).flat_map(|m| &m.metrics) {
        all.insert(metric.name, Some(*value));
    }
    let rep = context.rep;
    let span = |from: Option<f64>, to: Option<f64>| from.zip(to).filter(|(a, b)| b > a).map(|(a, b)| context.real_between(a, b));
    let concentric = span(rep.lift_off_s, rep.lockout_s);
    let mut set = |metric: Metric, value: Option<f64>| {
        all.insert(metric.name, value.filter(|v| v.is_finite()));
    };
    let lowering = span(rep.descent_s, rep.floor_s);
    // Both ends of a stretch lie within a frame of where they were read; travel lies within the jitter of the plate's centre.
    let ends_s = context.real_s(rep.event_sigma_s) * (2.0_f64 / 3.0).sqrt();
    let jitter_cm = context.signals.bar.position_sigma_cm.map(|s| s * std::f64::consts::SQRT_2);
    set(ROM_CM, rep.rom_cm);
    let scale = context.signals.scale.plate_sigma_rel.unwrap_or(0.0);
    set(ROM_CM_SIGMA, rep.rom_cm.zip(jitter_cm).map(|(cm, jitter)| quadrature(jitter, scale * cm)));
    set(CONCENTRIC_S, concentric);
    set(CONCENTRIC_S_SIGMA, concentric.map(|_| ends_s));
    set(ECCENTRIC_S, lowering);
    set(ECCENTRIC_S_SIGMA, lowering.map(|_| context.lowering_sigma_s()));
    let true_time = context.signals.pace.fell_slower.is_none();
    let guessed = unrecorded(context, |code| matches!(code, EventCode::Damaged | EventCode::Leap));
    let mean_velocity = rep.rom_cm.zip(concentric).filter(|_| true_time && !guessed).map(|(cm, s)| 0.01 * cm / s);
    set(MEAN_VELOCITY_MPS, mean_velocity);
    let mean_sigma = mean_velocity.and_then(|v| Some(velocity_sigma(v, ends_s / concentric?, jitter_cm? / rep.rom_cm?)));
    set(VELOCITY_SIGMA_MPS, mean_sigma);
    set(MEAN_VELOCITY_MPS_SIGMA, mean_sigma.zip(mean_velocity).map(|(own, v)| quadrature(own, scale * v)));
    let peak = peak_velocity(context);
    set(PEAK_VELOCITY_MPS, peak);
    let peak_sigma = peak.zip(context.signals.speed.sigma_mps);
    set(PEAK_VELOCITY_MPS_SIGMA, peak_sigma.map(|(v, own)| quadrature(own, scale * v)));
    set(LOCKOUT_HELD_S, span(rep.lockout_s, rep.descent_s));
    set(DOWNWARD_CM, rep.downward_cm);
    set(STALL_S, rep.stall_s.map(|s| context.real_s(s)));
    set(TRUNK_AT_LIFT_OFF_DEG, trunk_at_lift_off(context));
    all
}

/// σ of a mean velocity, m/s, from the relative errors of its time (SPEC 5.1: 3.4 % of a pull of 0.8 s at 30 frames/s) and travel.
/// The scale's error is common to a set: the loss of speed within it does not see it, the speed itself does.
fn velocity_sigma(velocity: f64, time: f64, travel: f64) -> f64 {
    velocity * quadrature(time, travel)
}

/// Whether part of the way up was not recorded as it was. A hole or a stall leaves the ends of the pull and so its mean; damage
/// makes both a guess, and after a leap nobody knows how long it took.
fn unrecorded(context: &Context, kind: impl Fn(EventCode) -> bool) -> bool {
    let touched = |[from, to]: [f64; 2]| context.signals.events.iter().any(|e| kind(e.code) && e.touches(from, to));
    context.ascent().is_some_and(touched)
}

/// Unknown where a part of the way up was not seen: the peak may have been there.
fn peak_velocity(context: &Context) -> Option<f64> {
    if unrecorded(context, EventCode::hides_the_lift) {
        return None;
    }
    let samples = context.known(&context.signals.speed.mps, context.ascent()?);
    samples.into_iter().map(|s| s.1).max_by(f64::total_cmp)
}

/// Trunk angle at lift-off: the fitted body's where the view allows one, else the seen joints' where the camera looks across the lifter.
fn trunk_at_lift_off(context: &Context) -> Option<f64> {
    let at = context.rep.lift_off_s?;
    let fitted = context.signals.body.as_ref().filter(|_| confidence::sagittal(context).is_ok());
    fitted.and_then(|b| context.value_at(&b.trunk_deg.value, at)).or_else(|| {
        confidence::side(context, None).ok()?;
        context.value_at(&context.signals.angles.trunk_deg, at)
    })
}
