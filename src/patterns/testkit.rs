//! A planar lifter with known faults, as the signals stage would see him (SPEC 14.1). Lengths in cm, angles in
//! degrees; forward and up from the ankle's place on the floor.

use super::testkit_pose::{Pose, SCALES, mix};
use crate::config::Config;
use crate::config::INDEX_PER_LUMBAR_DEG;
use crate::numeric::stats::Random;
use crate::reps::{Rep, RepKind, RepStart, Variant};
use crate::signals::*;

/// Errors of one recording; all σ.
#[derive(Clone, Copy)]
pub struct Noise {
    pub jitter_cm: f64,
    pub bias_cm: f64,
    pub bar_cm: f64,
    pub back: f64,
    pub roll_deg: f64,
    pub event_frames: f64,
    pub seed: u64,
}

impl Noise {
    pub const NONE: Noise = Noise { jitter_cm: 0.0, bias_cm: 0.0, bar_cm: 0.0, back: 0.0, roll_deg: 0.0, event_frames: 0.0, seed: 0 };

    /// SPEC 13: 0.8 cm jitter after the filter, roll ±0.5°, and where it gives a range what the checks' own σ stand
    /// for: a back index of ±0.018 (0.3 to 0.6 cm at the outline), 0.8 cm of bias per landmark (2° of arm angle).
    pub fn real(seed: u64) -> Noise {
        Noise { jitter_cm: 0.8, bias_cm: 0.8, bar_cm: 0.14, back: 0.018, roll_deg: 0.5, event_frames: 1.0, seed }
    }
}

/// A lift and its faults; the default is clean.
#[derive(Clone)]
pub struct Lift {
    pub reps: usize,
    pub fps: f64,
    pub facing: Facing,
    pub view: View,
    pub yaw_deg: f64,
    pub variant: Variant,
    pub stature: f64,
    pub stand: bool,
    pub setup_s: f64,
    pub concentric_s: f64,
    pub hold_s: f64,
    pub eccentric_s: f64,
    pub floor_s: f64,
    /// Hip height at lift-off over stature.
    pub hip_start: f64,
    /// Hip rise over shoulder rise, lift-off to knee pass.
    pub hip_share: f64,
    /// Hip rise in the half second before lift-off.
    pub pre_rise: f64,
    pub arm_deg: f64,
    pub bar_offset: f64,
    pub drift: f64,
    /// Forward swing in the first ten centimetres, gone by the knee.
    pub swing: f64,
    pub lean_deg: f64,
    pub arch_deg: f64,
    pub deficit: f64,
    pub roll_forward: f64,
    pub heel_lift: f64,
    /// Hip drop over bar drop until the bar passes the knees.
    pub hip_drop: f64,
    pub back_set: f64,
    pub back_pull: f64,
    pub back_low: f64,
    pub back_stand: f64,
    pub skew_ratio: f64,
    pub head_deg: f64,
    pub roll_known: bool,
    pub noise: Noise,
}

impl Default for Lift {
    fn default() -> Self {
        Lift {
            reps: 1,
            fps: 30.0,
            facing: Facing::Right,
            view: View::Side,
            yaw_deg: 4.0,
            variant: Variant::Conventional,
            stature: 175.0,
            stand: true,
            setup_s: 2.0,
            concentric_s: 1.3,
            hold_s: 0.8,
            eccentric_s: 1.6,
            floor_s: 2.0,
            hip_start: 0.36,
            hip_share: 0.6,
            pre_rise: 0.0,
            arm_deg: 7.0,
            bar_offset: 0.0,
            drift: 0.0,
            swing: 0.0,
            lean_deg: 0.0,
            arch_deg: 0.0,
            deficit: 0.0,
            roll_forward: 0.0,
            heel_lift: 0.0,
            hip_drop: 0.15,
            back_set: 0.01,
            back_pull: 0.0,
            back_low: 0.0,
            back_stand: -0.03,
            skew_ratio: 0.3,
            head_deg: 0.0,
            roll_known: true,
            noise: Noise::NONE,
        }
    }
}

/// When things happen in one rep; `begin` = hands on the bar.
#[derive(Clone, Copy)]
pub(super) struct Times {
    begin: f64,
    lift: f64,
    top: f64,
    lower: f64,
    pub(super) floor: f64,
}

fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)
}

impl Lift {
    fn trunk(&self) -> f64 {
        0.288 * self.stature
    }

    fn arm(&self) -> f64 {
        0.377 * self.stature
    }

    fn top_hip(&self) -> f64 {
        0.53 * self.stature
    }

