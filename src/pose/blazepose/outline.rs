//! Mask to outline: marching squares at the 0.5 level of the soft mask, then Douglas–Peucker.

use crate::numeric::stats::logistic_f32;

/// Components smaller than this share of the largest are dropped (our choice: specks of the network).
const LEAST_AREA_SHARE: f64 = 0.02;
/// Greatest distance by which simplifying may move the line, mask cells (our choice: a tenth of SPEC
/// 6.1's residual on a mask of the usual size).
const TOLERANCE_CELLS: f64 = 0.12;
const NONE: u32 = u32::MAX;

type Point = [f64; 2];

/// Traces masks of one size; buffers are reused.
pub struct Tracer {
    width: usize,
    height: usize,
    /// Inside or not, with a rim of "not" on every side, so that every outline closes.
    inside: Vec<bool>,
    /// From the grid edge where a piece of the line enters a cell to the edge where it leaves.
    next: Vec<u32>,
    starts: Vec<u32>,
}

/// Edges of a cell.
#[derive(Clone, Copy)]
enum Edge {
    Top,
    Right,
    Bottom,
    Left,
}

impl Tracer {
    pub fn new(width: usize, height: usize) -> Self {
        let cells = (width + 2) * (height + 2);
        Tracer { width, height, inside: vec![false; cells], next: vec![NONE; 2 * cells], starts: vec![] }
    }

    /// Closed polygons in cells of the mask (centres at whole numbers), largest first. Holes of the body
    /// (between arm and trunk) are polygons of their own, turning the other way: fill by the even–odd rule.
    /// `logits` is row-major; fewer values than the mask has give no outline.
    pub fn trace(&mut self, logits: &[f32]) -> Vec<Vec<Point>> {
        if logits.len() < self.width * self.height {
            return vec![];
        }
        self.mark(logits);
        self.link(logits);
        let mut polygons = self.follow(logits);
        polygons.sort_by(|a, b| area(b).abs().total_cmp(&area(a).abs()));
        let least = polygons.first().map_or(0.0, |p| area(p).abs() * LEAST_AREA_SHARE);
        polygons.retain(|p| area(p).abs() >= least);
        polygons.iter().map(|p| simplify(p, TOLERANCE_CELLS)).filter(|p| p.len() >= 3).collect()
    }

    fn stride(&self) -> usize {
        self.width + 2
    }

    fn mark(&mut self, logits: &[f32]) {
        let stride = self.stride();
        for (y, row) in logits.chunks_exact(self.width).take(self.height).enumerate() {
            for (to, &logit) in self.inside[(y + 1) * stride + 1..].iter_mut().zip(row) {
                *to = logit > 0.0;
            }
        }
    }

    fn link(&mut self, logits: &[f32]) {
        use Edge::*;
        self.next.fill(NONE);
        self.starts.clear();
        let stride = self.stride();
        for y in 0..=self.height {
            for x in 0..=self.width {
                let at = y * stride + x;
                let corners = [self.inside[at], self.inside[at + 1], self.inside[at + stride + 1], self.inside[at + stride]];
                // Top left, top right, bottom right, bottom left; the inside lies to the right of the line.
                let pieces: &[(Edge, Edge)] = match corners.map(u8::from) {
                    [0, 0, 0, 0] | [1, 1, 1, 1] => continue,
                    [1, 0, 0, 0] => &[(Top, Left)],
                    [0, 1, 0, 0] => &[(Right, Top)],
                    [0, 0, 1, 0] => &[(Bottom, Right)],
                    [0, 0, 0, 1] => &[(Left, Bottom)],
                    [0, 1, 1, 1] => &[(Left, Top)],
                    [1, 0, 1, 1] => &[(Top, Right)],
                    [1, 1, 0, 1] => &[(Right, Bottom)],
                    [1, 1, 1, 0] => &[(Bottom, Left)],
                    [1, 1, 0, 0] => &[(Right, Left)],
                    [0, 0, 1, 1] => &[(Left, Right)],
                    [1, 0, 0, 1] => &[(Top, Bottom)],
                    [0, 1, 1, 0] => &[(Bottom, Top)],
                    [1, 0, 1, 0] if self.middle(logits, x, y) => &[(Top, Right), (Bottom, Left)],
                    [1, 0, 1, 0] => &[(Top, Left), (Bottom, Right)],
                    _ if self.middle(logits, x, y) => &[(Left, Top), (Right, Bottom)],
                    _ => &[(Right, Top), (Left, Bottom)],
                };
                for &(from, to) in pieces {
                    let from = self.edge(at, from);
                    self.next[from as usize] = self.edge(at, to);
                    self.starts.push(from);
                }
            }
        }
    }

