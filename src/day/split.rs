//! Where sets begin and end, and what else is done in between.

use super::carry::{self, Walk};
use super::exercise::Named;
use super::lifters::{self, Build};
use super::loads::loads;
use super::moves::{self, Move, touch};
use super::posture::{Posture, RATE_HZ};
use super::{Day, Exercise, OtherSpan, SetSpan};
use crate::config::Config;
use crate::numeric::{median, quantile};
use crate::reps::{self, Rep, RepKind};
use crate::signals::{self, BarEvidence};
use crate::track::{FrameObs, Layout, Track, cut, main_shot};

/// Nothing lifted for longer than this ends a set, s (the issue's own rule; breath between heavy repetitions is shorter).
const REST_S: f64 = 20.0;
/// A walk on hanging arms is one with a load with this probability: what is carried is not seen.
const WALKED: f64 = 0.7;
/// A stretch without any frame that no set goes on across, s.
const LEAP_S: f64 = 10.0;
/// A lifter who is gone from the bar by this much (trunk lengths), or from the picture, for so long has ended the set.
const AWAY: f64 = 1.2;
const AWAY_S: f64 = 1.5;
const GONE_S: f64 = 3.0;
/// What is kept before the first and after the last repetition: setting up, and standing after it, s.
const BEFORE_S: f64 = 10.0;
const AFTER_S: f64 = 6.0;
/// A load taken further than this after lockout is carried, trunk lengths; how long it is followed where nobody sees it put
/// down, s; and the share of the way at which it has arrived.
const CARRIED: f64 = 2.0;
const CARRIED_S: f64 = 30.0;
const ARRIVED: f64 = 0.95;
/// What comes within this of a carry's end is its putting down, s.
const PUT_DOWN_S: f64 = 5.0;
/// Hands hang at the knees (trunk lengths below them and below the shoulders) this near to a pull, s.
const LOW_AT: f64 = -0.15;
const LOW_HANG: f64 = 0.7;
const LOW_WITHIN_S: f64 = 0.5;
/// A plate that moves less than this lies, trunk lengths.
const LAY: f64 = 0.2;
/// No more repetitions than this are taken for bending down beside a bar that lies there.
const BENDS: u32 = 2;
/// Of rises that the load takes for repetitions so many must look like the same other exercise to be that exercise.
const SEVERAL: usize = 2;
/// Another exercise this much seen is a set of its own between deadlifts.
const A_BOUT: usize = 2;
/// No lowering takes longer than this: a film that ends sooner after the last that is known of an unfinished repetition cut it off, s.
const END_S: f64 = 3.0;

/// Splits a recording. A clip of one set gives one span.
pub fn split(track: &Track, config: &Config) -> Day {
    let Some(layout) = Layout::by_name(&track.skeleton) else { return Day::default() };
    let mut found: Vec<Found> = vec![];
    for part in parts(track) {
        found.extend(bouts(track, layout, part, config));
    }
    let mut day = day(found);
    if let ([set], Some(main)) = (&day.sets[..], main_shot(track)) {
        let seen = |t: f64| track.frames[main.clone()].first().is_some_and(|f| f.time_s <= t) && track.frames[main.end - 1].time_s >= t;
        day.aside = !seen(0.5 * (set.lift_s[0] + set.lift_s[1]));
    }
    day
}

/// A stretch of lifting, of either kind.
struct Found {
    what: What,
    span_s: [f64; 2],
    /// The shot it lies in.
    part_s: [f64; 2],
    build: Build,
}

enum What {
    Set {
        reps: u32,
        open: bool,
        /// Locked out.
        full: u32,
        /// A plate went up with the hands.
        by_plate: bool,
        /// A plate was seen and stayed where it lay.
        plate_lay: bool,
    },
    Other {
        exercise: Exercise,
        count: u32,
        probability: f64,
    },
}

