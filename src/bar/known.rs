//! What a first path through the clip tells of the plate: its rings, where it lies, and how it hangs in the hands.

use super::Candidate;
use super::floor::{Floor, typical_radius};
use super::rings::{Rings, concentric};
use crate::numeric::median;

/// What the pose says about one frame, to tell the lifter's plate from others.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hint {
    /// Middle of the visible wrists, frame px.
    pub hands_px: Option<[f64; 2]>,
    /// Up to so far beside the hands the near plate stands in the picture, plate radii, + to the right: 0 in an exact side view.
    pub beside_radii: f64,
}

/// A ring is no smaller than this share of the disc that was followed.
const LEAST_OF_TYPICAL: f64 = 0.55;
/// So many frames off the floor tell how the plate hangs in the hands.
const HANGING_FRAMES: usize = 8;
/// A ring of another size than this much (natural logarithm) is none of the plate's.
const SAME_LN: f64 = 0.05;

pub(super) struct Known {
    pub floor: Floor,
    pub radius_px: f64,
    rings_px: Vec<f64>,
    /// From the hands to the plate's middle, px: a plate beside the lifter stands elsewhere in the picture than the hands do.
    from_hands_px: Option<[f64; 2]>,
}

impl Known {
    pub fn of(first: &[Option<Candidate>], candidates: &[Vec<Candidate>], hints: &[Hint]) -> Option<Known> {
        let radius_px = typical_radius(first)?;
        let floor = Floor::under(first, radius_px)?;
        let mut rings_px = Rings::around(first, candidates, radius_px, LEAST_OF_TYPICAL).radii_px(first, candidates);
        if rings_px.iter().all(|r| (r / radius_px).ln().abs() > SAME_LN) {
            rings_px.push(radius_px);
        }
        let hanging = first.iter().zip(hints).filter_map(|(c, hint)| Some((c.as_ref().filter(|c| !floor.holds(c))?, hint.hands_px?)));
        let apart: Vec<[f64; 2]> = hanging.map(|(c, [x, y])| [c.x_px - x, c.y_px - y]).collect();
        let middle = |axis: usize| median(apart.iter().map(|a| a[axis])).filter(|_| apart.len() >= HANGING_FRAMES);
        Some(Known { floor, radius_px, rings_px, from_hands_px: middle(0).zip(middle(1)).map(|(x, y)| [x, y]) })
    }

    /// How far a disc's size is from the nearest ring's, natural logarithm.
    pub fn size_off_ln(&self, c: &Candidate) -> f64 {
        self.rings_px.iter().map(|r| (c.radius_px / r).ln().abs()).fold(f64::INFINITY, f64::min)
    }

    /// How far a disc is from where the hands hold it, radii, across and down.
    pub fn off_hands(&self, c: &Candidate, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let [right, down] = self.from_hands_px?;
        Some([(c.x_px - x - right) / self.radius_px, (c.y_px - y - down) / self.radius_px])
    }

    /// Share seen of the plate's other rings around a disc, the best one's; 0 where there is none.
    pub fn other_ring(&self, c: &Candidate, all: &[Candidate]) -> f64 {
        let other =
            |k: &&Candidate| (k.radius_px / c.radius_px).ln().abs() > 2.0 * SAME_LN && self.size_off_ln(k) < SAME_LN && concentric(k, c);
        all.iter().filter(other).map(|k| k.coverage).fold(0.0, f64::max)
    }
}
