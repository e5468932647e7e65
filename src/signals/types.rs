//! What the right half of the program works on: filtered channels on one uniform time grid.
//!
//! Two spaces: *image* (px of the upright full frame, origin top left, y down) for drawing, and
//! *plane* (px, gravity aligned by the roll estimate and freed of camera motion, x forward = where
//! the toes point, y up; origin arbitrary) for measuring. Angles are SPEC 3.2's, in degrees.

pub use crate::numeric::Series;
pub use crate::track::{Joint, Side};

use super::grid::Grid;
use super::sources::{RollSource, ScaleSource};
use super::warning::{Warning, WarningCode};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Signals {
    /// Seconds since the first shown frame, uniform.
    pub time_s: Vec<f64>,
    pub rate_hz: f64,
    /// Times of the decoded frames (for output per frame).
    pub frame_time_s: Vec<f64>,
    pub camera: Camera,
    /// The video's time against the lifter's.
    pub pace: Pace,
    pub scale: Scale,
    /// What its networks read for a true value (SPEC 6.0).
    pub instrument: crate::config::Instrument,
    /// Least visibility of a landmark that is measured with, 0…1.
    pub visibility_min: f64,
    pub near: Side,
    /// Joints of the near side, then of the far side; index by [`Joint`].
    pub near_joints: Vec<JointTrack>,
    pub far_joints: Vec<JointTrack>,
    pub bar: BarTrack,
    pub speed: BarSpeed,
    pub angles: Angles,
    pub back: Back,
    /// The body fitted to the whole clip (SPEC 5.5); `None` where no fit was possible.
    pub body: Option<super::fitted::Body>,
    /// Standing reference, when the clip shows one (SPEC 3.3).
    pub stand: Option<Stand>,
    /// Share of grid points in which head or feet are cut off by the picture's edge.
    pub cut_off_share: f64,
    /// Share of frames in which another person overlaps the lifter.
    pub overlap_share: f64,
    /// Height of the standing lifter in the picture, px (eye–ankle/0.897 when standing was seen,
    /// else from limb lengths).
    pub body_height_px: Option<f64>,
    /// Hip–shoulder length when standing or, failing that, the clip's 90th percentile, px.
    pub trunk_length_px: Option<f64>,
    /// Heel–toe length over frames that show the foot, px.
    pub foot_length_px: Option<f64>,
    pub warnings: Vec<Warning>,
    /// What happened to the recording besides the lift, by its beginning.
    pub events: Vec<crate::track::Event>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Facing {
    Left,
    Right,
}

impl Facing {
    /// +1 when the toes point to the right of the image.
    pub fn sign(self) -> f64 {
        match self {
            Facing::Left => -1.0,
            Facing::Right => 1.0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum View {
    Side,
    Oblique,
    Front,
    Rear,
    Unknown,
}

/// SPEC 4.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    pub view: View,
    /// 0 = exact side view, 90 = front or rear; unsigned.
    pub yaw_deg: Option<f64>,
    pub yaw_sigma_deg: Option<f64>,
    /// The camera stands behind the exact side view and sees something of the lifter's back.
    pub from_behind: bool,
    pub roll_deg: f64,
    pub roll_sigma_deg: f64,
    /// Where that is known from.
    pub roll_source: RollSource,
    pub facing: Option<Facing>,
    pub moving: bool,
    /// Residual after stabilisation, px; above 3 px the drift is not assessable.
    pub residual_px: Option<f64>,
}

/// Cosine of the steepest yaw that is undone; beyond it nothing along the floor is judged.
const LEAST_ACROSS: f64 = 0.5;

impl Camera {
    /// What the view leaves of lengths along the lifter's sagittal plane: cos ψ, 1 where the yaw is not known.
    pub fn across(&self) -> f64 {
        self.yaw_deg.unwrap_or(0.0).to_radians().cos().max(LEAST_ACROSS)
    }
}

/// SPEC 3.4.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// px per cm at the near plate, from its major axis.
    pub plate_px_per_cm: Option<f64>,
    /// Relative error of the plate scale, one σ (0.01 = 1 %).
    pub plate_sigma_rel: Option<f64>,
    /// px per cm in the lifter's midline plane.
    pub body_px_per_cm: Option<f64>,
    pub body_sigma_rel: Option<f64>,
    /// What it is taken from.
    pub source: ScaleSource,
}

/// One joint over the grid. Where it is hidden behind the plate its coordinates are `None` in the
/// plane (they must not be measured with) and `occluded` is set; the image coordinates keep the
/// network's guess for drawing it dashed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JointTrack {
    pub image_x_px: Series,
    pub image_y_px: Series,
    /// Plane, + = forward.
    pub forward_px: Series,
    /// Plane, + = up.
    pub up_px: Series,
    /// 0…1.
    pub confidence: Vec<f64>,
    pub occluded: Vec<bool>,
    /// Jitter σ of this video (SPEC 5.1.7), px.
    pub sigma_px: f64,
}

/// How the load's height is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BarEvidence {
    Plate,
    /// No plate was seen: wrists (kettlebell, dumb-bell, front view).
    Wrist,
    None,
}

