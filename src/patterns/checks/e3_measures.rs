//! The measures behind E3: rises of hip and shoulder, the tipping trunk, the hips before lift-off (SPEC 6.3).

use crate::numeric::stats::{Sustained, median, orthogonal_slope, sustained_min};
use crate::patterns::body_plane::clear;
use crate::patterns::settled::BEFORE_WITHIN_S;
use crate::patterns::verdict::{Beyond, Grade, probability};
use crate::patterns::window::{MOST_UPRIGHT_DEG, Samples, median_place};
use crate::patterns::{Context, Reason};
use crate::signals::{Joint, Series, StandSource};

/// Longest time before lift-off in which the hips' lowest point is looked for, s (SPEC 6.3).
const LOWEST_WITHIN_S: f64 = 1.0;
/// From the hips' lowest point to the knee pass.
pub struct Rise {
    /// Grid index of the hips' lowest point.
    pub from: usize,
    /// Where the trunk lies flattest (or the knee pass).
    pub key: usize,
    /// Hip rise over shoulder rise.
    pub ratio: f64,
    /// Trunk angle at the lowest point less its least value until the knee pass.
    pub tip_deg: Option<f64>,
    /// Share of its rise to lockout that the shoulder has done when the hip has done 75 % of its own.
    pub q75: Option<f64>,
    shoulder_rise_px: f64,
    hip_rise_px: f64,
}

impl Rise {
    pub fn of(context: &Context, pull: [f64; 2]) -> Result<Rise, Reason> {
        let hip = &context.signals.joint(Joint::Hip).up_px;
        let shoulder = &context.signals.joint(Joint::Shoulder).up_px;
        let first = context.rep.lift_off_s.map_or(pull[0], |t| t - LOWEST_WITHIN_S).max(earliest(context));
        let first = context.settled_s.map_or(first, |t| t.max(first));
        let angle = &trunk_in_plane(context);
        let all = context.known(hip, [first, pull[1]]);
        let believed: Samples = all.iter().copied().filter(|s| angle[s.0].is_some()).collect();
        let from = lowest(context, &believed).or_else(|| lowest(context, &all)).ok_or(Reason::TooFewFrames)?;
        let start = context.time(from);
        let (hip_from, hip_to) = ends(context, hip, start, pull[1])?;
        let (shoulder_from, shoulder_to) = ends(context, shoulder, start, pull[1])?;
        let (hip_rise_px, shoulder_rise_px) = (hip_to - hip_from, shoulder_to - shoulder_from);
        let trunk = context.signals.trunk_length_px.ok_or(Reason::NoScale)?;
        // Shoulders that did not rise by a tenth of the trunk while the bar went to the knees: the hips did it all.
        let ratio = hip_rise_px / shoulder_rise_px.max(0.1 * trunk);
        let angles = context.known(angle, [start, pull[1]]);
        let least = flattest(context, &angles);
        // Hands on a bar at the floor keep the trunk bent: a reading that is not is no posture to tip from.
        if context.value_at(angle, start).is_some_and(|deg| deg > MOST_UPRIGHT_DEG) {
            return Err(Reason::TooUncertain);
        }
        let tip_deg = context.value_at(angle, start).zip(least).map(|(a, b)| a - b.value);
        let key = least.filter(|_| tip_deg.is_some_and(|t| t > 2.0)).map_or_else(|| context.signals.index_at(pull[1]), |l| l.index);
        Ok(Rise { from, key, ratio, tip_deg, q75: q75(context, start), shoulder_rise_px, hip_rise_px })
    }

    /// Random error of the ratio from the joints' jitter.
    pub fn ratio_sigma(&self, context: &Context) -> f64 {
        // Ends are medians over about 0.1 s: jitter at both ends, halved by the median.
        let error = |joint: Joint| context.signals.joint(joint).sigma_px * std::f64::consts::SQRT_2 * 0.5;
        let rise = self.shoulder_rise_px.abs().max(1.0);
        (error(Joint::Hip) / rise).hypot(error(Joint::Shoulder) * self.hip_rise_px / (rise * rise)).min(0.3)
    }
}

