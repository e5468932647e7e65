//! Rests between sets. While nothing in the picture moves for long there is nothing to look at; somebody who walks about is no rest here, and is
//! looked at like a lift.

use super::raster::Raster;
use crate::media::{Frame, FrameSource, MediaError, SourceInfo};
use crate::numeric::median;
use opencv::core::Mat;
use opencv::prelude::*;
use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A stretch without movement is a rest when it is this long, s (our choice: longer than a set-up, shorter than a rest).
const LEAST_S: f64 = 15.0;
/// Of which so much is looked at like a lift at either end, s: who rests is seen to come and to go.
const AWAKE_S: f64 = 3.0;
/// The picture is held against the one of so long ago, s: a slow movement adds up.
const BACK_S: f64 = 1.0;
/// And this often, s.
const EVERY_S: f64 = 0.25;
/// A square changed when its mean differs by more than so many times what most squares do, and by more than the first of these, grey
/// levels: a dark lifter before a dark wall hardly stands out. Beyond the second it changed in any film.
const TIMES_NOISE: f64 = 5.0;
const LEVELS: [f64; 2] = [4.0, 8.0];
/// So many squares may: a lamp, a clock. A lifter of a sixth of the picture's height covers four, and leaves most of his place in a pull.
const MOST_SQUARES: usize = 1;

/// Watches the raster of every frame ([`super::scene::SceneWatch`]).
#[derive(Default)]
pub struct RestWatch {
    /// Time and the squares' means, the oldest first.
    kept: VecDeque<(f64, Vec<f64>)>,
    next_s: f64,
    since_s: Option<f64>,
    now_s: f64,
    found: Vec<[f64; 2]>,
}

impl RestWatch {
    pub fn see(&mut self, time_s: f64, raster: &Raster) {
        self.now_s = time_s;
        if time_s + 1e-6 < self.next_s {
            return;
        }
        self.next_s = time_s + EVERY_S;
        let now = raster.squares().to_vec();
        while self.kept.get(1).is_some_and(|k| k.0 <= time_s - BACK_S) {
            self.kept.pop_front();
        }
        if let Some((then_s, then)) = self.kept.front().filter(|k| k.0 <= time_s - BACK_S) {
            let still = changed(then, &now) <= MOST_SQUARES;
            match (still, self.since_s) {
                (true, None) => self.since_s = Some(*then_s),
                (false, Some(_)) => self.end(time_s - EVERY_S),
                _ => {}
            }
        }
        self.kept.push_back((time_s, now));
    }

    fn end(&mut self, at_s: f64) {
        let span = self.since_s.take().map(|from| [from, at_s]);
        self.found.extend(span.filter(|s| s[1] - s[0] >= LEAST_S).map(|s| [s[0] + AWAKE_S, s[1] - AWAKE_S]));
    }

    /// Nothing has moved for so long that this may be a rest.
    pub fn resting(&self) -> bool {
        self.since_s.is_some_and(|since| self.now_s - since > 0.5 * LEAST_S)
    }

    pub fn finish(mut self) -> Rests {
        self.end(self.now_s);
        Rests(self.found)
    }
}

/// How many squares changed.
fn changed(then: &[f64], now: &[f64]) -> usize {
    let apart = || then.iter().zip(now).map(|(a, b)| (a - b).abs());
    // The median of a normal error is 0.67 σ.
    let noise = median(apart()).unwrap_or(0.0) / 0.67;
    let limit = (TIMES_NOISE * noise).clamp(LEVELS[0], LEVELS[1]);
    apart().filter(|d| *d > limit).count()
}

/// From–to of every rest, s, by their time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rests(Vec<[f64; 2]>);

/// A film of which only a picture now and then is made while nothing moves for long: enough to see it move again.
pub struct Dozing {
    source: Box<dyn FrameSource>,
    path: PathBuf,
    watch: RestWatch,
    next_s: f64,
}

impl Dozing {
    /// Of the film at `path`.
    pub fn new(source: Box<dyn FrameSource>, path: &Path) -> Dozing {
        Dozing { source, path: path.to_owned(), watch: RestWatch::default(), next_s: 0.0 }
    }
}

impl FrameSource for Dozing {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        let (resting, next_s) = (self.watch.resting(), self.next_s);
        let Some(frame) = self.source.next_if(&mut |time_s| !resting || time_s + 1e-6 >= next_s)? else { return Ok(None) };
        if !frame.image.empty() {
            let failed = |source| MediaError::Decoding { path: self.path.clone(), after_frame: frame.index, source };
            self.watch.see(frame.time_s, &Raster::sample(&frame.image).map_err(failed)?);
            self.next_s = frame.time_s + EVERY_S;
        }
        Ok(Some(frame))
    }

    fn info(&self) -> &SourceInfo {
        self.source.info()
    }
}

