//! The lifter's own bending range from a calibration clip: standing, hinging with a flat back, bending forward
//! (SPEC 3.3).

use super::BackRange;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::numeric::stats::{median, sustained_max};
use crate::signals::Signals;

/// Upright from here on, degrees (SPEC 3.3 STAND).
const UPRIGHT_DEG: f64 = 80.0;
/// A hold: at least this long with the trunk turning by less than this.
const HOLD_S: f64 = 1.0;
const HOLD_DEG: f64 = 6.0;
/// A bend must exceed standing by three errors of the index, or it shows nothing.
const SIGMAS: f64 = 3.0;

/// Reads the bending range off a calibration clip's signals.
pub fn back_range(signals: &Signals, config: &Config) -> Result<BackRange> {
    let back = &signals.back;
    let accepted: Vec<(usize, f64, f64)> = (0..signals.len())
        .filter(|&i| back.accepted.get(i).copied().unwrap_or(false))
        .filter_map(|i| Some((i, (*back.index.get(i)?)?, (*signals.angles.trunk_deg.get(i)?)?)))
        .collect();
    let enough = (0.5 * signals.rate_hz) as usize;
    let upright: Vec<f64> = accepted.iter().filter(|s| s.2 >= UPRIGHT_DEG).map(|s| s.1).collect();
    if upright.len() < enough {
        return Err(fault("the calibration clip shows no half second of standing upright"));
    }
    let stand = median(&upright).ok_or_else(|| fault("the calibration clip shows no standing"))?;
    let bent: Vec<(usize, f64)> = accepted.iter().filter(|s| s.2 < config.e1.bent_below_deg).map(|s| (s.0, s.1)).collect();
    let width = ((config.flag.sustain_s * signals.rate_hz).round() as usize).max(2);
    let max = sustained_max(&bent, width).ok_or_else(|| fault("the calibration clip shows no bending forward"))?;
    if max.value - stand < SIGMAS * config.e1.b_bent_sigma {
        return Err(fault("the calibration clip shows no bending of the back: its shape changes less than its own error"));
    }
    Ok(BackRange { stand, hinge: hinge(&accepted, max.index, signals.rate_hz, config), max: max.value })
}

/// Back index of the first hold while bent over, before the furthest bend.
fn hinge(accepted: &[(usize, f64, f64)], before: usize, rate_hz: f64, config: &Config) -> Option<f64> {
    let width = (HOLD_S * rate_hz) as usize;
    let bent: Vec<&(usize, f64, f64)> = accepted.iter().filter(|s| s.0 < before && s.2 < config.e1.bent_below_deg + 20.0).collect();
    let hold = bent.windows(width.max(2)).find(|w| {
        let angles = || w.iter().map(|s| s.2);
        let whole = w[w.len() - 1].0 - w[0].0 < w.len() + w.len() / 4;
        whole && angles().fold(f64::NEG_INFINITY, f64::max) - angles().fold(f64::INFINITY, f64::min) < HOLD_DEG
    })?;
    median(hold.iter().map(|s| s.1))
}

fn fault(message: &str) -> Error {
    Error::input(
        message,
        "film from the side, without weight: stand relaxed 3 s, hinge with a flat back to knee level 3 s, then bend forward slowly as far as is comfortable",
    )
}
