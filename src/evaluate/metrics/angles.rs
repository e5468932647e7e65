//! Trunk, hip and knee angle as they are told against truth, by view.

use super::case::Case;
use super::sample;
use super::stats::{self, Agreement};
use crate::evaluate::truth::Truth;
use crate::signals::{Facing, Joint, Told};
use std::collections::BTreeMap;

/// Angle name → pairs [found, true], degrees.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    view: String,
    pairs: BTreeMap<String, Vec<[f64; 2]>>,
}

/// View ("all", "side", "oblique", …) → angle → agreement in degrees.
pub type Angles = BTreeMap<String, BTreeMap<String, Agreement>>;

pub fn collect(case: &Case) -> Samples {
    let (truth, signals) = (case.truth, &case.found.signals);
    let told = Told::of(signals);
    let found = [("trunk", &told.trunk_deg.value), ("hip", &told.hip_deg.value), ("knee", &told.knee_deg.value)];
    let mut pairs = BTreeMap::new();
    for (name, series) in found {
        let known = truth.time_s.iter().enumerate().filter_map(|(frame, time_s)| {
            let true_deg = match truth.angles_deg.get(name) {
                Some(channel) => channel[frame],
                None => from_joints(case, name, frame),
            };
            Some([sample::at(signals, series, *time_s)?, true_deg?])
        });
        pairs.insert(name.to_owned(), known.collect());
    }
    Samples { view: super::camera::view_name(truth), pairs }
}

/// SPEC 3.2 from the true joints in the picture, for truth files without `angles_deg`; the camera
/// is taken as level, so its roll counts as error.
fn from_joints(case: &Case, name: &str, frame: usize) -> Option<f64> {
    let facing = case.truth.facing?;
    let at = |joint| Truth::of_side(&case.truth.joints, joint, true, case.found.signals.near)?[frame];
    let (shoulder, hip) = (at(Joint::Shoulder), at(Joint::Hip)?);
    let knee = at(Joint::Knee);
    match name {
        "trunk" => Some(inclination(hip, shoulder?, facing)),
        "hip" => Some(180.0 + inclination(hip, shoulder?, facing) - inclination(knee?, hip, facing)),
        _ => Some(180.0 - (inclination(knee?, hip, facing) - inclination(at(Joint::Ankle)?, knee?, facing))),
    }
}

/// Degrees above the horizontal of the line from `low` to `high`, x forward, y up.
fn inclination(low: [f64; 2], high: [f64; 2], facing: Facing) -> f64 {
    (low[1] - high[1]).atan2((high[0] - low[0]) * facing.sign()).to_degrees()
}

pub fn summarise(samples: &[&Samples]) -> Angles {
    let mut out = Angles::new();
    let views = samples.iter().map(|s| s.view.as_str()).chain(["all"]).collect::<std::collections::BTreeSet<_>>();
    for view in views {
        let chosen: Vec<_> = samples.iter().filter(|s| view == "all" || s.view == view).collect();
        let mut angles = BTreeMap::new();
        for name in ["trunk", "hip", "knee"] {
            let groups: Vec<Vec<[f64; 2]>> = chosen.iter().filter_map(|s| s.pairs.get(name).cloned()).collect();
            if let Some(agreement) = stats::agreement(&groups) {
                angles.insert(name.to_owned(), agreement);
            }
        }
        if !angles.is_empty() {
            out.insert(view.to_owned(), angles);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inclination_is_mirrored_by_the_facing() {
        // Hip at (100, 200), shoulder 30 px ahead and 40 px up: atan2(40, 30) = 53.13°.
        let right = inclination([100.0, 200.0], [130.0, 160.0], Facing::Right);
        let left = inclination([100.0, 200.0], [70.0, 160.0], Facing::Left);
        assert!((right - 53.130).abs() < 1e-3 && (left - right).abs() < 1e-12);
        let lean_back = inclination([100.0, 200.0], [90.0, 160.0], Facing::Right);
        assert!(lean_back > 90.0);
    }
}
