//! A warning: what the reader should know of a film before its numbers.

use crate::track::EventCode;
use serde::{Deserialize, Serialize};

/// What a report warns of; the name on paper is for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WarningCode {
    /// The camera moves.
    CameraMoves,
    /// Nothing tells the camera's tilt: it is taken to be level.
    RollUnknown,
    /// The lens bends straight lines.
    Distortion,
    /// The picture is cut to another scene.
    SceneCut,
    /// The network took left for right in some pictures; mended.
    SwapsMended,
    /// No body explains the joints that were seen: hidden ones stay unknown.
    FitFailed,
    /// Plate and lifter cannot both have the sizes they are taken for.
    PlateScale,
    /// No plate moves with the hands: the wrists tell of the load.
    NoPlate,
    /// No complete repetition was found.
    NoFullRep,
    /// What was seen looks like another exercise.
    OtherExercise,
    /// The film plays slower than it was recorded, or seems to.
    SlowMotion,
    /// The picture stands still in a movement: that time is left out.
    FreezeFrame,
    /// The second film does not show this set from the front: it is left out.
    FrontRefused,
    /// Something happened to the recording itself, under its own code.
    #[serde(untagged)]
    Recording(EventCode),
}

impl WarningCode {
    /// The code as it stands in reports.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// One sentence with its code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Warning {
    /// Stands for the kind of warning, for programs.
    pub code: WarningCode,
    /// The sentence for people.
    pub message: String,
}

impl Warning {
    /// A warning of that kind in these words.
    pub fn new(code: WarningCode, message: impl Into<String>) -> Warning {
        Warning { code, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_as_it_was_written() {
        let codes = [
            WarningCode::NoPlate,
            WarningCode::FitFailed,
            WarningCode::Recording(EventCode::Stalled),
            WarningCode::Recording(EventCode::Gap),
        ];
        let names = codes.map(WarningCode::name);
        assert_eq!(names, ["NO_PLATE", "FIT_FAILED", "STALLED", "GAP"]);
        for (code, name) in codes.into_iter().zip(&names) {
            assert_eq!(serde_json::from_value::<WarningCode>(name.as_str().into()).unwrap(), code);
        }
        assert!(serde_json::from_str::<WarningCode>("\"NO_BAR\"").is_err(), "a reason is no warning");
    }
}
