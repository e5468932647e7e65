//! From a rough disc to a sub-pixel rim: rays from the centre, the steepest step on each, a robust fit.

use super::edges::Tones;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

const RAYS: usize = 72;
const SAMPLES: usize = 49;
/// The sample nearest to the rough radius itself.
const SAME: usize = 24;
/// Rays are looked at from this share of the rough radius …
const FROM: f32 = 0.55;
/// … to this one.
const TO: f32 = 1.45;
/// Least step in grey levels over one sample for a ray to count.
const LEAST_STEP: f32 = 2.0;

/// A fitted rim in full-resolution pixels of the patch.
#[derive(Debug, Clone)]
pub struct Rim {
    pub x: f32,
    pub y: f32,
    pub radius: f32,
    /// Points on the rim that agree with the fit.
    pub points: Vec<[f32; 2]>,
    /// Share of the rays (inside the picture) that agree with the fit.
    pub coverage: f32,
    /// Root mean square distance of the agreeing points from the circle, px.
    pub residual: f32,
    /// Mean step on the rim, grey levels.
    pub contrast: f32,
}

impl Rim {
    fn of([x, y, radius]: [f32; 3], agreeing: &[[f32; 3]], inside: usize, residual: f32) -> Rim {
        Rim {
            x,
            y,
            radius,
            coverage: agreeing.len() as f32 / inside as f32,
            residual,
            contrast: agreeing.iter().map(|p| p[2]).sum::<f32>() / agreeing.len() as f32,
            points: agreeing.iter().map(|p| [p[0], p[1]]).collect(),
        }
    }
}

struct Rays {
    /// step[ray][sample]: absolute radial derivative, grey levels per sample, smoothed.
    step: Vec<[f32; SAMPLES]>,
    is_inside: Vec<bool>,
    radius_of: [f32; SAMPLES],
}

impl Rays {
    /// How many rays end inside the picture.
    fn inside(&self) -> usize {
        self.is_inside.iter().filter(|i| **i).count()
    }
}

/// Sine and cosine of a ray's direction.
fn direction(ray: usize) -> (f32, f32) {
    static ALL: LazyLock<[(f32, f32); RAYS]> =
        LazyLock::new(|| std::array::from_fn(|ray| (std::f32::consts::TAU * ray as f32 / RAYS as f32).sin_cos()));
    ALL[ray]
}

/// Length of (x, y) as `f32::hypot` gives it, in a form that compilers lay out for several points at once.
#[inline]
fn length(x: f32, y: f32) -> f32 {
    let (x, y) = (f64::from(x), f64::from(y));
    (x * x + y * y).sqrt() as f32
}

/// Steps at `wanted` samples of each ray; elsewhere 0.
fn cast(picture: &Tones, x: f32, y: f32, radius: f32, wanted: RangeInclusive<usize>) -> Rays {
    let wanted = 2.max(*wanted.start())..SAMPLES.saturating_sub(2).min(wanted.end() + 1);
    let delta = radius * (TO - FROM) / (SAMPLES as f32 - 1.0);
    let mut radius_of = [0.0; SAMPLES];
    for (k, r) in radius_of.iter_mut().enumerate() {
        *r = radius * FROM + delta * k as f32;
    }
    let mut step = vec![[0.0; SAMPLES]; RAYS];
    let mut inside = vec![false; RAYS];
    for ray in 0..RAYS {
        let (sin, cos) = direction(ray);
        inside[ray] = picture.holds(x + cos * radius * 1.05, y + sin * radius * 1.05);
        // What lies on the others is never asked for.
        if !inside[ray] {
            continue;
        }
        let looked = wanted.start - 2..wanted.end + 2;
        let (mut xs, mut ys) = ([0.0; SAMPLES], [0.0; SAMPLES]);
        for ((r, x_at), y_at) in radius_of.iter().zip(&mut xs).zip(&mut ys) {
            (*x_at, *y_at) = (x + cos * r, y + sin * r);
        }
        for tone in picture.all() {
            let mut value = [0.0; SAMPLES];
            tone.samples::<SAMPLES>(&xs[looked.clone()], &ys[looked.clone()], &mut value[looked.clone()]);
            for (step, v) in step[ray][wanted.clone()].iter_mut().zip(value[looked.clone()].windows(5)) {
                let r = (v[3] + v[4] - v[1] - v[0]) / 6.0;
                *step = r.abs().max(*step);
            }
        }
    }
    Rays { step, is_inside: inside, radius_of }
}

