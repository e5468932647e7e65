//! E4 bar drifting forward since lift-off; the gap to the leg as weaker second evidence (SPEC 6.4).

use super::bar_place::{Gap, bar_ahead, plate_followed, shin_gap};
use super::s7::BAR_SHIN_GAP_CM;
use crate::numeric::stats::{Sustained, sustained_max};
use crate::patterns::confidence;
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, cm};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade};
use crate::patterns::window::{Samples, needed, quadrature};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Sight, Verdict};
use crate::signals::RollSource;

pub struct BarDrift;

pub const BAR_DRIFT_CM: Metric = Metric::new(
    "bar_drift_cm",
    "Largest sustained way of the bar ahead of where it left the floor, below the hips, cm; positive: away from the lifter; 0: straight up.",
);
const BAR_DRIFT_TO_KNEE_CM: Metric = Metric::new(
    "bar_drift_to_knee_cm",
    "Largest sustained way of the bar ahead of where it left the floor, from lift-off to the knee pass, cm.",
);
const BAR_END_OFFSET_CM: Metric = Metric::new("bar_end_offset_cm", "Bar at lockout against where it left the floor, cm; positive: ahead.");
const BAR_PATH_RANGE_CM: Metric = Metric::new("bar_path_range_cm", "Horizontal range of the bar on the way up, cm; 0: a vertical line.");
const BAR_LOOP_CM: Metric = Metric::new("bar_loop_cm", "Horizontal range on the way down less that on the way up, cm.");
const BAR_LEG_GAP_CM: Metric =
    Metric::new("bar_leg_gap_cm", "Largest sustained gap between bar and estimated leg on the way up, cm; 0: touching.");

static INFO: CheckInfo = CheckInfo {
    code: "E4",
    name: "bar-drift",
    title: "Bar drifting forward",
    unit: "cm",
    cue: "drag the bar up your legs",
    cluster: Some(Cluster::Bar),
    sight: Sight::Side,
    draw: Draw::Bar,
    keys: &["E4."],
    parts: &[Part::Bar],
    phrases: &[
        Phrase::high(BAR_DRIFT_CM, |m| format!("bar drifted {} forward", cm(m))),
        Phrase::high(BAR_SHIN_GAP_CM, |m| format!("bar {} away from the legs all the way", cm(m))),
    ],
    praise: Some(Praise { rank: 3, said: "the bar stayed close on the way up" }),
    metrics: &[BAR_DRIFT_CM, BAR_SHIN_GAP_CM, BAR_DRIFT_TO_KNEE_CM, BAR_END_OFFSET_CM, BAR_PATH_RANGE_CM, BAR_LOOP_CM, BAR_LEG_GAP_CM],
    page: include_str!("../pages/E4.md"),
};

