//! From the load's height to repetitions.

use super::body::{Body, posture_allows_lockout};
use super::drop::dropped;
use super::events;
use super::hold;
use super::knee::{knee_level, knee_pass, whole_travel};
use super::lift::{Stretch, cm_per_px, stretches};
use super::sureness::event_sigma_s;
use super::variant::{Guess, guess};
use super::{Rep, RepKind, RepSet, RepStart, Variant};
use crate::config::Config;
use crate::numeric::filter::{median, quantile};
use crate::numeric::turns;
use crate::signals::{BarEvidence, Joint, Signals, TYPICAL_STATURE_CM, Warning, WarningCode};

/// Least travel of a turn against stature: below it a movement is no lift (SPEC 5.2).
const PROMINENCE_OF_RANGE: f64 = 0.30;
/// Bar rise without lockout that counts as an attempt, cm (SPEC 5.2).
const ATTEMPT_CM: f64 = 3.0;
/// A bar that comes up again this soon after its lowest point was thrown up by the floor; later the next pull has
/// begun, s (our choice).
const BOUNCE_WITHIN_S: f64 = 0.12;
/// A bar that is highest this shortly before the film ends may have gone on, s (our choice: a bar that a lifter gives up falls for longer).
const ENDS_WITHIN_S: f64 = 0.3;
/// A bar this fast in the first frame was lifted before it, cm/s (our choice: between the 5 of a bar at rest and a pull's 20 to 80).
const BEGUN_CM_S: f64 = 15.0;
/// … this many times, where no foot is seen to tell whether it hangs,
const UNSEEN_TIMES: f64 = 2.0;
/// … or if its plate's lower edge is this share of the radius above the feet (our choice: 5 cm).
const ABOVE_FEET: f64 = 0.2;
/// Time after the floor of a rep in which a small rise is a bounce, s.
const ATTEMPT_AFTER_S: f64 = 0.8;
/// Share of an attempt in which the plate must have been seen.
const ATTEMPT_SEEN: f64 = 0.8;

/// A low followed by a high, and the low after it if there is one.
struct Cycle<'a> {
    stretch: &'a Stretch,
    low: usize,
    high: usize,
    next_low: Option<usize>,
}

/// Finds the repetitions and names the variant.
pub fn segment(signals: &Signals, config: &Config) -> RepSet {
    let body = Body::of(signals);
    let stretches = stretches(signals, &body);
    let stature = config.lifter.height_cm.unwrap_or(TYPICAL_STATURE_CM);
    let heights = || stretches.iter().flat_map(|s| s.height_cm.iter().copied());
    let range = quantile(heights(), 0.98).zip(quantile(heights(), 0.02)).map_or(0.0, |(a, b)| a - b);
    let prominence = (PROMINENCE_OF_RANGE * range).max(config.reps.rom_min_body * stature * 0.6);
    let mut reps = Vec::new();
    for stretch in &stretches {
        let turns = turns(&stretch.height_cm, prominence);
        if let Some(first) = turns.first().filter(|t| t.high) {
            reps.extend(opening_descent(stretch, first.at, turns.get(1).map(|t| t.at), signals, config));
        }
        for (k, turn) in turns.iter().enumerate() {
            if turn.high {
                continue;
            }
            let Some(high) = turns.get(k + 1) else { continue };
            let cycle = Cycle { stretch, low: turn.at, high: high.at, next_low: turns.get(k + 2).map(|t| t.at) };
            reps.extend(rep(&cycle, signals, &body, config, stature));
        }
    }
    for stretch in &stretches {
        let small = failed_pulls(stretch, prominence, &reps, signals, config);
        reps.extend(small);
    }
    if signals.bar.evidence != BarEvidence::Plate {
        hold::refuse_free_hands(&mut reps, signals, &body);
    }
    keep_plausible(&mut reps, config, stature, signals);
    reps.sort_by(|a, b| a.span_s()[0].total_cmp(&b.span_s()[0]));
    finish(&mut reps, signals, config);
    let Guess { variant, assumed, likely } = guess(&reps, signals, config);
    if variant == Variant::Romanian {
        without_opening(&mut reps);
    }
    let warnings = warnings(&reps, signals);
    RepSet { reps, variant, variant_assumed: assumed, likely, warnings }
}

