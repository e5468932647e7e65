//! Time stamps of shown frames: from the first one, strictly rising (SPEC 5.1 step 1).

/// Turns the decoder's stamps into seconds since the first shown frame; repairs what cannot be.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Used where nothing better is known: 1 / nominal rate.
    nominal_step_s: f64,
    first_raw_s: Option<f64>,
    previous_raw_s: f64,
    last_s: f64,
    /// Steps between stamps that needed no repair, the last few.
    steps_s: Vec<f64>,
    repaired: u32,
}

const STEPS_KEPT: usize = 15;
/// Stamps closer than this are the same stamp, s.
const LEAST_STEP_S: f64 = 1e-5;
/// No recording is this long; such a stamp is noise, s.
const LARGEST_S: f64 = 1e7;

impl Clock {
    /// `rate_hz` is the container's mean rate; anything implausible becomes 30.
    pub fn new(rate_hz: f64) -> Self {
        let rate = if rate_hz.is_finite() && (1.0..=1000.0).contains(&rate_hz) { rate_hz } else { 30.0 };
        Clock { nominal_step_s: 1.0 / rate, first_raw_s: None, previous_raw_s: 0.0, last_s: 0.0, steps_s: vec![], repaired: 0 }
    }

    /// Frames whose stamp was missing, repeated or ran backwards.
    pub fn repaired(&self) -> u32 {
        self.repaired
    }

    /// The next frame's time from the decoder's stamp in seconds.
    pub fn stamp(&mut self, raw_s: f64) -> f64 {
        let usable = raw_s.abs() < LARGEST_S;
        let Some(first) = self.first_raw_s else {
            self.first_raw_s = Some(if usable { raw_s.max(0.0) } else { 0.0 });
            self.previous_raw_s = self.first_raw_s.unwrap_or_default();
            return 0.0;
        };
        // OpenCV 4.6 shows a packet's decoding time for a frame at exactly 0: below 0, or ahead of the next frame.
        let time = if usable && self.last_s == 0.0 && raw_s > LEAST_STEP_S && raw_s < first {
            self.first_raw_s = Some(0.0);
            raw_s
        } else if usable && raw_s - first >= self.last_s + LEAST_STEP_S {
            self.remember(raw_s - first - self.last_s);
            raw_s - first
        } else if usable && raw_s >= self.previous_raw_s + LEAST_STEP_S {
            // The stamps jumped back once and rise again: keep their steps.
            self.repaired += 1;
            self.last_s + (raw_s - self.previous_raw_s)
        } else {
            self.repaired += 1;
            self.last_s + self.usual_step_s()
        };
        if usable {
            self.previous_raw_s = raw_s;
        }
        self.last_s = time;
        time
    }

    fn remember(&mut self, step_s: f64) {
        if self.steps_s.len() == STEPS_KEPT {
            self.steps_s.remove(0);
        }
        self.steps_s.push(step_s);
    }

    fn usual_step_s(&self) -> f64 {
        let mut steps = self.steps_s.clone();
        steps.sort_by(f64::total_cmp);
        steps.get(steps.len() / 2).copied().unwrap_or(self.nominal_step_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(rate: f64, raw: &[f64]) -> (Vec<f64>, u32) {
        let mut clock = Clock::new(rate);
        (raw.iter().map(|&t| clock.stamp(t)).collect(), clock.repaired())
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

    proptest! {
        #[test]
        fn times_always_rise(raw in proptest::collection::vec(prop_oneof![any::<f64>(), 0.0..100.0], 1..60)) {
            let (t, _) = run(30.0, &raw);
            prop_assert_eq!(t[0], 0.0);
            for pair in t.windows(2) {
                prop_assert!(pair[1] > pair[0] && pair[1].is_finite(), "{:?}", pair);
            }
        }
    }
}