/// The trunk's angle in the lifter's own plane: what the picture shows, freed of the view's foreshortening, where the network's points
/// agree with the fitted body. The body itself moves too smoothly to show a tip of two tenths of a second; points that are further from
/// it than it can err mark something else (an outline that flies in, a person behind, the first frames of a clip).
fn trunk_in_plane(context: &Context) -> Series {
    let body = context.signals.body.as_ref();
    let believed = |i: usize, deg: f64| {
        let fitted = body.and_then(|b| *b.trunk_deg.value.get(i)?);
        fitted.is_none_or(|fit| (deg - fit).abs() <= MOST_APART_DEG)
    };
    let in_plane = |i: usize, deg: f64| Some(context.in_plane_deg(deg)).filter(|d| believed(i, *d));
    context.signals.angles.trunk_deg.iter().enumerate().map(|(i, deg)| in_plane(i, (*deg)?)).collect()
}

/// Farther from the fitted trunk than this a reading is none: three σ of a trunk fitted to a usual clip, degrees.
const MOST_APART_DEG: f64 = 12.0;

/// Where the trunk lies flattest for as long as a tip must last.
fn flattest(context: &Context, angles: &Samples) -> Option<Sustained> {
    let width = (context.config.e3.tip_sustain_s * context.signals.rate_hz).round() as usize;
    sustained_min(angles, width.max(1))
}

/// Not before the previous rep ended.
fn earliest(context: &Context) -> f64 {
    let before = context.set.reps.iter().filter(|r| r.index < context.rep.index).map(|r| r.span_s()[1]);
    before.fold(f64::NEG_INFINITY, f64::max)
}

/// The hips' lowest sustained point.
fn lowest(context: &Context, path: &Samples) -> Option<usize> {
    let width = (context.sustain() / 2).max(2);
    sustained_min(path, width).map(|s| s.index)
}

fn ends(context: &Context, series: &Series, from_s: f64, to_s: f64) -> Result<(f64, f64), Reason> {
    Ok((context.value_at(series, from_s).ok_or(Reason::PlateOcclusion)?, context.value_at(series, to_s).ok_or(Reason::PlateOcclusion)?))
}

/// Share of its rise that the shoulder has done when the hip has done 75 % of its own.
fn q75(context: &Context, start: f64) -> Option<f64> {
    let lockout = context.rep.lockout_s?;
    let hip = &context.signals.joint(Joint::Hip).up_px;
    let shoulder = &context.signals.joint(Joint::Shoulder).up_px;
    let hip_from = context.value_at(hip, start)?;
    let hip_to = context.value_at(hip, lockout).or_else(|| standing_hip(context))?;
    let (shoulder_from, shoulder_to) = (context.value_at(shoulder, start)?, context.value_at(shoulder, lockout)?);
    let (rise, shoulder_rise) = (hip_to - hip_from, shoulder_to - shoulder_from);
    let trunk = context.signals.trunk_length_px?;
    if rise < 0.1 * trunk || shoulder_rise < 0.3 * trunk {
        return None;
    }
    let at = context.known(hip, [start, lockout]).into_iter().find(|s| s.1 >= hip_from + 0.75 * rise)?;
    Some((context.value_at(shoulder, context.time(at.0))? - shoulder_from) / shoulder_rise)
}

