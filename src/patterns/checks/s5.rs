//! S5 start position: hips above the knees and below the shoulders, neither a squat nor a stiff-legged start (SPEC 7.5).

use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, deg};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade, probability};
use crate::patterns::window::{MOST_UPRIGHT_DEG, quadrature};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Severity, Sight, Verdict};
use crate::signals::{Joint, StandSource};

pub struct StartPosition;

const HIP_OVER_KNEE_STATURE: Metric =
    Metric::new("hip_over_knee_stature", "Hip above knee in the set position, as a share of the lifter's height; 0: level, a squat.");
const TRUNK_FLAT_DEG: Metric = Metric::new(
    "trunk_flat_deg",
    "Line from hip to shoulder above level in the set position, less what a rounded back alone tilts it, degrees.",
);
const TRUNK_AT_SET_DEG: Metric =
    Metric::new("trunk_at_set_deg", "Line from hip to shoulder above level in the set position, degrees; 0: level, 90: upright.");
const HIP_DROP_OVER_SHOULDER_DROP: Metric = Metric::new(
    "hip_drop_over_shoulder_drop",
    "Hip drop over shoulder drop on the way down to the first set position; 0: a pure hinge, 1: a squat.",
);

/// The cue for hips that are too high.
const HIPS_DOWN: &str = "bend your knees more, hips below your shoulders";

static INFO: CheckInfo = CheckInfo {
    code: "S5",
    name: "start-position",
    title: "Start position",
    unit: "share of stature",
    cue: "push your hips back first",
    cluster: None,
    sight: Sight::Side,
    // Nothing has risen yet.
    draw: Draw::Body,
    keys: &["S5."],
    parts: &[Part::Start, Part::Hips],
    phrases: &[
        Phrase::low(TRUNK_FLAT_DEG, |m| {
            let (only, side) = if m.value.round() < 0.0 { ("", "below") } else { ("only ", "above") };
            format!("hips too high at the start: trunk {only}{} {side} level", deg(m))
        })
        .cue(HIPS_DOWN),
        Phrase::high(HIP_OVER_KNEE_STATURE, |m| {
            format!(
                "hips too high at the start: {:.0} ± {:.0} % of your height above the knees",
                100.0 * m.value,
                (100.0 * m.sigma).max(1.0)
            )
        })
        .cue(HIPS_DOWN)
        .or_low(|_| "hips too low at the start, nearly a squat".into()),
    ],
    praise: None,
    metrics: &[HIP_OVER_KNEE_STATURE, TRUNK_FLAT_DEG, TRUNK_AT_SET_DEG, HIP_DROP_OVER_SHOULDER_DROP],
    page: include_str!("../pages/S5.md"),
};

