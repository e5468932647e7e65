//! One path for the near plate through the whole clip, out of the candidates of every frame.
//!
//! Dynamic programming: a candidate is worth its rim's coverage, less what its distance from the
//! hands costs; a step costs its length in radii and its change of radius. Steps faster than a
//! falling bar are refused, and so is rising without the hands. Long gaps end a path; further paths of the same
//! plate fill the rest, wherever the hands are when it lies where it rested before.

use super::Candidate;
use super::known::{Hint, Known};
use super::mend::{refuse_leaps, settle_radius};
use crate::numeric::{median, median_and_mad};

/// Fastest step allowed, in plate radii per second (a bar dropped from the top falls at 3.3 m/s = 15).
const MAX_RADII_PER_S: f64 = 18.0;
/// Longest gap bridged within one path.
const MAX_GAP_S: f64 = 0.6;
/// The bar hangs in the hands: its middle lies this many radii below the wrists.
const BELOW_WRISTS_RADII: f64 = 0.35;
/// Distance from there, in radii (sideways counts half: yaw shifts the near plate), up to which nothing is
/// lost, and from which the whole weight is lost. The weight leaves a clear plate worth following while
/// the lifter stands beside it with free hands.
const HANDS_FREE_RADII: f64 = 0.5;
const HANDS_LOST_RADII: f64 = 1.8;
const HANDS_WEIGHT: f64 = 0.5;
/// Share of the weight lost where the hands are not seen, or do not matter.
const NO_HANDS_FAR: f64 = 0.5;
/// Worth of a candidate before it joins a path: below this a path does not pay.
const LEAST_WORTH: f64 = 0.35;
const STEP_WEIGHT: f64 = 0.6;
/// A plate seen at an angle shows two faces of like size side by side. The bar goes up and down, not to and fro between them: there a step
/// across costs as much as one so many times as long.
const ACROSS_AT_AN_ANGLE: f64 = 3.0;
const RADIUS_WEIGHT: f64 = 2.0;
/// A step to a disc of a quite different size is to another disc: a plate's inner rings begin at 0.7 of its rim, and a larger disc would
/// reach from anything to anything.
const MAX_RESIZED_LN: f64 = 0.36;
/// A disc of another size than the plate's rings loses from this much on.
const SIZE_FREE_LN: f64 = 0.04;
/// What a second ring of the plate around the same middle is worth: where the plate moves fast up or down only its sides are sharp, and the
/// left side of one ring with the right side of another makes a disc that lies beside it.
const OTHER_RING_WEIGHT: f64 = 0.25;
const GAP_COST_PER_S: f64 = 2.0;
const MAX_PATHS: usize = 6;
/// A plate rises only with the hands: a step up by more than this many radii, while its place to the hands changes by
/// more than that many, is another disc's (our choice: a guessed wrist is some 0.3 radii off).
const RISE_RADII: f64 = 0.2;
const CARRIED_WITHIN_RADII: f64 = 0.8;

/// A disc that stays within this many radii does not move (our choice: a rim's middle is some 0.05 radii off).
const STILL_RADII: f64 = 0.3;
/// A lifted one moves farther than this, and strays from the hands by no more than that share of its way (our choice: a guessed wrist is
/// some 0.3 radii off, a pull some 2.5 radii long).
const LIFTED_RADII: f64 = 1.0;
const STRAYS: f64 = 0.2;
/// So many discs that do not move are set aside at most in search of one that is lifted.
const MOST_FIXTURES: usize = 3;

/// Chosen candidate per frame. `times_s`, `candidates` and `hints` run in parallel.
pub fn link(times_s: &[f64], candidates: &[Vec<Candidate>], hints: &[Hint]) -> Vec<Option<Candidate>> {
    // The first path tells the plate's size and where it rests; with that the clip is gone through again.
    let first = paths(times_s, candidates, hints, 1, None);
    let lifted = beside_fixtures(times_s, candidates, hints, &first);
    let (candidates, first) = lifted.as_ref().map_or((candidates, &first), |(left, path)| (left.as_slice(), path));
    let known = Known::of(first, candidates, hints);
    let mut chosen = paths(times_s, candidates, hints, MAX_PATHS, known.as_ref());
    refuse_leaps(times_s, &mut chosen);
    settle_radius(&mut chosen, candidates);
    chosen
}