/// A lift with its travel (segmentation cm) and no event yet.
fn eventless(kind: RepKind, rom: f64, signals: &Signals, rate_hz: f64) -> Rep {
    let (scale, metric) = cm_per_px(signals);
    Rep {
        index: 0,
        kind,
        start: RepStart::First,
        lift_off_s: None,
        knee_pass_s: None,
        lockout_s: None,
        settle_s: None,
        descent_s: None,
        knee_pass_down_s: None,
        floor_s: None,
        set_window_s: None,
        dropped: false,
        downward_cm: None,
        stall_s: None,
        rebound_mps: None,
        rom_cm: metric.then_some(rom),
        rom_px: rom / scale,
        event_sigma_s: event_sigma_s(signals, rate_hz),
    }
}

fn rep(c: &Cycle, signals: &Signals, body: &Body, config: &Config, stature: f64) -> Option<Rep> {
    let (s, cfg) = (c.stretch, &config.reps);
    let metric = cm_per_px(signals).1;
    let c = &if metric { Cycle { ..*c } } else { Cycle { high: hold::highest(s, c.low, c.high), ..*c } };
    let rest = events::set_level(s, c.low, c.high, cfg);
    // Wrists are less still than a plate: 4 % of the travel instead of 1 cm.
    let level = if metric { cfg.lift_off_cm } else { cfg.lift_off_cm.max(0.04 * (s.height_cm[c.high] - rest)) };
    let time = |i: f64| signals.time_s[0] + (s.first as f64 + i) / s.rate_hz;
    // A bar that hangs above the floor and rises when the clip begins left it before.
    let moves = |times: f64| s.first + c.low == 0 && s.velocity_cm_s[0] > times * BEGUN_CM_S;
    let begun = moves(1.0) && hangs(signals, s.first).unwrap_or_else(|| moves(UNSEEN_TIMES));
    let off = events::lift_off(s, c.low, c.high, rest, level, cfg).filter(|_| !begun);
    let off_index = off.map_or(c.low, |o| o.round() as usize);
    let told = events::Told { stands: body.stands(s.first + c.high), hands: !metric };
    let top = events::lockout(s, off_index, c.high, rest, told, cfg);
    let rom = s.height_cm[c.high] - rest;
    let top_index = top.map_or(c.high, |t| t.round() as usize);
    let stood = body.begins_low(s.first + off_index)
        && (metric || body.ends_high(s.first + off_index, s.first + top_index.max(c.high)))
        && posture_allows_lockout(signals, s.first + top_index.max(c.high), s.first + off_index);
    let top = top.filter(|_| stood);
    let kind = match (off, top) {
        (Some(_), Some(_)) => RepKind::Full,
        // A film that ends on the way up tells of no missed pull.
        (Some(_), None) if c.next_low.is_none() && ends_there(s, c.high, signals) => RepKind::Partial,
        (Some(_), None) if !stood || c.next_low.is_some() => RepKind::Failed,
        _ => RepKind::Partial,
    };
    // The travel of a pull that was not finished tells nothing of where the knee is.
    let travel = if kind == RepKind::Failed { whole_travel(rom, metric, stature) } else { Some(rom) };
    let knee = travel.and_then(|travel| knee_pass(s, off_index, c.high, rest, travel, signals, metric, stature));
    let mut rep = Rep {
        lift_off_s: off.map(time),
        knee_pass_s: knee.map(|k| time(k as f64)),
        lockout_s: top.map(time),
        settle_s: top.map(|t| events::settled(s, t, c.high) / s.rate_hz),
        downward_cm: metric.then(|| events::downward(s, off_index, top_index)),
        stall_s: knee.map(|k| events::stall(s, k, top_index.saturating_sub(1), cfg)),
        ..eventless(kind, rom, signals, s.rate_hz)
    };
    if let Some(low) = c.next_low {
        descend(&mut rep, s, c.high, low, signals, config, stature);
    }
    if kind == RepKind::Failed && knee.is_none() {
        rep.knee_pass_down_s = None;
    }
    rep.dropped = dropped(&rep, signals, config);
    Some(rep)
}

/// The film ends while the bar is as high as it came.
fn ends_there(s: &Stretch, high: usize, signals: &Signals) -> bool {
    let left_s = (signals.len().saturating_sub(1 + s.first + high)) as f64 / s.rate_hz;
    left_s < ENDS_WITHIN_S
}

