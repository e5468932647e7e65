//! Roll of the camera from upright lines in the background (SPEC 4.4).

use super::lines::Lines;

/// Lines count that are at least this share of the picture's height long, and lean at most so much.
const LEAST_LENGTH: f64 = 0.06;
const STEEPEST_LEAN_DEG: f64 = 12.0;
/// Share of the picture's width along its borders where a line may be the border of a picture pasted into another.
const MARGIN: f64 = 0.025;
/// How well uprights stand upright, and how well the lean of a line as long as the picture is high is read.
const UPRIGHT_SIGMA_DEG: f64 = 0.3;
const READ_SIGMA_DEG: f64 = 0.05;
/// Lines converge when the camera is pitched: lean per longer picture side, as for a pitch of 5° and a usual lens.
const CONVERGENCE_SIGMA_DEG: f64 = 6.4;
/// Cameras are held this level.
const HELD_SIGMA_DEG: f64 = 4.0;
/// A line this far from the fit belongs to something that is not upright.
const AGREES_DEG: f64 = 0.7;
/// Least share of the lines that agree, their least length together (picture heights), and in how many places
/// (of this width, longer sides) they stand.
const SHARE: f64 = 0.45;
const LENGTH: f64 = 0.12;
const PLACES: usize = 2;
const PLACE_WIDTH: f64 = 0.03;
/// Walls and racks are built, and lenses drawn, no better than this.
const FLOOR_SIGMA_DEG: f64 = 0.5;
/// A roll that is known worse than this is not known.
const WORST_SIGMA_DEG: f64 = 1.25;

/// One near-vertical line: place from the picture's middle (longer sides), lean (degrees, + = to the right) and
/// length (picture heights); where its middle is in the frame, px, and when.
#[derive(Debug, Clone, Copy)]
struct Upright {
    time_s: f64,
    place_px: [f64; 2],
    x: f64,
    lean_deg: f64,
    length: f64,
}

impl Upright {
    fn off(&self, [middle, slope]: [f64; 2]) -> f64 {
        self.lean_deg - middle - slope * self.x
    }

    fn variance(&self) -> f64 {
        UPRIGHT_SIGMA_DEG.powi(2) + (READ_SIGMA_DEG / self.length).powi(2)
    }
}

/// Gathers near-vertical lines over several frames. Lines converge with pitch, so their lean is
/// fitted against their place and read at the picture's middle.
#[derive(Default)]
pub struct RollWatch {
    lines: Vec<Upright>,
    looks: usize,
}

impl RollWatch {
    pub fn see(&mut self, time_s: f64, lines: &Lines) {
        self.looks += 1;
        let (height, longer, picture) = (lines.gray.height as f64, lines.longer_px(), lines.picture);
        for &[x0, y0, x1, y1] in &lines.segments {
            let flip = y0 > y1;
            let (top, foot) = if flip { ([x1, y1], [x0, y0]) } else { ([x0, y0], [x1, y1]) };
            let (dx, dy) = (top[0] - foot[0], foot[1] - top[1]);
            let (length, lean_deg) = (dx.hypot(dy) / height, dx.atan2(dy).to_degrees());
            if length < LEAST_LENGTH || lean_deg.abs() > STEEPEST_LEAN_DEG {
                continue;
            }
            let place_px = lines.in_frame([0, 1].map(|axis| (top[axis] + foot[axis]) / 2.0));
            let x = place_px[0] - picture.x_px - picture.width_px / 2.0;
            if (x / picture.width_px).abs() < 0.5 - MARGIN {
                self.lines.push(Upright { time_s, place_px, x: x / longer, lean_deg, length });
            }
        }
    }

    /// Looks so far.
    pub fn looks(&self) -> usize {
        self.looks
    }

