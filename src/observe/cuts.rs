//! Cuts: where the picture is another one from one frame to the next.
//!
//! Between two places every point changes. Between two clips of one room only the lifter and the bar do, but they do so at once: many squares of
//! the raster jump that hardly moved in the frames before and after. A change of colours jumps too; its edges stay where they were.

use super::raster::Raster;
use crate::numeric::stats::correlation;
use crate::track::Event;

/// Mean grey difference of the raster that makes a cut, and how much it must exceed the usual one.
const CUT_LEVELS: f64 = 22.0;
const CUT_TIMES_USUAL: f64 = 8.0;

/// A square jumped when its mean differs by so many levels (a lifter before a wall: 30 to 100; a quick pull moves few squares as much).
const JUMP_LEVELS: f64 = 25.0;
/// So many of 576 squares jump at a cut within one room, and so many times as many as in any frame beside it. Of 164 joins of clips that
/// were filmed in one room 149 do; at eight of the others the lifter stands where he stood. In 88 films without such a cut only damage, a
/// leap of the time, and one change of colours do.
const JUMPED: usize = 50;
const JUMPED_TIMES_BESIDE: usize = 12;
/// A clip that was cut out of a longer film often keeps a frame or two of what came before or after it: five of 69 do. So close to an end,
/// s, so many times as many squares are enough: 21 to 290 times at those five, 1.5 times where nothing was cut, and little is lost
/// where it is none.
const END_S: f64 = 0.3;
const JUMPED_TIMES_AT_END: usize = 4;
/// Frames on either side that are held against it.
const BESIDE: usize = 3;
/// Correlation of the jumped points before and after, at most: joins −0.45 to 0.2, the change of colours 0.54.
const MOST_ALIKE: f64 = 0.35;
/// What the recording did to itself this close by is no cut, s.
const NEAR_S: f64 = 0.15;

/// What became of the squares from one frame to the next.
#[derive(Debug, Clone, Copy, Default)]
pub struct Jump {
    squares: usize,
    /// Correlation of the points in the squares that jumped.
    alike: f64,
}

impl Jump {
    pub fn between(last: &Raster, now: &Raster) -> Jump {
        let (before, after) = (last.squares(), now.squares());
        let jumped: Vec<usize> = (0..after.len()).filter(|&n| (after[n] - before[n]).abs() > JUMP_LEVELS).collect();
        if jumped.len() < JUMPED {
            return Jump { squares: jumped.len(), alike: 1.0 };
        }
        let points = |n: usize| last.square(n).zip(now.square(n));
        let alike = correlation(&jumped.iter().flat_map(|&n| points(n)).collect::<Vec<_>>()).unwrap_or(1.0);
        Jump { squares: jumped.len(), alike }
    }
}

/// Frames after cuts to another place. `change`: mean difference of the raster to the frame before.
pub fn places(change: &[f64]) -> impl Iterator<Item = usize> {
    (1..change.len()).filter(|&i| {
        let around = change[i.saturating_sub(15).max(1)..(i + 16).min(change.len())].iter().copied();
        let usual = crate::numeric::median(around).unwrap_or(0.0);
        let neighbours = [i - 1, i + 1].iter().filter_map(|&k| change.get(k)).copied().fold(0.0, f64::max);
        change[i] > CUT_LEVELS && change[i] > CUT_TIMES_USUAL * usual && change[i] > 2.0 * neighbours
    })
}

/// Frames after cuts within one room, apart from where the recording itself is at fault.
pub fn within_a_room(times_s: &[f64], jumps: &[Jump], events: &[Event]) -> impl Iterator<Item = usize> {
    let at_fault = |t: f64| events.iter().any(|e| t >= e.from_s - NEAR_S && t <= e.to_s + NEAR_S);
    let ends = [times_s.first(), times_s.last()].map(|t| t.copied().unwrap_or(0.0));
    (1..jumps.len()).filter(move |&i| {
        let at_end = ends.iter().any(|end| (times_s[i] - end).abs() <= END_S);
        let times = if at_end { JUMPED_TIMES_AT_END } else { JUMPED_TIMES_BESIDE };
        let beside = (i.saturating_sub(BESIDE).max(1)..(i + BESIDE + 1).min(jumps.len())).filter(|&k| k != i);
        let most = beside.map(|k| jumps[k].squares).max().unwrap_or(0);
        jumps[i].squares >= JUMPED && jumps[i].squares > times * most && jumps[i].alike < MOST_ALIKE && !at_fault(times_s[i])
    })
}

#[cfg(test)]
mod tests {
    use super::super::raster::{COLUMNS, ROWS};
    use super::*;
    use crate::track::EventCode;

    /// A room with a striped figure of 20 × 40 points whose left edge is at `place`, all levels times `gain`.
    fn room(place: usize, gain: f64) -> Raster {
        let mut levels: Vec<u8> = (0..ROWS * COLUMNS).map(|n| 40 + (n % COLUMNS) as u8).collect();
        for row in 8..48 {
            for column in place..place + 20 {
                levels[row * COLUMNS + column] = if row / 4 % 2 == 0 { 200 } else { 90 };
            }
        }
        Raster::of(levels.into_iter().map(|v| (f64::from(v) * gain).min(255.0) as u8).collect())
    }

    /// Frame numbers of cuts in a film of 30 frames a second.
    fn cuts(film: &[Raster], events: &[Event]) -> Vec<usize> {
        let jumps: Vec<Jump> = std::iter::once(Jump::default()).chain(film.windows(2).map(|w| Jump::between(&w[0], &w[1]))).collect();
        let times: Vec<f64> = (0..film.len()).map(|i| i as f64 / 30.0).collect();
        within_a_room(&times, &jumps, events).collect()
    }

    #[test]
    fn a_lifter_who_is_elsewhere_at_once_is_another_clip() {
        let film: Vec<_> = (0..40).map(|i| room(if i < 20 { 10 } else { 50 }, 1.0)).collect();
        assert_eq!(cuts(&film, &[]), [20]);
        let gap = Event { code: EventCode::Gap, from_s: 0.6, to_s: 0.65 };
        assert!(cuts(&film, &[gap]).is_empty(), "pictures are missing: he walked there");
    }

    #[test]
    fn a_frame_of_the_clip_before_is_seen_though_the_lifter_moves_at_once() {
        let sways = |i: usize| 40 + i % 2 * 2;
        let film = |before: usize| -> Vec<_> { (0..40).map(|i| room(if i < before { 10 } else { sways(i) }, 1.0)).collect() };
        assert_eq!(cuts(&film(2), &[]), [2]);
        assert!(cuts(&film(20), &[]).is_empty(), "far from an end the frames beside it must be quieter");
        assert!(cuts(&film(0), &[]).is_empty());
    }

    #[test]
    fn who_walks_and_what_is_painted_anew_is_no_cut() {
        let walk: Vec<_> = (0..14).map(|i| room(5 + 5 * i, 1.0)).collect();
        assert!(cuts(&walk, &[]).is_empty());
        let paler: Vec<_> = (0..40).map(|i| room(30, if i < 20 { 0.6 } else { 1.2 })).collect();
        assert!(cuts(&paler, &[]).is_empty(), "the edges stay");
        let flash: Vec<_> = (0..40).map(|i| room(if i == 20 { 50 } else { 10 }, 1.0)).collect();
        assert!(cuts(&flash, &[]).is_empty(), "one frame is no clip");
    }
}