/// The plate's lower edge is clearly above the feet. On the floor it is below them in the picture: it is nearer to the camera.
/// `None` where plate or feet were not seen.
fn hangs(signals: &Signals, at: usize) -> Option<bool> {
    let feet = [Joint::Heel, Joint::Toe].map(|j| median(signals.joint(j).up_px.iter().flatten().copied()));
    let foot = feet.into_iter().flatten().reduce(f64::max);
    let plate = signals.bar.up_px.get(at).copied().flatten().zip(signals.bar.radius_px.get(at).copied().flatten());
    plate.zip(foot).map(|((up, radius), foot)| up - radius > foot + ABOVE_FEET * radius)
}

/// Fills the events of the way down.
fn descend(rep: &mut Rep, s: &Stretch, high: usize, low: usize, signals: &Signals, config: &Config, stature: f64) {
    let cfg = &config.reps;
    let (_, metric) = cm_per_px(signals);
    let rest = events::rest_level(s, low, cfg);
    let time = |i: f64| signals.time_s[0] + (s.first as f64 + i) / s.rate_hz;
    let down = events::descent(s, high, low, rest, cfg);
    rep.descent_s = Some(time(down as f64));
    let floor = events::floor(s, down, low, rest, cfg);
    // A clip that ends before the floor: the low is the last sample and still falling.
    let reached = low + 1 < s.len() || s.velocity_cm_s[low] > -cfg.still_cm_s;
    rep.floor_s = floor.filter(|_| reached).map(time);
    let rom = s.height_cm[high] - rest;
    rep.knee_pass_down_s = knee_level(s, down, signals, metric, stature, rom)
        .and_then(|level| (down..=low).find(|&i| s.height_cm[i] - rest < level))
        .map(|k| time(k as f64));
    // A bar bounces in the lifter's time, not in the video's.
    let slower = signals.pace.slower;
    if metric {
        let landed = events::landed(s, floor, low, cfg);
        let after = (BOUNCE_WITHIN_S * slower * s.rate_hz) as usize;
        let up = s.velocity_cm_s[landed..(landed + after).min(s.len())].iter().copied().fold(0.0, f64::max);
        rep.rebound_mps = Some(slower * up / 100.0);
    }
}

/// Pulls that end far below a lift: the bar leaves its rest by more than 3 cm and comes back to it without a lift
/// around (SPEC 5.2). Only a plate that was really seen tells so little from noise.
fn failed_pulls(s: &Stretch, prominence: f64, reps: &[Rep], signals: &Signals, config: &Config) -> Vec<Rep> {
    if !cm_per_px(signals).1 {
        return vec![];
    }
    let time = |i: f64| signals.time_s[0] + (s.first as f64 + i) / s.rate_hz;
    let turns = turns(&s.height_cm, ATTEMPT_CM);
    let mut out = Vec::new();
    for three in turns.windows(3).filter(|t| !t[0].high) {
        let [low, high, end] = [three[0].at, three[1].at, three[2].at];
        let rom = s.height_cm[high] - s.height_cm[low];
        let on_floor = [low, end].iter().all(|&i| s.height_cm[i].abs() < 0.5 * ATTEMPT_CM);
        let [from, to] = [time(low as f64), time(end as f64)];
        // A bar that was put down bounces.
        let apart = reps.iter().all(|r| r.span_s()[1] + ATTEMPT_AFTER_S < from || r.span_s()[0] > to);
        let range = s.first + low..(s.first + end + 1).min(signals.len());
        let seen = range.clone().filter(|&i| signals.bar.seen[i]).count() as f64 / range.len().max(1) as f64;
        if !(rom >= ATTEMPT_CM && rom < prominence && on_floor && apart && seen > ATTEMPT_SEEN) {
            continue;
        }
        let rest = events::rest_level(s, low, &config.reps);
        let lift_off = events::lift_off_at(s, low, high, rest + config.reps.lift_off_cm);
        out.push(Rep {
            lift_off_s: lift_off.map(time),
            descent_s: Some(time(high as f64)),
            floor_s: events::floor(s, high, end, rest, &config.reps).map(time),
            ..eventless(RepKind::Failed, rom, signals, s.rate_hz)
        });
    }
    out
}

