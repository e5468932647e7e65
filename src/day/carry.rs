//! A load carried by somebody who walks with it already in hand: no pull is seen, only steps below arms that hang straight.

use super::posture::{Channel, Posture, RATE_HZ};
use crate::numeric::turns;

/// A load pulls the arms straight down: so far below the shoulders and no further beside them, on a trunk that stands.
const HANGING: f64 = 1.0;
const BESIDE: f64 = 0.4;
const STANDING: f64 = 0.9;
/// Feet part and close by so much in a step, and nobody walks with fewer steps a second.
const STEP: f64 = 0.2;
const STEPS_HZ: f64 = 0.8;
/// Arms hang straight for so much of a carry, where swinging ones pass by.
const MOSTLY: f64 = 0.75;
/// Shorter walks are a step to the bar, s.
const WALK_S: f64 = 5.0;
/// A trunk seen shorter than this against its longest tells no direction.
const SEEN: f64 = 0.15;
/// Postures that fail for less than this do not end a walk, s.
const LAPSE_S: f64 = 1.0;

/// A walk with a load.
pub struct Walk {
    /// s.
    pub span_s: [f64; 2],
    /// Share of the walk with the arms hanging, 0…1.
    pub share: f64,
}

/// What a walk is told by, in lengths of the trunk as it is seen at that moment: who walks comes nearer or goes away.
struct Gait {
    hang: Channel,
    upright: Channel,
    beside: Channel,
    stride: Channel,
}

impl Gait {
    fn of(p: &Posture) -> Gait {
        let seen = |channel: &Channel| channel.iter().zip(&p.trunk).map(|(v, t)| Some((*v)? / (*t).filter(|t| *t > SEEN)?)).collect();
        Gait { hang: seen(&p.hang), upright: seen(&p.upright), beside: seen(&p.beside), stride: seen(&p.stride) }
    }

    fn hangs(&self, i: usize) -> bool {
        let (Some(hang), Some(upright), Some(beside)) = (self.hang[i], self.upright[i], self.beside[i]) else { return false };
        hang >= HANGING && upright >= STANDING && beside.abs() <= BESIDE
    }

    fn steps(&self, [a, b]: [usize; 2]) -> bool {
        let apart: Vec<f64> = self.stride[a..=b].iter().flatten().copied().collect();
        turns(&apart, STEP).len() as f64 / 2.0 >= STEPS_HZ * (b - a) as f64 / RATE_HZ
    }
}

/// All of a part, in order.
pub fn walks(p: &Posture) -> Vec<Walk> {
    let gait = Gait::of(p);
    let lapse = (LAPSE_S * RATE_HZ) as usize;
    let mut runs: Vec<[usize; 2]> = vec![];
    for i in (0..p.len()).filter(|i| gait.hangs(*i)) {
        match runs.last_mut() {
            Some(run) if i - run[1] <= lapse => run[1] = i,
            _ => runs.push([i, i]),
        }
    }
    let walk = |[a, b]: [usize; 2]| {
        let hanging = (a..=b).filter(|i| gait.hangs(*i)).count();
        Walk { span_s: [p.time_s(a), p.time_s(b)], share: hanging as f64 / (b - a + 1) as f64 }
    };
    let long = |run: &[usize; 2]| (run[1] - run[0]) as f64 / RATE_HZ >= WALK_S && gait.steps(*run);
    runs.into_iter().filter(long).map(walk).filter(|w| w.share >= MOSTLY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve seconds of steps, coming nearer; the hands swing to and fro by so much.
    fn posture(steps_hz: f64, swing: f64) -> Posture {
        let wave = |i: usize, hz: f64| (std::f64::consts::TAU * hz * i as f64 / RATE_HZ).sin();
        let n = (12.0 * RATE_HZ) as usize;
        let nearer = |i: usize| 0.4 + 0.6 * i as f64 / n as f64;
        let channel = |value: &dyn Fn(usize) -> f64| -> Channel { (0..n).map(|i| Some(value(i) * nearer(i))).collect() };
        Posture {
            hang: channel(&|i| 1.1 - 0.5 * (swing * wave(i, 0.5 * steps_hz)).abs()),
            upright: channel(&|_| 1.0),
            beside: channel(&|i| swing * wave(i, 0.5 * steps_hz)),
            stride: channel(&|i| 0.4 + 0.3 * wave(i, steps_hz)),
            trunk: channel(&|_| 1.0),
            ..Posture::default()
        }
    }

    #[test]
    fn steps_below_straight_arms_are_a_carry() {
        let found = walks(&posture(1.8, 0.1));
        assert_eq!(found.len(), 1);
        assert!(found[0].span_s[0] < 1.0 && found[0].span_s[1] > 11.0 && found[0].share > 0.9);
    }

    #[test]
    fn swinging_arms_and_a_lifter_who_stands_carry_nothing() {
        assert!(walks(&posture(1.8, 0.6)).is_empty());
        assert!(walks(&posture(0.2, 0.1)).is_empty());
    }
}