impl Check for StartPosition {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

/// Half of the time around the held start position that is looked at, s.
const HELD_S: f64 = 0.15;

/// Trunk above level beyond which a start may be a squat, degrees (our choice: SPEC 5.4 has 23 to 35 with the bar over mid-foot).
const UPRIGHT_DEG: f64 = 35.0;

fn measure(context: &Context) -> Result<Draft, Stop> {
    if context.romanian() {
        return Err(Stop::NotApplicable(Reason::VariantNa));
    }
    let Some(set) = context.set_window() else { return Err(super::set_position::no_set_position(context)) };
    // Hips that shoot up before the bar leaves the floor are E3's; the start position is the one held before.
    let set = context.settled_s.filter(|t| *t < set[1]).map_or(set, |t| [t - HELD_S, t + HELD_S]);
    let c = &context.config.s5;
    let sight = confidence::angle_resolution(confidence::sagittal(context)?, context);
    let trunk = &context.signals.angles.trunk_deg;
    let sight = confidence::visible(sight, context.share(trunk, set), Reason::PlateOcclusion, &context.config.gate)?;
    let angle = context.in_plane_deg(context.median_in(trunk, set).ok_or(Reason::TooFewFrames)?);
    // The hands are on the bar: whatever stands here is not the lifter's trunk.
    if angle > MOST_UPRIGHT_DEG {
        return Err(Reason::TooUncertain.into());
    }
    let flat = grade(angle + bend_tilt(context, set), c.flat_trunk_sigma, &c.flat_trunk, Beyond::Below);
    // What is held against the thresholds is what is told.
    let trunk_text = trunk_words(&flat, angle);
    let hips = hip_over_knee(context, set).map(|(share, random)| (share, quadrature(c.hip_over_knee_sigma, random)));
    let low = hips.map(|(share, sigma)| grade(share, sigma, &c.hip_over_knee, Beyond::Below));
    // Legs as straight as this under an upright trunk have not gone down to the bar.
    let high = hips.filter(|_| angle < UPRIGHT_DEG).map(|(share, sigma)| grade(share, sigma, &c.hip_high, Beyond::Above));
    // So upright a trunk comes with low hips, and the knee that would tell is hidden.
    if low.is_none() && angle > UPRIGHT_DEG {
        return Err(Reason::PlateOcclusion.into());
    }
    let hips = [low.map(|g| (g, "closer to a squat than to a hinge")), high.map(|g| (g, "legs straighter than a pull wants"))];
    let draft = match hips.into_iter().flatten().max_by(|a, b| a.0.p_flag.total_cmp(&b.0.p_flag)) {
        // The trunk angle is shown unless the hip height has something to say.
        Some((found, meaning)) if found.p_flag > flat.p_flag.max(0.05) => {
            let (share, error) = (100.0 * found.value, 100.0 * found.sigma);
            let (far, side) = (share.abs(), if share.round() < 0.0 { "below" } else { "above" });
            let hips = format!("In the set position your hips were {far:.0} % (±{error:.0} %) of your height {side} your knees");
            let text = if found.p_flag < 0.5 { format!("{hips}, and your trunk {trunk_text}") } else { format!("{hips}: {meaning}") };
            Draft::new(found, sight, set, set[1], text).measure(HIP_OVER_KNEE_STATURE)
        }
        _ => {
            let text = format!("In the set position your trunk was {trunk_text}");
            let text = if flat.p_flag < 0.5 { text } else { format!("{text}: hips nearly as high as the shoulders") };
            Draft::new(flat, sight, set, set[1], text).unit("°").measure(TRUNK_FLAT_DEG).metric(HIP_OVER_KNEE_STATURE, low.map(|l| l.value))
        }
    };
    Ok(draft.cap(Severity::Moderate).metric(TRUNK_AT_SET_DEG, Some(angle)).metric(HIP_DROP_OVER_SHOULDER_DROP, descent_ratio(context, set)))
}

/// The trunk's own angle; where the back's bend was taken off, the angle with it too.
fn trunk_words(own: &Grade, line_deg: f64) -> String {
    let Grade { value, sigma, .. } = *own;
    let bend = if value.round() == line_deg.round() { String::new() } else { format!(", or {line_deg:.0}° with the bend of your back") };
    format!("{value:.0}° (±{sigma:.0}°) above level{bend}")
}

/// How much a rounded back alone tilts the line from hip to shoulder below a flat one's: half of the bend (a circular
/// arc's chord), so that rounding is not taken for stiff legs. What E1 calls neutral is the shape of back and shirt.
///
/// A flat line over nearly straight knees is a stiff-legged start whatever the back does: as sure as the knees are straight, nothing
/// is taken off.
fn bend_tilt(context: &Context, set: [f64; 2]) -> f64 {
    let c = &context.config.e1;
    let shape = context.back_median(&context.signals.back.index, set);
    let tilt = shape.map_or(0.0, |index| 0.5 * (index - c.b_bent[0]).max(0.0) / context.index_per_deg());
    tilt * (1.0 - stiff_legs(context, set).unwrap_or(0.0))
}

/// P(knees nearly straight) by the fitted body; the plate hides the knee itself.
fn stiff_legs(context: &Context, set: [f64; 2]) -> Option<f64> {
    let knee = &context.signals.body.as_ref()?.knee_deg;
    let (value, sigma) = (context.median_in(&knee.value, set)?, context.median_in(&knee.sigma, set)?);
    Some(probability(value, sigma, STIFF_KNEE_DEG, Beyond::Above))
}

/// Knees straighter than this bend no more than a Romanian deadlift's, degrees (our choice: 45° of flexion and the 5° that a bent knee
/// is read too bent on hand-read real starts).
const STIFF_KNEE_DEG: f64 = 130.0;

/// (hip − knee height)/stature in the set position, and its random error; the knee just above the plate.
fn hip_over_knee(context: &Context, set: [f64; 2]) -> Option<(f64, f64)> {
    let stature = context.signals.body_height_px.filter(|h| *h > 1.0)?;
    let hip = context.place(Joint::Hip, set)?;
    let knee = context.place(Joint::Knee, set)?;
    // A median over 0.4 s keeps about a third of the jitter.
    let random = context.signals.joint(Joint::Hip).sigma_px.hypot(context.signals.joint(Joint::Knee).sigma_px) / 3.0;
    Some(((hip[1] - knee[1]) / stature, random / stature))
}

/// Going down to the bar: hip drop over shoulder drop in the first half of the shoulder's way. For information:
/// many lifters squat down to grip and only then set their hips.
fn descent_ratio(context: &Context, set: [f64; 2]) -> Option<f64> {
    let stand = context.signals.stand.as_ref().filter(|s| s.source == StandSource::BeforeFirstRep)?;
    if context.rep.index != 1 || set[0] - stand.window_s[1] > 8.0 {
        return None;
    }
    let (hip_from, shoulder_from) = (stand.hip_up_px?, stand.shoulder_up_px?);
    let shoulder_to = context.place(Joint::Shoulder, set)?[1];
    let half = 0.5 * (shoulder_from + shoulder_to);
    let shoulders = context.known(&context.signals.joint(Joint::Shoulder).up_px, [stand.window_s[1], set[1]]);
    let at = context.time(shoulders.into_iter().find(|s| s.1 <= half)?.0);
    let hip = context.value_at(&context.signals.joint(Joint::Hip).up_px, at)?;
    Some((hip_from - hip) / (shoulder_from - half)).filter(|r| r.is_finite())
}
