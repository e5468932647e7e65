//! A program that is wrong by a known amount, for testing the ruler itself.

use super::run::Line;
use crate::error::{Error, Result};
use crate::patterns::{Reason, Severity, Status};
use crate::pipeline::{Assessment, Cancel};
use crate::report::*;
use crate::reps::{Rep, RepKind, RepSet, RepStart, Variant};
use crate::signals::*;
use crate::track::*;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

pub const FPS: f64 = 30.0;
pub const FRAMES: usize = 150;
/// Hip–shoulder length of the test lifter, px.
pub const TRUNK_PX: f64 = 100.0;

/// Finds every joint 10 px to the right, the trunk 2° too upright, events 40 ms late, the bar 1 cm
/// too high per 50 cm, and flags E4 in every rep.
#[derive(Default)]
pub struct Skewed {
    pub observed: AtomicUsize,
}

impl Line for Skewed {
    fn model(&self) -> String {
        "test".into()
    }

    fn observe(&self, video: &Path, _cancel: &Cancel) -> Result<Track> {
        self.observed.fetch_add(1, Ordering::SeqCst);
        let name = video.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if name.starts_with("broken") {
            return Err(Error::input(format!("{name} is not a video"), "record it again"));
        }
        Ok(track(name))
    }

    fn assess(&self, _track: &Track) -> Result<Assessment> {
        Ok(Assessment {
            signals: signals(),
            set: RepSet { reps: vec![rep()], variant: Variant::Conventional, variant_assumed: true, likely: vec![], warnings: vec![] },
            report: report(),
        })
    }
}

/// Bar height at a time, cm: up from 1 s to 2 s, held, down from 3 s to 4 s.
pub fn height_cm(time_s: f64) -> f64 {
    50.0 * ((time_s - 1.0).clamp(0.0, 1.0) - (time_s - 3.0).clamp(0.0, 1.0))
}

/// The truth that the test lifter's video has.
pub fn truth_json(faults: &str) -> String {
    let times: Vec<f64> = (0..FRAMES).map(|i| i as f64 / FPS).collect();
    let all = |one: &dyn Fn(f64) -> String| times.iter().map(|t| one(*t)).collect::<Vec<_>>().join(",");
    let heights = all(&|t| height_cm(t).to_string());
    let hidden = all(&|t| (t < 1.0).to_string());
    let still = |text: &str| all(&|_| text.to_owned());
    format!(
        r#"{{"fps": {FPS}, "frames": {FRAMES}, "facing": "right", "yaw_deg": 5, "variant": "conventional",
            "joints": {{"shoulder": [{}], "hip": [{}]}}, "hidden": {{"hip": [{hidden}]}},
            "bar_px": [{}], "plate_radius_px": 50, "bar_height_cm": [{heights}], "bar_forward_cm": [{}],
            "lumbar_flexion_deg": [{}], "angles_deg": {{"trunk": [{}]}},
            "reps": [{{"lift_off_s": 1.0, "lockout_s": 2.0, "descent_s": 3.0, "floor_s": 4.0, "faults": {faults}, "measured": {{"drift_cm": 0}}}}]}}"#,
        still("[200, 100]"),
        still("[200, 200]"),
        still("[300, 400]"),
        still("0"),
        still("20"),
        still("60"),
    )
}

fn times() -> Vec<f64> {
    (0..FRAMES).map(|i| i as f64 / FPS).collect()
}

fn still(value: f64) -> Series {
    vec![Some(value); FRAMES]
}

fn joint(x_px: f64, y_px: f64) -> JointTrack {
    JointTrack {
        image_x_px: still(x_px),
        image_y_px: still(y_px),
        forward_px: vec![None; FRAMES],
        up_px: vec![None; FRAMES],
        confidence: vec![1.0; FRAMES],
        occluded: vec![false; FRAMES],
        sigma_px: 1.0,
    }
}

fn bar() -> BarTrack {
    let none = || vec![None; FRAMES];
    BarTrack {
        evidence: BarEvidence::Plate,
        image_x_px: still(305.0),
        image_y_px: still(400.0),
        radius_px: still(50.0),
        forward_px: none(),
        up_px: none(),
        height_px: none(),
        height_cm: times().iter().map(|t| Some(height_cm(*t) * 1.02)).collect(),
        forward_cm: times().iter().map(|t| Some(if *t > 1.2 { 4.0 } else { 0.0 })).collect(),
        velocity_px_s: none(),
        position_sigma_cm: None,
        seen: vec![true; FRAMES],
    }
}

fn signals() -> Signals {
    let none = || vec![None; FRAMES];
    let near_joints = Joint::ALL.iter().map(|j| joint(210.0, if *j == Joint::Shoulder { 100.0 } else { 200.0 })).collect();
    Signals {
        time_s: times(),
        rate_hz: FPS,
        frame_time_s: times(),
        camera: Camera {
            view: View::Side,
            yaw_deg: Some(8.0),
            yaw_sigma_deg: Some(3.0),
            from_behind: false,
            roll_deg: 0.0,
            roll_sigma_deg: 2.0,
            roll_source: crate::signals::RollSource::Assumed,
            facing: Some(Facing::Right),
            moving: false,
            residual_px: None,
        },
        instrument: crate::config::Instrument::default(),
        visibility_min: 0.5,
        pace: Pace::default(),
        scale: Scale {
            plate_px_per_cm: None,
            plate_sigma_rel: None,
            body_px_per_cm: None,
            body_sigma_rel: None,
            source: crate::signals::ScaleSource::None,
        },
        near: Side::Right,
        near_joints,
        far_joints: Joint::ALL.iter().map(|_| joint(0.0, 0.0)).collect(),
        bar: bar(),
        speed: BarSpeed { mps: none(), sigma_mps: None },
        angles: Angles {
            trunk_deg: still(62.0),
            thigh_deg: none(),
            shank_deg: none(),
            hip_deg: none(),
            knee_deg: none(),
            arm_deg: none(),
            elbow_deg: none(),
            head_deg: none(),
        },
        back: Back { index: still(0.05), accepted: vec![true; FRAMES], ..Back::unknown(FRAMES) },
        stand: None,
        cut_off_share: 0.0,
        overlap_share: 0.0,
        body_height_px: None,
        trunk_length_px: None,
        body: None,
        foot_length_px: None,
        warnings: vec![],
        events: vec![],
    }
}

