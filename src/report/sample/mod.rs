//! A made-up set of three deadlifts for tests and pictures: a stick lifter whose bar, joints and
//! back follow smooth curves, with known faults. Also included by `tests/` and `examples/`.
#![allow(dead_code, reason = "each includer uses a part of it")]

use formcheck::report::Report;
use formcheck::reps::{Rep, RepKind, RepSet, RepStart, Variant};
use formcheck::signals::*;
use formcheck::track::*;

mod set_report;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Nothing to flag.
    Clean,
    /// Rounded back and drift in rep 3, hips first in rep 2.
    Faulty,
    /// Filmed from the front: hardly anything of the side view can be judged.
    Front,
    /// No plate and a moving camera: no score.
    NotAssessable,
}

pub const CASES: [Case; 4] = [Case::Clean, Case::Faulty, Case::Front, Case::NotAssessable];

pub struct Sample {
    pub track: Track,
    pub signals: Signals,
    pub set: RepSet,
    pub report: Report,
}

pub const WIDTH: u32 = 1280;
pub const HEIGHT: u32 = 720;
pub const FPS: f64 = 30.0;
pub(crate) const PX_PER_CM: f64 = 3.0;
pub(crate) const GROUND_Y: f64 = 665.0;
const ANKLE_X: f64 = 610.0;
const ROM_CM: f64 = 54.0;
pub(crate) const PLATE_CM: f64 = 22.5;

/// Times of one rep after its start: lift-off, lockout, descent, floor.
const EVENTS: [f64; 4] = [0.0, 1.3, 2.0, 3.2];
const FIRST_S: f64 = 1.6;
const PERIOD_S: f64 = 4.2;
pub const END_S: f64 = 15.0;

fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (x * (6.0 * x - 15.0) + 10.0)
}

/// Rep (0…2), share of the pull done 0…1 and whether the bar is on its way up.
fn progress(t: f64) -> (usize, f64, bool) {
    let rep = (((t - FIRST_S + 0.5) / PERIOD_S).floor().clamp(0.0, 2.0)) as usize;
    let s = t - FIRST_S - rep as f64 * PERIOD_S;
    if s < EVENTS[2] { (rep, smooth(s / EVENTS[1]), true) } else { (rep, 1.0 - smooth((s - EVENTS[2]) / (EVENTS[3] - EVENTS[2])), false) }
}

/// The lifter at a time: joints in cm (x forward of the ankle, y up), bar, back index.
pub(crate) struct Posture {
    joints: [[f64; 2]; 9],
    bar: [f64; 2],
    back: f64,
    trunk: f64,
    thigh: f64,
    shank: f64,
}

pub(crate) fn posture(case: Case, t: f64) -> Posture {
    let (rep, p, up) = progress(t);
    let early = if up { (p / 0.35).min(1.0) * (1.0 - ((p - 0.35) / 0.5).clamp(0.0, 1.0)) } else { 0.0 };
    let (hips, drift, round) = match (case, rep) {
        (Case::Faulty, 1) => (early, 1.2, 0.01),
        (Case::Faulty, 2) => (0.3 * early, 6.4, 0.085),
        _ => (0.0, 0.9 + 0.2 * rep as f64, 0.008),
    };
    let shank = 73.0 + 16.0 * p + 10.0 * hips;
    let thigh = 141.0 - 50.0 * p - 14.0 * hips;
    let trunk = 36.0 + 54.0 * p * p - 13.0 * hips + 6.0 * p * (1.0 - p);
    let along =
        |from: [f64; 2], length: f64, deg: f64| [from[0] + length * deg.to_radians().cos(), from[1] + length * deg.to_radians().sin()];
    let ankle = [0.0, 8.0];
    let knee = along(ankle, 43.0, shank);
    let hip = along(knee, 43.0, thigh);
    let shoulder = along(hip, 50.0, trunk);
    let bell = 4.0 * p * (1.0 - p);
    let bar = [7.0 + if up { drift * bell } else { 0.5 * drift * bell }, PLATE_CM + ROM_CM * p];
    let reach = [bar[0] - shoulder[0], bar[1] - shoulder[1]];
    let elbow = [shoulder[0] + 0.52 * reach[0], shoulder[1] + 0.52 * reach[1]];
    let ear = along(shoulder, 20.0, (trunk + 22.0).min(95.0));
    let back = 0.004 + round * (if up { bell } else { 0.5 * bell }) - 0.03 * p;
    Posture { joints: [ear, shoulder, elbow, bar, hip, knee, ankle, [-6.0, 2.0], [19.0, 2.0]], bar, back, trunk, thigh, shank }
}

