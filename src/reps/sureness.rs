//! How sure the moment of an event is.

use crate::signals::{BarEvidence, Signals};

/// σ of an event that the hands alone tell, s: what 61 real repetitions without a plate differ by from their mirror images, over √2.
const HANDS_SIGMA_S: f64 = 0.06;

/// A plate's events lie within a frame.
pub fn event_sigma_s(signals: &Signals, rate_hz: f64) -> f64 {
    let least = if signals.bar.evidence == BarEvidence::Plate { 0.0 } else { HANDS_SIGMA_S };
    frame_s(signals).max(1.0 / rate_hz).max(least)
}

/// Time between two frames of the film, s: a series that is denser than the film knows no event better.
fn frame_s(signals: &Signals) -> f64 {
    match signals.frame_time_s.as_slice() {
        [first, .., last] => (last - first) / (signals.frame_time_s.len() - 1) as f64,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::testkit::Lift;

    #[test]
    fn what_the_hands_alone_tell_is_less_sure_than_a_frame() {
        let (mut signals, _) = Lift::default().build();
        let sigma = |s: &Signals| event_sigma_s(s, s.rate_hz);
        let plate = sigma(&signals);
        signals.bar.evidence = BarEvidence::Wrist;
        assert!(plate < HANDS_SIGMA_S && sigma(&signals) == HANDS_SIGMA_S, "{plate}");
    }
}
