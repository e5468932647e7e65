//! E4 bar drifting forward since lift-off; the gap to the leg as weaker second evidence (SPEC 6.4).

use crate::numeric::stats::{Sustained, sustained_max};
use crate::patterns::confidence::{self, Confidence};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, cm};
use crate::patterns::verdict::{Beyond, Draft, Grade, Stop, conclude, grade};
use crate::patterns::window::{Samples, needed, quadrature};
use crate::patterns::{Check, CheckInfo, Cluster, Context, Draw, Reason, Sight, Verdict};
use crate::signals::{BarEvidence, RollSource};

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
    phrases: &[Phrase::high(BAR_DRIFT_CM, |m| format!("bar drifted {} forward", cm(m)))],
    praise: Some(Praise { rank: 3, said: "the bar stayed close on the way up" }),
    metrics: &[BAR_DRIFT_CM, BAR_DRIFT_TO_KNEE_CM, BAR_END_OFFSET_CM, BAR_PATH_RANGE_CM, BAR_LOOP_CM, BAR_LEG_GAP_CM],
    page: include_str!("../pages/E4.md"),
};

impl Check for BarDrift {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

/// The plate must be seen from this long before it leaves the floor to so long after, s: a frame and a half at 30 a second.
const START_S: f64 = 0.1;
const STARTED_S: f64 = 0.05;

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::sagittal(context)?;
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
