//! Which rings of a plate are seen around a path: a rim, painted rings, a hub.

use super::Candidate;
use crate::numeric::median;
use std::collections::BTreeMap;

/// Share of the clip's heights at which a ring must have been seen to be the plate's.
pub(super) const RING_SHARE: f64 = 0.45;
/// Least share of a ring that must be seen in a frame to count there.
const LEAST_RING: f64 = 0.5;
/// Centres within this many radii belong to one plate.
const CONCENTRIC_RADII: f64 = 0.12;
/// Heights are told apart by this many radii.
const HEIGHT_RADII: f64 = 0.3;

/// How much of the clip's heights shows a ring, by its radius in steps of 3 %. Each height counts once, so that a circle in the background
/// of the floor position does not.
pub(super) struct Rings(BTreeMap<i64, f64>);

impl Rings {
    /// Rings from `least` of each frame's own disc on.
    pub fn around(chosen: &[Option<Candidate>], candidates: &[Vec<Candidate>], typical_px: f64, least: f64) -> Rings {
        // (radius bin, height bin) → seen
        let mut seen: BTreeMap<i64, BTreeMap<i64, f64>> = BTreeMap::new();
        let mut frames_at: BTreeMap<i64, f64> = BTreeMap::new();
        for (c, all) in chosen.iter().zip(candidates) {
            let Some(c) = c else { continue };
            let height = (c.y_px / (HEIGHT_RADII * typical_px)).floor() as i64;
            *frames_at.entry(height).or_default() += 1.0;
            let rings = all.iter().filter(|k| k.coverage > LEAST_RING && k.radius_px > least * c.radius_px && concentric(k, c));
            let mut bins: Vec<i64> = rings.flat_map(|k| [-1, 0, 1].map(|d| ring_bin(k.radius_px) + d)).collect();
            bins.sort_unstable();
            bins.dedup();
            for bin in bins {
                *seen.entry(bin).or_default().entry(height).or_default() += 1.0;
            }
        }
        let share = |at: &BTreeMap<i64, f64>| {
            frames_at.iter().map(|(h, n)| at.get(h).copied().unwrap_or(0.0) / n).sum::<f64>() / frames_at.len().max(1) as f64
        };
        Rings(seen.iter().map(|(bin, at)| (*bin, share(at))).collect())
    }

    pub fn share(&self, bin: i64) -> f64 {
        self.0.get(&bin).copied().unwrap_or(0.0)
    }

    /// The largest that is seen often enough, up to `widest`.
    pub fn outermost(&self, widest: i64) -> Option<i64> {
        let outermost = self.0.iter().rev().find(|(bin, share)| **bin <= widest && **share >= RING_SHARE).map(|(bin, _)| *bin)?;
        // Inwards to the step that is seen best.
        (outermost - 2..=outermost).max_by(|&a, &b| self.share(a).total_cmp(&self.share(b)))
    }

    /// Radii of all that are seen often enough, px.
    pub fn radii_px(&self, chosen: &[Option<Candidate>], candidates: &[Vec<Candidate>]) -> Vec<f64> {
        let best =
            |bin: i64| (-2..=2).all(|d: i64| self.share(bin) > self.share(bin + d) || d >= 0 && self.share(bin) >= self.share(bin + d));
        let bins = self.0.iter().filter(|(bin, share)| **share >= RING_SHARE && best(**bin));
        bins.filter_map(|(bin, _)| radius_px(*bin, chosen, candidates)).collect()
    }
}

/// Median radius of the discs around a path that belong to a ring, px.
pub(super) fn radius_px(bin: i64, chosen: &[Option<Candidate>], candidates: &[Vec<Candidate>]) -> Option<f64> {
    let pairs = candidates.iter().zip(chosen).filter_map(|(all, c)| Some((all, c.as_ref()?)));
    let near = pairs.flat_map(|(all, c)| all.iter().filter(|k| concentric(k, c)).map(|k| k.radius_px));
    let of_it: Vec<f64> = near.filter(|r| (ring_bin(*r) - bin).abs() <= 1).collect();
    median(of_it.iter())
}

/// Whether a disc is a ring of the other's plate.
pub(super) fn concentric(k: &Candidate, c: &Candidate) -> bool {
    (k.x_px - c.x_px).hypot(k.y_px - c.y_px) < CONCENTRIC_RADII * k.radius_px
}

/// Radii in steps of 3 %.
pub(super) fn ring_bin(radius_px: f64) -> i64 {
    (radius_px.ln() / 0.03).round() as i64
}
