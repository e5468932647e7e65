//! Why something could not be judged, in plain words, and how to film so that it can be (SPEC 4.1, 14.4).

use super::Report;
use crate::patterns::Reason;
use crate::signals::{View, Warning, WarningCode};

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
        Reason::ViewOblique => ("the camera stands too far off the side for it", SIDE),
        Reason::ViewFront => ("it can only be seen from the side", SIDE),
        Reason::ViewSide => ("it can only be seen from the front", FRONT),
        Reason::ViewUnknown => ("the direction of the camera could not be told", SIDE),
        Reason::CameraMoves => ("the camera moves", STEADY),
        Reason::RollUnknown => {
            ("it is not known how level the camera was", "Level the camera and let a rack or a door frame stand in the picture.")
        }
        Reason::NoScale => ("nothing in the picture tells how large a centimetre is", "Give your height with --height."),
        Reason::NoBar => {
            ("no plate was seen through enough of the lift", "Turn the plate's face to the camera and keep it free of people and racks.")
        }
        Reason::PlateOcclusion => ("the plate hides it", "Nothing to do: in a side view the plate covers this part of the body."),
        Reason::FootHidden => ("your feet are hidden", "Keep the feet in the picture and free of plates lying about."),
        Reason::FootMoved => ("your feet moved during the set", "Keep your feet where they are from the first rep to the last."),
        Reason::NoFootPoints => (
            "heel and toes were not found in the picture",
            "Keep the feet in the picture; the networks heavy, full and lite look for heel and toes.",
        ),
        Reason::NoBackEvidence => ("there is no outline of your back", "Use a model with a mask (heavy, full or lite)."),
        Reason::ContourUnreliable => {
            ("loose clothes or the background blur the line of your back", "Wear a fitted top and film against a plain background.")
        }
        Reason::NoStandRef => {
            ("the video does not show you standing still without the bar", "Stand still for three seconds before you grip the bar.")
        }
        Reason::TooFewFrames => ("too few pictures show it well enough", SLOW),
        Reason::TooUncertain => (
            "hip, knee and shoulder are read too unsurely in this clip",
            "Wear fitted clothes and film exactly from the side, closer or sharper.",
        ),
        Reason::BarDropped => ("the bar was dropped", "Lower the bar if you want this part judged."),
        Reason::VariantNa => ("this kind of lift or repetition has no such thing", ""),
        Reason::Damaged => ("the pictures are damaged there", "Copy the file again from the camera."),
        Reason::Gap => ("pictures are missing there", RECORDER),
        Reason::Stalled => ("the recording stalled there", RECORDER),
        Reason::Leap => ("the time of the recording leaps there", "Give the recording as the camera wrote it, not joined from several."),
        Reason::NoHistory => ("it needs earlier sets to compare with", "Analyse your sets into one folder and give the load with --load."),
        Reason::NotVisibleByNature => ("no camera can see it", "Check it yourself before the set."),
        Reason::RoundOnTheWayUp => ("your back was already rounded on the way up", ""),
        Reason::LeansBack => ("you leaned back, and the line it is held against leaned with you", ""),
        Reason::NotSelected => ("it was left out on request", ""),
    };
    Explanation { why, film_better }
}

const EXACTLY: &str = "a view exactly from the side";

/// What a reason asks for, as the end of "3 things need …".
pub fn need(reason: Reason) -> &'static str {
    match reason {
        Reason::NoPerson => "a person in the picture",
        Reason::MultiplePersons => "nobody in front of or behind you",
        Reason::CutOff => "head and feet in the picture",
        Reason::LowRes => "a larger picture of you",
        Reason::LowFps => "more frames a second",
        // Also where the camera stands nearly at the side: the page calls that a side view.
        Reason::ViewOblique => EXACTLY,
        Reason::ViewFront => EXACTLY,
        Reason::ViewSide => "a front view",
        Reason::ViewUnknown => EXACTLY,
        Reason::CameraMoves => "a camera that stands still",
        Reason::RollUnknown => "a camera known to be level",
        Reason::NoScale => "your height (--height)",
        Reason::NoBar => "a plate in sight throughout",
        Reason::PlateOcclusion => "what the plate hides",
        Reason::FootHidden => "your feet in sight",
        Reason::FootMoved => "feet that stay where they are",
        Reason::NoFootPoints => "heel and toes in sight",
        Reason::NoBackEvidence => "an outline of your back",
        Reason::ContourUnreliable => "a clear line of your back",
        Reason::NoStandRef => "you standing still before the pull",
        Reason::TooFewFrames => "more of the lift in the film",
        Reason::TooUncertain => "a clearer view of hip and knee",
        Reason::BarDropped => "a bar that is lowered",
        Reason::VariantNa => "another kind of lift",
        Reason::Damaged => "undamaged pictures",
        Reason::Gap => "the missing pictures",
        Reason::Stalled => "the missing pictures",
        Reason::Leap => "a recording in one piece",
        Reason::NoHistory => "earlier sets",
        Reason::NotVisibleByNature => "your own eyes",
        Reason::RoundOnTheWayUp => "a flat back on the way up",
        Reason::LeansBack => "an upright lockout",
        Reason::NotSelected => "--select",
    }
}

