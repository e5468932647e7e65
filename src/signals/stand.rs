//! The standing reference (SPEC 3.3).

use super::{Joint, Series, Signals, Stand, StandSource};
use crate::numeric::filter::{derivative, median, runs};

const LEAST_S: f64 = 0.5;
/// Joint speed below which a lifter stands still, in trunk lengths per second (5 cm/s of about 52 cm).
const STILL_TRUNKS_PER_S: f64 = 0.10;
const SWAY_ALLOWED: f64 = 2.5;

/// Standing with the bar on the floor: before the first lift if possible, else after the set.
pub fn find(signals: &Signals) -> Option<Stand> {
    let standing = standing(signals);
    let least = (LEAST_S * signals.rate_hz) as usize;
    let low = |i: usize| signals.bar.height_px[i].is_none_or(|h| h < 0.08 * signals.trunk_length_px.unwrap_or(f64::INFINITY));
    let first_high =
        (0..signals.len()).find(|&i| signals.bar.height_px[i].is_some_and(|h| h > 0.5 * signals.trunk_length_px.unwrap_or(f64::INFINITY)));
    let series: Series = (0..signals.len()).map(|i| (standing[i] && low(i)).then_some(1.0)).collect();
    let windows: Vec<_> = runs(&series).into_iter().filter(|r| r.len() >= least).collect();
    let before = windows.iter().rfind(|r| first_high.is_none_or(|h| r.end <= h));
    let (window, source) = match before {
        Some(w) => (w, StandSource::BeforeFirstRep),
        None => (windows.last()?, StandSource::AfterSet),
    };
    Some(measure(signals, signals.time_s[window.start], signals.time_s[window.end - 1], source))
}

fn standing(s: &Signals) -> Vec<bool> {
    let trunk = s.trunk_length_px.unwrap_or(f64::INFINITY);
    let speed = |j: Joint| {
        let up = derivative(&s.joint(j).up_px, s.rate_hz);
        let forward = derivative(&s.joint(j).forward_px, s.rate_hz);
        move |i: usize| up[i].zip(forward[i]).map(|(a, b)| a.hypot(b) / trunk)
    };
    let (shoulder, hip) = (speed(Joint::Shoulder), speed(Joint::Hip));
    let limit = STILL_TRUNKS_PER_S * SWAY_ALLOWED;
    (0..s.len())
        .map(|i| {
            let upright = s.angles.trunk_deg[i].is_some_and(|t| (80.0..=100.0).contains(&t));
            let straight = s.angles.knee_deg[i].is_none_or(|k| k >= 165.0);
            upright && straight && shoulder(i).is_some_and(|v| v < limit) && hip(i).is_none_or(|v| v < limit)
        })
        .collect()
}

/// Medians over a window.
pub fn measure(s: &Signals, from_s: f64, to_s: f64, source: StandSource) -> Stand {
    let range = s.range(from_s, to_s);
    let of = |series: &Series| median(series[range.clone()].iter().flatten().copied());
    let spread = {
        let (near, far) = (s.joint(Joint::Shoulder), s.far_joint(Joint::Shoulder));
        let widths = range.clone().filter_map(|i| Some((near.image_x_px[i]? - far.image_x_px[i]?).abs()));
        median(widths).zip(s.trunk_length_px).map(|(w, l)| w / l)
    };
    let length = median(range.clone().filter_map(|i| {
        let (h, t) = (s.joint(Joint::Hip), s.joint(Joint::Shoulder));
        Some((h.forward_px[i]? - t.forward_px[i]?).hypot(h.up_px[i]? - t.up_px[i]?))
    }));
    Stand {
        source,
        window_s: [from_s, to_s],
        trunk_deg: of(&s.angles.trunk_deg),
        hip_deg: of(&s.angles.hip_deg),
        knee_deg: of(&s.angles.knee_deg),
        head_deg: of(&s.angles.head_deg),
        tilt_deg: of(&s.back.tilt_deg),
        back_index: of(&s.back.index),
        shoulder_up_px: of(&s.joint(Joint::Shoulder).up_px),
        hip_up_px: of(&s.joint(Joint::Hip).up_px),
        hip_forward_px: of(&s.joint(Joint::Hip).forward_px),
        ankle_up_px: of(&s.joint(Joint::Ankle).up_px),
        ear_forward_px: of(&s.joint(Joint::Ear).forward_px),
        shoulder_forward_px: of(&s.joint(Joint::Shoulder).forward_px),
        shoulder_spread: spread,
        trunk_length_px: length,
    }
}
