//! Second stage: what the load is and where, frame by frame: the plate where it was seen, the wrists where it was not. Decided here once.

use super::observed::Observed;
use super::proportions::GRAVITY_CM_S2;
use super::{BarEvidence, Joint, Side};
use crate::numeric::{median, median_and_mad, quantile, turns};
use crate::track::{PlateObs, arms};

/// A plate this many radii above its lowest place has been lifted.
const LIFTED_RADII: f64 = 0.6;
/// Least frames with a lifted plate and hands seen.
const LEAST_LIFTED: usize = 5;
/// Most spread of the distance between plate and hands while lifted.
const MOST_SPREAD_RADII: f64 = 0.6;
/// Hands rise by this share of their whole travel in a pull, and so many pulls tell whether the plate is seen in most of them.
const A_RISE: f64 = 0.5;
const SEVERAL_RISES: usize = 3;
/// A plate this many radii above its lowest place may still lie on the floor.
const RESTING_RADII: f64 = 0.35;
/// The load hangs in the hands at two moments when its height below them differs by less than this many radii.
const SAME_HOLD_RADII: f64 = 0.6;
/// A stretch is another plate's when it hangs off the usual place by more than three spreads, within these bounds, radii.
const STRANGER_RADII: [f64; 2] = [0.55, 1.0];
/// Longest time to a sighting that fills a gap, s; and to each of two in which the load hangs in the hands alike.
const LONGEST_BRIDGE_S: f64 = 1.5;
const HELD_BRIDGE_S: f64 = 3.0;
/// What the hands' place may err, radii: between two sightings the load strays from the straight line no further than a free fall of
/// that time allows.
const HANDS_ERR_RADII: f64 = 0.25;
/// Least median share of the rim: below it the "plate" is a knee or a lamp.
const LEAST_COVERAGE: f64 = 0.5;

/// Raw samples of the load, before the grid.
struct Samples {
    x: Vec<Option<f64>>,
    y: Vec<Option<f64>>,
    radius: Vec<Option<f64>>,
}

/// The load's path as seen, image px, one value per frame of the track.
pub struct PlatePath {
    pub evidence: BarEvidence,
    pub time_s: Vec<f64>,
    pub x_px: Vec<Option<f64>>,
    pub y_px: Vec<Option<f64>>,
    pub radius_px: Vec<Option<f64>>,
    /// Whether a plate was measured in the frame.
    pub seen: Vec<bool>,
    /// The plate's radius, median over the clip, px; `None` where the wrists tell of the load.
    pub usual_radius_px: Option<f64>,
    /// The scale of the load's own centimetres.
    pub px_per_cm: Option<f64>,
}

impl PlatePath {
    /// The path of a plate so many cm across.
    pub fn of(observed: &Observed, diameter_cm: f64) -> PlatePath {
        let frames = &observed.track().frames;
        let time_s: Vec<f64> = frames.iter().map(|f| f.time_s).collect();
        let hands = hands(observed);
        let mut plate = Samples {
            x: frames.iter().map(|f| f.plate.map(|p| p.x_px)).collect(),
            y: frames.iter().map(|f| f.plate.map(|p| p.y_px)).collect(),
            radius: frames.iter().map(|f| f.plate.map(radius)).collect(),
        };
        let usual = median(plate.radius.iter().flatten().copied());
        let clear = median(frames.iter().filter_map(|f| f.plate).map(|p| p.coverage)).is_some_and(|c| c >= LEAST_COVERAGE);
        let evidence = evidence(&plate, &hands, usual.filter(|_| clear));
        let seen: Vec<bool> = plate.y.iter().map(Option::is_some).collect();
        let usual_radius_px = usual.filter(|_| evidence == BarEvidence::Plate);
        match usual_radius_px {
            Some(radius) => {
                drop_strangers(&time_s, &mut plate, &hands, radius);
                bridge_gaps(&time_s, &mut plate, &hands, radius, GRAVITY_CM_S2 / (0.5 * diameter_cm));
            }
            None => {
                let place = |axis: usize| hands.iter().map(|h| h.map(|p| p[axis])).collect();
                plate = Samples { x: place(0), y: place(1), radius: vec![None; frames.len()] };
            }
        }
        PlatePath {
            evidence,
            time_s,
            x_px: plate.x,
            y_px: plate.y,
            radius_px: plate.radius,
            seen,
            usual_radius_px,
            px_per_cm: usual_radius_px.map(|r| 2.0 * r / diameter_cm),
        }
    }
}

