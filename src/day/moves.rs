//! Rises and descents of the hands over one part of a recording.

use super::Exercise;
use super::exercise::{self, Named};
use super::posture::{Posture, RATE_HZ};
use crate::numeric::filter::runs;
use crate::numeric::turns;

/// A move is worth telling from this on, trunk lengths: walking swings the hands by half as much.
const WORTH: f64 = 0.35;
/// Hands that stay within this for so long rest: a move ends there, though they go on later the same way.
const STILL: f64 = 0.08;
const STILL_S: f64 = 2.0;
/// What is left between two rests is a move from this on.
const PIECE: f64 = 0.25;

/// One way of the hands from turn to turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// From the first to the last of it, s.
    pub span_s: [f64; 2],
    /// What it was, where it went up.
    pub rise: Option<Named>,
}

/// All moves of a part, in order.
pub fn moves(p: &Posture) -> Vec<Move> {
    let mut out = vec![];
    for run in runs(&p.hands) {
        let heights: Vec<f64> = p.hands[run.clone()].iter().flatten().copied().collect();
        for pair in turns(&heights, WORTH).windows(2) {
            for (from, to) in pieces(&heights, pair[0].at, pair[1].at) {
                let (low, high) = (run.start + from, run.start + to);
                let rise = (!pair[0].high).then(|| exercise::name(p, low, high, (to - from) as f64 / RATE_HZ));
                out.push(Move { span_s: [p.time_s(low), p.time_s(high)], rise });
            }
        }
    }
    let squats: Vec<Move> = exercise::squats(p)
        .into_iter()
        .map(|(low, high)| Move { span_s: [p.time_s(low), p.time_s(high)], rise: Some(Named::Other(Exercise::Squat)) })
        .filter(|s| !out.iter().any(|m| touch(m.span_s, s.span_s) && matches!(m.rise, Some(Named::Other(_) | Named::Hinge))))
        .collect();
    out.retain(|m| m.rise.is_none() || !squats.iter().any(|s| touch(m.span_s, s.span_s)));
    out.extend(squats);
    out.sort_by(|a, b| a.span_s[0].total_cmp(&b.span_s[0]));
    out
}

/// Whether two stretches of time have a part in common.
pub fn touch(a: [f64; 2], b: [f64; 2]) -> bool {
    a[0] < b[1] && a[1] > b[0]
}

/// The parts of a way that are not rests, first and last point of each.
fn pieces(heights: &[f64], from: usize, to: usize) -> Vec<(usize, usize)> {
    let width = (STILL_S * RATE_HZ) as usize;
    let mut still = vec![false; to - from + 1];
    for i in from..(to + 1).saturating_sub(width) {
        if (heights[i + width] - heights[i]).abs() < STILL {
            still[i - from..=i + width - from].fill(true);
        }
    }
    let mut out: Vec<(usize, usize)> = vec![];
    for (i, _) in still.iter().enumerate().filter(|(_, s)| !**s) {
        match out.last_mut() {
            Some(last) if last.1 + 1 == i + from => last.1 = i + from,
            _ => out.push((i + from, i + from)),
        }
    }
    // The points beside a piece are where it came from and where it went.
    let beside = out.into_iter().map(|(a, b)| (a.saturating_sub(1).max(from), (b + 1).min(to)));
    beside.filter(|(a, b)| (heights[*b] - heights[*a]).abs() >= PIECE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_on_the_way_parts_two_moves() {
        let ramp = |a: f64, b: f64| (0..15).map(move |i| a + (b - a) * f64::from(i) / 15.0);
        let mut h: Vec<f64> = vec![0.4; 60];
        h.extend(ramp(0.4, 1.2));
        h.extend([1.2; 450]);
        h.extend(ramp(1.2, 2.2));
        h.extend([2.2; 60]);
        let found = pieces(&h, 0, h.len() - 1);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].0.abs_diff(60) < 8 && found[0].1.abs_diff(75) < 8 && found[1].0.abs_diff(525) < 8, "{found:?}");
    }

    #[test]
    fn a_way_shorter_than_a_rest_is_one_move() {
        let h: Vec<f64> = (0..15).map(|i| f64::from(i) / 15.0).collect();
        assert_eq!(pieces(&h, 0, h.len() - 1), [(0, 14)]);
        assert_eq!(pieces(&h, 3, 3), []);
    }
}
