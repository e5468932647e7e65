//! What one rise of the hands was, by where hands, hips and trunk begin and end (trunk lengths).
//!
//! The bounds lie between what labelled pulls and clips of other exercises measure (`docs/calibration.md`); pulls begin with the hands at
//! the knees or below on hanging arms and end with the trunk up.

use super::Exercise;
use super::posture::Posture;
use crate::numeric::filter::runs;
use crate::numeric::{median, turns};

/// What a rise was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Like a deadlift; whether it is one the load decides.
    Hinge,
    Other(Exercise),
    /// No exercise that has a name here.
    Nothing,
}

/// Trunk nearer to level than this at both ends lies.
const LYING: f64 = 0.4;
/// A trunk up so far stands, and one below this is bent.
const STANDING: f64 = 0.7;
const BENT: f64 = 0.75;
/// Hands this far below the shoulders hang.
const HANGING: f64 = 0.8;
const HANGING_STILL: f64 = 0.55;
/// Hands no higher above the knees than this are at the knees.
const AT_KNEES: f64 = 0.15;
/// Hands this far up are at the shoulders, and above the head.
const AT_SHOULDERS: f64 = 0.35;
const OVERHEAD: f64 = -0.3;
/// Arms pull or push a load by so much against the trunk.
const ARMS_MOVE: f64 = 0.4;
/// A trunk that stays within so much is held.
const TRUNK_HELD: f64 = 0.4;
/// Hips go up by so much in a squat.
const HIPS_RISE: f64 = 0.4;
/// By so much where nothing but hips and trunk tells of one, with the hands this near to the shoulders.
const HIPS_RISE_ALONE: f64 = 0.5;
const HANDS_AT_BAR: f64 = 0.45;
/// No load is rowed in less, s: rows take 0.6 and more, a swing at a golf ball 0.4.
const ROW_S: f64 = 0.5;
/// Hands that stay where they are hold a bar that is fixed.
const HANDS_FIXED: f64 = 0.5;
/// A swing throws the arms out by so much, within so many seconds: an arm with a bell at its end falls half to and fro in 0.8.
const ARMS_OUT: f64 = 0.55;
const SWING_S: f64 = 1.6;

/// Squats by hips and trunk alone, first and last grid point of each rise: hands on a bar behind the neck are often not seen well
/// enough to turn with it.
pub fn squats(p: &Posture) -> Vec<(usize, usize)> {
    let mut out = vec![];
    for run in runs(&p.hips) {
        let heights: Vec<f64> = p.hips[run.clone()].iter().flatten().copied().collect();
        for pair in turns(&heights, HIPS_RISE_ALONE).windows(2).filter(|pair| !pair[0].high) {
            let (low, high) = (run.start + pair[0].at, run.start + pair[1].at);
            let stands = |at| Posture::around(&p.upright, at).is_some_and(|u| u >= STANDING);
            let hands = median(p.hang[low..high + 1].iter().flatten());
            if stands(low) && stands(high) && hands.is_some_and(|h| h < HANDS_AT_BAR) {
                out.push((low, high));
            }
        }
    }
    out
}

/// Names the rise from grid point `low` to `high` that takes `seconds`.
pub fn name(p: &Posture, low: usize, high: usize, seconds: f64) -> Named {
    let ends = |channel| Posture::around(channel, low).zip(Posture::around(channel, high));
    let known = (ends(&p.hang), ends(&p.upright), ends(&p.below_knee), ends(&p.beside));
    let (Some(hang), Some(upright), Some(below_knee), Some(beside)) = known else { return Named::Nothing };
    let over = |channel| Posture::reach_of(channel, low..high + 1);
    let (arms, trunk) = (over(&p.hang), over(&p.upright));
    let other = Named::Other;
    if upright.0.abs() < LYING && upright.1.abs() < LYING && hang.0 < 0.1 && hang.1 < 0.1 {
        return if arms >= ARMS_MOVE { other(Exercise::BenchPress) } else { Named::Nothing };
    }
    if hang.1 < 0.1 && hang.0 < 0.15 && upright.1 > STANDING && over(&p.hands_up) < HANDS_FIXED * arms {
        return other(Exercise::PullUp);
    }
    if arms >= ARMS_MOVE
        && upright.0 < BENT
        && upright.1 < BENT
        && trunk < TRUNK_HELD
        && hang.0 > hang.1
        && hang.0 > HANGING_STILL
        && seconds >= ROW_S
    {
        return other(Exercise::Row);
    }
    let stands = upright.1 >= STANDING;
    if stands && hang.1 < HANGING_STILL && beside.1.abs() > ARMS_OUT && hang.0 > HANGING_STILL && upright.0 < BENT && seconds < SWING_S {
        return other(Exercise::Swing);
    }
    if hang.0 > HANGING && below_knee.0 > -AT_KNEES {
        return match stands {
            true if hang.1 >= HANGING_STILL => Named::Hinge,
            true if hang.1 < AT_SHOULDERS => other(Exercise::Clean),
            _ => Named::Nothing,
        };
    }
    if stands && hang.0 < HANGING && hang.1 < HANGING && over(&p.hips) >= HIPS_RISE && below_knee.0 < 0.1 {
        return other(Exercise::Squat);
    }
    if stands && upright.0 > BENT && hang.0 < HANGING_STILL && hang.1 < OVERHEAD {
        return other(Exercise::Press);
    }
    Named::Nothing
}