/// A clip that begins with the bar at the top: the first lowering is a partial rep. Without a plate nobody can tell
/// it from hands that go down to the bar.
fn opening_descent(s: &Stretch, high: usize, low: Option<usize>, signals: &Signals, config: &Config) -> Option<Rep> {
    let low = low.filter(|_| signals.bar.evidence == BarEvidence::Plate)?;
    let rom = s.height_cm[high] - s.height_cm[low];
    let mut rep = eventless(RepKind::Partial, rom, signals, s.rate_hz);
    if !posture_allows_lockout(signals, s.first + high, s.first + low) {
        return None;
    }
    descend(&mut rep, s, high, low, signals, config, config.lifter.height_cm.unwrap_or(TYPICAL_STATURE_CM));
    rep.dropped = dropped(&rep, signals, config);
    Some(rep)
}

/// Romanian repetitions begin at the top: the first lowering belongs to the first of them.
fn without_opening(reps: &mut Vec<Rep>) {
    if reps.len() > 1 && reps[0].kind == RepKind::Partial && reps[0].lift_off_s.is_none() {
        reps.remove(0);
        (1..).zip(reps).for_each(|(index, rep)| rep.index = index);
    }
}

/// Drops movements too small or too quick to be lifts; what rose by more than 3 cm with a plate stays as
/// a failed attempt.
fn keep_plausible(reps: &mut Vec<Rep>, config: &Config, stature: f64, signals: &Signals) {
    let cm_per_px = cm_per_px(signals).0;
    let typical = median(reps.iter().filter(|r| r.kind == RepKind::Full).map(|r| r.rom_px * cm_per_px));
    let cfg = &config.reps;
    reps.retain_mut(|r| {
        let rom = r.rom_px * cm_per_px;
        let enough = rom >= cfg.rom_min_body * stature && typical.is_none_or(|t| rom >= cfg.rom_min_share * t);
        let pull = r.lift_off_s.zip(r.lockout_s).map(|(a, b)| signals.pace.real_between([a, b]));
        let timely = pull.is_none_or(|p| (cfg.concentric_min_s..=cfg.concentric_max_s).contains(&p));
        if r.kind == RepKind::Full && !(enough && timely) {
            r.kind = RepKind::Failed;
            (r.lockout_s, r.settle_s) = (None, None);
        }
        match r.kind {
            RepKind::Full => true,
            // A pull that the clip cuts off at either end shows part of its travel.
            RepKind::Partial => enough || (r.rom_cm.is_some() && r.descent_s.is_none()),
            RepKind::Failed => r.rom_cm.is_some_and(|c| c > ATTEMPT_CM),
        }
    });
}

/// Numbers, start kinds and set windows.
fn finish(reps: &mut [Rep], signals: &Signals, config: &Config) {
    let cfg = &config.reps;
    let mut last_floor: Option<f64> = None;
    for (i, rep) in reps.iter_mut().enumerate() {
        rep.index = i as u32 + 1;
        let dwell = rep.lift_off_s.zip(last_floor).map(|(o, f)| signals.pace.real_between([f, o]).max(0.0));
        rep.start = match dwell {
            None => RepStart::First,
            Some(d) if d < cfg.touch_and_go_s => RepStart::TouchAndGo,
            Some(d) if d <= cfg.dead_stop_s => RepStart::QuickReset,
            Some(_) => RepStart::DeadStop,
        };
        rep.set_window_s = rep.lift_off_s.filter(|_| rep.start != RepStart::TouchAndGo).and_then(|o| {
            let from =
                (o - cfg.set_window_s).max(last_floor.unwrap_or(f64::NEG_INFINITY)).max(signals.time_s.first().copied().unwrap_or(0.0));
            (o - from >= 0.1).then_some([from, o])
        });
        last_floor = rep.floor_s.or(last_floor.filter(|_| rep.descent_s.is_none()));
    }
}