pub(crate) fn image([x_cm, y_cm]: [f64; 2]) -> [f64; 2] {
    [ANKLE_X + x_cm * PX_PER_CM, GROUND_Y - y_cm * PX_PER_CM]
}

/// Closed outline of the trunk and thigh, with the back bulging by the index.
pub(crate) fn outline(p: &Posture) -> Vec<[f64; 2]> {
    let ([sx, sy], [hx, hy], [kx, ky]) = (p.joints[1], p.joints[4], p.joints[5]);
    let (dx, dy) = (sx - hx, sy - hy);
    let length = dx.hypot(dy);
    let dorsal = [-dy / length, dx / length];
    let at = |t: f64, off: f64| [hx + dx * t + dorsal[0] * off, hy + dy * t + dorsal[1] * off];
    let mut points: Vec<[f64; 2]> =
        (0..=20).map(|i| f64::from(i) / 20.0).map(|t| at(t, 9.0 + 4.0 * p.back * t * (1.0 - t) * length)).collect();
    points.extend([at(1.12, 0.0), at(1.0, -9.0), at(0.5, -13.0), [kx, ky + 8.0], [kx + 5.0, ky], [kx - 3.0, ky - 7.0], at(-0.25, 4.0)]);
    points.into_iter().map(image).collect()
}

/// Both sides at the near side's place; what the drawing has no point for is not visible.
fn landmarks(p: &Posture) -> Vec<LandmarkObs> {
    const FIRST: [usize; 9] = [7, 11, 13, 15, 23, 25, 27, 29, 31];
    let [x_px, y_px] = image(p.joints[0]);
    let mut out = vec![LandmarkObs { x_px, y_px, visibility: 0.0 }; 33];
    for (first, joint) in FIRST.into_iter().zip(p.joints) {
        let [x_px, y_px] = image(joint);
        out[first..first + 2].fill(LandmarkObs { x_px, y_px, visibility: 0.95 });
    }
    out
}

fn grid(hz: f64) -> Vec<f64> {
    (0..=(END_S * hz) as usize).map(|i| i as f64 / hz).collect()
}

pub fn build(case: Case) -> Sample {
    let (times, frames) = (grid(60.0), grid(FPS));
    let signals = signals(case, &times, &frames);
    let set = rep_set(case);
    let report = set_report::build(case, &signals, &set);
    Sample { track: track(case, &frames), signals, set, report }
}

fn hidden(p: &Posture, joint: usize) -> bool {
    let [x, y] = p.joints[joint];
    (x - p.bar[0]).hypot(y - p.bar[1]) < PLATE_CM * 1.05
}

