//! Where a camera's roll and the scales are known from.

use serde::{Deserialize, Serialize};

/// What tells the camera's roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RollSource {
    /// Upright lines behind the lifter.
    #[serde(rename = "background lines")]
    BackgroundLines,
    /// Nothing: the camera is taken to be level.
    #[serde(rename = "assumed")]
    Assumed,
}

impl RollSource {
    /// As reports have it.
    pub fn name(self) -> &'static str {
        match self {
            RollSource::BackgroundLines => "background lines",
            RollSource::Assumed => "assumed",
        }
    }
}

/// What tells the lifter's scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScaleSource {
    /// The plate's diameter, and what is usual of lifters and cameras.
    #[serde(rename = "plate")]
    Plate,
    /// The lifter's height as he told it.
    #[serde(rename = "stature")]
    Stature,
    /// The height for the lifter, the plate for the bar.
    #[serde(rename = "plate+stature")]
    PlateAndStature,
    /// Nothing.
    #[serde(rename = "none")]
    None,
}

impl ScaleSource {
    /// As reports have it.
    pub fn name(self) -> &'static str {
        match self {
            ScaleSource::Plate => "plate",
            ScaleSource::Stature => "stature",
            ScaleSource::PlateAndStature => "plate+stature",
            ScaleSource::None => "none",
        }
    }
}
