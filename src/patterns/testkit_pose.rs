//! The made-up lifter's posture at one moment, and where a camera sees it. Lengths in cm, angles in degrees.

/// px per cm of the body and of the near plate.
const BODY: f64 = 4.0;
const PLATE: f64 = 4.8;
const ORIGIN: f64 = 500.0;
/// Height of the camera: both planes meet at the horizon.
const CAMERA: f64 = 100.0;

/// The lifter at one moment.
#[derive(Clone, Copy, Default)]
pub struct Pose {
    pub hip: [f64; 2],
    pub shoulder: [f64; 2],
    pub trunk_deg: f64,
    pub arm_deg: f64,
    pub bar: [f64; 2],
    pub back: f64,
    pub heel_up: f64,
    pub head_deg: f64,
    /// Shoulder ahead of where trunk and head would have it.
    pub roll: f64,
}

/// Between two postures, the bar as in the second.
pub fn mix(a: &Pose, b: &Pose, k: f64) -> Pose {
    let m = |x: f64, y: f64| x + (y - x) * k;
    Pose {
        hip: [m(a.hip[0], b.hip[0]), m(a.hip[1], b.hip[1])],
        shoulder: [m(a.shoulder[0], b.shoulder[0]), m(a.shoulder[1], b.shoulder[1])],
        trunk_deg: m(a.trunk_deg, b.trunk_deg),
        arm_deg: m(a.arm_deg, b.arm_deg),
        bar: b.bar,
        back: m(a.back, b.back),
        heel_up: 0.0,
        head_deg: 0.0,
        roll: 0.0,
    }
}

/// All joints at one moment in the order of [`Joint`], the bar, and what is not a point.
pub struct Moment {
    pub joints: [[f64; 2]; 9],
    pub bar: [f64; 2],
    pub back: f64,
    /// Tilt of the upper back.
    pub tilt_deg: f64,
}

impl Pose {
    /// Where the joints of a lifter of stature `h` are whose middle of the foot lies `mid_foot` ahead of the ankle.
    pub fn joints(h: f64, mid_foot: f64) -> impl Fn(&Pose) -> Moment {
        let (shank, thigh, upper, foot) = (0.246 * h, 0.245 * h, 0.186 * h, 0.152 * h);
        // As people read: the arm's line puts the bar further ahead of the foot than it is.
        let heel_x = mid_foot - crate::config::Instrument::default().mid_foot.bias - 0.5 * foot;
        move |p: &Pose| {
            let ankle = [0.0, 0.039 * h];
            let head = (p.trunk_deg + p.head_deg).to_radians();
            // The arm's line passes the bar 2 cm in front: it lies in the fingers.
            let (reach, drop) = (p.bar[0] + 2.0 - p.shoulder[0], p.shoulder[1] - p.bar[1] - 22.5);
            let elbow = [p.shoulder[0] + upper * reach / (0.377 * h), p.shoulder[1] - upper * drop / (0.377 * h)];
            let ear = [p.shoulder[0] - p.roll + 0.12 * h * head.cos(), p.shoulder[1] + 0.12 * h * head.sin()];
            Moment {
                joints: [
                    ear,
                    p.shoulder,
                    elbow,
                    [p.bar[0], 22.5 + p.bar[1]],
                    p.hip,
                    knee(ankle, p.hip, shank, thigh),
                    ankle,
                    [heel_x, p.heel_up],
                    [heel_x + foot, 0.0],
                ],
                bar: p.bar,
                back: p.back,
                tilt_deg: p.trunk_deg + 8.0,
            }
        }
    }
}

/// Two-link leg, knee forward.
fn knee(ankle: [f64; 2], hip: [f64; 2], shank: f64, thigh: f64) -> [f64; 2] {
    let (dx, dy) = (hip[0] - ankle[0], hip[1] - ankle[1]);
    let d = dx.hypot(dy).min(shank + thigh - 1e-6);
    let bend = ((shank * shank + d * d - thigh * thigh) / (2.0 * shank * d)).clamp(-1.0, 1.0).acos();
    let direction = dy.atan2(dx) - bend;
    [ankle[0] + shank * direction.cos(), ankle[1] + shank * direction.sin()]
}

/// Plane px of the body's points.
pub fn body_px(cm: [f64; 2]) -> [f64; 2] {
    [ORIGIN + BODY * cm[0], ORIGIN + BODY * (cm[1] - CAMERA)]
}

/// Plane px of the near plate's centre.
pub fn plate_px(cm: [f64; 2]) -> [f64; 2] {
    // The near plate is nearer to the camera: larger by its scale, shifted by parallax.
    [ORIGIN + 37.0 + PLATE * cm[0], ORIGIN + PLATE * (22.5 + cm[1] - CAMERA)]
}

/// px per cm of the body and of the near plate.
pub const SCALES: (f64, f64) = (BODY, PLATE);