/// Stretches of a recording that one shot shows: between hard cuts and leaps of its clock, s.
fn parts(track: &Track) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = vec![];
    let mut before = f64::NEG_INFINITY;
    let cuts = |a: f64, b: f64| track.scene.cuts_s.iter().any(|c| *c > a && *c <= b);
    for frame in &track.frames {
        let t = frame.time_s;
        match out.last_mut() {
            Some(part) if t - before <= LEAP_S && !cuts(before, t) => part[1] = t,
            _ => out.push([t, t]),
        }
        before = t;
    }
    out
}

/// What one shot shows.
fn bouts(track: &Track, layout: &Layout, part_s: [f64; 2], config: &Config) -> Vec<Found> {
    let from = track.frames.partition_point(|f| f.time_s < part_s[0]);
    let to = track.frames.partition_point(|f| f.time_s <= part_s[1]);
    let Some(posture) = Posture::of(&track.frames[from..to], layout) else { return vec![] };
    let moves = moves::moves(&posture);
    let groups: Vec<&[Move]> = moves.chunk_by(|a, b| !apart(&posture, a.span_s, b.span_s)).collect();
    let ends = |k: usize| groups.get(k).map(|g| [g[0].span_s[0], g[g.len() - 1].span_s[1]]);
    let mut out = vec![];
    for (k, group) in groups.iter().enumerate() {
        let Some(span_s) = ends(k) else { continue };
        let before = k.checked_sub(1).and_then(ends).map(|e| e[1]);
        let window = window(span_s, before, ends(k + 1).map(|e| e[0]), part_s);
        let bout = Bout { track, posture: &posture, moves: group, part_s, window };
        out.extend(bout.found(config));
    }
    let walks = carry::walks(&posture);
    // Who stands straight all the time has pulled nothing: coming nearer lifts the hands in the picture.
    let walked = |f: &Found| !by_plate(f) && walks.iter().any(|w| inside(f.span_s, w.span_s));
    out.retain(|f| !walked(f));
    let free = |w: &Walk| !out.iter().any(|f| touch(f.span_s, w.span_s));
    let carried: Vec<Found> = walks.iter().filter(|w| free(w)).map(|w| walk(track, &posture, w, part_s)).collect();
    out.extend(carried);
    out
}

fn by_plate(f: &Found) -> bool {
    matches!(f.what, What::Set { by_plate: true, .. })
}

/// Whether more than half of a stretch lies in another.
fn inside(a: [f64; 2], b: [f64; 2]) -> bool {
    2.0 * (a[1].min(b[1]) - a[0].max(b[0])) > a[1] - a[0]
}

/// A load that was in the hands already; the share of the walk that looks like it is how sure that is.
fn walk(track: &Track, posture: &Posture, w: &Walk, part_s: [f64; 2]) -> Found {
    let what = What::Other { exercise: Exercise::Carry, count: 1, probability: w.share * WALKED };
    Found { what, span_s: w.span_s, part_s, build: lifters::build(track, posture, w.span_s) }
}

/// A stretch with its set-up and what follows, half-way to its neighbours at most.
fn window(span: [f64; 2], before: Option<f64>, after: Option<f64>, part: [f64; 2]) -> [f64; 2] {
    let from = before.map_or(part[0], |b| 0.5 * (b + span[0])).max(span[0] - BEFORE_S);
    let to = after.map_or(part[1], |a| 0.5 * (a + span[1])).min(span[1] + AFTER_S);
    [from, to]
}

/// Whether two stretches are not of one set: a rest lies between, or the lifter was away from the bar.
fn apart(p: &Posture, a: [f64; 2], b: [f64; 2]) -> bool {
    b[0] - a[1] > REST_S || away(p, a, b)
}

fn away(p: &Posture, a: [f64; 2], b: [f64; 2]) -> bool {
    let gap = p.range([a[1], b[0]]);
    let longest = |hit: &dyn Fn(usize) -> bool| {
        let mut run = 0;
        gap.clone()
            .map(|i| {
                run = if hit(i) { run + 1 } else { 0 };
                run
            })
            .max()
            .unwrap_or(0) as f64
            / RATE_HZ
    };
    if longest(&|i| p.across[i].is_none()) >= GONE_S {
        return true;
    }
    let place = |span: [f64; 2]| median(p.across[p.range(span)].iter().flatten());
    let (Some(there), Some(here)) = (place(a), place(b)) else { return false };
    longest(&|i| p.across[i].is_some_and(|x| (x - there).abs() > AWAY && (x - here).abs() > AWAY)) >= AWAY_S
}

