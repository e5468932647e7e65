//! The saved observation of one video: everything the networks and the bar tracker saw, raw.

use super::Event;
use serde::{Deserialize, Serialize};

/// Version of the saved form; a reader refuses another one.
pub const TRACK_SCHEMA: &str = "1.0";

/// Everything seen in one video, before any filtering. All pixel coordinates are of the upright
/// full frame, origin top left, x right, y down. All times are seconds since the first shown frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// [`TRACK_SCHEMA`] of the program that saved it.
    pub schema: String,
    /// Version of the program that observed.
    pub program_version: String,
    /// The network.
    pub model: ModelInfo,
    /// The video.
    pub video: VideoInfo,
    /// Layout name of every pose's landmarks, see [`crate::track::skeleton`].
    pub skeleton: String,
    /// Who was followed.
    pub lifter: LifterInfo,
    /// Camera and recording.
    pub scene: SceneInfo,
    /// Where it lies in a longer recording, when it was cut from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recording>,
    /// One entry per decoded frame, in order.
    #[serde(deserialize_with = "super::bounded::frames")]
    pub frames: Vec<FrameObs>,
}

/// The place of a set in its recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Recording {
    /// File name of the recording, without folders.
    pub file: String,
    /// Number of the set, from 1; absent for a stretch that the user chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<u32>,
    /// Who lifts, from 1 in order of appearance, where the recording shows several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifter: Option<u32>,
    /// Index of the recording's frame that is frame 0 here.
    pub first_frame: u32,
    /// The recording's time that is 0 here, s.
    pub from_s: f64,
    /// The recording's time of the last frame here, s.
    pub to_s: f64,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Its name, or its file's.
    pub name: String,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// What the file says, and what decoding it showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoInfo {
    /// File name without folders.
    pub file_name: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Width of the upright frame.
    pub width_px: u32,
    /// Height of the upright frame.
    pub height_px: u32,
    /// Frames shown.
    pub frames: u32,
    /// From the first frame to the end of the last.
    pub duration_s: f64,
    /// Mean rate over the shown frames.
    pub mean_fps: f64,
    /// More than one step in fifty is a quarter longer or shorter than usual.
    pub variable_frame_rate: bool,
    /// Rotation that was applied to make the picture upright.
    pub rotation_deg: i32,
    /// The container's creation time (RFC 3339), when it has one.
    pub created: Option<String>,
    /// Frames per second at which the camera recorded, where the container says so (slow motion plays at fewer).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_fps: Option<f64>,
    /// The picture without black bars.
    pub picture: RectPx,
    /// The file ended before its announced length.
    pub truncated: bool,
}

/// Axis-aligned rectangle in frame pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RectPx {
    /// To the right.
    pub x_px: f64,
    /// Down.
    pub y_px: f64,
    /// Width.
    pub width_px: f64,
    /// Height.
    pub height_px: f64,
}

impl RectPx {
    /// Whether a point lies inside or on the edge.
    pub fn contains(&self, x_px: f64, y_px: f64) -> bool {
        x_px >= self.x_px && y_px >= self.y_px && x_px <= self.x_px + self.width_px && y_px <= self.y_px + self.height_px
    }
}

/// Which person was followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LifterInfo {
    /// Largest number of different people seen through the clip.
    pub persons_seen: u32,
    /// How the lifter was told from the others.
    pub chosen_by: ChosenBy,
    /// Share of frames in which another person's box overlaps the lifter's by more than a third.
    pub overlap_share: f64,
}

/// How the lifter was told from the others; saved, and read, as the words that people see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum ChosenBy {
    /// Nobody else stays.
    #[serde(rename = "only person in the clip")]
    Only,
    /// Went up and down more than anybody else.
    #[serde(rename = "moves up and down like a lifter")]
    Lifting,
    /// Stands out by size alone.
    #[serde(rename = "largest person in the clip")]
    Largest,
    /// Nothing else told them apart.
    #[serde(rename = "seen longest and nearest the middle")]
    LongestSeen,
    /// In the words of whoever made the track.
    #[serde(untagged)]
    Told(String),
}

