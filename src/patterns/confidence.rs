//! What may be judged from where, and how far it can be trusted (SPEC 4.2, 4.4, 11.1). Every gate that
//! concerns the whole clip stands in [`whole_clip`].

use super::{Context, Reason};
use crate::config::Gate;
use crate::signals::{StandSource, TYPICAL_STATURE_CM, View};

/// C = product of factors, each with the reason to give when it is the weakest; capped.
#[derive(Debug, Clone, PartialEq)]
pub struct Confidence {
    factors: Vec<(f64, Reason)>,
    cap: f64,
}

impl Confidence {
    pub fn full() -> Self {
        Confidence { factors: vec![], cap: 1.0 }
    }

    pub fn times(mut self, factor: f64, reason: Reason) -> Self {
        self.factors.push((factor, reason));
        self
    }

    /// Never above this (SPEC: "capped per item").
    pub fn capped(mut self, cap: f64) -> Self {
        self.cap = self.cap.min(cap);
        self
    }

    pub fn value(&self) -> f64 {
        // What an angle or small pixels cost stands in σ (SPEC 5.5): the worse of the two counts, not both, or a small lifter filmed from an
        // angle is refused whatever σ says.
        let carried = |f: &&(f64, Reason)| matches!(f.1, Reason::ViewOblique | Reason::LowRes);
        let worse = self.factors.iter().filter(carried).map(|f| f.0).fold(1.0, f64::min);
        let others: f64 = self.factors.iter().filter(|f| !carried(f)).map(|f| f.0).product();
        (worse * others).min(self.cap).clamp(0.0, 1.0)
    }

    /// Reason of the smallest factor.
    pub fn weakest(&self) -> Reason {
        let weakest = self.factors.iter().min_by(|a, b| a.0.total_cmp(&b.0));
        weakest.map_or(Reason::TooFewFrames, |f| f.1)
    }
}

/// Classes of SPEC 4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewClass {
    Side,
    ObliqueSide,
    Oblique,
    Front,
}

/// Marks that one body explains this well, in times of the usual misfit, are one lifter's although somebody else's box overlaps theirs
/// (our choice: nine of ten real lifters with nobody near misfit by 0.8 to 1.7; beyond that nothing tells whose marks they are).
const OWN_MARKS_DOUBT: f64 = 1.7;
/// Confidence where others overlap the lifter for long: an outline may be theirs for some frames.
const OVERLAPPED_FACTOR: f64 = 0.7;

fn overlapped(context: &Context) -> bool {
    context.signals.overlap_share > context.config.gate.overlap_max
}

/// Full, or less where others overlap the lifter for long.
fn alone(context: &Context) -> Confidence {
    let sight = Confidence::full();
    if overlapped(context) { sight.times(OVERLAPPED_FACTOR, Reason::MultiplePersons) } else { sight }
}

/// Gates under which nothing of the clip may be judged (SPEC 4.4).
pub fn whole_clip(context: &Context) -> Result<(), Reason> {
    let (signals, gate) = (context.signals, &context.config.gate);
    if signals.is_empty() {
        return Err(Reason::NoPerson);
    }
    if overlapped(context) && !signals.body.as_ref().is_some_and(|b| b.doubt() <= OWN_MARKS_DOUBT) {
        return Err(Reason::MultiplePersons);
    }
    if signals.cut_off_share > gate.cut_off_max {
        return Err(Reason::CutOff);
    }
    if frame_rate(&signals.frame_time_s).is_some_and(|fps| fps < gate.fps_min) {
        return Err(Reason::LowFps);
    }
    if signals.body_height_px.is_some_and(|h| h < gate.body_px_min) {
        return Err(Reason::LowRes);
    }
    if signals.camera.view == View::Unknown {
        return Err(Reason::ViewUnknown);
    }
    Ok(())
}

/// Rate of the decoded frames: by the typical step between two of them, so that a variable rate is not held against a
/// clip whose frames mostly come fast enough; `None` below two frames.
fn frame_rate(times: &[f64]) -> Option<f64> {
    let steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    let typical = crate::numeric::stats::median(&steps).filter(|s| *s > 0.0)?;
    let mean = (times.len() - 1) as f64 / (times.last()? - times.first()?).max(1e-9);
    Some(mean.max(1.0 / typical))
}

/// The class of the view and its yaw in degrees; where the yaw is not known the class's own middle.
pub fn view_class(context: &Context) -> Result<(ViewClass, f64), Reason> {
    let (camera, limits) = (&context.signals.camera, &context.config.view);
    match (camera.view, camera.yaw_deg) {
        (View::Unknown, _) => Err(Reason::ViewUnknown),
        (View::Front | View::Rear, yaw) => Ok((ViewClass::Front, yaw.unwrap_or(90.0))),
        (View::Side, None) => Ok((ViewClass::Side, 0.5 * limits.side_max)),
        (View::Oblique, None) => Ok((ViewClass::Oblique, 0.5 * (limits.oblique_side_max + limits.oblique_max))),
        (_, Some(yaw)) => {
            let yaw = yaw.abs();
            let class = if yaw <= limits.side_max {
                ViewClass::Side
            } else if yaw <= limits.oblique_side_max {
                ViewClass::ObliqueSide
            } else if yaw <= limits.oblique_max {
                ViewClass::Oblique
            } else {
                ViewClass::Front
            };
            Ok((class, yaw))
        }
    }
}

