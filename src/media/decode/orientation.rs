//! How a coded picture is turned and mirrored for showing.

use opencv::core::{self, Mat};

/// Transposed first, then mirrored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orientation {
    pub transpose: bool,
    pub flip_x: bool,
    pub flip_y: bool,
}

impl Orientation {
    /// From a display matrix x' = a x + c y, y' = b x + d y. Angles between the quarter turns go to the nearest.
    pub fn of_matrix(matrix: &[i32; 9]) -> Self {
        let [a, b, _, c, d, ..] = *matrix;
        let transpose = b.unsigned_abs() > a.unsigned_abs();
        let (x, y) = if transpose { (c, b) } else { (a, d) };
        Orientation { transpose, flip_x: x < 0, flip_y: y < 0 }
    }

    /// The clockwise turn in it, degrees; what is left of it is a mirror.
    pub fn clockwise_deg(self) -> i32 {
        match (self.transpose, self.flip_x, self.flip_y) {
            (false, _, false) => 0,
            (false, _, true) => 180,
            (true, true, _) => 90,
            (true, false, _) => 270,
        }
    }

    /// The shown picture of a coded one.
    pub fn apply(self, coded: &Mat) -> opencv::Result<Mat> {
        use opencv::prelude::*;
        let mut shown = Mat::default();
        match (self.transpose, self.flip_x, self.flip_y) {
            (false, false, false) => coded.copy_to(&mut shown)?,
            (false, true, false) => core::flip(coded, &mut shown, 1)?,
            (false, false, true) => core::flip(coded, &mut shown, 0)?,
            (false, true, true) => core::rotate(coded, &mut shown, core::ROTATE_180)?,
            (true, false, false) => core::transpose(coded, &mut shown)?,
            (true, true, false) => core::rotate(coded, &mut shown, core::ROTATE_90_CLOCKWISE)?,
            (true, false, true) => core::rotate(coded, &mut shown, core::ROTATE_90_COUNTERCLOCKWISE)?,
            (true, true, true) => {
                let mut turned = Mat::default();
                core::transpose(coded, &mut turned)?;
                core::rotate(&turned, &mut shown, core::ROTATE_180)?;
            }
        }
        Ok(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opencv::prelude::*;

    /// Every pixel goes where the matrix sends it.
    #[test]
    fn all_eight_ways_follow_the_matrix() {
        const ONE: i32 = 1 << 16;
        let coded = Mat::from_slice_2d(&[[1u8, 2, 3], [4, 5, 6]]).unwrap();
        for [a, b, c, d] in
            [[1, 0, 0, 1], [-1, 0, 0, 1], [1, 0, 0, -1], [-1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0], [0, -1, 1, 0], [0, -1, -1, 0]]
        {
            let shown = Orientation::of_matrix(&[a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30]).apply(&coded).unwrap();
            let (w, h) = if a == 0 { (2, 3) } else { (3, 2) };
            assert_eq!((shown.cols(), shown.rows()), (w, h));
            for (y, x) in (0..2).flat_map(|y| (0..3).map(move |x| (y, x))) {
                let (sx, sy) = (a * x + c * y, b * x + d * y);
                let to = (if a + c < 0 { w - 1 + sx } else { sx }, if b + d < 0 { h - 1 + sy } else { sy });
                assert_eq!(shown.at_2d::<u8>(to.1, to.0).unwrap(), coded.at_2d::<u8>(y, x).unwrap(), "{a} {b} {c} {d}");
            }
        }
    }

    #[test]
    fn a_phones_turns_are_told() {
        const ONE: i32 = 1 << 16;
        let turn = |a: i32, b: i32| Orientation::of_matrix(&[a * ONE, b * ONE, 0, -b * ONE, a * ONE, 0, 0, 0, 1 << 30]).clockwise_deg();
        assert_eq!([turn(1, 0), turn(0, 1), turn(-1, 0), turn(0, -1)], [0, 90, 180, 270]);
    }
}
