//! How the video's time runs against the lifter's: slow motion and stretches in which the picture was frozen (SPEC 4.4).

use super::landmarks::RawPoses;
use super::types::Pace;
use super::warning::{Warning, WarningCode};
use crate::config::Config;
use crate::numeric::filter::median;
use crate::track::{Event, EventCode, Track};

/// A file that plays at least this many times slower than it was recorded is slow motion.
const LEAST_SLOWER: f64 = 1.4;
/// More than this is no playback but something else.
pub(super) const MOST_SLOWER: f64 = 32.0;
/// Movement just before and just after a still stretch, trunk lengths per second, from which the picture was frozen and
/// the lifter did not simply stand still; and the time that counts as "just".
const MOVING_PER_S: f64 = 0.5;
const BESIDE_S: f64 = 0.12;
/// Least cosine between the two movements, median over the points: a frozen pull has 0.9 and more, a turn some 0.6.
const SAME_WAY: f64 = 0.8;

/// Times closer than this are one frame's, s.
const SAME_S: f64 = 1e-4;

/// How the video plays, as user and file tell it and the picture shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Playback {
    /// This many times too slowly: 1 for real time.
    pub slower: f64,
    /// As [`Pace::frozen_s`] and [`Pace::stalled_s`].
    pub frozen_s: Vec<[f64; 2]>,
    pub stalled_s: Vec<[f64; 2]>,
}

impl Playback {
    /// Slow motion as the user says, else as the container says; freezes as the picture shows them.
    pub fn of(track: &Track, raw: &RawPoses, trunk_px: f64, config: &Config) -> Playback {
        let told = config.lifter.slow_motion.filter(|f| *f > 0.0);
        let slower = told.or_else(|| recorded_slower(track)).unwrap_or(1.0);
        // What the pictures themselves told as a stall is none that the editor made.
        let stalled = |f: &[f64; 2]| track.scene.events.iter().any(|e| e.code == EventCode::Stalled && e.touches(f[0], f[1]));
        let told = |kind: Break| {
            track
                .scene
                .freezes_s
                .iter()
                .copied()
                .filter(|f| interrupts(*f, raw, trunk_px).map(|b| if stalled(f) { Break::Stalled } else { b }) == Some(kind))
                .collect()
        };
        Playback { slower, frozen_s: told(Break::Frozen), stalled_s: told(Break::Stalled) }
    }

    /// Whether a frozen picture is shown.
    pub fn is_frozen(&self, time_s: f64) -> bool {
        self.frozen_s.iter().any(|f| time_s > f[0] + 1e-6 && time_s < f[1] - 1e-6)
    }

    /// The track without the pictures that a stalled recorder repeated: they show a moment of before, and the load that is
    /// elsewhere when the picture comes back was not there in no time. None where the recorder never stalled.
    pub fn without_repeats(&self, track: &Track) -> Option<Track> {
        let stalls: Vec<&Event> = track.scene.events.iter().filter(|e| e.code == EventCode::Stalled).collect();
        if stalls.is_empty() && self.stalled_s.is_empty() {
            return None;
        }
        // An event ends with the first new picture, a still stretch with the last repeated one.
        let repeated = |t: f64| {
            stalls.iter().any(|e| t > e.from_s + SAME_S && t < e.to_s - SAME_S)
                || self.stalled_s.iter().any(|[from, to]| t > from + SAME_S && t < to + SAME_S)
        };
        Some(track.with_frames(track.frames.iter().filter(|f| !repeated(f.time_s)).cloned().collect()))
    }
}

/// Whether nobody told how fast the video plays.
pub fn untold(track: &Track, config: &Config) -> bool {
    config.lifter.slow_motion.is_none() && recorded_slower(track).is_none()
}

impl Pace {
    /// `fell_slower` is what a bar that was let go says against the video's time, where nobody explains it.
    pub fn of(playback: Playback, fell_slower: Option<f64>) -> Pace {
        let Playback { slower, frozen_s, stalled_s } = playback;
        Pace { slower, frozen_s, stalled_s, fell_slower }
    }

