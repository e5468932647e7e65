//! Regions of interest and the maps between frame and crop.

use crate::track::RectPx;

/// A rotated square in the frame, around one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Roi {
    pub x_px: f64,
    pub y_px: f64,
    /// Side, px.
    pub size_px: f64,
    /// Clockwise turn of the square in the picture that makes the person upright in the crop, radians.
    pub rotation_rad: f64,
}

impl Roi {
    /// BlazePose's square: centred on the hips, 1.25 times the circle around them through `scale_point`,
    /// turned so that `scale_point` is straight above.
    pub fn from_axis(hips: [f64; 2], scale_point: [f64; 2]) -> Self {
        let (dx, dy) = (scale_point[0] - hips[0], scale_point[1] - hips[1]);
        Roi {
            x_px: hips[0],
            y_px: hips[1],
            size_px: 2.0 * 1.25 * dx.hypot(dy),
            rotation_rad: std::f64::consts::FRAC_PI_2 - (-dy).atan2(dx),
        }
    }

    /// Distance of the centres.
    pub fn distance_px(&self, other: &Roi) -> f64 {
        (self.x_px - other.x_px).hypot(self.y_px - other.y_px)
    }

    /// The upright square around the same centre.
    pub fn bounds(&self) -> RectPx {
        RectPx {
            x_px: self.x_px - self.size_px / 2.0,
            y_px: self.y_px - self.size_px / 2.0,
            width_px: self.size_px,
            height_px: self.size_px,
        }
    }

    /// Map from a crop of `width` × `height` cells, whose height spans the region, to the frame.
    pub fn frame_from_crop(&self, width: usize, height: usize) -> Affine {
        let k = self.size_px / height as f64;
        let (c, s) = (self.rotation_rad.cos() * k, self.rotation_rad.sin() * k);
        let (u, v) = (width as f64 / 2.0, height as f64 / 2.0);
        Affine([c, -s, self.x_px - c * u + s * v, s, c, self.y_px - s * u - c * v])
    }

    /// Finite and of a size that can be cropped.
    pub fn is_usable(&self) -> bool {
        [self.x_px, self.y_px, self.rotation_rad].iter().all(|v| v.is_finite()) && (4.0..1e5).contains(&self.size_px)
    }

    /// Between two regions, `share` of the way to `other` (0…1; above 1 beyond it); turns the short way round.
    pub fn towards(&self, other: &Roi, share: f64) -> Roi {
        let mix = |a: f64, b: f64| a + (b - a) * share;
        let turn = other.rotation_rad - self.rotation_rad;
        let turn = turn - std::f64::consts::TAU * (turn / std::f64::consts::TAU).round();
        Roi {
            x_px: mix(self.x_px, other.x_px),
            y_px: mix(self.y_px, other.y_px),
            size_px: mix(self.size_px, other.size_px),
            rotation_rad: self.rotation_rad + turn * share,
        }
    }
}

/// x' = m0·x + m1·y + m2, y' = m3·x + m4·y + m5.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine(pub [f64; 6]);

impl Affine {
    pub fn apply(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let m = &self.0;
        [m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]]
    }

    /// `None` for a map that flattens the plane.
    pub fn inverse(&self) -> Option<Affine> {
        let [a, b, c, d, e, f] = self.0;
        let det = a * e - b * d;
        (det.abs() > 1e-12).then(|| {
            let (ia, ib, id, ie) = (e / det, -b / det, -d / det, a / det);
            Affine([ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f)])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_axis_points_up_in_the_crop() {
        let roi = Roi::from_axis([300.0, 200.0], [400.0, 200.0]);
        assert!((roi.size_px - 250.0).abs() < 1e-9);
        let crop_from_frame = roi.frame_from_crop(256, 256).inverse().unwrap();
        let [u, v] = crop_from_frame.apply([400.0, 200.0]);
        assert!((u - 128.0).abs() < 1e-9 && (v - (128.0 - 102.4)).abs() < 1e-9, "{u} {v}");
    }

    #[test]
    fn half_way_turns_the_short_way() {
        let at = |rotation_rad| Roi { x_px: 0.0, y_px: 0.0, size_px: 10.0, rotation_rad };
        let mid = at(3.0).towards(&at(-3.0), 0.5).rotation_rad;
        assert!((mid.abs() - std::f64::consts::PI).abs() < 1e-9, "{mid}");
    }

    proptest! {
        #[test]
        fn frame_from_crop_and_back_is_where_it_was(
            x in -500.0..3000.0f64, y in -500.0..3000.0f64, size in 20.0..3000.0f64, turn in -7.0..7.0f64,
            u in -50.0..300.0f64, v in -50.0..300.0f64,
        ) {
            let frame_from_crop = Roi { x_px: x, y_px: y, size_px: size, rotation_rad: turn }.frame_from_crop(192, 256);
            let crop_from_frame = frame_from_crop.inverse().unwrap();
            let [u2, v2] = crop_from_frame.apply(frame_from_crop.apply([u, v]));
            prop_assert!((u - u2).abs() < 1e-6 && (v - v2).abs() < 1e-6);
        }
    }
}