/// Opens a film anew.
type Opener = Box<dyn Fn() -> Result<Box<dyn FrameSource>, MediaError> + Send>;

/// A film whose rests are passed over: their frames come without an image, and are not even decoded where the film can be gone on with at
/// a later picture. The times of all frames are known from a pass before.
pub struct Awake {
    source: Box<dyn FrameSource>,
    open: Opener,
    times_s: Vec<f64>,
    rests: VecDeque<[f64; 2]>,
    /// Frames of a rest that are still to come, and what follows them.
    passing: Range<u32>,
    /// The next frame is another than the source's.
    leaves: bool,
    /// The film cannot be gone on with: it is decoded throughout.
    throughout: bool,
}

impl Awake {
    pub fn new(open: Opener, times_s: Vec<f64>, rests: Rests) -> Result<Awake, MediaError> {
        let source = open()?;
        Ok(Awake { source, open, times_s, rests: rests.0.into(), passing: 0..0, leaves: false, throughout: false })
    }

    /// Goes on with the frame after a rest.
    fn wake(&mut self) -> Result<(), MediaError> {
        self.leaves = false;
        let index = self.passing.end;
        let Some(&time_s) = self.times_s.get(index as usize) else { return Ok(()) };
        let mut source = (self.open)()?;
        source.skip_to(index, time_s)?;
        // The first frame that comes tells whether it did: what comes sooner is passed over.
        while let Some(frame) = source.next_if(&mut |at_s| at_s >= time_s)? {
            if frame.index >= index {
                self.source = Box::new(From { first: Some(frame), rest: source });
                return Ok(());
            }
            self.throughout = true;
        }
        self.source = source;
        Ok(())
    }
}

impl FrameSource for Awake {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        if let Some(index) = self.passing.next() {
            return Ok(Some(Frame { index, time_s: self.times_s[index as usize], image: Mat::default() }));
        }
        if self.leaves {
            self.wake()?;
        }
        let rests = &mut self.rests;
        let Some(frame) = self.source.next_if(&mut |time_s| {
            while rests.front().is_some_and(|r| r[1] < time_s) {
                rests.pop_front();
            }
            rests.front().is_none_or(|r| time_s < r[0])
        })?
        else {
            return Ok(None);
        };
        if let Some([_, to]) = self.rests.front().filter(|_| frame.image.empty() && !self.throughout) {
            let end = self.times_s.partition_point(|t| t <= to) as u32;
            self.passing = frame.index + 1..end;
            self.leaves = end > frame.index + 1;
        }
        Ok(Some(frame))
    }

    fn info(&self) -> &SourceInfo {
        self.source.info()
    }
}

/// A source of which a frame was taken already.
struct From {
    first: Option<Frame>,
    rest: Box<dyn FrameSource>,
}

impl FrameSource for From {
    fn next(&mut self) -> Result<Option<Frame>, MediaError> {
        self.first.take().map_or_else(|| self.rest.next(), |frame| Ok(Some(frame)))
    }

    fn next_if(&mut self, wanted: &mut dyn FnMut(f64) -> bool) -> Result<Option<Frame>, MediaError> {
        self.first.take().map_or_else(|| self.rest.next_if(wanted), |frame| Ok(Some(frame)))
    }

    fn info(&self) -> &SourceInfo {
        self.rest.info()
    }
}

