//! What the tests look at: kits of every check, tracks saved and made up, a lifter's history; and all that comes out of them.

use crate::batch::history::{history, testkit};
use crate::batch::record::SetRecord;
use crate::config::Config;
use crate::patterns::testkit::{Lift, Noise};
use crate::patterns::testkit_front::FrontLift;
use crate::patterns::tests::fixtures;
use crate::patterns::{BackRange, Judged, Severity, Verdict, judge_calibrated};
use crate::reps::{self, RepSet, Variant};
use crate::signals::{BarEvidence, Facing, Joint, Series, Signals, View};
use crate::track::{self, Track};
use crate::{pipeline, report};
use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;

/// Something from which an output comes.
pub enum Scene {
    /// Signals with their repetitions, judged; and segmented anew. With the code of the check that they are made for.
    Kit(Box<Signals>, RepSet, Option<&'static str>),
    /// The same, of a lifter whose own range of bending is known.
    Calibrated(Box<Signals>, RepSet),
    /// A track, assessed.
    Clip(Box<Clip>),
    /// Sets of one lifter.
    Sets(Vec<SetRecord>),
}

/// A track, and what the defaults make of it: only judged anew where signals stay the same.
pub struct Clip {
    pub track: Track,
    made: OnceLock<Option<(Signals, RepSet)>>,
}

impl Clip {
    fn made(&self) -> Option<&(Signals, RepSet)> {
        let make = || pipeline::assess(&self.track, None, &Config::default()).ok().map(|made| (made.signals, made.set));
        self.made.get_or_init(make).as_ref()
    }
}

/// How much of a scene is made anew: little is quick, and shows most of the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth<'a> {
    /// One check is judged, on the signals of the defaults.
    Check(&'a str),
    /// All checks are judged, on the signals of the defaults; and the history told.
    Judged,
    /// Repetitions are found, in the signals of the defaults.
    Segmented,
    /// Everything from a track on.
    Whole,
}

/// A lifter's own range of bending.
pub const RANGE: BackRange = BackRange { stand: -0.03, hinge: Some(0.0), max: 0.3 };

impl Scene {
    /// The check that it was made for.
    pub fn code(&self) -> Option<&'static str> {
        if let Scene::Kit(_, _, code) = self { *code } else { None }
    }

    /// All that comes out of it, but for what only repeats the configuration; nothing of what it does not have.
    pub fn output(&self, config: &Config, depth: Depth) -> String {
        match self {
            Scene::Kit(signals, set, _) => of_signals(signals, set, config, None, depth),
            Scene::Calibrated(signals, set) => of_signals(signals, set, config, Some(RANGE), depth),
            Scene::Clip(clip) if depth == Depth::Whole => assessed(&clip.track, config),
            Scene::Clip(clip) => clip.made().map(|(signals, set)| of_signals(signals, set, config, None, depth)).unwrap_or_default(),
            Scene::Sets(sets) if depth == Depth::Judged => {
                format!("{:?}", history(Some("anna"), &sets.iter().collect::<Vec<_>>(), config))
            }
            Scene::Sets(_) => String::new(),
        }
    }
}

fn of_signals(signals: &Signals, set: &RepSet, config: &Config, range: Option<BackRange>, depth: Depth) -> String {
    match depth {
        Depth::Check(code) => {
            let mut config = config.clone();
            config.checks.select = vec![code.to_owned()];
            told(&judge_calibrated(signals, set, &config, range))
        }
        Depth::Judged => told(&judge_calibrated(signals, set, config, range)),
        Depth::Segmented => format!("{:?}", reps::segment(signals, config)),
        Depth::Whole => String::new(),
    }
}

fn told(judged: &Judged) -> String {
    let mut out = format!("{:?}", judged.set);
    for rep in &judged.reps {
        let _ = write!(out, "{:?}{:?}{:?}", rep.score, rep.coverage, rep.metrics);
        for check in &rep.checks {
            let mut verdict = check.verdict.clone();
            if let Verdict::Measured(m) = &mut verdict {
                m.thresholds = Default::default();
            }
            let _ = write!(out, "{verdict:?}{}{:?}", check.text(), check.deduction);
        }
    }
    out
}