impl Check for BarDrift {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        // A bar that hangs away from the legs all the way need not drift any farther (the guide: close to the body).
        let found = measure(context).map(|drift| {
            let least = drift.grade.p_flag.max(context.config.flag.p_flag);
            hangs_away(context).filter(|away| away.grade.p_flag > least).unwrap_or(drift)
        });
        conclude(found, context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::beside_the_chain(context)?;
    needed(context.rep.lift_off_s)?;
    let window = needed(context.ascent())?;
    let sight = plate_followed(context, sight, window)?;
    let path = drift(context, window)?;
    let found = sustained_max(away(context, &path, window), context.samples(context.config.e4.sustain_s)).ok_or(Reason::TooFewFrames)?;
    let main = grade(found.value, sigma(context, found.value), &context.config.e4.drift_cm, Beyond::Above);
    let at = context.time(found.index);
    let mut draft = Draft::new(main, sight, window, at, words(&main, at - window[0]));
    let range = |s: &Samples| {
        let values = || s.iter().map(|p| p.1);
        values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
    };
    let down = context.rep.descent_s.zip(context.rep.floor_s).and_then(|(a, b)| drift(context, [a, b]).ok());
    let knee = context.pull().and_then(|w| context.sx_max(&drift(context, w).ok()?));
    draft = draft
        .measure(BAR_DRIFT_CM)
        .metric(BAR_DRIFT_TO_KNEE_CM, knee.map(|k| k.value))
        .metric(BAR_END_OFFSET_CM, path.last().map(|p| p.1))
        .metric(BAR_PATH_RANGE_CM, Some(range(&path)))
        .metric(BAR_LOOP_CM, down.filter(|d| d.len() > 2).map(|d| range(&d) - range(&path)))
        .metric(BAR_LEG_GAP_CM, gap(context, window).map(|g| g.value));
    Ok(draft)
}

/// A bar away from the shins from the set position on, and ahead of the middle of the foot as well. The second is a witness and adds no
/// odds: both come from one place of the bar, and their errors go together (correlation 0.91 in 48 rendered repetitions). `None` where
/// one cannot be told or speaks against it.
fn hangs_away(context: &Context) -> Option<Draft> {
    let Gap { grade, sight, window, key_s } = shin_gap(context).ok()?;
    bar_ahead(context).filter(|p| *p >= 0.5)?;
    let text = format!(
        "From the set position to your knees the bar was about {:.1} cm (±{:.1} cm) from your shins and ahead of the middle of your foot",
        grade.value, grade.sigma
    );
    Some(Draft::new(grade, sight, window, key_s, text).measure(BAR_SHIN_GAP_CM))
}

/// d(t): forward path since the start of the window, cm; the cosine of the yaw is undone.
pub fn drift(context: &Context, window: [f64; 2]) -> Result<Samples, Reason> {
    let path = context.known(&context.signals.bar.forward_cm, window);
    let start = context.value_at(&context.signals.bar.forward_cm, context.ascent().unwrap_or(window)[0]).ok_or(Reason::NoBar)?;
    let stretch = 1.0 / context.signals.camera.across();
    Ok(path.into_iter().map(|(i, x)| (i, (x - start) * stretch)).collect())
}

/// The part of a path in which the bar can leave the legs: above it hangs against thighs that go forward with the hips.
fn away<'a>(context: &Context, path: &'a Samples, window: [f64; 2]) -> &'a [(usize, f64)] {
    let height = &context.signals.bar.height_cm;
    let ends = [window[0], window[1]].map(|t| context.value_at(height, t));
    let Some((low, top)) = ends[0].zip(ends[1]) else { return path };
    let level = low + context.config.e4.until_share * (top - low);
    let end = path.iter().position(|s| height[s.0].is_some_and(|h| h > level)).unwrap_or(path.len());
    &path[..end]
}

/// How far a plate sways sideways on the way up, cm (our choice: the far and the near hand are never quite as fast); from an angle that
/// looks like drift.
const SWAY_CM: f64 = 2.0;

/// Error of a drift, cm: by how well the roll is known (a degree is some 0.9 cm over a pull), the plate's own jitter, and what an angle
/// makes of sway and of an error of the angle itself.
pub fn sigma(context: &Context, drift_cm: f64) -> f64 {
    let (c, camera) = (&context.config.e4, &context.signals.camera);
    let known = (c.drift_sigma_roll_known * camera.roll_sigma_deg.max(1.0)).min(c.drift_sigma_roll_assumed.max(c.drift_sigma_roll_known));
    let bias = if camera.roll_source == RollSource::Assumed { c.drift_sigma_roll_assumed } else { known };
    let off = context.beyond_side_deg().to_radians().tan();
    let turned = off * (SWAY_CM + drift_cm.abs() * camera.yaw_sigma_deg.unwrap_or(0.0).to_radians());
    quadrature(quadrature(bias, context.signals.bar.position_sigma_cm.unwrap_or(0.0)), turned)
}

/// g: sustained gap between bar and leg on the way up, cm; `None` where the leg's line is hidden. A number for the curious and no
/// finding: clean and drifting repetitions read alike (SPEC 6.4 c).
fn gap(context: &Context, window: [f64; 2]) -> Option<Sustained> {
    let plane = context.plane().ok()?;
    context.sx_max(&plane.gaps(context, window))
}

fn words(main: &Grade, after_s: f64) -> String {
    let (value, sigma) = (main.value, main.sigma);
    if value < main.thresholds[0] {
        format!("On the way up the bar drifted {:.1} cm (±{sigma:.1} cm) forward of where it left the floor", value.max(0.0))
    } else {
        format!("{after_s:.1} s after lift-off the bar was {value:.1} cm (±{sigma:.1} cm) ahead of where it left the floor")
    }
}
