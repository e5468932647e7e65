//! The stage itself: track in, signals out. Pure; milliseconds.

use super::joints::{Gridding, hide_behind_plate, joint_track, keep_feet};
use super::landmarks::{RawPoses, gather, near_side};
use super::plane::Plane;
use super::types::Pace;
use super::{Back, Camera, Facing, Joint, JointTrack, Series, Side, Signals, Warning};
use super::{angles, back, bar, body, camera, centres, contour, recording, scale, stand};
use super::{cut_off, fall};
use crate::config::{Config, Instrument};
use crate::error::Error;
use crate::numeric::filter::{median, quantile};
use crate::track::Layout;
use crate::track::{FrameObs, Track, only_main_shot};

/// Why no signals can be made of a track.
#[derive(Debug, thiserror::Error)]
pub enum SignalsError {
    #[error("the track's landmark layout \"{0}\" is not known to this program")]
    UnknownSkeleton(String),
    #[error("{0}")]
    Instrument(String),
    #[error("a person was found in {found} of {frames} frames only")]
    NoPerson { found: usize, frames: usize },
}

impl From<SignalsError> for Error {
    fn from(e: SignalsError) -> Error {
        let hint = match e {
            SignalsError::UnknownSkeleton(_) => "analyse the video again with this program",
            SignalsError::Instrument(_) => "`formcheck config` prints what an instrument holds",
            SignalsError::NoPerson { .. } => "film one lifter from the side, whole body in the picture, in good light",
        };
        Error::input(e.to_string(), hint).because(e)
    }
}

/// Least number of poses, and least share of frames with one (still or skipped frames count).
const LEAST_POSES: usize = 5;

/// Up to this yaw a bent trunk is not foreshortened in the picture, degrees.
const UNFOLDED_YAW_DEG: f64 = 45.0;

/// Builds all channels. The standing reference is the clip's own; see [`stand`] for others.
pub fn build(track: &Track, config: &Config) -> Result<Signals, SignalsError> {
    make(track, config, Extent::All)
}

/// What repetitions are found from: all channels but the back's, which stay unknown, and no fitted body. A third of the work.
pub fn movement(track: &Track, config: &Config) -> Result<Signals, SignalsError> {
    make(track, config, Extent::Movement)
}

#[derive(Clone, Copy, PartialEq)]
enum Extent {
    All,
    Movement,
}

