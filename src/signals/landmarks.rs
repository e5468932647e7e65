//! Raw landmarks of the chosen person as per-landmark sample rows, with left/right swaps mended.

use super::{Joint, Side};
use crate::numeric::median;
use crate::track::{Layout, Track};

/// One landmark over the frames that carry a pose: (x, y, visibility), frame px.
pub type Samples = Vec<[f64; 3]>;

/// Which row of [`RawPoses::landmarks`] shows a joint, by side and [`Joint`]; `None` where the layout does not have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows([[Option<usize>; Joint::ALL.len()]; 2]);

impl Rows {
    pub fn of(row: impl Fn(Side, Joint) -> Option<usize>) -> Rows {
        Rows([Side::Left, Side::Right].map(|side| Joint::ALL.map(|joint| row(side, joint))))
    }

    pub fn get(&self, side: Side, joint: Joint) -> Option<usize> {
        self.0[usize::from(side == Side::Right)][joint as usize]
    }

    fn pairs(&self, joints: &[Joint]) -> Vec<(usize, usize)> {
        joints.iter().filter_map(|j| self.get(Side::Left, *j).zip(self.get(Side::Right, *j))).collect()
    }
}

/// Landmarks of all frames with a pose.
#[derive(Debug, Clone)]
pub struct RawPoses {
    pub time_s: Vec<f64>,
    /// Index into [`Track::frames`].
    pub frame: Vec<usize>,
    /// `[landmark][sample]`.
    pub landmarks: Vec<Samples>,
    pub rows: Rows,
    /// Samples at which left and right were exchanged.
    pub swapped: usize,
}

/// A trunk this much shorter against the legs than it usually is in the clip folds as no trunk does: seen from up to 45° off the side a
/// level one keeps 0.7 of its length. The network guesses so where head and shoulders have left the picture.
const FOLDED: f64 = 0.45;
/// A body this much smaller than it usually is in the shot has shrunk as no body does: seen from up to 45° off the side bent trunk and
/// thighs keep 0.7 of their lengths. The network guesses so, and is sure of it, where a caption or the plate covers most of the lifter.
const SHRUNK: f64 = 0.5;

impl RawPoses {
    pub fn len(&self) -> usize {
        self.time_s.len()
    }

    /// All samples of a joint.
    pub fn of(&self, side: Side, joint: Joint) -> Option<&Samples> {
        self.landmarks.get(self.rows.get(side, joint)?)
    }

    /// One sample of a joint.
    pub fn at(&self, side: Side, joint: Joint, n: usize) -> Option<[f64; 3]> {
        self.of(side, joint)?.get(n).copied()
    }

    /// Halfway between left and right, px.
    pub fn middle(&self, joint: Joint, n: usize) -> Option<[f64; 2]> {
        let (a, b) = self.at(Side::Left, joint, n).zip(self.at(Side::Right, joint, n))?;
        Some([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])])
    }

    /// From hip to shoulder in one sample, px: of one side, or between the middles of both.
    pub fn trunk_px(&self, side: Option<Side>, n: usize) -> Option<f64> {
        let place = |joint| match side {
            Some(side) => self.at(side, joint, n).map(|p| [p[0], p[1]]),
            None => self.middle(joint, n),
        };
        Some(apart(place(Joint::Shoulder)?, place(Joint::Hip)?))
    }

    /// The same without the poses whose trunk is folded up and those that shrink against the others of their shot. Only for views in which
    /// a bent trunk is not foreshortened.
    #[must_use]
    pub fn without_folded(self, cuts_s: &[f64]) -> RawPoses {
        let lengths = |n: usize| {
            let [hip, knee, ankle] = [Joint::Hip, Joint::Knee, Joint::Ankle].map(|j| self.middle(j, n));
            Some((self.trunk_px(None, n)?, apart(hip?, knee?) + apart(knee?, ankle?)))
        };
        let lengths: Vec<Option<(f64, f64)>> = (0..self.len()).map(lengths).collect();
        let share = |n: usize| lengths[n].filter(|l| l.1 > 0.0).map(|(trunk, legs)| trunk / legs);
        let Some(usual) = median((0..self.len()).filter_map(share)) else { return self };
        let shot = |n: usize| cuts_s.iter().filter(|c| **c <= self.time_s[n]).count();
        let size = |n: usize| lengths[n].map(|(trunk, legs)| trunk + legs);
        let of_shot = |k: usize| median((0..self.len()).filter(|n| shot(*n) == k).filter_map(size));
        let sizes: Vec<Option<f64>> = (0..=cuts_s.len()).map(of_shot).collect();
        let folded = |n: usize| share(n).is_some_and(|s| s < FOLDED * usual);
        let shrunk = |n: usize| size(n).zip(sizes[shot(n)]).is_some_and(|(size, usual)| size < SHRUNK * usual);
        let kept: Vec<usize> = (0..self.len()).filter(|&n| !folded(n) && !shrunk(n)).collect();
        RawPoses {
            time_s: kept.iter().map(|&n| self.time_s[n]).collect(),
            frame: kept.iter().map(|&n| self.frame[n]).collect(),
            landmarks: self.landmarks.iter().map(|row| kept.iter().map(|&n| row[n]).collect()).collect(),
            ..self
        }
    }
}