/// Height of the hip on straight legs, for a hip hidden at lockout: as seen when standing, else ankle plus the
/// lengths of shank and thigh.
fn standing_hip(context: &Context) -> Option<f64> {
    let stand = context.signals.stand.as_ref().filter(|s| s.source != StandSource::Calibration);
    stand.and_then(|s| s.hip_up_px).or_else(|| {
        let [from, to] = context.rep.span_s();
        let window = [context.rep.set_window_s.map_or(from, |w| w[0]), to];
        let ankle = median_place(&clear(context, Joint::Ankle, window))?;
        let knees = context.points(Joint::Knee, window);
        let length = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        let shanks: Vec<f64> = knees.iter().map(|k| length(k.1, ankle)).collect();
        let thighs: Vec<f64> = context
            .points(Joint::Hip, window)
            .into_iter()
            .filter_map(|(i, hip)| knees.binary_search_by_key(&i, |k| k.0).ok().map(|k| length(knees[k].1, hip)))
            .collect();
        Some(ankle[1] + median(&shanks)? + median(&thighs)?)
    })
}

/// After lift-off: R by orthogonal regression and the trunk's tipping.
#[derive(Clone, Copy)]
pub struct Tipping {
    pub slope: f64,
    pub tip_deg: Option<f64>,
}

impl Tipping {
    pub fn of(context: &Context, pull: [f64; 2]) -> Option<Tipping> {
        context.rep.lift_off_s?;
        let shoulders = context.points(Joint::Shoulder, pull);
        let pairs: Vec<(f64, f64)> = context
            .points(Joint::Hip, pull)
            .into_iter()
            .filter_map(|(i, hip)| shoulders.binary_search_by_key(&i, |s| s.0).ok().map(|k| (shoulders[k].1[1], hip[1])))
            .collect();
        if pairs.len() < context.config.e3.samples_min {
            return None;
        }
        let angle = &trunk_in_plane(context);
        let least = flattest(context, &context.known(angle, pull));
        let tip_deg = context.value_at(angle, pull[0]).zip(least).map(|(a, b)| a - b.value);
        Some(Tipping { slope: orthogonal_slope(&pairs)?, tip_deg })
    }
}

/// Before lift-off, while the bar still lies on the floor.
#[derive(Clone, Copy)]
pub struct Before {
    /// Hip rise over trunk length.
    pub rise: f64,
    pub tip_deg: Option<f64>,
    /// Longest stillness of the hips between their rise and lift-off, s.
    pub pause_s: f64,
}

impl Before {
    pub fn of(context: &Context) -> Option<Before> {
        let lift_off = context.rep.lift_off_s?;
        context.set_window()?;
        let hip = &context.signals.joint(Joint::Hip).up_px;
        let trunk = context.signals.trunk_length_px.filter(|t| *t > 1.0)?;
        let from = (lift_off - BEFORE_WITHIN_S).max(earliest(context));
        let from = context.settled_s.map_or(from, |t| t.max(from));
        let path = context.known(hip, [from, lift_off]);
        let low = lowest(context, &path)?;
        let start = context.time(low);
        let rise = (context.value_at(hip, lift_off)? - context.value_at(hip, start)?) / trunk;
        let angle = &trunk_in_plane(context);
        let tip_deg = context.value_at(angle, start).zip(context.value_at(angle, lift_off)).map(|(a, b)| a - b);
        Some(Before { rise, tip_deg, pause_s: pause(context, &path, low, trunk) })
    }
}

/// How long the hips stayed within 2 % of the trunk's length of their height at lift-off, just before it.
fn pause(context: &Context, path: &Samples, low: usize, trunk: f64) -> f64 {
    let Some(&(end, height)) = path.last() else { return 0.0 };
    let still = path.iter().rev().take_while(|s| s.0 > low && (s.1 - height).abs() <= 0.02 * trunk);
    still.last().map_or(0.0, |s| context.time(end) - context.time(s.0))
}

/// P(beyond the step with this index) of a grade, the side read from the order of its thresholds.
pub fn past(grade: &Grade, step: usize) -> f64 {
    let beyond = if grade.thresholds[2] < grade.thresholds[0] { Beyond::Below } else { Beyond::Above };
    probability(grade.value, grade.sigma, grade.thresholds[step], beyond)
}