fn signals(case: Case, times: &[f64], frames: &[f64]) -> Signals {
    let postures: Vec<Posture> = times.iter().map(|&t| posture(case, t)).collect();
    let series = |f: &dyn Fn(&Posture) -> Option<f64>| -> Series { postures.iter().map(f).collect() };
    let side = case != Case::Front;
    let plate = !matches!(case, Case::NotAssessable | Case::Front);
    let joint = |j: usize, shift: f64| JointTrack {
        image_x_px: series(&|p| Some(image(p.joints[j])[0] + shift)),
        image_y_px: series(&|p| Some(image(p.joints[j])[1])),
        forward_px: series(&|p| (!hidden(p, j)).then_some(p.joints[j][0] * PX_PER_CM)),
        up_px: series(&|p| (!hidden(p, j)).then_some(p.joints[j][1] * PX_PER_CM)),
        confidence: postures.iter().map(|p| if hidden(p, j) { 0.4 } else { 0.95 }).collect(),
        occluded: postures.iter().map(|p| hidden(p, j)).collect(),
        sigma_px: 2.0,
    };
    let bar = bar(&postures, times, plate);
    // Speed in metres needs the plate, as the height does.
    let mps = bar.velocity_px_s.iter().zip(&bar.height_cm).map(|(v, height)| height.and(v.map(|v| v / (100.0 * PX_PER_CM))));
    let speed = BarSpeed { mps: mps.collect(), sigma_mps: plate.then_some(0.03) };
    let angle = |f: &dyn Fn(&Posture) -> f64| -> Series { series(&|p| side.then(|| f(p))) };
    let angles = Angles {
        trunk_deg: angle(&|p| p.trunk),
        thigh_deg: angle(&|p| p.thigh),
        shank_deg: angle(&|p| p.shank),
        hip_deg: series(&|p| (side && !hidden(p, 4)).then_some(180.0 + p.trunk - p.thigh)),
        knee_deg: series(&|p| (side && !hidden(p, 5)).then_some(180.0 - p.thigh + p.shank)),
        arm_deg: angle(&|_| 6.0),
        elbow_deg: vec![None; times.len()],
        head_deg: angle(&|_| 20.0),
    };
    let back = Back {
        index: series(&|p| side.then_some(p.back)),
        skew: series(&|p| side.then_some(0.1 * p.back)),
        residual: series(&|_| side.then_some(0.003)),
        coverage: series(&|_| side.then_some(0.98)),
        turn_deg: series(&|p| side.then_some(p.back * 240.0)),
        tilt_deg: angle(&|p| p.trunk),
        depth: series(&|_| side.then_some(0.42)),
        accepted: times.iter().map(|t| side && !(13.9..14.4).contains(t)).collect(),
    };
    Signals {
        time_s: times.to_vec(),
        rate_hz: 60.0,
        frame_time_s: frames.to_vec(),
        camera: camera(case),
        instrument: formcheck::config::Instrument::default(),
        visibility_min: 0.5,
        pace: Pace::default(),
        scale: Scale {
            plate_px_per_cm: plate.then_some(PX_PER_CM),
            plate_sigma_rel: plate.then_some(0.01),
            body_px_per_cm: plate.then_some(PX_PER_CM * 0.85),
            body_sigma_rel: plate.then_some(0.04),
            source: if plate { ScaleSource::Plate } else { ScaleSource::None },
        },
        near: Side::Right,
        near_joints: (0..9).map(|j| joint(j, 0.0)).collect(),
        far_joints: (0..9).map(|j| joint(j, -9.0)).collect(),
        speed,
        bar,
        angles,
        back,
        stand: None,
        cut_off_share: 0.0,
        overlap_share: 0.0,
        body_height_px: Some(525.0),
        trunk_length_px: Some(150.0),
        body: None,
        foot_length_px: Some(75.0),
        warnings: vec![],
        events: vec![],
    }
}

fn bar(postures: &[Posture], times: &[f64], plate: bool) -> BarTrack {
    let series = |f: &dyn Fn(usize) -> Option<f64>| -> Series { (0..times.len()).map(f).collect() };
    // A stretch in which the plate was lost, so that gaps are seen to stay gaps.
    let known = |i: usize| plate && !(12.35..12.75).contains(&times[i]);
    let speed = |i: usize| {
        let (a, b) = (i.saturating_sub(1), (i + 1).min(times.len() - 1));
        (postures[b].bar[1] - postures[a].bar[1]) / 100.0 / (times[b] - times[a])
    };
    BarTrack {
        evidence: if plate { BarEvidence::Plate } else { BarEvidence::Wrist },
        image_x_px: series(&|i| Some(image(postures[i].bar)[0])),
        image_y_px: series(&|i| Some(image(postures[i].bar)[1])),
        radius_px: series(&|i| known(i).then_some(PLATE_CM * PX_PER_CM)),
        forward_px: series(&|i| known(i).then_some(postures[i].bar[0] * PX_PER_CM)),
        up_px: series(&|i| Some(postures[i].bar[1] * PX_PER_CM)),
        height_px: series(&|i| Some((postures[i].bar[1] - PLATE_CM) * PX_PER_CM)),
        height_cm: series(&|i| known(i).then_some(postures[i].bar[1] - PLATE_CM)),
        forward_cm: series(&|i| known(i).then_some(postures[i].bar[0] - 7.0)),
        velocity_px_s: series(&|i| Some(speed(i) * 100.0 * PX_PER_CM)),
        position_sigma_cm: plate.then_some(0.3),
        seen: (0..times.len()).map(known).collect(),
    }
}