    /// What the instrument reads of a heel that comes up, cm; a flat one keeps its place.
    fn heel_read(&self) -> f64 {
        if self.heel_lift > 0.0 { crate::config::Instrument::default().heel_lift.read(self.heel_lift) } else { 0.0 }
    }

    pub(super) fn mid_foot(&self) -> f64 {
        0.047 * self.stature
    }

    fn rom(&self) -> f64 {
        self.top_hip() + self.trunk() - self.arm() - 22.5 - self.deficit
    }

    pub(super) fn times(&self) -> Vec<Times> {
        let mut at = if self.stand { 3.2 } else { 0.0 };
        (0..self.reps)
            .map(|k| {
                let begin = at;
                let lift = begin + if k == 0 { self.setup_s } else { self.floor_s };
                let top = lift + self.concentric_s;
                let lower = top + self.hold_s;
                let floor = lower + self.eccentric_s;
                at = floor;
                Times { begin, lift, top, lower, floor }
            })
            .collect()
    }

    fn knee_height(&self) -> f64 {
        22.5 + 0.5 * (self.rom() + self.deficit)
    }

    /// Posture with the bar at height `h` above its rest; `down` while lowering, `top` 0…1 into the lockout.
    fn pose(&self, h: f64, down: bool, top: f64) -> Pose {
        let u = (h / self.rom()).clamp(0.0, 1.0);
        let knee = (self.knee_height() - 22.5) / self.rom();
        let start = self.hip_start * self.stature;
        let end = self.top_hip();
        let at_knee = if down { end - self.hip_drop * knee * self.rom() } else { start + self.hip_share * knee * self.rom() };
        let at_knee = at_knee.min(end);
        let hip_up = if u < knee { start + (at_knee - start) * u / knee } else { at_knee + (end - at_knee) * (u - knee) / (1.0 - knee) };
        let arm = self.arm_deg * (1.0 - u);
        let shoulder_up = 22.5 + h + self.arm() * arm.to_radians().cos();
        let sine = ((shoulder_up - hip_up) / self.trunk()).clamp(-0.3, 1.0);
        let mut trunk = sine.asin().to_degrees();
        trunk += (90.0 + self.lean_deg - trunk) * top * f64::from(self.deficit <= 0.0);
        let swing = if down { 0.0 } else { self.swing * (std::f64::consts::PI * (u / knee).clamp(0.0, 1.0)).sin() };
        let bar_x = self.mid_foot() + self.bar_offset + if down { 0.0 } else { self.drift * smooth(u / 0.6) } + swing;
        let shoulder_x = bar_x + self.arm() * arm.to_radians().sin() + self.roll_forward * top;
        Pose {
            hip: [shoulder_x - self.trunk() * trunk.to_radians().cos() - self.roll_forward * top, hip_up],
            shoulder: [shoulder_x, shoulder_up],
            trunk_deg: trunk,
            arm_deg: arm,
            bar: [bar_x, h],
            back: 0.0,
            heel_up: 0.0,
            head_deg: 0.0,
            roll: self.roll_forward * top,
        }
    }

    fn standing(&self) -> Pose {
        let clean = Lift { lean_deg: 0.0, deficit: 0.0, roll_forward: 0.0, ..self.clone() };
        let mut pose = clean.pose(clean.rom(), false, 1.0);
        pose.bar = [self.mid_foot() + self.bar_offset, 0.0];
        pose.back = self.back_stand;
        pose
    }

    /// Back index by how far the trunk is bent: standing shape above 80°, bent shape below 50°.
    fn back(&self, trunk_deg: f64, bent: f64, arch: f64) -> f64 {
        let w = ((80.0 - trunk_deg) / 30.0).clamp(0.0, 1.0);
        w * bent + (1.0 - w) * (self.back_stand - arch)
    }

