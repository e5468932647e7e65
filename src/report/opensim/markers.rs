//! `.trc`: the joints' places in metres under Sports2D's marker names.

use super::{place, sides};
use crate::numeric::median;
use crate::report::series::At;
use crate::report::words::clean;
use crate::signals::{Joint, JointTrack, Side, Signals, Told};
use std::fmt::Write;

/// Our joints under the names of Sports2D's body with feet, without the letter of the side.
const NAMES: [(Joint, &str); 9] = [
    (Joint::Hip, "Hip"),
    (Joint::Knee, "Knee"),
    (Joint::Ankle, "Ankle"),
    (Joint::Toe, "BigToe"),
    (Joint::Heel, "Heel"),
    (Joint::Shoulder, "Shoulder"),
    (Joint::Elbow, "Elbow"),
    (Joint::Wrist, "Wrist"),
    (Joint::Ear, "Ear"),
];

/// A marker's name and its places, metres forward and up, one per decoded frame.
struct Marker {
    name: String,
    places: Vec<Option<[f64; 2]>>,
}

/// The file's text; `None` without a scale. `rate_hz` is the video's mean frame rate.
pub fn to_trc(signals: &Signals, rate_hz: f64, file_name: &str) -> Option<String> {
    let markers = markers(signals)?;
    let frames = signals.frame_time_s.len();
    let rate = format!("{rate_hz:.3}");
    let rate = rate.trim_end_matches('0').trim_end_matches('.');
    let mut text = format!(
        "PathFileType\t4\t(X/Y/Z)\t{}\n\
         DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n\
         {rate}\t{rate}\t{frames}\t{}\tm\t{rate}\t0\t{frames}\n",
        clean(file_name),
        markers.len()
    );
    let names: Vec<&str> = markers.iter().map(|m| m.name.as_str()).collect();
    let axes: Vec<String> = (1..=markers.len()).map(|i| format!("X{i}\tY{i}\tZ{i}")).collect();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "Frame#\tTime\t{}\t\t\t\n\t\t{}", names.join("\t\t\t"), axes.join("\t"));
    for (frame, time_s) in signals.frame_time_s.iter().enumerate() {
        let _ = write!(text, "{frame}\t{time_s:.6}");
        for marker in &markers {
            let _ = match marker.places[frame] {
                Some([x, y]) => write!(text, "\t{x:.6}\t{y:.6}\t0.0"),
                None => write!(text, "\t\t\t"),
            };
        }
        text.push('\n');
    }
    Some(text)
}

fn markers(signals: &Signals) -> Option<Vec<Marker>> {
    let metres_per_px = signals.body_cm_per_px()? / 100.0;
    let at: Vec<Option<At>> = signals.frame_time_s.iter().map(|&t| At::time(signals, t)).collect();
    let told = Told::of(signals);
    let origin = origin(signals, &at);
    let metres = |p: Option<[f64; 2]>| p.map(|[x, y]| [(x - origin[0]) * metres_per_px, (y - origin[1]) * metres_per_px]);
    let mut markers = vec![];
    for (side, joints) in sides(signals, &told) {
        let letter = if side == Side::Right { 'R' } else { 'L' };
        for (joint, name) in NAMES {
            let places = at.iter().map(|&at| metres(place(joints, joint, at))).collect();
            markers.push(Marker { name: format!("{letter}{name}"), places });
        }
    }
    // The middle of the body, where both sides are seen.
    for (joint, name) in [(Joint::Hip, "Hip"), (Joint::Shoulder, "Neck")] {
        let middle = |at: &Option<At>| {
            let [a, b] = sides(signals, &told).map(|(_, joints)| place(joints, joint, *at));
            let ([ax, ay], [bx, by]) = (a?, b?);
            Some([0.5 * (ax + bx), 0.5 * (ay + by)])
        };
        markers.push(Marker { name: name.into(), places: at.iter().map(|at| metres(middle(at))).collect() });
    }
    // A marker that is never seen tells nothing.
    markers.retain(|m| m.places.iter().any(Option::is_some));
    Some(markers)
}

