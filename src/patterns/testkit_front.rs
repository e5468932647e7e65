//! A lifter seen from the front: left and right joints in image px, bar by wrists or plate.

use super::testkit::Lift;
use crate::reps::RepSet;
use crate::signals::*;

/// What the front view shows; ratios are to shoulder width (38 cm).
#[derive(Clone)]
pub struct FrontLift {
    pub stance: f64,
    /// Hand outside the knee's outer edge.
    pub grip: f64,
    /// Knee distance in the pull over that in the set position.
    pub knees: f64,
    /// Wrist and bar moving apart during the pull, cm.
    pub slip: f64,
    pub lift: Lift,
}

impl Default for FrontLift {
    fn default() -> Self {
        let lift = Lift { view: View::Front, yaw_deg: 85.0, ..Lift::default() };
        FrontLift { stance: 0.85, grip: 0.15, knees: 1.0, slip: 0.0, lift }
    }
}

impl FrontLift {
    pub fn build(&self) -> (Signals, RepSet) {
        let (mut signals, set) = self.lift.build();
        let shoulder = 38.0 * signals.scale.body_px_per_cm.unwrap_or(4.0);
        let n = signals.len();
        let rep = set.reps[0].clone();
        let pulling = |t: f64| rep.lift_off_s.is_some_and(|l| t >= l) && rep.knee_pass_s.is_some_and(|k| t <= k);
        let half = |joint: Joint, t: f64| match joint {
            Joint::Shoulder | Joint::Elbow | Joint::Ear => 0.5 * shoulder,
            Joint::Hip => 0.3 * shoulder,
            Joint::Knee => 0.5 * self.stance * shoulder * if pulling(t) { self.knees } else { 1.0 },
            Joint::Ankle | Joint::Heel | Joint::Toe => 0.5 * self.stance * shoulder,
            Joint::Wrist => (0.5 * self.stance + 0.16 + self.grip) * shoulder,
        };
        for (joint, side) in Joint::ALL.into_iter().flat_map(|j| [(j, -1.0), (j, 1.0)]) {
            let x: Series = (0..n).map(|i| Some(960.0 + side * half(joint, signals.time_s[i]))).collect();
            let tracks = if side < 0.0 { &mut signals.near_joints } else { &mut signals.far_joints };
            let track = &mut tracks[joint as usize];
            track.image_x_px = x;
            track.occluded = vec![false; n];
            track.confidence = vec![0.95; n];
            // Seen from the front no plate hides a height.
            for up in &mut track.up_px {
                *up = up.or(Some(300.0));
            }
            track.forward_px = track.image_x_px.clone();
        }
        // The wrist holds the bar; a slipping grip opens a gap while pulling.
        let body = signals.scale.body_px_per_cm.unwrap_or(4.0);
        let slip = |t: f64| {
            let (from, to) = (rep.lift_off_s.unwrap_or(0.0), rep.lockout_s.unwrap_or(1.0));
            self.slip * ((t - from) / (to - from)).clamp(0.0, 1.0)
        };
        let up: Series = (0..n).map(|i| signals.bar.up_px[i].map(|u| u + body * (10.0 + slip(signals.time_s[i])))).collect();
        signals.near_joints[Joint::Wrist as usize].up_px = up;
        (signals, set)
    }

    pub fn verdict(&self, code: &str) -> super::Judgement {
        let (signals, set) = self.build();
        let judged = super::judge(&signals, &set, &crate::config::Config::default());
        judged.reps[0].check(code).unwrap_or_else(|| panic!("no check {code}")).clone()
    }
}
