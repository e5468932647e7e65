//! Rests between sets. While nothing in the picture moves for long, a look now and then tells that nobody came; somebody who walks about is no
//! rest here, and is looked at like a lift.

use super::raster::Raster;
use crate::media::{Frame, FrameSource, MediaError, SourceInfo};
use crate::numeric::median;
use std::collections::VecDeque;

/// A stretch without movement is a rest when it is this long, s (our choice: longer than a set-up, shorter than a rest).
const LEAST_S: f64 = 15.0;
/// Of which so much is looked at like a lift at either end, s: who rests is seen to come and to go.
const AWAKE_S: f64 = 3.0;
/// Time between two looks in a rest, s.
const LOOK_S: f64 = 2.0;
/// The picture is held against the one of so long ago, s: a slow movement adds up.
const BACK_S: f64 = 1.0;
/// And this often, s.
const EVERY_S: f64 = 0.25;
/// A square changed when its mean differs by more than so many times what most squares do, and by more than the first of these, grey
/// levels: a dark lifter before a dark wall hardly stands out. Beyond the second it changed in any film.
const TIMES_NOISE: f64 = 5.0;
const LEVELS: [f64; 2] = [4.0, 8.0];
/// So many squares may: a lamp, a clock. A lifter of a sixth of the picture's height covers four, and leaves most of his place in a pull.
const MOST_SQUARES: usize = 1;

/// Watches the raster of every frame ([`super::scene::SceneWatch`]).
#[derive(Default)]
pub struct RestWatch {
    /// Time and the squares' means, the oldest first.
    kept: VecDeque<(f64, Vec<f64>)>,
    next_s: f64,
    since_s: Option<f64>,
    now_s: f64,
    found: Vec<[f64; 2]>,
}

impl RestWatch {
    pub fn see(&mut self, time_s: f64, raster: &Raster) {
        self.now_s = time_s;
        if time_s + 1e-6 < self.next_s {
            return;
        }
        self.next_s = time_s + EVERY_S;
        let now = raster.squares().to_vec();
        while self.kept.get(1).is_some_and(|k| k.0 <= time_s - BACK_S) {
            self.kept.pop_front();
        }
        if let Some((then_s, then)) = self.kept.front().filter(|k| k.0 <= time_s - BACK_S) {
            let still = changed(then, &now) <= MOST_SQUARES;
            match (still, self.since_s) {
                (true, None) => self.since_s = Some(*then_s),
                (false, Some(_)) => self.end(time_s - EVERY_S),
                _ => {}
            }
        }
        self.kept.push_back((time_s, now));
    }

    fn end(&mut self, at_s: f64) {
        let span = self.since_s.take().map(|from| [from, at_s]);
        self.found.extend(span.filter(|s| s[1] - s[0] >= LEAST_S).map(|s| [s[0] + AWAKE_S, s[1] - AWAKE_S]));
    }

    /// Nothing has moved for so long that this may be a rest.
    pub fn resting(&self) -> bool {
        self.since_s.is_some_and(|since| self.now_s - since > 0.5 * LEAST_S)
    }

    pub fn finish(mut self) -> Rests {
        self.end(self.now_s);
        Rests(self.found)
    }
}

/// How many squares changed.
fn changed(then: &[f64], now: &[f64]) -> usize {
    let apart = || then.iter().zip(now).map(|(a, b)| (a - b).abs());
    // The median of a normal error is 0.67 σ.
    let noise = median(apart()).unwrap_or(0.0) / 0.67;
    let limit = (TIMES_NOISE * noise).clamp(LEVELS[0], LEVELS[1]);
    apart().filter(|d| *d > limit).count()
}

/// From–to of every rest, s, by their time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rests(Vec<[f64; 2]>);

impl Rests {
    /// For one pass over the film.
    pub fn alarm(&self) -> Alarm {
        Alarm { rests: self.0.iter().copied().collect(), next_s: f64::NEG_INFINITY }
    }
}

