//! What was lifted and how: conventional, sumo or Romanian (SPEC 5.3).

use super::{Rep, RepKind, RepStart, Variant};
use crate::config::{Config, Kind};
use crate::numeric::filter::{median, quantile};
use crate::signals::{BarEvidence, Joint, Signals, View};

/// Quantile of the hip–ankle distance over the clip at which the leg is stretched out.
const STRETCHED: f64 = 0.95;

/// The variant, and whether it was assumed: neither given by the user nor seen.
pub fn variant(reps: &[Rep], signals: &Signals, config: &Config) -> (Variant, bool) {
    match config.lifter.variant {
        Some(Kind::Conventional) => (Variant::Conventional, false),
        Some(Kind::Sumo) => (Variant::Sumo, false),
        Some(Kind::Romanian) => (Variant::Romanian, false),
        _ if signals.bar.evidence == BarEvidence::None || reps.is_empty() => (Variant::Unknown, true),
        _ if stands_wide(reps, signals, config) => (Variant::Sumo, true),
        _ if hinges_from_the_top(reps, signals, config) => (Variant::Romanian, true),
        _ => (Variant::Conventional, true),
    }
}

/// From the front: feet far apart and both hands inside the knees.
fn stands_wide(reps: &[Rep], signals: &Signals, config: &Config) -> bool {
    if !matches!(signals.camera.view, View::Front | View::Rear) {
        return false;
    }
    let wide = reps.iter().filter(|r| r.kind == RepKind::Full).filter_map(|rep| {
        let at_start = signals.range(rep.lift_off_s? - config.reps.set_window_s, rep.lift_off_s?);
        let [from, to] = rep.span_s();
        let apart = |joint, range: std::ops::Range<usize>| {
            let (near, far) = (signals.joint(joint), signals.far_joint(joint));
            median(range.filter_map(|i| Some((near.image_x_px[i]? - far.image_x_px[i]?).abs())))
        };
        let stance = apart(Joint::Ankle, signals.range(from, to))? / apart(Joint::Shoulder, signals.range(rep.lockout_s?, to))?;
        let inside = apart(Joint::Wrist, at_start.clone())? < apart(Joint::Knee, at_start)?;
        Some(stance >= config.reps.sumo_stance && inside)
    });
    let (yes, all) = wide.fold((0, 0), |(yes, all), w| (yes + usize::from(w), all + 1));
    2 * yes > all
}

/// The load turns above the floor, the knees hardly bent: in every rep but one that fetched it from the floor.
fn hinges_from_the_top(reps: &[Rep], signals: &Signals, config: &Config) -> bool {
    if signals.bar.evidence != BarEvidence::Plate {
        return false;
    }
    let from_top = reps.first().is_some_and(|r| r.lift_off_s.is_none());
    let full: Vec<&Rep> = reps.iter().filter(|r| r.kind == RepKind::Full).collect();
    let hanging = if from_top { &full[..] } else { full.get(1..).unwrap_or_default() };
    let turns_high = |rep: &&Rep| {
        let low = rep.lift_off_s.and_then(|t| signals.bar.height_cm[signals.index_at(t)]);
        low.is_some_and(|h| h > config.reps.romanian_hang_cm) || (from_top && rep.start == RepStart::TouchAndGo)
    };
    let bend = median(hanging.iter().filter_map(|rep| knee_bend_deg(signals, rep.lift_off_s?)));
    !hanging.is_empty() && hanging.iter().all(turns_high) && bend.is_some_and(|b| b < config.reps.romanian_knee_deg)
}

/// How far the knees are bent at a time, from the distance between hip and ankle against that of a straight leg with
/// equal halves: the knee itself hides behind the plate. Degrees, 0 = straight.
fn knee_bend_deg(signals: &Signals, time_s: f64) -> Option<f64> {
    let (hip, ankle) = (signals.joint(Joint::Hip), signals.joint(Joint::Ankle));
    let foot = [&ankle.forward_px, &ankle.up_px].map(|axis| median(axis.iter().flatten().copied()));
    let reach = |i: usize| Some((hip.forward_px[i]? - foot[0]?).hypot(hip.up_px[i]? - foot[1]?));
    let straight = quantile((0..signals.len()).filter_map(reach), STRETCHED)?;
    let low = median(signals.range(time_s - 0.1, time_s + 0.1).filter_map(reach))?;
    Some(2.0 * (low / straight).min(1.0).acos().to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::testkit::Lift;

    /// Three repetitions without a rest, hips so high at the lowest point; heights above the floor rest raised by so much.
    fn reps(hip_start: f64, raised_cm: f64) -> (Signals, Vec<Rep>) {
        let (mut signals, set) = Lift { reps: 3, floor_s: 0.1, hip_start, hip_drop: 0.1, ..Lift::default() }.build();
        signals.bar.height_cm.iter_mut().flatten().for_each(|h| *h += raised_cm);
        (signals, set.reps)
    }

    fn opened_from_the_top(mut reps: Vec<Rep>) -> Vec<Rep> {
        reps[0] = Rep { kind: RepKind::Partial, lift_off_s: None, ..reps[0].clone() };
        reps
    }

    #[test]
    fn a_hinge_that_never_touches_the_floor_is_romanian() {
        let told = |(signals, reps): (Signals, Vec<Rep>)| variant(&reps, &signals, &Config::default());
        assert_eq!(told(reps(0.50, 12.0)), (Variant::Romanian, true));
        let (signals, from_top) = reps(0.50, 0.0);
        assert_eq!(told((signals, opened_from_the_top(from_top))), (Variant::Romanian, true));
    }

    #[test]
    fn bent_knees_or_the_floor_make_it_conventional() {
        let told = |(signals, reps): (Signals, Vec<Rep>)| variant(&reps, &signals, &Config::default());
        assert_eq!(told(reps(0.36, 12.0)), (Variant::Conventional, true));
        assert_eq!(told(reps(0.50, 0.0)), (Variant::Conventional, true));
        let (signals, from_top) = reps(0.36, 0.0);
        assert_eq!(told((signals, opened_from_the_top(from_top))), (Variant::Conventional, true));
    }

    #[test]
    fn the_user_knows_best() {
        let (signals, reps) = reps(0.36, 0.0);
        let mut config = Config::default();
        config.lifter.variant = Some(Kind::Sumo);
        assert_eq!(variant(&reps, &signals, &config), (Variant::Sumo, false));
    }
}
