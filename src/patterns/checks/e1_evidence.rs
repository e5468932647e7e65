//! What the outline of the back says of one repetition, for E1 (SPEC 6.1).

use crate::numeric::stats::{Sustained, median, sustained_max};
use crate::patterns::set_shape::{credible, set_shape};
use crate::patterns::window::quadrature;
use crate::patterns::{Context, Reason};
use crate::reps::RepStart;
use crate::signals::StandSource;

/// Set positions are compared between repetitions when their trunk angles are this near, degrees (our choice).
const SAME_SET_DEG: f64 = 12.0;

/// What the outline says about one rep; all back indices are shares of the trunk's length.
pub struct Evidence {
    /// Median B over accepted frames that are bent over.
    pub bent: Option<f64>,
    pub bent_key: usize,
    /// sx of B through the pull less the reference; σ.
    pub pull: Option<(f64, Sustained, f64)>,
    /// B in this rep's set position less the flattest one of the video's other reps; σ of the two together.
    pub over_flattest: Option<(f64, f64)>,
    /// B in the set position less standing.
    pub set_over_stand: Option<f64>,
    /// Percent of the own bending range.
    pub percent: Option<f64>,
    /// Error of B in the set position by its spread there.
    pub set_spread: Option<f64>,
    pub turn: Option<f64>,
    pub shortening: Option<f64>,
    pub skew_ratio: Option<f64>,
    /// Largest back index seen, for naming a region.
    pub largest: f64,
}

pub fn bent_indices(context: &Context, window: [f64; 2]) -> Vec<usize> {
    let limit = context.config.e1.bent_below_deg;
    context.known(&context.signals.angles.trunk_deg, window).into_iter().filter(|s| s.1 < limit).map(|s| s.0).collect()
}

pub fn gather(context: &Context, window: [f64; 2]) -> Result<Evidence, Reason> {
    let back = &context.signals.back;
    let bent_at = bent_indices(context, window);
    let bent: Vec<(usize, f64)> =
        context.back_samples(&back.index, window).into_iter().filter(|s| bent_at.binary_search(&s.0).is_ok()).collect();
    let enough = bent.len() >= context.samples(context.config.e1.sustain_s);
    let values = |series| {
        let known = context.back_samples(series, window);
        median(known.iter().filter(|s| bent_at.binary_search(&s.0).is_ok()).map(|s| s.1))
    };
    let set_position = context.set_shape;
    let (set, set_spread) = set_position.unzip();
    let bent_median = if enough { median(bent.iter().map(|s| s.1)) } else { None };
    let pull = pull_change(context, set).filter(|p| credible(p.0, context).is_some());
    let largest = pull.map(|p| p.1.value).into_iter().chain(bent_median).fold(f64::NEG_INFINITY, f64::max);
    if !largest.is_finite() {
        return Err(Reason::TooFewFrames);
    }
    let stand = context.signals.stand.as_ref().filter(|s| s.source != StandSource::Lockout).and_then(|s| s.back_index);
    Ok(Evidence {
        bent: bent_median,
        bent_key: bent.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or_else(|| context.signals.index_at(window[0]), |s| s.0),
        pull,
        set_spread,
        over_flattest: context.set_window().and(set_position).and_then(|own| over_flattest(context, own)),
        set_over_stand: set.zip(stand).map(|(a, b)| a - b),
        percent: context.back_range.filter(|r| r.max > r.stand).map(|r| 100.0 * (largest - r.stand) / (r.max - r.stand)),
        turn: values(&back.turn_deg),
        shortening: shortening(context, window),
        skew_ratio: values(&back.skew).zip(bent_median).filter(|(_, b)| *b > 0.02).map(|(s, b)| s / b),
        largest,
    })
}

/// How much rounder this rep's set position is than the flattest of the other reps': what this lifter can hold in these
/// clothes. Needs another rep with a set position of its own, the trunk as far down: hips that stay low leave the outline
/// 20° flatter than hips held high do, with the same spine.
fn over_flattest(context: &Context, own: (f64, f64)) -> Option<(f64, f64)> {
    let trunk = |window| context.median_in(&context.signals.angles.trunk_deg, window);
    let angle = trunk(context.set_window()?)?;
    let others = context.set.reps.iter().filter(|r| r.index != context.rep.index && r.start != RepStart::TouchAndGo);
    let alike = others.filter_map(|r| r.set_window_s).filter(|w| trunk(*w).is_some_and(|t| (t - angle).abs() <= SAME_SET_DEG));
    let shapes = alike.filter_map(|w| set_shape(context, w));
    let flattest = shapes.min_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)))?;
    Some((own.0 - flattest.0, quadrature(own.1, flattest.1)))
}

/// ΔB_pull: sx of B over the pull less B in the set position; Romanian lifts against the hinge of the calibration clip.
fn pull_change(context: &Context, set: Option<f64>) -> Option<(f64, Sustained, f64)> {
    let rep = context.rep;
    let (window, reference) = if context.romanian() {
        ([rep.descent_s.or(rep.lift_off_s)?, rep.floor_s.or(rep.lockout_s)?], context.back_range?.hinge?)
    } else {
        let start = rep.lift_off_s?;
        let end = match (rep.knee_pass_s, rep.lockout_s) {
            (Some(knee), Some(lockout)) => knee + 0.25 * (lockout - knee),
            (Some(knee), None) => knee,
            (None, Some(lockout)) => start + 0.6 * (lockout - start),
            (None, None) => context.ascent()?[1],
        };
        ([start, end], set?)
    };
    let samples = context.back_samples(&context.signals.back.index, window);
    let found = sustained_max(&samples, context.samples(context.config.e1.sustain_s))?;
    Some((found.value - reference, found, reference))
}

/// 1 − L_rel: how much shorter hip–shoulder is than standing, yaw corrected, median while bent.
fn shortening(context: &Context, window: [f64; 2]) -> Option<f64> {
    use crate::signals::Joint::{Hip, Shoulder};
    let standing = context.signals.stand.as_ref().filter(|s| s.source != StandSource::Calibration)?.trunk_length_px?;
    let cos = context.signals.camera.yaw_deg.unwrap_or(0.0).to_radians().cos().max(0.8);
    let (hip, shoulder) = (context.points(Hip, window), context.points(Shoulder, window));
    let bent = bent_indices(context, window);
    let lengths: Vec<f64> = hip
        .iter()
        .filter(|h| bent.binary_search(&h.0).is_ok())
        .filter_map(|h| {
            let s = shoulder.binary_search_by_key(&h.0, |s| s.0).ok().map(|k| shoulder[k].1)?;
            Some(((s[0] - h.1[0]) / cos).hypot(s[1] - h.1[1]))
        })
        .collect();
    median(&lengths).filter(|_| standing > 1.0).map(|l| 1.0 - l / standing)
}