/// Moves without a rest between them.
struct Bout<'a> {
    track: &'a Track,
    posture: &'a Posture,
    moves: &'a [Move],
    part_s: [f64; 2],
    window: [f64; 2],
}

/// One thing done once.
struct Item {
    span_s: [f64; 2],
    /// `None`: a repetition of a deadlift.
    exercise: Option<Exercise>,
    /// The load was not seen put down.
    open: bool,
    full: bool,
    by_plate: bool,
}

impl Bout<'_> {
    fn found(&self, config: &Config) -> Vec<Found> {
        let mut items = self.items(config);
        items.sort_by(|a, b| a.span_s[0].total_cmp(&b.span_s[0]));
        self.drop_single(&mut items);
        let groups = items.chunk_by(|a, b| a.exercise == b.exercise && !apart(self.posture, a.span_s, b.span_s));
        groups.map(|group| self.group(group)).collect()
    }

    /// Repetitions, and rises that are something else.
    fn items(&self, config: &Config) -> Vec<Item> {
        let loads = loads(self.frames(self.window), self.window);
        if loads.len() < 2 {
            return self.items_of_one(config);
        }
        let mut items: Vec<Item> = vec![];
        for window in loads {
            let moves: Vec<Move> = self.moves.iter().filter(|m| touch(m.span_s, window)).copied().collect();
            let found = Bout { moves: &moves, window, ..*self }.items_of_one(config);
            // What lies on the border was seen from the other side already.
            let new: Vec<Item> = found.into_iter().filter(|f| !items.iter().any(|i| touch(i.span_s, f.span_s))).collect();
            items.extend(new);
        }
        items
    }

    /// Of a stretch with one load.
    fn items_of_one(&self, config: &Config) -> Vec<Item> {
        let named = |m: &Move| match m.rise {
            Some(Named::Other(exercise)) => Some(exercise),
            _ => None,
        };
        let rises = || self.moves.iter().filter(|m| m.rise.is_some());
        // Where every rise is clearly something else no load need be looked at.
        let may_hold_reps = rises().any(|m| !matches!(named(m), Some(Exercise::BenchPress | Exercise::PullUp | Exercise::Press)));
        let (reps, plate) = if may_hold_reps { self.reps(config) } else { (vec![], false) };
        let rise_of = |r: &Rep| rises().filter(|m| touch(r.span_s(), m.span_s)).find_map(named);
        let alike = |e: Exercise| reps.iter().filter(|r| rise_of(r) == Some(e)).count();
        let disguised =
            |r: &Rep| rise_of(r).is_some_and(|e| alike(e) >= SEVERAL.min(reps.len()) && 2 * alike(e) > reps.len() && e != Exercise::Row);
        let whole = |r: &Rep| r.kind == RepKind::Full && !(disguised(r) && !(plate && alone(&reps)));
        let tried = |r: &Rep| r.kind != RepKind::Full && plate && rise_of(r).is_none() && self.hung_low(r.span_s());
        let mut items: Vec<Item> = vec![];
        for rep in reps.iter().filter(|r| whole(r) || tried(r)) {
            let carried_s = self.carried_until(rep, plate);
            let span_s = carried_s.map_or(rep.span_s(), |end| [rep.span_s()[0], end.max(rep.span_s()[1])]);
            let exercise = carried_s.map(|_| Exercise::Carry);
            items.push(Item { span_s, exercise, open: rep.floor_s.is_none(), full: rep.kind == RepKind::Full, by_plate: plate });
        }
        let free: Vec<Item> = rises()
            .filter(|m| !items.iter().any(|i| touch(i.span_s, m.span_s)))
            .filter_map(|m| named(m).map(|e| Item { span_s: m.span_s, exercise: Some(e), open: false, full: false, by_plate: false }))
            .collect();
        items.extend(free);
        items
    }

    /// The repetitions in the bout, in the recording's time, and whether a plate tells of them.
    fn reps(&self, config: &Config) -> (Vec<Rep>, bool) {
        let Some(clip) = cut(self.track, self.window[0], self.window[1]) else { return (vec![], false) };
        let earlier = self.track.recording.as_ref().map_or(0.0, |r| r.from_s);
        let shift = clip.recording.as_ref().map_or(0.0, |r| r.from_s) - earlier;
        // Neither the back nor a fitted body tells where a repetition is: the set is measured when it is cut out.
        let Ok(signals) = signals::movement(&clip, config) else { return (vec![], false) };
        let found = reps::segment(&signals, config).reps.into_iter().filter(|r| r.span_s()[0].is_finite());
        (found.map(|r| r.later(shift)).collect(), signals.bar.evidence == BarEvidence::Plate)
    }

    /// Until when the lifter walks with the load, s; `None` for one who stays.
    fn carried_until(&self, rep: &Rep, plate: bool) -> Option<f64> {
        let from = rep.lockout_s?;
        let down = rep.descent_s.or(rep.floor_s);
        let trunk_px = self.posture.limbs_px[0]?;
        let range = self.frames([from, down.unwrap_or(from + CARRIED_S)]);
        // Without a plate only a load that is seen put down again was in the hands all the way.
        let places: Vec<(f64, f64)> = match plate {
            true => range.iter().filter_map(|f| Some((f.time_s, f.plate?.x_px - f.camera_shift_px.map_or(0.0, |s| s[0])))).collect(),
            false => {
                let grid = self.posture.range([from, down?]);
                grid.filter_map(|i| Some((self.posture.time_s(i), self.posture.across[i]? * trunk_px))).collect()
            }
        };
        let first = places.first()?.1;
        let far = places.iter().map(|p| (p.1 - first).abs()).fold(0.0, f64::max);
        let arrived = places.iter().find(|p| (p.1 - first).abs() > ARRIVED * far)?.0;
        (far > CARRIED * trunk_px).then_some(arrived)
    }

    /// Whether the hands hung at the knees or below in a stretch: where a deadlift begins or ends.
    fn hung_low(&self, [from, to]: [f64; 2]) -> bool {
        let p = self.posture;
        p.range([from - LOW_WITHIN_S, to + LOW_WITHIN_S])
            .any(|i| p.below_knee[i].is_some_and(|b| b > LOW_AT) && p.hang[i].is_some_and(|h| h > LOW_HANG))
    }

    /// Whether a plate was seen through a stretch and did not move.
    fn plate_lay(&self, span_s: [f64; 2]) -> bool {
        let frames = self.frames(span_s);
        let heights: Vec<f64> = frames.iter().filter_map(|f| Some(f.plate?.y_px - f.camera_shift_px.map_or(0.0, |s| s[1]))).collect();
        let reach = quantile(heights.iter(), 0.95).zip(quantile(heights.iter(), 0.05)).map_or(f64::INFINITY, |(a, b)| a - b);
        2 * heights.len() > frames.len() && self.posture.limbs_px[0].is_some_and(|trunk| reach < LAY * trunk)
    }

    fn frames(&self, [from, to]: [f64; 2]) -> &[FrameObs] {
        let frames = &self.track.frames;
        &frames[frames.partition_point(|f| f.time_s < from)..frames.partition_point(|f| f.time_s <= to)]
    }

    /// Beside repetitions a lone movement is none of another exercise.
    fn drop_single(&self, items: &mut Vec<Item>) {
        let lifts = items.iter().any(|i| i.exercise.is_none());
        let count = |e: Option<Exercise>, items: &[Item]| items.iter().filter(|i| i.exercise == e).count();
        if lifts {
            let rare: Vec<Option<Exercise>> =
                items.iter().map(|i| i.exercise).filter(|e| e.is_some() && count(*e, items) < A_BOUT).collect();
            items.retain(|i| !rare.contains(&i.exercise));
        }
    }

    fn group(&self, group: &[Item]) -> Found {
        let span_s = [group[0].span_s[0], group.iter().map(|i| i.span_s[1]).fold(f64::NEG_INFINITY, f64::max)];
        let what = match group[0].exercise {
            None => What::Set {
                reps: group.len() as u32,
                open: group[group.len() - 1].open,
                full: group.iter().filter(|i| i.full).count() as u32,
                by_plate: group[0].by_plate,
                plate_lay: self.plate_lay(span_s),
            },
            Some(exercise) => What::Other { exercise, count: group.len() as u32, probability: self.probability(exercise, span_s) },
        };
        Found { what, span_s, part_s: self.part_s, build: lifters::build(self.track, self.posture, span_s) }
    }

    /// Share of the rises in a stretch that look like an exercise; one rise alone says less (rule of succession).
    fn probability(&self, exercise: Exercise, [from, to]: [f64; 2]) -> f64 {
        let within = self.moves.iter().filter(|m| m.span_s[1] > from && m.span_s[0] < to).filter_map(|m| m.rise);
        let (mut all, mut alike) = (0.0, 0.0);
        for rise in within {
            all += 1.0;
            alike += f64::from(u8::from(rise == Named::Other(exercise)));
        }
        (alike + 1.0) / (all + 1.5)
    }
}

