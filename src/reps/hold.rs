//! Hands without a load, where no plate tells: rows, and a lifter who stands up from a bar that stays on the floor.

use super::body::Body;
use super::lift::Stretch;
use super::{Rep, RepKind};
use crate::signals::{Series, Signals};

/// How long after the top hands that let go show it, s.
const AFTER_S: f64 = 0.7;
/// The distance between hands on a bar changes no more than this, trunk lengths, or than so many times what it did in the
/// lifter's other repetitions.
const GRIP_KEPT: f64 = 0.12;
const GRIP_TIMES: f64 = 1.6;
/// Arms that shorten by so much more than in the other repetitions, and hands that end so much higher or go so much
/// further aside, let go; trunk lengths. So does a rise that is so many times quicker.
const ARMS_SHORTER: f64 = 0.10;
const HIGHER: f64 = 0.15;
const ASIDE: f64 = 0.25;
const QUICKER: f64 = 1.6;
/// Of these signs so many must agree where the grip says nothing.
const SIGNS: usize = 2;
/// A row: the hands come up to the trunk by so much while the trunk stays within so much.
const ROW_PULL: f64 = 0.35;
const ROW_TRUNK: f64 = 0.25;
/// Hands that sink by this share of their way while they go up have let go of what they lifted (our choice: hands that hold a load come
/// back by a twentieth of their way at most).
const LET_GO: f64 = 0.2;
/// … if they had come this far of the whole way.
const NEARLY_UP: f64 = 0.5;

/// What hands did in one rise.
struct Signs {
    /// `None` where a hand was not seen.
    grip: Option<f64>,
    shorter: f64,
    high: f64,
    aside: f64,
    speed: f64,
}

impl Signs {
    fn of(rep: &Rep, s: &Signals, body: &Body) -> Option<Signs> {
        let (off, top) = (rep.lift_off_s?, rep.lockout_s?);
        let (low, rise) = (s.range(off - 0.3, off), s.range(off, top + AFTER_S));
        let after = s.range(top, top + AFTER_S);
        let apart = |series: &Series, range: std::ops::Range<usize>| {
            let from = Body::over(series, low.clone())?;
            Some(range.filter_map(|i| series[i].map(|v| v - from)).fold((0.0_f64, 0.0_f64), |(a, b), v| (a.min(v), b.max(v))))
        };
        let either = |(a, b): (f64, f64)| b.max(-a);
        Some(Signs {
            grip: apart(&body.grip, rise.clone()).map(either),
            shorter: -apart(&body.hang, after.clone())?.0,
            high: -Body::over(&body.below_knee, after)?,
            aside: either(apart(&body.across, rise)?),
            speed: rep.rom_px / body.trunk_px / (top - off).max(0.1),
        })
    }
}

/// Where hands that lifted something were highest before they let go of it: what they do afterwards is no part of the lift.
pub fn highest(s: &Stretch, low: usize, high: usize) -> usize {
    let way = s.height_cm[high] - s.height_cm[low];
    let mut top = low;
    for i in low..=high {
        if s.height_cm[i] > s.height_cm[top] {
            top = i;
        }
        let risen = s.height_cm[top] - s.height_cm[low];
        if risen > NEARLY_UP * way && s.height_cm[top] - s.height_cm[i] > LET_GO * risen {
            return top;
        }
    }
    high
}

/// Turns rises of hands that hold nothing into what they are: no repetitions.
pub fn refuse_free_hands(reps: &mut Vec<Rep>, s: &Signals, body: &Body) {
    let full = reps.iter().filter(|r| r.kind == RepKind::Full).count();
    if rows(s, body) > full.max(1) {
        reps.retain(|r| r.kind != RepKind::Full);
        return;
    }
    // Only a rise after which nothing is lowered can be the lifter's own, and only beside others it can be told.
    let Some(last) = reps.iter().rposition(|r| r.kind == RepKind::Full).filter(|&i| i > 0 && reps[i].floor_s.is_none()) else { return };
    let others: Vec<Signs> =
        reps[..last].iter().filter(|r| r.kind == RepKind::Full && r.floor_s.is_some()).filter_map(|r| Signs::of(r, s, body)).collect();
    let Some(own) = Signs::of(&reps[last], s, body).filter(|_| !others.is_empty()) else { return };
    let most = |value: &dyn Fn(&Signs) -> f64| others.iter().map(value).fold(0.0, f64::max);
    let usual = others.iter().map(|o| o.grip).try_fold(0.0, |most: f64, grip| Some(most.max(grip?)));
    let let_go = own.grip.zip(usual).is_some_and(|(own, usual)| own > GRIP_KEPT.max(GRIP_TIMES * usual));
    let signs = [
        own.shorter > most(&|o| o.shorter) + ARMS_SHORTER,
        own.high > most(&|o| o.high) + HIGHER,
        own.aside > most(&|o| o.aside) + ASIDE,
        own.speed > QUICKER * most(&|o| o.speed),
    ];
    if let_go || signs.iter().filter(|s| **s).count() >= SIGNS {
        reps.remove(last);
    }
}

/// How often the hands were pulled up to a trunk that stayed bent.
fn rows(s: &Signals, body: &Body) -> usize {
    let second = s.rate_hz as usize;
    let mut count = 0;
    let mut i = 0;
    while i < s.len() {
        let bent = body.hang[i].is_some_and(|h| h < 0.6) && body.upright[i].is_some_and(|u| u < 0.7);
        if !bent {
            i += 1;
            continue;
        }
        let before = i.saturating_sub(second)..i;
        let hung = before.clone().filter_map(|k| body.hang[k]).fold(0.0, f64::max);
        let turned = Body::over(&body.upright, before).zip(body.upright[i]).is_some_and(|(a, b)| (a - b).abs() < ROW_TRUNK);
        if hung - body.hang[i].unwrap_or(hung) > ROW_PULL && turned {
            count += 1;
            i += second;
        } else {
            i += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_that_let_go_and_rise_again_lifted_no_further() {
        let way = |heights: &[f64]| {
            let s = Stretch { first: 0, height_cm: heights.to_vec(), velocity_cm_s: vec![0.0; heights.len()], rate_hz: 30.0 };
            highest(&s, 0, heights.len() - 1)
        };
        assert_eq!(way(&[0.0, 20.0, 40.0, 60.0, 52.0, 40.0, 70.0, 90.0]), 3, "dropped at the top, then the face wiped");
        assert_eq!(way(&[0.0, 20.0, 40.0, 60.0, 58.0, 57.0, 59.0, 61.0]), 7, "a hand that wavers");
        assert_eq!(way(&[0.0, 10.0, 4.0, 30.0, 60.0, 61.0]), 5, "a hand that comes back to the bar at the start");
    }
}
