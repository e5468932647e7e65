//! What the report says of the film as a whole: one sentence for each thing that makes numbers less certain.

use super::body::FitError;
use super::observed::Observed;
use super::scale::Doubt;
use super::warning::{Warning, WarningCode};
use super::{Pace, recording};
use crate::config::Config;
use crate::track::{EventCode, Track};

/// All of them, in the order in which they are said.
pub fn warnings(observed: &Observed, fit: Option<&FitError>, doubt: Option<&Doubt>, pace: &Pace, config: &Config) -> Vec<Warning> {
    let track = observed.track();
    let mut out = of_the_picture(track, observed.poses.swapped, observed.camera.moving);
    out.extend(fit.and_then(fit_failed));
    out.extend(doubt.map(|d| plate_scale(d, config)));
    // A stall that the recording's events tell is said there; tracks without events know it from the picture alone.
    let said = |w: &Warning| out.iter().any(|known| known.code == w.code);
    let told: Vec<Warning> = pace.warnings(track, config).into_iter().filter(|w| !said(w)).collect();
    out.extend(told);
    out
}

fn plate_scale(doubt: &Doubt, config: &Config) -> Warning {
    Warning::new(
        WarningCode::PlateScale,
        format!(
            "The plate looks too {} beside the lifter for {:.0} cm across: every centimetre and speed of the bar may be off by some {:.0} %. Measure the plate and give --plate-diameter.",
            if doubt.small { "small" } else { "large" },
            config.plate.diameter_cm,
            100.0 * (doubt.off - 1.0)
        ),
    )
}

/// Bow of straight lines from which the lens is called wide (SPEC 4.4).
const MOST_BOW: f64 = 0.005;

fn of_the_picture(track: &Track, swapped: usize, moving: bool) -> Vec<Warning> {
    let mut out = Vec::new();
    let mut warn = |code: WarningCode, message: String| out.push(Warning::new(code, message));
    if track.video.truncated {
        warn(
            WarningCode::Recording(EventCode::Truncated),
            "The file ends before its announced length; what could be read was analysed.".into(),
        );
    }
    for (kind, message) in recording::warnings(&track.scene.events) {
        warn(WarningCode::Recording(kind), message);
    }
    if swapped > 0 {
        warn(
            WarningCode::SwapsMended,
            match swapped {
                1 => "Left and right were mixed up in one frame, which was put right.".to_owned(),
                n => format!("Left and right were mixed up in {n} frames, which were put right."),
            },
        );
    }
    if moving {
        warn(WarningCode::CameraMoves, "The camera moves; bar drift is less certain. Put the camera on a support.".into());
    }
    if track.scene.roll_deg.is_none() {
        warn(WarningCode::RollUnknown, "No upright lines were found behind the lifter: the camera is taken to be level, ± 2°.".into());
    }
    if let Some(bow) = track.scene.lens_bow.filter(|b| b.abs() > MOST_BOW) {
        let share = 100.0 * bow.abs();
        warn(
            WarningCode::Distortion,
            format!(
                "The lens bends straight lines in the background (by {share:.1} % of their length), as a wide lens does: away from the middle of the picture lengths and angles are less certain. Film with the ordinary lens from further away."
            ),
        );
    }
    if !track.scene.cuts_s.is_empty() {
        warn(
            WarningCode::SceneCut,
            "The picture is cut to another scene within the video; only the part with the lift was analysed.".into(),
        );
    }
    out
}

/// What to say where no body could be fitted; a view that shows no sagittal plane needs no word.
fn fit_failed(e: &FitError) -> Option<Warning> {
    (*e != FitError::View).then(|| Warning::new(WarningCode::FitFailed, format!("Where the plate hides joints they are not known: {e}.")))
}
