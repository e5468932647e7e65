//! Events of one lift (SPEC 5.2) inside a stretch, as sample positions (fractional where interpolated).

use super::lift::Stretch;
use crate::config::RepsCfg;
use crate::numeric::filter::median;

/// Where the floor is around a low turn: the median of the still samples within a second before and
/// after it at like height, else the turn itself, cm.
pub fn rest_level(s: &Stretch, low: usize, cfg: &RepsCfg) -> f64 {
    let reach = s.rate_hz as usize;
    let (from, to) = (low.saturating_sub(reach), (low + reach).min(s.len() - 1));
    let still = (from..=to).filter(|&i| s.velocity_cm_s[i].abs() < cfg.rest_cm_s && s.height_cm[i] < s.height_cm[low] + 3.0);
    median(still.map(|i| s.height_cm[i])).unwrap_or(s.height_cm[low])
}

/// Lift-off between a low and the following high: where the height passes `level` above the rest for the
/// last time before it is beyond 6 cm. `None` when the stretch begins in motion.
///
/// SPEC 5.2 traces this back to where the speed began; the crossing itself is what the eye calls lift-off, and nearer to labels
/// (`docs/calibration.md`).
pub fn lift_off(s: &Stretch, low: usize, high: usize, rest: f64, level: f64, cfg: &RepsCfg) -> Option<f64> {
    let confirmed = (low..=high).find(|&i| s.height_cm[i] > rest + cfg.rise_cm)?;
    let below = (0..=confirmed).rev().find(|&i| s.height_cm[i] <= rest + level)?;
    let begins_moving = below == 0 && s.velocity_cm_s[0] > 2.0 * cfg.still_cm_s;
    (!begins_moving).then(|| crossing(s, below, rest + level))
}

/// Where the height passes `level` for the last time before a high.
pub fn lift_off_at(s: &Stretch, low: usize, high: usize, level: f64) -> Option<f64> {
    let below = (low..=high).rev().find(|&i| s.height_cm[i] <= level)?;
    Some(crossing(s, below, level))
}

/// Fractional sample at which the height passes a level between a sample and the next.
fn crossing(s: &Stretch, before: usize, level: f64) -> f64 {
    let Some(&next) = s.height_cm.get(before + 1) else { return before as f64 };
    let step = next - s.height_cm[before];
    before as f64 + if step.abs() > 1e-9 { ((level - s.height_cm[before]) / step).clamp(0.0, 1.0) } else { 0.0 }
}

/// Share of the travel up to which the bar may lie when the pull begins, and of the peak speed below which it lies.
const SET_BELOW: f64 = 0.25;
const SLOW: f64 = 0.10;
/// Speeds below which a plate's rise has ended: share of the peak and cm/s. At SPEC 4.6's tenth and 5 cm/s a slow finish has
/// up to 4 % of its travel before it; what creeps on creeps at 1 cm/s.
const ENDED: f64 = 0.03;
const ENDED_CM_S: f64 = 2.0;
/// Lockout comes no lower than this share of the travel (SPEC 4.6); of hands, which creep more than a plate, than that.
const LOCKOUT_FROM: f64 = 0.93;
const HANDS_LOCKOUT_FROM: f64 = 0.85;
/// A clip may end while the bar still rises a little: from this share of the peak speed down the lift is done.
const NEARLY_DONE: f64 = 0.35;

/// What else is known at the top: whether the lifter stands there, and whether only hands tell the height.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    pub stands: bool,
    pub hands: bool,
}

/// Fastest sample between two others, cm/s.
fn peak(s: &Stretch, from: usize, to: usize) -> f64 {
    s.velocity_cm_s[from..=to].iter().copied().fold(0.0, f64::max)
}

