//! Made-up recordings: stick lifters who take turns at several exercises, with what is true of them.

use super::Exercise;
use crate::numeric::stats::Random;
use crate::track::*;

pub const FPS: f64 = 30.0;
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
const PX_PER_CM: f64 = 3.0;
const GROUND_Y: f64 = 650.0;
const PLATE_CM: f64 = 22.5;
/// Of a lifter of size 1, cm.
const TRUNK: f64 = 50.0;
const ARM: f64 = 66.0;
const HIP: f64 = 88.0;

/// Somebody: size against a stature of 175 cm, and the place of the feet, cm from the left.
#[derive(Clone, Copy)]
pub struct Who {
    pub size: f64,
    pub x_cm: f64,
}

pub const ANNA: Who = Who { size: 0.92, x_cm: 200.0 };
pub const BEN: Who = Who { size: 1.06, x_cm: 200.0 };

/// What is true of a stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// `None`: a set of deadlifts.
    pub exercise: Option<Exercise>,
    pub span_s: [f64; 2],
    pub reps: u32,
    /// From 1, in order of appearance.
    pub lifter: u32,
}

/// Joints of one moment, cm from the ankle: x forward, y up; a lifter of size 1.
#[derive(Clone, Copy)]
struct Pose {
    shoulder: [f64; 2],
    hip: [f64; 2],
    knee: [f64; 2],
    ankle: [f64; 2],
    hand: [f64; 2],
}

/// Grown bit by bit.
pub struct Film {
    pub track: Track,
    pub truth: Vec<Truth>,
    random: Random,
    /// Where the bar lies, cm.
    bar_x_cm: f64,
    plate: bool,
}

fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (x * (6.0 * x - 15.0) + 10.0)
}

fn mix(a: f64, b: f64, share: f64) -> f64 {
    a + (b - a) * share
}

/// Trunk at an angle above the horizontal from the hip.
fn trunk([x, y]: [f64; 2], deg: f64) -> [f64; 2] {
    let (sin, cos) = deg.to_radians().sin_cos();
    [x + TRUNK * cos, y + TRUNK * sin]
}

/// From the bottom (0) to the top (1) of a deadlift; the hands hang.
fn hinge(p: f64) -> Pose {
    let hip = [mix(-26.0, 0.0, p), mix(58.0, HIP, p)];
    let shoulder = trunk(hip, mix(38.0, 90.0, p));
    Pose { shoulder, hip, knee: [mix(8.0, 1.0, p), mix(44.0, 46.0, p)], ankle: [0.0, 8.0], hand: [shoulder[0], shoulder[1] - ARM] }
}

/// Standing up with empty hands, which come to rest on the hips.
fn rise(p: f64) -> Pose {
    let pose = hinge(p);
    Pose { hand: [pose.hand[0] + 10.0 * p, pose.hand[1] + 22.0 * p], ..pose }
}

fn exercise(what: Exercise, p: f64) -> Pose {
    let stand = hinge(1.0);
    match what {
        Exercise::Squat => {
            let hip = [mix(-25.0, 0.0, p), mix(46.0, HIP, p)];
            let shoulder = trunk(hip, mix(62.0, 88.0, p));
            Pose { shoulder, hip, knee: [mix(18.0, 1.0, p), 46.0], hand: [shoulder[0] - 4.0, shoulder[1] - 6.0], ..stand }
        }
        Exercise::BenchPress => {
            Pose { shoulder: [-55.0, 46.0], hip: [-5.0, 45.0], knee: [30.0, 48.0], ankle: [38.0, 8.0], hand: [-54.0, mix(54.0, 100.0, p)] }
        }
        Exercise::Row => {
            let hip = [-22.0, 78.0];
            let shoulder = trunk(hip, 22.0);
            Pose { shoulder, hip, knee: [4.0, 45.0], hand: [shoulder[0] - 8.0 * p, shoulder[1] - mix(ARM, 26.0, p)], ..stand }
        }
        Exercise::Clean => {
            let low = hinge((2.0 * p).min(1.0));
            let hand = [
                mix(low.hand[0], low.shoulder[0] + 6.0, smooth(2.0 * p - 1.0)),
                mix(low.hand[1], low.shoulder[1] - 4.0, smooth(2.0 * p - 1.0)),
            ];
            Pose { hand, ..low }
        }
        Exercise::Press => Pose { hand: [stand.shoulder[0] + 4.0, stand.shoulder[1] + mix(-6.0, 58.0, p)], ..stand },
        Exercise::PullUp => {
            let up = mix(0.0, 45.0, p);
            let lift = |[x, y]: [f64; 2]| [x, y + 30.0 + up];
            Pose {
                shoulder: lift(stand.shoulder),
                hip: lift(stand.hip),
                knee: lift(stand.knee),
                ankle: lift(stand.ankle),
                hand: [0.0, stand.shoulder[1] + 30.0 + 58.0],
            }
        }
        Exercise::Swing => {
            let hip = [mix(-22.0, 0.0, p), mix(76.0, HIP, p)];
            let shoulder = trunk(hip, mix(40.0, 90.0, p));
            let arm = mix(-110.0, -8.0, p).to_radians();
            Pose { shoulder, hip, hand: [shoulder[0] + ARM * arm.cos(), shoulder[1] + ARM * arm.sin()], ..hinge(p) }
        }
        Exercise::Carry => stand,
    }
}

