//! What the tests look at: kits of every check, tracks saved and made up, a lifter's history; and all that comes out of them.

use crate::batch::history::{history, testkit};
use crate::batch::record::SetRecord;
use crate::config::Config;
use crate::patterns::testkit::{Lift, Noise};
use crate::patterns::testkit_front::FrontLift;
use crate::patterns::tests::fixtures;
use crate::patterns::{BackRange, Severity, Verdict, judge_calibrated};
use crate::reps::{self, RepSet, Variant};
use crate::signals::{BarEvidence, Facing, Joint, Series, Signals, View};
use crate::track::{self, Track};
use crate::{pipeline, report};
use std::fmt::Write;
use std::path::Path;

/// Something from which an output comes.
pub enum Scene {
    /// Signals with their repetitions, judged; and segmented anew.
    Kit(Box<Signals>, RepSet),
    /// The same, of a lifter whose own range of bending is known.
    Calibrated(Box<Signals>, RepSet),
    /// A track, assessed.
    Clip(Box<Track>),
    /// Sets of one lifter.
    Sets(Vec<SetRecord>),
}

/// A lifter's own range of bending.
pub const RANGE: BackRange = BackRange { stand: -0.03, hinge: Some(0.0), max: 0.3 };

impl Scene {
    /// All that comes out of it, but for what only repeats the configuration.
    pub fn output(&self, config: &Config) -> String {
        match self {
            Scene::Kit(signals, set) | Scene::Calibrated(signals, set) => {
                let range = matches!(self, Scene::Calibrated(..)).then_some(RANGE);
                let judged = judge_calibrated(signals, set, config, range);
                let mut out = format!("{:?}{:?}", judged.set, reps::segment(signals, config));
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
            Scene::Clip(track) => clip(track, config),
            Scene::Sets(sets) => format!("{:?}", history(Some("anna"), &sets.iter().collect::<Vec<_>>(), config)),
        }
    }
}

fn clip(track: &Track, config: &Config) -> String {
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
    let mut kit = |(signals, set): (Signals, RepSet)| out.push(Scene::Kit(Box::new(signals), set));
    for case in fixtures::cases() {
        kit(case.flags);
        kit(case.unclear);
    }
    kit(Lift::default().build());
    for scene in doubtful().into_iter().chain(rare()) {
        kit(scene);
    }
    let (signals, set) = Lift { back_set: 0.23, ..Lift::default() }.build();
    out.push(Scene::Calibrated(Box::new(signals), set));
    out.push(Scene::Sets(season()));
    for name in ["side_e4_belt", "front_s1_t2", "side_p4_p5", "trap_walkin_failed", "yaw30_e1_e3"] {
        out.push(Scene::Clip(Box::new(saved(name))));
    }
    out.extend(clips().into_iter().map(|t| Scene::Clip(Box::new(t))));
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
        Lift { yaw_deg: 38.0, view: View::Oblique, hip_share: 1.2, ..plain() }.build(),
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