/// Flattening below which a rim is taken for round: a yaw of 14° and less.
const ROUND: f64 = 0.97;

/// The plate's radius, px: the longer half axis, which yaw does not shorten; of a nearly round rim the mean of both, since
/// the longer one is also the one that noise made longer.
fn radius(p: PlateObs) -> f64 {
    if p.minor_px > ROUND * p.major_px { 0.5 * (p.major_px + p.minor_px) } else { p.major_px }
}

/// Middle of the hands, per frame.
fn hands(observed: &Observed) -> Vec<Option<[f64; 2]>> {
    let raw = &observed.poses;
    let arm = |side, n| Some([raw.at(side, Joint::Shoulder, n)?, raw.at(side, Joint::Elbow, n)?, raw.at(side, Joint::Wrist, n)?]);
    let mut out = vec![None; observed.track().frames.len()];
    for (n, &frame) in raw.frame.iter().enumerate() {
        let seen: Vec<arms::Arm> = [Side::Left, Side::Right].into_iter().filter_map(|side| arm(side, n)).collect();
        out[frame] = arms::hands(&seen);
    }
    out
}

/// Where the plate lies lowest, image y, px.
fn lowest(plate: &Samples) -> Option<f64> {
    quantile(plate.y.iter().flatten().copied(), 0.97)
}

/// How far the plate hangs below the hands in every frame that shows both with the plate above image height `above`:
/// frame, px.
fn below_hands(plate: &Samples, hands: &[Option<[f64; 2]>], above: f64) -> Vec<(usize, f64)> {
    let offset = |i: usize| Some(plate.y[i].filter(|y| *y < above)? - hands[i]?[1]);
    (0..hands.len()).filter_map(|i| Some((i, offset(i)?))).collect()
}

/// The plate counts when it hangs in the hands whenever it is off its lowest place; hands may well move
/// without it (walking in, standing up between lifts). A plate that never moved counts only when the
/// hands did not either.
fn evidence(plate: &Samples, hands: &[Option<[f64; 2]>], radius: Option<f64>) -> BarEvidence {
    let hand_y: Vec<f64> = hands.iter().flatten().map(|h| h[1]).collect();
    let fallback = if hand_y.len() >= 5 { BarEvidence::Wrist } else { BarEvidence::None };
    let Some(radius) = radius else { return fallback };
    let Some(lowest) = lowest(plate) else { return fallback };
    let travel = quantile(hand_y.iter(), 0.97).zip(quantile(hand_y.iter(), 0.03)).map_or(0.0, |(a, b)| a - b);
    if !tells_most(plate, hands, travel) {
        return fallback;
    }
    let offsets: Vec<f64> = below_hands(plate, hands, lowest - LIFTED_RADII * radius).into_iter().map(|l| l.1).collect();
    if offsets.len() >= LEAST_LIFTED {
        let spread = quantile(offsets.iter().copied(), 0.75)
            .zip(quantile(offsets.iter().copied(), 0.25))
            .map_or(f64::INFINITY, |(a, b)| 0.5 * (a - b));
        return if spread < MOST_SPREAD_RADII * radius { BarEvidence::Plate } else { fallback };
    }
    if travel < LIFTED_RADII * radius { BarEvidence::Plate } else { fallback }
}