fn make(track: &Track, config: &Config, extent: Extent) -> Result<Signals, SignalsError> {
    let shot = only_main_shot(track);
    let track = shot.as_ref();
    let layout = Layout::by_name(&track.skeleton).ok_or_else(|| SignalsError::UnknownSkeleton(track.skeleton.clone()))?;
    let instrument = Instrument::of(layout.name, &config.instrument).map_err(|e| SignalsError::Instrument(e.message))?;
    let raw = gather(track, &pairs(layout, &VOTERS), &pairs(layout, &Joint::ALL));
    if raw.time_s.len() < LEAST_POSES {
        return Err(SignalsError::NoPerson { found: raw.time_s.len(), frames: track.frames.len() });
    }
    let index = |side: Side, joint: Joint| layout.index(side, joint);
    let near = near_side(&raw, index);
    let trunk_px = trunk_length(&raw, near, &index).unwrap_or(1.0);
    let mut camera = camera::camera(track, &raw, &index, trunk_px, config);
    let facing = camera.facing.map_or(1.0, Facing::sign);
    let (grid, rate_hz) = grid(track);
    let shift_px = shifts(track, &grid, camera.moving);
    let pace = Pace::of(track, &raw, trunk_px, config);
    // The film's own frames, repeated ones too: reports point to them by their number.
    let frame_time_s = track.frames.iter().map(|f| f.time_s).collect();
    let fresh = pace.without_repeats(track);
    let (track, raw) = match &fresh {
        Some(fresh) => (fresh, gather(fresh, &pairs(layout, &VOTERS), &pairs(layout, &Joint::ALL))),
        None => (track, raw),
    };
    let cut_off_share = cut_off::share(&track.video.picture, &raw, &index);
    let mut raw = raw;
    if camera.yaw_deg.is_some_and(|yaw| yaw <= UNFOLDED_YAW_DEG) {
        raw.drop_folded(&index);
    }
    if raw.time_s.len() < LEAST_POSES {
        return Err(SignalsError::NoPerson { found: raw.time_s.len(), frames: track.frames.len() });
    }
    let plane = Plane::new(camera.roll_deg, facing);
    let visibility_min = config.filter.visibility_min.unwrap_or(layout.score_min);
    let gridding = Gridding { config, grid: &grid, rate_hz, plane, shift_px: &shift_px, slower: pace.slower, trunk_px, visibility_min };
    let arm = |side: Side| Some([index(side, Joint::Shoulder)?, index(side, Joint::Elbow)?, index(side, Joint::Wrist)?]);
    let arms: Vec<[usize; 3]> = [Side::Left, Side::Right].into_iter().filter_map(arm).collect();
    let bar = bar::bar_track(track, &raw, &arms, &gridding, config.plate.diameter_cm);
    let far = if near == Side::Left { Side::Right } else { Side::Left };
    let joints = |side: Side| -> Vec<JointTrack> { Joint::ALL.iter().map(|j| joint_track(&raw, index(side, *j), &gridding)).collect() };
    let (mut near_joints, mut far_joints) = (joints(near), joints(far));
    // The back's outline is measured from the network's own points, for which its constants hold.
    let whole = extent == Extent::All;
    let outlined = [Joint::Hip, Joint::Shoulder].map(|j| &near_joints[j as usize]);
    let of_back = || back::back(track, &raw, outlined, &camera, facing, &gridding);
    let mut back = if whole { of_back() } else { Back::unknown(grid.len()) };
    for (accepted, t) in back.accepted.iter_mut().zip(&grid) {
        *accepted &= !pace.is_frozen(*t);
    }
    hide(&mut near_joints, &mut far_joints, &bar, config, &grid);
    let clip = body::Clip {
        joints: &near_joints,
        bar: &bar,
        camera: &camera,
        plane,
        shift_px: &shift_px,
        rate_hz,
        trunk_px,
        instrument: body::Instrument { centres: instrument.centres.clone() },
    };
    let body = whole.then(|| body::fit(&clip)).transpose();
    let view = centres::View { plane: gridding.plane, yaw_deg: camera.yaw_deg, trunk_px };
    if let Some(centres) = &instrument.centres {
        centres::to_joint_centres(&mut near_joints, &view, centres);
        centres::to_joint_centres(&mut far_joints, &view, centres);
    }
    let angles = angles::angles(&near_joints);
    let radius = |share: f64| quantile(bar.radius_px.iter().flatten().copied(), share);
    let (radius_px, radius_spread) = (radius(0.5), radius(0.84).zip(radius(0.16)).map(|(a, b)| 0.5 * (a - b)));
    let seen = scale::Seen { plate_radius_px: radius_px, radius_spread_px: radius_spread, ..scale::Seen::default() };
    let mut warnings = warnings(track, &raw, &camera);
    warnings.extend(body.as_ref().err().and_then(fit_failed));
    if track.scene.camera_residual_px.is_none() {
        camera.residual_px = None;
    }
    let mut signals = Signals {
        frame_time_s,
        cut_off_share,
        overlap_share: track.lifter.overlap_share,
        scale: scale::scale(track, &seen, config),
        time_s: grid.clone(),
        rate_hz,
        camera,
        pace,
        instrument,
        visibility_min,
        near,
        near_joints,
        far_joints,
        bar,
        angles,
        back,
        body: body.ok().flatten(),
        stand: None,
        body_height_px: None,
        trunk_length_px: Some(trunk_px),
        foot_length_px: None,
        warnings,
        events: track.scene.events.clone(),
    };
    signals.stand = stand::find(&signals);
    finish_scales(&mut signals, track, config, seen);
    doubt_speeds(&mut signals, track, config);
    doubt_scale(&mut signals, config);
    // A stall that the recording's events tell is said there; tracks without events know it from the picture alone.
    let said = |w: &Warning| signals.warnings.iter().any(|known| known.code == w.code);
    let told: Vec<Warning> = signals.pace.warnings(track, config).into_iter().filter(|w| !said(w)).collect();
    signals.warnings.extend(told);
    Ok(signals)
}

/// Leaves speeds out when a falling bar speaks against the video's time and nobody explains it.
fn doubt_speeds(s: &mut Signals, track: &Track, config: &Config) {
    s.pace.fell_slower = fall::slower(s).filter(|_| Pace::untold(track, config));
    if s.pace.fell_slower.is_some() {
        s.bar.velocity_mps.fill(None);
    }
}

/// Body scale over plate scale that no camera can see: the plate is nearer than the lifter, and at most as much as from 2 m.
const SCALE_RATIO: [f64; 2] = [0.60, 0.97];
/// How far off a stature is that nobody told, and one that was; relative, and how many times that is a breach.
const STATURE_SIGMA: [f64; 2] = [0.065, 0.03];
const BREACH_SIGMAS: f64 = 2.0;
/// Stature where none was told, cm.
const TYPICAL_STATURE_CM: f64 = 172.0;

