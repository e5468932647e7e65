//! Where a camera's roll and the scales are known from. Reports spell them as `rename` has it, and nothing else does.

use serde::{Deserialize, Serialize};

/// What tells the camera's roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum RollSource {
    /// Upright lines behind the lifter.
    #[serde(rename = "background lines")]
    BackgroundLines,
    /// Nothing: the camera is taken to be level.
    #[serde(rename = "assumed")]
    Assumed,
}

/// What tells the lifter's scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