/// Where most of the first path does not move (a clock, a wheel, a badge drawn into the film): the candidates without its disc and the path
/// through them, if that one is lifted by the hands. `None` where it is not: a plate that nobody lifts is still the lifter's, and so is
/// one that is lifted from there.
fn beside_fixtures(
    times_s: &[f64],
    candidates: &[Vec<Candidate>],
    hints: &[Hint],
    first: &[Option<Candidate>],
) -> Option<(Vec<Vec<Candidate>>, Vec<Option<Candidate>>)> {
    let mut fixtures = vec![still(first)?];
    let mut left = candidates.to_vec();
    while fixtures.len() <= MOST_FIXTURES {
        let fixture = *fixtures.last()?;
        left.iter_mut().for_each(|row| row.retain(|c| radii_apart(c, &fixture) > STILL_RADII));
        let path = paths(times_s, &left, hints, 1, None);
        if lifted(&path, hints) {
            let from_there = path.iter().flatten().any(|c| fixtures.iter().any(|f| radii_apart(c, f) < LIFTED_RADII));
            return (!from_there).then_some((left, path));
        }
        fixtures.push(still(&path)?);
    }
    None
}

fn radii_apart(c: &Candidate, from: &Candidate) -> f64 {
    (c.x_px - from.x_px).hypot(c.y_px - from.y_px) / from.radius_px
}

/// The disc that most of a path lies at: from there a path may leap to another disc through a gap.
fn still(path: &[Option<Candidate>]) -> Option<Candidate> {
    let discs: Vec<&Candidate> = path.iter().flatten().collect();
    let (x_px, y_px) = (median(discs.iter().map(|c| c.x_px))?, median(discs.iter().map(|c| c.y_px))?);
    let usual = Candidate { x_px, y_px, radius_px: median(discs.iter().map(|c| c.radius_px))?, ..**discs.first()? };
    let there = discs.iter().filter(|c| radii_apart(c, &usual) < STILL_RADII).count();
    (2 * there > discs.len()).then_some(usual)
}

/// Whether a path goes up or down together with the hands.
fn lifted(path: &[Option<Candidate>], hints: &[Hint]) -> bool {
    let pairs: Vec<(&Candidate, f64)> = path.iter().zip(hints).filter_map(|(c, h)| Some((c.as_ref()?, h.hands_px?[1]))).collect();
    let heights = || pairs.iter().map(|(c, _)| c.y_px);
    let Some(radius) = median(pairs.iter().map(|(c, _)| c.radius_px)) else { return false };
    let way = heights().fold(f64::MIN, f64::max) - heights().fold(f64::MAX, f64::min);
    let apart: Vec<f64> = pairs.iter().map(|(c, hand)| c.y_px - hand).collect();
    way > LIFTED_RADII * radius && median_and_mad(&apart).is_some_and(|(_, mad)| mad < STRAYS * way)
}

/// Up to `most` paths, best first, each over frames that those before it left.
fn paths(times_s: &[f64], candidates: &[Vec<Candidate>], hints: &[Hint], most: usize, known: Option<&Known>) -> Vec<Option<Candidate>> {
    let mut chosen: Vec<Option<Candidate>> = vec![None; times_s.len()];
    for _ in 0..most {
        let worth = |t: usize, c: &Candidate| worth(c, &candidates[t], &hints[t], known);
        let Some(path) = best_path(times_s, candidates, hints, &chosen, worth) else { break };
        for &(t, i) in &path {
            chosen[t] = Some(candidates[t][i]);
        }
    }
    chosen
}

