//! Load-velocity profile of one lifter and one kind of deadlift (SPEC 9): the fastest repetition's mean speed against the load.

use crate::batch::record::SetRecord;
use crate::numeric::stats::{median, theil_sen};
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

/// A place on the line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LinePoint {
    pub load_kg: f64,
    pub mean_velocity_mps: f64,
    /// Error of the line here, one standard deviation, m/s.
    pub sigma_mps: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    pub variant: Variant,
    /// Lightest first.
    pub points: Vec<ProfilePoint>,
    /// Theil–Sen slope, m/s per kg; `null` with fewer than two loads.
    pub slope_mps_per_kg: Option<f64>,
    /// Its error, one standard deviation, m/s per kg; `null` where neither scatter nor the speeds' errors tell it.
    pub slope_sigma_mps_per_kg: Option<f64>,
    /// The line and its error from the lightest to the heaviest load, never beyond; empty where either is not known.
    pub line: Vec<LinePoint>,
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
            file: s.called(),
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
    let fit = slope_mps_per_kg.and_then(|slope| Fit::of(&points, slope));
    let clean = sets.iter().filter(|s| s.counts() && s.clean());
    let last = clean.filter_map(|s| Some((s.facts.load_kg.filter(|kg| *kg >= lightest)?, s.mean_velocity_mps?)));
    let last = last.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    Some(Profile {
        variant,
        points,
        slope_mps_per_kg,
        slope_sigma_mps_per_kg: fit.as_ref().map(Fit::slope_sigma),
        line: fit.map_or(vec![], |fit| fit.line(lightest, loads[loads.len() - 1])),
        last_clean_load_kg: last.map(|l| l.0),
        velocity_at_last_clean_load_mps: last.map(|l| l.1),
        caution: CAUTION,
    })
}

/// A line through the points with what its error is made of.
struct Fit {
    slope: f64,
    /// Middle of the loads, kg, and the line's speed there, m/s.
    load_kg: f64,
    speed_mps: f64,
    /// Scatter of one point about the line, m/s.
    scatter: f64,
    points: f64,
    /// Sum of the squared distances of the loads from their middle, kg².
    spread: f64,
}

impl Fit {
    /// `None` where nothing tells the error: two points without errors of their own lie on any line.
    fn of(points: &[ProfilePoint], slope: f64) -> Option<Fit> {
        let n = points.len() as f64;
        let load_kg = points.iter().map(|p| p.load_kg).sum::<f64>() / n;
        let levels: Vec<f64> = points.iter().map(|p| p.mean_velocity_mps - slope * (p.load_kg - load_kg)).collect();
        let speed_mps = median(levels)?;
        let miss = |p: &ProfilePoint| (p.mean_velocity_mps - speed_mps - slope * (p.load_kg - load_kg)).powi(2);
        let seen = (points.len() > 2).then(|| points.iter().map(miss).sum::<f64>() / (n - 2.0));
        let own: Vec<f64> = points.iter().filter_map(|p| p.mean_velocity_mps_sigma).map(|s| s * s).collect();
        let own = (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64);
        // A few points may lie on a line by chance: their scatter is no less than the error of measuring one.
        let scatter = seen.into_iter().chain(own).reduce(f64::max)?.sqrt();
        let spread = points.iter().map(|p| (p.load_kg - load_kg).powi(2)).sum::<f64>();
        (spread > 0.0).then_some(Fit { slope, load_kg, speed_mps, scatter, points: n, spread })
    }

    fn slope_sigma(&self) -> f64 {
        self.scatter / self.spread.sqrt()
    }

    fn line(&self, from_kg: f64, to_kg: f64) -> Vec<LinePoint> {
        let at = |load_kg: f64| {
            let off = load_kg - self.load_kg;
            let sigma_mps = self.scatter * (1.0 / self.points + off * off / self.spread).sqrt();
            LinePoint { load_kg, mean_velocity_mps: self.speed_mps + self.slope * off, sigma_mps }
        };
        (0..=LINE_STEPS).map(|i| at(from_kg + (to_kg - from_kg) * f64::from(i) / f64::from(LINE_STEPS))).collect()
    }
}

/// Stretches that the bent edge of the band is drawn with.
const LINE_STEPS: u32 = 8;
/// 90 % of the slopes that chance alone makes are smaller than this many σ, as in comparisons.
const CLEAR_SIGMAS: f64 = 1.64;

impl Profile {
    /// "0.05 ± 0.01 m/s slower with every 10 kg; 0.42 m/s at 140 kg, the heaviest load without a severe fault or a miss".
    pub fn text(&self) -> String {
        let slope = self.slope_mps_per_kg.map(|s| {
            let (per_ten, error) = (10.0 * s, self.slope_sigma_mps_per_kg.map(|e| 10.0 * e));
            if error.is_some_and(|e| per_ten.abs() <= CLEAR_SIGMAS * e) {
                return "no clear change of speed with the load yet".to_owned();
            }
            // "± 0.00" would claim that there is no error.
            let digits = if error.is_some_and(|e| e < 0.005) { 3 } else { 2 };
            let error = error.map_or(String::new(), |e| format!(" ± {:.digits$}", e.max(0.001)));
            format!("{:.digits$}{error} m/s {} with every 10 kg", per_ten.abs(), if per_ten < 0.0 { "slower" } else { "faster" })
        });
        let last = self.last_clean_load_kg.zip(self.velocity_at_last_clean_load_mps);
        let last = last.map(|(kg, v)| format!("{v:.2} m/s at {kg} kg, the heaviest load without a severe fault or a miss"));
        let parts: Vec<String> = slope.into_iter().chain(last).collect();
        if parts.is_empty() { format!("{} set with load and speed; a slope needs two loads", self.points.len()) } else { parts.join("; ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(load_kg: f64, mean_velocity_mps: f64, sigma: Option<f64>) -> ProfilePoint {
        ProfilePoint { file: String::new(), load_kg, mean_velocity_mps, mean_velocity_mps_sigma: sigma, velocity_loss_pct: None }
    }

    #[test]
    fn the_band_is_narrowest_in_the_middle_and_never_narrower_than_the_speeds_errors_allow() {
        let on_a_line = [point(100.0, 0.6, Some(0.03)), point(120.0, 0.5, Some(0.03)), point(140.0, 0.4, Some(0.03))];
        let fit = Fit::of(&on_a_line, -0.005).unwrap();
        let line = fit.line(100.0, 140.0);
        assert!((line[0].mean_velocity_mps - 0.6).abs() < 1e-9 && (line[8].mean_velocity_mps - 0.4).abs() < 1e-9);
        assert!(line[4].sigma_mps < line[0].sigma_mps);
        // σ/√n in the middle.
        assert!((line[4].sigma_mps - 0.03 / 3f64.sqrt()).abs() < 1e-9, "{}", line[4].sigma_mps);
        assert!((fit.slope_sigma() - 0.03 / 800f64.sqrt()).abs() < 1e-9);
        let scattered = [point(100.0, 0.7, Some(0.03)), point(120.0, 0.4, Some(0.03)), point(140.0, 0.4, Some(0.03))];
        assert!(Fit::of(&scattered, -0.005).unwrap().scatter > 0.05);
    }

    #[test]
    fn two_points_without_errors_have_no_band() {
        assert!(Fit::of(&[point(100.0, 0.6, None), point(140.0, 0.4, None)], -0.005).is_none());
    }
}
