//! Where hands, shoulders, hips and knees are, against the lifter's own trunk: enough to tell exercises apart, and cheap.

use crate::numeric::filter::{low_pass, resample};
use crate::numeric::{median, quantile};
use crate::track::{FrameObs, Joint, LandmarkObs, Layout, Side};

/// Points per second; no exercise has more than two turns in one.
pub const RATE_HZ: f64 = 15.0;
/// Postures this far apart are not joined, s.
const GAP_S: f64 = 0.7;
/// Cut-off of the channels, Hz.
const CUTOFF_HZ: f64 = 2.5;
/// A guessed joint counts this much against a seen one.
const GUESSED: f64 = 0.03;
/// The trunk's length is that of the poses this near in time, s; bending towards the camera only shortens it.
const TRUNK_WITHIN_S: f64 = 10.0;
const TRUNK_SHARE: f64 = 0.9;
/// Poses on either side that vote out a leap of one.
const BESIDE: usize = 2;

/// Values over the grid; `None` where nobody was seen.
pub type Channel = Vec<Option<f64>>;

/// Channels over one part of a recording, in trunk lengths.
#[derive(Debug, Clone, Default)]
pub struct Posture {
    /// Time of the first grid point, s.
    pub start_s: f64,
    /// Hands below shoulders: about 1 where the arms hang.
    pub hang: Channel,
    /// Shoulders above hips: 1 = upright, 0 = level.
    pub upright: Channel,
    /// Hips above ankles.
    pub hips: Channel,
    /// Hands above ankles.
    pub hands: Channel,
    /// Hands below knees: + = below.
    pub below_knee: Channel,
    /// Hands beside shoulders, across the picture, + = to the right.
    pub beside: Channel,
    /// From ankle to ankle.
    pub stride: Channel,
    /// The trunk as it is seen: below 1 where it bends towards the camera or stands farther off than at other times.
    pub trunk: Channel,
    /// Hands' height in the picture without the camera's own movement, + = up.
    pub hands_up: Channel,
    /// Place across the picture without the camera's own movement.
    pub across: Channel,
    /// Trunk, thigh and shank as long as they ever are in the part, px.
    pub limbs_px: [Option<f64>; 3],
}

/// Joint middles of one pose, px, in the order of [`JOINTS`].
type Middles = [[f64; 2]; 5];

/// One pose: when, joint middles, px from ankle to ankle, the camera's own movement.
struct Seen {
    time_s: f64,
    middles: Middles,
    stride_px: f64,
    shift_px: [f64; 2],
}
const JOINTS: [Joint; 5] = [Joint::Shoulder, Joint::Wrist, Joint::Hip, Joint::Knee, Joint::Ankle];
const SHOULDER: usize = 0;
const WRIST: usize = 1;
const HIP: usize = 2;
const KNEE: usize = 3;
const ANKLE: usize = 4;

impl Posture {
    /// Of the frames of one part; `None` where too few show somebody.
    pub fn of(frames: &[FrameObs], layout: &Layout) -> Option<Posture> {
        let seen: Vec<Seen> = frames.iter().filter_map(|f| Seen::of(f, layout)).collect();
        let times: Vec<f64> = seen.iter().map(|s| s.time_s).collect();
        let (start_s, end_s) = (*times.first()?, *times.last()?);
        let n = ((end_s - start_s) * RATE_HZ) as usize + 1;
        let grid: Vec<f64> = (0..n).map(|i| start_s + i as f64 / RATE_HZ).collect();
        let lengths: Vec<f64> = seen.iter().map(|s| between(&s.middles, HIP, SHOULDER)).collect();
        let trunks = trunks(&times, &lengths);
        let channel = |value: &dyn Fn(&Seen) -> f64| -> Channel {
            let raw: Vec<f64> = seen.iter().zip(&trunks).map(|(s, trunk)| value(s) / trunk).collect();
            let voted = |i: usize| median(raw[i.saturating_sub(BESIDE)..(i + BESIDE + 1).min(raw.len())].iter());
            let samples: Vec<Option<f64>> = (0..raw.len()).map(voted).collect();
            low_pass(&resample(&times, &samples, &grid, GAP_S), RATE_HZ, CUTOFF_HZ)
        };
        let below = |a: usize, b: usize| channel(&move |s| s.middles[a][1] - s.middles[b][1]);
        let longest = |a: usize, b: usize| quantile(seen.iter().map(|s| between(&s.middles, a, b)), TRUNK_SHARE);
        Some(Posture {
            start_s,
            hang: below(WRIST, SHOULDER),
            upright: below(HIP, SHOULDER),
            hips: below(ANKLE, HIP),
            hands: below(ANKLE, WRIST),
            below_knee: below(WRIST, KNEE),
            beside: channel(&|s| s.middles[WRIST][0] - s.middles[SHOULDER][0]),
            stride: channel(&|s| s.stride_px),
            trunk: channel(&|s| between(&s.middles, HIP, SHOULDER)),
            hands_up: channel(&|s| s.shift_px[1] - s.middles[WRIST][1]),
            across: channel(&|s| s.middles[HIP][0] - s.shift_px[0]),
            limbs_px: [longest(HIP, SHOULDER), longest(KNEE, HIP), longest(ANKLE, KNEE)],
        })
    }

