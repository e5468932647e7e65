//! What was lifted and how, with a probability (SPEC 5.3).

use super::{Likely, Rep, RepKind, RepStart, Style, Variant};
use crate::config::{Config, Kind};
use crate::numeric::filter::{median, quantile};
use crate::signals::{BarEvidence, Joint, Signals, View};

/// Quantile of the hip–ankle distance over the clip at which the leg is stretched out.
const STRETCHED: f64 = 0.95;

/// What a lift is before anything is looked at: near the shares among labelled clips of many sources, with room for what none
/// of them shows (our choice; `docs/calibration.md`).
const BEFORE: [(Style, f64); 6] = [
    (Style::Conventional, 0.74),
    (Style::Sumo, 0.10),
    (Style::Kettlebell, 0.07),
    (Style::Romanian, 0.05),
    (Style::TrapBar, 0.02),
    (Style::BlockPull, 0.02),
];
/// From this turn of the camera on widths across the body show, deg; below it the trunk's inclination does. Pairs of joints are still
/// guesses at 19° and are read well at 25°.
const WIDTHS_FROM_DEG: f64 = 22.0;
/// Shoulder widths of stance that make sumo e times as likely against all else. Nothing was seen between the two, so the most
/// that it says is held down (`docs/calibration.md`).
const STANCE_STEP: f64 = 0.12;
const STANCE_MOST: f64 = 4.5;
/// The same for hands inside the knees, which a narrow grip shows as well.
const INSIDE_STEP: f64 = 0.2;
const INSIDE_MOST: f64 = 1.5;
/// Hands this near to each other, in shoulder widths, as likely hold a bell as a bar (0.4 on a bell, 1.0 to 2.0 on a bar).
const ON_A_BELL: f64 = 0.7;
const BELL_STEP: f64 = 0.1;
const BELL_MOST: f64 = 4.0;
/// A plate is found in a film from the side where there is a bar in so many cases, and where there is none.
const PLATE_ON_BAR: f64 = 0.92;
const PLATE_ON_BELL: f64 = 0.10;
/// Trunk above level at lift-off, deg: mean of labelled conventional pulls and their scatter (`docs/calibration.md`). Sumo is 5 to 10 degrees more
/// upright (SPEC 5.3); a trap bar's handles let the trunk stand higher still (our choice).
const TRUNK_DEG: f64 = 21.0;
const TRUNK_SIGMA_DEG: f64 = 12.0;
const SUMO_UPRIGHT_DEG: f64 = 8.0;
const TRAP_UPRIGHT_DEG: f64 = 18.0;
/// Lowest point of the rim above the feet at rest, in plate radii: on the floor it shows below them, since the plate is nearer to
/// a camera that looks down on it (37 clips). Blocks of 10 cm lift it by half a radius.
const RIM_OVER_FEET: f64 = -0.8;
const RIM_SIGMA: f64 = 0.5;
const BLOCK_RADII: f64 = 0.5;
/// The way a Romanian lift hangs and hinges is seen in so many of them, and in so many others.
const HINGE_IN_ROMANIAN: f64 = 0.8;
const HINGE_IN_OTHERS: f64 = 0.01;

/// What was lifted.
pub(super) struct Guess {
    pub variant: Variant,
    /// Neither given by the user nor seen for certain.
    pub assumed: bool,
    /// Most likely first; empty where nothing can be said.
    pub likely: Vec<Likely>,
}

/// The variant, told or guessed.
pub(super) fn guess(reps: &[Rep], signals: &Signals, config: &Config) -> Guess {
    let told = |variant, style| Guess { variant, assumed: false, likely: vec![Likely { style, probability: 1.0 }] };
    match config.lifter.variant {
        Some(Kind::Conventional) => told(Variant::Conventional, Style::Conventional),
        Some(Kind::Sumo) => told(Variant::Sumo, Style::Sumo),
        Some(Kind::Romanian) => told(Variant::Romanian, Style::Romanian),
        _ if signals.bar.evidence == BarEvidence::None || reps.is_empty() => {
            Guess { variant: Variant::Unknown, assumed: true, likely: vec![] }
        }
        _ => {
            let likely = likely(reps, signals, config);
            // What has no checks of its own is judged as a conventional lift.
            let variant = match likely.first().map(|l| l.style) {
                Some(Style::Sumo) => Variant::Sumo,
                Some(Style::Romanian) => Variant::Romanian,
                _ => Variant::Conventional,
            };
            Guess { variant, assumed: true, likely }
        }
    }
}