fn worth(c: &Candidate, all: &[Candidate], hint: &Hint, known: Option<&Known>) -> f64 {
    let clear = 0.6 + 0.4 * (c.contrast / 10.0).min(1.0);
    let off = |h: [f64; 2]| {
        let right = || (c.x_px - h[0]) / c.radius_px;
        let across = || right() - right().clamp(hint.beside_radii.min(0.0), hint.beside_radii.max(0.0));
        let usual = || [across(), (c.y_px - h[1]) / c.radius_px - BELOW_WRISTS_RADII];
        let [across, down] = known.and_then(|k| k.off_hands(c, h)).unwrap_or_else(usual);
        (((0.5 * across).hypot(down) - HANDS_FREE_RADII) / (HANDS_LOST_RADII - HANDS_FREE_RADII)).clamp(0.0, 1.0)
    };
    let far = hint.hands_px.map_or(NO_HANDS_FAR, off);
    let lies = known.is_some_and(|k| k.floor.holds(c));
    let far = if lies { far.min(NO_HANDS_FAR) } else { far };
    let other_size = known.map_or(0.0, |k| RADIUS_WEIGHT * (k.size_off_ln(c) - SIZE_FREE_LN).max(0.0));
    let other_ring = known.map_or(0.0, |k| OTHER_RING_WEIGHT * k.other_ring(c, all));
    c.coverage * clear + other_ring - LEAST_WORTH - HANDS_WEIGHT * far - other_size
}

/// Best sum of a path that ends at a candidate, and the (frame, candidate) before it.
type Ending = (f64, Option<(usize, usize)>);

/// Path of (frame, candidate) with the greatest sum, over frames not yet chosen.
fn best_path(
    times: &[f64],
    candidates: &[Vec<Candidate>],
    hints: &[Hint],
    chosen: &[Option<Candidate>],
    worth: impl Fn(usize, &Candidate) -> f64,
) -> Option<Vec<(usize, usize)>> {
    let mut best: Vec<Vec<Ending>> = Vec::with_capacity(times.len());
    let mut top: Option<(f64, usize, usize)> = None;
    for t in 0..times.len() {
        let mut row = Vec::with_capacity(candidates[t].len());
        for (i, c) in candidates[t].iter().enumerate() {
            let mut value = (0.0, None);
            let across = if hints[t].beside_radii != 0.0 { ACROSS_AT_AN_ANGLE } else { 1.0 };
            if chosen[t].is_none() {
                for s in (0..t).rev() {
                    let dt = times[t] - times[s];
                    if dt > MAX_GAP_S || chosen[s].is_some() {
                        break;
                    }
                    for (j, p) in candidates[s].iter().enumerate() {
                        let Some(cost) = step_cost(p, c, dt, across).filter(|_| carried(p, c, &hints[s], &hints[t])) else { continue };
                        let skipped = if s + 1 < t { (times[t - 1] - times[s]) * GAP_COST_PER_S } else { 0.0 };
                        let v = best[s][j].0 - cost - skipped;
                        if v > value.0 {
                            value = (v, Some((s, j)));
                        }
                    }
                }
                value.0 += worth(t, c);
                if top.is_none_or(|b| value.0 > b.0) {
                    top = Some((value.0, t, i));
                }
            } else {
                value.0 = f64::NEG_INFINITY;
            }
            row.push(value);
        }
        best.push(row);
    }
    let (sum, mut t, mut i) = top?;
    // A path must be worth half a second of a fair candidate.
    let frames_per_s = (times.len() as f64 / (times.last()? - times.first()?).max(0.1)).max(5.0);
    if sum < 0.3 * 0.5 * frames_per_s {
        return None;
    }
    let mut path = vec![(t, i)];
    while let Some((s, j)) = best[t][i].1 {
        (t, i) = (s, j);
        path.push((t, i));
    }
    path.reverse();
    Some(path)
}

fn step_cost(from: &Candidate, to: &Candidate, dt: f64, across: f64) -> Option<f64> {
    let radius = 0.5 * (from.radius_px + to.radius_px);
    let (right, down) = ((from.x_px - to.x_px) / radius, (from.y_px - to.y_px) / radius);
    if right.hypot(down) > MAX_RADII_PER_S * dt + 0.12 {
        return None;
    }
    let radii = (across * right).hypot(down);
    let size = (to.radius_px / from.radius_px).ln().abs();
    if size > MAX_RESIZED_LN {
        return None;
    }
    Some(STEP_WEIGHT * (radii * radii).min(1.0) + RADIUS_WEIGHT * size.min(0.3) * 0.5)
}

