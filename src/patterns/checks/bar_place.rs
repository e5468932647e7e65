//! Where the bar is to shins and feet, which several checks look at (SPEC 6.4c, 7.2).

use crate::numeric::stats::median;
use crate::patterns::body_plane::BodyPlane;
use crate::patterns::confidence::{self, Confidence};
use crate::patterns::verdict::{Beyond, Grade, Stop, grade};
use crate::patterns::window::{needed, quadrature};
use crate::patterns::{Context, Reason};
use crate::reps::Variant;
use crate::signals::BarEvidence;

/// The plate must be seen from this long before it leaves the floor to so long after, s: a frame and a half at 30 a second.
const START_S: f64 = 0.1;
const STARTED_S: f64 = 0.05;

/// The near plate is there for nearly the whole pull, and a moving camera was cancelled well enough.
pub fn plate_followed(context: &Context, sight: Confidence, window: [f64; 2]) -> Result<Confidence, Reason> {
    let (bar, camera) = (&context.signals.bar, &context.signals.camera);
    if bar.evidence != BarEvidence::Plate {
        return Err(Reason::NoBar);
    }
    if camera.residual_px.is_some_and(|r| r > context.config.gate.camera_residual_px) || (camera.moving && camera.residual_px.is_none()) {
        return Err(Reason::CameraMoves);
    }
    if context.signals.scale.plate_px_per_cm.is_none() {
        return Err(Reason::NoScale);
    }
    let seen_at = |i: usize| bar.seen.get(i).copied().unwrap_or(false);
    // What lies between two sightings a fifth of a second apart is known from them (SPEC 5.1); a longer hole is a hole.
    let bridged = (context.config.filter.gap_fill_s * context.signals.rate_hz) as usize;
    let followed = |i: usize| {
        seen_at(i) || {
            let before = (1..=bridged).find(|&k| i >= k && seen_at(i - k));
            let after = (1..=bridged).find(|&k| seen_at(i + k));
            before.zip(after).is_some_and(|(b, a)| b + a <= bridged)
        }
    };
    let share = |from: f64, to: f64| {
        let range = context.signals.range(from, to);
        let wanted = range.len().max(1) as f64;
        range.filter(|&i| followed(i)).count() as f64 / wanted
    };
    // Everything is measured from where the bar left the floor: a plate that comes into sight later tells nothing.
    let first = context.signals.time_s.first().copied().unwrap_or(0.0);
    let lay = context.signals.range((window[0] - START_S).max(first), window[0] + STARTED_S).any(seen_at);
    if !lay || share(window[0], window[1]) < context.config.e4.seen_min {
        return Err(Reason::NoBar);
    }
    Ok(sight)
}

/// Shins and mid-foot are known places for a conventional pull alone.
fn from_the_floor(context: &Context) -> Result<(), Stop> {
    match context.set.variant {
        Variant::Sumo | Variant::Romanian => Err(Stop::NotApplicable(Reason::VariantNa)),
        _ => Ok(()),
    }
}

/// The lifter's plane, seen from the side with the plate followed all the way up.
fn beside_the_body<'a>(context: &'a Context, yaw_max: Option<f64>) -> Result<(Confidence, &'a BodyPlane), Stop> {
    let sight = confidence::side(context, yaw_max)?;
    let sight = plate_followed(context, sight, needed(context.ascent())?)?;
    confidence::body_scale(context)?;
    Ok((sight, context.plane()?))
}

/// The gap from bar to shins held against its steps, where it is told and its largest moment.
pub struct Gap {
    pub grade: Grade,
    pub sight: Confidence,
    pub window: [f64; 2],
    pub key_s: f64,
}

/// A bar that reads further inside the shins than this is not where it reads, or they are not, cm (our choice: clean repetitions read
/// -6 ± 3.4).
const MOST_INSIDE_CM: f64 = 15.0;

/// Median gap from bar to shins between set position and knees.
pub fn shin_gap(context: &Context) -> Result<Gap, Stop> {
    from_the_floor(context)?;
    let c = &context.config.e4;
    let (sight, plane) = beside_the_body(context, None)?;
    let pull = needed(context.pull())?;
    let window = [context.set_window().map_or(pull[0], |w| w[0]), pull[1]];
    let gaps = plane.gaps(context, window);
    // Knees and feet hide behind the plate for much of this: a tenth of a second in sight must do.
    if (gaps.len() as f64) < 0.1 * context.signals.rate_hz {
        return Err(Reason::PlateOcclusion.into());
    }
    let gap = median(gaps.iter().map(|g| g.1)).ok_or(Reason::PlateOcclusion)?;
    if gap < -MOST_INSIDE_CM {
        return Err(Reason::TooUncertain.into());
    }
    let key_s = gaps.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(window[0], |g| context.time(g.0));
    Ok(Gap { grade: grade(gap, c.gap_sigma, &c.gap_cm, Beyond::Above), sight: sight.capped(c.gap_confidence_max), window, key_s })
}

/// Where the bar is in the set position.
pub struct Place {
    /// From the middle of the foot, positive ahead of it.
    pub distance_cm: f64,
    pub sigma_cm: f64,
    pub sight: Confidence,
    pub window: [f64; 2],
    pub foot_length_cm: f64,
}

/// The bar in the set position against the middle of the foot.
pub fn bar_against_mid_foot(context: &Context) -> Result<Place, Stop> {
    from_the_floor(context)?;
    let Some(set) = context.set_window() else { return Err(super::set_position::no_set_position(context)) };
    let c = &context.config.s2;
    let (sight, plane) = beside_the_body(context, Some(c.yaw_max))?;
    let foot = plane.foot(context).ok_or(Reason::FootHidden)?;
    let bar = median(plane.bar(context, set).iter().map(|s| s.1)).ok_or(Reason::NoBar)?;
    let read = &context.signals.instrument.mid_foot;
    let yaw = context.signals.camera.yaw_deg.unwrap_or(0.0).abs();
    let sigma = read.sigma + c.sigma_per_yaw_deg * yaw;
    let (sigma_cm, sight) = if foot.points_seen { (sigma, sight) } else { (quadrature(sigma, c.sigma_no_foot_points), sight.capped(0.5)) };
    Ok(Place { distance_cm: read.corrected(bar - foot.middle_cm), sigma_cm, sight, window: set, foot_length_cm: foot.length_cm })
}

/// P(the bar was ahead of the middle of the foot by more than the mildest step); `None` where that cannot be told.
pub fn bar_ahead(context: &Context) -> Option<f64> {
    let Place { distance_cm, sigma_cm, .. } = bar_against_mid_foot(context).ok()?;
    Some(grade(distance_cm, sigma_cm, &context.config.s2.cm, Beyond::Above).p_flag)
}