    pub fn len(&self) -> usize {
        self.hang.len()
    }

    /// Time of a grid point, s.
    pub fn time_s(&self, at: usize) -> f64 {
        self.start_s + at as f64 / RATE_HZ
    }

    /// Grid points of a stretch of time.
    pub fn range(&self, [from_s, to_s]: [f64; 2]) -> std::ops::Range<usize> {
        let at = |t: f64| (((t - self.start_s) * RATE_HZ).round().max(0.0) as usize).min(self.len());
        at(from_s)..at(to_s).max(at(from_s))
    }

    /// Median of a channel around a grid point.
    pub fn around(channel: &Channel, at: usize) -> Option<f64> {
        let (from, to) = (at.saturating_sub(1), (at + 2).min(channel.len()));
        median(channel[from.min(to)..to].iter().flatten())
    }

    /// How far a channel reaches over grid points.
    pub fn reach_of(channel: &Channel, range: std::ops::Range<usize>) -> f64 {
        let values = || channel[range.start.min(channel.len())..range.end.min(channel.len())].iter().flatten().copied();
        let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        (most - least).max(0.0)
    }
}

impl Seen {
    fn of(f: &FrameObs, layout: &Layout) -> Option<Seen> {
        let landmarks = &f.pose.as_ref()?.landmarks;
        let middles = middles(landmarks, layout)?;
        let [a, b] = [Side::Left, Side::Right].map(|side| landmarks.get(layout.index(side, Joint::Ankle)?));
        let stride_px = (a?.x_px - b?.x_px).hypot(a?.y_px - b?.y_px);
        Some(Seen { time_s: f.time_s, middles, stride_px, shift_px: f.camera_shift_px.unwrap_or([0.0; 2]) })
    }
}

/// Middles of both sides' joints, each side by how well it was seen; `None` where the layout lacks one.
fn middles(landmarks: &[LandmarkObs], layout: &Layout) -> Option<Middles> {
    let mut out = [[0.0; 2]; 5];
    for (place, joint) in out.iter_mut().zip(JOINTS) {
        let both = [Side::Left, Side::Right].map(|side| layout.index(side, joint).and_then(|i| landmarks.get(i)));
        let [a, b] = [both[0]?, both[1]?];
        let [wa, wb] = [a, b].map(|l| l.visibility.clamp(0.0, 1.0).powi(2) + GUESSED);
        *place = [(a.x_px * wa + b.x_px * wb) / (wa + wb), (a.y_px * wa + b.y_px * wb) / (wa + wb)];
    }
    Some(out)
}

fn between(m: &Middles, a: usize, b: usize) -> f64 {
    (m[a][0] - m[b][0]).hypot(m[a][1] - m[b][1])
}

/// The trunk's length at every pose, px: looked up once a second.
fn trunks(times: &[f64], lengths: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(times.len());
    let (mut next, mut now) = (f64::NEG_INFINITY, 1.0);
    for &t in times {
        if t >= next {
            let from = times.partition_point(|u| *u < t - TRUNK_WITHIN_S);
            let to = times.partition_point(|u| *u <= t + TRUNK_WITHIN_S);
            now = quantile(lengths[from..to].iter(), TRUNK_SHARE).unwrap_or(now).max(1.0);
            next = t + 1.0;
        }
        out.push(now);
    }
    out
}