    /// Number of a cell's edge: two per grid point, the edge to its right and the one below it.
    fn edge(&self, cell: usize, edge: Edge) -> u32 {
        let number = match edge {
            Edge::Top => 2 * cell,
            Edge::Left => 2 * cell + 1,
            Edge::Right => 2 * (cell + 1) + 1,
            Edge::Bottom => 2 * (cell + self.stride()),
        };
        number as u32
    }

    /// Soft mask at a point of the rimmed grid.
    fn value(&self, logits: &[f32], x: usize, y: usize) -> f64 {
        match (1..=self.width).contains(&x) && (1..=self.height).contains(&y) {
            true => f64::from(logistic_f32(logits[(y - 1) * self.width + x - 1])),
            false => 0.0,
        }
    }

    /// Whether a cell whose corners alternate is filled in the middle.
    fn middle(&self, logits: &[f32], x: usize, y: usize) -> bool {
        let sum: f64 = [(0, 0), (1, 0), (0, 1), (1, 1)].iter().map(|&(dx, dy)| self.value(logits, x + dx, y + dy)).sum();
        sum > 2.0
    }

    fn follow(&mut self, logits: &[f32]) -> Vec<Vec<Point>> {
        let mut polygons = vec![];
        for start in std::mem::take(&mut self.starts) {
            let mut polygon = vec![];
            let mut at = start;
            while self.next[at as usize] != NONE {
                polygon.push(self.crossing(logits, at));
                at = std::mem::replace(&mut self.next[at as usize], NONE);
            }
            if polygon.len() >= 3 {
                polygons.push(polygon);
            }
        }
        polygons
    }

    /// Where the 0.5 level crosses an edge, in mask cells.
    fn crossing(&self, logits: &[f32], edge: u32) -> Point {
        let (point, downward) = (edge as usize / 2, edge % 2 == 1);
        let (x, y) = (point % self.stride(), point / self.stride());
        let (dx, dy) = if downward { (0, 1) } else { (1, 0) };
        let (a, b) = (self.value(logits, x, y), self.value(logits, x + dx, y + dy));
        // The two lie on different sides of 0.5; equal only where both round to it.
        let share = if a == b { 0.5 } else { ((a - 0.5) / (a - b)).clamp(0.0, 1.0) };
        [x as f64 + dx as f64 * share - 1.0, y as f64 + dy as f64 * share - 1.0]
    }
}

/// Signed area of a closed polygon.
pub fn area(polygon: &[Point]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0
}

/// Douglas–Peucker on a closed polygon: no dropped point lies farther than `tolerance` from the result.
pub fn simplify(polygon: &[Point], tolerance: f64) -> Vec<Point> {
    let from_start = |i: &usize| squared(polygon[*i], polygon[0]);
    let Some(far) = (1..polygon.len()).max_by(|a, b| from_start(a).total_cmp(&from_start(b))) else {
        return polygon.to_vec();
    };
    let at = |i: usize| polygon[i % polygon.len()];
    let mut keep = vec![false; polygon.len()];
    (keep[0], keep[far]) = (true, true);
    let mut open = vec![(0, far), (far, polygon.len())];
    while let Some((from, to)) = open.pop() {
        let off = |i: &usize| squared_to_segment(at(*i), at(from), at(to));
        if let Some(worst) = (from + 1..to).max_by(|a, b| off(a).total_cmp(&off(b)))
            && off(&worst) > tolerance * tolerance
        {
            keep[worst] = true;
            open.extend([(from, worst), (worst, to)]);
        }
    }
    polygon.iter().zip(keep).filter_map(|(p, k)| k.then_some(*p)).collect()
}