/// Where the load is. What is in cm exists only with a plate scale; the `_px` channels serve wrist evidence too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarTrack {
    pub evidence: BarEvidence,
    pub image_x_px: Series,
    pub image_y_px: Series,
    pub radius_px: Series,
    pub forward_px: Series,
    pub up_px: Series,
    /// Above the floor rest level, plane px.
    pub height_px: Series,
    /// Above the floor rest level; + = up.
    pub height_cm: Series,
    /// From the bar's place at the first lift-off (or its floor rest); + = forward.
    pub forward_cm: Series,
    /// Vertical, px per second of the video; + = up.
    pub velocity_px_s: Series,
    /// σ of the centre, cm.
    pub position_sigma_cm: Option<f64>,
    /// Share of grid points at which the plate was really seen (not bridged).
    pub seen: Vec<bool>,
}

/// How fast the load goes up in the lifter's own time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarSpeed {
    /// m/s; + = up. Needs a plate scale, and that it is known how fast the video plays.
    pub mps: Series,
    /// σ, m/s.
    pub sigma_mps: Option<f64>,
}

/// SPEC 3.2, near side, degrees; `None` where a landmark is hidden or unsure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Angles {
    /// phi: 90 upright, below 90 leaning forward.
    pub trunk_deg: Series,
    /// th: 90 vertical, above 90 hip behind knee.
    pub thigh_deg: Series,
    /// sk: 90 vertical, below 90 knee ahead of ankle.
    pub shank_deg: Series,
    /// eta: 180 straight.
    pub hip_deg: Series,
    /// kappa: 180 straight.
    pub knee_deg: Series,
    /// alpha, shoulder→elbow against the vertical: + = shoulder in front of the bar.
    pub arm_deg: Series,
    /// Elbow, 180 straight; only where the wrist is visible.
    pub elbow_deg: Series,
    /// nu: + = head extended.
    pub head_deg: Series,
}

/// SPEC 6.1: shape of the back's outline between hip (t = 0) and shoulder (t = 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Back {
    /// B, share of the hip–shoulder length; + = convex (rounded). Filtered.
    pub index: Series,
    /// S: + = apex toward the pelvis.
    pub skew: Series,
    /// Residual MAD ρ of the fit.
    pub residual: Series,
    /// Share of rays with an exit.
    pub coverage: Series,
    /// T: angle between lines fitted to the lower and the upper part; + = convex.
    pub turn_deg: Series,
    /// Tilt of the robust line through the dorsal outline 0.10–0.65 trunk lengths below the
    /// shoulder; 90 = vertical, above 90 = leaning back (SPEC 6.2).
    pub tilt_deg: Series,
    /// Depth of the trunk (dorsal to ventral exit) at mid trunk, share of trunk length.
    pub depth: Series,
    /// A frame's shape counts only where this is set (SPEC 6.1 a4).
    pub accepted: Vec<bool>,
}

impl Back {
    /// A back of which nothing was seen at any of `samples` times.
    pub fn unknown(samples: usize) -> Back {
        let none = || vec![None; samples];
        Back {
            index: none(),
            skew: none(),
            residual: none(),
            coverage: none(),
            turn_deg: none(),
            tilt_deg: none(),
            depth: none(),
            accepted: vec![false; samples],
        }
    }
}