/// Below this many pixels on its short side a film has been made smaller by whoever passed it on: no camera records so.
const SENT_ON_PX: u32 = 600;

/// What would help this very clip; empty when nothing does.
pub fn remedy(reason: Reason, report: &Report) -> &'static str {
    let video = &report.video;
    let whole = report.full_reps().next().is_some();
    let cut = !whole || report.full_reps().any(|rep| rep.descent_s.is_none() || rep.floor_s.is_none());
    match reason {
        Reason::LowRes if video.width_px.min(video.height_px) < SENT_ON_PX => {
            "Send the original file, not a messenger's or social network's copy: the picture was made smaller on its way."
        }
        Reason::NoBar if report.camera.view == View::Oblique => SIDE,
        // Plates are seen on their edge from there, and a side view shows no stance.
        Reason::NoBar if matches!(report.camera.view, View::Front | View::Rear) => "",
        Reason::NoBar if report.warnings.iter().any(|w| w.code == WarningCode::NoPlate) => {
            "With plates on a bar, turn their face to the camera and keep them free of people and racks. Of a kettlebell, dumbbells, a band or \
             a trap bar no more can be told: the body was judged."
        }
        Reason::TooFewFrames if cut => "Film on until the bar is down again, and from before the first pull.",
        Reason::TooFewFrames if video.mean_fps >= 50.0 => "",
        _ => explain(reason).film_better,
    }
}

/// Warnings that change what the reader should do; the others only tell what was mended or assumed, and stand at the page's end.
pub fn alarms(report: &Report) -> impl Iterator<Item = &Warning> {
    let none = report.reps.is_empty();
    report.warnings.iter().filter(move |w| match w.code {
        WarningCode::SwapsMended | WarningCode::RollUnknown | WarningCode::FitFailed => false,
        // Where no deadlift was found, nothing was measured that these could disturb.
        // From the front no plate shows its face: that is told by the view.
        WarningCode::NoPlate if matches!(report.camera.view, View::Front | View::Rear) => false,
        WarningCode::CameraMoves | WarningCode::NoPlate | WarningCode::SceneCut => !none,
        _ => true,
    })
}

/// The warnings that are no [`alarms`].
pub fn asides(report: &Report) -> impl Iterator<Item = &Warning> {
    report.warnings.iter().filter(|w| !alarms(report).any(|a| a == *w))
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
        assert_eq!(codes.len(), 33, "{schema}");
        let mut seen = std::collections::HashSet::new();
        for code in codes {
            let reason: Reason = serde_json::from_value(code.clone().into()).unwrap();
            let said = explain(reason);
            assert!(!need(reason).is_empty());
            assert!(!said.why.is_empty() && !said.why.ends_with('.'), "{code}");
            assert!(said.film_better.is_empty() || said.film_better.ends_with('.'), "{code}");
            assert!(seen.insert(said.why), "{code} says the same as another");
        }
    }

    #[test]
    fn the_remedy_fits_the_clip() {
        let mut report = super::super::sample::build(super::super::sample::Case::Faulty).report;
        assert!(remedy(Reason::LowRes, &report).starts_with("Move closer"));
        (report.video.width_px, report.video.height_px) = (360, 640);
        assert!(remedy(Reason::LowRes, &report).starts_with("Send the original file"));
        assert!(remedy(Reason::NoBar, &report).starts_with("Turn the plate"));
        // A camera that stands nearly at the side is called a side view: what it lacks must be called something else.
        for reason in [Reason::ViewOblique, Reason::ViewFront] {
            assert_ne!(need(reason), "a side view");
        }
        report.warnings.push(Warning::new(WarningCode::NoPlate, "m"));
        let alarmed = |report: &Report| alarms(report).any(|w| w.code == WarningCode::NoPlate);
        assert!(alarmed(&report));
        report.camera.view = View::Front;
        assert!(!alarmed(&report), "from the front no plate shows its face");
        report.camera.view = View::Side;
        assert!(remedy(Reason::NoBar, &report).contains("kettlebell"));
        report.warnings.push(Warning::new(WarningCode::SwapsMended, "s"));
        let said: Vec<WarningCode> = asides(&report).map(|w| w.code).collect();
        assert!(said.contains(&WarningCode::SwapsMended) && !said.contains(&WarningCode::NoPlate), "{said:?}");
    }
}
