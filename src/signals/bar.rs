//! The load over the grid: from the plate where it was seen, from the wrists where it was not.

use super::joints::Gridding;
use super::landmarks::RawPoses;
use super::{BarEvidence, BarTrack, Series};
use crate::numeric::filter::{bridge, derivative, hampel, low_pass, median, quantile, resample};
use crate::numeric::median_and_mad;
use crate::track::Track;
use crate::track::arms;

/// A plate this many radii above its lowest place has been lifted.
const LIFTED_RADII: f64 = 0.6;
/// Least frames with a lifted plate and hands seen.
const LEAST_LIFTED: usize = 5;
/// Most spread of the distance between plate and hands while lifted.
const MOST_SPREAD_RADII: f64 = 0.6;
/// A plate this many radii above its lowest place may still lie on the floor.
const RESTING_RADII: f64 = 0.35;
/// The load hangs in the hands at two moments when its height below them differs by less than this many radii.
const SAME_HOLD_RADII: f64 = 0.6;
/// A stretch is another plate's when it hangs off the usual place by more than three spreads, within these bounds, radii.
const STRANGER_RADII: [f64; 2] = [0.55, 1.0];
/// Longest time to a sighting that fills a gap, s.
const LONGEST_BRIDGE_S: f64 = 1.5;
/// Free fall, in plate radii (of 22.5 cm) per second squared, and what the hands' place may err: between two sightings the load
/// strays from the straight line no further than a fall of that time allows.
const FALL_RADII_S2: f64 = 9.81 / 0.225;
const HANDS_ERR_RADII: f64 = 0.25;
/// Least median share of the rim: below it the "plate" is a knee or a lamp.
const LEAST_COVERAGE: f64 = 0.5;

/// Raw samples of the load, before the grid.
struct Samples {
    x: Vec<Option<f64>>,
    y: Vec<Option<f64>>,
    radius: Vec<Option<f64>>,
}

/// Builds the bar track. `arms` are the layout indices of shoulder, elbow and wrist of both sides.
pub fn bar_track(track: &Track, raw: &RawPoses, arms: &[[usize; 3]], g: &Gridding, plate_diameter_cm: f64) -> BarTrack {
    let times: Vec<f64> = track.frames.iter().map(|f| f.time_s).collect();
    let hands = hands(track, raw, arms);
    let mut plate = Samples {
        x: track.frames.iter().map(|f| f.plate.map(|p| p.x_px)).collect(),
        y: track.frames.iter().map(|f| f.plate.map(|p| p.y_px)).collect(),
        radius: track.frames.iter().map(|f| f.plate.map(radius)).collect(),
    };
    let radius = median(plate.radius.iter().flatten().copied());
    let clear = median(track.frames.iter().filter_map(|f| f.plate).map(|p| p.coverage)).is_some_and(|c| c >= LEAST_COVERAGE);
    let evidence = evidence(&plate, &hands, radius.filter(|_| clear));
    let seen_raw: Vec<bool> = plate.y.iter().map(Option::is_some).collect();
    match evidence {
        BarEvidence::Plate => {
            drop_strangers(&times, &mut plate, &hands, radius.unwrap_or(1.0));
            bridge_gaps(&times, &mut plate, &hands, radius.unwrap_or(1.0));
        }
        _ => {
            plate = Samples {
                x: hands.iter().map(|h| h.map(|p| p[0])).collect(),
                y: hands.iter().map(|h| h.map(|p| p[1])).collect(),
                radius: vec![None; times.len()],
            }
        }
    }
    let plate_radius = radius.filter(|_| evidence == BarEvidence::Plate);
    let spread_floor = plate_radius.map_or(0.02 * g.trunk_px, |r| 0.03 * r);
    let filter = &g.config.filter;
    let grid = |row: &mut Vec<Option<f64>>| {
        hampel(row, filter.hampel_win, filter.hampel_k, spread_floor);
        bridge(&times, row, g.grid, filter.gap_fill_s, filter.gap_max_s)
    };
    let raw_y = plate.y.clone();
    let (x, y) = (grid(&mut plate.x), grid(&mut plate.y));
    let radius_px = low_pass(&resample(&times, &plate.radius, g.grid, 2.0), g.rate_hz, 1.0);
    let (image_x_px, image_y_px) = (low_pass(&x, g.rate_hz, filter.bar_pos_hz), low_pass(&y, g.rate_hz, filter.bar_pos_hz));
    let to_plane = |xs: &Series, ys: &Series, axis: usize| -> Series {
        (0..g.grid.len()).map(|i| Some(g.plane.from_image(xs[i]? - g.shift_px[i][0], ys[i]? - g.shift_px[i][1])[axis])).collect()
    };
    let (forward_px, up_px) = (to_plane(&image_x_px, &image_y_px, 0), to_plane(&image_x_px, &image_y_px, 1));
    let velocity_hz = if track.video.mean_fps >= 50.0 { filter.bar_vel_hz_hi } else { filter.bar_vel_hz_lo };
    let velocity_px_s = derivative(&low_pass(&to_plane(&x, &y, 1), g.rate_hz, velocity_hz), g.rate_hz);
    let rest = floor_rest(&up_px, &velocity_px_s, g.rate_hz, plate_radius.map_or(0.06 * g.trunk_px, |r| r * 3.0 / 22.5));
    let height_px: Series = up_px.iter().map(|u| Some((*u)? - rest?)).collect();
    let px_per_cm = plate_radius.map(|r| 2.0 * r / plate_diameter_cm);
    let scaled = |series: &Series, by: f64| -> Series { series.iter().map(|v| Some((*v)? * by / px_per_cm?)).collect() };
    let slow = g.slower;
    let seen = nearest_seen(&times, &seen_raw, g.grid);
    let sigma_px = residual_sigma(&times, &raw_y, &image_y_px, g);
    BarTrack {
        evidence,
        height_cm: scaled(&height_px, 1.0),
        forward_cm: scaled(&relative_to_rest(&forward_px, &height_px, plate_radius.unwrap_or(g.trunk_px) * 0.1), 1.0),
        velocity_mps: scaled(&velocity_px_s, slow / 100.0),
        velocity_sigma_mps: px_per_cm.zip(sigma_px).map(|(s, e)| velocity_sigma(e / s, track.video.mean_fps, velocity_hz) * slow),
        position_sigma_cm: px_per_cm.zip(sigma_px).map(|(s, e)| e / s),
        image_x_px,
        image_y_px,
        radius_px,
        forward_px,
        up_px,
        height_px,
        velocity_px_s,
        seen,
        body_height_px: None,
    }
}

