//! What only the whole path tells: discs that were taken for the plate for a few frames, and which of its rings is the rim.

use super::Candidate;
use super::floor::{Floor, typical_radius};
use super::rings::{Rings, radius_px, ring_bin};

/// Nobody throws a bar up: off the floor it gains at most this speed between two frames, radii per second (0.8 m/s),
/// and at most this much a second (2 g).
const GAIN_RADII_PER_S: f64 = 3.5;
const GAIN_RADII_PER_S2: f64 = 87.0;
/// A leap is another disc's when the path is back within this many radii of its old height after this time at most.
const BACK_RADII: f64 = 0.1;
const BACK_S: f64 = 0.3;

/// Leaves out short leaps upwards: another disc that was taken for the plate for a few frames.
pub(super) fn refuse_leaps(times_s: &[f64], chosen: &mut [Option<Candidate>]) {
    let Some(radius) = typical_radius(chosen) else { return };
    let Some(floor) = Floor::under(chosen, radius) else { return };
    let seen: Vec<usize> = (0..chosen.len()).filter(|&t| chosen[t].is_some()).collect();
    let at = |k: usize| chosen[seen[k]].map_or(0.0, |c| c.y_px / radius);
    let rise = |k: usize| (at(k - 1) - at(k)) / (times_s[seen[k]] - times_s[seen[k - 1]]);
    let mut out: Vec<usize> = Vec::new();
    for k in 2..seen.len() {
        let gain = rise(k) - rise(k - 1);
        let step_s = times_s[seen[k]] - times_s[seen[k - 1]];
        let lying = at(k - 1) > (floor.y_px - floor.reach_px) / radius;
        if lying || out.last() == Some(&seen[k - 1]) || gain < GAIN_RADII_PER_S || gain < GAIN_RADII_PER_S2 * step_s {
            continue;
        }
        let back = (k..seen.len()).take_while(|&m| times_s[seen[m]] - times_s[seen[k]] < BACK_S).find(|&m| at(m) > at(k - 1) - BACK_RADII);
        out.extend(back.into_iter().flat_map(|m| seen[k..m].iter().copied()));
    }
    for t in out {
        chosen[t] = None;
    }
}

/// A rim is at most this many times the ring that most frames locked on (a hub is about 0.4 of its plate).
const MOST_OF_TYPICAL: f64 = 2.6;
/// Rings below this share of a frame's disc are not its rim.
const LEAST_OF_DISC: f64 = 0.85;

/// A plate has rings inside its rim, and frames may have locked on different ones. The rim is the largest ring that enough heights show;
/// where a smaller ring was fitted only its centre counts.
pub(super) fn settle_radius(chosen: &mut [Option<Candidate>], candidates: &[Vec<Candidate>]) {
    let Some(typical) = typical_radius(chosen) else { return };
    let rings = Rings::around(chosen, candidates, typical, LEAST_OF_DISC);
    let rim = rings.outermost(ring_bin(MOST_OF_TYPICAL * typical)).and_then(|bin| radius_px(bin, chosen, candidates));
    let Some(rim) = rim else { return };
    for c in chosen.iter_mut().flatten() {
        if (c.radius_px / rim - 1.0).abs() > 0.08 {
            c.radius_px = rim;
            c.minor_px *= rim / c.major_px;
            c.major_px = rim;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::link::tests::disc;
    use super::*;

    #[test]
    fn a_short_leap_off_the_path_is_left_out_and_a_bounce_stays() {
        let times: Vec<f64> = (0..60).map(|i| i as f64 / 30.0).collect();
        // Held at the top, falling freely, bouncing once by a fifth of a radius.
        let height = |t: f64| match t {
            t if t < 1.0 => 200.0,
            t if t < 1.3 => 200.0 + 2180.0 * (t - 1.0_f64).powi(2),
            t if t < 1.4 => 396.0 - 10.0 * (1.0 - ((t - 1.35) / 0.05).powi(2)),
            _ => 396.0,
        };
        let mut path: Vec<Option<Candidate>> = times.iter().map(|&t| Some(disc(300.0, height(t), 50.0, 0.7))).collect();
        for at in [20, 21, 22] {
            path[at] = Some(disc(305.0, 186.0, 52.0, 0.6));
        }
        refuse_leaps(&times, &mut path);
        let lost: Vec<usize> = (0..60).filter(|&t| path[t].is_none()).collect();
        assert_eq!(lost, vec![20, 21, 22]);
    }
}
