//! What the picture itself does: black bars, cuts, frozen stretches (SPEC 4.4).

use super::cuts::{self, Jump};
use super::raster::{COLUMNS, ROWS, Raster};
use crate::track::{Event, RectPx};
use opencv::core::Mat;
use opencv::prelude::*;

/// Grey level below which a border is black.
const BLACK: u8 = 26;
/// Largest mean difference of the moving half of the raster that still is a frozen picture.
const FROZEN_LEVELS: f64 = 0.35;
const FREEZE_S: f64 = 0.6;

/// A recorder that stalls repeats its picture for at least this time and these frames, s: two alike are a change of rate.
const STALL_S: f64 = 0.1;
const STALL_FRAMES: usize = 3;
/// The picture after a stall differs by this many times the usual change beside it, and this many levels: what moved on
/// meanwhile comes at once. 20 frames of a pull at 30 a second: 4.6 times, 15 levels. A freeze that an editor put in
/// goes on from where it stood, a lifter who stood still sets out slowly.
const STALL_TIMES_USUAL: f64 = 3.0;
const STALL_LEVELS: f64 = 2.0;
/// Frames that tell the usual change beside a stall.
const BESIDE: usize = 6;

/// Watches every frame cheaply.
#[derive(Default)]
pub struct SceneWatch {
    times: Vec<f64>,
    /// Mean difference to the frame before.
    change: Vec<f64>,
    jumps: Vec<Jump>,
    /// Share of raster points that changed by more than two levels.
    stirred: Vec<f64>,
    last: Option<Raster>,
    brightest: Vec<u8>,
    size: (i32, i32),
}

impl SceneWatch {
    /// Looks at one upright BGR frame.
    pub fn see(&mut self, time_s: f64, frame: &Mat) -> opencv::Result<()> {
        self.size = (frame.cols(), frame.rows());
        let now = Raster::sample(frame)?;
        if self.brightest.is_empty() {
            self.brightest = vec![0; now.levels().len()];
        }
        for (b, n) in self.brightest.iter_mut().zip(now.levels()) {
            *b = (*b).max(*n);
        }
        let (change, stirred, jump) = self.last.as_ref().map_or((0.0, 1.0, Jump::default()), |last| {
            let differences = last.levels().iter().zip(now.levels()).map(|(a, b)| f64::from(a.abs_diff(*b)));
            let n = now.levels().len() as f64;
            let stirred = differences.clone().filter(|d| *d > 2.0).count() as f64 / n;
            (differences.sum::<f64>() / n, stirred, Jump::between(last, &now))
        });
        self.change.push(change);
        self.stirred.push(stirred);
        self.jumps.push(jump);
        self.times.push(time_s);
        self.last = Some(now);
        Ok(())
    }

    /// The last frame's raster.
    pub fn raster(&self) -> Option<&Raster> {
        self.last.as_ref()
    }

    /// Times of the first frames after cuts. `events`: what the recording did to itself, which is none.
    pub fn cuts_s(&self, events: &[Event]) -> Vec<f64> {
        let mut frames: Vec<usize> = cuts::places(&self.change).chain(cuts::within_a_room(&self.times, &self.jumps, events)).collect();
        frames.sort_unstable();
        frames.dedup();
        frames.into_iter().map(|i| self.times[i]).collect()
    }

