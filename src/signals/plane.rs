//! Between image and gravity-aligned plane (SPEC 3.2).

/// Turns image coordinates into plane coordinates: x forward, y up, in px.
#[derive(Debug, Clone, Copy)]
pub struct Plane {
    sin: f64,
    cos: f64,
    /// +1 when the lifter faces right.
    facing: f64,
}

impl Plane {
    /// `roll_deg`: + = the picture is turned clockwise.
    pub fn new(roll_deg: f64, facing: f64) -> Plane {
        let (sin, cos) = roll_deg.to_radians().sin_cos();
        Plane { sin, cos, facing }
    }

    /// +1 when the lifter faces right, −1 when left.
    pub fn facing(&self) -> f64 {
        self.facing
    }

    /// (forward, up) of an image point; the origin is the picture's top left corner.
    pub fn from_image(&self, x_px: f64, y_px: f64) -> [f64; 2] {
        [self.facing * (x_px * self.cos + y_px * self.sin), x_px * self.sin - y_px * self.cos]
    }

    /// Image point of (forward, up).
    pub fn to_image(&self, forward_px: f64, up_px: f64) -> [f64; 2] {
        let right = self.facing * forward_px;
        [right * self.cos + up_px * self.sin, right * self.sin - up_px * self.cos]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_point_for_any_roll_and_facing() {
        for (roll, facing) in [(0.0, 1.0), (4.0, -1.0), (-7.5, 1.0)] {
            let plane = Plane::new(roll, facing);
            let [f, u] = plane.from_image(321.0, 123.0);
            let [x, y] = plane.to_image(f, u);
            assert!((x - 321.0).abs() < 1e-9 && (y - 123.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_picture_turned_clockwise_shows_uprights_leaning_right() {
        let roll: f64 = 5.0;
        let (sin, cos) = roll.to_radians().sin_cos();
        // An upright post of 100 px from (50, 200).
        let plane = Plane::new(roll, 1.0);
        let foot = plane.from_image(50.0, 200.0);
        let top = plane.from_image(50.0 + 100.0 * sin, 200.0 - 100.0 * cos);
        assert!((top[0] - foot[0]).abs() < 1e-9 && (top[1] - foot[1] - 100.0).abs() < 1e-9);
    }
}