/// Every style with its probability, most likely first: each sign counts by how much likelier it is in one style than in another.
fn likely(reps: &[Rep], signals: &Signals, config: &Config) -> Vec<Likely> {
    let mut log: Vec<(Style, f64)> = BEFORE.iter().map(|(style, share)| (*style, share.ln())).collect();
    let mut count = |style: Style, by: f64| log.iter_mut().filter(|l| l.0 == style).for_each(|l| l.1 += by);
    let plate = signals.bar.evidence == BarEvidence::Plate;
    if plate {
        count(Style::Kettlebell, (PLATE_ON_BELL / PLATE_ON_BAR).ln());
        let [seen, others] = match hinges_from_the_top(reps, signals, config) {
            true => [HINGE_IN_ROMANIAN, HINGE_IN_OTHERS],
            false => [1.0 - HINGE_IN_ROMANIAN, 1.0 - HINGE_IN_OTHERS],
        };
        count(Style::Romanian, (seen / others).ln());
    }
    if shows_widths(signals) {
        let widths = Widths::of(reps, signals, config);
        let steps = |value: Option<f64>, step: f64, most: f64| value.map_or(0.0, |v| (v / step).clamp(-most, most));
        count(Style::Sumo, steps(widths.stance.map(|s| s - config.reps.sumo_stance), STANCE_STEP, STANCE_MOST));
        count(Style::Sumo, steps(widths.knees.zip(widths.hands).map(|(k, h)| k - h), INSIDE_STEP, INSIDE_MOST));
        count(Style::Kettlebell, steps(widths.hands.map(|h| ON_A_BELL - h), BELL_STEP, BELL_MOST));
    } else {
        if !plate {
            count(Style::Kettlebell, ((1.0 - PLATE_ON_BELL) / (1.0 - PLATE_ON_BAR)).ln());
        }
        let full = || reps.iter().filter(|r| r.kind == RepKind::Full);
        let at_lift_off = |rep: &Rep| signals.angles.trunk_deg[signals.index_at(rep.lift_off_s?)];
        // Two normal laws of one spread, `by` apart; beyond what a body can do a reading says no more.
        let shifted = |value: Option<f64>, usual: f64, sigma: f64, by: f64| {
            value.map_or(0.0, |v| by / sigma.powi(2) * ((v - usual).clamp(-2.0 * sigma, 2.0 * sigma) - 0.5 * by))
        };
        let trunk = median(full().filter_map(at_lift_off));
        count(Style::Sumo, shifted(trunk, TRUNK_DEG, TRUNK_SIGMA_DEG, SUMO_UPRIGHT_DEG));
        count(Style::TrapBar, shifted(trunk, TRUNK_DEG, TRUNK_SIGMA_DEG, TRAP_UPRIGHT_DEG));
        let rim = if plate { median(full().filter_map(|rep| rim_over_feet(signals, rep.lift_off_s?))) } else { None };
        count(Style::BlockPull, shifted(rim, RIM_OVER_FEET, RIM_SIGMA, BLOCK_RADII));
    }
    let most = log.iter().map(|l| l.1).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = log.iter().map(|l| (l.1 - most).exp()).sum();
    let mut likely: Vec<Likely> = log.iter().map(|(style, l)| Likely { style: *style, probability: (l - most).exp() / sum }).collect();
    likely.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    likely
}

/// From the front or behind, or so far off the side that feet and hands stand apart in the picture.
fn shows_widths(signals: &Signals) -> bool {
    let camera = &signals.camera;
    matches!(camera.view, View::Front | View::Rear) || camera.yaw_deg.is_some_and(|yaw| yaw >= WIDTHS_FROM_DEG)
}

/// Distances across the body in shoulder widths, the median repetition's; a pair that crosses counts as negative.
struct Widths {
    stance: Option<f64>,
    knees: Option<f64>,
    hands: Option<f64>,
}

impl Widths {
    fn of(reps: &[Rep], signals: &Signals, config: &Config) -> Widths {
        let apart = |joint, range: std::ops::Range<usize>| {
            let (near, far) = (signals.joint(joint), signals.far_joint(joint));
            median(range.filter_map(|i| Some(near.image_x_px[i]? - far.image_x_px[i]?)))
        };
        let over = |joint: Joint, window: &dyn Fn(&Rep) -> Option<std::ops::Range<usize>>| {
            let one = |rep: &Rep| {
                let shoulders = apart(Joint::Shoulder, signals.range(rep.lockout_s?, rep.span_s()[1]))?;
                Some(apart(joint, window(rep)?)? / shoulders).filter(|w| w.is_finite())
            };
            median(reps.iter().filter(|r| r.kind == RepKind::Full).filter_map(one))
        };
        let at_start = |rep: &Rep| Some(signals.range(rep.lift_off_s? - config.reps.set_window_s, rep.lift_off_s?));
        let whole = |rep: &Rep| Some(signals.range(rep.span_s()[0], rep.span_s()[1]));
        Widths { stance: over(Joint::Ankle, &whole), knees: over(Joint::Knee, &at_start), hands: over(Joint::Wrist, &at_start) }
    }
}