    pub(super) fn at(&self, t: f64, times: &[Times]) -> Pose {
        let Some(rep) = times.iter().find(|r| t < r.floor).or(times.last()).copied() else { return self.standing() };
        let index = times.iter().position(|r| r.lift == rep.lift).unwrap_or(0);
        let arch = self.arch_deg * INDEX_PER_LUMBAR_DEG;
        let mut pose = if t < rep.begin || t >= rep.floor {
            let stand = self.standing();
            let set = self.pose(0.0, false, 0.0);
            // 1.2 s on the way down to the bar; after the set the lifter stays with the bar.
            let k = if t >= rep.floor { 1.0 } else { smooth((t - (rep.begin - 1.2)) / 1.2) };
            let mut pose = mix(&stand, &set, k);
            pose.back = self.back(pose.trunk_deg, self.back_set, 0.0);
            pose
        } else if t < rep.lift {
            let mut pose = self.pose(0.0, false, 0.0);
            if index == 0 || rep.lift - rep.begin > 0.9 {
                let low = self.pre_rise * (1.0 - smooth((t - (rep.lift - 0.5)) / 0.5)) * smooth((t - rep.begin) / 0.4);
                pose.hip[1] -= low;
                let sine = ((pose.shoulder[1] - pose.hip[1]) / self.trunk()).clamp(-0.3, 1.0);
                pose.trunk_deg = sine.asin().to_degrees();
                pose.hip[0] = pose.shoulder[0] - self.trunk() * pose.trunk_deg.to_radians().cos();
            }
            pose.back = self.back_set;
            pose
        } else if t < rep.lower {
            let u = smooth((t - rep.lift) / self.concentric_s);
            let top = smooth((u - 0.9) / 0.1);
            let mut pose = self.pose(self.rom() * u, false, top);
            let give = self.back_pull * smooth((t - rep.lift) / 0.3);
            pose.back = self.back(pose.trunk_deg, self.back_set + give, arch);
            pose.heel_up = self.heel_read() * smooth((u - 0.3) / 0.2) * (1.0 - smooth((u - 0.9) / 0.1));
            pose
        } else {
            let u = 1.0 - smooth((t - rep.lower) / self.eccentric_s);
            let mut pose = self.pose(self.rom() * u, true, smooth((u - 0.9) / 0.1));
            // Own way up at this height, plus what lowering adds until the knees.
            let up = self.pose(self.rom() * u, false, smooth((u - 0.9) / 0.1));
            let extra = self.back_low * smooth((1.0 - u) / 0.2);
            pose.back = self.back(up.trunk_deg, self.back_set + self.back_pull, arch) + extra;
            pose
        };
        pose.head_deg = if pose.trunk_deg < 70.0 { self.head_deg } else { 0.0 };
        pose
    }

    pub(super) fn rep(&self, k: usize, r: &Times, random: &mut Random) -> Rep {
        let mut near = |t: f64| {
            let e = if self.noise.event_frames > 0.0 { random.normal() } else { 0.0 };
            t + self.noise.event_frames * e / self.fps
        };
        // Lift-off is seen when the bar has reached 5 cm/s: a minimum-jerk pull needs 9 % of its time for that.
        let lift_off = near(r.lift + 0.09 * self.concentric_s * (54.0 / self.rom()).sqrt());
        let mid = |from: f64, to: f64, share: f64| {
            let steps = 400;
            (0..=steps)
                .map(|i| from + (to - from) * f64::from(i) / f64::from(steps))
                .find(|t| smooth((t - from) / (to - from)) >= share)
                .unwrap_or(to)
        };
        let knee = (self.knee_height() - 22.5) / self.rom();
        let touch = k > 0 && self.floor_s < 0.3;
        Rep {
            index: k as u32 + 1,
            kind: RepKind::Full,
            start: if k == 0 {
                RepStart::First
            } else if touch {
                RepStart::TouchAndGo
            } else {
                RepStart::DeadStop
            },
            lift_off_s: Some(lift_off),
            knee_pass_s: Some(near(mid(r.lift, r.top, knee))),
            lockout_s: Some(near(r.top - 0.06 * self.concentric_s)),
            settle_s: None,
            descent_s: Some(near(r.lower + 0.06 * self.eccentric_s)),
            knee_pass_down_s: Some(near(mid(r.lower, r.floor, 1.0 - knee))),
            floor_s: Some(near(r.floor - 0.08 * self.eccentric_s)),
            set_window_s: (!touch).then_some([lift_off - 0.4, lift_off]),
            dropped: self.eccentric_s < 0.5,
            downward_cm: Some(0.0),
            stall_s: Some(0.0),
            rebound_mps: None,
            rom_cm: Some(self.rom()),
            rom_px: self.rom() * SCALES.1,
            event_sigma_s: 1.0 / self.fps,
        }
    }

    pub fn judged(&self) -> super::Judged {
        self.judged_with(&Config::default())
    }

    pub fn judged_with(&self, config: &Config) -> super::Judged {
        let (mut signals, set) = self.build();
        signals.pace.slower = config.lifter.slow_motion.unwrap_or(1.0);
        super::judge(&signals, &set, config)
    }

    /// The first rep's verdict on one check.
    pub fn verdict(&self, code: &str) -> super::Judgement {
        let judged = self.judged();
        judged.reps[0].check(code).unwrap_or_else(|| panic!("no check {code}")).clone()
    }
}