/// Side views up to `yaw_max` degrees (30 unless the check says less); C_view.
pub fn side(context: &Context, yaw_max: Option<f64>) -> Result<Confidence, Reason> {
    whole_clip(context)?;
    let (class, yaw) = view_class(context)?;
    if class == ViewClass::Front {
        return Err(Reason::ViewFront);
    }
    if class == ViewClass::Oblique || yaw_max.is_some_and(|max| yaw > max) {
        return Err(Reason::ViewOblique);
    }
    let factor = if class == ViewClass::Side { 1.0 } else { context.config.gate.oblique_factor };
    Ok(alone(context).times(factor, Reason::ViewOblique))
}

/// Views whose yaw the fitted body takes into account: C_view falls on beyond an oblique side view, as SPEC 6.3 has it for E3.
pub fn sagittal(context: &Context) -> Result<Confidence, Reason> {
    up_to(context.config.e3.yaw_max, context)
}

/// The same for what lies beside the chain, an outline or the bar's place: foreshortened, a small error of the yaw is a large one of theirs.
pub fn beside_the_chain(context: &Context) -> Result<Confidence, Reason> {
    up_to(context.config.view.beside_max, context)
}

fn up_to(yaw_max: f64, context: &Context) -> Result<Confidence, Reason> {
    whole_clip(context)?;
    let (class, yaw) = view_class(context)?;
    let (limits, e3) = (&context.config.view, &context.config.e3);
    if class == ViewClass::Front {
        return Err(Reason::ViewFront);
    }
    if yaw > yaw_max {
        return Err(Reason::ViewOblique);
    }
    let oblique = context.config.gate.oblique_factor;
    let factor = if yaw <= limits.side_max { 1.0 } else { ramp(yaw, limits.oblique_side_max, oblique, e3.yaw_max, e3.yaw_max_factor) };
    Ok(alone(context).times(factor, Reason::ViewOblique))
}

/// Front and rear views; C_view.
pub fn front(context: &Context) -> Result<Confidence, Reason> {
    whole_clip(context)?;
    match view_class(context)?.0 {
        ViewClass::Front => Ok(alone(context)),
        ViewClass::Oblique | ViewClass::Side | ViewClass::ObliqueSide => Err(Reason::ViewSide),
    }
}

/// Timing: from anywhere.
pub fn any(context: &Context) -> Result<Confidence, Reason> {
    whole_clip(context)?;
    view_class(context)?;
    Ok(alone(context))
}

/// Straight line through (x0, y0) and (x1, y1), held beyond its ends.
fn ramp(x: f64, x0: f64, y0: f64, x1: f64, y1: f64) -> f64 {
    if x1 <= x0 {
        return if x >= x1 { y1 } else { y0 };
    }
    y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0)
}

/// C_vis from the share of usable frames: 1 from 0.9, linear to 0.5 at 0.6, below not assessable with `reason`.
pub fn visible(confidence: Confidence, share: f64, reason: Reason, gate: &Gate) -> Result<Confidence, Reason> {
    if share + 1e-9 < gate.usable_min {
        return Err(reason);
    }
    Ok(confidence.times(ramp(share, gate.usable_min, 0.5, gate.usable_good, 1.0), reason))
}

/// cm of the body per pixel, from the body scale or, without one, from the standing height (of a lifter as tall as segmentation takes one for).
fn cm_per_px(context: &Context) -> Option<f64> {
    context.signals.body_cm_per_px().or(context.signals.body_height_px.map(|px| TYPICAL_STATURE_CM / px))
}

/// C_res for items read from the outline; not assessable beyond the coarsest allowed resolution.
pub fn outline_resolution(confidence: Confidence, context: &Context) -> Result<Confidence, Reason> {
    let gate = &context.config.gate;
    let Some(cm) = cm_per_px(context) else { return Ok(confidence.times(0.8, Reason::LowRes)) };
    if cm > gate.cm_per_px_max + 1e-9 {
        return Err(Reason::LowRes);
    }
    let factor = if cm <= gate.cm_per_px_fair {
        ramp(cm, gate.cm_per_px_good, 1.0, gate.cm_per_px_fair, 0.8)
    } else {
        ramp(cm, gate.cm_per_px_fair, 0.8, gate.cm_per_px_max, 0.6)
    };
    Ok(confidence.times(factor, Reason::LowRes))
}

/// C_res for angles and ratios: one step milder.
pub fn angle_resolution(confidence: Confidence, context: &Context) -> Confidence {
    let gate = &context.config.gate;
    match cm_per_px(context) {
        Some(cm) => confidence.times(ramp(cm, gate.cm_per_px_fair, 1.0, gate.cm_per_px_max, 0.8), Reason::LowRes),
        None => confidence.times(0.8, Reason::LowRes),
    }
}

/// cm of the body per pixel; items in centimetres are not assessable without. SPEC 11.1's factor for an assumed scale has no
/// case: centimetres come from a plate or a given stature, or are not told.
pub fn body_scale(context: &Context) -> Result<f64, Reason> {
    context.signals.body_cm_per_px().ok_or(Reason::NoScale)
}

/// C_cal of items that compare with standing.
pub fn stand_factor(source: StandSource, gate: &Gate) -> f64 {
    if source == StandSource::Lockout { gate.lockout_as_stand } else { 1.0 }
}

/// How many times its usual error an angle has here: by the clip's marks, and by the view that foreshortens what it is read from.
pub fn doubt(context: &Context) -> f64 {
    let yaw = view_class(context).map_or(0.0, |v| v.1);
    context.signals.doubt() / yaw.to_radians().cos().max(0.5)
}
