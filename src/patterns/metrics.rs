//! Numbers per repetition, whatever was judged (CONTRACT "metrics"); what is not known stays `None`.

use super::judge::Judgement;
use super::{Context, confidence};
use std::collections::BTreeMap;

/// Names that stand in every rep, known or not.
const ALWAYS: [&str; 11] = [
    "rom_cm",
    "concentric_s",
    "eccentric_s",
    "mean_velocity_mps",
    "peak_velocity_mps",
    "bar_drift_cm",
    "hip_shoulder_ratio",
    "trunk_tip_deg",
    "trunk_at_lift_off_deg",
    "back_change_deg",
    "lean_back_deg",
];

/// All metrics of one rep: name with unit → value.
pub fn metrics(context: &Context, checks: &[Judgement]) -> BTreeMap<String, Option<f64>> {
    let mut all: BTreeMap<String, Option<f64>> = ALWAYS.iter().map(|name| ((*name).to_owned(), None)).collect();
    for (name, value) in checks.iter().filter_map(Judgement::measured).flat_map(|m| &m.metrics) {
        all.insert((*name).to_owned(), Some(*value));
    }
    let rep = context.rep;
    let span = |from: Option<f64>, to: Option<f64>| from.zip(to).filter(|(a, b)| b > a).map(|(a, b)| context.real_between(a, b));
    let concentric = span(rep.lift_off_s, rep.lockout_s);
    let mut set = |name: &str, value: Option<f64>| {
        all.insert(name.to_owned(), value.filter(|v| v.is_finite()));
    };
    set("rom_cm", rep.rom_cm);
    set("concentric_s", concentric);
    set("eccentric_s", span(rep.descent_s, rep.floor_s));
    let true_time = context.signals.pace.fell_slower.is_none();
    set("mean_velocity_mps", rep.rom_cm.zip(concentric).filter(|_| true_time).map(|(cm, s)| 0.01 * cm / s));
    set("peak_velocity_mps", peak_velocity(context));
    set("lockout_held_s", span(rep.lockout_s, rep.descent_s));
    set("downward_cm", rep.downward_cm);
    set("stall_s", rep.stall_s.map(|s| context.real_s(s)));
    set("trunk_at_lift_off_deg", side_angle(context));
    all
}

fn peak_velocity(context: &Context) -> Option<f64> {
    let samples = context.known(&context.signals.bar.velocity_mps, context.ascent()?);
    samples.into_iter().map(|s| s.1).max_by(f64::total_cmp)
}

/// Trunk angle at lift-off, only where the camera looks across the lifter.
fn side_angle(context: &Context) -> Option<f64> {
    confidence::side(context, None).ok()?;
    context.value_at(&context.signals.angles.trunk_deg, context.rep.lift_off_s?)
}