impl Film {
    pub fn new(seed: u64) -> Film {
        let video = VideoInfo {
            file_name: "monday.mp4".into(),
            sha256: "5e".repeat(32),
            width_px: WIDTH,
            height_px: HEIGHT,
            frames: 0,
            duration_s: 0.0,
            mean_fps: FPS,
            variable_frame_rate: false,
            rotation_deg: 0,
            created: None,
            capture_fps: None,
            picture: RectPx { x_px: 0.0, y_px: 0.0, width_px: f64::from(WIDTH), height_px: f64::from(HEIGHT) },
            truncated: false,
        };
        let track = Track {
            schema: TRACK_SCHEMA.into(),
            program_version: "0.1.0".into(),
            model: ModelInfo { name: "heavy".into(), sha256: "9c".repeat(32) },
            video,
            skeleton: "blazepose-33".into(),
            lifter: LifterInfo { persons_seen: 1, chosen_by: ChosenBy::Only, overlap_share: 0.0 },
            scene: SceneInfo::default(),
            recording: None,
            frames: vec![],
        };
        Film { track, truth: vec![], random: Random::new(seed), bar_x_cm: ANNA.x_cm, plate: true }
    }

    /// Nothing round is in the hands: a kettlebell.
    pub fn without_plate(mut self) -> Film {
        self.plate = false;
        self
    }

    pub fn now_s(&self) -> f64 {
        self.track.frames.len() as f64 / FPS
    }

    /// What was filmed, whole.
    pub fn done(mut self) -> (Track, Vec<Truth>) {
        let n = self.track.frames.len();
        self.track.video.frames = n as u32;
        self.track.video.duration_s = n as f64 / FPS;
        (self.track, self.truth)
    }

    fn frame(&mut self, who: Option<(Who, Pose)>, bar_cm: Option<[f64; 2]>) {
        let mut noise = |px: f64| px * self.random.normal();
        let pose = who.map(|(who, p)| {
            let image = |[x, y]: [f64; 2]| [(who.x_cm + x * who.size) * PX_PER_CM, GROUND_Y - y * who.size * PX_PER_CM];
            let elbow = [0.5 * (p.shoulder[0] + p.hand[0]), 0.5 * (p.shoulder[1] + p.hand[1])];
            let ear = [p.shoulder[0] + 4.0, p.shoulder[1] + 22.0];
            let points = [ear, p.shoulder, elbow, p.hand, p.hip, p.knee, p.ankle, [-6.0, 2.0], [19.0, 2.0]];
            let mut landmarks = vec![LandmarkObs { x_px: 0.0, y_px: 0.0, visibility: 0.0 }; 33];
            for (first, point) in [7, 11, 13, 15, 23, 25, 27, 29, 31].into_iter().zip(points) {
                let [x, y] = image(point);
                for k in 0..2 {
                    landmarks[first + k] = LandmarkObs { x_px: x + noise(1.0), y_px: y + noise(1.0), visibility: 0.95 };
                }
            }
            landmarks[0] = LandmarkObs { visibility: 0.95, ..landmarks[7] };
            PoseObs { score: 0.98, landmarks, outline: vec![], mask_cell_px: 3.0 }
        });
        let plate = bar_cm.filter(|_| self.plate).map(|[x, y]| PlateObs {
            x_px: x * PX_PER_CM + noise(0.3),
            y_px: GROUND_Y - y * PX_PER_CM + noise(0.3),
            major_px: PLATE_CM * PX_PER_CM,
            minor_px: PLATE_CM * PX_PER_CM * 0.99,
            angle_deg: 90.0,
            coverage: 0.9,
            sigma_px: 0.5,
        });
        let n = self.track.frames.len();
        self.track.frames.push(FrameObs { index: n as u32, time_s: n as f64 / FPS, pose, plate, camera_shift_px: None });
    }

    fn floor(&self) -> Option<[f64; 2]> {
        Some([self.bar_x_cm, PLATE_CM])
    }

    /// From pose to pose; the bar in the hands or on the floor.
    fn go(&mut self, who: Who, seconds: f64, held: bool, at: impl Fn(f64) -> Pose) {
        let n = (seconds * FPS) as usize;
        for i in 0..n {
            let pose = at(smooth(i as f64 / n.max(1) as f64));
            let hand = [who.x_cm + pose.hand[0] * who.size, pose.hand[1] * who.size];
            let bar = if held { Some(hand) } else { self.floor() };
            self.frame(Some((who, pose)), bar);
        }
    }

    fn begin(&mut self, who: Who) {
        let low = hinge(0.0).hand;
        self.bar_x_cm = who.x_cm + low[0] * who.size;
    }

