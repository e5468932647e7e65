//! `.mot`: Sports2D's joint and segment angles in degrees, of both sides.
//!
//! Joints: 0 is straight (ankle: foot square to the shank; shoulder: arm along the trunk), flexion is
//! positive. Segments: anticlockwise from the forward horizontal, from the trunk outwards; so the
//! upright trunk is at 90, an upright shank or a hanging arm at -90.

use super::{place, sides};
use crate::report::series::At;
use crate::signals::{Joint, JointTrack, Side, Signals, Told};
use std::fmt::Write;

/// One angle of one pose, degrees.
type Angle = fn(&Pose) -> Option<f64>;

/// Angles that each side has: joints, then segments.
const OF_A_SIDE: [(&str, Angle); 10] = [
    ("ankle", |p| Some(wrap(p.direction(Joint::Heel, Joint::Toe)? - p.direction(Joint::Ankle, Joint::Knee)? + 90.0))),
    ("knee", |p| Some(wrap(p.direction(Joint::Knee, Joint::Hip)? - p.direction(Joint::Ankle, Joint::Knee)?))),
    ("hip", |p| Some(wrap(p.direction(Joint::Knee, Joint::Hip)? - p.direction(Joint::Hip, Joint::Shoulder)?))),
    ("shoulder", |p| Some(wrap(p.direction(Joint::Shoulder, Joint::Elbow)? - p.direction(Joint::Shoulder, Joint::Hip)?))),
    ("elbow", |p| Some(wrap(p.direction(Joint::Elbow, Joint::Wrist)? - p.direction(Joint::Shoulder, Joint::Elbow)?))),
    ("foot", |p| p.direction(Joint::Heel, Joint::Toe)),
    ("shank", |p| p.direction(Joint::Knee, Joint::Ankle)),
    ("thigh", |p| p.direction(Joint::Hip, Joint::Knee)),
    ("arm", |p| p.direction(Joint::Shoulder, Joint::Elbow)),
    ("forearm", |p| p.direction(Joint::Elbow, Joint::Wrist)),
];

/// One side's joints at one time.
struct Pose<'a> {
    joints: &'a [JointTrack],
    at: Option<At>,
}

impl Pose<'_> {
    /// Direction from `a` to `b`, degrees above the forward horizontal, −180…180.
    fn direction(&self, a: Joint, b: Joint) -> Option<f64> {
        let ([ax, ay], [bx, by]) = (place(self.joints, a, self.at)?, place(self.joints, b, self.at)?);
        Some((by - ay).atan2(bx - ax).to_degrees())
    }
}

/// Into −180…180.
fn wrap(angle: f64) -> f64 {
    (angle + 180.0).rem_euclid(360.0) - 180.0
}

