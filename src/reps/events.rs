//! Events of one lift (SPEC 5.2) inside a stretch, as sample positions (fractional where interpolated).

use super::lift::Stretch;
use crate::config::RepsCfg;
use crate::signals::filter::median;

/// Where the floor is around a low turn: the median of the still samples within a second before and
/// after it at like height, else the turn itself, cm.
pub fn rest_level(s: &Stretch, low: usize, cfg: &RepsCfg) -> f64 {
    let reach = s.rate_hz as usize;
    let (from, to) = (low.saturating_sub(reach), (low + reach).min(s.len() - 1));
    let still = (from..=to).filter(|&i| s.velocity_cm_s[i].abs() < cfg.rest_cm_s && s.height_cm[i] < s.height_cm[low] + 3.0);
    median(still.map(|i| s.height_cm[i])).unwrap_or(s.height_cm[low])
}

/// Lift-off between a low and the following high: the first rise above 1 cm that goes on beyond 6 cm
/// without falling back, traced back to where the speed began. `None` when the stretch begins in motion.
pub fn lift_off(s: &Stretch, low: usize, high: usize, rest: f64, v0: f64, cfg: &RepsCfg) -> Option<f64> {
    let above = |i: usize, by: f64| s.height_cm[i] > rest + by;
    let confirmed = (low..=high).find(|&i| above(i, cfg.rise_cm))?;
    let crossing = (low..=confirmed).rev().find(|&i| !above(i, cfg.lift_off_cm)).unwrap_or(low);
    let back = (0.35 * s.rate_hz) as usize;
    let earliest = crossing.saturating_sub(back).max(low.saturating_sub(back));
    let start = (earliest..=crossing).rev().find(|&i| s.velocity_cm_s[i] < v0);
    match start {
        // Interpolate to where the speed passes v0.
        Some(i) if i + 1 < s.len() => {
            let (a, b) = (s.velocity_cm_s[i], s.velocity_cm_s[i + 1]);
            let part = if b > a { ((v0 - a) / (b - a)).clamp(0.0, 1.0) } else { 0.0 };
            Some(i as f64 + part)
        }
        Some(i) => Some(i as f64),
        None if earliest == 0 => None,
        None => Some(crossing as f64),
    }
}

/// Lockout: from the high's 95 % level on, the first moment the bar rests for 0.1 s; else the highest
/// point. `None` when the stretch ends while the bar still rises.
pub fn lockout(s: &Stretch, off: usize, high: usize, until: usize, rest: f64, cfg: &RepsCfg) -> Option<usize> {
    let level = rest + cfg.lockout_share * (s.height_cm[high] - rest);
    let hold = ((0.1 * s.rate_hz).round() as usize).max(2);
    let still = |i: usize| s.height_cm[i] >= level && s.velocity_cm_s[i].abs() <= cfg.still_cm_s;
    let last = until.min(s.len() - 1);
    if let Some(i) = (off..=last).find(|&i| i + hold <= s.len() && (i..i + hold).all(still)) {
        return Some(i);
    }
    let at_end = high + 1 >= s.len();
    (!at_end || s.velocity_cm_s[high].abs() <= 2.0 * cfg.still_cm_s).then_some(high)
}

/// Start of the descent from a high towards the following low.
pub fn descent(s: &Stretch, high: usize, low: usize, rest: f64, cfg: &RepsCfg) -> usize {
    let level = rest + cfg.lockout_share * (s.height_cm[high] - rest);
    let below = (high..=low).rev().find(|&i| s.height_cm[i] >= level).unwrap_or(high);
    (high..=below).rev().find(|&i| s.velocity_cm_s[i] > -cfg.still_cm_s).unwrap_or(high)
}

/// Floor contact: the first sample below 1 cm above the rest on the way to a low. `None` when the
/// stretch ends above it.
pub fn floor(s: &Stretch, from: usize, low: usize, rest: f64, cfg: &RepsCfg) -> Option<f64> {
    let hit = (from..=low).find(|&i| s.height_cm[i] < rest + cfg.lift_off_cm)?;
    if hit == 0 {
        return Some(0.0);
    }
    let (a, b) = (s.height_cm[hit - 1], s.height_cm[hit]);
    let part = if a > b { ((a - rest - cfg.lift_off_cm) / (a - b)).clamp(0.0, 1.0) } else { 1.0 };
    Some((hit - 1) as f64 + part)
}

/// Largest fall from an earlier height between two samples, cm.
pub fn downward(s: &Stretch, from: usize, to: usize) -> f64 {
    let mut top = f64::NEG_INFINITY;
    (from..=to.min(s.len() - 1)).fold(0.0, |worst: f64, i| {
        top = top.max(s.height_cm[i]);
        worst.max(top - s.height_cm[i])
    })
}

/// Longest time below the still speed between two samples, s.
pub fn stall(s: &Stretch, from: usize, to: usize, cfg: &RepsCfg) -> f64 {
    let (mut run, mut worst) = (0usize, 0usize);
    for i in from..=to.min(s.len() - 1) {
        run = if s.velocity_cm_s[i] < cfg.still_cm_s { run + 1 } else { 0 };
        worst = worst.max(run);
    }
    worst as f64 / s.rate_hz
}
