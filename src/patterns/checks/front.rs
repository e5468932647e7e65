//! Left–right distances for front and rear views, in image px (SPEC 7.1, 7.3, 7.12).

use crate::numeric::stats::median;
use crate::patterns::Context;
use crate::patterns::window::Samples;
use crate::signals::{Joint, JointTrack, StandSource};

/// From the set position (or the first event) to the last event.
pub fn rep_window(context: &Context) -> [f64; 2] {
    let [from, to] = context.rep.span_s();
    [context.rep.set_window_s.map_or(from, |w| w[0].min(from)), to]
}

fn x_at(context: &Context, track: &JointTrack, i: usize) -> Option<f64> {
    let hidden = track.occluded.get(i).copied().unwrap_or(true);
    let sure = track.confidence.get(i).is_some_and(|c| *c >= context.signals.visibility_min);
    (*track.image_x_px.get(i)?).filter(|_| sure && !hidden)
}

/// Distance between the two sides of a joint, where both are in sight.
pub fn distances(context: &Context, joint: Joint, window: [f64; 2]) -> Samples {
    let (near, far) = (context.signals.joint(joint), context.signals.far_joint(joint));
    let range = context.signals.range(window[0], window[1]);
    range.filter_map(|i| Some((i, (x_at(context, near, i)? - x_at(context, far, i)?).abs()))).collect()
}

/// Median distance over a window.
pub fn width(context: &Context, joint: Joint, window: [f64; 2]) -> Option<f64> {
    median(distances(context, joint, window).iter().map(|s| s.1))
}

/// Shoulder distance when standing, else at the rep's own lockout; px.
pub fn shoulder_width(context: &Context) -> Option<f64> {
    let standing = context.signals.stand.as_ref().filter(|s| s.source != StandSource::Calibration).map(|s| s.window_s);
    let windows = [standing, context.lockout_window()];
    windows.into_iter().flatten().find_map(|w| width(context, Joint::Shoulder, w)).filter(|w| *w > 1.0)
}

/// Median place of both sides of a joint: near, far.
pub fn sides(context: &Context, joint: Joint, window: [f64; 2]) -> Option<[f64; 2]> {
    let range = || context.signals.range(window[0], window[1]);
    let side = |track: &JointTrack| median(range().filter_map(|i| x_at(context, track, i)));
    Some([side(context.signals.joint(joint))?, side(context.signals.far_joint(joint))?])
}

/// The body's middle between hips, else between ankles.
pub fn middle(context: &Context, window: [f64; 2]) -> Option<f64> {
    let pair = sides(context, Joint::Hip, window).or_else(|| sides(context, Joint::Ankle, window))?;
    Some(0.5 * (pair[0] + pair[1]))
}
