//! P1 whole foot: the heel leaving the floor while the foot is in sight (SPEC 7.8).

use crate::numeric::stats::median;
use crate::patterns::body_plane::clear;
use crate::patterns::confidence::{self, ViewClass};
use crate::patterns::metric::Metric;
use crate::patterns::phrase::{Part, Phrase, Praise, cm};
use crate::patterns::verdict::{Beyond, Draft, Stop, conclude, grade};
use crate::patterns::window::{Samples, needed, plane_points, quadrature};
use crate::patterns::{Check, CheckInfo, Context, Draw, Reason, Sight, Verdict};
use crate::signals::{Joint, StandSource};

pub struct WholeFoot;

const HEEL_LIFT_CM: Metric = Metric::new("heel_lift_cm", "Heel above the floor, largest sustained, cm; 0: flat.");
const FOOT_SHIFT_CM: Metric = Metric::new("foot_shift_cm", "How far the toe moved during the rep, cm; 0: it stood.");

static INFO: CheckInfo = CheckInfo {
    code: "P1",
    name: "whole-foot",
    title: "Heels coming up",
    unit: "cm",
    cue: "drive through the whole foot",
    cluster: None,
    sight: Sight::Any,
    draw: Draw::Foot,
    keys: &["P1."],
    parts: &[Part::Feet],
    phrases: &[Phrase::high(HEEL_LIFT_CM, |m| format!("heels came up {}", cm(m)))],
    praise: Some(Praise { rank: 11, said: "your heels stayed as you set them" }),
    metrics: &[HEEL_LIFT_CM, FOOT_SHIFT_CM],
    page: include_str!("../pages/P1.md"),
};

impl Check for WholeFoot {
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
    if class == ViewClass::Oblique {
        return Err(Reason::ViewOblique.into());
    }
    let cm = confidence::body_scale(context)?;
    if !context.signals.joint(Joint::Heel).up_px.iter().any(Option::is_some) {
        return Err(Reason::NoFootPoints.into());
    }
    let [from, to] = context.rep.span_s();
    let window = [from, context.rep.floor_s.unwrap_or(to)];
    needed((window[1] > window[0]).then_some(()))?;
    // Across the lifter the plate covers the foot until the bar is high; from the front it never does.
    let front = class == ViewClass::Front;
    let range = context.signals.range(window[0], window[1]);
    let points = if front { plane_points(context.signals.joint(Joint::Heel), range) } else { clear(context, Joint::Heel, window) };
    let heel = over_toe(context, &points);
    if heel.len() < 2 * context.sustain() {
        return Err(Reason::FootHidden.into());
    }
    let flat = flat_heel(context, &heel).ok_or(Reason::FootHidden)?;
    let found = context.sx_max(&heel).ok_or(Reason::FootHidden)?;
    let raw = (found.value - flat) * cm;
    let (c, read) = (&context.config.p1, &context.signals.instrument.heel_lift);
    let lift = read.corrected(raw);
    let sigma = quadrature(read.sigma, 0.5 * context.jitter_cm(Joint::Heel, cm));
    let shift = foot_shift(context, cm);
    // A point that slides or leaps is not on a foot that stands.
    if shift.is_some_and(|s| s > c.foot_moved_cm) || raw > c.most_cm {
        return Err(Reason::FootMoved.into());
    }
    let text = if lift < c.heel_cm[0] {
        format!("Where your foot could be seen the heel stayed within {:.1} cm (±{sigma:.1} cm) of the floor", lift.max(0.0))
    } else {
        format!("Your heel came {lift:.1} cm (±{sigma:.1} cm) off the floor")
    };
    Ok(Draft::new(grade(lift, sigma, &c.heel_cm, Beyond::Above), sight, window, context.time(found.index), text)
        .measure(HEEL_LIFT_CM)
        .metric(FOOT_SHIFT_CM, shift))
}

/// Height of the heel, less the toe's own rise where it is seen: what moves both is the network's drift, not the heel. A toe cannot sink into
/// the floor: one that is put lower, as the network does behind a plate, says nothing of the heel.
fn over_toe(context: &Context, heel: &[(usize, [f64; 2])]) -> Samples {
    let toe = &context.signals.joint(Joint::Toe).up_px;
    let level = median(heel.iter().filter_map(|h| *toe.get(h.0)?));
    heel.iter()
        .map(|h| {
            let rise = toe.get(h.0).copied().flatten().zip(level).map_or(0.0, |(t, l)| (t - l).max(0.0));
            (h.0, h.1[1] - rise)
        })
        .collect()
}

/// Height of the heel on the floor: standing, else the lower third of what the rep shows.
fn flat_heel(context: &Context, heel: &Samples) -> Option<f64> {
    let stand = context.signals.stand.as_ref().filter(|s| matches!(s.source, StandSource::BeforeFirstRep | StandSource::AfterSet));
    let standing = stand.and_then(|s| context.median_in(&context.signals.joint(Joint::Heel).up_px, s.window_s));
    standing.or_else(|| {
        let mut values: Vec<f64> = heel.iter().map(|h| h.1).collect();
        values.sort_by(f64::total_cmp);
        median(&values[..values.len().div_ceil(3)])
    })
}

/// How far the toe moved between the first and the last sight of it in the rep, cm.
fn foot_shift(context: &Context, cm: f64) -> Option<f64> {
    let [from, to] = context.rep.span_s();
    let toe = clear(context, Joint::Toe, [from, to]);
    let few = toe.len() / 4;
    if few < 3 {
        return None;
    }
    let side = |part: &[(usize, [f64; 2])]| median(part.iter().map(|p| p.1[0]));
    Some((side(&toe[toe.len() - few..])? - side(&toe[..few])?).abs() * cm)
}