/// Share of rays with a clear step near each radius.
fn ring_strength(rays: &Rays) -> [f32; SAMPLES] {
    let inside = rays.inside().max(1) as f32;
    let mut strength = [0.0; SAMPLES];
    for k in 3..SAMPLES - 3 {
        let mut sum = 0.0;
        for (ray, ok) in rays.step.iter().zip(&rays.is_inside) {
            if *ok {
                let peak = ray[k - 1].max(ray[k]).max(ray[k + 1]);
                sum += (peak / (4.0 * LEAST_STEP)).min(1.0);
            }
        }
        strength[k] = sum / inside;
    }
    strength
}

/// The outermost ring that is at least 0.8 as strong as the strongest: a plate's lettering and hub
/// make rings as well, but nothing round lies outside the rim.
fn outer_ring(strength: &[f32; SAMPLES]) -> usize {
    let best = strength.iter().copied().fold(0.0, f32::max);
    (3..SAMPLES - 3)
        .rev()
        .find(|&k| strength[k] >= 0.8 * best && strength[k] >= strength[k - 1] && strength[k] >= strength[k + 1])
        .unwrap_or(SAMPLES / 2)
}

/// Rounds of a fit: whether the outermost strong ring is taken (else the one nearest the radius so far), samples to
/// either side of the ring, and how far points may lie from the circle, in radii.
type Round = (bool, usize, f32);
const ROUGH: [Round; 3] = [(true, 4, 0.05), (false, 3, 0.035), (false, 3, 0.03)];
const KNOWN: [Round; 4] = [(false, 8, 0.12), (false, 5, 0.05), (false, 3, 0.035), (false, 3, 0.03)];

/// Fits the rim near a rough disc; `None` when fewer than a quarter of the rays agree.
pub fn fit(picture: &Tones, x: f32, y: f32, radius: f32) -> Option<Rim> {
    refine(picture, x, y, radius, &ROUGH)
}

/// Fits the rim of a disc of known size that moved a little since it was seen here.
pub fn follow(picture: &Tones, x: f32, y: f32, radius: f32) -> Option<Rim> {
    refine(picture, x, y, radius, &KNOWN).filter(|rim| (rim.radius / radius - 1.0).abs() < 0.06)
}

/// A held disc is looked for this far from where it should be, in these steps; an edge this near to the circle is on it. Radii.
const HELD_WITHIN: i32 = 4;
const HELD_STEP: f32 = 0.02;
const ON_RIM: f32 = 0.02;

/// Finds the centre alone of a disc of known radius near a rough place: the centre on whose circle most rays have an
/// edge. A groove inside the rim cannot pull it aside, as it can a circle that is free to shrink.
pub fn hold(picture: &Tones, x: f32, y: f32, radius: f32) -> Option<Rim> {
    let rays = cast(picture, x, y, radius, SAME - 9..=SAME + 9);
    let edges: Vec<Vec<[f32; 3]>> = (0..RAYS).filter(|&ray| rays.is_inside[ray]).map(|ray| all_edges(&rays, x, y, ray)).collect();
    let on = |p: &[f32; 3], circle: &[f32; 3], within: f32| distance(p, circle).abs() < within * radius;
    let count = |circle: &[f32; 3]| edges.iter().filter(|ray| ray.iter().any(|p| on(p, circle, ON_RIM))).count();
    let shifts = (-HELD_WITHIN..=HELD_WITHIN).flat_map(|i| (-HELD_WITHIN..=HELD_WITHIN).map(move |k| [i, k]));
    let circles = shifts.map(|s| s.map(|n| n as f32 * HELD_STEP * radius)).map(|[dx, dy]| [x + dx, y + dy, radius]);
    let (_, mut circle) = circles.map(|c| (count(&c), c)).max_by_key(|c| c.0)?;
    for _ in 0..3 {
        let nearest = |ray: &Vec<[f32; 3]>| {
            let near = ray.iter().filter(|p| on(p, &circle, 1.5 * ON_RIM));
            near.min_by(|a, b| distance(a, &circle).abs().total_cmp(&distance(b, &circle).abs())).copied()
        };
        circle = recentred(&edges.iter().filter_map(nearest).collect::<Vec<_>>(), circle)?;
    }
    // Seen as any other rim is seen: by the steepest step of each ray.
    let rays = cast(picture, circle[0], circle[1], radius, SAME - 4..=SAME + 4);
    let agreeing: Vec<[f32; 3]> = points_on(&rays, circle[0], circle[1], SAME, 3).into_iter().filter(|p| on(p, &circle, 0.03)).collect();
    let inside = rays.inside();
    if inside < RAYS / 4 || agreeing.len() < RAYS / 5 {
        return None;
    }
    let rms = (agreeing.iter().map(|p| distance(p, &circle).powi(2)).sum::<f32>() / agreeing.len() as f32).sqrt();
    Some(Rim::of(circle, &agreeing, inside, rms))
}

