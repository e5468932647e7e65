//! A skeleton layout's own least confidence decides which landmarks are measured with.

use super::scenes::saved;
use crate::config::Config;
use crate::signals::{self, Joint, Side};
use crate::track::{LandmarkObs, Layout, Track};

/// The track as a network of that layout would have seen it, all of whose landmarks are of one confidence.
fn seen_by(track: &Track, name: &str, confidence: f64) -> Track {
    let (from, to) = (Layout::by_name(&track.skeleton).unwrap(), Layout::by_name(name).unwrap());
    let mut out = track.clone();
    out.skeleton = name.into();
    for pose in out.frames.iter_mut().filter_map(|f| f.pose.as_mut()) {
        let old = std::mem::take(&mut pose.landmarks);
        pose.landmarks = vec![LandmarkObs { visibility: confidence, ..old[from.nose] }; to.points.len()];
        for (side, joint) in [Side::Left, Side::Right].into_iter().flat_map(|side| Joint::ALL.map(|joint| (side, joint))) {
            if let (Some(a), Some(b)) = (from.index(side, joint), to.index(side, joint)) {
                pose.landmarks[b] = LandmarkObs { visibility: confidence, ..old[a] };
            }
        }
    }
    out
}

/// Share of the clip in which the near shoulder has a place.
fn measured(track: &Track, config: &Config) -> f64 {
    let signals = signals::movement(track, config).unwrap();
    let places = &signals.near_joints[Joint::Shoulder as usize].up_px;
    places.iter().flatten().count() as f64 / places.len() as f64
}

#[test]
fn a_layouts_own_least_confidence_decides_what_is_measured() {
    let track = saved("side_right_clean");
    for (layout, confidence, usable) in [
        ("blazepose-33", 0.55, true),
        ("blazepose-33", 0.40, false),
        ("halpe-26", 0.40, true),
        ("halpe-26", 0.25, false),
        ("coco-17", 0.40, true),
    ] {
        let share = measured(&seen_by(&track, layout, confidence), &Config::default());
        assert_eq!(share, if usable { 1.0 } else { 0.0 }, "{layout} at {confidence}: {share}");
    }
    // Who gives a limit means it for every network.
    let stricter = crate::config::parse("[filter]\nvisibility_min = 0.5").unwrap();
    assert_eq!(measured(&seen_by(&track, "halpe-26", 0.40), &stricter), 0.0);
}
