//! Where the bar passes the knee.

use super::lift::Stretch;
use crate::numeric::filter::median;
use crate::signals::{BarEvidence, Joint, Signals};

/// Knee above the floor as a share of stature, when the knee was not seen.
const KNEE_OF_STATURE: f64 = 0.285;
/// Knee above the floor by the bar's travel: constant, cm, and share.
const KNEE_OF_TRAVEL: (f64, f64) = (10.7, 0.71);

/// Travel of a whole lift as a share of stature, for one that was not finished.
const TRAVEL_OF_STATURE: f64 = 0.3;

/// Travel from floor to lockout, for a pull that ended before it; nobody knows without a scale.
pub fn whole_travel(rom_cm: f64, metric: bool, stature: f64) -> Option<f64> {
    metric.then(|| rom_cm.max(TRAVEL_OF_STATURE * stature))
}

/// Bar height above its rest at which it passes the knee, cm: knee above the foot in the body's scale
/// less the plate's radius (SPEC 5.2 KP).
pub fn knee_level(s: &Stretch, near: usize, signals: &Signals, metric: bool, stature: f64, rom: f64) -> Option<f64> {
    if signals.bar.evidence != BarEvidence::Plate || !metric {
        return Some(0.45 * rom);
    }
    let knee = &signals.joint(Joint::Knee).up_px;
    let foot = [Joint::Heel, Joint::Toe].map(|j| &signals.joint(j).up_px);
    let from = (s.first + near).saturating_sub((1.5 * s.rate_hz) as usize);
    let range = from..(s.first + near + 1).min(signals.len());
    let knee_px = median(range.clone().filter_map(|i| knee[i])).or_else(|| median(knee.iter().flatten().copied()));
    let floor_px = foot.iter().filter_map(|f| median(f.iter().flatten().copied())).reduce(f64::min);
    let seen = knee_px.zip(floor_px).zip(signals.scale.body_px_per_cm).map(|((k, f), scale)| (k - f) / scale);
    // Both together err less than each alone: the body's scale is not that of the bar's travel.
    let plausible = |h: &f64| (0.2 * stature..0.36 * stature).contains(h);
    let by_travel = Some(KNEE_OF_TRAVEL.0 + KNEE_OF_TRAVEL.1 * rom).filter(plausible);
    let knee = match (seen.filter(plausible), by_travel) {
        (Some(seen), Some(by_travel)) => 0.5 * (seen + by_travel),
        (one, other) => one.or(other).unwrap_or(KNEE_OF_STATURE * stature),
    };
    let radius_cm = signals.bar.radius_px.iter().flatten().next()? / signals.scale.plate_px_per_cm?;
    Some((knee - radius_cm).clamp(0.15 * rom, 0.85 * rom))
}

/// First sample of the way up at which the bar is at the knee.
#[allow(clippy::too_many_arguments, reason = "one place, all of them facts of the same lift")]
pub fn knee_pass(
    s: &Stretch,
    off: usize,
    high: usize,
    rest: f64,
    rom: f64,
    signals: &Signals,
    metric: bool,
    stature: f64,
) -> Option<usize> {
    let level = knee_level(s, off, signals, metric, stature, rom)?;
    (off..=high).find(|&i| s.height_cm[i] - rest >= level)
}

#[cfg(test)]
mod tests {
    use super::whole_travel;

    #[test]
    fn a_pull_that_was_not_finished_tells_little_of_where_the_knee_is() {
        assert_eq!(whole_travel(20.0, true, 170.0), Some(51.0), "it ended below the knee");
        assert_eq!(whole_travel(55.0, true, 170.0), Some(55.0), "it went as far as a lift");
        assert_eq!(whole_travel(0.3, false, 170.0), None, "without a scale nobody knows");
    }
}
