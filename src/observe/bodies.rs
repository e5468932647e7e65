//! Where people are in the picture, for what is looked for beside them.

use super::persons::Sighting;
use crate::track::FrameObs;

/// A body reaches this share of its height beyond its landmarks.
const BEYOND: f64 = 0.10;
/// A body stands within this share of its region, across and along.
const REGION: [f64; 2] = [0.45, 0.90];
/// Poses and sightings this near in time tell where somebody is, s.
const NEAR_S: f64 = 0.25;

/// The followed lifter by the poses, everybody else by the detector.
pub struct Bodies<'a> {
    pub frames: &'a [FrameObs],
    pub seen: &'a [Sighting],
}

impl Bodies<'_> {
    /// Whether a place (frame px) is on somebody, or so near that nobody can tell.
    pub fn cover(&self, time_s: f64, place: [f64; 2]) -> bool {
        let lifter = self.lifter(time_s);
        let inside = |[left, top, right, foot]: [f64; 4]| (left..=right).contains(&place[0]) && (top..=foot).contains(&place[1]);
        lifter.is_some_and(inside)
            || self.seen.iter().filter(|s| (s.time_s - time_s).abs() < NEAR_S).any(|s| {
                // The lifter's own region is wider than the lifter.
                let own = lifter
                    .is_some_and(|[left, top, right, foot]| (left..=right).contains(&s.roi.x_px) && (top..=foot).contains(&s.roi.y_px));
                let half = REGION.map(|share| share * s.roi.size_px / 2.0);
                !own && inside([s.roi.x_px - half[0], s.roi.y_px - half[1], s.roi.x_px + half[0], s.roi.y_px + half[1]])
            })
    }

    /// Left, top, right, foot of the lifter.
    fn lifter(&self, time_s: f64) -> Option<[f64; 4]> {
        let after = self.frames.partition_point(|f| f.time_s < time_s - NEAR_S);
        let near = self.frames[after..].iter().take_while(|f| f.time_s <= time_s + NEAR_S).filter(|f| f.pose.is_some());
        let frame = near.min_by(|a, b| (a.time_s - time_s).abs().total_cmp(&(b.time_s - time_s).abs()))?;
        let marks = &frame.pose.as_ref()?.landmarks;
        let over =
            |pick: fn(f64, f64) -> f64, start: f64, axis: fn(&crate::track::LandmarkObs) -> f64| marks.iter().map(axis).fold(start, pick);
        let (left, right) = (over(f64::min, f64::INFINITY, |l| l.x_px), over(f64::max, f64::NEG_INFINITY, |l| l.x_px));
        let (top, foot) = (over(f64::min, f64::INFINITY, |l| l.y_px), over(f64::max, f64::NEG_INFINITY, |l| l.y_px));
        let margin = BEYOND * (foot - top).max(right - left);
        Some([left - margin, top - margin, right + margin, foot + margin])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::Roi;
    use crate::track::{LandmarkObs, PoseObs};

    #[test]
    fn the_lifter_is_where_the_pose_is_and_others_where_they_were_seen() {
        let mark = |x_px, y_px| LandmarkObs { x_px, y_px, visibility: 1.0 };
        let pose = PoseObs { score: 1.0, landmarks: vec![mark(100.0, 50.0), mark(140.0, 250.0)], outline: vec![], mask_cell_px: 1.0 };
        let frames = [FrameObs { time_s: 1.0, pose: Some(pose), ..FrameObs::default() }];
        let region = |x_px: f64| Sighting { time_s: 1.0, roi: Roi { x_px, y_px: 150.0, size_px: 300.0, rotation_rad: 0.0 } };
        let seen = [region(120.0), region(400.0)];
        let bodies = Bodies { frames: &frames, seen: &seen };
        assert!(bodies.cover(1.1, [150.0, 100.0]));
        // Inside the detector's region of the lifter, but beside the lifter.
        assert!(!bodies.cover(1.1, [185.0, 100.0]));
        assert!(bodies.cover(1.1, [440.0, 100.0]));
        assert!(!bodies.cover(3.0, [120.0, 100.0]));
    }
}
