//! P3 shoulders at lockout: shrugging up or rolled forward (SPEC 7.9).

use crate::patterns::confidence::{self, ViewClass};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, cm};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade, worse};
use crate::patterns::window::needed;
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};
use crate::signals::{Joint, StandSource};

pub struct ShoulderPosition;

const SHRUG_CM: Metric = Metric::new("shrug_cm", "Rise of the shoulder at lockout above where it hangs, cm; positive: up.");
pub const SHOULDER_ROLL_CM: Metric =
    Metric::new("shoulder_roll_cm", "Shoulder ahead of the ear-hip line at lockout against standing, cm; positive: rolled forward.");

static INFO: CheckInfo = CheckInfo {
    code: "P3",
    name: "shoulders-at-lockout",
    title: "Shoulders at lockout",
    unit: "cm",
    cue: "shoulder blades in your back pockets",
    cluster: None,
    sight: Sight::Any,
    draw: Draw::Lean,
    keys: &["P3."],
    parts: &[Part::Lockout],
    phrases: &[
        Phrase::high(SHRUG_CM, |m| format!("shrugged the shoulders up {} at the top", cm(m))).cue("don't shrug"),
        Phrase::high(SHOULDER_ROLL_CM, |m| format!("shoulders rolled {} forward at the top", cm(m))),
    ],
    praise: None,
    metrics: &[SHRUG_CM, SHOULDER_ROLL_CM],
    page: include_str!("../pages/P3.md"),
};

impl Check for ShoulderPosition {
    fn info(&self) -> &CheckInfo {
        &INFO
    }

    fn judge(&self, context: &Context) -> Verdict {
        conclude(measure(context), context)
    }
}

fn measure(context: &Context) -> Result<Draft, Stop> {
    let sight = confidence::any(context)?;
    let (class, _) = confidence::view_class(context)?;
    let sight = match class {
        ViewClass::Oblique => return Err(Reason::ViewOblique.into()),
        ViewClass::ObliqueSide => sight.times(context.config.gate.oblique_factor, Reason::ViewOblique),
        ViewClass::Side | ViewClass::Front => sight,
    };
    let window = needed(context.lockout_window())?;
    let sight = confidence::angle_resolution(sight, context);
    let cm = confidence::body_scale(context)?;
    let shrug = [shrug(context, window, cm), over_standing(context, window, cm)].into_iter().flatten().max_by(|a, b| a.0.total_cmp(&b.0));
    let roll = if class == ViewClass::Front { None } else { roll(context, window, cm) };
    let c = &context.config.p3;
    let shrug_grade = shrug.map(|s| grade(s.0, c.shrug_sigma, &c.shrug_cm, Beyond::Above));
    let roll_grade = roll.map(|r| grade(r.0, c.roll_sigma, &c.roll_cm, Beyond::Above));
    let draft = match (shrug_grade, roll_grade) {
        (None, None) if context.signals.stand.is_none() => return Err(Reason::NoStandRef.into()),
        (None, None) => return Err(Reason::PlateOcclusion.into()),
        (Some(s), r) if r.is_none_or(|r| worse(r, s) == s) => {
            let (far, way) = (s.value.abs(), if s.value < 0.0 { "below" } else { "above" });
            let what = if s.p_flag < 0.5 { "did not shrug: your shoulders were" } else { "pulled your shoulders up: they rose" };
            let text = format!("At the top you {what} {far:.1} cm (±{:.1} cm) {way} where they hang", s.sigma);
            Draft::new(s, sight, window, context.time(shrug.map_or(0, |s| s.1)), text)
                .measure(SHRUG_CM)
                .metric(SHOULDER_ROLL_CM, roll.map(|r| r.0))
        }
        (_, Some(r)) => {
            let way = if r.value < 0.0 { "further behind" } else { "further ahead of" };
            let text = format!(
                "At lockout your shoulders were {:.1} cm (±{:.1} cm) {way} the line from hip to ear than when standing",
                r.value.abs(),
                r.sigma
            );
            Draft::new(r, sight, window, context.time(roll.map_or(0, |r| r.1)), text)
                .measure(SHOULDER_ROLL_CM)
                .metric(SHRUG_CM, shrug.map(|s| s.0))
        }
        (Some(_), None) => return Err(Reason::PlateOcclusion.into()),
    };
    Ok(draft)
}