#[cfg(test)]
mod tests {
    use super::super::raster::{COLUMNS, ROWS};
    use super::*;
    use opencv::core::{CV_8UC3, Scalar};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A noisy film of 10 frames a second that shows a bright figure of 4 × 9 points, whose left edge is at `place(time)`.
    fn watched(length_s: f64, place: impl Fn(f64) -> usize) -> RestWatch {
        let mut watch = RestWatch::default();
        let mut seed = 7_u32;
        for i in 0..(length_s * 10.0) as usize {
            let time_s = i as f64 * 0.1;
            let mut noise = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                94 + (seed >> 24) as u8 % 13
            };
            let mut raster: Vec<u8> = (0..COLUMNS * ROWS).map(|_| noise()).collect();
            (20..29).for_each(|row| raster[row * COLUMNS + place(time_s)..][..4].fill(160));
            watch.see(time_s, &Raster::of(raster));
        }
        watch
    }

    #[test]
    fn a_long_stillness_is_a_rest_but_for_its_ends() {
        // Moves for 5 s, stands for 40 s, moves for 5 s.
        let place = |t: f64| if (5.0..45.0).contains(&t) { 50 } else { 10 + (t * 20.0) as usize % 60 };
        let rests = watched(50.0, place).finish();
        assert_eq!(rests.0.len(), 1);
        let [from, to] = rests.0[0];
        assert!((7.9..9.1).contains(&from) && (41.0..42.5).contains(&to), "{rests:?}");
    }

    /// A film of 10 frames a second that counts what it decodes; `skips`: whether it can be gone on with.
    struct Counting {
        at: u32,
        skips: bool,
        decoded: Arc<AtomicU32>,
        info: SourceInfo,
    }

    impl FrameSource for Counting {
        fn next(&mut self) -> Result<Option<Frame>, MediaError> {
            self.next_if(&mut |_| true)
        }

        fn next_if(&mut self, wanted: &mut dyn FnMut(f64) -> bool) -> Result<Option<Frame>, MediaError> {
            if self.at == 600 {
                return Ok(None);
            }
            let (index, time_s) = (self.at, f64::from(self.at) / 10.0);
            self.at += 1;
            self.decoded.fetch_add(1, Ordering::Relaxed);
            let image =
                if wanted(time_s) { Mat::new_rows_cols_with_default(2, 2, CV_8UC3, Scalar::all(1.0)).unwrap() } else { Mat::default() };
            Ok(Some(Frame { index, time_s, image }))
        }

        fn skip_to(&mut self, index: u32, _time_s: f64) -> Result<(), MediaError> {
            self.at = if self.skips { index } else { 0 };
            Ok(())
        }

        fn info(&self) -> &SourceInfo {
            &self.info
        }
    }

    #[test]
    fn a_rest_is_passed_over_and_every_frame_comes_once() {
        for skips in [true, false] {
            let decoded = Arc::new(AtomicU32::new(0));
            let counter = decoded.clone();
            let open = move || -> Result<Box<dyn FrameSource>, MediaError> {
                Ok(Box::new(Counting { at: 0, skips, decoded: counter.clone(), info: SourceInfo::default() }))
            };
            let times: Vec<f64> = (0..600).map(|i| f64::from(i) / 10.0).collect();
            let mut film = Awake::new(Box::new(open), times, Rests(vec![[10.0, 20.0], [30.0, 40.0]])).unwrap();
            let mut frames = vec![];
            while let Some(frame) = film.next().unwrap() {
                frames.push((frame.index, frame.image.empty()));
            }
            assert!(frames.iter().enumerate().all(|(i, f)| f.0 as usize == i) && frames.len() == 600);
            let resting = |i: usize| (100..=200).contains(&i) || (300..=400).contains(&i);
            assert!(frames.iter().enumerate().all(|(i, f)| f.1 == resting(i)), "skips: {skips}");
            // A film that cannot be gone on with is begun anew once, and no more.
            assert_eq!(decoded.load(Ordering::Relaxed), if skips { 600 - 2 * 100 } else { 101 + 600 });
        }
    }

    #[test]
    fn a_film_in_which_nothing_moves_is_seen_four_times_a_second() {
        let source = Counting { at: 0, skips: true, decoded: Arc::default(), info: SourceInfo::default() };
        let mut film = Dozing::new(Box::new(source), Path::new("film"));
        let mut seen = vec![];
        while let Some(frame) = film.next().unwrap() {
            seen.push(!frame.image.empty());
        }
        assert_eq!(seen.len(), 600);
        assert!(seen[..75].iter().all(|s| *s), "what is still for a while only is seen throughout");
        let dozing = seen[100..].iter().filter(|s| **s).count();
        assert!((150..=200).contains(&dozing), "{dozing} of 500 pictures");
    }

    #[test]
    fn neither_a_set_up_nor_a_slow_movement_is_a_rest() {
        assert_eq!(watched(12.0, |_| 50).finish(), Rests::default());
        // A figure that creeps by one point of the raster a second.
        assert_eq!(watched(60.0, |t| 10 + t as usize).finish(), Rests::default());
        // A dark lifter before a dark wall, in a film with little noise.
        let mut watch = RestWatch::default();
        for i in 0..300 {
            let place = 50 + usize::from(i % 40 < 20) * 6;
            let mut raster = vec![30_u8; COLUMNS * ROWS];
            (20..29).for_each(|row| raster[row * COLUMNS + place..][..4].fill(40));
            watch.see(f64::from(i) * 0.1, &Raster::of(raster));
        }
        assert_eq!(watch.finish(), Rests::default());
        assert!(!watched(7.0, |_| 500).resting() && watched(12.0, |_| 50).resting());
    }
}
