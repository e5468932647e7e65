//! Whose head or feet the picture cuts off (SPEC 4.4).

use super::landmarks::RawPoses;
use super::{Joint, Side};
use crate::numeric::median;
use crate::track::RectPx;

/// A trunk this much shorter than usual, its shoulders this near to the picture's upper edge (both in times of its usual length), was
/// pressed into the picture by the network: the head is outside. Of 88 kept tracks it is so in none whose head stays inside.
const PRESSED: f64 = 0.6;
const NEAR_EDGE: f64 = 0.75;

/// Share of poses whose head or both feet lie outside the picture.
pub fn share(picture: &RectPx, raw: &RawPoses) -> f64 {
    let n = raw.len();
    let usual = median((0..n).filter_map(|n| raw.trunk_px(None, n))).unwrap_or(0.0);
    let pressed = |n: usize| {
        let below = raw.middle(Joint::Shoulder, n).map(|shoulder| shoulder[1] - picture.y_px);
        raw.trunk_px(None, n).zip(below).is_some_and(|(long, below)| long < PRESSED * usual && below < NEAR_EDGE * usual)
    };
    let out = |side, joint, n: usize| raw.at(side, joint, n).is_some_and(|p| !picture.contains(p[0], p[1]));
    let both = |joint, n| out(Side::Left, joint, n) && out(Side::Right, joint, n);
    let cut = (0..n).filter(|&n| both(Joint::Ear, n) || both(Joint::Ankle, n) || pressed(n)).count();
    cut as f64 / n.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::landmarks::Rows;

    const PICTURE: RectPx = RectPx { x_px: 0.0, y_px: 0.0, width_px: 480.0, height_px: 500.0 };

    /// Ear, shoulder, hip, ankle, both sides alike.
    fn poses(frames: &[[[f64; 2]; 4]]) -> RawPoses {
        let row = |k: usize| frames.iter().map(|f| [f[k][0], f[k][1], 1.0]).collect();
        let times = (0..frames.len()).map(|i| i as f64 / 25.0).collect();
        let rows = Rows::of(|_, joint| [Joint::Ear, Joint::Shoulder, Joint::Hip, Joint::Ankle].iter().position(|j| *j == joint));
        RawPoses { time_s: times, frame: (0..frames.len()).collect(), landmarks: (0..4).map(row).collect(), rows, swapped: 0 }
    }

    const BENT: [[f64; 2]; 4] = [[110.0, 84.0], [200.0, 85.0], [346.0, 119.0], [276.0, 300.0]];

    #[test]
    fn a_lifter_inside_the_picture_is_whole() {
        let upright = [[230.0, 60.0], [240.0, 110.0], [250.0, 255.0], [260.0, 450.0]];
        assert_eq!(share(&PICTURE, &poses(&[BENT, upright, upright])), 0.0);
    }

    #[test]
    fn ears_or_feet_outside_and_a_trunk_pressed_under_the_edge_are_cut_off() {
        let ears_out = [[189.0, -15.0], [215.0, 8.0], [250.0, 150.0], [276.0, 300.0]];
        let feet_out = [[230.0, 160.0], [240.0, 210.0], [250.0, 355.0], [260.0, 505.0]];
        let pressed = [[235.0, 85.0], [240.0, 78.0], [236.0, 103.0], [270.0, 300.0]];
        for cut in [ears_out, feet_out, pressed] {
            assert_eq!(share(&PICTURE, &poses(&[BENT, BENT, BENT, cut])), 0.25);
        }
        // As short in the middle of the picture it is somebody bending towards the camera.
        let towards = pressed.map(|[x, y]| [x, y + 150.0]);
        assert_eq!(share(&PICTURE, &poses(&[BENT, BENT, BENT, towards])), 0.0);
    }
}