    /// What the report says about it.
    pub fn warnings(&self, track: &Track, config: &Config) -> Vec<Warning> {
        let mut out = Vec::new();
        let mut warn = |code: WarningCode, message: String| out.push(Warning::new(code, message));
        if let Some(times) = recorded_slower(track).filter(|_| config.lifter.slow_motion.is_none()) {
            warn(
                WarningCode::SlowMotion,
                format!(
                    "The file says that it was recorded with {times:.1} times the frames per second at which it plays: speeds and times are those of the lifter, not of the video. Give --slow-motion 1 if that is wrong."
                ),
            );
        }
        if let Some(times) = self.fell_slower {
            warn(
                WarningCode::SlowMotion,
                format!(
                    "The bar was let go and fell some {times:.1} times too slowly: the video seems to play in slow motion. Speeds are left out; give --slow-motion {times:.0} if that is how it was made."
                ),
            );
        }
        if let Some([from, to]) = self.frozen_s.first() {
            let more = if self.frozen_s.len() > 1 { " (and more)" } else { "" };
            warn(
                WarningCode::FreezeFrame,
                format!("The picture stands still in the middle of a movement from {from:.1} to {to:.1} s{more}: that time is left out."),
            );
        }
        if let Some([from, to]) = self.stalled_s.first() {
            let more = if self.stalled_s.len() > 1 { " (and more)" } else { "" };
            warn(
                WarningCode::Recording(EventCode::Stalled),
                format!(
                    "The picture stands still from {from:.1} to {to:.1} s{more} and then jumps: the recorder stalled while the lift went on. That time counts, and what happened in it was not seen."
                ),
            );
        }
        out
    }
}

/// Rate of recording over rate of playing, where the container tells both and they differ.
fn recorded_slower(track: &Track) -> Option<f64> {
    let times = track.video.capture_fps? / track.video.mean_fps.max(1.0);
    (LEAST_SLOWER..=MOST_SLOWER).contains(&times).then_some(times)
}

/// What a still stretch in the middle of a movement was.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Break {
    /// The movement went on where it was.
    Frozen,
    /// The lifter was elsewhere when the picture came back.
    Stalled,
}

/// Share of the way that the movement would have made in the still time, from which the picture jumped; an edited freeze
/// goes on within a frame's way.
const JUMPED: f64 = 0.4;