/// Says so when plate and lifter cannot both have the sizes they are taken for (SPEC 4.6): a plate of another diameter, or
/// one of its inner rings taken for the rim.
fn doubt_scale(s: &mut Signals, config: &Config) {
    let Some((plate, body_px)) = s.scale.plate_px_per_cm.zip(s.body_height_px) else { return };
    let stature = config.lifter.height_cm;
    let ratio = body_px / stature.unwrap_or(TYPICAL_STATURE_CM) / plate;
    let margin = 1.0 + BREACH_SIGMAS * STATURE_SIGMA[usize::from(stature.is_some())];
    let [least, most] = SCALE_RATIO;
    let (off, size) = if ratio > most * margin {
        (ratio / most, "small")
    } else if ratio < least / margin {
        (least / ratio, "large")
    } else {
        return;
    };
    let sigma = s.scale.plate_sigma_rel.unwrap_or(0.0).max(off - 1.0);
    s.scale.plate_sigma_rel = Some(sigma);
    s.warnings.push(Warning {
        code: "PLATE_SCALE".into(),
        message: format!(
            "The plate looks too {size} beside the lifter for {:.0} cm across: every centimetre and speed of the bar may be off by some {:.0} %. Measure the plate and give --plate-diameter.",
            config.plate.diameter_cm,
            100.0 * (off - 1.0)
        ),
    });
}

/// Body height, foot length and the scales that need a standing reference.
fn finish_scales(s: &mut Signals, track: &Track, config: &Config, seen: scale::Seen) {
    let standing_ear = s.stand.as_ref().and_then(|w| {
        let range = s.range(w.window_s[0], w.window_s[1]);
        median(s.joint(Joint::Ear).up_px[range].iter().flatten().copied())
    });
    s.body_height_px = scale::body_height_px(s.stand.as_ref(), standing_ear, limbs(s));
    s.foot_length_px = {
        let (heel, toe) = (s.joint(Joint::Heel), s.joint(Joint::Toe));
        median(
            (0..s.len())
                .filter(|&i| !heel.occluded[i] && !toe.occluded[i])
                .filter_map(|i| Some((toe.forward_px[i]? - heel.forward_px[i]?).abs())),
        )
    };
    let seen = scale::Seen { body_height_px: s.body_height_px, elbow_px_per_cm: elbow_rise(s, config), ..seen };
    s.scale = scale::scale(track, &seen, config);
    s.bar.body_height_px = s.body_height_px;
}

/// px the near elbow rises per cm of the bar's rise: slope over all samples in which the elbow is clear of the plate.
fn elbow_rise(s: &Signals, config: &Config) -> Option<f64> {
    let elbow = &s.joint(Joint::Elbow).up_px;
    let pairs: Vec<(f64, f64)> = (0..s.len())
        .filter(|&i| s.bar.seen[i])
        .filter_map(|i| Some((s.bar.height_cm[i].filter(|h| *h >= config.s2.elbow_clear_cm)?, elbow[i]?)))
        .collect();
    let spread = quantile(pairs.iter().map(|p| p.0), 0.95)? - quantile(pairs.iter().map(|p| p.0), 0.05)?;
    if pairs.len() < 15 || spread < 20.0 {
        return None;
    }
    contour::line_slope(&pairs).filter(|slope| *slope > 0.0)
}

const VOTERS: [Joint; 4] = [Joint::Shoulder, Joint::Hip, Joint::Knee, Joint::Ankle];

fn pairs(layout: &Layout, joints: &[Joint]) -> Vec<(usize, usize)> {
    joints.iter().filter_map(|j| Some((layout.index(Side::Left, *j)?, layout.index(Side::Right, *j)?))).collect()
}

/// Uniform grid: 60 Hz from 50 frames/s, else 30 Hz (SPEC 5.1.5).
fn grid(track: &Track) -> (Vec<f64>, f64) {
    let rate = if track.video.mean_fps >= 50.0 { 60.0 } else { 30.0 };
    let (first, last) = longest_part(&track.frames);
    let n = ((last - first) * rate).round() as usize + 1;
    ((0..n).map(|i| first + i as f64 / rate).collect(), rate)
}

/// A stretch without any frame that no set goes on across, s: the clock leapt, or two recordings stand in one file.
const LEAP_S: f64 = 10.0;

/// First and last time of what is looked at: of the parts between leaps the one with most poses, the first of equals.
/// The grid has a point for every 1/30 s of it, so its size is bounded by the number of frames.
fn longest_part(frames: &[FrameObs]) -> (f64, f64) {
    let parts = frames.chunk_by(|a, b| b.time_s - a.time_s <= LEAP_S);
    let poses = |part: &[FrameObs]| part.iter().filter(|f| f.pose.is_some()).count();
    let best = parts.rev().max_by_key(|part| poses(part)).unwrap_or_default();
    (best.first().map_or(0.0, |f| f.time_s), best.last().map_or(0.0, |f| f.time_s))
}