fn assessed(track: &Track, config: &Config) -> String {
    match pipeline::assess(track, None, config) {
        Err(e) => e.message,
        Ok(made) => {
            let mut report = serde_json::to_value(&made.report).unwrap();
            blind(&mut report);
            let series = report::series::to_bytes(&made.signals, &made.set).unwrap();
            format!("{report}{}", String::from_utf8_lossy(&series))
        }
    }
}

/// Takes out what only repeats the configuration: its hash, which any key changes, and the thresholds.
fn blind(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            for repeated in ["config_sha256", "threshold"] {
                map.remove(repeated);
            }
            map.values_mut().for_each(blind);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(blind),
        _ => {}
    }
}

/// A saved track of a rendered lift.
pub fn saved(name: &str) -> Track {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tracks");
    track::load(&folder.join(format!("{name}.track.json.gz"))).unwrap()
}

/// Everything that is looked at.
pub fn scenes() -> Vec<Scene> {
    let mut out: Vec<Scene> = vec![];
    let mut kit = |(signals, set): (Signals, RepSet), code| out.push(Scene::Kit(Box::new(signals), set, code));
    for case in fixtures::cases() {
        kit(case.flags, Some(case.code));
        kit(case.unclear, Some(case.code));
    }
    kit(Lift::default().build(), None);
    for scene in doubtful().into_iter().chain(rare()) {
        kit(scene, None);
    }
    let (signals, set) = Lift { back_set: 0.23, ..Lift::default() }.build();
    out.push(Scene::Calibrated(Box::new(signals), set));
    out.push(Scene::Sets(season()));
    let tracks = ["side_e4_belt", "front_s1_t2", "side_p4_p5", "trap_walkin_failed", "yaw30_e1_e3"].map(saved);
    out.extend(tracks.into_iter().chain(clips()).map(|track| Scene::Clip(Box::new(Clip { track, made: OnceLock::new() }))));
    out
}

/// Lifts of which less is known, or more, than of those that show one fault.
fn doubtful() -> Vec<(Signals, RepSet)> {
    let lift = |l: Lift| l.build();
    let changed = |l: Lift, change: &dyn Fn(&mut Signals)| {
        let (mut signals, set) = l.build();
        change(&mut signals);
        (signals, set)
    };
    let tired = Lift { reps: 3, drift: 4.5, hip_share: 0.95, back_pull: 0.03, arm_deg: 2.0, noise: Noise::real(7), ..Lift::default() };
    let round = Lift { back_set: 0.2, back_pull: 0.06, back_low: 0.05, arch_deg: 10.0, ..tired.clone() };
    vec![
        lift(tired.clone()),
        lift(round.clone()),
        lift(Lift { stand: false, ..tired.clone() }),
        lift(Lift { stand: false, ..round.clone() }),
        lift(Lift { roll_known: false, ..tired.clone() }),
        lift(Lift { yaw_deg: 22.0, view: View::Oblique, ..round.clone() }),
        lift(Lift { facing: Facing::Left, variant: Variant::Romanian, floor_s: 0.1, ..tired.clone() }),
        lift(Lift { variant: Variant::Sumo, ..round.clone() }),
        lift(Lift { floor_s: 0.2, eccentric_s: 0.4, ..tired.clone() }),
        lift(FrontLift::default().lift),
        changed(round.clone(), &|s| s.camera.from_behind = true),
        changed(tired.clone(), &|s| s.cut_off_share = 0.3),
        changed(tired.clone(), &|s| s.overlap_share = 0.3),
        changed(tired.clone(), &|s| s.body_height_px = Some(170.0)),
        changed(tired.clone(), &|s| (s.camera.moving, s.camera.residual_px) = (true, Some(4.0))),
        changed(tired.clone(), &|s| s.bar.evidence = BarEvidence::Wrist),
        changed(tired.clone(), &|s| s.near_joints[Joint::Hip as usize].confidence.iter_mut().step_by(3).for_each(|c| *c = 0.2)),
        changed(tired, &|s| s.scale.body_px_per_cm = Some(2.6)),
    ]
}

