//! The report of the made-up set: what the checks would say of it.

use super::{Case, END_S, FPS, HEIGHT, WIDTH};
use formcheck::report::*;
use formcheck::reps::{Rep, RepSet};
use formcheck::signals::Signals;
use formcheck::track::ChosenBy;

/// Code, name, title, unit, value when clear, σ, thresholds, cue.
type Row = (&'static str, &'static str, &'static str, &'static str, f64, f64, [f64; 3], &'static str);
const ROWS: [Row; 8] = [
    ("E1", "rounded-back", "Rounded back", "≈°", 3.0, 4.0, [10.0, 18.0, 28.0], "Chest up."),
    ("E2", "hyperextension", "Leaning back at lockout", "°", 2.0, 3.0, [8.0, 12.0, 18.0], "Drive your hips forward, don't lean back."),
    ("E3", "hips-first", "Hips rise too fast", "ratio", 0.62, 0.08, [1.0, 1.1, 1.25], "Push the floor away."),
    ("E4", "bar-drift", "Bar drifts forward", "cm", 1.0, 1.0, [3.0, 5.0, 8.0], "Drag the bar up your legs."),
    ("S4", "shoulders-over-bar", "Shoulders over the bar", "°", 6.0, 2.0, [14.0, 18.0, 22.0], "Shoulders slightly in front of the bar."),
    ("P4", "controlled-lowering", "Speed of lowering", "s", 1.2, 0.05, [1.0, 0.7, 0.45], "Lower it slower."),
    ("P5", "hinge-first", "Hinge first on the way down", "ratio", 0.22, 0.08, [0.4, 0.55, 0.7], "Hinge at the hips first."),
    ("P2", "full-lockout", "Full lockout", "cm", 1.0, 1.5, [4.0, 7.0, 11.0], "Drive your hips forward."),
];
/// Never seen in this clip, and why.
const UNSEEN: [(&str, &str, &str, Reason); 6] = [
    ("S1", "stance", "Feet hip-width", Reason::ViewSide),
    ("S2", "bar-over-mid-foot", "Bar over mid-foot", Reason::FootHidden),
    ("S3", "grip-width", "Grip just outside the legs", Reason::ViewSide),
    ("E5", "bracing", "Bracing", Reason::NotVisibleByNature),
    ("E6", "overloading", "Too much weight too soon", Reason::NoHistory),
    ("P1", "whole-foot", "Pushing through the whole foot", Reason::PlateOcclusion),
];

fn fault(case: Case, rep: u32, code: &str) -> Option<(f64, Severity, f64, f64, &'static str)> {
    match (case, rep, code) {
        (Case::Faulty, 2, "E3") => Some((
            1.14,
            Severity::Moderate,
            0.96,
            0.86,
            "Rep 2: your hips rose 1.14 times as far as your shoulders before the bar passed the knees (moderate).",
        )),
        (Case::Faulty, 3, "E1") => Some((
            24.0,
            Severity::Moderate,
            0.99,
            0.72,
            "Rep 3: as the bar left the floor your back shape changed by ≈ 24° (±4°) compared with your set position (moderate).",
        )),
        (Case::Faulty, 3, "E4") => Some((
            6.4,
            Severity::Moderate,
            0.99,
            0.91,
            "Rep 3: the bar moved 6.4 cm (±1.0 cm) forward of where it left the floor (moderate).",
        )),
        (Case::Faulty, 1, "E4") => {
            Some((3.2, Severity::None, 0.58, 0.91, "Rep 1: the bar moved 3.2 cm (±1.0 cm) forward; that is at the limit, watch it."))
        }
        _ => None,
    }
}

/// The faults as the checks name them.
fn named(code: &str) -> &'static str {
    match code {
        "E1" => "back rounded by ≈ 24° as the bar left the floor",
        "E3" => "hips rose 1.14 times as far as the shoulders",
        _ => "bar drifted forward",
    }
}

fn unseen_here(case: Case, code: &str) -> Option<Reason> {
    match (case, code) {
        (Case::Front, "P4") => Some(Reason::NoScale),
        (Case::Front, _) => Some(Reason::ViewFront),
        (Case::NotAssessable, "E4" | "P2") => Some(Reason::CameraMoves),
        (Case::NotAssessable, "P4") => Some(Reason::NoBar),
        (Case::NotAssessable, "E1" | "E2") => Some(Reason::ContourUnreliable),
        (Case::NotAssessable, "E3" | "S4") => Some(Reason::LowRes),
        _ => None,
    }
}