impl ChosenBy {
    /// As it stands in the file.
    pub fn text(&self) -> &str {
        match self {
            ChosenBy::Only => "only person in the clip",
            ChosenBy::Lifting => "moves up and down like a lifter",
            ChosenBy::Largest => "largest person in the clip",
            ChosenBy::LongestSeen => "seen longest and nearest the middle",
            ChosenBy::Told(text) => text,
        }
    }
}

/// What the picture around the lifter did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SceneInfo {
    /// Times of hard cuts; only the longest part between cuts that shows a lift is analysed.
    pub cuts_s: Vec<f64>,
    /// Parts of the clip where the picture stands still (frozen), from–to.
    pub freezes_s: Vec<[f64; 2]>,
    /// Camera roll from upright background lines: + = the picture is turned clockwise.
    pub roll_deg: Option<f64>,
    /// Its error, one standard deviation.
    pub roll_sigma_deg: Option<f64>,
    /// How far the lens bends a straight line across the picture, a quarter of the longer side from its middle: height of
    /// the arc over its length, + = outwards. Absent where no bow was seen for sure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lens_bow: Option<f64>,
    /// Background motion: median speed in frame heights per second.
    pub camera_speed_per_s: Option<f64>,
    /// Residual of the background stabilisation.
    pub camera_residual_px: Option<f64>,
    /// What happened to the recording besides, by its beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// What was seen in one frame.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FrameObs {
    /// Counts decoded frames from 0.
    pub index: u32,
    /// Time shown, from the first frame's.
    pub time_s: f64,
    /// The lifter's pose; absent when nobody was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pose: Option<PoseObs>,
    /// The near plate as the bar stage linked it through the clip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<PlateObs>,
    /// Shift of the background against the first frame (camera motion), px.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera_shift_px: Option<[f64; 2]>,
}

/// One pose as the network gave it, in frame pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PoseObs {
    /// The network's own probability that a person is in the crop, 0…1.
    pub score: f64,
    /// In the order of the skeleton layout.
    pub landmarks: Vec<LandmarkObs>,
    /// Outline of the person's mask at its 0.5 level, closed polygons, largest first.
    #[serde(default, with = "super::outline_codec", skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<Vec<[f64; 2]>>,
    /// Size of one mask cell in frame pixels (resolution of the outline).
    pub mask_cell_px: f64,
}

/// One point of the body.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LandmarkObs {
    /// To the right.
    #[serde(rename = "x")]
    pub x_px: f64,
    /// Down.
    #[serde(rename = "y")]
    pub y_px: f64,
    /// The network's visibility, 0…1.
    #[serde(rename = "v")]
    pub visibility: f64,
}

/// The near plate in one frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlateObs {
    /// To the right.
    pub x_px: f64,
    /// Down.
    pub y_px: f64,
    /// Semi axes of the fitted ellipse.
    pub major_px: f64,
    /// The lesser of them.
    pub minor_px: f64,
    /// Direction of the major axis against the image's x axis, −90…90.
    pub angle_deg: f64,
    /// Share of the rim that was seen, 0…1.
    pub coverage: f64,
    /// Error of the centre, one standard deviation, per axis.
    pub sigma_px: f64,
}

#[cfg(test)]
mod tests {
    use super::ChosenBy;

    #[test]
    fn the_choice_of_the_lifter_is_saved_as_its_words_and_foreign_words_are_kept() {
        let told = ChosenBy::Told("clicked".into());
        for choice in [ChosenBy::Only, ChosenBy::Lifting, ChosenBy::Largest, ChosenBy::LongestSeen, told] {
            let saved = serde_json::to_value(&choice).unwrap();
            assert_eq!(saved, choice.text());
            assert_eq!(serde_json::from_value::<ChosenBy>(saved).unwrap(), choice);
        }
    }
}
