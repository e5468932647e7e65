//! The load's height as segmentation wants it: centimetres, gaps closed, with speed.

use super::body::Body;
use crate::numeric::filter::{derivative, runs};
use crate::signals::{BarEvidence, Signals, TRUNK_OF_STATURE, TYPICAL_STATURE_CM};

/// Gaps up to this are closed by a straight line for segmentation, s.
const CLOSED_GAP_S: f64 = 1.5;

/// One stretch of the clip in which the load's height is known throughout.
pub struct Stretch {
    /// Grid index of the first sample.
    pub first: usize,
    /// Height above the floor rest, cm (or cm of an assumed stature).
    pub height_cm: Vec<f64>,
    pub velocity_cm_s: Vec<f64>,
    pub rate_hz: f64,
}

impl Stretch {
    pub fn len(&self) -> usize {
        self.height_cm.len()
    }
}

/// cm per plane px for segmentation, and whether it is a real scale: no centimetre of a typical stature is reported.
pub fn cm_per_px(s: &Signals) -> (f64, bool) {
    match (s.bar.evidence, s.scale.plate_px_per_cm) {
        (BarEvidence::Plate, Some(scale)) => (1.0 / scale, true),
        _ => match s.body_height_px.or(s.trunk_length_px.map(|t| t / TRUNK_OF_STATURE)) {
            Some(px) if px > 1.0 => (TYPICAL_STATURE_CM / px, false),
            _ => (1.0, false),
        },
    }
}

/// Splits the clip where the height is unknown for long.
///
/// Hands that do not hang hold no load: their place counts only while they do.
pub fn stretches(s: &Signals, body: &Body) -> Vec<Stretch> {
    let (scale, metric) = cm_per_px(s);
    let holding = body.holding(s);
    let loaded = |i: usize| metric || holding[i];
    let above = |i: usize, h: f64| h - if metric { 0.0 } else { body.ground[i].unwrap_or(0.0) };
    let mut height: Vec<Option<f64>> =
        s.bar.height_px.iter().enumerate().map(|(i, h)| h.filter(|_| loaded(i)).map(|v| above(i, v) * scale)).collect();
    let longest = (CLOSED_GAP_S * s.rate_hz) as usize;
    let known = runs(&height);
    for pair in known.windows(2) {
        let (from, to) = (pair[0].end - 1, pair[1].start);
        if to - from > longest {
            continue;
        }
        if let (Some(a), Some(b)) = (height[from], height[to]) {
            for (i, slot) in height.iter_mut().enumerate().take(to).skip(from + 1) {
                *slot = Some(a + (b - a) * (i - from) as f64 / (to - from) as f64);
            }
        }
    }
    let closed = derivative(&height, s.rate_hz);
    let followed = metric || body.ground.iter().flatten().all(|g| *g == 0.0);
    let velocity: Vec<Option<f64>> =
        s.bar.velocity_px_s.iter().zip(&closed).map(|(v, c)| v.filter(|_| followed).map(|v| v * scale).or(*c)).collect();
    runs(&height)
        .into_iter()
        .filter(|r| r.len() as f64 >= 0.4 * s.rate_hz)
        .map(|r| Stretch {
            first: r.start,
            height_cm: height[r.clone()].iter().flatten().copied().collect(),
            velocity_cm_s: velocity[r].iter().map(|v| v.unwrap_or(0.0)).collect(),
            rate_hz: s.rate_hz,
        })
        .collect()
}
