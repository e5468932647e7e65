//! Films made of one another: moved in time, filmed at another rate and size, at another pace.

use super::sync::SyncError;
use super::{partners, sync};
use crate::numeric::stats::Random;
use crate::report::sample::{Case, build};
use crate::reps::RepSet;
use crate::signals::Signals;

/// The same film by another camera: it begins `later_s` later, its clock runs `slow` times as fast, at another rate of frames and from
/// further away.
fn other(first: (&Signals, &RepSet), later_s: f64, slow: f64, rate_hz: f64) -> (Signals, RepSet) {
    let (mut signals, mut set) = (first.0.clone(), first.1.clone());
    let own = |t: f64| (t - later_s) * slow;
    let end = own(first.0.time_s[first.0.len() - 1]);
    let grid: Vec<f64> = (0..).map(|i| f64::from(i) / rate_hz).take_while(|t| *t <= end).collect();
    let mut random = Random::new(7);
    let at = |t: f64| {
        let place = (t / slow + later_s - first.0.time_s[0]) * first.0.rate_hz;
        let i = place.floor() as usize;
        let (a, b) = (first.0.bar.height_px.get(i).copied().flatten()?, first.0.bar.height_px.get(i + 1).copied().flatten()?);
        Some(a + (b - a) * place.fract())
    };
    signals.bar.height_px = grid.iter().map(|t| at(*t).map(|h| 0.4 * h + 0.5 * random.normal())).collect();
    signals.frame_time_s = grid.clone();
    (signals.time_s, signals.rate_hz) = (grid, rate_hz);
    for rep in &mut set.reps {
        for event in
            [&mut rep.lift_off_s, &mut rep.knee_pass_s, &mut rep.lockout_s, &mut rep.descent_s, &mut rep.knee_pass_down_s, &mut rep.floor_s]
        {
            *event = event.map(own);
        }
    }
    set.reps.retain(|rep| rep.span_s()[0] > 0.0);
    (signals, set)
}

#[test]
fn films_that_begin_at_other_times_and_run_at_other_rates_are_laid_over_each_other_within_a_frame() {
    let s = build(Case::Clean);
    let first = (&s.signals, &s.set);
    for (later_s, rate_hz) in [(0.0, 30.0), (0.83, 60.0), (-2.4, 24.0)] {
        let (signals, set) = other(first, later_s, 1.0, rate_hz);
        let laid = sync(first, (&signals, &set)).unwrap();
        let off = laid.to_first_s(laid.middle_s) - laid.middle_s - later_s;
        assert!(off.abs() < 1.0 / 60.0 && off.abs() < 3.0 * laid.sigma_s.max(0.004), "{later_s}: off by {off:.4} s, {laid:?}");
        assert_eq!(laid.drift, 0.0, "{laid:?}");
        let same: Vec<_> = partners(&s.set, &set, &laid).into_iter().flatten().collect();
        assert_eq!(same.len(), set.reps.len(), "every repetition of the second has its own in the first");
    }
}

#[test]
fn hands_that_go_up_and_down_without_the_load_mislead_nobody() {
    let s = build(Case::Clean);
    let (mut signals, set) = other((&s.signals, &s.set), 0.4, 1.0, 30.0);
    // Wrists taken for the load: they come down to the bar, and go up again once it lies.
    let spans: Vec<[f64; 2]> = set.reps.iter().map(|r| r.span_s()).collect();
    for (height, t) in signals.bar.height_px.iter_mut().zip(&signals.time_s) {
        if spans.iter().all(|s| *t < s[0] - 0.1 || *t > s[1] + 0.1) {
            *height = Some(60.0);
        }
    }
    let laid = sync((&s.signals, &s.set), (&signals, &set)).unwrap();
    assert!((laid.offset_s - 0.4).abs() < 1.0 / 60.0 && laid.reps == set.reps.len() as u32, "{laid:?}");
}

/// The film with so much more time before each repetition but the first.
fn paused((signals, set): (Signals, RepSet), by_s: f64) -> (Signals, RepSet) {
    let starts: Vec<f64> = set.reps[1..].iter().map(|r| r.span_s()[0] - 0.2).collect();
    let (mut later, mut moved) = (signals.clone(), set);
    let own = |t: f64| {
        let mut at = t;
        for (k, start) in starts.iter().enumerate() {
            let begins = start + by_s * k as f64;
            at = if t > begins + by_s {
                t - by_s * (k + 1) as f64
            } else if t > begins {
                start.min(at)
            } else {
                at
            };
        }
        at
    };
    let height = |t: f64| signals.bar.height_px[((own(t) * signals.rate_hz).round() as usize).min(signals.len() - 1)];
    later.bar.height_px = later.time_s.iter().map(|t| height(*t)).collect();
    moved.reps = moved.reps.into_iter().enumerate().map(|(k, rep)| rep.later(by_s * k as f64)).collect();
    (later, moved)
}

#[test]
fn another_set_is_refused() {
    let s = build(Case::Clean);
    let first = (&s.signals, &s.set);
    let (signals, set) = other(first, 0.0, 1.45, 30.0);
    let refused = sync(first, (&signals, &set));
    assert!(matches!(refused, Err(SyncError::Unlike(_) | SyncError::Ambiguous(..))), "{refused:?}");
    // The same lifts with another pause between them.
    let (signals, set) = paused(other(first, 0.0, 1.0, 30.0), 0.4);
    let refused = sync(first, (&signals, &set));
    assert!(matches!(refused, Err(SyncError::OutOfStep(_) | SyncError::Unlike(_))), "{refused:?}");
    let nothing = RepSet { reps: vec![], ..s.set.clone() };
    assert_eq!(sync(first, (&s.signals, &nothing)), Err(SyncError::NoReps));
}

#[test]
fn one_repetition_of_several_is_too_little_to_go_by() {
    let s = build(Case::Clean);
    let (mut signals, mut set) = other((&s.signals, &s.set), 0.0, 1.0, 30.0);
    set.reps.truncate(1);
    let end = set.reps[0].span_s()[1] + 0.5;
    let n = signals.time_s.partition_point(|t| *t <= end);
    signals.time_s.truncate(n);
    signals.frame_time_s.truncate(n);
    signals.bar.height_px.truncate(n);
    assert!(s.set.reps.len() > 1);
    // The made-up set's repetitions are alike, so it fits several of them; a real one's differ, and it fits the wrong one.
    let refused = sync((&s.signals, &s.set), (&signals, &set));
    assert!(matches!(refused, Err(SyncError::OneOfSeveral | SyncError::Ambiguous(..))), "{refused:?}");
    // A set of one repetition is filmed whole by both.
    let mut one = s.set.clone();
    one.reps.truncate(1);
    let laid = sync((&s.signals, &one), (&signals, &set)).unwrap();
    assert!(laid.offset_s.abs() < 1.0 / 60.0 && laid.reps == 1, "{laid:?}");
}