fn squared(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

fn squared_to_segment(p: Point, a: Point, b: Point) -> f64 {
    let length = squared(a, b);
    let along = if length > 0.0 { ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length } else { 0.0 };
    let t = along.clamp(0.0, 1.0);
    squared(p, [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const N: usize = 96;

    /// Logits whose sigmoid falls linearly across the rim of a shape given by its signed distance (+ inside).
    fn soft(distance: impl Fn(f64, f64) -> f64) -> Vec<f32> {
        (0..N * N)
            .map(|i| {
                let p = (0.5 + 0.25 * distance((i % N) as f64, (i / N) as f64)).clamp(1e-6, 1.0 - 1e-6);
                (p / (1.0 - p)).ln() as f32
            })
            .collect()
    }

    fn disc(x: f64, y: f64, r: f64) -> impl Fn(f64, f64) -> f64 {
        move |u, v| r - (u - x).hypot(v - y)
    }

    /// Points along the polygon's sides, not only its corners.
    fn along(polygon: &[Point]) -> impl Iterator<Item = Point> + '_ {
        polygon.iter().zip(polygon.iter().cycle().skip(1)).flat_map(|(a, b)| {
            (0..8).map(move |k| {
                let t = f64::from(k) / 8.0;
                [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
            })
        })
    }

    proptest! {
        #[test]
        fn a_disc_is_outlined_within_the_tolerance(x in 30.0..66.0f64, y in 30.0..66.0f64, r in 8.0..26.0f64) {
            let polygons = Tracer::new(N, N).trace(&soft(disc(x, y, r)));
            prop_assert_eq!(polygons.len(), 1);
            for p in &polygons[0] {
                prop_assert!(((p[0] - x).hypot(p[1] - y) - r).abs() < 0.1, "a corner is off");
            }
            for p in along(&polygons[0]) {
                prop_assert!(((p[0] - x).hypot(p[1] - y) - r).abs() < 0.1 + TOLERANCE_CELLS);
            }
            prop_assert!((area(&polygons[0]).abs() / (std::f64::consts::PI * r * r) - 1.0).abs() < 0.02);
        }

        #[test]
        fn noise_closes_every_line(seed in proptest::collection::vec(-3.0..3.0f32, N * N)) {
            let mut tracer = Tracer::new(N, N);
            tracer.mark(&seed);
            tracer.link(&seed);
            let crossings = tracer.starts.len();
            let polygons = tracer.follow(&seed);
            prop_assert_eq!(polygons.iter().map(Vec::len).sum::<usize>(), crossings, "every piece is walked once");
            for p in &polygons {
                prop_assert!(squared(p[0], p[p.len() - 1]) <= 2.0 + 1e-9, "the last point is one cell from the first");
            }
        }
    }

    #[test]
    fn holes_turn_the_other_way_and_specks_are_dropped() {
        let ring = |u: f64, v: f64| (20.0 - (u - 40.0).hypot(v - 40.0)).min((u - 40.0).hypot(v - 40.0) - 8.0);
        let speck = disc(85.0, 85.0, 2.0);
        let second = disc(80.0, 15.0, 6.0);
        let polygons = Tracer::new(N, N).trace(&soft(move |u, v| ring(u, v).max(speck(u, v)).max(second(u, v))));
        let areas: Vec<f64> = polygons.iter().map(|p| area(p)).collect();
        assert_eq!(areas.len(), 3, "{areas:?}");
        assert!(areas[0] > 0.0 && areas[1] < 0.0 && areas[2] > 0.0, "{areas:?}");
        assert!(areas.windows(2).all(|w| w[0].abs() >= w[1].abs()));
    }

    #[test]
    fn a_body_cut_by_the_edge_is_closed_along_it() {
        let polygons = Tracer::new(N, N).trace(&soft(disc(0.0, 48.0, 20.0)));
        assert_eq!(polygons.len(), 1);
        assert!(polygons[0].iter().all(|p| p[0] >= -0.5 - 1e-9));
        assert!((area(&polygons[0]) / (std::f64::consts::PI * 200.0) - 1.0).abs() < 0.05);
    }

    #[test]
    fn an_empty_or_short_mask_has_no_outline() {
        assert!(Tracer::new(N, N).trace(&vec![-5.0; N * N]).is_empty());
        assert!(Tracer::new(N, N).trace(&[5.0; 10]).is_empty());
    }
}