/// Flattening below which a rim is taken for round: a yaw of 14° and less.
const ROUND: f64 = 0.97;

/// The plate's radius, px: the longer half axis, which yaw does not shorten; of a nearly round rim the mean of both, since
/// the longer one is also the one that noise made longer (1 to 2 % on rendered lifts).
fn radius(p: crate::track::PlateObs) -> f64 {
    if p.minor_px > ROUND * p.major_px { 0.5 * (p.major_px + p.minor_px) } else { p.major_px }
}

/// Middle of the hands, per frame of the track.
fn hands(track: &Track, raw: &RawPoses, arms: &[[usize; 3]]) -> Vec<Option<[f64; 2]>> {
    let mut out = vec![None; track.frames.len()];
    for (n, &frame) in raw.frame.iter().enumerate() {
        let seen: Vec<arms::Arm> = arms.iter().map(|a| a.map(|l| raw.landmarks[l][n])).collect();
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
    let offsets: Vec<f64> = below_hands(plate, hands, lowest - LIFTED_RADII * radius).into_iter().map(|l| l.1).collect();
    if offsets.len() >= LEAST_LIFTED {
        let spread = quantile(offsets.iter().copied(), 0.75)
            .zip(quantile(offsets.iter().copied(), 0.25))
            .map_or(f64::INFINITY, |(a, b)| 0.5 * (a - b));
        return if spread < MOST_SPREAD_RADII * radius { BarEvidence::Plate } else { fallback };
    }
    let travel = quantile(hand_y.iter().copied(), 0.97).zip(quantile(hand_y.iter().copied(), 0.03)).map_or(0.0, |(a, b)| a - b);
    if travel < LIFTED_RADII * radius { BarEvidence::Plate } else { fallback }
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
/// hands may have left stays where it lay. Sightings further than 1.5 s away say nothing.
fn bridge_gaps(times: &[f64], plate: &mut Samples, hands: &[Option<[f64; 2]>], radius: f64) {
    let Some(lowest) = lowest(plate) else { return };
    let seen: Vec<usize> = (0..times.len()).filter(|&i| plate.y[i].is_some()).collect();
    let place = |i: usize| Some([plate.x[i]?, plate.y[i]?]);
    let offset = |i: usize| place(i).zip(hands[i]).map(|(p, h)| [p[0] - h[0], p[1] - h[1]]);
    let rests = |i: usize| place(i).is_some_and(|p| p[1] > lowest - RESTING_RADII * radius);
    let mut filled = Vec::new();
    for i in (0..times.len()).filter(|&i| plate.y[i].is_none()) {
        let at = seen.partition_point(|&b| b < i);
        let near = |k: Option<usize>| k.map(|k| seen[k]).filter(|&b| (times[b] - times[i]).abs() < LONGEST_BRIDGE_S);
        let (before, after) = (near(at.checked_sub(1)), near((at < seen.len()).then_some(at)));
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
            (Some(b), Some(a)) => match offset(b).zip(offset(a)) {
                Some((p, q)) if (p[1] - q[1]).abs() < SAME_HOLD_RADII * radius => {
                    let fall = 0.5 * FALL_RADII_S2 * (times[i] - times[b]) * (times[a] - times[i]);
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

/// Floor rest level (SPEC 5.2): the lowest level at which the load lay still for 0.3 s; failing that
/// the 2nd percentile of its height.
fn floor_rest(up: &Series, velocity: &Series, rate_hz: f64, still_px_s: f64) -> Option<f64> {
    let least = (0.3 * rate_hz) as usize;
    let still: Series = up.iter().zip(velocity).map(|(u, v)| u.filter(|_| v.is_some_and(|v| v.abs() < still_px_s))).collect();
    let levels: Vec<(f64, usize)> = crate::numeric::filter::runs(&still)
        .into_iter()
        .filter(|r| r.len() >= least)
        .filter_map(|r| Some((median(still[r.clone()].iter().flatten().copied())?, r.len())))
        .collect();
    let lowest = quantile(up.iter().flatten().copied(), 0.02)?;
    let highest = quantile(up.iter().flatten().copied(), 0.98)?;
    let near_floor = lowest + 0.15 * (highest - lowest).max(1.0);
    let low: Vec<&(f64, usize)> = levels.iter().filter(|l| l.0 <= near_floor).collect();
    // Time-weighted median of the low resting levels.
    let mut spread: Vec<f64> = Vec::new();
    for (level, n) in low.iter().map(|l| **l) {
        spread.extend(std::iter::repeat_n(level, n));
    }
    median(spread).or(Some(lowest))
}

/// Forward place relative to the median place while the load rests low.
fn relative_to_rest(forward: &Series, height: &Series, near_px: f64) -> Series {
    let low = median(forward.iter().zip(height).filter(|(_, h)| h.is_some_and(|h| h.abs() < near_px)).filter_map(|(f, _)| *f));
    let origin = low.or_else(|| median(forward.iter().flatten().copied()));
    forward.iter().map(|f| Some((*f)? - origin?)).collect()
}

/// Where the plate was measured within a frame and a half: beyond that a hole in the recording is a hole (SPEC 4.6).
fn nearest_seen(times: &[f64], seen: &[bool], grid: &[f64]) -> Vec<bool> {
    let within = 1.5 * median(times.windows(2).map(|w| w[1] - w[0])).unwrap_or(0.0);
    grid.iter()
        .map(|&t| {
            let after = times.partition_point(|&x| x < t).min(times.len().saturating_sub(1));
            let before = after.saturating_sub(1);
            let nearest = if times.is_empty() {
                return false;
            } else if (times[before] - t).abs() <= (times[after] - t).abs() {
                before
            } else {
                after
            };
            seen[nearest] && (times[nearest] - t).abs() <= within
        })
        .collect()
}

fn residual_sigma(times: &[f64], raw: &[Option<f64>], smooth: &Series, g: &Gridding) -> Option<f64> {
    let start = g.grid.first().copied()?;
    let errors = times.iter().zip(raw).filter_map(|(t, v)| {
        let i = ((t - start) * g.rate_hz).round().max(0.0) as usize;
        Some(((*v)? - smooth.get(i).copied().flatten()?).abs())
    });
    median(errors).map(|m| (1.4826 * m).max(0.05))
}

/// σ of the filtered speed from σ of one sample: white noise through the low-pass and the derivative
/// (SPEC 5.1: 0.3 cm at 60 frames/s gives 1.9 cm/s at 4 Hz, 3.3 cm/s at 6 Hz).
fn velocity_sigma(position_sigma_cm: f64, fps: f64, cutoff_hz: f64) -> f64 {
    let cm_s = position_sigma_cm * std::f64::consts::TAU * cutoff_hz * (2.0 * cutoff_hz / (3.0 * fps.max(1.0))).sqrt();
    cm_s / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_where_the_bar_rests_not_where_it_dips() {
        let rate = 30.0;
        let mut up: Series = vec![Some(100.0); 60];
        up.extend((0..30).map(|i| Some(100.0 + f64::from(i) * 5.0)));
        up.extend(vec![Some(245.0); 60]);
        up.push(Some(97.0));
        let velocity = derivative(&up, rate);
        assert!((floor_rest(&up, &velocity, rate, 10.0).unwrap() - 100.0).abs() < 1.0);
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
            bridge_gaps(&times, &mut plate, hands, 80.0);
            plate.y[16].unwrap()
        };
        hands[16] = Some([100.0, 180.0]);
        assert!((load(&hands) - 280.0).abs() < 1e-6);
        hands[16] = Some([100.0, 20.0]);
        assert!((load(&hands) - 300.0).abs() < 1e-6);
    }

    #[test]
    fn a_hole_in_the_recording_is_not_seen() {
        // 30 frames a second, but for half a second in which the recorder wrote nothing.
        let times: Vec<f64> = (0..60).map(|i| f64::from(i) / 30.0).filter(|t| !(0.5..1.0).contains(t)).collect();
        let grid: Vec<f64> = (0..60).map(|i| f64::from(i) / 30.0).collect();
        let seen = nearest_seen(&times, &vec![true; times.len()], &grid);
        assert!(seen[14] && seen[30] && seen[15]);
        assert!(!seen[17] && !seen[22] && !seen[28]);
    }

    #[test]
    fn speed_noise_is_of_the_size_the_specification_computed() {
        assert!((velocity_sigma(0.3, 60.0, 4.0) - 0.019).abs() < 0.006);
        assert!((velocity_sigma(0.3, 60.0, 6.0) - 0.033).abs() < 0.009);
    }
}