/// Where the standing reference comes from (SPEC 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandSource {
    Calibration,
    BeforeFirstRep,
    AfterSet,
    /// Lockout of the first rep: lower confidence.
    Lockout,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stand {
    pub source: StandSource,
    pub window_s: [f64; 2],
    pub trunk_deg: Option<f64>,
    pub hip_deg: Option<f64>,
    pub knee_deg: Option<f64>,
    pub head_deg: Option<f64>,
    pub tilt_deg: Option<f64>,
    pub back_index: Option<f64>,
    /// Plane, px.
    pub shoulder_up_px: Option<f64>,
    pub hip_up_px: Option<f64>,
    pub hip_forward_px: Option<f64>,
    pub ankle_up_px: Option<f64>,
    pub ear_forward_px: Option<f64>,
    pub shoulder_forward_px: Option<f64>,
    /// |left − right| shoulder distance over trunk length (SPEC 4.2).
    pub shoulder_spread: Option<f64>,
    pub trunk_length_px: Option<f64>,
}

impl Signals {
    pub fn len(&self) -> usize {
        self.time_s.len()
    }

    pub fn is_empty(&self) -> bool {
        self.time_s.is_empty()
    }

    pub fn joint(&self, joint: Joint) -> &JointTrack {
        &self.near_joints[joint as usize]
    }

    pub fn far_joint(&self, joint: Joint) -> &JointTrack {
        &self.far_joints[joint as usize]
    }

    /// Times of the grid.
    pub fn grid(&self) -> Grid<'_> {
        Grid { time_s: &self.time_s, rate_hz: self.rate_hz }
    }

    /// Grid index nearest to a time, clamped into the clip.
    pub fn index_at(&self, time_s: f64) -> usize {
        self.grid().index_at(time_s)
    }

    /// Grid indices from–to of a time window, both ends included.
    pub fn range(&self, from_s: f64, to_s: f64) -> std::ops::Range<usize> {
        self.grid().range(from_s, to_s)
    }

    /// Decoded frame nearest to a time.
    pub fn frame_at(&self, time_s: f64) -> usize {
        let after = self.frame_time_s.partition_point(|&t| t < time_s);
        let before = after.saturating_sub(1);
        match (self.frame_time_s.get(before), self.frame_time_s.get(after)) {
            (Some(b), Some(a)) if (a - time_s).abs() < (b - time_s).abs() => after,
            (None, _) => 0,
            _ => before,
        }
    }

    /// How many times as far as usual the clip's marks stray: as the fitted body says, at least as far as its worst where none could
    /// be fitted, and 1 where none was tried.
    pub fn doubt(&self) -> f64 {
        let failed = self.warnings.iter().any(|w| w.code == WarningCode::FitFailed);
        self.body.as_ref().map_or(if failed { super::fitted::most_doubt() } else { 1.0 }, super::fitted::Body::doubt)
    }

    /// cm per px in the body plane; falls back to the plate's scale less 20 % of parallax.
    pub fn body_cm_per_px(&self) -> Option<f64> {
        self.scale.body_px_per_cm.map(|s| 1.0 / s)
    }
}

/// What is needed to count the lifter's own seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// The video plays this many times too slowly: 1 for real time.
    pub slower: f64,
    /// From–to, s of the video: the picture stood still in the middle of a movement that then went on where it was, as an
    /// editor's freeze does. This time is left out.
    pub frozen_s: Vec<[f64; 2]>,
    /// From–to: the picture stood still and then jumped: the recorder stalled while the lifter's time ran on.
    #[serde(default)]
    pub stalled_s: Vec<[f64; 2]>,
    /// A bar that was let go fell this many times too slowly, and neither user nor file say why: no speed is told.
    pub fell_slower: Option<f64>,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { slower: 1.0, frozen_s: Vec::new(), stalled_s: Vec::new(), fell_slower: None }
    }
}

impl Pace {
    /// Seconds of the lifter's own time between two times of the video.
    pub fn real_between(&self, [from, to]: [f64; 2]) -> f64 {
        let frozen: f64 = self.frozen_s.iter().map(|f| (f[1].min(to) - f[0].max(from)).max(0.0)).sum();
        (to - from - frozen) / self.slower
    }
}
