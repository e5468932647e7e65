//! Yaw and view class; and what the same lift scores from two cameras.

use super::case::Case;
use super::stats::{self, Agreement, Share};
use crate::evaluate::truth::Truth;
use crate::signals::View;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// [found, true], degrees folded to 0…90.
    yaw_deg: Option<[f64; 2]>,
    /// Found class, and the classes that count as right.
    view: Option<(View, Vec<View>)>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Camera {
    pub yaw_deg: Option<Agreement>,
    /// Clips with true yaw for which no yaw came.
    pub yaw_unknown: usize,
    pub view: Option<Share>,
}

pub fn collect(case: &Case) -> Samples {
    let camera = &case.found.signals.camera;
    let right = true_views(case.truth);
    Samples {
        yaw_deg: camera.yaw_deg.zip(case.truth.folded_yaw_deg()).map(|(f, t)| [f, t]),
        view: (!right.is_empty()).then_some((camera.view, right)),
    }
}

/// SPEC 4.2's classes; from the yaw alone front and rear cannot be told apart.
fn true_views(truth: &Truth) -> Vec<View> {
    match (truth.view, truth.folded_yaw_deg()) {
        (Some(View::Unknown), _) | (None, None) => vec![],
        (Some(view), _) => vec![view],
        (None, Some(yaw)) if yaw <= 15.0 => vec![View::Side],
        (None, Some(yaw)) if yaw <= 60.0 => vec![View::Oblique],
        (None, Some(_)) => vec![View::Front, View::Rear],
    }
}

/// Name of the true view for tables by view.
pub fn view_name(truth: &Truth) -> String {
    match true_views(truth).first() {
        Some(View::Side) => "side",
        Some(View::Oblique) => "oblique",
        Some(View::Front | View::Rear) => "front or rear",
        Some(View::Unknown) | None => "unknown",
    }
    .to_owned()
}

pub fn summarise(samples: &[&Samples]) -> Camera {
    let yaw: Vec<Vec<[f64; 2]>> = samples.iter().map(|s| s.yaw_deg.into_iter().collect()).collect();
    let views: Vec<_> = samples.iter().filter_map(|s| s.view.as_ref()).collect();
    Camera {
        yaw_deg: stats::agreement(&yaw),
        yaw_unknown: samples.iter().filter(|s| s.view.is_some() && s.yaw_deg.is_none()).count(),
        view: Share::new(views.iter().filter(|(found, right)| right.contains(found)).count(), views.len()),
    }
}

/// How well the set score repeats for the same lift from two cameras: clips NAME or NAME@cam1, and NAME@cam2.
#[derive(Debug, Clone, Serialize)]
pub struct Repeatability {
    pub pairs: usize,
    /// Pairs of which one or both have no score.
    pub unscored: usize,
    pub mean_difference: Option<f64>,
    /// Standard error of measurement: SD of the differences / √2, points.
    pub sem: Option<f64>,
    /// Minimal detectable change at 95 %: 1.96·√2·SEM, points.
    pub mdc95: Option<f64>,
    pub max_abs_difference: Option<f64>,
}

/// `scores`: clip name → set score. `None` when there is no pair.
pub fn repeatability(scores: &BTreeMap<String, Option<f64>>) -> Option<Repeatability> {
    let first = |lift: &str| scores.get(lift).or_else(|| scores.get(&format!("{lift}@cam1")));
    let pairs: Vec<_> = scores.iter().filter_map(|(name, b)| Some((*first(name.strip_suffix("@cam2")?)?, *b))).collect();
    let differences: Vec<f64> = pairs.iter().filter_map(|(a, b)| Some(b.as_ref()? - a.as_ref()?)).collect();
    let sem = stats::sd(&differences).map(|sd| sd / std::f64::consts::SQRT_2);
    (!pairs.is_empty()).then(|| Repeatability {
        pairs: pairs.len(),
        unscored: pairs.len() - differences.len(),
        mean_difference: stats::mean(&differences),
        sem,
        mdc95: sem.map(|s| 1.96 * std::f64::consts::SQRT_2 * s),
        max_abs_difference: differences.iter().map(|d| d.abs()).reduce(f64::max),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeatability_by_hand() {
        // Differences 2, −2, 6: mean 2, SD 4, SEM 2.828, MDC 7.84; one pair has no score, one no partner.
        let scores = [
            ("a", Some(80.0)),
            ("a@cam2", Some(82.0)),
            ("b@cam1", Some(90.0)),
            ("b@cam2", Some(88.0)),
            ("c", Some(70.0)),
            ("c@cam2", Some(76.0)),
            ("d", None),
            ("d@cam2", Some(76.0)),
            ("e@cam1", Some(50.0)),
        ];
        let r = repeatability(&scores.iter().map(|(n, s)| ((*n).to_owned(), *s)).collect()).unwrap();
        assert_eq!((r.pairs, r.unscored, r.mean_difference, r.max_abs_difference), (4, 1, Some(2.0), Some(6.0)));
        assert!((r.sem.unwrap() - 8.0_f64.sqrt()).abs() < 1e-9 && (r.mdc95.unwrap() - 7.84).abs() < 1e-9);
        assert!(repeatability(&BTreeMap::from([("a".to_owned(), Some(1.0))])).is_none());
    }
}