fn check(case: Case, rep: &Rep, signals: &Signals, row: Row) -> CheckPart {
    let (code, name, title, unit, clear, sigma, threshold, cue) = row;
    let lift = rep.lift_off_s.unwrap_or(0.0);
    let window = match code {
        "E2" | "P2" => [lift + 1.3, lift + 2.0],
        "P4" | "P5" => [lift + 2.0, lift + 3.2],
        "S4" => [lift - 0.4, lift],
        "E4" => [lift, lift + 1.3],
        _ => [lift, lift + 0.8],
    };
    let base = unseen(code, name, title, unseen_here(case, code).unwrap_or(Reason::TooFewFrames));
    if unseen_here(case, code).is_some() {
        return base;
    }
    let key = 0.5 * (window[0] + window[1]);
    let found = fault(case, rep.index, code);
    let (value, severity, p_flag, confidence, text) = found.unwrap_or((clear, Severity::None, 0.02, 0.9, ""));
    CheckPart {
        status: if severity != Severity::None {
            Status::Flag
        } else if found.is_some() {
            Status::Borderline
        } else {
            Status::Ok
        },
        severity,
        fault: found.is_some().then(|| named(code).into()),
        measure: Some(format!("{code}_value")),
        value: Some(value),
        unit: unit.into(),
        sigma: Some(sigma),
        p_flag: Some(p_flag),
        confidence: Some(confidence),
        threshold: Some(threshold),
        window_s: Some(window),
        frame: Some(signals.frame_at(key) as u32),
        frame_time_s: Some(key),
        reason: None,
        from_front: false,
        text: if text.is_empty() { format!("Rep {}: nothing to see.", rep.index) } else { text.into() },
        cue: Some(cue.into()),
        deduction: if severity == Severity::Moderate { 10.0 } else { 0.0 },
        ..base
    }
}

fn unseen(code: &str, name: &str, title: &str, reason: Reason) -> CheckPart {
    CheckPart {
        code: code.into(),
        name: name.into(),
        title: title.into(),
        status: Status::NotAssessable,
        severity: Severity::None,
        fault: None,
        measure: None,
        value: None,
        unit: String::new(),
        sigma: None,
        p_flag: None,
        confidence: None,
        threshold: None,
        window_s: None,
        frame: None,
        frame_time_s: None,
        reason: Some(reason),
        from_front: false,
        text: format!("{title}: not assessable."),
        cue: None,
        deduction: 0.0,
    }
}

fn rep_part(case: Case, rep: &Rep, signals: &Signals) -> RepPart {
    let mut checks: Vec<CheckPart> = ROWS.iter().map(|row| check(case, rep, signals, *row)).collect();
    checks.extend(UNSEEN.iter().map(|(code, name, title, reason)| {
        let reason = if case == Case::Front && *reason == Reason::ViewSide { Reason::PlateOcclusion } else { *reason };
        unseen(code, name, title, reason)
    }));
    let judged = matches!(case, Case::Clean | Case::Faulty);
    let deducted: f64 = checks.iter().map(|c| c.deduction).sum();
    let known = |v: f64| judged.then_some(v);
    let fade = f64::from(rep.index - 1);
    let metrics = [
        ("rom_cm", rep.rom_cm),
        ("concentric_s", Some(1.3)),
        ("eccentric_s", Some(1.2)),
        ("mean_velocity_mps", known(0.42 - 0.03 * fade)),
        ("peak_velocity_mps", known(0.78 - 0.05 * fade)),
        ("bar_drift_cm", known(1.0 + fade)),
        ("hip_shoulder_ratio", known(0.62)),
        ("trunk_at_lift_off_deg", known(36.0)),
        ("lean_back_deg", None),
    ];
    RepPart {
        index: rep.index,
        kind: rep.kind,
        lift_off_s: rep.lift_off_s,
        knee_pass_s: rep.knee_pass_s,
        lockout_s: rep.lockout_s,
        descent_s: rep.descent_s,
        knee_pass_down_s: rep.knee_pass_down_s,
        floor_s: rep.floor_s,
        score: known(97.0 - deducted * 1.3 - fade),
        score_sigma: known(4.0),
        coverage: if judged { 0.82 } else { 0.21 },
        metrics: metrics.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        checks,
    }
}

