//! Where discs may be: every edge votes for the centres its gradient points at, at several radii.

use super::edges::Edge;

/// Ratio of neighbouring radii.
const RADIUS_RATIO: f32 = 1.09;

/// A peak of the votes, in working pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    pub x: f32,
    pub y: f32,
    pub radius: f32,
    /// Votes as a share of the circumference.
    pub score: f32,
}

/// Vote planes, kept between frames.
#[derive(Default)]
pub struct Votes {
    plane: Vec<f32>,
    /// Sums of three neighbours along the rows.
    rows: Vec<f32>,
    blurred: Vec<f32>,
}

impl Votes {
    /// The best `count` peaks over radii from–to (working px), at most one within 0.4 radii of another of
    /// like size (a plate's hub, rings and rim are concentric and all wanted).
    pub fn peaks(&mut self, edges: &[Edge], width: usize, height: usize, from: f32, to: f32, count: usize) -> Vec<Peak> {
        // The borders of both stay empty: nothing is written there.
        for sums in [&mut self.rows, &mut self.blurred] {
            sums.clear();
            sums.resize(width * height, 0.0);
        }
        let mut all = Vec::new();
        let mut radius = from;
        while radius <= to {
            self.vote(edges, width, height, radius);
            self.collect(width, height, radius, &mut all);
            radius *= RADIUS_RATIO;
        }
        all.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut best: Vec<Peak> = Vec::new();
        for peak in all {
            let near = |b: &Peak| {
                (b.x - peak.x).hypot(b.y - peak.y) < 0.4 * b.radius.min(peak.radius) && (b.radius / peak.radius).ln().abs() < 0.22
            };
            if !best.iter().any(near) {
                best.push(peak);
                if best.len() == count {
                    break;
                }
            }
        }
        best
    }

    fn vote(&mut self, edges: &[Edge], width: usize, height: usize, radius: f32) {
        self.plane.clear();
        self.plane.resize(width * height, 0.0);
        for e in edges {
            for sign in [-1.0, 1.0] {
                let x = e.x + sign * radius * e.gx + 0.5;
                let y = e.y + sign * radius * e.gy + 0.5;
                // Of 32 bits: wider ones are converted one half after the other.
                let (column, row) = (x as i32 as usize, y as i32 as usize);
                if x >= 0.0 && y >= 0.0 && column < width && row < height {
                    self.plane[row * width + column] += e.weight;
                }
            }
        }
        self.blur(width, height);
    }

    /// 3 × 3 box: tolerance of about ±1.5 px for radius, centre and gradient errors. The border stays empty.
    fn blur(&mut self, width: usize, height: usize) {
        for (row, out) in self.plane.chunks_exact(width).zip(self.rows.chunks_exact_mut(width)) {
            for (sum, three) in out[1..].iter_mut().zip(row.windows(3)) {
                *sum = three[0] + three[1] + three[2];
            }
        }
        for y in 1..height.saturating_sub(1) {
            let line = |dy: usize| &self.rows[(y + dy - 1) * width + 1..(y + dy) * width - 1];
            let (above, here, below) = (line(0), line(1), line(2));
            let out = &mut self.blurred[y * width + 1..(y + 1) * width - 1];
            for (sum, ((a, b), c)) in out.iter_mut().zip(above.iter().zip(here).zip(below)) {
                *sum = a + b + c;
            }
        }
    }

    fn collect(&self, width: usize, height: usize, radius: f32, out: &mut Vec<Peak>) {
        let circumference = std::f32::consts::TAU * radius;
        // A rim seen over a quarter of its length is the least worth a look.
        let least = 0.25 * circumference;
        for y in 2..height.saturating_sub(2) {
            // Few rows hold a peak at all.
            if !self.blurred[y * width..(y + 1) * width].iter().fold(false, |any, v| any | (*v >= least)) {
                continue;
            }
            for x in 2..width.saturating_sub(2) {
                let i = y * width + x;
                let v = self.blurred[i];
                if v < least {
                    continue;
                }
                let b = &self.blurred;
                let higher = [i - 1, i + 1, i - width, i + width].iter().any(|&j| b[j] > v);
                if !higher {
                    out.push(Peak { x: x as f32, y: y as f32, radius, score: v / circumference });
                }
            }
        }
    }
}