/// Whether somebody moved up to the moment in which everything stood still, and went on when it ended: one who turns at the
/// top or on the floor may stand as still. What was frozen goes on the same way; what jumps may have changed meanwhile.
fn interrupts([from, to]: [f64; 2], raw: &RawPoses, trunk_px: f64) -> Option<Break> {
    let inside = |a: f64, b: f64| (0..raw.time_s.len()).filter(move |&n| raw.time_s[n] >= a - 1e-6 && raw.time_s[n] <= b + 1e-6);
    let moved = |first: usize, last: usize| -> Vec<[f64; 2]> {
        raw.landmarks.iter().map(|l| [0, 1].map(|axis| (l[last][axis] - l[first][axis]) / trunk_px)).collect()
    };
    let way = |v: &[[f64; 2]]| median(v.iter().map(|v| v[0].hypot(v[1]))).unwrap_or(0.0);
    let ends =
        |a: f64, b: f64| Some((inside(a, b).next()?, inside(a, b).next_back()?)).filter(|(f, l)| raw.time_s[*l] - raw.time_s[*f] > 1e-6);
    let (b0, b1) = ends(from - BESIDE_S, from)?;
    let last_still = inside(from, to).next_back()?;
    let next = last_still + 1;
    let (a0, a1) = ends(*raw.time_s.get(next)?, raw.time_s[next] + BESIDE_S)?;
    let (before, after) = (moved(b0, b1), moved(a0, a1));
    let speed_before = way(&before) / (raw.time_s[b1] - raw.time_s[b0]);
    if speed_before < MOVING_PER_S {
        return None;
    }
    let jump = way(&moved(last_still, next));
    let usual = speed_before * (raw.time_s[next] - raw.time_s[last_still]);
    if jump > usual + JUMPED * speed_before * (to - from) {
        return Some(Break::Stalled);
    }
    let cosine = |(a, b): (&[f64; 2], &[f64; 2])| (a[0] * b[0] + a[1] * b[1]) / (a[0].hypot(a[1]) * b[0].hypot(b[1])).max(1e-9);
    let same_way = median(before.iter().zip(&after).map(cosine)).is_some_and(|c| c > SAME_WAY);
    (way(&after) / (raw.time_s[a1] - raw.time_s[a0]) > MOVING_PER_S && same_way).then_some(Break::Frozen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::landmarks::Rows;

    /// Two landmarks that rise by a trunk a second, but for a stretch in which the picture stands still.
    fn rising(frozen: [f64; 2]) -> RawPoses {
        let time_s: Vec<f64> = (0..90).map(|i| f64::from(i) / 30.0).collect();
        let own = |t: f64| if t < frozen[0] { t } else { t.max(frozen[1]) - (frozen[1] - frozen[0]) };
        let row: Vec<[f64; 3]> = time_s.iter().map(|&t| [0.0, -100.0 * own(t), 1.0]).collect();
        RawPoses { frame: (0..90).collect(), landmarks: vec![row.clone(), row], time_s, rows: Rows::of(|_, _| None), swapped: 0 }
    }

    #[test]
    fn a_frozen_pull_interrupts_and_a_lifter_who_stands_does_not() {
        assert_eq!(interrupts([1.0, 2.0], &rising([1.0, 2.0]), 100.0), Some(Break::Frozen));
        let mut turned = rising([1.0, 2.0]);
        turned.landmarks.iter_mut().flatten().zip((0..90).cycle()).filter(|(_, i)| *i > 60).for_each(|(l, _)| l[1] = -200.0 - l[1]);
        assert_eq!(interrupts([1.0, 2.0], &turned, 100.0), None);
        let standing = RawPoses { landmarks: vec![vec![[5.0, 5.0, 1.0]; 90]; 2], ..rising([1.0, 2.0]) };
        assert_eq!(interrupts([1.0, 2.0], &standing, 100.0), None);
    }

    #[test]
    fn a_stalled_recorder_jumps_where_a_frozen_picture_goes_on() {
        let mut stalled = rising([1.0, 2.0]);
        let own = |t: f64| if t > 1.0 + 1e-6 && t < 2.0 - 1e-6 { 1.0 } else { t };
        let times = stalled.time_s.clone();
        stalled.landmarks.iter_mut().for_each(|row| row.iter_mut().zip(&times).for_each(|(l, t)| l[1] = -100.0 * own(*t)));
        assert_eq!(interrupts([1.0, 2.0 - 1.0 / 30.0], &stalled, 100.0), Some(Break::Stalled));
    }

    #[test]
    fn the_lifters_seconds_leave_freezes_out_and_slow_motion() {
        let pace = Pace { slower: 2.0, frozen_s: vec![[1.0, 1.6]], ..Pace::default() };
        assert!((pace.real_between([0.0, 3.0]) - 1.2).abs() < 1e-9);
        assert!((pace.real_between([1.2, 2.0]) - 0.2).abs() < 1e-9);
        assert!((Pace::default().real_between([1.2, 2.0]) - 0.8).abs() < 1e-9);
        let playback = Playback { slower: 2.0, frozen_s: pace.frozen_s, stalled_s: vec![] };
        assert_eq!([0.9, 1.0, 1.3, 1.6, 1.7].map(|t| playback.is_frozen(t)), [false, false, true, false, false]);
    }
}
