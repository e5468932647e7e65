//! For every measurable check: a lift that flags, one that is clear, one that is not assessable.

use crate::config::Config;
use crate::patterns::testkit::Lift;
use crate::patterns::testkit_front::FrontLift;
use crate::patterns::{Judgement, Reason, judge};
use crate::reps::RepSet;
use crate::signals::{BarEvidence, Joint, Signals, View};

pub type Scene = (Signals, RepSet);

pub struct Case {
    pub code: &'static str,
    pub flags: Scene,
    pub clear: Scene,
    pub unclear: Scene,
    pub reason: Reason,
}

pub fn verdict(scene: &Scene, code: &str) -> Judgement {
    let judged = judge(&scene.0, &scene.1, &Config::default());
    judged.reps[0].check(code).unwrap_or_else(|| panic!("no check {code}")).clone()
}

/// A lift whose knee is behind the plate all the time.
pub fn knee_hidden(lift: Lift) -> Scene {
    with(lift.build(), |scene| {
        let knee = &mut scene.0.near_joints[Joint::Knee as usize];
        knee.forward_px.fill(None);
        knee.up_px.fill(None);
    })
}

fn with(mut scene: Scene, change: impl FnOnce(&mut Scene)) -> Scene {
    change(&mut scene);
    scene
}

fn oblique(lift: Lift) -> Scene {
    Lift { view: View::Oblique, yaw_deg: 55.0, ..lift }.build()
}

pub fn cases() -> Vec<Case> {
    let clean = Lift::default;
    let side = |code, fault: Lift| Case {
        code,
        flags: fault.build(),
        clear: clean().build(),
        unclear: oblique(fault),
        reason: Reason::ViewOblique,
    };
    let front = |code, fault: FrontLift| Case {
        code,
        flags: fault.build(),
        clear: FrontLift::default().build(),
        unclear: fault.lift.clone().into_side(),
        reason: Reason::ViewSide,
    };
    let mut cases = vec![
        side("E1", Lift { back_pull: 0.09, ..clean() }),
        side("E2", Lift { lean_deg: 16.0, arch_deg: 14.0, ..clean() }),
        side("E3", Lift { hip_share: 1.3, pre_rise: 10.0, ..clean() }),
        side("E4", Lift { drift: 7.0, ..clean() }),
        side("E5", Lift { back_pull: 0.06, ..clean() }),
        side("S2", Lift { bar_offset: 12.0, ..clean() }),
        side("S4", Lift { arm_deg: -4.0, ..clean() }),
        side("S5", Lift { hip_start: 0.285, arm_deg: -10.0, ..clean() }),
        side("S6", Lift { head_deg: 40.0, ..clean() }),
        side("S7", Lift { bar_offset: 18.0, hip_start: 0.42, ..clean() }),
        side("S9", Lift { swing: 5.0, ..clean() }),
        side("P2", Lift { deficit: 9.0, ..clean() }),
        side("P3", Lift { roll_forward: 8.0, ..clean() }),
        side("P5", Lift { hip_drop: 0.7, ..clean() }),
        side("P6", Lift { back_low: 0.08, ..clean() }),
        front("S1", FrontLift { stance: 1.5, ..FrontLift::default() }),
        front("S3", FrontLift { grip: 0.7, ..FrontLift::default() }),
        front("T2", FrontLift { knees: 0.7, ..FrontLift::default() }),
        front("D2", FrontLift { slip: 5.0, ..FrontLift::default() }),
    ];
    let heel = Lift { heel_lift: 5.5, ..clean() };
    cases.push(Case {
        code: "P1",
        flags: heel.build(),
        clear: clean().build(),
        unclear: with(heel.build(), |s| s.0.near_joints[Joint::Heel as usize].up_px.fill(None)),
        reason: Reason::NoFootPoints,
    });
    let fast = Lift { eccentric_s: 0.7, ..clean() };
    cases.push(Case {
        code: "P4",
        flags: fast.build(),
        clear: clean().build(),
        unclear: with(fast.build(), |s| s.0.bar.evidence = BarEvidence::None),
        reason: Reason::NoBar,
    });
    let rushed = Lift { setup_s: 0.3, ..clean() };
    cases.push(Case {
        code: "P7",
        flags: rushed.build(),
        clear: clean().build(),
        unclear: with(rushed.build(), |s| s.1.reps[0].lift_off_s = None),
        reason: Reason::TooFewFrames,
    });
    cases
}

impl Lift {
    fn into_side(self) -> Scene {
        Lift { view: View::Side, yaw_deg: 3.0, ..self }.build()
    }
}
