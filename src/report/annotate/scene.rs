//! All that is drawn, and where its joints lie in the picture.

use super::draw::Place;
use crate::report::Report;
use crate::report::series::At;
use crate::reps::RepSet;
use crate::signals::{Joint, JointTrack, Signals, Told, View};
use crate::track::Track;

/// All that is drawn.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub report: &'a Report,
    pub signals: &'a Signals,
    pub told: &'a Told,
    pub set: &'a RepSet,
    pub track: &'a Track,
}

/// A joint of the near side: its place in the picture and whether it is hidden.
pub fn joint(scene: &Scene, joint: Joint, at: Option<At>, scale: f64) -> Option<(Place, bool)> {
    place(&scene.told.near_joints[joint as usize], at, scale)
}

/// A joint of the near side where the network saw it, as the back's outline is measured from.
pub fn seen(scene: &Scene, joint: Joint, at: Option<At>, scale: f64) -> Option<Place> {
    place(scene.signals.joint(joint), at, scale).map(|(place, _)| place)
}

/// The sides worth drawing: both where the camera sees both, else the near one.
pub fn sides<'a>(scene: &Scene<'a>) -> Vec<&'a [JointTrack]> {
    let (near, far) = (scene.told.near_joints.as_slice(), scene.signals.far_joints.as_slice());
    if faces_camera(scene) { vec![near, far] } else { vec![near] }
}

/// Whether the lifter was filmed from the front or from behind.
pub fn faces_camera(scene: &Scene) -> bool {
    matches!(scene.signals.camera.view, View::Front | View::Rear)
}

/// A joint's place in the picture and whether it is hidden.
pub fn place(track: &JointTrack, at: Option<At>, scale: f64) -> Option<(Place, bool)> {
    let at = at?;
    let place = [at.value(&track.image_x_px)? * scale, at.value(&track.image_y_px)? * scale];
    Some((place, track.occluded.get(at.nearest()).copied().unwrap_or(true)))
}
