//! The back's outline between hip and shoulder: index B, skew S, turning angle T, tilt (SPEC 6.1, 6.2).

/// What one frame's outline says about the back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// B: + = convex, share of the hip–shoulder length.
    pub index: f64,
    /// S: + = apex toward the pelvis.
    pub skew: f64,
    /// ρ: MAD of the fit's residuals, share of the hip–shoulder length.
    pub residual: f64,
    /// Share of rays with an exit.
    pub coverage: f64,
    /// T: degrees, + = convex.
    pub turn_deg: Option<f64>,
    /// Dorsal plus ventral distance at mid trunk, share of the hip–shoulder length.
    pub depth: Option<f64>,
}

impl Shape {
    /// With every share of the hip–shoulder length so many times as large.
    pub fn times(self, factor: f64) -> Self {
        let depth = self.depth.map(|d| d * factor);
        Shape { index: self.index * factor, skew: self.skew * factor, depth, ..self }
    }
}

const RAYS: usize = 81;
/// Rays used by the fit.
const FROM: f64 = 0.10;
const TO: f64 = 0.90;
/// Where the rays of the tilt start, trunk lengths in front of the shoulder.
const AHEAD: f64 = 0.35;
/// How far behind the shoulder they reach: the waist of somebody still bent over lies there, trunk lengths.
const BEHIND: f64 = 1.0;
/// An outline of which a fifth strays further than this from the line has something else in it, trunk lengths (our choice: of
/// 178 clips, it drops a lockout with an overlaid sign behind the back, which read 22°, and one that stops 47° short of upright).
const STRAY: f64 = 0.06;

/// Distance along a ray from `origin` in direction `unit` to the outline's last crossing within `reach`.
fn last_exit(outlines: &[Vec<[f64; 2]>], origin: [f64; 2], unit: [f64; 2], reach: f64) -> Option<f64> {
    let mut last: Option<f64> = None;
    for outline in outlines {
        // Side of the ray's line on which a point lies.
        let side = |p: [f64; 2]| (p[0] - origin[0]) * unit[1] - (p[1] - origin[1]) * unit[0];
        let Some(&end) = outline.last() else { continue };
        let mut before = (end, side(end));
        for &point in outline {
            let ((a, sa), (b, sb)) = (before, (point, side(point)));
            before = (b, sb);
            if (sa > 0.0) == (sb > 0.0) {
                continue;
            }
            let k = sa / (sa - sb);
            let hit = [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k];
            let along = (hit[0] - origin[0]) * unit[0] + (hit[1] - origin[1]) * unit[1];
            // The chord of a strongly rounded back lies outside the body: the exit may be anywhere ahead.
            if along > 0.0 && along <= reach && last.is_none_or(|l| along > l) {
                last = Some(along);
            }
        }
    }
    last
}

/// Points of the dorsal outline at equal steps from hip to shoulder, with the ray's place t.
pub fn dorsal_points(outlines: &[Vec<[f64; 2]>], hip: [f64; 2], shoulder: [f64; 2], dorsal: [f64; 2], reach: f64) -> Vec<(f64, [f64; 2])> {
    let along = [shoulder[0] - hip[0], shoulder[1] - hip[1]];
    let length = along[0].hypot(along[1]);
    (0..RAYS)
        .filter_map(|i| {
            let t = i as f64 / (RAYS - 1) as f64;
            let origin = [hip[0] + along[0] * t, hip[1] + along[1] * t];
            let d = last_exit(outlines, origin, dorsal, reach * length)?;
            Some((t, [origin[0] + dorsal[0] * d, origin[1] + dorsal[1] * d]))
        })
        .collect()
}

/// Unit normal of the hip–shoulder line on the back's side. `facing` is +1 when the lifter faces right.
/// When the trunk is past horizontal "back" is up, whatever the facing.
pub fn dorsal_normal(hip: [f64; 2], shoulder: [f64; 2], facing: f64) -> Option<[f64; 2]> {
    let d = [shoulder[0] - hip[0], shoulder[1] - hip[1]];
    let length = d[0].hypot(d[1]);
    if length < 1.0 {
        return None;
    }
    let u = [d[0] / length, d[1] / length];
    // Turning the hip→shoulder direction toward the back: for a lifter facing right (+x) that is
    // counter-clockwise on the screen seen with y down, i.e. (u_y, −u_x).
    Some(if facing > 0.0 { [u[1], -u[0]] } else { [-u[1], u[0]] })
}

