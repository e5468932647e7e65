//! What the body says about a lift, in trunk lengths and whatever the view: a deadlift begins with the hands below the
//! knees and the trunk bent, ends with the hands on the thighs and the trunk up, and the arms hang all the while
//! (SPEC 5.2). From the front no angle of trunk or elbow can be read; heights over the trunk's length can.

use crate::numeric::filter::{low_pass, median, quantile};
use crate::signals::{BarEvidence, Joint, Series, Signals};

/// Least visibility of a point that is used.
const SEEN: f64 = 0.5;
/// A hand that is guessed behind a plate counts little beside one that is seen.
const GUESSED_HAND: f64 = 0.04;
/// Arms hang when the hands are this far below the shoulders, and at least this share of what they usually are: hanging arms
/// measure 1.0 to 1.4, rows and squats pull the hands up to 0.6 and less.
const HANGING: f64 = 0.6;
const HANGING_OF_USUAL: f64 = 0.65;
/// An elbow this much bent, 180 = straight, pulls a load that does not hang; and so long before and after it shows hands let go, s.
const BENT_ARM_DEG: f64 = 110.0;
const LETTING_GO_S: f64 = 0.15;
/// The ground is followed when the camera took it along by more than this.
const GROUND_MOVES: f64 = 0.25;
/// Cut-off of the ground's movement, Hz: slower than any lift.
const GROUND_HZ: f64 = 0.7;

/// A pull begins with the hands no higher than this below the knees and ends with them this far above, and with the trunk
/// up so far (`docs/calibration.md`).
const FROM_BELOW_KNEE: f64 = -0.1;
const TO_ABOVE_KNEE: f64 = -0.2;
const UPRIGHT: f64 = 0.72;
const TRUNK_ROSE: f64 = 0.15;
/// A lifter who stands: trunk up, hands on the thighs.
const STANDS: f64 = 0.88;
const ON_THIGHS: f64 = -0.3;
/// Grid points to either side that tell a moment's posture.
const AROUND: usize = 3;

/// Channels over the grid, trunk lengths; `None` where the points were not seen.
pub struct Body {
    /// Hands below shoulders.
    pub hang: Series,
    /// Shoulders above hips: 1 = upright, 0 = level.
    pub upright: Series,
    /// Hands below knees: + = below.
    pub below_knee: Series,
    /// Distance between the hands, where both were seen: a hidden hand is guessed anywhere.
    pub grip: Series,
    /// Place of the hands across the picture.
    pub across: Series,
    /// How far the ground rose in the plane, where a moving camera took it along and the background did not tell.
    pub ground: Series,
    /// A trunk length, px.
    pub trunk_px: f64,
    /// Hands less far below the shoulders hold no load that hangs.
    least_hang: f64,
}

impl Body {
    pub fn of(s: &Signals) -> Body {
        let trunk_px = s.trunk_length_px.filter(|t| *t > 1.0).unwrap_or(1.0);
        let rows = |value: &dyn Fn(usize) -> Option<f64>| -> Series { (0..s.len()).map(|i| value(i).map(|v| v / trunk_px)).collect() };
        let [shoulder, hip, knee] =
            [Joint::Shoulder, Joint::Hip, Joint::Knee].map(|j| (0..s.len()).map(|i| middle(s, j, i)).collect::<Vec<_>>());
        let hands: Vec<Option<[f64; 2]>> = (0..s.len()).map(|i| load(s, i).or_else(|| hands(s, i))).collect();
        let below = |a: Option<[f64; 2]>, b: Option<[f64; 2]>| Some(a?[1] - b?[1]);
        let hang = rows(&|i| below(hands[i], shoulder[i]));
        let usual = quantile(hang.iter().flatten().copied(), 0.9).unwrap_or(1.0);
        Body {
            least_hang: HANGING.max(HANGING_OF_USUAL * usual),
            hang,
            upright: rows(&|i| below(hip[i], shoulder[i])),
            below_knee: rows(&|i| below(hands[i], knee[i])),
            grip: rows(&|i| {
                let [near, far] = [s.joint(Joint::Wrist), s.far_joint(Joint::Wrist)];
                if [near, far].iter().any(|w| w.confidence.get(i).is_none_or(|c| *c < SEEN)) {
                    return None;
                }
                let apart = |a: &Series, b: &Series| Some(a.get(i).copied()?? - b.get(i).copied()??);
                Some(apart(&near.image_x_px, &far.image_x_px)?.hypot(apart(&near.image_y_px, &far.image_y_px)?))
            }),
            across: rows(&|i| Some(hands[i]?[0])),
            ground: ground(s, trunk_px),
            trunk_px,
        }
    }