fn shifts(track: &Track, grid: &[f64], moving: bool) -> Vec<[f64; 2]> {
    let mut out = vec![[0.0; 2]; grid.len()];
    if !moving || track.frames.is_empty() {
        return out;
    }
    let mut at = 0;
    for (o, &t) in out.iter_mut().zip(grid) {
        while at + 1 < track.frames.len() && track.frames[at + 1].time_s <= t {
            at += 1;
        }
        *o = track.frames[at].camera_shift_px.unwrap_or([0.0; 2]);
    }
    out
}

/// Hip–shoulder length of the near side: 90th percentile over the clip (foreshortening only shortens).
fn trunk_length(raw: &RawPoses, side: Side, index: &dyn Fn(Side, Joint) -> Option<usize>) -> Option<f64> {
    let (h, s) = (index(side, Joint::Hip)?, index(side, Joint::Shoulder)?);
    quantile(raw.landmarks[h].iter().zip(&raw.landmarks[s]).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])), 0.9)
}

/// Trunk, thigh and shank: 90th percentiles of their lengths where seen, px.
fn limbs(s: &Signals) -> Option<f64> {
    let length = |a: Joint, b: Joint| {
        let (p, q) = (s.joint(a), s.joint(b));
        let lengths = (0..s.len()).filter_map(|i| Some((p.forward_px[i]? - q.forward_px[i]?).hypot(p.up_px[i]? - q.up_px[i]?)));
        quantile(lengths, 0.9)
    };
    Some(length(Joint::Hip, Joint::Shoulder)? + length(Joint::Knee, Joint::Hip)? + length(Joint::Ankle, Joint::Knee)?)
}

fn hide(near: &mut [JointTrack], far: &mut [JointTrack], bar: &super::BarTrack, config: &Config, grid: &[f64]) {
    let clear_px =
        median(bar.radius_px.iter().flatten().copied()).map(|r| config.plate.foot_clear_h_cm * 2.0 * r / config.plate.diameter_cm);
    for joints in [near, far] {
        for joint in joints.iter_mut() {
            hide_behind_plate(joint, bar, config.plate.occlusion_radius_factor);
        }
        for j in [Joint::Ankle, Joint::Heel, Joint::Toe] {
            keep_feet(&mut joints[j as usize], bar, grid, clear_px, config.plate.occlusion_radius_factor);
        }
    }
}

/// Bow of straight lines from which the lens is called wide (SPEC 4.4).
const MOST_BOW: f64 = 0.005;

fn warnings(track: &Track, raw: &RawPoses, camera: &Camera) -> Vec<Warning> {
    let mut out = Vec::new();
    let mut warn = |code: &str, message: String| out.push(Warning { code: code.into(), message });
    if track.video.truncated {
        warn("TRUNCATED", "The file ends before its announced length; what could be read was analysed.".into());
    }
    for (code, message) in recording::warnings(&track.scene.events) {
        warn(code, message);
    }
    if raw.swapped > 0 {
        warn("SWAPS_MENDED", format!("Left and right, exchanged by the network, were put right again; frames mended: {}.", raw.swapped));
    }
    if camera.moving {
        warn("CAMERA_MOVES", "The camera moves; bar drift is less certain. Put the camera on a support.".into());
    }
    if track.scene.roll_deg.is_none() {
        warn("ROLL_UNKNOWN", "No upright lines were found behind the lifter: the camera is taken to be level, ± 2°.".into());
    }
    if let Some(bow) = track.scene.lens_bow.filter(|b| b.abs() > MOST_BOW) {
        let share = 100.0 * bow.abs();
        warn(
            "DISTORTION",
            format!(
                "The lens bends straight lines in the background (by {share:.1} % of their length), as a wide lens does: away from the middle of the picture lengths and angles are less certain. Film with the ordinary lens from further away."
            ),
        );
    }
    if !track.scene.cuts_s.is_empty() {
        warn("SCENE_CUT", "The picture is cut to another scene within the video; only the part with the lift was analysed.".into());
    }
    out
}

/// What to say where no body could be fitted; a view that shows no sagittal plane needs no word.
fn fit_failed(e: &body::FitError) -> Option<Warning> {
    (*e != body::FitError::View)
        .then(|| Warning { code: body::FIT_FAILED.into(), message: format!("Where the plate hides joints they are not known: {e}.") })
}

/// Known share of a series, 0…1.
pub fn known_share(series: &Series) -> f64 {
    series.iter().flatten().count() as f64 / series.len().max(1) as f64
}
