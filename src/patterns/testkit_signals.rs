//! The planar lifter's true motion as noisy, occluded channels (SPEC 4.5, 13).

use super::testkit::Lift;
use super::testkit_pose::{Moment, Pose, SCALES, body_px, plate_px};
use crate::numeric::stats::Random;
use crate::reps::RepSet;
use crate::signals::*;

/// Noise with a standard deviation and a correlation time, one value per grid point.
fn coloured(n: usize, sigma: f64, correlation_s: f64, fps: f64, random: &mut Random) -> Vec<f64> {
    let keep = (-1.0 / (correlation_s * fps)).exp();
    let mut x = random.normal();
    (0..n)
        .map(|_| {
            x = keep * x + (1.0 - keep * keep).sqrt() * random.normal();
            sigma * x
        })
        .collect()
}

impl Lift {
    /// Signals and repetitions of this lift.
    pub fn build(&self) -> (Signals, RepSet) {
        let times = self.times();
        let end = times.last().map_or(2.0, |r| r.floor) + 0.8;
        let n = (end * self.fps) as usize;
        let time_s: Vec<f64> = (0..n).map(|i| i as f64 / self.fps).collect();
        let truth: Vec<Pose> = time_s.iter().map(|&t| self.at(t, &times)).collect();
        let mut random = Random::new(self.noise.seed.wrapping_mul(7919) ^ 0x5eed);
        let reps = RepSet {
            reps: times.iter().enumerate().map(|(k, r)| self.rep(k, r, &mut random)).collect(),
            variant: self.variant,
            variant_assumed: false,
            likely: vec![],
            warnings: vec![],
        };
        (signals(self, time_s, &truth.iter().map(Pose::joints(self.stature, self.mid_foot())).collect::<Vec<_>>(), &mut random), reps)
    }
}

fn signals(lift: &Lift, time_s: Vec<f64>, truth: &[Moment], random: &mut Random) -> Signals {
    let n = time_s.len();
    let (body, plate) = SCALES;
    let noise = lift.noise;
    let lean = (noise.roll_deg * random.normal()).to_radians().tan();
    let bar = bar(lift, truth, lean, random);
    let near: Vec<JointTrack> = Joint::ALL.iter().map(|&j| track(lift, truth, j, &bar, random)).collect();
    let angles = angles(&near);
    let back = back(lift, truth, random);
    let mut signals = Signals {
        rate_hz: lift.fps,
        frame_time_s: time_s.clone(),
        camera: Camera {
            view: lift.view,
            yaw_deg: Some(lift.yaw_deg),
            yaw_sigma_deg: Some(4.0),
            from_behind: false,
            roll_deg: 0.0,
            roll_sigma_deg: if lift.roll_known { 0.5 } else { 2.0 },
            roll_source: if lift.roll_known { RollSource::BackgroundLines } else { RollSource::Assumed },
            facing: Some(lift.facing),
            moving: false,
            residual_px: None,
        },
        instrument: crate::config::Instrument::default(),
        visibility_min: 0.5,
        pace: Pace::default(),
        scale: Scale {
            plate_px_per_cm: Some(plate),
            plate_sigma_rel: Some(0.005),
            body_px_per_cm: Some(body),
            body_sigma_rel: Some(0.02),
            source: ScaleSource::PlateAndStature,
        },
        near: Side::Right,
        far_joints: near.clone(),
        near_joints: near,
        speed: BarSpeed { mps: bar.velocity_px_s.iter().map(|v| Some(0.01 * (*v)? / plate)).collect(), sigma_mps: Some(0.03) },
        bar,
        angles,
        back,
        stand: None,
        cut_off_share: 0.0,
        overlap_share: 0.0,
        body_height_px: Some(lift.stature * body),
        trunk_length_px: Some(0.288 * lift.stature * body),
        foot_length_px: Some(0.152 * lift.stature * body),
        body: None,
        warnings: vec![],
        events: vec![],
        time_s,
    };
    debug_assert_eq!(signals.bar.seen.len(), n);
    signals.stand = lift.stand.then(|| stand(&signals, [0.3, 1.6]));
    signals
}

fn bar(lift: &Lift, truth: &[Moment], lean: f64, random: &mut Random) -> BarTrack {
    let n = truth.len();
    let plate = SCALES.1;
    let (nx, ny) = (coloured(n, lift.noise.bar_cm, 0.05, lift.fps, random), coloured(n, lift.noise.bar_cm, 0.05, lift.fps, random));
    let place: Vec<[f64; 2]> = truth.iter().enumerate().map(|(i, m)| [m.bar[0] + lean * m.bar[1] + nx[i], m.bar[1] + ny[i]]).collect();
    let px: Vec<[f64; 2]> = place.iter().map(|p| plate_px(*p)).collect();
    let channel = |f: &dyn Fn(usize) -> f64| (0..n).map(|i| Some(f(i))).collect::<Series>();
    let speed = |i: usize| {
        let (a, b) = (i.saturating_sub(2), (i + 2).min(n - 1));
        (truth[b].bar[1] - truth[a].bar[1]) / ((b - a) as f64 / lift.fps)
    };
    BarTrack {
        evidence: BarEvidence::Plate,
        image_x_px: channel(&|i| px[i][0]),
        image_y_px: channel(&|i| 1080.0 - px[i][1]),
        radius_px: channel(&|_| 22.5 * plate),
        forward_px: channel(&|i| px[i][0]),
        up_px: channel(&|i| px[i][1]),
        height_px: channel(&|i| place[i][1] * plate),
        height_cm: channel(&|i| place[i][1]),
        forward_cm: channel(&|i| place[i][0] - truth[0].bar[0]),
        velocity_px_s: channel(&|i| plate * speed(i)),
        position_sigma_cm: Some(lift.noise.bar_cm),
        seen: vec![true; n],
    }
}