    /// Whether the hands can hold a load that hangs.
    pub fn hangs(&self, at: usize) -> bool {
        self.hang[at].is_none_or(|h| h >= self.least_hang)
    }

    /// Where hands may hold a hanging load: arms down and not clearly bent, and not about to let go.
    pub fn holding(&self, s: &Signals) -> Vec<bool> {
        let bent = |i: usize| {
            [s.joint(Joint::Wrist), s.far_joint(Joint::Wrist)]
                .into_iter()
                .zip([true, false])
                .any(|(w, near)| w.confidence.get(i).is_some_and(|c| *c >= SEEN) && elbow_deg(s, near, i).is_some_and(|e| e < BENT_ARM_DEG))
        };
        let free: Vec<bool> = (0..s.len()).map(|i| !self.hangs(i) || bent(i)).collect();
        let beside = (LETTING_GO_S * s.rate_hz) as usize;
        (0..s.len()).map(|i| !free[i.saturating_sub(beside)..(i + beside + 1).min(s.len())].iter().any(|f| *f)).collect()
    }

    /// Whether the hands are at the knees or below around a moment; hands that are not seen do not speak against it.
    pub fn begins_low(&self, at: usize) -> bool {
        let before = self.below_knee[at.saturating_sub(3 * AROUND)..(at + AROUND).min(self.below_knee.len())].iter().flatten();
        before.copied().reduce(f64::max).is_none_or(|b| b >= FROM_BELOW_KNEE)
    }

    /// Whether hands and trunk end where a deadlift ends.
    pub fn ends_high(&self, bottom: usize, top: usize) -> bool {
        let at = |series: &Series, i: usize| Body::around(series, i);
        let above_knee = at(&self.below_knee, top).is_none_or(|b| b <= TO_ABOVE_KNEE);
        let upright = at(&self.upright, top).is_none_or(|u| u >= UPRIGHT);
        let rose = at(&self.upright, top).zip(at(&self.upright, bottom)).is_none_or(|(t, b)| t - b >= TRUNK_ROSE);
        above_knee && upright && rose && self.hangs(top)
    }

    /// Whether the lifter stands with the load on the thighs; what was not seen is not standing.
    pub fn stands(&self, at: usize) -> bool {
        Body::around(&self.upright, at).is_some_and(|u| u >= STANDS) && Body::around(&self.below_knee, at).is_some_and(|b| b <= ON_THIGHS)
    }

    fn around(series: &Series, at: usize) -> Option<f64> {
        Body::over(series, at.saturating_sub(AROUND)..at + AROUND + 1)
    }

    /// Median of a channel over grid indices.
    pub fn over(series: &Series, range: std::ops::Range<usize>) -> Option<f64> {
        median(series[range.start.min(series.len())..range.end.min(series.len())].iter().flatten().copied())
    }
}

/// Middle of a pair of joints, image px: of both where both were seen, else of the one that was.
fn middle(s: &Signals, joint: Joint, i: usize) -> Option<[f64; 2]> {
    let seen = [s.joint(joint), s.far_joint(joint)].map(|j| {
        let known = j.confidence.get(i).is_some_and(|c| *c >= SEEN);
        Some([j.image_x_px.get(i).copied()??, j.image_y_px.get(i).copied()??]).filter(|_| known)
    });
    match seen {
        [Some(a), Some(b)] => Some([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]),
        [a, b] => a.or(b),
    }
}

/// A plate that hangs in the hands tells where they are; hidden wrists are a guess.
fn load(s: &Signals, i: usize) -> Option<[f64; 2]> {
    let plate = s.bar.evidence == BarEvidence::Plate;
    Some([s.bar.image_x_px.get(i).copied()??, s.bar.image_y_px.get(i).copied()??]).filter(|_| plate)
}