/// Whether the plate is seen in half of what the hands lift at least: one that is found in three pulls of eight would tell of three.
fn tells_most(plate: &Samples, hands: &[Option<[f64; 2]>], travel: f64) -> bool {
    let heights: Vec<(usize, f64)> = hands.iter().enumerate().filter_map(|(i, h)| Some((i, -(*h)?[1]))).collect();
    let heights_px: Vec<f64> = heights.iter().map(|h| h.1).collect();
    let turns = turns(&heights_px, A_RISE * travel);
    let rises: Vec<_> = turns.windows(2).filter(|pair| !pair[0].high).map(|pair| heights[pair[0].at].0..heights[pair[1].at].0).collect();
    let told = |rise: &std::ops::Range<usize>| 2 * plate.y[rise.clone()].iter().flatten().count() >= rise.len();
    rises.len() < SEVERAL_RISES || 2 * rises.iter().filter(|r| told(r)).count() >= rises.len()
}

/// Takes out stretches of a lifted "plate" that hangs elsewhere below the hands than in the rest of the clip: another
/// plate behind, followed while the lifter stood up without the bar.
fn drop_strangers(times: &[f64], plate: &mut Samples, hands: &[Option<[f64; 2]>], radius: f64) {
    let Some(lowest) = lowest(plate) else { return };
    let lifted = below_hands(plate, hands, lowest - LIFTED_RADII * radius);
    let Some((usual, mad)) = median_and_mad(&lifted.iter().map(|l| l.1).collect::<Vec<_>>()) else { return };
    let spread = 1.4826 * mad;
    let limit = (3.0 * spread).clamp(STRANGER_RADII[0] * radius, STRANGER_RADII[1] * radius);
    let mut strangers = Vec::new();
    for run in lifted.chunk_by(|a, b| times[b.0] - times[a.0] <= 0.3) {
        // A strange ring that the hands pass by is near the usual place for a moment: the upper quartile tells.
        if quantile(run.iter().map(|l| (l.1 - usual).abs()), 0.75).is_some_and(|off| off > limit) {
            strangers.push(run[0].0..run[run.len() - 1].0 + 1);
        }
    }
    for i in strangers.into_iter().flatten() {
        (plate.x[i], plate.y[i], plate.radius[i]) = (None, None, None);
    }
}

