//! How far a lifter is turned away from an exact side view, from how far apart left and right joints stand in the picture.

/// How a network draws a left/right pair of joints: spread over trunk length in an exact front view, the power of sin ψ
/// with which it grows, and its spread in an exact side view (+ = the left one further right in the picture, as seen from
/// the front). SPEC 4.2's 0.90 and 0.66 are body widths; the network's joints are nearer together and it pulls a hidden
/// far shoulder towards the near one (`docs/calibration.md`).
struct Pair {
    front: f64,
    power: f64,
    side: f64,
    /// Share of the pair in the yaw.
    weight: f64,
}

const SHOULDERS: Pair = Pair { front: 0.80, power: 1.2, side: 0.0, weight: 0.7 };
const HIPS: Pair = Pair { front: 0.44, power: 1.0, side: 0.045, weight: 0.3 };

impl Pair {
    /// Yaw from a signed spread: + = towards the front of the lifter, − = towards the back.
    fn yaw_deg(&self, spread: f64) -> f64 {
        let s = spread - self.side * (1.0 - (spread.abs() / self.front).min(1.0));
        (s.abs() / self.front).min(1.0).powf(1.0 / self.power).asin().to_degrees().copysign(s)
    }
}

/// Yaw from the spreads of shoulders and hips over the trunk's length, degrees: + = towards the front of the lifter, − = towards the back.
pub fn yaw_deg(shoulders: Option<f64>, hips: Option<f64>) -> Option<f64> {
    match (shoulders.map(|s| SHOULDERS.yaw_deg(s)), hips.map(|s| HIPS.yaw_deg(s))) {
        (Some(a), Some(b)) => Some(SHOULDERS.weight * a + HIPS.weight * b),
        (a, b) => a.or(b),
    }
}
