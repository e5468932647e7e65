//! Whether the bar was let go at the top (SPEC 8.2). Decided here once; checks read [`Rep::dropped`].

use super::Rep;
use crate::config::Config;
use crate::signals::{BarEvidence, Signals};

/// A film that ends in the fall shows this much of it at most, s: longer than any bar falls from a lifter's hands.
const FALL_S: f64 = 1.5;

/// A plate that came down faster than a lowering, or was back on the floor sooner than one, in the lifter's own time.
pub fn dropped(rep: &Rep, signals: &Signals, config: &Config) -> bool {
    if signals.bar.evidence != BarEvidence::Plate {
        return false;
    }
    let lowering_s = rep.descent_s.zip(rep.floor_s).map(|(from, to)| signals.pace.real_between([from, to]));
    fastest_down(rep, signals).is_some_and(|(v, _)| v > config.p4.drop_mps) || lowering_s.is_some_and(|s| s < config.p4.ecc_s[2])
}

/// Largest downward speed after the top, m/s, positive, and its grid index.
pub fn fastest_down(rep: &Rep, signals: &Signals) -> Option<(f64, usize)> {
    let from = rep.descent_s.or(rep.lockout_s)?;
    let to = rep.floor_s.unwrap_or(from + FALL_S);
    let speeds = signals.range(from, to).filter_map(|i| Some((i, signals.speed.mps.get(i).copied().flatten()?)));
    speeds.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, v)| (-v, i))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::testkit::Lift;

    /// Whether the first repetition of a lift lowered in so many seconds counts as dropped, once its film or its speeds are cut.
    fn told(eccentric_s: f64, cut: impl Fn(&mut Rep, &mut Signals)) -> bool {
        let (mut signals, set) = Lift { eccentric_s, ..Lift::default() }.build();
        let mut rep = Rep { dropped: false, ..set.reps[0].clone() };
        cut(&mut rep, &mut signals);
        dropped(&rep, &signals, &Config::default())
    }

    #[test]
    fn speed_tells_of_a_film_that_ends_in_the_fall_and_time_where_no_speed_is_known() {
        let ends = |rep: &mut Rep, _: &mut Signals| (rep.descent_s, rep.floor_s, rep.knee_pass_down_s) = (None, None, None);
        let blind = |_: &mut Rep, signals: &mut Signals| signals.speed.mps.fill(None);
        assert!(told(0.34, |_, _| ()) && told(0.34, ends) && told(0.34, blind));
        assert!(!told(2.5, |_, _| ()) && !told(2.5, ends) && !told(2.5, blind));
    }

    #[test]
    fn hands_without_a_plate_let_nothing_go() {
        assert!(!told(0.34, |_, signals| signals.bar.evidence = BarEvidence::Wrist));
    }
}