fn camera(case: Case) -> Camera {
    let front = case == Case::Front;
    Camera {
        view: if front { View::Front } else { View::Side },
        yaw_deg: Some(if front { 84.0 } else { 4.0 }),
        yaw_sigma_deg: Some(4.0),
        from_behind: false,
        roll_deg: 0.4,
        roll_sigma_deg: 0.5,
        roll_source: RollSource::BackgroundLines,
        facing: (!front).then_some(Facing::Right),
        moving: case == Case::NotAssessable,
        residual_px: Some(if case == Case::NotAssessable { 5.2 } else { 0.4 }),
    }
}

fn rep_set(case: Case) -> RepSet {
    let reps = (0..3)
        .map(|i| {
            let at = |k: usize| FIRST_S + f64::from(i) * PERIOD_S + EVENTS[k];
            Rep {
                index: i as u32 + 1,
                kind: RepKind::Full,
                start: if i == 0 { RepStart::First } else { RepStart::DeadStop },
                lift_off_s: Some(at(0)),
                knee_pass_s: Some(at(0) + 0.6),
                lockout_s: Some(at(1)),
                settle_s: None,
                descent_s: Some(at(2)),
                knee_pass_down_s: Some(at(2) + 0.65),
                floor_s: Some(at(3)),
                set_window_s: Some([at(0) - 0.4, at(0)]),
                dropped: false,
                downward_cm: Some(0.1),
                stall_s: Some(0.0),
                rebound_mps: Some(0.05),
                rom_cm: (!matches!(case, Case::Front | Case::NotAssessable)).then_some(ROM_CM),
                rom_px: ROM_CM * PX_PER_CM,
                event_sigma_s: 0.03,
            }
        })
        .collect();
    RepSet { reps, variant: Variant::Conventional, variant_assumed: true, likely: vec![], warnings: vec![] }
}

fn track(case: Case, frames: &[f64]) -> Track {
    let plate = !matches!(case, Case::NotAssessable | Case::Front);
    let observe = |(index, &time_s): (usize, &f64)| {
        let p = posture(case, time_s);
        let [x_px, y_px] = image(p.bar);
        let r = PLATE_CM * PX_PER_CM;
        FrameObs {
            index: index as u32,
            time_s,
            pose: Some(PoseObs { score: 0.98, landmarks: landmarks(&p), outline: vec![outline(&p)], mask_cell_px: 3.0 }),
            plate: plate.then_some(PlateObs { x_px, y_px, major_px: r, minor_px: r * 0.98, angle_deg: 90.0, coverage: 0.8, sigma_px: 0.6 }),
            camera_shift_px: None,
        }
    };
    Track {
        schema: TRACK_SCHEMA.into(),
        program_version: "0.1.0".into(),
        model: ModelInfo { name: "heavy".into(), sha256: "9c".repeat(32) },
        video: VideoInfo {
            file_name: "set 3 <script>alert(\"x\")</script>.mp4".into(),
            sha256: "5e".repeat(32),
            width_px: WIDTH,
            height_px: HEIGHT,
            frames: frames.len() as u32,
            duration_s: END_S,
            mean_fps: FPS,
            variable_frame_rate: false,
            rotation_deg: 0,
            created: None,
            capture_fps: None,
            picture: RectPx { x_px: 0.0, y_px: 0.0, width_px: f64::from(WIDTH), height_px: f64::from(HEIGHT) },
            truncated: false,
        },
        skeleton: "blazepose-33".into(),
        lifter: LifterInfo { persons_seen: 1, chosen_by: ChosenBy::Only, overlap_share: 0.0 },
        scene: SceneInfo::default(),
        recording: None,
        frames: frames.iter().enumerate().map(observe).collect(),
    }
}