pub fn build(case: Case, signals: &Signals, set: &RepSet) -> Report {
    let reps: Vec<RepPart> = set.reps.iter().map(|rep| rep_part(case, rep, signals)).collect();
    let judged = matches!(case, Case::Clean | Case::Faulty);
    let finding = |code: &str, reps: Vec<u32>, cue: &str| Finding {
        code: code.into(),
        fault: named(code).into(),
        severity: Severity::Moderate,
        worst_rep: reps.last().copied(),
        gain_points: Some(6.0),
        reps,
        cue: cue.into(),
    };
    let top_findings = match case {
        Case::Faulty => vec![finding("E1", vec![3], "Chest up."), finding("E4", vec![3], "Drag the bar up your legs.")],
        _ => vec![],
    };
    let item = |item: &str, seen: Seen, note: &str| ChecklistItem { item: item.into(), seen, note: note.into() };
    Report {
        schema_version: REPORT_SCHEMA.into(),
        recording: None,
        provenance: Provenance {
            program_version: "0.1.0".into(),
            model: NamedHash { name: "heavy".into(), sha256: "9c".repeat(32) },
            video: FileHash { file_name: "set 3 <script>alert(\"x\")</script>.mp4".into(), sha256: "5e".repeat(32) },
            config_sha256: "c0".repeat(32),
        },
        video: VideoPart {
            width_px: WIDTH,
            height_px: HEIGHT,
            frames: signals.frame_time_s.len() as u32,
            duration_s: END_S,
            mean_fps: FPS,
            variable_frame_rate: false,
            rotation_deg: 0,
        },
        camera: CameraPart {
            view: signals.camera.view,
            yaw_deg: signals.camera.yaw_deg,
            yaw_sigma_deg: signals.camera.yaw_sigma_deg,
            roll_deg: signals.camera.roll_deg,
            roll_sigma_deg: signals.camera.roll_sigma_deg,
            roll_source: signals.camera.roll_source,
            facing: signals.camera.facing,
            moving: signals.camera.moving,
        },
        front: None,
        scale: ScalePart {
            plate_px_per_cm: signals.scale.plate_px_per_cm,
            body_px_per_cm: signals.scale.body_px_per_cm,
            source: signals.scale.source,
        },
        lifter: LifterPart { persons_seen: 1, chosen_by: ChosenBy::Only, load_kg: None },
        variant: VariantPart { name: set.variant, assumed: set.variant_assumed, probability: None, likely: vec![] },
        scene: ScenePart::default(),
        warnings: match case {
            Case::NotAssessable => vec![Warning::new(WarningCode::CameraMoves, "The camera moves: the bar's way could not be measured.")],
            _ => vec![],
        },
        set: SetPart {
            rep_count: 3,
            score: judged.then_some(if case == Case::Clean { 96.0 } else { 78.0 }),
            score_sigma: judged.then_some(4.0),
            coverage: if judged { 0.82 } else { 0.21 },
            headline: HeadlinePart {
                text: match case {
                    Case::Clean => "This set matches the guide".into(),
                    Case::Faulty => "Small points to work on".into(),
                    _ => "Too little could be seen for a score".into(),
                },
                level: judged.then_some(if case == Case::Clean { Level::MatchesGuide } else { Level::SmallPoints }),
                cap: (case != Case::Clean).then_some(Level::SmallPoints),
                reps_good: 3,
                reps_missed: 0,
                counts_pulls: false,
            },
            band: judged.then(|| if case == Case::Clean { "matches the guide".into() } else { "small points".into() }),
            top_findings,
            velocity_loss_pct: judged.then_some(14.0),
            fatigue: judged.then_some(if case == Case::Clean { -1.0 } else { -11.0 }),
            best_rep: judged.then_some(1),
        },
        reps,
        checklist: vec![
            item("Feet hip-width, bar over mid-foot", Seen::CannotBeSeen, "the plate hides your feet"),
            item("Grip just outside the legs", Seen::CannotBeSeen, "seen from the front only"),
            item("Shoulders slightly in front of the bar", if judged { Seen::Yes } else { Seen::CannotBeSeen }, ""),
            item(
                "Back neutral",
                if case == Case::Faulty {
                    Seen::No
                } else if judged {
                    Seen::Yes
                } else {
                    Seen::CannotBeSeen
                },
                "",
            ),
            item("Core braced", Seen::CannotBeSeen, "check yourself: big breath, brace as if for a punch"),
            item("Lats engaged", Seen::CannotBeSeen, "check yourself"),
            item("Bar close to the shins", if judged { Seen::Yes } else { Seen::CannotBeSeen }, ""),
            item("Hips drive forward", Seen::CannotBeSeen, "check yourself"),
        ],
        pain: None,
        notice: "Movement feedback for training. Not a medical device, no diagnosis, no statement about injury risk.".into(),
    }
}