/// Lifts at which a single limit decides.
fn rare() -> Vec<(Signals, RepSet)> {
    let changed = |l: Lift, change: &dyn Fn(&mut Signals, &mut RepSet)| {
        let (mut signals, mut set) = l.build();
        change(&mut signals, &mut set);
        (signals, set)
    };
    let plain = Lift::default;
    let all = |series: &mut Series, value: f64| series.iter_mut().for_each(|v| *v = Some(value));
    vec![
        Lift { concentric_s: 2.8, ..plain() }.build(),
        Lift { back_set: 0.10, skew_ratio: -0.5, ..plain() }.build(),
        Lift { lean_deg: 5.0, roll_known: false, stand: false, ..plain() }.build(),
        Lift { lean_deg: 14.0, ..plain() }.build(),
        Lift { pre_rise: 5.0, hip_share: 0.7, ..plain() }.build(),
        Lift { pre_rise: 12.0, hip_share: 0.9, ..plain() }.build(),
        // Hips that rise before lift-off with a flat trunk, which tips little for so much rise.
        Lift { pre_rise: 10.6, hip_start: 0.42, ..plain() }.build(),
        Lift { yaw_deg: 38.0, view: View::Oblique, hip_share: 1.2, ..plain() }.build(),
        // Turns in the air over straight knees.
        changed(Lift { reps: 3, floor_s: 0.1, hip_start: 0.5, hip_drop: 0.1, ..plain() }, &|s, _| {
            s.bar.height_cm.iter_mut().flatten().for_each(|h| *h += 8.0);
        }),
        changed(plain(), &|_, set| set.reps[0].rebound_mps = Some(0.9)),
        changed(Lift { arm_deg: 20.0, ..plain() }, &|s, _| all(&mut s.angles.elbow_deg, 172.0)),
        changed(Lift { lean_deg: 14.0, back_pull: 0.06, ..plain() }, &|s, _| s.scale.body_px_per_cm = Some(1.3)),
        changed(plain(), &|s, _| all(&mut s.back.residual, 0.019)),
        changed(Lift { lean_deg: 14.0, ..plain() }, &|s, _| {
            let past = s.stand.as_ref().and_then(|stand| stand.hip_deg).unwrap_or(180.0) + 8.0;
            all(&mut s.angles.hip_deg, past);
        }),
    ]
}

/// Tracks with what the rendered lifts do not have: gaps, outliers, hidden feet, no landmarks of its camera's roll.
fn clips() -> Vec<Track> {
    let changed = |change: &dyn Fn(&mut Track)| {
        let mut track = saved("side_e4_belt");
        change(&mut track);
        track
    };
    vec![
        changed(&|t| t.frames.iter_mut().filter(|f| f.index % 40 < 9).for_each(|f| (f.pose, f.plate) = (None, None))),
        changed(&|t| t.frames.iter_mut().filter(|f| f.index % 60 < 18).for_each(|f| (f.pose, f.plate) = (None, None))),
        changed(&|t| {
            for frame in t.frames.iter_mut().filter(|f| f.index % 17 == 0) {
                frame.pose.iter_mut().flat_map(|p| &mut p.landmarks).for_each(|l| l.x_px += 25.0);
            }
        }),
        changed(&|t| t.video.mean_fps = 60.0),
        changed(&|t| t.video.mean_fps = 20.0),
        changed(&|t| t.scene.roll_deg = None),
    ]
}

/// Sets of three weeks, some with faults.
fn season() -> Vec<SetRecord> {
    let set = |day: u8, load_kg: f64, score: f64| SetRecord {
        velocity_loss_pct: Some(25.0),
        fatigue: Some(-3.0),
        form_drop: Some(8.0),
        ..testkit::set(day, load_kg, score)
    };
    vec![
        set(1, 150.0, 92.0),
        set(2, 160.0, 88.0),
        set(9, 140.0, 90.0),
        set(11, 165.0, 75.0),
        testkit::with_fault("E1", Severity::Moderate, set(12, 170.0, 71.0)),
        set(13, 181.0, 60.0),
    ]
}