/// The file's text, one row per decoded frame.
pub fn to_mot(signals: &Signals) -> String {
    let told = Told::of(signals);
    let mut columns: Vec<(String, &[JointTrack], Angle)> = vec![];
    for (name, angle) in OF_A_SIDE {
        for (side, joints) in sides(signals, &told) {
            let side = if side == Side::Right { "right" } else { "left" };
            columns.push((format!("{side} {name}"), joints, angle));
        }
    }
    columns.push(("trunk".into(), &told.near_joints, |p| p.direction(Joint::Hip, Joint::Shoulder)));
    let rows: Vec<Vec<Option<f64>>> = signals
        .frame_time_s
        .iter()
        .map(|&t| columns.iter().map(|(_, joints, angle)| angle(&Pose { joints, at: At::time(signals, t) })).collect())
        .collect();
    // A far side that was never seen has no column.
    let known: Vec<usize> = (0..columns.len()).filter(|&c| rows.iter().any(|row| row[c].is_some())).collect();
    let names: Vec<&str> = known.iter().map(|&c| columns[c].0.as_str()).collect();
    let mut text = format!(
        "Coordinates\nversion=1\nnRows={}\nnColumns={}\ninDegrees=yes\n\nUnits are S.I. units (second, meters, Newtons, ...)\n\
         If the header above contains a line with 'inDegrees', this indicates whether rotational values are in degrees (yes) or radians (no).\n\n\
         endheader\ntime\t{}\n",
        rows.len(),
        // OpenSim counts the time.
        known.len() + 1,
        names.join("\t")
    );
    for (time_s, row) in signals.frame_time_s.iter().zip(&rows) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{time_s:.6}");
        for &column in &known {
            let _ = match row[column] {
                Some(angle) => write!(text, "\t{angle:.4}"),
                None => write!(text, "\tNaN"),
            };
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Case};

    /// Column names and rows of numbers; NaN where not known.
    fn parsed(text: &str) -> (Vec<String>, Vec<Vec<f64>>) {
        let mut lines = text.lines().skip_while(|l| *l != "endheader").skip(1);
        let names = lines.next().unwrap().split('\t').map(str::to_owned).collect();
        (names, lines.map(|l| l.split('\t').map(|v| v.parse().unwrap()).collect()).collect())
    }

    #[test]
    fn the_head_counts_rows_and_columns_and_every_row_is_full() {
        let s = sample::build(Case::Clean);
        let text = to_mot(&s.signals);
        let (names, rows) = parsed(&text);
        assert!(text.starts_with("Coordinates\nversion=1\n") && text.contains("\ninDegrees=yes\n"));
        assert!(text.contains(&format!("\nnRows={}\nnColumns={}\n", rows.len(), names.len())));
        assert_eq!((rows.len(), names[0].as_str(), names[1].as_str()), (s.signals.frame_time_s.len(), "time", "right ankle"));
        assert!(rows.iter().all(|row| row.len() == names.len()));
    }

    #[test]
    fn angles_agree_with_the_reports_and_gaps_are_no_number() {
        let s = sample::build(Case::Faulty);
        let (names, rows) = parsed(&to_mot(&s.signals));
        let mut gaps = 0;
        let mut compared = 0;
        for row in &rows {
            let at = At::time(&s.signals, row[0]);
            let angles = &s.signals.angles;
            let value = |series: &[Option<f64>]| at.and_then(|a| a.value(series));
            for (name, expected) in [
                ("trunk", value(&angles.trunk_deg)),
                ("right shank", value(&angles.shank_deg).map(|v| v - 180.0)),
                ("right thigh", value(&angles.thigh_deg).map(|v| v - 180.0)),
                ("right knee", value(&angles.knee_deg).map(|v| 180.0 - v)),
                ("right hip", value(&angles.hip_deg).map(|v| 180.0 - v)),
            ] {
                // An angle whose joints are never seen together has no column.
                let Some(column) = names.iter().position(|n| n == name) else { continue };
                let found = row[column];
                gaps += usize::from(found.is_nan());
                if let (Some(expected), false) = (expected, found.is_nan()) {
                    compared += 1;
                    assert!((found - expected).abs() < 0.5, "{name} at {}: {found} for {expected}", row[0]);
                }
            }
        }
        assert!(gaps > 10 && compared > 300, "joints behind the plate have no angle: {gaps} gaps, {compared} angles");
    }

    #[test]
    fn standing_and_bent_have_sports2ds_signs() {
        let track = |at: [f64; 2]| JointTrack {
            image_x_px: vec![None],
            image_y_px: vec![None],
            forward_px: vec![Some(at[0])],
            up_px: vec![Some(at[1])],
            confidence: vec![1.0],
            occluded: vec![false],
            sigma_px: 0.0,
        };
        let mut signals = sample::build(Case::Clean).signals;
        (signals.time_s, signals.frame_time_s) = (vec![0.0], vec![0.0]);
        let mut angles_of = |points: [[f64; 2]; 9]| {
            signals.near_joints = points.map(track).into();
            parsed(&to_mot(&signals))
        };
        let value = |(names, rows): &(Vec<String>, Vec<Vec<f64>>), name: &str| rows[0][names.iter().position(|n| n == name).unwrap()];
        // Ear, shoulder, elbow, wrist, hip, knee, ankle, heel, toe.
        let feet = [[0.0, 8.0], [-6.0, 0.0], [20.0, 0.0]];
        let standing =
            angles_of([[0.0, 165.0], [0.0, 140.0], [0.0, 112.0], [0.0, 88.0], [0.0, 90.0], [0.0, 50.0], feet[0], feet[1], feet[2]]);
        for (name, expected) in [
            ("right knee", 0.0),
            ("right hip", 0.0),
            ("right ankle", 0.0),
            ("right shoulder", 0.0),
            ("right elbow", 0.0),
            ("right shank", -90.0),
            ("right arm", -90.0),
            ("right foot", 0.0),
            ("trunk", 90.0),
        ] {
            assert!((value(&standing, name) - expected).abs() < 1e-3, "{name}: {}", value(&standing, name));
        }
        let bent =
            angles_of([[50.0, 110.0], [30.0, 95.0], [30.0, 60.0], [42.0, 40.0], [-20.0, 70.0], [10.0, 48.0], feet[0], feet[1], feet[2]]);
        for name in ["right knee", "right hip", "right ankle", "right shoulder", "right elbow"] {
            assert!(value(&bent, name) > 5.0, "flexion is positive: {name} {}", value(&bent, name));
        }
    }
}