/// Rise of shoulder over hip after the bar has done 97 % of its way, cm; only with the hip in sight.
fn shrug(context: &Context, window: [f64; 2], cm: f64) -> Option<(f64, usize)> {
    let start = context.ascent()?[0];
    let heights = context.known(&context.signals.bar.height_px, [start, window[1]]);
    let top = heights.iter().map(|h| h.1).fold(f64::NEG_INFINITY, f64::max);
    let from = context.time(heights.iter().find(|h| h.1 >= context.config.p3.shrug_from_share * top)?.0);
    let span = [from, window[1]];
    let hips = context.points(Joint::Hip, span);
    if (hips.len() as f64) < context.config.gate.usable_min * context.signals.range(span[0], span[1]).len() as f64 {
        return None;
    }
    let shoulders = context.points(Joint::Shoulder, span);
    let over: Vec<(usize, f64)> = hips
        .iter()
        .filter_map(|(i, hip)| shoulders.binary_search_by_key(i, |s| s.0).ok().map(|k| (*i, (shoulders[k].1[1] - hip[1]) * cm)))
        .collect();
    let first = over.iter().take(3).map(|o| o.1).sum::<f64>() / over.len().clamp(1, 3) as f64;
    context.sx_max(&over).map(|s| (s.value - first, s.index))
}

/// Shoulder at lockout over its own standing height, cm: straight legs put the hips, which the plate hides, at the same
/// height both times.
fn over_standing(context: &Context, window: [f64; 2], cm: f64) -> Option<(f64, usize)> {
    let stand = context.signals.stand.as_ref().filter(|s| matches!(s.source, StandSource::BeforeFirstRep | StandSource::AfterSet))?;
    let standing = stand.shoulder_up_px?;
    context.sx_max(&context.known(&context.signals.joint(Joint::Shoulder).up_px, window)).map(|s| ((s.value - standing) * cm, s.index))
}

/// Shoulder ahead of the ear–hip line at shoulder height, against standing, cm. With the hip hidden the standing hip
/// serves: the feet do not move and the legs are straight.
fn roll(context: &Context, window: [f64; 2], cm: f64) -> Option<(f64, usize)> {
    let stand = context.signals.stand.as_ref().filter(|s| matches!(s.source, StandSource::BeforeFirstRep | StandSource::AfterSet))?;
    let hip_then = [stand.hip_forward_px?, stand.hip_up_px?];
    let ears = context.points(Joint::Ear, window);
    let hips = context.points(Joint::Hip, window);
    let ahead = |ear: [f64; 2], hip: [f64; 2], shoulder: [f64; 2]| {
        let rise = ear[1] - hip[1];
        let line = hip[0] + (ear[0] - hip[0]) * (shoulder[1] - hip[1]) / rise;
        (rise > 1.0).then_some((shoulder[0] - line) * cm)
    };
    let ear_then = context.place(Joint::Ear, stand.window_s)?;
    let standing = ahead(ear_then, hip_then, [stand.shoulder_forward_px?, stand.shoulder_up_px?])?;
    let path: Vec<(usize, f64)> = context
        .points(Joint::Shoulder, window)
        .into_iter()
        .filter_map(|(i, shoulder)| {
            let ear = ears.binary_search_by_key(&i, |e| e.0).ok().map(|k| ears[k].1)?;
            let hip = hips.binary_search_by_key(&i, |h| h.0).map_or(hip_then, |k| hips[k].1);
            Some((i, ahead(ear, hip, shoulder)? - standing))
        })
        .collect();
    context.sx_max(&path).map(|s| (s.value, s.index))
}