/// Shape of the back in one frame by rays of at most `reach` hip–shoulder lengths (SPEC 6.1 a1); `None` without enough outline.
pub fn shape(outlines: &[Vec<[f64; 2]>], hip: [f64; 2], shoulder: [f64; 2], facing: f64, reach: f64) -> Option<Shape> {
    let normal = dorsal_normal(hip, shoulder, facing)?;
    let length = (shoulder[0] - hip[0]).hypot(shoulder[1] - hip[1]);
    let points: Vec<(f64, f64)> = dorsal_points(outlines, hip, shoulder, normal, reach)
        .into_iter()
        .filter(|(t, _)| (FROM - 1e-9..=TO + 1e-9).contains(t))
        .map(|(t, p)| {
            let origin = [hip[0] + (shoulder[0] - hip[0]) * t, hip[1] + (shoulder[1] - hip[1]) * t];
            (t, ((p[0] - origin[0]) * normal[0] + (p[1] - origin[1]) * normal[1]) / length)
        })
        .collect();
    let wanted = (0..RAYS).filter(|i| (FROM - 1e-9..=TO + 1e-9).contains(&(*i as f64 / (RAYS - 1) as f64))).count();
    let coverage = points.len() as f64 / wanted as f64;
    if coverage < 0.5 {
        return None;
    }
    let (coefficients, residual) = huber_fit(&points)?;
    let middle = [0.5 * (hip[0] + shoulder[0]), 0.5 * (hip[1] + shoulder[1])];
    let ventral = last_exit(outlines, middle, [-normal[0], -normal[1]], reach * length);
    let dorsal = last_exit(outlines, middle, normal, reach * length);
    Some(Shape {
        index: coefficients[2],
        skew: coefficients[3],
        residual,
        coverage,
        turn_deg: turn(&points),
        depth: ventral.zip(dorsal).map(|(a, b)| (a + b) / length),
    })
}

/// n(t) = a + b·t + B·4t(1−t) + S·10.392·t(1−t)(1−2t) by iteratively re-weighted least squares (Huber).
fn huber_fit(points: &[(f64, f64)]) -> Option<([f64; 4], f64)> {
    let basis = |t: f64| [1.0, t, 4.0 * t * (1.0 - t), 10.392 * t * (1.0 - t) * (1.0 - 2.0 * t)];
    let mut weights = vec![1.0; points.len()];
    let mut beta = [0.0; 4];
    let mut mad = 0.0;
    for _ in 0..10 {
        let mut normal = [[0.0; 5]; 4];
        for ((t, n), w) in points.iter().zip(&weights) {
            let x = basis(*t);
            for i in 0..4 {
                for j in 0..4 {
                    normal[i][j] += w * x[i] * x[j];
                }
                normal[i][4] += w * x[i] * n;
            }
        }
        beta = solve(normal)?;
        let errors: Vec<f64> = points.iter().map(|(t, n)| n - basis(*t).iter().zip(&beta).map(|(x, b)| x * b).sum::<f64>()).collect();
        mad = crate::numeric::filter::median(errors.iter().map(|e| e.abs()))?;
        let limit = 1.345 * (1.4826 * mad + 1e-4);
        for (w, e) in weights.iter_mut().zip(&errors) {
            *w = (limit / e.abs().max(1e-9)).min(1.0);
        }
    }
    Some((beta, mad))
}

/// Gaussian elimination with pivoting of a 4 × 4 system.
fn solve(mut m: [[f64; 5]; 4]) -> Option<[f64; 4]> {
    for k in 0..4 {
        let pivot = (k..4).max_by(|&a, &b| m[a][k].abs().total_cmp(&m[b][k].abs()))?;
        m.swap(k, pivot);
        if m[k][k].abs() < 1e-12 {
            return None;
        }
        for i in k + 1..4 {
            let f = m[i][k] / m[k][k];
            for j in k..5 {
                m[i][j] -= f * m[k][j];
            }
        }
    }
    let mut x = [0.0; 4];
    for k in (0..4).rev() {
        x[k] = (m[k][4] - (k + 1..4).map(|j| m[k][j] * x[j]).sum::<f64>()) / m[k][k];
    }
    Some(x)
}

/// Angle between straight lines through the lower and the upper part, degrees.
fn turn(points: &[(f64, f64)]) -> Option<f64> {
    let slope = |from: f64, to: f64| {
        let part: Vec<&(f64, f64)> = points.iter().filter(|p| p.0 >= from && p.0 <= to).collect();
        line_slope(&part.iter().map(|p| (p.0, p.1)).collect::<Vec<_>>())
    };
    Some((slope(0.1, 0.4)?.atan() - slope(0.6, 0.9)?.atan()).to_degrees())
}

/// Least-squares slope; `None` below 8 points.
pub fn line_slope(points: &[(f64, f64)]) -> Option<f64> {
    if points.len() < 8 {
        return None;
    }
    let n = points.len() as f64;
    let (mx, my) = points.iter().fold((0.0, 0.0), |(a, b), p| (a + p.0 / n, b + p.1 / n));
    let (sxy, sxx) = points.iter().fold((0.0, 0.0), |(a, b), p| (a + (p.0 - mx) * (p.1 - my), b + (p.0 - mx).powi(2)));
    (sxx > 1e-12).then_some(sxy / sxx)
}