    /// Runs of frames that repeat the one before them but for a few captions: first and last of the same picture.
    fn still_runs(&self) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut start: Option<usize> = None;
        for i in 1..=self.times.len() {
            let still = i < self.times.len() && self.change[i] < FROZEN_LEVELS && self.stirred[i] < 0.004;
            match (still, start) {
                (true, None) => start = Some(i - 1),
                (false, Some(s)) => {
                    out.push((s, i - 1));
                    start = None;
                }
                _ => {}
            }
        }
        out
    }

    /// Stretches of at least 0.6 s in which nothing but a few captions moves.
    pub fn freezes_s(&self) -> Vec<[f64; 2]> {
        let long = |&(a, b): &(usize, usize)| self.times[b] - self.times[a] >= FREEZE_S;
        self.still_runs().into_iter().filter(long).map(|(a, b)| [self.times[a], self.times[b]]).collect()
    }

    /// Stretches in which the recorder stalled: from the picture that was repeated to the one after the jump.
    pub fn stalls_s(&self) -> Vec<[f64; 2]> {
        let cuts: Vec<usize> = cuts::places(&self.change).collect();
        let runs = self.still_runs();
        // What a new picture usually brings: repeated ones, of which a film of a lower rate is full, say nothing.
        let mut fresh = vec![true; self.times.len()];
        runs.iter().for_each(|&(a, b)| fresh[a + 1..=b].fill(false));
        let usual = |frames: &mut dyn Iterator<Item = usize>| {
            let changes: Vec<f64> = frames.filter(|&i| fresh[i]).take(BESIDE).map(|i| self.change[i]).collect();
            crate::numeric::median(changes)
        };
        let jumps = |&(a, b): &(usize, usize)| {
            let long = b - a >= STALL_FRAMES && self.times[b] - self.times[a] >= STALL_S;
            let Some(&jump) = self.change.get(b + 1).filter(|_| long) else { return false };
            let beside = [usual(&mut (1..=a).rev()), usual(&mut (b + 2..self.times.len()))];
            let moving = beside.into_iter().flatten().fold(0.0, f64::max);
            // Beside it somebody moves: a picture that stands still on both sides was exchanged, not stalled.
            moving > FROZEN_LEVELS && jump > STALL_LEVELS && jump > STALL_TIMES_USUAL * moving && !cuts.contains(&(b + 1))
        };
        runs.iter().filter(|r| jumps(r)).map(|&(a, b)| [self.times[a], self.times[b + 1]]).collect()
    }

    /// The picture without borders that were black throughout.
    pub fn picture(&self) -> RectPx {
        let (w, h) = (f64::from(self.size.0), f64::from(self.size.1));
        let whole = RectPx { x_px: 0.0, y_px: 0.0, width_px: w, height_px: h };
        if self.brightest.is_empty() {
            return whole;
        }
        let black_column = |c: usize| (0..ROWS).filter(|r| self.brightest[r * COLUMNS + c] > BLACK).count() <= ROWS / 20;
        let black_row = |r: usize| (0..COLUMNS).filter(|c| self.brightest[r * COLUMNS + c] > BLACK).count() <= COLUMNS / 20;
        let left = (0..COLUMNS).find(|c| !black_column(*c)).unwrap_or(0);
        let right = (0..COLUMNS).rev().find(|c| !black_column(*c)).unwrap_or(COLUMNS - 1);
        let top = (0..ROWS).find(|r| !black_row(*r)).unwrap_or(0);
        let bottom = (0..ROWS).rev().find(|r| !black_row(*r)).unwrap_or(ROWS - 1);
        // A dark gym is no border: at least a tenth of a side must be black, and half remain.
        let (cw, ch) = (w / COLUMNS as f64, h / ROWS as f64);
        let cut = |from: usize, to: usize, n: usize| {
            if (from > 0 || to + 1 < n) && to + 1 - from >= n / 5 && n - (to + 1 - from) >= n / 20 { (from, to + 1) } else { (0, n) }
        };
        let (l, r) = cut(left, right, COLUMNS);
        let (t, b) = cut(top, bottom, ROWS);
        RectPx { x_px: l as f64 * cw, y_px: t as f64 * ch, width_px: (r - l) as f64 * cw, height_px: (b - t) as f64 * ch }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opencv::core::{Rect, Scalar};
    use opencv::imgproc;

    fn grey(level: f64) -> Mat {
        Mat::new_rows_cols_with_default(180, 320, opencv::core::CV_8UC3, Scalar::all(level)).unwrap()
    }

    /// A square that walks 4 px a frame over a pattern, but for what `place` says.
    fn walking(place: impl Fn(i32) -> i32) -> SceneWatch {
        let mut watch = SceneWatch::default();
        for i in 0..60 {
            let mut frame = grey(90.0);
            for k in 0..80 {
                imgproc::rectangle(&mut frame, Rect::new(4 * k, 0, 2, 180), Scalar::all(f64::from(60 + k)), -1, 8, 0).unwrap();
            }
            imgproc::rectangle(&mut frame, Rect::new(10 + 4 * place(i), 20, 60, 140), Scalar::all(160.0), -1, 8, 0).unwrap();
            watch.see(f64::from(i) / 30.0, &frame).unwrap();
        }
        watch
    }

    #[test]
    fn a_stall_jumps_and_an_edited_freeze_does_not() {
        let stall = walking(|i| if (20..40).contains(&i) { 20 } else { i }).stalls_s();
        assert!(stall.len() == 1 && (stall[0][0] - 20.0 / 30.0).abs() < 0.01 && (stall[0][1] - 40.0 / 30.0).abs() < 0.01, "{stall:?}");
        assert!(walking(|i| if i < 20 { i } else { (i - 20).max(20) }).stalls_s().is_empty(), "the walk went on from where it stood");
        assert!(walking(|i| i).stalls_s().is_empty());
        assert!(walking(|i| (i - 30).max(0)).stalls_s().is_empty(), "somebody set out");
    }

    #[test]
    fn a_cut_is_a_cut_and_black_bars_are_cropped() {
        let mut watch = SceneWatch::default();
        for i in 0..40 {
            let mut frame = grey(0.0);
            let inside = Rect::new(100, 0, 120, 180);
            let level = if i < 20 { 120.0 } else { 200.0 } + f64::from(i % 3);
            imgproc::rectangle_def(&mut frame, inside, Scalar::all(level)).unwrap();
            imgproc::rectangle(&mut frame, inside, Scalar::all(level), -1, 8, 0).unwrap();
            watch.see(f64::from(i) / 30.0, &frame).unwrap();
        }
        assert_eq!(watch.cuts_s(&[]), vec![20.0 / 30.0]);
        let p = watch.picture();
        assert!((p.x_px - 100.0).abs() < 4.0 && (p.width_px - 120.0).abs() < 7.0 && p.height_px == 180.0, "{p:?}");
    }
}