fn rep() -> Rep {
    Rep {
        index: 1,
        kind: RepKind::Full,
        start: RepStart::First,
        lift_off_s: Some(1.04),
        knee_pass_s: Some(1.4),
        lockout_s: Some(2.04),
        settle_s: None,
        descent_s: Some(3.04),
        knee_pass_down_s: None,
        floor_s: None,
        set_window_s: None,
        dropped: false,
        downward_cm: None,
        stall_s: None,
        rebound_mps: None,
        rom_cm: Some(51.0),
        rom_px: 100.0,
        event_sigma_s: 0.03,
    }
}

fn check(code: &str, status: Status, severity: Severity, reason: Option<Reason>) -> CheckPart {
    let measured = reason.is_none();
    CheckPart {
        code: code.into(),
        name: code.into(),
        title: code.into(),
        status,
        severity,
        fault: None,
        measure: None,
        value: measured.then_some(4.0),
        unit: "cm".into(),
        sigma: measured.then_some(1.0),
        p_flag: measured.then_some(0.9),
        confidence: Some(1.0),
        threshold: None,
        window_s: None,
        frame: None,
        frame_time_s: None,
        reason,
        from_front: false,
        text: String::new(),
        cue: None,
        deduction: 0.0,
    }
}

fn report() -> Report {
    let hash = || NamedHash { name: "test".into(), sha256: String::new() };
    let file = FileHash { file_name: String::new(), sha256: String::new() };
    let camera = signals().camera;
    Report {
        schema_version: REPORT_SCHEMA.into(),
        recording: None,
        provenance: Provenance { program_version: "1".into(), model: hash(), video: file, config_sha256: String::new() },
        video: VideoPart {
            width_px: 540,
            height_px: 960,
            frames: FRAMES as u32,
            duration_s: 5.0,
            mean_fps: FPS,
            variable_frame_rate: false,
            rotation_deg: 0,
        },
        camera: CameraPart {
            view: camera.view,
            yaw_deg: camera.yaw_deg,
            yaw_sigma_deg: camera.yaw_sigma_deg,
            roll_deg: 0.0,
            roll_sigma_deg: 2.0,
            roll_source: crate::signals::RollSource::Assumed,
            facing: camera.facing,
            moving: false,
        },
        front: None,
        scale: ScalePart { plate_px_per_cm: None, body_px_per_cm: None, source: crate::signals::ScaleSource::None },
        lifter: LifterPart { persons_seen: 1, chosen_by: ChosenBy::Only, load_kg: None },
        variant: VariantPart { name: Variant::Conventional, assumed: true, probability: None, likely: vec![] },
        pain: None,
        scene: ScenePart::default(),
        warnings: vec![],
        reps: vec![RepPart {
            index: 1,
            kind: RepKind::Full,
            lift_off_s: Some(1.04),
            knee_pass_s: Some(1.4),
            lockout_s: Some(2.04),
            descent_s: Some(3.04),
            knee_pass_down_s: None,
            floor_s: None,
            score: Some(90.0),
            score_sigma: None,
            coverage: 1.0,
            metrics: [("mean_velocity_mps".to_owned(), Some(0.52)), ("bar_drift_cm".to_owned(), Some(4.0))].into(),
            checks: vec![
                check("E1", Status::NotAssessable, Severity::None, Some(Reason::NoBackEvidence)),
                check("E4", Status::Flag, Severity::Mild, None),
            ],
        }],
        set: SetPart {
            rep_count: 1,
            score: Some(90.0),
            score_sigma: None,
            coverage: 1.0,
            band: None,
            headline: crate::report::HeadlinePart::default(),
            top_findings: vec![],
            velocity_loss_pct: None,
            fatigue: None,
            best_rep: None,
        },
        checklist: vec![],
        notice: String::new(),
    }
}

fn track(file_name: &str) -> Track {
    let pose = PoseObs { score: 1.0, landmarks: vec![], outline: vec![], mask_cell_px: 1.0 };
    let frame = |i: usize| FrameObs {
        index: i as u32,
        time_s: i as f64 / FPS,
        // Frame 149 has nobody.
        pose: (i != 149).then(|| pose.clone()),
        ..FrameObs::default()
    };
    Track {
        schema: TRACK_SCHEMA.into(),
        program_version: "1".into(),
        model: ModelInfo { name: "test".into(), sha256: String::new() },
        video: VideoInfo {
            file_name: file_name.into(),
            sha256: String::new(),
            width_px: 540,
            height_px: 960,
            frames: FRAMES as u32,
            duration_s: 5.0,
            mean_fps: FPS,
            variable_frame_rate: false,
            rotation_deg: 0,
            created: None,
            capture_fps: None,
            picture: RectPx { x_px: 0.0, y_px: 0.0, width_px: 540.0, height_px: 960.0 },
            truncated: false,
        },
        skeleton: "test".into(),
        lifter: LifterInfo { persons_seen: 1, chosen_by: ChosenBy::Only, overlap_share: 0.0 },
        scene: SceneInfo::default(),
        recording: None,
        frames: (0..FRAMES).map(frame).collect(),
    }
}
