//! First stage: what of a track is looked at, and from where the camera sees it.

use super::camera::camera;
use super::centres::MOST_YAW_DEG;
use super::cut_off;
use super::error::SignalsError;
use super::landmarks::{RawPoses, gather, near_side};
use super::pace::Playback;
use super::plane::Plane;
use super::{Camera, Facing, Side};
use crate::config::{Config, Instrument};
use crate::numeric::quantile;
use crate::track::{Layout, Track, only_main_shot};
use std::borrow::Cow;

/// Least number of poses, still or skipped frames among them.
const LEAST_POSES: usize = 5;
/// Share of the clip's hip–shoulder lengths that is no longer than the trunk: foreshortening only shortens.
const TRUNK_QUANTILE: f64 = 0.9;

/// The shot with the lift: its frames, its poses with left and right mended and folded ones left out, the camera, the way it plays.
pub struct Observed<'a> {
    /// All frames of the film, seen in its main shot alone.
    pub film: Cow<'a, Track>,
    /// The same without the pictures that a stalled recorder repeated, where there are such.
    fresh: Option<Track>,
    pub poses: RawPoses,
    /// What the networks read for a true value (SPEC 6.0).
    pub instrument: Instrument,
    /// Least visibility of a landmark that is measured with, 0…1.
    pub visibility_min: f64,
    /// The side nearer to the camera.
    pub near: Side,
    /// Hip–shoulder length of the near side as the network marks it, px.
    pub trunk_px: f64,
    pub camera: Camera,
    pub playback: Playback,
    /// Share of poses in which head or feet are cut off by the picture's edge.
    pub cut_off_share: f64,
}

impl<'a> Observed<'a> {
    /// # Errors
    /// An unknown skeleton or instrument, or hardly a pose.
    pub fn of(track: &'a Track, config: &Config) -> Result<Observed<'a>, SignalsError> {
        let film = only_main_shot(track);
        let layout = Layout::by_name(&film.skeleton).ok_or_else(|| SignalsError::UnknownSkeleton(film.skeleton.clone()))?;
        let instrument = Instrument::of(layout.name, &config.instrument).map_err(|e| SignalsError::Instrument(e.message))?;
        let all = enough(gather(&film, layout), &film)?;
        let near = near_side(&all);
        let trunk_px = trunk_length(&all, near).unwrap_or(1.0);
        let camera = camera(&film, &all, trunk_px, config);
        let playback = Playback::of(&film, &all, trunk_px, config);
        let fresh = playback.without_repeats(&film);
        let poses = fresh.as_ref().map_or(all, |fresh| gather(fresh, layout));
        let cut_off_share = cut_off::share(&film.video.picture, &poses);
        let unfolded = camera.yaw_deg.is_some_and(|yaw| yaw <= MOST_YAW_DEG);
        let poses = enough(if unfolded { poses.without_folded(&film.scene.cuts_s) } else { poses }, fresh.as_ref().unwrap_or(&film))?;
        let visibility_min = config.filter.visibility_min.unwrap_or(layout.score_min);
        Ok(Observed { fresh, poses, instrument, visibility_min, near, trunk_px, camera, playback, cut_off_share, film })
    }

    /// The frames that show something new; [`RawPoses::frame`] points into them.
    pub fn track(&self) -> &Track {
        self.fresh.as_ref().unwrap_or(&self.film)
    }

    /// +1 when the toes point to the right of the picture, and where that is not known.
    pub fn facing(&self) -> f64 {
        self.camera.facing.map_or(1.0, Facing::sign)
    }

    pub fn plane(&self) -> Plane {
        Plane::new(self.camera.roll_deg, self.facing())
    }
}

fn enough(poses: RawPoses, track: &Track) -> Result<RawPoses, SignalsError> {
    let (found, frames) = (poses.len(), track.frames.len());
    if found < LEAST_POSES { Err(SignalsError::NoPerson { found, frames }) } else { Ok(poses) }
}

/// Hip–shoulder length of a side over the clip, px.
fn trunk_length(poses: &RawPoses, side: Side) -> Option<f64> {
    quantile((0..poses.len()).filter_map(|n| poses.trunk_px(Some(side), n)), TRUNK_QUANTILE)
}
