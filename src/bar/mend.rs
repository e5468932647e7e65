//! What only the whole path tells: discs that were taken for the plate for a few frames, and which of its rings is the rim.

use super::Candidate;
use super::floor::{Floor, typical_radius};
use std::collections::BTreeMap;

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

/// Share of the clip's heights at which a ring must have been seen to be the plate's.
const RING_SHARE: f64 = 0.45;
/// Least share of a ring that must be seen in a frame to count there.
const LEAST_RING: f64 = 0.5;
/// A rim is at most this many times the ring that most frames locked on (a hub is about 0.4 of its plate).
const MOST_OF_TYPICAL: f64 = 2.6;
/// Centres within this many radii belong to one plate.
const CONCENTRIC_RADII: f64 = 0.12;

/// A plate has rings inside its rim, and frames may have locked on different ones. The rim is the
/// largest ring seen around the path at [`RING_SHARE`] of its heights (each height counts once, so that
/// a circle in the background of the floor position does not); where a smaller ring was fitted only
/// its centre counts.
pub(super) fn settle_radius(chosen: &mut [Option<Candidate>], candidates: &[Vec<Candidate>]) {
    let Some(typical) = typical_radius(chosen) else { return };
    // (height bin, log-radius bin) → seen
    let mut rings: BTreeMap<i64, BTreeMap<i64, f64>> = BTreeMap::new();
    let mut frames_at: BTreeMap<i64, f64> = BTreeMap::new();
    for (c, all) in chosen.iter().zip(candidates) {
        let Some(c) = c else { continue };
        let height = (c.y_px / (0.3 * typical)).floor() as i64;
        *frames_at.entry(height).or_default() += 1.0;
        let mut seen: Vec<i64> = all
            .iter()
            .filter(|k| {
                k.coverage > LEAST_RING
                    && k.radius_px > 0.85 * c.radius_px
                    && (k.x_px - c.x_px).hypot(k.y_px - c.y_px) < CONCENTRIC_RADII * k.radius_px
            })
            .flat_map(|k| {
                let bin = ring_bin(k.radius_px);
                [bin - 1, bin, bin + 1]
            })
            .collect();
        seen.sort_unstable();
        seen.dedup();
        for bin in seen {
            *rings.entry(bin).or_default().entry(height).or_default() += 1.0;
        }
    }
    let share = |bin: i64| {
        let at = rings.get(&bin);
        frames_at.iter().map(|(h, n)| at.and_then(|m| m.get(h)).copied().unwrap_or(0.0) / n).sum::<f64>() / frames_at.len().max(1) as f64
    };
    let widest = ring_bin(MOST_OF_TYPICAL * typical);
    let Some(outermost) = rings.keys().rev().copied().find(|&bin| bin <= widest && share(bin) >= RING_SHARE) else { return };
    // Step inwards to the bin's local best, then take the median radius of what was seen there.
    let best = (outermost - 2..=outermost).max_by(|&a, &b| share(a).total_cmp(&share(b))).unwrap_or(outermost);
    let mut near: Vec<f64> = candidates
        .iter()
        .zip(chosen.iter())
        .filter_map(|(all, c)| c.as_ref().map(|c| (all, c)))
        .flat_map(|(all, c)| {
            all.iter().filter(move |k| (k.x_px - c.x_px).hypot(k.y_px - c.y_px) < CONCENTRIC_RADII * k.radius_px).map(|k| k.radius_px)
        })
        .filter(|r| (ring_bin(*r) - best).abs() <= 1)
        .collect();
    near.sort_by(f64::total_cmp);
    let Some(&rim) = near.get(near.len() / 2) else { return };
    for c in chosen.iter_mut().flatten() {
        if (c.radius_px / rim - 1.0).abs() > 0.08 {
            c.radius_px = rim;
            c.minor_px *= rim / c.major_px;
            c.major_px = rim;
        }
    }
}

/// Radii in steps of 3 %.
fn ring_bin(radius_px: f64) -> i64 {
    (radius_px.ln() / 0.03).round() as i64
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
