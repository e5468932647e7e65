//! Sentences of SPEC 12 that belong to no single check.

use super::Reason;

/// Stands in every report.
pub const NOTICE: &str = "Movement feedback for training. Not a medical device, no diagnosis, no statement about injury risk.";

/// "rep 2", "reps 1 and 3", "reps 1, 2 and 5", "reps 1 to 4 and 7".
pub fn rep_list(indices: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = vec![];
    for &index in indices {
        match runs.last_mut() {
            Some((_, to)) if *to + 1 == index => *to = index,
            _ => runs.push((index, index)),
        }
    }
    // Two neighbours are no run yet.
    let said = |&(from, to): &(u32, u32)| match to - from {
        0 => vec![from.to_string()],
        1 => vec![from.to_string(), to.to_string()],
        _ => vec![format!("{from} to {to}")],
    };
    let parts: Vec<String> = runs.iter().flat_map(said).collect();
    match parts.as_slice() {
        [] => String::new(),
        [one] => format!("rep{} {one}", if indices.len() == 1 { "" } else { "s" }),
        [head @ .., last] => format!("reps {} and {last}", head.join(", ")),
    }
}

/// What is said of a check that does not belong to a lift.
pub fn inapplicable(title: &str, reason: Reason) -> String {
    format!("{title}: does not apply - {}.", reason_text(reason))
}

/// Why something is not assessable, as the rest of "… not assessable - …".
pub fn reason_text(reason: Reason) -> &'static str {
    match reason {
        Reason::NoPerson => "no lifter was found in the picture",
        Reason::MultiplePersons => "another person overlaps the lifter in too much of the clip",
        Reason::CutOff => "head or feet are outside the picture for too much of the clip",
        Reason::LowRes => "the lifter is too small in the picture",
        Reason::LowFps => "the video has too few frames per second",
        Reason::ViewOblique => "the camera looks too far from the side for this",
        Reason::ViewFront => "this needs a view from the side",
        Reason::ViewSide => "this needs a view from the front",
        Reason::ViewUnknown => "the direction of view could not be told",
        Reason::CameraMoves => "the camera moves",
        Reason::RollUnknown => "the camera's tilt is not known and the lean is small",
        Reason::NoScale => "no scale in centimetres is known",
        Reason::NoBar => "the plate was not seen for enough of the lift",
        Reason::PlateOcclusion => "the body part is hidden behind the plate",
        Reason::FootHidden => "your feet are hidden behind the plate in every frame",
        Reason::FootMoved => "your feet moved between the repetitions",
        Reason::NoFootPoints => "heel and toes were not found",
        Reason::NoBackEvidence => "the outline of your back was not seen; the trunk angle is shown, the back's shape is not assessed",
        Reason::ContourUnreliable => "the outline of your back is too unsteady (loose clothes, hair, something behind you)",
        Reason::NoStandRef => "you were not seen standing still and upright without the bar",
        Reason::TooFewFrames => "too few usable frames show it",
        Reason::TooUncertain => "its error is too large here to say either way",
        Reason::BarDropped => "the bar was dropped",
        Reason::VariantNa => "this kind of lift or repetition has no such thing to check",
        Reason::Damaged => "the pictures that would show it are damaged",
        Reason::Gap => "the pictures that would show it are missing",
        Reason::Stalled => "the recorder stalled and shows a picture of before",
        Reason::Leap => "the file's time leaps there",
        Reason::NoHistory => "it needs a log of earlier sets",
        Reason::NotVisibleByNature => "it cannot be seen on video; check yourself",
        Reason::RoundOnTheWayUp => {
            "your back was severely rounded on the way up already, so the way up is nothing to compare the way down with"
        }
        Reason::LeansBack => "you leaned back at lockout, and the line that your shoulders are held against leaned with you",
        Reason::NotSelected => "it was left out with --select or --ignore",
    }
}
