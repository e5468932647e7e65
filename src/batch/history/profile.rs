//! Load-velocity profile of one lifter and one kind of deadlift (SPEC 9): the fastest repetition's mean speed against the load.

use crate::batch::record::SetRecord;
use crate::numeric::stats::theil_sen;
use crate::patterns::Severity;
use crate::reps::Variant;
use serde::Serialize;

/// Printed beside every profile.
pub const CAUTION: &str =
    "Bar speed tells one lifter's own trend. On deadlifts it predicts a one-repetition maximum poorly: the line is not drawn out to one.";

/// Fewest different loads for a slope.
const MIN_LOADS: usize = 2;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfilePoint {
    pub file: String,
    pub load_kg: f64,
    /// Fastest repetition's mean speed, m/s, and its error (one standard deviation).
    pub mean_velocity_mps: f64,
    pub mean_velocity_mps_sigma: Option<f64>,
    /// From the fastest repetition to the last, %.
    pub velocity_loss_pct: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    pub variant: Variant,
    /// Lightest first.
    pub points: Vec<ProfilePoint>,
    /// Theil–Sen slope, m/s per kg; `null` with fewer than two loads.
    pub slope_mps_per_kg: Option<f64>,
    /// Heaviest load of a counted set without a severe finding, and its speed.
    pub last_clean_load_kg: Option<f64>,
    pub velocity_at_last_clean_load_mps: Option<f64>,
    pub caution: &'static str,
}

/// The profile of sets of one kind; `None` without a set whose load and speed are known.
pub fn profile(sets: &[&SetRecord]) -> Option<Profile> {
    let variant = sets.first()?.variant;
    let point = |s: &&SetRecord| {
        Some(ProfilePoint {
            file: s.name.clone(),
            load_kg: s.facts.load_kg?,
            mean_velocity_mps: s.mean_velocity_mps?,
            mean_velocity_mps_sigma: s.velocity_sigma_mps,
            velocity_loss_pct: s.velocity_loss_pct,
        })
    };
    let mut points: Vec<ProfilePoint> = sets.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.load_kg.total_cmp(&b.load_kg));
    let lightest = points.first()?.load_kg;
    let mut loads: Vec<f64> = points.iter().map(|p| p.load_kg).collect();
    loads.dedup();
    let pairs: Vec<(f64, f64)> = points.iter().map(|p| (p.load_kg, p.mean_velocity_mps)).collect();
    let slope_mps_per_kg = if loads.len() >= MIN_LOADS { theil_sen(&pairs) } else { None };
    let clean = sets.iter().filter(|s| s.counts() && s.worst() < Severity::Severe && s.headline.reps_missed == 0);
    let last = clean.filter_map(|s| Some((s.facts.load_kg.filter(|kg| *kg >= lightest)?, s.mean_velocity_mps?)));
    let last = last.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    Some(Profile {
        variant,
        points,
        slope_mps_per_kg,
        last_clean_load_kg: last.map(|l| l.0),
        velocity_at_last_clean_load_mps: last.map(|l| l.1),
        caution: CAUTION,
    })
}

impl Profile {
    /// "0.05 m/s slower with every 10 kg; 0.42 m/s at 140 kg, the heaviest clean load".
    pub fn text(&self) -> String {
        let slope = self.slope_mps_per_kg.map(|s| {
            let per_ten = 10.0 * s;
            format!("{:.2} m/s {} with every 10 kg", per_ten.abs(), if per_ten < 0.0 { "slower" } else { "faster" })
        });
        let last = self.last_clean_load_kg.zip(self.velocity_at_last_clean_load_mps);
        let last = last.map(|(kg, v)| format!("{v:.2} m/s at {kg} kg, the heaviest clean load"));
        let parts: Vec<String> = slope.into_iter().chain(last).collect();
        if parts.is_empty() { format!("{} set with load and speed; a slope needs two loads", self.points.len()) } else { parts.join("; ") }
    }
}