/// A single repetition, of which one odd movement of the hands says nothing.
fn alone(reps: &[Rep]) -> bool {
    reps.iter().filter(|r| r.kind == RepKind::Full).count() < SEVERAL
}

/// Where the bar of other sets is seen lying, a lifter who bends and stands up with empty hands has lifted nothing.
fn drop_unloaded(found: &mut Vec<Found>) {
    let shots: Vec<[f64; 2]> = found.iter().filter(|f| matches!(f.what, What::Set { by_plate: true, .. })).map(|f| f.part_s).collect();
    found.retain(|f| match f.what {
        What::Set { reps, by_plate: false, plate_lay: true, .. } => reps > BENDS || !shots.contains(&f.part_s),
        _ => true,
    });
}

/// Putting a carried load down is no repetition.
fn drop_put_down(found: &mut Vec<Found>) {
    let ends: Vec<f64> =
        found.iter().filter(|f| matches!(f.what, What::Other { exercise: Exercise::Carry, .. })).map(|f| f.span_s[1]).collect();
    let after = |t: f64| ends.iter().any(|end| (*end..end + PUT_DOWN_S).contains(&t));
    found.retain(|f| !(matches!(f.what, What::Set { full: 0, .. }) && after(f.span_s[0])));
}

/// Puts what was found in order, with windows and lifters.
fn day(mut found: Vec<Found>) -> Day {
    found.sort_by(|a, b| a.span_s[0].total_cmp(&b.span_s[0]));
    drop_unloaded(&mut found);
    drop_put_down(&mut found);
    let lifters = lifters::number(&found.iter().filter(|f| matches!(f.what, What::Set { .. })).map(|f| f.build).collect::<Vec<_>>());
    let mut out = Day::default();
    for (i, f) in found.iter().enumerate() {
        match f.what {
            What::Set { reps, open, .. } => {
                let before = found[..i].iter().rev().map(|b| b.span_s[1]).find(|b| *b >= f.part_s[0]);
                let after = found.get(i + 1).map(|a| a.span_s[0]).filter(|a| *a <= f.part_s[1]);
                let number = out.sets.len() as u32 + 1;
                let window_s = window(f.span_s, before, after, f.part_s);
                let runs_over = open && f.part_s[1] - f.span_s[1] < END_S;
                let lifter = lifters.get(out.sets.len()).copied().unwrap_or(1);
                out.sets.push(SetSpan { number, lifter, window_s, lift_s: f.span_s, reps, runs_over });
            }
            What::Other { exercise, count, probability } => {
                out.others.push(OtherSpan { exercise, probability, count, span_s: f.span_s });
            }
        }
    }
    out
}