fn warnings(reps: &[Rep], signals: &Signals) -> Vec<Warning> {
    let mut out = Vec::new();
    let mut warn = |code: WarningCode, message: &str| out.push(Warning::new(code, message));
    if !reps.iter().any(|r| r.kind == RepKind::Full) {
        let message = if reps.is_empty() {
            "Nobody lifts a load from below the knees to standing with hanging arms."
        } else {
            "No complete repetition from lift-off to lockout was found."
        };
        warn(WarningCode::NoFullRep, message);
    }
    if signals.bar.evidence == BarEvidence::Wrist {
        warn(
            WarningCode::NoPlate,
            "No plate was found that moves with the hands: repetitions are counted by the wrists, and nothing is said of the bar in centimetres.",
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::testkit::Lift;

    /// The first repetition of a lift filmed so many times too slowly, all of its own times given in the lifter's seconds.
    fn first(times: f64, lift: Lift) -> Rep {
        let slowed = Lift {
            setup_s: times * lift.setup_s,
            concentric_s: times * lift.concentric_s,
            hold_s: times * lift.hold_s,
            eccentric_s: times * lift.eccentric_s,
            floor_s: times * lift.floor_s,
            ..lift
        };
        let (mut signals, _) = slowed.build();
        signals.pace.slower = times;
        segment(&signals, &Config::default()).reps[0].clone()
    }

    #[test]
    fn a_bar_let_go_falls_in_the_lifters_time_however_slowly_the_video_plays() {
        for times in [1.0, 4.0, 8.0] {
            let dropped = first(times, Lift { eccentric_s: 0.36, ..Lift::default() });
            assert_eq!((dropped.kind, dropped.dropped), (RepKind::Full, true), "{times}: {dropped:?}");
            let lowered = first(times, Lift { eccentric_s: 1.6, ..Lift::default() });
            assert_eq!((lowered.kind, lowered.dropped), (RepKind::Full, false), "{times}: {lowered:?}");
        }
    }

    #[test]
    fn an_event_is_no_surer_than_the_films_frames() {
        let (mut signals, _) = Lift::default().build();
        signals.frame_time_s = signals.frame_time_s.iter().step_by(4).copied().collect();
        assert!((segment(&signals, &Config::default()).reps[0].event_sigma_s - 4.0 / 30.0).abs() < 1e-3);
    }

    #[test]
    fn a_bar_that_flies_in_the_first_frame_was_lifted_before_it_also_where_no_foot_is_seen() {
        let (mut signals, _) = Lift { setup_s: 0.0, ..Lift::default() }.build();
        let speed = |signals: &mut Signals, cm_s: f64| signals.bar.velocity_px_s[0] = Some(cm_s / cm_per_px(signals).0);
        let kind = |signals: &Signals| segment(signals, &Config::default()).reps[0].kind;
        speed(&mut signals, 40.0);
        assert_eq!(kind(&signals), RepKind::Full, "its plate stands on the floor beside the feet");
        for joint in [Joint::Heel, Joint::Toe] {
            signals.near_joints[joint as usize].up_px.fill(None);
        }
        assert_eq!(kind(&signals), RepKind::Partial);
        speed(&mut signals, 20.0);
        assert_eq!(kind(&signals), RepKind::Full, "as a bar at rest may look");
    }

    #[test]
    fn a_bounce_is_told_at_the_lifters_speed() {
        let (signals, set) = Lift { eccentric_s: 0.8, ..Lift::default() }.build();
        let rebound = |times: f64| {
            let mut signals = signals.clone();
            signals.pace.slower = times;
            // The floor throws the bar up for a tenth of a second.
            let floor = signals.index_at(set.reps[0].floor_s.unwrap());
            let up_px_s = 0.4 * 100.0 / times / cm_per_px(&signals).0;
            signals.bar.velocity_px_s[floor + 4..floor + 7].fill(Some(up_px_s));
            segment(&signals, &Config::default()).reps[0].rebound_mps.unwrap()
        };
        assert!((rebound(1.0) - 0.4).abs() < 0.02 && (rebound(2.0) - 0.4).abs() < 0.02, "{} {}", rebound(1.0), rebound(2.0));
    }

    #[test]
    fn rests_on_the_floor_count_in_the_lifters_time() {
        let (mut signals, _) = Lift { reps: 2, floor_s: 2.4, ..Lift::default() }.build();
        assert_eq!(segment(&signals, &Config::default()).reps[1].start, RepStart::DeadStop);
        signals.pace.slower = 12.0;
        assert_eq!(segment(&signals, &Config::default()).reps[1].start, RepStart::TouchAndGo);
    }
}