/// Whether the hands went along if the plate rose.
fn carried(from: &Candidate, to: &Candidate, before: &Hint, now: &Hint) -> bool {
    let Some(([x0, y0], [x1, y1])) = before.hands_px.zip(now.hands_px) else { return true };
    let (right, down) = (to.x_px - from.x_px, to.y_px - from.y_px);
    -down < RISE_RADII * from.radius_px || (right - (x1 - x0)).hypot(down - (y1 - y0)) < CARRIED_WITHIN_RADII * from.radius_px
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn disc(x: f64, y: f64, r: f64, coverage: f64) -> Candidate {
        Candidate { x_px: x, y_px: y, radius_px: r, major_px: r, minor_px: r, angle_deg: 0.0, coverage, contrast: 10.0, sigma_px: 0.3 }
    }

    /// A badge in the picture, clear in every frame, beside a faint plate found in two frames of three.
    #[test]
    fn what_never_moves_gives_way_to_what_the_hands_lift() {
        let times: Vec<f64> = (0..90).map(|i| f64::from(i) / 30.0).collect();
        let height = |t: f64| 400.0 - 150.0 * (t * 2.0).sin().max(0.0);
        let badge = || disc(300.0, 100.0, 50.0, 1.0);
        let plate = |i: usize, t: f64| (!i.is_multiple_of(3)).then(|| disc(300.0, height(t), 50.0, 0.6));
        let row = |(i, &t): (usize, &f64)| std::iter::once(badge()).chain(plate(i, t)).collect();
        let candidates: Vec<Vec<Candidate>> = times.iter().enumerate().map(row).collect();
        let hints: Vec<Hint> = times.iter().map(|&t| Hint { hands_px: Some([310.0, height(t) - 15.0]), ..Hint::default() }).collect();
        let followed = link(&times, &candidates, &hints);
        assert!(followed.iter().flatten().count() > 25);
        assert!(followed.iter().flatten().all(|c| c.y_px > 200.0));
    }

    /// A rim of 90 px with a ring of 66 in it. While it goes up fast only the sides are sharp, and the rim's left with the ring's right
    /// make a clearer disc beside the plate in two frames of three.
    #[test]
    fn sides_of_two_rings_are_no_plate() {
        let times: Vec<f64> = (0..90).map(|i| f64::from(i) / 30.0).collect();
        let height = |t: f64| 600.0 - 250.0 * ((t - 0.7) / 0.8).clamp(0.0, 1.0);
        let row = |&t: &f64| {
            let (y, fast) = (height(t), (0.7..1.5).contains(&t));
            let (rim, ring) = if fast { (0.6, 0.55) } else { (0.75, 0.9) };
            let mut all = vec![disc(300.0, y, 90.0, rim), disc(301.0, y + 2.0, 66.0, ring)];
            if fast && !((t * 30.0).round() as usize).is_multiple_of(3) {
                let side = if ((t * 10.0) as usize).is_multiple_of(2) { -1.0 } else { 1.0 };
                all.push(disc(300.0 + 12.0 * side, y, 78.0, 0.72));
            }
            all
        };
        let candidates: Vec<Vec<Candidate>> = times.iter().map(row).collect();
        // Nearer to the camera than the hands, the plate stands far below them in the picture.
        let hints: Vec<Hint> = times.iter().map(|&t| Hint { hands_px: Some([310.0, height(t) - 115.0]), ..Hint::default() }).collect();
        let path = link(&times, &candidates, &hints);
        for (t, c) in times.iter().zip(path) {
            let c = c.unwrap();
            assert!((c.x_px - 300.5).abs() < 1.0 && (c.radius_px - 90.0).abs() < 1.0, "{t}: {c:?}");
        }
    }

    /// Half-way to a front view the near plate stands three radii beside the hands and is lifted with them.
    #[test]
    fn a_plate_seen_at_an_angle_stands_beside_the_hands() {
        let times: Vec<f64> = (0..90).map(|i| f64::from(i) / 30.0).collect();
        let height = |t: f64| 400.0 - 150.0 * (t * 2.0).sin().max(0.0);
        let candidates: Vec<Vec<Candidate>> = times.iter().map(|&t| vec![disc(150.0, height(t), 50.0, 0.7)]).collect();
        let found = |beside_radii: f64| {
            let hints: Vec<Hint> = times.iter().map(|&t| Hint { hands_px: Some([320.0, height(t) - 15.0]), beside_radii }).collect();
            link(&times, &candidates, &hints).iter().flatten().count()
        };
        assert_eq!((found(0.0), found(-3.4), found(3.4)), (0, 90, 0));
    }

    /// The outer face is seen a little better in two frames of three, the inner one, half a radius beside it, in the third.
    #[test]
    fn a_plate_seen_at_an_angle_is_followed_by_one_of_its_faces() {
        let times: Vec<f64> = (0..90).map(|i| f64::from(i) / 30.0).collect();
        let height = |t: f64| 400.0 - 150.0 * (t * 2.0).sin().max(0.0);
        let row = |(i, &t): (usize, &f64)| {
            let inner = if i.is_multiple_of(3) { 0.85 } else { 0.6 };
            vec![disc(150.0, height(t), 50.0, 0.7), disc(175.0, height(t), 51.0, inner)]
        };
        let candidates: Vec<Vec<Candidate>> = times.iter().enumerate().map(row).collect();
        let hand = |t: f64| Hint { hands_px: Some([320.0, height(t) - 15.0]), beside_radii: -3.4 };
        let path = link(&times, &candidates, &times.iter().map(|&t| hand(t)).collect::<Vec<_>>());
        assert!(path.iter().all(|c| c.is_some_and(|c| c.x_px == 150.0)), "{path:?}");
    }

    #[test]
    fn a_plate_that_nobody_lifts_stays_the_lifters() {
        let times: Vec<f64> = (0..90).map(|i| f64::from(i) / 30.0).collect();
        let candidates: Vec<Vec<Candidate>> = times.iter().map(|_| vec![disc(300.0, 400.0, 50.0, 0.9)]).collect();
        // He stands, bends down to it, pulls in vain and stands up again.
        let hands = |t: f64| if (1.0..2.0).contains(&t) { 390.0 } else { 150.0 };
        let hints: Vec<Hint> = times.iter().map(|&t| Hint { hands_px: Some([310.0, hands(t)]), ..Hint::default() }).collect();
        assert!(link(&times, &candidates, &hints).iter().flatten().count() >= 80);
    }

    /// A plate that goes up and down under the hands, beside a clearer one that rests on a rack.
    #[test]
    fn the_plate_under_the_hands_is_followed_and_jumps_are_refused() {
        let times: Vec<f64> = (0..90).map(|i| i as f64 / 30.0).collect();
        let height = |t: f64| 400.0 - 150.0 * (t * 2.0).sin().max(0.0);
        let candidates: Vec<Vec<Candidate>> = times
            .iter()
            .enumerate()
            .map(|(i, &t)| {
                let mut c = vec![disc(700.0, 200.0, 50.0, 1.0), disc(300.0, height(t), 50.0, 0.7)];
                if i == 40 {
                    c[1] = disc(500.0, 100.0, 50.0, 0.9);
                }
                c
            })
            .collect();
        let hints: Vec<Hint> = times.iter().map(|&t| Hint { hands_px: Some([310.0, height(t)]), ..Hint::default() }).collect();
        let path = link(&times, &candidates, &hints);
        assert!(path[40].is_none());
        for (i, p) in path.iter().enumerate().filter(|(i, _)| *i != 40) {
            assert!((p.unwrap().x_px - 300.0).abs() < 1.0, "frame {i}: {p:?}");
        }
    }
}
