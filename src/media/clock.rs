//! Time stamps of shown frames: from the first one, strictly rising (SPEC 5.1 step 1).

/// Turns the decoder's stamps into seconds since the first shown frame; repairs what cannot be.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Used where nothing better is known: 1 / nominal rate.
    nominal_step_s: f64,
    /// Joined recordings start their stamps anew: a step back is a leap, not a slip.
    joined: bool,
    /// Taken from each stamp to count from the first frame, with the leaps so far.
    zero_s: Option<f64>,
    previous_raw_s: f64,
    last_s: f64,
    /// Steps between stamps that needed no repair, the last few.
    steps_s: Vec<f64>,
    repaired: u32,
}

/// When a frame is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stamp {
    /// Seconds since the first frame.
    pub time_s: f64,
    /// The stamps leapt before it; the time between is not known and counted as one step.
    pub leap: bool,
}

const STEPS_KEPT: usize = 15;
/// Stamps closer than this are the same stamp, s.
const LEAST_STEP_S: f64 = 1e-5;
/// Stamps further apart are no film but another one, or noise (FFmpeg's own limit for joined streams), s.
const LEAP_S: f64 = 10.0;

impl Clock {
    /// `step_s` is one over the container's mean rate.
    pub fn new(step_s: f64, joined: bool) -> Self {
        let nominal_step_s = if step_s.is_finite() && (0.001..=1.0).contains(&step_s) { step_s } else { 1.0 / 30.0 };
        Clock { nominal_step_s, joined, zero_s: None, previous_raw_s: 0.0, last_s: 0.0, steps_s: vec![], repaired: 0 }
    }

    /// Frames whose stamp was missing, repeated or ran backwards.
    pub fn repaired(&self) -> u32 {
        self.repaired
    }

    /// The usual step between frames, s.
    pub fn usual_step_s(&self) -> f64 {
        let mut steps = self.steps_s.clone();
        steps.sort_by(f64::total_cmp);
        steps.get(steps.len() / 2).copied().unwrap_or(self.nominal_step_s)
    }

    /// The next frame's time from the decoder's stamp in seconds, where it has one.
    pub fn stamp(&mut self, raw_s: Option<f64>) -> Stamp {
        let raw_s = raw_s.filter(|t| t.is_finite());
        let Some(zero_s) = self.zero_s else {
            self.zero_s = Some(raw_s.unwrap_or(0.0));
            self.previous_raw_s = raw_s.unwrap_or(0.0);
            return Stamp { time_s: 0.0, leap: false };
        };
        let next_s = self.last_s + self.usual_step_s();
        let step_s = raw_s.map(|t| t - zero_s - self.last_s);
        let mut leap = false;
        let time_s = match (raw_s, step_s) {
            (Some(raw), Some(step)) if !(-LEAP_S..=LEAP_S).contains(&step) || (self.joined && step < -self.usual_step_s()) => {
                leap = true;
                self.zero_s = Some(raw - next_s);
                next_s
            }
            (Some(_), Some(step)) if step >= LEAST_STEP_S => {
                self.remember(step);
                self.last_s + step
            }
            // The stamps slipped back and rise again: keep their steps.
            (Some(raw), _) if raw >= self.previous_raw_s + LEAST_STEP_S && raw - self.previous_raw_s <= LEAP_S => {
                self.repaired += 1;
                self.last_s + (raw - self.previous_raw_s)
            }
            _ => {
                self.repaired += 1;
                next_s
            }
        };
        self.previous_raw_s = raw_s.unwrap_or(self.previous_raw_s);
        self.last_s = time_s;
        Stamp { time_s, leap }
    }

    /// Goes on after the frame stamped `raw_s`, whose time is known.
    pub fn go_on(&mut self, raw_s: f64, time_s: f64) {
        (self.zero_s, self.previous_raw_s, self.last_s) = (Some(raw_s - time_s), raw_s, time_s);
    }

    fn remember(&mut self, step_s: f64) {
        if self.steps_s.len() == STEPS_KEPT {
            self.steps_s.remove(0);
        }
        self.steps_s.push(step_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(rate: f64, raw: &[f64]) -> (Vec<f64>, u32) {
        let mut clock = Clock::new(1.0 / rate, false);
        (raw.iter().map(|&t| clock.stamp(Some(t)).time_s).collect(), clock.repaired())
    }

    #[test]
    fn good_stamps_pass_and_count_from_the_first() {
        let (t, repaired) = run(30.0, &[0.5, 0.54, 0.6, 0.61]);
        assert_eq!(repaired, 0);
        for (got, want) in t.iter().zip([0.0, 0.04, 0.1, 0.11]) {
            assert!((got - want).abs() < 1e-12);
        }
    }

    #[test]
    fn stamps_that_are_all_zero_follow_the_rate() {
        let (t, repaired) = run(25.0, &[0.0; 5]);
        assert_eq!(repaired, 4);
        assert!((t[4] - 0.16).abs() < 1e-12, "{t:?}");
    }

    #[test]
    fn one_bad_stamp_does_not_shift_the_rest() {
        let (t, repaired) = run(10.0, &[0.0, 0.1, 0.2, 0.0, 0.4, 0.5]);
        assert_eq!(repaired, 1);
        assert!((t[3] - 0.3).abs() < 1e-12 && (t[5] - 0.5).abs() < 1e-12, "{t:?}");
    }

    #[test]
    fn stamps_that_start_again_go_on() {
        let (t, _) = run(10.0, &[0.0, 0.1, 0.2, 0.0, 0.1, 0.2]);
        assert!((t[5] - 0.5).abs() < 1e-12, "{t:?}");
    }

    #[test]
    fn leaps_of_any_length_are_one_step_and_told() {
        for (joined, by) in [(false, 1e4), (false, 1e5), (false, -3600.0), (true, 3600.0), (true, -0.3)] {
            let mut clock = Clock::new(0.1, joined);
            let raw = [7.0, 7.1, 7.2, 7.3, 7.3 + by, 7.4 + by, 7.5 + by];
            let stamps: Vec<Stamp> = raw.iter().map(|&t| clock.stamp(Some(t))).collect();
            assert_eq!(stamps.iter().position(|s| s.leap), Some(4), "{by}");
            assert_eq!(stamps.iter().filter(|s| s.leap).count(), 1);
            assert!((stamps[6].time_s - 0.6).abs() < 1e-9 && clock.repaired() == 0, "{by}: {stamps:?}");
        }
    }

    #[test]
    fn frames_without_a_stamp_follow_the_usual_step() {
        let mut clock = Clock::new(0.1, false);
        let times: Vec<f64> = [Some(1.0), Some(1.2), None, Some(1.6), Some(f64::NAN)].iter().map(|t| clock.stamp(*t).time_s).collect();
        for (got, want) in times.iter().zip([0.0, 0.2, 0.4, 0.6, 0.8]) {
            assert!((got - want).abs() < 1e-9, "{times:?}");
        }
    }

    proptest! {
        #[test]
        fn times_always_rise(raw in proptest::collection::vec(prop_oneof![any::<f64>(), 0.0..100.0], 1..60)) {
            let (t, _) = run(30.0, &raw);
            prop_assert_eq!(t[0], 0.0);
            prop_assert!(*t.last().unwrap() <= LEAP_S * raw.len() as f64);
            for pair in t.windows(2) {
                prop_assert!(pair[1] > pair[0] && pair[1].is_finite(), "{:?}", pair);
            }
        }
    }
}