/// Where the load lay just before a pull, cm: hands wander by centimetres while somebody pumps and dips at the bar, and a
/// plate may be rolled, so the floor of a minute before says little (SPEC 4.6).
pub fn set_level(s: &Stretch, low: usize, high: usize, cfg: &RepsCfg) -> f64 {
    let travel = s.height_cm[high] - s.height_cm[low];
    let half = (low..=high).rev().find(|&i| s.height_cm[i] < s.height_cm[low] + 0.5 * travel).unwrap_or(low);
    let slow = (SLOW * peak(s, low, high)).max(cfg.rest_cm_s);
    let lies = |i: &usize| s.height_cm[*i] < s.height_cm[low] + SET_BELOW * travel && s.velocity_cm_s[*i].abs() < slow;
    let Some(last) = (low..=half).rev().find(lies) else { return rest_level(s, low, cfg) };
    let from = last.saturating_sub((0.4 * s.rate_hz) as usize);
    let near = (3.0_f64).max(0.06 * travel);
    median((from..=last).filter(|i| lies(i) && (s.height_cm[*i] - s.height_cm[last]).abs() < near).map(|i| s.height_cm[i]))
        .unwrap_or(s.height_cm[last])
}

/// Lockout: the end of the main rise, where the speed has all but gone near the top; what the bar creeps up after that is
/// no pull any more (SPEC 4.6). A clip that ends a little before has its lockout
/// near its end when the lifter stands. `None` when the stretch ends while the bar still rises.
pub fn lockout(s: &Stretch, off: usize, high: usize, rest: f64, by: Told, cfg: &RepsCfg) -> Option<f64> {
    let peak_speed = peak(s, off, high);
    let level = rest + if by.hands { HANDS_LOCKOUT_FROM } else { LOCKOUT_FROM } * (s.height_cm[high] - rest);
    let slow = if by.hands { (SLOW * peak_speed).max(cfg.still_cm_s) } else { (ENDED * peak_speed).max(ENDED_CM_S) };
    let fastest = (off..=high).max_by(|&a, &b| s.velocity_cm_s[a].total_cmp(&s.velocity_cm_s[b])).unwrap_or(off);
    // A plate that swings back a little after its rise was up nevertheless; hands come and go.
    let near = if by.hands {
        (fastest..=high).rev().find(|&i| s.height_cm[i] < level).map_or(fastest, |i| i + 1)
    } else {
        (fastest..=high).find(|&i| s.height_cm[i] >= level).unwrap_or(high)
    };
    let ends_here = high + 1 >= s.len();
    let done = (near..=high).find(|&i| s.velocity_cm_s[i] < slow);
    let end = match done {
        Some(i) => i,
        None if !ends_here || by.stands || s.velocity_cm_s[high] < NEARLY_DONE * peak_speed => high,
        None => return None,
    };
    // The filter rounds the end of the rise off: the height is nearer to what the eye takes for it than the speed. Of a plate
    // the whole top counts, but lockout is never after the rise has ended.
    let top = if by.hands { s.height_cm[end] } else { s.height_cm[high] };
    let level = rest + cfg.lockout_share * (top - rest);
    let below = (off..=end).rev().find(|&i| s.height_cm[i] < level)?;
    Some(crossing(s, below, level).min(end as f64))
}

/// Samples from lockout until the bar has stopped creeping up.
pub fn settled(s: &Stretch, lockout: f64, high: usize) -> f64 {
    let at = (lockout.ceil() as usize).min(high);
    let near = s.height_cm[high] - SETTLED_CM;
    let end = (at..=high).find(|&i| s.height_cm[i] >= near).unwrap_or(high);
    (end as f64 - lockout).max(0.0)
}

/// A bar this near to its highest place has settled, cm.
const SETTLED_CM: f64 = 0.3;