fn track(lift: &Lift, truth: &[Moment], joint: Joint, bar: &BarTrack, random: &mut Random) -> JointTrack {
    let n = truth.len();
    let noise = lift.noise;
    let bias = [noise.bias_cm * random.normal(), noise.bias_cm * random.normal()];
    let jitter: Vec<Vec<f64>> = (0..2).map(|_| coloured(n, noise.jitter_cm, 0.06, lift.fps, random)).collect();
    let mut out = JointTrack {
        image_x_px: vec![],
        image_y_px: vec![],
        forward_px: vec![],
        up_px: vec![],
        confidence: vec![],
        occluded: vec![],
        sigma_px: (noise.jitter_cm * SCALES.0).max(0.4),
    };
    for (i, moment) in truth.iter().enumerate() {
        let p = moment.joints[joint as usize];
        let px = body_px([p[0] + bias[0] + jitter[0][i], p[1] + bias[1] + jitter[1][i]]);
        let hidden = bar.forward_px[i].zip(bar.up_px[i]).is_some_and(|(x, y)| (px[0] - x).hypot(px[1] - y) < 1.05 * 22.5 * SCALES.1);
        out.image_x_px.push(Some(lift.facing.sign() * (px[0] - 500.0) + 960.0));
        out.image_y_px.push(Some(1080.0 - px[1]));
        out.forward_px.push((!hidden).then_some(px[0]));
        out.up_px.push((!hidden).then_some(px[1]));
        out.confidence.push(if hidden { 0.3 } else { 0.95 });
        out.occluded.push(hidden);
    }
    out
}

fn angles(near: &[JointTrack]) -> Angles {
    let n = near[0].up_px.len();
    let at = |j: Joint, i: usize| Some([near[j as usize].forward_px[i]?, near[j as usize].up_px[i]?]);
    let direction = |from: Joint, to: Joint, i: usize| {
        let (a, b) = (at(from, i)?, at(to, i)?);
        Some((b[1] - a[1]).atan2(b[0] - a[0]).to_degrees())
    };
    let series = |f: &dyn Fn(usize) -> Option<f64>| (0..n).map(f).collect::<Series>();
    let trunk = |i| direction(Joint::Hip, Joint::Shoulder, i);
    let thigh = |i| direction(Joint::Knee, Joint::Hip, i);
    let shank = |i| direction(Joint::Ankle, Joint::Knee, i);
    Angles {
        trunk_deg: series(&trunk),
        thigh_deg: series(&thigh),
        shank_deg: series(&shank),
        hip_deg: series(&|i| Some(180.0 + trunk(i)? - thigh(i)?)),
        knee_deg: series(&|i| Some(180.0 - (thigh(i)? - shank(i)?))),
        arm_deg: series(&|i| {
            let (s, e) = (at(Joint::Shoulder, i)?, at(Joint::Elbow, i)?);
            Some((s[0] - e[0]).atan2(s[1] - e[1]).to_degrees())
        }),
        elbow_deg: vec![None; n],
        head_deg: series(&|i| Some(direction(Joint::Shoulder, Joint::Ear, i)? - trunk(i)?)),
    }
}

fn back(lift: &Lift, truth: &[Moment], random: &mut Random) -> Back {
    let n = truth.len();
    // 60 % of the outline's error variance is clothes and body shape, the same in all postures.
    let fixed = (0.6f64).sqrt() * lift.noise.back * random.normal();
    let moving = coloured(n, (0.4f64).sqrt() * lift.noise.back, 0.1, lift.fps, random);
    let lean = coloured(n, if lift.noise.back > 0.0 { 1.0 } else { 0.0 }, 0.1, lift.fps, random);
    let index: Vec<f64> = truth.iter().enumerate().map(|(i, m)| m.back + fixed + moving[i]).collect();
    Back {
        skew: index.iter().map(|b| Some(b * lift.skew_ratio)).collect(),
        turn_deg: index.iter().map(|b| Some(b / 0.0045)).collect(),
        residual: vec![Some(0.004); n],
        coverage: vec![Some(0.95); n],
        tilt_deg: truth.iter().enumerate().map(|(i, m)| Some(m.tilt_deg + lean[i])).collect(),
        depth: vec![Some(0.45); n],
        accepted: vec![true; n],
        index: index.into_iter().map(Some).collect(),
    }
}

/// Medians over the standing second.
fn stand(signals: &Signals, window: [f64; 2]) -> Stand {
    let median = |series: &Series| {
        let range = signals.range(window[0], window[1]);
        crate::numeric::stats::median(range.filter_map(|i| series[i]))
    };
    let up = |j: Joint| median(&signals.joint(j).up_px);
    let forward = |j: Joint| median(&signals.joint(j).forward_px);
    Stand {
        source: StandSource::BeforeFirstRep,
        window_s: window,
        trunk_deg: median(&signals.angles.trunk_deg),
        hip_deg: median(&signals.angles.hip_deg),
        knee_deg: median(&signals.angles.knee_deg),
        head_deg: median(&signals.angles.head_deg),
        tilt_deg: median(&signals.back.tilt_deg),
        back_index: median(&signals.back.index),
        shoulder_up_px: up(Joint::Shoulder),
        hip_up_px: up(Joint::Hip),
        hip_forward_px: forward(Joint::Hip),
        ankle_up_px: up(Joint::Ankle),
        ear_forward_px: forward(Joint::Ear),
        shoulder_forward_px: forward(Joint::Shoulder),
        shoulder_spread: None,
        trunk_length_px: signals.trunk_length_px,
    }
}