/// Where X and Y begin: the middle of the near foot, and its sole.
fn origin(signals: &Signals, at: &[Option<At>]) -> [f64; 2] {
    let near: &[JointTrack] = &signals.near_joints;
    let all = |joint: Joint, axis: usize| -> Vec<f64> { at.iter().filter_map(|&at| Some(place(near, joint, at)?[axis])).collect() };
    let (heel, toe) =
        ([median(all(Joint::Heel, 0)), median(all(Joint::Heel, 1))], [median(all(Joint::Toe, 0)), median(all(Joint::Toe, 1))]);
    match (heel, toe) {
        ([Some(hx), Some(hy)], [Some(tx), Some(ty)]) => [0.5 * (hx + tx), hy.min(ty)],
        // Feet out of the picture: the lowest place of any joint is all that is known of the floor.
        _ => {
            let ankle = median(all(Joint::Ankle, 0)).or_else(|| median(all(Joint::Hip, 0))).unwrap_or(0.0);
            let lowest = Joint::ALL.iter().flat_map(|&j| all(j, 1)).reduce(f64::min).unwrap_or(0.0);
            [ankle, lowest]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Case};

    /// Header rows, then the data rows, split at tabs.
    fn parsed(text: &str) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
        let mut rows: Vec<Vec<String>> = text.lines().map(|l| l.split('\t').map(str::to_owned).collect()).collect();
        let data = rows.split_off(5);
        (rows, data)
    }

    fn column(head: &[Vec<String>], marker: &str) -> usize {
        head[3].iter().position(|n| n == marker).unwrap_or_else(|| panic!("{marker} is not in {:?}", head[3]))
    }

    #[test]
    fn the_head_is_sports2ds() {
        let s = sample::build(Case::Clean);
        let (head, data) = parsed(&to_trc(&s.signals, 30.0, "set.trc").unwrap());
        assert_eq!(head[0], ["PathFileType", "4", "(X/Y/Z)", "set.trc"]);
        assert_eq!(head[1].join(" "), "DataRate CameraRate NumFrames NumMarkers Units OrigDataRate OrigDataStartFrame OrigNumFrames");
        let frames = s.signals.frame_time_s.len().to_string();
        assert_eq!(head[2], ["30", "30", &frames, "18", "m", "30", "0", &frames]);
        assert_eq!(head[3][..3], ["Frame#", "Time", "RHip"]);
        assert_eq!(head[4][..5], ["", "", "X1", "Y1", "Z1"]);
        assert_eq!((data.len(), data[0].len()), (s.signals.frame_time_s.len(), 2 + 3 * 18));
        assert!(data.iter().enumerate().all(|(i, row)| row[0] == i.to_string() && row.len() == 2 + 3 * 18));
    }

    #[test]
    fn places_are_metres_up_from_the_sole_and_gaps_stay_empty() {
        let s = sample::build(Case::Clean);
        let (head, data) = parsed(&to_trc(&s.signals, 30.0, "set.trc").unwrap());
        // The first number of a column; where the plate hides a joint there is none.
        let first = |column: usize| data.iter().find_map(|row| row[column].parse::<f64>().ok()).unwrap();
        // Body scale of the sample: 2.55 px/cm; its ankle lies 6 cm above the sole at 3 px/cm.
        let ankle = column(&head, "RAnkle");
        assert!((first(ankle + 1) - 0.06 * 3.0 / 2.55).abs() < 2e-3, "{}", first(ankle + 1));
        let (heel, toe) = (column(&head, "RHeel"), column(&head, "RBigToe"));
        assert!(first(toe) > 0.1 && first(heel) < -0.1, "X is forward");
        assert!(first(column(&head, "RShoulder") + 1) > first(column(&head, "RHip") + 1));
        // All three places are known or none, and an unknown one is no number, least of all 0.
        let hip = column(&head, "RHip");
        assert!(data.iter().all(|row| row[hip].is_empty() == row[hip + 1].is_empty() && row[hip].is_empty() == row[hip + 2].is_empty()));
        assert!(data.iter().any(|row| row[hip].is_empty()), "the plate hides the hip at lockout");
        assert!(!head[3].iter().any(|name| name == "RWrist"), "a joint that is never seen is no marker");
    }

    #[test]
    fn facing_left_still_points_forward() {
        let mut s = sample::build(Case::Clean);
        s.signals.near = Side::Left;
        let (head, data) = parsed(&to_trc(&s.signals, 30.0, "set.trc").unwrap());
        let x = |name: &str| data.iter().find_map(|row| row[column(&head, name)].parse::<f64>().ok()).unwrap();
        assert!(x("LBigToe") > x("LHeel") && x("RBigToe") > x("RHeel"));
    }
}
