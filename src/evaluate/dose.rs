//! What a dose of a fault is worth: truth severity by SPEC's own steps, in one table.
//!
//! A dose is what truly happened, in the unit below; a fault that is absent from a rep's `faults`
//! did not happen. Codes without a row cannot be graded from a number (`S6`, `S10`, …).

use crate::patterns::Severity;

/// Which way a fault grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Direction {
    /// The larger the worse.
    Above,
    /// The larger the worse, whatever the sign.
    AbsAbove,
    /// The smaller the worse.
    Below,
    /// Both ends are faults: the second array holds the steps of the other, lower end.
    Outside([f64; 3]),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dose {
    pub code: &'static str,
    pub unit: &'static str,
    /// Mild, moderate, severe; infinite where SPEC knows no such step.
    pub steps: [f64; 3],
    pub direction: Direction,
    pub source: &'static str,
}

const NONE: f64 = f64::INFINITY;

/// Sorted by code. SPEC's steps are the truth's steps.
pub const DOSES: &[Dose] = &[
    dose("E1", "lumbar flexion beyond the allowed, deg", [10.0, 18.0, 28.0], Direction::Above, "SPEC 6.1, ΔB_pull in lumbar degrees"),
    dose("E2", "lean beyond standing, deg", [8.0, 12.0, 18.0], Direction::Above, "SPEC 6.2 H1"),
    dose("E3", "trunk tip until the knee pass, deg", [10.0, 14.0, 20.0], Direction::Above, "SPEC 6.3, tip of the working rule"),
    dose("E4", "forward drift since lift-off, cm", [3.0, 5.0, 8.0], Direction::Above, "SPEC 6.4 D1"),
    dose("E5", "trunk give at lift-off, deg", [6.0, 10.0, 15.0], Direction::Above, "SPEC 6.5 BR1"),
    dose("P1", "heel lift, cm", [1.5, 2.5, 4.0], Direction::Above, "SPEC 7.8"),
    dose("P2", "shoulder height missing at lockout, cm", [4.0, 7.0, 11.0], Direction::Above, "SPEC 7.9"),
    dose("P3", "shrug, cm", [2.0, 3.5, 5.0], Direction::Above, "SPEC 7.9"),
    dose("P4", "lowering time, s", [1.0, 0.7, 0.45], Direction::Below, "SPEC 8.2"),
    dose("P5", "hip drop per bar drop", [0.40, 0.55, 0.70], Direction::Above, "SPEC 8.1"),
    dose("P6", "extra flexion while lowering, deg", [8.0, 14.0, 20.0], Direction::Above, "SPEC 8.3, in lumbar degrees"),
    dose("P7", "set-up time, s", [1.0, 0.5, -NONE], Direction::Below, "SPEC 8.4"),
    dose("S1", "stance per shoulder width", [1.15, 1.30, NONE], Direction::Outside([0.55, 0.40, -NONE]), "SPEC 7.1"),
    dose("S2", "bar off mid-foot, cm", [4.0, 5.5, 7.5], Direction::AbsAbove, "SPEC 7.2"),
    dose("S3", "hand outside the knee per shoulder width", [0.35, 0.60, NONE], Direction::Outside([-0.05, -0.15, -NONE]), "SPEC 7.3"),
    dose("S4", "shoulder ahead of the bar, arm deg", [14.0, 18.0, 22.0], Direction::Outside([0.0, -3.0, -6.0]), "SPEC 7.4"),
    dose(
        "S5",
        "short of a hinge: hips above knees in cm, or trunk above horizontal in deg",
        [0.0, 5.3, NONE],
        Direction::Above,
        "SPEC 7.5, 0.03·H",
    ),
    dose("S9", "bar forward within 10 cm of lift-off, cm", [2.0, NONE, NONE], Direction::Above, "SPEC 7.7"),
    dose("T2", "knee distance against set-up", [0.85, 0.75, 0.65], Direction::Below, "SPEC 7.12"),
];

const fn dose(code: &'static str, unit: &'static str, steps: [f64; 3], direction: Direction, source: &'static str) -> Dose {
    Dose { code, unit, steps, direction, source }
}

pub fn find(code: &str) -> Option<&'static Dose> {
    DOSES.iter().find(|d| d.code == code)
}

impl Dose {
    /// Truth severity of a dose. Reaching a step counts as being at it for faults that grow; a
    /// limit that must not be undercut is broken only below it (SPEC 8.2: "OK ≥ 1.0 s").
    pub fn severity(&self, dose: f64) -> Severity {
        let above = |steps: [f64; 3], value: f64| steps.iter().filter(|s| value >= **s).count();
        let below = |steps: [f64; 3]| steps.iter().filter(|s| dose < **s).count();
        grade(match self.direction {
            Direction::Above => above(self.steps, dose),
            Direction::AbsAbove => above(self.steps, dose.abs()),
            Direction::Below => below(self.steps),
            Direction::Outside(low) => above(self.steps, dose).max(below(low)),
        })
    }
}

fn grade(steps: usize) -> Severity {
    match steps {
        0 => Severity::None,
        1 => Severity::Mild,
        2 => Severity::Moderate,
        _ => Severity::Severe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(code: &str, dose: f64) -> Severity {
        find(code).unwrap().severity(dose)
    }

    #[test]
    fn doses_are_graded_in_their_own_direction() {
        assert_eq!(severity("E4", 2.9), Severity::None);
        assert_eq!(severity("E4", 5.0), Severity::Moderate);
        assert_eq!(severity("E1", 40.0), Severity::Severe);
        assert_eq!(severity("S2", -6.0), Severity::Moderate);
        assert_eq!(severity("P4", 1.0), Severity::None);
        assert_eq!(severity("P4", 0.6), Severity::Moderate);
        assert_eq!(severity("P4", 0.3), Severity::Severe);
        assert_eq!(severity("S4", 7.0), Severity::None);
        assert_eq!(severity("S4", -4.0), Severity::Moderate);
        assert_eq!(severity("S4", 15.0), Severity::Mild);
        assert_eq!(severity("S1", 1.4), Severity::Moderate);
        assert_eq!(severity("S5", 2.0), Severity::Mild);
    }

    #[test]
    fn the_table_is_sorted_and_its_steps_run_one_way() {
        assert!(DOSES.windows(2).all(|w| w[0].code < w[1].code));
        for d in DOSES {
            let falling = matches!(d.direction, Direction::Below);
            assert!(d.steps.windows(2).all(|w| if falling { w[0] > w[1] } else { w[0] <= w[1] }), "{}", d.code);
        }
    }
}