/// Every clear edge on one ray: x, y, step.
fn all_edges(rays: &Rays, x: f32, y: f32, ray: usize) -> Vec<[f32; 3]> {
    let step = &rays.step[ray];
    let (sin, cos) = direction(ray);
    let peaks = (1..SAMPLES - 1).filter(|&k| step[k] >= LEAST_STEP && step[k] > step[k - 1] && step[k] >= step[k + 1]);
    peaks.map(|k| [x + cos * rays.radius_of[k], y + sin * rays.radius_of[k], step[k]]).collect()
}

fn refine(picture: &Tones, x: f32, y: f32, radius: f32, rounds: &[Round]) -> Option<Rim> {
    let (mut cx, mut cy, mut r) = (x, y, radius);
    let mut result = None;
    for &(outermost, reach, tolerance) in rounds {
        let (rays, ring) = if outermost {
            let rays = cast(picture, cx, cy, r, 0..=SAMPLES - 1);
            let ring = outer_ring(&ring_strength(&rays));
            (rays, ring)
        } else {
            (cast(picture, cx, cy, r, SAME - reach - 1..=SAME + reach + 1), SAME)
        };
        let rim = points_on(&rays, cx, cy, ring, reach);
        let (circle, agreeing, residual) = fit_circle(&rim, tolerance)?;
        let inside = rays.inside();
        if inside < RAYS / 4 || agreeing.len() < RAYS / 5 {
            return None;
        }
        let moved = (circle[0] - x).hypot(circle[1] - y);
        if moved > 0.5 * radius || circle[2] < 0.5 * radius || circle[2] > 1.6 * radius {
            return None;
        }
        [cx, cy, r] = circle;
        result = Some(Rim::of(circle, &agreeing, inside, residual));
    }
    result
}

/// The steepest step of each ray within `reach` samples of a ring: x, y, step.
fn points_on(rays: &Rays, cx: f32, cy: f32, ring: usize, reach: usize) -> Vec<[f32; 3]> {
    let mut points = Vec::with_capacity(RAYS);
    for (ray, step) in rays.step.iter().enumerate() {
        if !rays.is_inside[ray] {
            continue;
        }
        let (from, to) = (ring.saturating_sub(reach).max(1), (ring + reach).min(SAMPLES - 2));
        let Some(k) = (from..=to).max_by(|&a, &b| step[a].total_cmp(&step[b])) else { continue };
        if step[k] < LEAST_STEP {
            continue;
        }
        let (a, b, c) = (step[k - 1], step[k], step[k + 1]);
        let curve = a - 2.0 * b + c;
        let shift = if curve < -1e-3 { (0.5 * (a - c) / curve).clamp(-0.5, 0.5) } else { 0.0 };
        let delta = rays.radius_of[1] - rays.radius_of[0];
        let radius = rays.radius_of[k] + shift * delta;
        let (sin, cos) = direction(ray);
        points.push([cx + cos * radius, cy + sin * radius, step[k]]);
    }
    points
}

/// Circle through points, trimmed: agreeing points lie within `tolerance` radii of it.
/// Returns (x, y, radius), the agreeing points and their rms distance.
fn fit_circle(points: &[[f32; 3]], tolerance: f32) -> Option<([f32; 3], Vec<[f32; 3]>, f32)> {
    let mut kept: Vec<[f32; 3]> = points.to_vec();
    let mut circle = [0.0; 3];
    for round in 0..4 {
        circle = algebraic_circle(&kept)?;
        let limit = circle[2] * tolerance * if round < 2 { 2.0 } else { 1.0 };
        kept = points.iter().copied().filter(|p| (distance(p, &circle)).abs() < limit).collect();
        if kept.len() < 8 {
            return None;
        }
    }
    let rms = (kept.iter().map(|p| distance(p, &circle).powi(2)).sum::<f32>() / kept.len() as f32).sqrt();
    Some((circle, kept, rms))
}

/// One Gauss–Newton step of the centre of a circle of known radius through points.
fn recentred(points: &[[f32; 3]], circle: [f32; 3]) -> Option<[f32; 3]> {
    let (mut xx, mut xy, mut yy, mut xd, mut yd) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for p in points {
        let (dx, dy) = (p[0] - circle[0], p[1] - circle[1]);
        let (ux, uy) = (dx / length(dx, dy), dy / length(dx, dy));
        let off = distance(p, &circle);
        (xx, xy, yy, xd, yd) = (xx + ux * ux, xy + ux * uy, yy + uy * uy, xd + ux * off, yd + uy * off);
    }
    let det = xx * yy - xy * xy;
    // Fewer than a few points, or all of them on one side.
    (points.len() >= 8 && det > 1.0).then(|| [circle[0] + (xd * yy - yd * xy) / det, circle[1] + (yd * xx - xd * xy) / det, circle[2]])
}

fn distance(p: &[f32; 3], circle: &[f32; 3]) -> f32 {
    length(p[0] - circle[0], p[1] - circle[1]) - circle[2]
}