/// Middle of the hands, image px, each by how well it was seen.
fn hands(s: &Signals, i: usize) -> Option<[f64; 2]> {
    let places = [s.joint(Joint::Wrist), s.far_joint(Joint::Wrist)].map(|j| {
        let worth = j.confidence.get(i)?.powi(2) + GUESSED_HAND;
        Some([j.image_x_px.get(i).copied()??, j.image_y_px.get(i).copied()??, worth])
    });
    let worth: f64 = places.iter().flatten().map(|p| p[2]).sum();
    let mean = |axis: usize| places.iter().flatten().map(|p| p[axis] * p[2]).sum::<f64>() / worth;
    (worth > 0.0).then(|| [mean(0), mean(1)])
}

/// Angle between upper arm and forearm in the picture, 180 = straight.
fn elbow_deg(s: &Signals, near: bool, i: usize) -> Option<f64> {
    let at = |joint: Joint| {
        let j = if near { s.joint(joint) } else { s.far_joint(joint) };
        Some([j.image_x_px.get(i).copied()??, j.image_y_px.get(i).copied()??])
    };
    let (shoulder, elbow, wrist) = (at(Joint::Shoulder)?, at(Joint::Elbow)?, at(Joint::Wrist)?);
    let turn = |p: [f64; 2]| (p[1] - elbow[1]).atan2(p[0] - elbow[0]);
    let between = (turn(shoulder) - turn(wrist)).to_degrees().abs();
    Some(between.min(360.0 - between))
}

/// Where knees and ankles went together: a lifter keeps both where they are, a panning camera takes both along.
fn ground(s: &Signals, trunk_px: f64) -> Series {
    let still = vec![Some(0.0); s.len()];
    let points: Vec<Series> = [Joint::Knee, Joint::Ankle]
        .into_iter()
        .flat_map(|j| [s.joint(j), s.far_joint(j)])
        .filter_map(|j| {
            let known: Series = (0..s.len())
                .map(|i| j.up_px.get(i).copied().flatten().filter(|_| j.confidence.get(i).is_some_and(|c| *c >= SEEN)))
                .collect();
            let usual = median(known.iter().flatten().copied())?;
            Some(known.iter().map(|y| y.map(|y| y - usual)).collect())
        })
        .collect();
    let mut together: Series = (0..s.len()).map(|i| median(points.iter().filter_map(|p| p[i]))).collect();
    let mut last = together.iter().flatten().next().copied();
    for value in &mut together {
        last = value.or(last);
        *value = last;
    }
    let slow = low_pass(&together, s.rate_hz, GROUND_HZ);
    let range = quantile(slow.iter().flatten().copied(), 0.98).zip(quantile(slow.iter().flatten().copied(), 0.02));
    match range {
        Some((high, low)) if s.camera.moving && high - low > GROUND_MOVES * trunk_px => slow,
        _ => still,
    }
}

/// Trunk angle at the top below which the lifter has not stood up, degrees (image, so an oblique view
/// only makes it more upright).
const STANDING_TRUNK_DEG: f64 = 50.0;

/// At the top a lifter stands: trunk up, hands below the shoulders, shoulders well above where they were
/// at the bottom. What is not seen does not speak against it.
pub fn posture_allows_lockout(signals: &Signals, top: usize, bottom: usize) -> bool {
    let around = |i: usize| i.saturating_sub(3)..(i + 4).min(signals.len());
    let at = |series: &[Option<f64>], i: usize| median(series[around(i)].iter().flatten().copied());
    let upright = at(&signals.angles.trunk_deg, top).is_none_or(|t| t >= STANDING_TRUNK_DEG);
    let trunk = signals.trunk_length_px.unwrap_or(1.0);
    let shoulder = &signals.joint(Joint::Shoulder).up_px;
    // A plate that hangs in the hands tells where they are; a hidden wrist is a guess.
    let hands = if signals.bar.evidence == BarEvidence::Plate { &signals.bar.up_px } else { &signals.joint(Joint::Wrist).up_px };
    let hands_down = at(shoulder, top).zip(at(hands, top)).is_none_or(|(s, w)| s - w > 0.45 * trunk);
    let rose = at(shoulder, top).zip(at(shoulder, bottom)).is_none_or(|(t, b)| t - b > 0.2 * trunk);
    upright && hands_down && rose
}
