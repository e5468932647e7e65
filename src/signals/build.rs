//! The stages in order: track in, signals out. Pure; milliseconds. Each stage is a value made once by its own file; nothing that
//! one of them made is changed by a later one.

use super::bar;
use super::error::SignalsError;
use super::fall::{self, Falling};
use super::grid::Grid;
use super::gridding::Gridding;
use super::joints::Marks;
use super::observed::Observed;
use super::pace::untold;
use super::plate::PlatePath;
use super::scale::{Plate, Scales};
use super::sizes::Sizes;
use super::stand::Shown;
use super::time_base::TimeBase;
use super::warnings::warnings;
use super::{Back, BarTrack, Joint, JointTrack, Pace, Signals};
use super::{angles, back, body, centres};
use crate::config::Config;
use crate::track::Track;

/// Builds all channels. The standing reference is the clip's own; see [`super::stand`] for others.
///
/// # Errors
/// An unknown skeleton or instrument, or hardly a pose.
pub fn build(track: &Track, config: &Config) -> Result<Signals, SignalsError> {
    make(track, config, Extent::All)
}

/// What repetitions are found from: all channels but the back's, which stay unknown, and no fitted body. A third of the work.
///
/// # Errors
/// As [`build`].
pub fn movement(track: &Track, config: &Config) -> Result<Signals, SignalsError> {
    make(track, config, Extent::Movement)
}

#[derive(Clone, Copy, PartialEq)]
enum Extent {
    All,
    Movement,
}

fn make(track: &Track, config: &Config, extent: Extent) -> Result<Signals, SignalsError> {
    let whole = extent == Extent::All;
    let observed = Observed::of(track, config)?;
    let path = PlatePath::of(&observed, config.plate.diameter_cm);
    let base = TimeBase::of(&observed);
    let gridding = Gridding::of(&observed, &base, config);
    let bar = bar::track(&path, &observed.film, &gridding);
    let marks = Marks::of(&observed, &bar, path.px_per_cm, &gridding);
    let back = if whole { back::back(&observed, &marks.near, &gridding) } else { Back::unknown(base.time_s.len()) };
    let view = centres::View { plane: gridding.plane, yaw_deg: observed.camera.yaw_deg, trunk_px: observed.trunk_px };
    let network = observed.instrument.centres.as_ref();
    let [near, far] = [marks.near, marks.far].map(|m| centres::whichever_way(m, &view, network));
    let fit = whole.then(|| body::fit(&clip(&observed, &base, &bar, &near))).transpose();
    let [near, far] = [near, far].map(|m| centres::joint_centres(m, &view, network));
    let angles = angles::angles(&near);
    let shown = Shown {
        grid: Grid { time_s: &base.time_s, rate_hz: base.rate_hz },
        near: &near,
        far: &far,
        angles: &angles,
        back: &back,
        height_px: &bar.height_px,
        trunk_px: Some(observed.trunk_px),
    };
    let sizes = Sizes::of(&shown, &bar, config);
    let plate = Plate::of(&path, &bar.radius_px);
    let Scales { scale, doubt } = Scales::of(&observed.film, &plate, &sizes, config);
    let elbow = &near[Joint::Elbow as usize].up_px;
    let fell_slower = fall::slower(&Falling::of(&bar, elbow, plate.px_per_cm, base.rate_hz)).filter(|_| untold(&observed.film, config));
    let pace = Pace::of(observed.playback.clone(), fell_slower);
    let warnings = warnings(&observed, fit.as_ref().err(), doubt.as_ref(), &pace, config);
    Ok(Signals {
        // The film's own frames, repeated ones too: reports point to them by their number.
        frame_time_s: observed.film.frames.iter().map(|f| f.time_s).collect(),
        speed: bar::speed(&bar, path.px_per_cm, &observed.film, &pace, &config.filter),
        bar,
        time_s: base.time_s,
        rate_hz: base.rate_hz,
        near: observed.near,
        near_joints: near,
        far_joints: far,
        angles,
        back,
        body: fit.ok().flatten(),
        scale,
        pace,
        stand: sizes.stand,
        body_height_px: sizes.body_height_px,
        trunk_length_px: Some(observed.trunk_px),
        foot_length_px: sizes.foot_length_px,
        cut_off_share: observed.cut_off_share,
        overlap_share: observed.film.lifter.overlap_share,
        events: observed.film.scene.events.clone(),
        visibility_min: observed.visibility_min,
        camera: observed.camera,
        instrument: observed.instrument,
        warnings,
    })
}

fn clip<'a>(observed: &'a Observed, base: &'a TimeBase, bar: &'a BarTrack, near: &'a [JointTrack]) -> body::Clip<'a> {
    body::Clip {
        joints: near,
        bar,
        camera: &observed.camera,
        plane: observed.plane(),
        shift_px: &base.shift_px,
        rate_hz: base.rate_hz,
        trunk_px: observed.trunk_px,
        instrument: body::Instrument { centres: observed.instrument.centres.clone() },
    }
}