/// Says which frames are looked at, told one after the other.
pub struct Alarm {
    rests: VecDeque<[f64; 2]>,
    next_s: f64,
}

impl Alarm {
    pub fn wakes(&mut self, time_s: f64) -> bool {
        while self.rests.front().is_some_and(|r| r[1] < time_s) {
            self.rests.pop_front();
            self.next_s = f64::NEG_INFINITY;
        }
        if self.rests.front().is_none_or(|r| time_s < r[0]) {
            return true;
        }
        let wakes = time_s >= self.next_s;
        if wakes {
            self.next_s = time_s + LOOK_S;
        }
        wakes
    }
}

/// A film whose frames have no image while its lifter rests, but for a look now and then.
pub struct Awake {
    pub source: Box<dyn FrameSource>,
    pub alarm: Alarm,
}

impl FrameSource for Awake {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        self.source.next_if(&mut |time_s| self.alarm.wakes(time_s))
    }

    fn info(&self) -> &SourceInfo {
        self.source.info()
    }
}

#[cfg(test)]
mod tests {
    use super::super::raster::{COLUMNS, ROWS};
    use super::*;

    /// A noisy film of 10 frames a second that shows a bright figure of 4 × 9 points, whose left edge is at `place(time)`.
    fn watched(length_s: f64, place: impl Fn(f64) -> usize) -> RestWatch {
        let mut watch = RestWatch::default();
        let mut seed = 7_u32;
        for i in 0..(length_s * 10.0) as usize {
            let time_s = i as f64 * 0.1;
            let mut noise = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                94 + (seed >> 24) as u8 % 13
            };
            let mut raster: Vec<u8> = (0..COLUMNS * ROWS).map(|_| noise()).collect();
            (20..29).for_each(|row| raster[row * COLUMNS + place(time_s)..][..4].fill(160));
            watch.see(time_s, &Raster::of(raster));
        }
        watch
    }

    #[test]
    fn a_long_stillness_is_looked_at_every_two_seconds() {
        // Moves for 5 s, stands for 40 s, moves for 5 s.
        let place = |t: f64| if (5.0..45.0).contains(&t) { 50 } else { 10 + (t * 20.0) as usize % 60 };
        let rests = watched(50.0, place).finish();
        assert_eq!(rests.0.len(), 1);
        let [from, to] = rests.0[0];
        assert!((7.9..9.1).contains(&from) && (41.0..42.5).contains(&to), "{rests:?}");
        let mut alarm = rests.alarm();
        let looks: Vec<f64> = (0..500).map(|i| f64::from(i) * 0.1).filter(|t| alarm.wakes(*t)).collect();
        let asleep = looks.iter().filter(|t| (from..=to).contains(*t)).count();
        assert!((16..19).contains(&asleep), "{asleep} looks in {:.1} s", to - from);
        let awake = looks.iter().filter(|t| **t < from || **t > to).count();
        assert!(awake.abs_diff(500 - (10.0 * (to - from)).round() as usize) <= 1, "{awake} looks outside of {rests:?}");
    }

    #[test]
    fn neither_a_set_up_nor_a_slow_movement_is_a_rest() {
        assert_eq!(watched(12.0, |_| 50).finish(), Rests::default());
        // A figure that creeps by one point of the raster a second.
        assert_eq!(watched(60.0, |t| 10 + t as usize).finish(), Rests::default());
        // A dark lifter before a dark wall, in a film with little noise.
        let mut watch = RestWatch::default();
        for i in 0..300 {
            let place = 50 + usize::from(i % 40 < 20) * 6;
            let mut raster = vec![30_u8; COLUMNS * ROWS];
            (20..29).for_each(|row| raster[row * COLUMNS + place..][..4].fill(40));
            watch.see(f64::from(i) * 0.1, &Raster::of(raster));
        }
        assert_eq!(watch.finish(), Rests::default());
        assert!(!watched(7.0, |_| 500).resting() && watched(12.0, |_| 50).resting());
    }
}