/// How far the lowest point of the rim shows above the feet at a time, plate radii.
fn rim_over_feet(signals: &Signals, time_s: f64) -> Option<f64> {
    let i = signals.index_at(time_s);
    let radius = signals.bar.radius_px[i].filter(|r| *r > 0.0)?;
    let foot = [Joint::Heel, Joint::Toe].into_iter().filter_map(|j| median(signals.joint(j).image_y_px.iter().flatten().copied()));
    Some((foot.fold(None, |lowest: Option<f64>, y| Some(lowest.map_or(y, |l| l.max(y))))? - signals.bar.image_y_px[i]? - radius) / radius)
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

    fn told_of(reps: &[Rep], signals: &Signals, config: &Config) -> (Variant, bool) {
        let guess = guess(reps, signals, config);
        (guess.variant, guess.assumed)
    }

    fn share(likely: &[Likely], style: Style) -> f64 {
        likely.iter().find(|l| l.style == style).map_or(0.0, |l| l.probability)
    }

    /// The same lift seen from an angle with a joint's pair so many shoulder widths (100 px) apart.
    fn widths(stance: f64, knees: f64, hands: f64) -> (Signals, Vec<Rep>) {
        let (mut signals, reps) = reps(0.36, 0.0);
        signals.camera.yaw_deg = Some(45.0);
        for (joint, apart) in [(Joint::Shoulder, 1.0), (Joint::Ankle, stance), (Joint::Knee, knees), (Joint::Wrist, hands)] {
            let far: Vec<Option<f64>> = signals.joint(joint).image_x_px.iter().map(|x| Some((*x)? - 100.0 * apart)).collect();
            let near = signals.joint(joint).clone();
            let place = Joint::ALL.iter().position(|j| *j == joint).unwrap();
            signals.far_joints[place] = crate::signals::JointTrack { image_x_px: far, ..near };
        }
        (signals, reps)
    }

    #[test]
    fn feet_and_hands_tell_sumo_and_a_bell_from_an_angle() {
        let likely = |(signals, reps): (Signals, Vec<Rep>)| guess(&reps, &signals, &Config::default()).likely;
        let conventional = likely(widths(0.8, 0.7, 1.4));
        assert!(conventional[0].style == Style::Conventional && conventional[0].probability > 0.9, "{conventional:?}");
        let sumo = likely(widths(2.2, 1.6, 1.3));
        assert!(sumo[0].style == Style::Sumo && sumo[0].probability > 0.9, "{sumo:?}");
        let bell = share(&likely(widths(0.7, 0.8, 0.36)), Style::Kettlebell);
        assert!(bell > 10.0 * share(&conventional, Style::Kettlebell) && bell > 0.1, "though a plate was seen: {bell}");
        let sum: f64 = sumo.iter().map(|l| l.probability).sum();
        assert!((sum - 1.0).abs() < 1e-9 && sumo.len() == BEFORE.len());
        let doubtful = likely(widths(1.45, 1.2, 1.3));
        assert!((0.3..0.9).contains(&doubtful[0].probability), "between the two nothing is sure: {doubtful:?}");
    }

    #[test]
    fn from_the_side_an_upright_trunk_makes_sumo_likelier_and_never_sure() {
        let sumo = |trunk: f64| {
            let (mut signals, reps) = reps(0.36, 0.0);
            signals.angles.trunk_deg.fill(Some(trunk));
            share(&guess(&reps, &signals, &Config::default()).likely, Style::Sumo)
        };
        assert!(sumo(10.0) < 0.1 && sumo(50.0) > 2.0 * sumo(25.0) && sumo(60.0) < 0.5, "{} {} {}", sumo(10.0), sumo(25.0), sumo(50.0));
    }

    fn opened_from_the_top(mut reps: Vec<Rep>) -> Vec<Rep> {
        reps[0] = Rep { kind: RepKind::Partial, lift_off_s: None, ..reps[0].clone() };
        reps
    }

    #[test]
    fn a_hinge_that_never_touches_the_floor_is_romanian() {
        let told = |(signals, reps): (Signals, Vec<Rep>)| told_of(&reps, &signals, &Config::default());
        assert_eq!(told(reps(0.50, 12.0)), (Variant::Romanian, true));
        let (signals, from_top) = reps(0.50, 0.0);
        assert_eq!(told((signals, opened_from_the_top(from_top))), (Variant::Romanian, true));
    }

    #[test]
    fn bent_knees_or_the_floor_make_it_conventional() {
        let told = |(signals, reps): (Signals, Vec<Rep>)| told_of(&reps, &signals, &Config::default());
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
        assert_eq!(told_of(&reps, &signals, &config), (Variant::Sumo, false));
    }
}