/// Kåsa's fit: least squares of x² + y² = 2ax + 2by + c, around the points' mean.
fn algebraic_circle(points: &[[f32; 3]]) -> Option<[f32; 3]> {
    let n = points.len() as f64;
    if points.len() < 6 {
        return None;
    }
    let (mx, my) = points.iter().fold((0.0, 0.0), |(a, b), p| (a + f64::from(p[0]) / n, b + f64::from(p[1]) / n));
    let (mut sxx, mut sxy, mut syy, mut sxz, mut syz, mut sz) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for p in points {
        let (x, y) = (f64::from(p[0]) - mx, f64::from(p[1]) - my);
        let z = x * x + y * y;
        sxx += x * x;
        sxy += x * y;
        syy += y * y;
        sxz += x * z;
        syz += y * z;
        sz += z;
    }
    let det = sxx * syy - sxy * sxy;
    if det.abs() < 1e-6 {
        return None;
    }
    let (a, b) = (0.5 * (sxz * syy - syz * sxy) / det, 0.5 * (syz * sxx - sxz * sxy) / det);
    let r2 = sz / n + a * a + b * b;
    (r2 > 0.0).then(|| [(mx + a) as f32, (my + b) as f32, r2.sqrt() as f32])
}

#[cfg(test)]
mod tests {
    use super::super::gray::Gray;
    use super::*;

    fn light(light: Gray) -> Tones {
        Tones { light, bright: None }
    }

    fn disc(cx: f32, cy: f32, r: f32) -> Gray {
        let (width, height) = (200, 200);
        let data = (0..width * height)
            .map(|i| {
                let d = ((i % width) as f32 - cx).hypot((i / width) as f32 - cy) - r;
                (200.0 - 160.0 * (0.5 - d).clamp(0.0, 1.0)) as u8
            })
            .collect();
        Gray { width, height, data }
    }

    #[test]
    fn a_disc_is_found_to_a_tenth_of_a_pixel() {
        let rim = fit(&light(disc(101.3, 97.6, 52.4)), 104.0, 95.0, 50.0).unwrap();
        assert!((rim.x - 101.3).abs() < 0.1 && (rim.y - 97.6).abs() < 0.1 && (rim.radius - 52.4).abs() < 0.6, "{rim:?}");
        assert!(rim.coverage > 0.95);
    }

    #[test]
    fn a_groove_inside_the_rim_does_not_pull_a_held_disc_aside() {
        // The lower rim is lost before a floor of its own grey; the groove at 0.92 radii is clear all around.
        let data = (0..400 * 400)
            .map(|i| {
                let (x, y) = ((i % 400) as f32 - 200.0, (i / 400) as f32 - 200.0);
                let behind = if y > 40.0 { 120.0 } else { 60.0 };
                let disc = (x.hypot(y) - 120.0 + 0.5).clamp(0.0, 1.0);
                let groove = (1.5 - (x.hypot(y) - 110.4).abs()).clamp(0.0, 1.0);
                (120.0 + disc * (behind - 120.0) - 40.0 * groove) as u8
            })
            .collect();
        let held = hold(&light(Gray { width: 400, height: 400, data }), 204.0, 195.0, 120.0).unwrap();
        assert!((held.x - 200.0).abs() < 0.5 && (held.y - 200.0).abs() < 0.5, "{held:?}");
    }

    #[test]
    fn a_plain_wall_is_no_disc() {
        assert!(fit(&light(Gray { width: 200, height: 200, data: vec![90; 40000] }), 100.0, 100.0, 40.0).is_none());
    }

    #[test]
    fn a_red_rim_before_a_dark_mat_is_the_rim_and_not_the_white_ring_in_it() {
        // Lightness does not tell the red rim from the mat; the brightest channel does, as it tells the white ring.
        let picture = |rim: f32, mat: f32| {
            let data = (0..300 * 300).map(|i| {
                let d = ((i % 300) as f32 - 150.0).hypot((i / 300) as f32 - 150.0);
                let inside = |r: f32| (r - d + 0.5).clamp(0.0, 1.0);
                let ring = inside(77.0) - inside(52.0);
                let plate = mat + inside(100.0) * (rim - mat);
                (plate + ring * (235.0 - plate)) as u8
            });
            Gray { width: 300, height: 300, data: data.collect() }
        };
        let two = Tones { light: picture(60.0, 60.0), bright: Some(picture(150.0, 60.0)) };
        assert!((fit(&two, 151.0, 149.0, 80.0).unwrap().radius - 100.0).abs() < 1.0);
        assert!((fit(&light(picture(60.0, 60.0)), 151.0, 149.0, 80.0).unwrap().radius - 77.0).abs() < 1.0);
    }
}