    /// A set of deadlifts with its set-up and the standing after.
    pub fn set(mut self, who: Who, lifter: u32, reps: u32) -> Film {
        self.begin(who);
        self.go(who, 1.5, false, |_| hinge(1.0));
        self.go(who, 1.5, false, |p| hinge(1.0 - p));
        self.go(who, 1.0, false, |_| hinge(0.0));
        let from = self.now_s();
        let mut to = from;
        for _ in 0..reps {
            self.go(who, 1.4, true, hinge);
            self.go(who, 0.8, true, |_| hinge(1.0));
            self.go(who, 1.4, true, |p| hinge(1.0 - p));
            to = self.now_s();
            self.go(who, 1.4, false, |_| hinge(0.0));
        }
        self.go(who, 1.0, false, rise);
        self.go(who, 1.0, false, |_| rise(1.0));
        self.truth.push(Truth { exercise: None, span_s: [from, to], reps, lifter });
        self
    }

    /// Another exercise, so many times, at so many seconds each.
    pub fn other(mut self, who: Who, what: Exercise, times: u32) -> Film {
        let half = if what == Exercise::Swing { 0.7 } else { 1.2 };
        let from = self.now_s();
        let fetched = matches!(what, Exercise::Clean);
        self.begin(who);
        if fetched {
            self.go(who, 1.5, false, |p| hinge(1.0 - p));
        }
        let bar = !matches!(what, Exercise::PullUp);
        // Each begins where it ends: at the top, or lying and hanging at the bottom.
        let bottom_first = matches!(what, Exercise::Clean | Exercise::Row | Exercise::PullUp | Exercise::Press);
        for _ in 0..times {
            for up in [bottom_first, !bottom_first] {
                self.go(who, half, bar, |p| exercise(what, if up { p } else { 1.0 - p }));
                self.go(who, 0.2, bar, |_| exercise(what, f64::from(u8::from(up))));
            }
        }
        let to = self.now_s();
        self.truth.push(Truth { exercise: Some(what), span_s: [from, to], reps: times, lifter: 0 });
        self
    }

    /// Picks the load up, walks with it, puts it down.
    pub fn carry(mut self, who: Who, metres: f64) -> Film {
        self.begin(who);
        self.go(who, 1.2, false, |p| hinge(1.0 - p));
        let from = self.now_s();
        self.go(who, 1.4, true, hinge);
        let n = (metres * 1.2 * FPS) as usize;
        let there = Who { x_cm: who.x_cm + 100.0 * metres, ..who };
        for i in 0..n {
            let here = Who { x_cm: mix(who.x_cm, there.x_cm, i as f64 / n as f64), ..who };
            let pose = hinge(1.0);
            let hand = [here.x_cm + pose.hand[0] * who.size, pose.hand[1] * who.size];
            self.frame(Some((here, pose)), Some(hand));
        }
        self.go(there, 1.4, true, |p| hinge(1.0 - p));
        self.begin(there);
        let to = self.now_s();
        self.go(there, 1.2, false, hinge);
        self.truth.push(Truth { exercise: Some(Exercise::Carry), span_s: [from, to], reps: 1, lifter: 0 });
        self
    }

    /// Nobody is in the picture.
    pub fn empty(mut self, seconds: f64) -> Film {
        for _ in 0..(seconds * FPS) as usize {
            let floor = self.floor();
            self.frame(None, floor);
        }
        self
    }

    /// Somebody stands by the bar.
    pub fn stand(mut self, who: Who, seconds: f64) -> Film {
        self.go(who, seconds, false, |_| hinge(1.0));
        self
    }

    /// Walks off to the right, waits, comes back.
    pub fn walk(mut self, who: Who, seconds: f64) -> Film {
        let n = (seconds * FPS) as usize;
        for i in 0..n {
            let t = i as f64 / FPS;
            let away = 150.0 * smooth(t / 2.0) * smooth((seconds - t) / 2.0);
            let mut pose = hinge(1.0);
            // The arms swing with the steps.
            pose.hand[0] += 14.0 * (4.0 * t).sin();
            pose.hand[1] += 4.0 * (8.0 * t).sin().abs();
            let floor = self.floor();
            self.frame(Some((Who { x_cm: who.x_cm + away, ..who }, pose)), floor);
        }
        self
    }

    /// Bends down and comes up again without the bar.
    pub fn fiddle(mut self, who: Who) -> Film {
        self.go(who, 1.2, false, |p| rise(1.0 - p));
        self.go(who, 1.0, false, |_| rise(0.0));
        self.go(who, 1.2, false, rise);
        self
    }

    /// A picture of somebody bent over, with arms that are guessed anew all the time.
    pub fn jitter(mut self, who: Who, seconds: f64) -> Film {
        for _ in 0..(seconds * FPS / 6.0) as usize {
            let mut pose = hinge(0.1);
            pose.hand[1] += 25.0 * self.random.normal();
            self.go(who, 6.0 / FPS, false, |_| pose);
        }
        self
    }

    /// Another shot begins.
    pub fn cut(mut self) -> Film {
        let now = self.now_s();
        self.track.scene.cuts_s.push(now);
        self
    }
}