    /// Roll and its σ in degrees; + = the picture is turned clockwise (uprights lean right). Lines on people are left
    /// out: `on_somebody` is asked with a time (s) and a place (frame px).
    pub fn roll(mut self, on_somebody: impl Fn(f64, [f64; 2]) -> bool) -> Option<(f64, f64)> {
        self.lines.retain(|l| !on_somebody(l.time_s, l.place_px));
        let mut fit = self.start()?;
        let mut variance = f64::INFINITY;
        for _ in 0..15 {
            (fit, variance) = self.refit(fit)?;
        }
        let total = |lines: &mut dyn Iterator<Item = &Upright>| lines.map(|l| l.length).sum::<f64>() / self.looks as f64;
        let agrees = |l: &&Upright| l.off(fit).abs() < AGREES_DEG;
        let (all, agreeing) = (total(&mut self.lines.iter()), total(&mut self.lines.iter().filter(agrees)));
        let mut places: Vec<i64> = self.lines.iter().filter(agrees).map(|l| (l.x / PLACE_WIDTH).round() as i64).collect();
        places.sort_unstable();
        places.dedup();
        let sigma = variance.sqrt().hypot(FLOOR_SIGMA_DEG);
        (agreeing > SHARE * all && agreeing > LENGTH && places.len() >= PLACES && sigma < WORST_SIGMA_DEG).then_some((fit[0], sigma))
    }

    /// The lean at the middle and its slope that most lines agree with.
    fn start(&self) -> Option<[f64; 2]> {
        let score = |fit: [f64; 2]| {
            let held = (fit[0] / HELD_SIGMA_DEG).powi(2) + (fit[1] / CONVERGENCE_SIGMA_DEG).powi(2);
            let agree: f64 = self.lines.iter().map(|l| l.length * (-0.5 * (l.off(fit) / AGREES_DEG).powi(2)).exp()).sum();
            agree * (-0.5 * held).exp()
        };
        let grid = (-20..=20).flat_map(|a| (-15..=15).map(move |b| [0.5 * f64::from(a), f64::from(b)]));
        let best = grid.map(|fit| (score(fit), fit)).max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 > 0.0).then_some(best.1)
    }

    /// One round of a robust fit; also the variance of the lean at the middle. A line seen in every look is one line.
    fn refit(&self, fit: [f64; 2]) -> Option<([f64; 2], f64)> {
        let (mut w, mut x, mut xx, mut y, mut xy) = (0.0, 0.0, 1.0 / CONVERGENCE_SIGMA_DEG.powi(2), 0.0, 0.0);
        for l in &self.lines {
            let weight = 1.0 / (1.0 + (l.off(fit) / AGREES_DEG).powi(4)) / l.variance() / self.looks as f64;
            w += weight;
            x += weight * l.x;
            xx += weight * l.x * l.x;
            y += weight * l.lean_deg;
            xy += weight * l.x * l.lean_deg;
        }
        let det = w * xx - x * x;
        (det > 1e-9).then(|| ([(y * xx - x * xy) / det, (w * xy - x * y) / det], xx / det))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::RectPx;
    use opencv::core::{Mat, Point, Scalar};
    use opencv::imgproc;

    fn posts(lean_deg: f64, places: &[i32]) -> Lines {
        let mut frame = Mat::new_rows_cols_with_default(180, 320, opencv::core::CV_8UC3, Scalar::all(40.0)).unwrap();
        for &x in places {
            let top = Point::new(x + (160.0 * lean_deg.to_radians().tan()).round() as i32, 10);
            imgproc::line(&mut frame, Point::new(x, 170), top, Scalar::all(220.0), 2, 16, 0).unwrap();
        }
        Lines::of(&frame, RectPx { x_px: 0.0, y_px: 0.0, width_px: 320.0, height_px: 180.0 }).unwrap()
    }

    #[test]
    fn leaning_posts_give_the_roll() {
        let mut watch = RollWatch::default();
        for _ in 0..2 {
            watch.see(0.0, &posts(4.0, &[30, 100, 170, 240]));
        }
        let (roll, sigma) = watch.roll(|_, _| false).unwrap();
        assert!((roll - 4.0).abs() < 0.4 && sigma < 0.7, "{roll} ± {sigma}");
    }

    #[test]
    fn one_post_or_a_person_is_no_wall() {
        let mut watch = RollWatch::default();
        watch.see(0.0, &posts(3.0, &[100]));
        assert_eq!(watch.roll(|_, _| false), None);
        let mut watch = RollWatch::default();
        watch.see(0.0, &posts(3.0, &[120, 140, 160, 180]));
        assert_eq!(watch.roll(|_, [x, _]| (100.0..220.0).contains(&x)), None);
    }
}