/// Tilt of the dorsal outline between 0.10 and 0.65 trunk lengths below the shoulder, in the image:
/// degrees, 90 = vertical, above 90 = leaning back. Rays run level, so a hidden hip does not matter; they start in front of the
/// shoulder, since the waist of somebody who leans far back lies there.
pub fn tilt(outlines: &[Vec<[f64; 2]>], shoulder: [f64; 2], trunk_px: f64, facing: f64) -> Option<f64> {
    let points: Vec<(f64, f64)> = (0..45)
        .filter_map(|i| {
            let down = trunk_px * (0.10 + 0.55 * f64::from(i) / 44.0);
            let origin = [shoulder[0] + facing * AHEAD * trunk_px, shoulder[1] + down];
            let d = last_exit(outlines, origin, [-facing, 0.0], (AHEAD + BEHIND) * trunk_px)?;
            // x forward against y up.
            Some((-down, -d))
        })
        .collect();
    if points.len() < 30 {
        return None;
    }
    // Forward per unit up, robustly: Theil–Sen over the points.
    let mut slopes = Vec::new();
    for i in 0..points.len() {
        for j in i + 5..points.len() {
            slopes.push((points[j].1 - points[i].1) / (points[j].0 - points[i].0));
        }
    }
    let slope = crate::numeric::filter::median(slopes)?;
    let offset = |p: &(f64, f64)| p.1 - slope * p.0;
    let middle = crate::numeric::filter::median(points.iter().map(offset))?;
    let stray = crate::numeric::filter::quantile(points.iter().map(|p| (offset(p) - middle).abs()), 0.8)?;
    if stray > STRAY * trunk_px {
        return None;
    }
    Some(90.0 - slope.atan().to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A trunk facing right, bent to horizontal: hip at (100, 300), shoulder at (300, 300), back above.
    fn body(bulge: f64) -> Vec<Vec<[f64; 2]>> {
        let back = (0..=100).map(|i| {
            let t = f64::from(i) / 100.0 * 1.4 - 0.2;
            [100.0 + 200.0 * t, 300.0 - 30.0 - bulge * 200.0 * 4.0 * t * (1.0 - t)]
        });
        let front = (0..=100).rev().map(|i| [60.0 + 2.8 * f64::from(i), 340.0]);
        vec![back.chain(front).collect()]
    }

    #[test]
    fn the_index_is_the_bulge_and_its_sign_is_out() {
        for bulge in [-0.05, 0.0, 0.08, 0.15] {
            let s = shape(&body(bulge), [100.0, 300.0], [300.0, 300.0], 1.0, 0.9).unwrap();
            assert!((s.index - bulge).abs() < 0.003, "{bulge}: {s:?}");
            assert!(s.coverage > 0.99 && s.residual < 0.002);
        }
    }

    #[test]
    fn a_mirrored_body_has_the_same_index() {
        let mirrored: Vec<Vec<[f64; 2]>> = body(0.1).into_iter().map(|o| o.into_iter().map(|[x, y]| [640.0 - x, y]).collect()).collect();
        let s = shape(&mirrored, [540.0, 300.0], [340.0, 300.0], -1.0, 0.9).unwrap();
        assert!((s.index - 0.1).abs() < 0.003, "{s:?}");
    }

    #[test]
    fn leaning_back_tilts_beyond_ninety() {
        // Back outline of a standing lifter who faces right and leans back by 10°.
        let lean = 10f64.to_radians().tan();
        let outline: Vec<[f64; 2]> = vec![[180.0 - 0.0, 80.0], [180.0 + 300.0 * lean, 380.0], [320.0, 380.0], [320.0, 80.0]];
        let t = tilt(&[outline], [230.0, 100.0], 200.0, 1.0).unwrap();
        assert!((t - 100.0).abs() < 1.0, "{t}");
        // Far back, the waist is in front of the shoulder.
        let lean = 24f64.to_radians().tan();
        let outline: Vec<[f64; 2]> = vec![[180.0, 80.0], [180.0 + 300.0 * lean, 380.0], [420.0, 380.0], [300.0, 80.0]];
        let t = tilt(&[outline], [200.0, 100.0], 200.0, 1.0).unwrap();
        assert!((t - 114.0).abs() < 1.0, "{t}");
    }

    #[test]
    fn bent_forward_tilts_below_ninety() {
        // The waist lies far behind the shoulder; an arm in front of it must not be taken for the back.
        let bent = 45f64.to_radians().tan();
        let back: Vec<[f64; 2]> = vec![[180.0, 80.0], [180.0 - 180.0 * bent, 260.0], [150.0, 260.0], [240.0, 80.0]];
        let arm: Vec<[f64; 2]> = vec![[240.0, 80.0], [200.0, 260.0], [230.0, 260.0], [270.0, 80.0]];
        let t = tilt(&[back, arm], [230.0, 100.0], 200.0, 1.0).unwrap();
        assert!((t - 45.0).abs() < 1.0, "{t}");
    }

    #[test]
    fn a_sign_behind_the_back_is_no_back() {
        // Upright, with a square that sticks out of the upper half of the back by a third of the trunk.
        let back: Vec<[f64; 2]> = vec![
            [180.0, 80.0],
            [180.0, 100.0],
            [110.0, 100.0],
            [110.0, 165.0],
            [180.0, 165.0],
            [180.0, 400.0],
            [280.0, 400.0],
            [280.0, 80.0],
        ];
        assert_eq!(tilt(&[back], [230.0, 100.0], 200.0, 1.0), None);
    }
}