/// Start of the descent from a high towards the following low.
pub fn descent(s: &Stretch, high: usize, low: usize, rest: f64, cfg: &RepsCfg) -> usize {
    let level = rest + 0.95 * (s.height_cm[high] - rest);
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

/// Where the fall has ended. A bar at rest has its lowest sample anywhere, even just before the next pull, so the end is
/// looked for from the floor contact on.
pub fn landed(s: &Stretch, floor: Option<f64>, low: usize, cfg: &RepsCfg) -> usize {
    let contact = floor.map_or(low, |f| f.ceil() as usize);
    (contact..low).find(|&i| s.velocity_cm_s[i] > -cfg.still_cm_s).unwrap_or(low)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_bar_has_landed_long_before_its_lowest_sample_at_rest() {
        let fall = [20.0, 12.0, 5.0, 0.6];
        // At rest it sinks by a hair until the next pull begins.
        let rest = (0..20).map(|i| 0.1 - 0.005 * f64::from(i));
        let height_cm: Vec<f64> = fall.into_iter().chain(rest).collect();
        let velocity_cm_s: Vec<f64> = height_cm.windows(2).map(|w| (w[1] - w[0]) * 30.0).chain([0.0]).collect();
        let s = Stretch { first: 0, height_cm, velocity_cm_s, rate_hz: 30.0 };
        let cfg = Config::default().reps;
        let low = s.len() - 1;
        let contact = floor(&s, 0, low, 0.0, &cfg);
        assert_eq!(landed(&s, contact, low, &cfg), 4);
        assert_eq!(landed(&s, None, low, &cfg), low);
    }

    /// Heights in cm at 30 Hz with their speeds.
    fn stretch(height_cm: Vec<f64>) -> Stretch {
        let n = height_cm.len();
        let at = |i: usize| height_cm[i.min(n - 1)];
        let velocity_cm_s = (0..n).map(|i| 15.0 * (at(i + 1) - at(i.saturating_sub(1)))).collect();
        Stretch { first: 0, height_cm, velocity_cm_s, rate_hz: 30.0 }
    }

    /// A second at the floor, a pull of 50 cm in a second, then whatever follows.
    fn pull(set: impl Iterator<Item = f64>, after: impl Iterator<Item = f64>) -> Stretch {
        let rise = (1..=30).map(|i| 25.0 * (1.0 - (std::f64::consts::PI * f64::from(i) / 30.0).cos()));
        stretch(set.chain(rise).chain(after).collect())
    }

    #[test]
    fn a_bar_that_creeps_on_after_the_pull_was_locked_out_before() {
        let creep = (1..=60).map(|i| 50.0 + 0.025 * f64::from(i));
        let s = pull(std::iter::repeat_n(0.0, 30), creep);
        let cfg = Config::default().reps;
        let told = Told { stands: true, hands: false };
        let high = s.len() - 1;
        let top = lockout(&s, 30, high, 0.0, told, &cfg).unwrap();
        assert!((53.0..=61.0).contains(&top), "{top}");
        assert!(settled(&s, top, high) > 30.0);
    }

    #[test]
    fn a_slow_finish_belongs_to_the_pull() {
        // The last 10 % of the travel take as long as the rest before them.
        let rise = (1..=60).map(|i| 50.0 * (1.0 - (-f64::from(i) / 12.0).exp()) / (1.0 - (-5.0_f64).exp()));
        let s = stretch(std::iter::repeat_n(0.0, 30).chain(rise).chain(std::iter::repeat_n(50.0, 30)).collect());
        let cfg = Config::default().reps;
        let top = lockout(&s, 30, 90, 0.0, Told { stands: true, hands: false }, &cfg).unwrap();
        let true_top = s.height_cm.iter().position(|h| *h >= 49.0).unwrap() as f64;
        assert!((top - true_top).abs() < 3.0, "{top} for {true_top}");
    }

    #[test]
    fn hands_that_sank_a_minute_before_do_not_begin_the_pull() {
        // Deep in a dip at first, then bent over at the bar for three seconds, 6 cm higher.
        let set = std::iter::repeat_n(-6.0, 10).chain(std::iter::repeat_n(0.0, 90));
        let s = pull(set, std::iter::repeat_n(50.0, 30));
        let cfg = Config::default().reps;
        let rest = set_level(&s, 0, s.len() - 1, &cfg);
        assert!(rest.abs() < 0.5, "{rest}");
        let off = lift_off(&s, 0, s.len() - 1, rest, cfg.lift_off_cm, &cfg).unwrap();
        assert!((100.0..106.0).contains(&off), "{off}");
    }

    #[test]
    fn a_clip_that_ends_in_the_middle_of_a_pull_has_no_lockout() {
        let mut s = pull(std::iter::repeat_n(0.0, 30), std::iter::empty());
        s.height_cm.truncate(45);
        s.velocity_cm_s.truncate(45);
        let cfg = Config::default().reps;
        let told = |stands| Told { stands, hands: false };
        assert_eq!(lockout(&s, 30, 44, 0.0, told(false), &cfg), None);
        assert!(lockout(&s, 30, 44, 0.0, told(true), &cfg).is_some());
    }
}
