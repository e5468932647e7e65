//! Slow motion told by a bar that was let go: it falls with gravity (SPEC 4.4).

use super::pace::MOST_SLOWER;
use super::proportions::GRAVITY_CM_S2;
use super::{BarEvidence, BarTrack, Series};
use crate::numeric::filter::runs;
use crate::numeric::median;

/// The bar counts as lifted above this height, and as falling freely once the elbow is so much further above it than
/// when it was held; at the end of the fall at least so much, cm.
const LIFTED_CM: f64 = 25.0;
const LEFT_CM: f64 = 6.0;
const GONE_CM: f64 = 22.0;
/// Who let a bar go must grip it again: it is not lifted anew for so long, s. Elbows that are read badly through a quick touch-and-go set
/// look like a bar that falls away from the hands.
const LIES_S: f64 = 1.0;
/// The floor is left out: the filter rounds the landing off, cm.
const ABOVE_FLOOR_CM: f64 = 8.0;
/// Least samples of a fall, and the factor from which a video is slow: a filtered fall of 0.2 s is not read better.
const LEAST_SAMPLES: usize = 6;
const LEAST_SLOWER: f64 = 1.5;

/// What tells a falling bar from a lowered one.
pub struct Falling<'a> {
    pub evidence: BarEvidence,
    pub px_per_cm: Option<f64>,
    pub rate_hz: f64,
    pub height_cm: &'a Series,
    pub up_px: &'a Series,
    pub velocity_px_s: &'a Series,
    pub elbow_up_px: &'a Series,
}

impl<'a> Falling<'a> {
    pub fn of(bar: &'a BarTrack, elbow_up_px: &'a Series, px_per_cm: Option<f64>, rate_hz: f64) -> Falling<'a> {
        let BarTrack { evidence, height_cm, up_px, velocity_px_s, .. } = bar;
        Falling { evidence: *evidence, px_per_cm, rate_hz, height_cm, up_px, velocity_px_s, elbow_up_px }
    }
}

/// How many times too slowly the video plays, by the slowest bar that fell without hands; `None` when none fell, or
/// when it fell as it should.
pub fn slower(s: &Falling) -> Option<f64> {
    let px_per_cm = s.px_per_cm.filter(|_| s.evidence == BarEvidence::Plate)?;
    let n = s.height_cm.len();
    let above = |i: usize| Some((s.elbow_up_px[i]? - s.up_px[i]?) / px_per_cm);
    let held = median((0..n).filter(|&i| s.height_cm[i].is_some_and(|h| h > LIFTED_CM)).filter_map(above))?;
    let falling: Series = (0..n)
        .map(|i| {
            let free = above(i)? - held > LEFT_CM && s.height_cm[i]? > ABOVE_FLOOR_CM && s.velocity_px_s[i]? < 0.0;
            free.then_some(s.height_cm[i]?)
        })
        .collect();
    let lies = |from: usize| {
        let after = from..(from + (LIES_S * s.rate_hz) as usize).min(n);
        let landed = after.clone().find(|&i| s.height_cm[i].is_some_and(|h| h < ABOVE_FLOOR_CM)).unwrap_or(from);
        !(landed..after.end.max(landed)).any(|i| s.height_cm[i].is_some_and(|h| h > LIFTED_CM))
    };
    let factors = runs(&falling).into_iter().filter(|r| r.len() >= LEAST_SAMPLES && lies(r.end)).filter_map(|run| {
        let gone = above(run.end - 1)? - held > GONE_CM;
        let heights: Vec<f64> = falling[run].iter().flatten().copied().collect();
        let down = -acceleration(&heights) * s.rate_hz * s.rate_hz;
        (gone && down > 0.0).then(|| (GRAVITY_CM_S2 / down).sqrt())
    });
    factors.filter(|f| (LEAST_SLOWER..=MOST_SLOWER).contains(f)).max_by(f64::total_cmp)
}

/// Second derivative of evenly spaced values per sample², by the parabola through them.
fn acceleration(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let middle = (n - 1.0) / 2.0;
    // The second Legendre-like polynomial over the samples, orthogonal to constants and lines.
    let square = (n * n - 1.0) / 12.0;
    let p = |i: usize| (i as f64 - middle).powi(2) - square;
    let (sum, norm) = values.iter().enumerate().fold((0.0, 0.0), |(s, w), (i, v)| (s + p(i) * v, w + p(i) * p(i)));
    2.0 * sum / norm
}

#[cfg(test)]
mod tests {
    use super::{Falling, GRAVITY_CM_S2};
    use crate::patterns::testkit::Lift;
    use crate::patterns::testkit_pose::SCALES;
    use crate::signals::{Joint, Signals};

    fn slower(s: &Signals) -> Option<f64> {
        let bar = &s.bar;
        super::slower(&Falling {
            evidence: bar.evidence,
            px_per_cm: s.scale.plate_px_per_cm,
            rate_hz: s.rate_hz,
            height_cm: &bar.height_cm,
            up_px: &bar.up_px,
            velocity_px_s: &bar.velocity_px_s,
            elbow_up_px: &s.joint(Joint::Elbow).up_px,
        })
    }

    /// A lift whose bar is let go at the top in a video that plays so many times too slowly.
    fn dropped(times: f64) -> Signals {
        let mut signals = Lift { fps: 60.0, ..Lift::default() }.build().0;
        let n = signals.len();
        let top = (0..n).max_by(|&a, &b| signals.bar.height_cm[a].unwrap().total_cmp(&signals.bar.height_cm[b].unwrap())).unwrap();
        let (height, up) = (signals.bar.height_cm[top].unwrap(), signals.bar.up_px[top].unwrap());
        for i in top..n {
            let t = (i - top) as f64 / 60.0 / times;
            let fallen = (0.5 * GRAVITY_CM_S2 * t * t).min(height);
            signals.bar.height_cm[i] = Some(height - fallen);
            signals.bar.up_px[i] = Some(up - fallen * SCALES.1);
            signals.bar.velocity_px_s[i] = Some(if fallen < height { -1.0 } else { 0.0 });
            signals.near_joints[Joint::Elbow as usize].up_px[i] = signals.near_joints[Joint::Elbow as usize].up_px[top];
        }
        signals
    }

    #[test]
    fn a_bar_that_falls_too_slowly_tells_the_factor() {
        let read = slower(&dropped(4.0)).unwrap();
        assert!((read - 4.0).abs() < 0.3, "{read}");
    }

    #[test]
    fn a_bar_that_is_up_again_at_once_was_not_let_go() {
        let mut signals = dropped(2.0);
        let n = signals.len();
        let top = (0..n).max_by(|&a, &b| signals.bar.height_cm[a].unwrap().total_cmp(&signals.bar.height_cm[b].unwrap())).unwrap();
        let landed = (top..n).find(|&i| signals.bar.height_cm[i].unwrap() < 1.0).unwrap();
        for i in landed + 10..n {
            signals.bar.height_cm[i] = Some(((i - landed - 10) as f64 * 2.0).min(55.0));
        }
        assert_eq!(slower(&signals), None);
    }

    #[test]
    fn a_true_fall_and_a_lowered_bar_are_no_slow_motion() {
        assert_eq!(slower(&dropped(1.0)), None);
        let lowered = Lift { eccentric_s: 3.0, ..Lift::default() }.build().0;
        assert_eq!(slower(&lowered), None);
    }
}