fn apart(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Pairs (left, right) that trade places together, by row.
type Pairs<'a> = &'a [(usize, usize)];

/// Joints whose agreement decides a swap, and how many of them must agree (SPEC 5.1.3).
const VOTERS: [Joint; 4] = [Joint::Shoulder, Joint::Hip, Joint::Knee, Joint::Ankle];
const VOTERS_NEEDED: usize = 3;
/// Least drop of the cost for a swap.
const COST_DROP: f64 = 0.30;

/// Gathers the poses of a track and mends left/right swaps: a sample is exchanged when constant
/// velocity predicts the exchanged joints clearly better and at least three voters agree.
pub fn gather(track: &Track, layout: &Layout) -> RawPoses {
    let mut time_s = Vec::new();
    let mut frame = Vec::new();
    let count = track.frames.iter().find_map(|f| f.pose.as_ref().map(|p| p.landmarks.len())).unwrap_or(0);
    let mut landmarks: Vec<Samples> = vec![Vec::new(); count];
    for (i, f) in track.frames.iter().enumerate() {
        let Some(pose) = f.pose.as_ref().filter(|p| p.landmarks.len() == count) else { continue };
        time_s.push(f.time_s);
        frame.push(i);
        for (row, l) in landmarks.iter_mut().zip(&pose.landmarks) {
            row.push([l.x_px, l.y_px, l.visibility]);
        }
    }
    let rows = Rows::of(|side, joint| layout.index(side, joint));
    let swapped = mend_swaps(&time_s, &mut landmarks, &rows.pairs(&VOTERS), &rows.pairs(&Joint::ALL));
    RawPoses { time_s, frame, landmarks, rows, swapped }
}

fn mend_swaps(times: &[f64], landmarks: &mut [Samples], voters: Pairs, all: Pairs) -> usize {
    let mut swapped = 0;
    for n in 2..times.len() {
        let dt = times[n] - times[n - 1];
        if dt > 0.2 || times[n - 1] - times[n - 2] > 0.2 {
            continue;
        }
        let ratio = dt / (times[n - 1] - times[n - 2]).max(1e-6);
        let predict = |l: usize| {
            let (a, b) = (landmarks[l][n - 2], landmarks[l][n - 1]);
            [b[0] + (b[0] - a[0]) * ratio, b[1] + (b[1] - a[1]) * ratio]
        };
        let distance = |p: [f64; 2], l: usize| (p[0] - landmarks[l][n][0]).hypot(p[1] - landmarks[l][n][1]);
        let (mut keep, mut swap, mut agree) = (0.0, 0.0, 0);
        for &(l, r) in voters {
            let (pl, pr) = (predict(l), predict(r));
            let k = distance(pl, l) + distance(pr, r);
            let s = distance(pl, r) + distance(pr, l);
            keep += k;
            swap += s;
            if s < k {
                agree += 1;
            }
        }
        if swap < keep * (1.0 - COST_DROP) && agree >= VOTERS_NEEDED {
            for &(l, r) in all {
                let (a, b) = (landmarks[l][n], landmarks[r][n]);
                landmarks[l][n] = b;
                landmarks[r][n] = a;
            }
            swapped += 1;
        }
    }
    swapped
}

/// The side nearer to the camera: the one whose arm and leg the network sees better; when they tie
/// (within 0.03) the one with the longer thigh in pixels.
pub fn near_side(raw: &RawPoses) -> Side {
    use Joint::{Ankle, Elbow, Hip, Knee, Shoulder, Wrist};
    let visibility = |side: Side| {
        let rows: Vec<f64> =
            [Shoulder, Elbow, Wrist, Hip, Knee, Ankle].iter().filter_map(|j| median(raw.of(side, *j)?.iter().map(|s| s[2]))).collect();
        rows.iter().sum::<f64>() / rows.len().max(1) as f64
    };
    let thigh = |side: Side| {
        let Some((hip, knee)) = raw.of(side, Hip).zip(raw.of(side, Knee)) else { return 0.0 };
        median(hip.iter().zip(knee).map(|(h, k)| (h[0] - k[0]).hypot(h[1] - k[1]))).unwrap_or(0.0)
    };
    let (left, right) = (visibility(Side::Left), visibility(Side::Right));
    let left_is_near = if (left - right).abs() > 0.03 { left > right } else { thigh(Side::Left) >= thigh(Side::Right) };
    if left_is_near { Side::Left } else { Side::Right }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_trunk_is_left_out_and_a_bent_one_is_not() {
        // Shoulders, hips, knees, ankles, left and right; the trunk level, upright, folded.
        let poses = [[150.0, 100.0], [100.0, 50.0], [105.0, 95.0]];
        let rows = |at: &dyn Fn([f64; 2]) -> [f64; 2]| -> Samples { poses.iter().map(|p| [at(*p)[0], at(*p)[1], 1.0]).collect() };
        let landmarks = (0..8).map(|l| rows(&|p| if l / 2 == 0 { p } else { [100.0, 60.0 + 40.0 * f64::from(l / 2)] })).collect();
        let rows = Rows::of(|side, joint| {
            let row = VOTERS.iter().position(|j| *j == joint)?;
            Some(2 * row + usize::from(side == Side::Right))
        });
        let raw = RawPoses { time_s: vec![0.0, 0.1, 0.2], frame: vec![0, 1, 2], landmarks, rows, swapped: 0 }.without_folded(&[]);
        assert_eq!(raw.frame, [0, 1]);
        assert!(raw.landmarks.iter().all(|row| row.len() == 2));
    }

    #[test]
    fn a_body_that_shrinks_is_left_out_but_not_one_that_a_cut_brings_nearer() {
        let of_size = |size: f64| [[50.0, 10.0], [50.0, 60.0], [60.0, 95.0], [50.0, 130.0]].map(|p: [f64; 2]| [p[0] * size, p[1] * size]);
        let poses = [1.0, 1.0, 0.3, 1.0, 2.5, 2.5, 2.5, 1.0].map(of_size);
        let landmarks = (0..8).map(|l: usize| poses.iter().map(|p| [p[l / 2][0], p[l / 2][1], 1.0]).collect()).collect();
        let rows = Rows::of(|side, joint| {
            let row = VOTERS.iter().position(|j| *j == joint)?;
            Some(2 * row + usize::from(side == Side::Right))
        });
        let time_s = (0..8).map(|i| 0.1 * f64::from(i)).collect();
        let raw = RawPoses { time_s, frame: (0..8).collect(), landmarks, rows, swapped: 0 }.without_folded(&[0.35]);
        assert_eq!(raw.frame, [0, 1, 3, 4, 5, 6]);
    }

    #[test]
    fn an_exchange_of_left_and_right_is_mended_and_a_single_joint_is_left_alone() {
        let times: Vec<f64> = (0..10).map(|i| f64::from(i) / 30.0).collect();
        // Landmarks 0–3 left shoulder…ankle at x = 100, 4–7 right at x = 140, moving up slowly.
        let mut rows: Vec<Samples> = (0..8)
            .map(|l| (0..10).map(|n| [if l < 4 { 100.0 } else { 140.0 }, 50.0 * f64::from(l % 4) - f64::from(n), 1.0]).collect())
            .collect();
        for l in 0..4 {
            let (a, b) = (rows[l][5], rows[l + 4][5]);
            rows[l][5] = b;
            rows[l + 4][5] = a;
        }
        let (a, b) = (rows[3][8], rows[7][8]);
        rows[3][8] = b;
        rows[7][8] = a;
        let pairs = [(0, 4), (1, 5), (2, 6), (3, 7)];
        assert_eq!(mend_swaps(&times, &mut rows, &pairs, &pairs), 1);
        assert_eq!(rows[0][5][0], 100.0);
        assert_eq!(rows[3][8][0], 140.0);
    }
}
