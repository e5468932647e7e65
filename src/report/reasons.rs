//! Why something could not be judged, in plain words, and how to film so that it can be (SPEC 4.1, 14.4).

use crate::patterns::Reason;

/// What a person reads for a reason code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// Completes "cannot be judged: …".
    pub why: &'static str,
    /// What to do next time; empty when nothing helps.
    pub film_better: &'static str,
}

const SIDE: &str = "Film exactly from the side, camera at hip height, at least 4 m away, without zooming out to ultra-wide.";
const FRONT: &str = "Film a second clip from straight in front.";
const STEADY: &str = "Put the phone on a support; do not hold or move it.";
const WHOLE: &str = "Keep the whole body and both plates in the picture, with some space around them.";
const PLATES: &str = "Use full-size plates (45 cm) or give their size with --plate-diameter.";
const SLOW: &str = "Film at 60 frames per second in good light.";

const RECORDER: &str = "Record with the camera's own app to its own storage, with nothing else running.";

pub fn explain(reason: Reason) -> Explanation {
    let (why, film_better) = match reason {
        Reason::NoPerson => ("nobody was found in the picture", WHOLE),
        Reason::MultiplePersons => {
            ("another person stands in front of or behind you", "Film without people next to you, or from another side.")
        }
        Reason::CutOff => ("head or feet are outside the picture", WHOLE),
        Reason::LowRes => {
            ("you are too small in the picture", "Move closer or film upright, so that you fill about three quarters of the height.")
        }
        Reason::LowFps => ("the video has too few frames per second", SLOW),
        Reason::ViewOblique => ("the camera looks from an angle", SIDE),
        Reason::ViewFront => ("it can only be seen from the side", SIDE),
        Reason::ViewSide => ("it can only be seen from the front", FRONT),
        Reason::ViewUnknown => ("the direction of the camera could not be told", SIDE),
        Reason::CameraMoves => ("the camera moves", STEADY),
        Reason::RollUnknown => {
            ("it is not known how level the camera was", "Level the camera and let a rack or a door frame stand in the picture.")
        }
        Reason::NoScale => ("nothing in the picture tells how large a centimetre is", PLATES),
        Reason::NoBar => {
            ("the plate on the bar could not be followed", "Turn the plate's face to the camera and keep it free of people and racks.")
        }
        Reason::PlateOcclusion => ("the plate hides it", "Nothing to do: in a side view the plate covers this part of the body."),
        Reason::FootHidden => ("your feet are hidden", "Keep the feet in the picture and free of plates lying about."),
        Reason::FootMoved => ("your feet moved during the set", "Keep your feet where they are from the first rep to the last."),
        Reason::NoFootPoints => ("this pose network does not find heel and toes", "Use the model heavy, full or lite."),
        Reason::NoBackEvidence => ("there is no outline of your back", "Use a model with a mask (heavy, full or lite)."),
        Reason::ContourUnreliable => {
            ("loose clothes or the background blur the line of your back", "Wear a fitted top and film against a plain background.")
        }
        Reason::NoStandRef => ("the video does not show you standing upright", "Stand still for three seconds before you grip the bar."),
        Reason::TooFewFrames => ("it lasts too short a time to be measured", SLOW),
        Reason::BarDropped => ("the bar was dropped", "Lower the bar if you want this part judged."),
        Reason::VariantNa => ("it does not belong to this kind of lift", ""),
        Reason::Damaged => ("the pictures are damaged there", "Copy the file again from the camera."),
        Reason::Gap => ("pictures are missing there", RECORDER),
        Reason::Stalled => ("the recording stalled there", RECORDER),
        Reason::Leap => ("the time of the recording leaps there", "Give the recording as the camera wrote it, not joined from several."),
        Reason::NoHistory => ("it needs earlier sets to compare with", "Analyse your sets into one folder and give the load with --load."),
        Reason::NotVisibleByNature => ("no camera can see it", "Check it yourself before the set."),
        Reason::RoundOnTheWayUp => ("your back was already rounded on the way up", ""),
        Reason::NotSelected => ("it was left out on request", ""),
    };
    Explanation { why, film_better }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_schema_has_its_sentence() {
        let schema = serde_json::to_value(schemars::schema_for!(Reason)).unwrap();
        let listed = |v: &serde_json::Value| -> Vec<String> {
            let one = |v: &serde_json::Value| v.as_str().map(str::to_owned);
            let of = |key: &str| v.get(key).and_then(|x| x.as_array()).cloned().unwrap_or_default();
            let mut codes: Vec<String> = of("enum").iter().filter_map(one).collect();
            for part in of("oneOf") {
                codes.extend(part.get("const").and_then(one));
                codes.extend(part.get("enum").and_then(|e| e.as_array()).into_iter().flatten().filter_map(one));
            }
            codes
        };
        let codes = listed(&schema);
        assert_eq!(codes.len(), 31, "{schema}");
        let mut seen = std::collections::HashSet::new();
        for code in codes {
            let reason: Reason = serde_json::from_value(code.clone().into()).unwrap();
            let said = explain(reason);
            assert!(!said.why.is_empty() && !said.why.ends_with('.'), "{code}");
            assert!(said.film_better.is_empty() || said.film_better.ends_with('.'), "{code}");
            assert!(seen.insert(said.why), "{code} says the same as another");
        }
    }
}