/// Fills frames without a plate. Between two sightings the load went with the hands if it hung in them at both (same
/// distance); before the first or after the last it went with them if it was lifted. A load on the floor that the
/// hands may have left stays where it lay. Sightings further away than that say nothing. Free fall in radii per second squared.
fn bridge_gaps(times: &[f64], plate: &mut Samples, hands: &[Option<[f64; 2]>], radius: f64, fall_radii_s2: f64) {
    let Some(lowest) = lowest(plate) else { return };
    let seen: Vec<usize> = (0..times.len()).filter(|&i| plate.y[i].is_some()).collect();
    let place = |i: usize| Some([plate.x[i]?, plate.y[i]?]);
    let offset = |i: usize| place(i).zip(hands[i]).map(|(p, h)| [p[0] - h[0], p[1] - h[1]]);
    let rests = |i: usize| place(i).is_some_and(|p| p[1] > lowest - RESTING_RADII * radius);
    let mut filled = Vec::new();
    for i in (0..times.len()).filter(|&i| plate.y[i].is_none()) {
        let at = seen.partition_point(|&b| b < i);
        let within = |k: Option<usize>, most_s: f64| k.map(|k| seen[k]).filter(|&b| (times[b] - times[i]).abs() < most_s);
        let (last, next) = (at.checked_sub(1), (at < seen.len()).then_some(at));
        let alike = |b: usize, a: usize| offset(b).zip(offset(a)).filter(|(p, q)| (p[1] - q[1]).abs() < SAME_HOLD_RADII * radius);
        let held = within(last, HELD_BRIDGE_S).zip(within(next, HELD_BRIDGE_S)).filter(|(b, a)| alike(*b, *a).is_some());
        let (before, after) = match held {
            Some((b, a)) => (Some(b), Some(a)),
            None => (within(last, LONGEST_BRIDGE_S), within(next, LONGEST_BRIDGE_S)),
        };
        // Short gaps are better bridged by the interpolation of the plate itself.
        if before.zip(after).is_some_and(|(b, a)| times[a] - times[b] <= 0.2) {
            continue;
        }
        let carried = |o: [f64; 2]| hands[i].map(|h| [h[0] + o[0], h[1] + o[1]]);
        let between = |p: [f64; 2], q: [f64; 2], b: usize, a: usize| {
            let u = (times[i] - times[b]) / (times[a] - times[b]).max(1e-6);
            [p[0] + (q[0] - p[0]) * u, p[1] + (q[1] - p[1]) * u]
        };
        let found = match (before, after) {
            (Some(b), Some(a)) => match alike(b, a) {
                Some((p, q)) => {
                    let fall = 0.5 * fall_radii_s2 * (times[i] - times[b]) * (times[a] - times[i]);
                    let straight = place(b).zip(place(a)).map(|(p, q)| between(p, q, b, a));
                    let sound =
                        |c: &[f64; 2]| straight.is_none_or(|s| (c[0] - s[0]).hypot(c[1] - s[1]) <= (fall + HANDS_ERR_RADII) * radius);
                    carried(between(p, q, b, a)).filter(sound).or(straight)
                }
                _ if rests(b) && rests(a) => place(b).zip(place(a)).map(|(p, q)| between(p, q, b, a)),
                _ => None,
            },
            (Some(one), None) | (None, Some(one)) if rests(one) => place(one),
            (Some(one), None) | (None, Some(one)) => offset(one).and_then(carried),
            (None, None) => None,
        };
        filled.extend(found.map(|p| (i, p)));
    }
    for (i, p) in filled {
        (plate.x[i], plate.y[i]) = (Some(p[0]), Some(p[1]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight pulls by the hands; the plate is seen in some.
    #[test]
    fn a_plate_seen_in_three_pulls_of_eight_does_not_tell_how_many_there_were() {
        let lift = |i: usize| 100.0 * (std::f64::consts::TAU * i as f64 / 40.0).cos();
        let hands: Vec<Option<[f64; 2]>> = (0..320).map(|i| Some([100.0, 300.0 + lift(i)])).collect();
        let seen_in = |pulls: usize| {
            let at = |v: f64, i: usize| (i < 40 * pulls).then_some(v);
            let plate = Samples {
                x: (0..320).map(|i| at(100.0, i)).collect(),
                y: (0..320).map(|i| at(330.0 + lift(i), i)).collect(),
                radius: (0..320).map(|i| at(80.0, i)).collect(),
            };
            evidence(&plate, &hands, Some(80.0))
        };
        assert_eq!(seen_in(3), BarEvidence::Wrist);
        assert_eq!(seen_in(6), BarEvidence::Plate);
    }

    #[test]
    fn hands_that_jump_while_the_plate_is_hidden_do_not_take_the_load_along() {
        let times: Vec<f64> = (0..30).map(|i| f64::from(i) / 30.0).collect();
        let mut hands: Vec<Option<[f64; 2]>> = vec![Some([100.0, 200.0]); 30];
        let mut y: Vec<Option<f64>> = vec![Some(300.0); 30];
        y[0..5].fill(Some(500.0));
        y[12..20].fill(None);
        let load = |hands: &[Option<[f64; 2]>]| {
            let mut plate = Samples { x: y.iter().map(|v| v.map(|_| 100.0)).collect(), y: y.clone(), radius: vec![Some(80.0); 30] };
            bridge_gaps(&times, &mut plate, hands, 80.0, 40.0);
            plate.y[16].unwrap()
        };
        hands[16] = Some([100.0, 180.0]);
        assert!((load(&hands) - 280.0).abs() < 1e-6);
        hands[16] = Some([100.0, 20.0]);
        assert!((load(&hands) - 300.0).abs() < 1e-6);
    }
}
