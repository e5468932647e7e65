//! When the lifter had taken up the start position: hips that have come to rest before lift-off (SPEC 5.4, 6.3).

use super::repetition::Repetition;
use crate::signals::Joint;

/// Longest time before lift-off in which hips settle and rise, s (SPEC 6.3).
pub const BEFORE_WITHIN_S: f64 = 1.5;
/// Hips that keep within this share of the trunk's length for this long, s, have settled: what went before is
/// getting into position (our choice: 1.3 cm, half of it jitter; the pause of SPEC 6.3).
const SETTLED_WITHIN: f64 = 0.025;
const SETTLED_S: f64 = 0.3;
/// … but hips that shot up (E3.pre_rush) must rest this long before it: while the slack is pulled out of the bar they
/// stand still for some tenths of a second, and it was they who began the lift (our choice).
const RESTED_S: f64 = 0.6;

/// The last moment before lift-off at which the hips had settled: the middle of that stillness.
pub fn settled(context: &Repetition) -> Option<f64> {
    let hip = &context.signals.joint(Joint::Hip).up_px;
    let lift_off = context.rep.lift_off_s?;
    let trunk = context.signals.trunk_length_px?;
    let mut path = &context.known(hip, [lift_off - BEFORE_WITHIN_S, lift_off])[..];
    let samples = |seconds: f64| (seconds * context.signals.rate_hz).round() as usize;
    let width = samples(SETTLED_S) + 1;
    let still = |w: &[(usize, f64)]| {
        let (low, high) = w.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), s| (l.min(s.1), h.max(s.1)));
        w[w.len() - 1].0 - w[0].0 == w.len() - 1 && high - low <= SETTLED_WITHIN * trunk
    };
    while let Some(last) = path.windows(width).rposition(still) {
        let first = (0..last).rev().take_while(|&i| still(&path[i..i + width])).last().unwrap_or(last);
        let risen = |s: &(usize, f64)| path[last].1 - s.1 > context.config.e3.pre_rush * trunk;
        match path[..first].iter().rposition(risen) {
            Some(low) if last + width - first < samples(RESTED_S) => path = &path[..low],
            _ => return Some(context.time(path[last + width / 2].0)),
        }
    }
    None
}
