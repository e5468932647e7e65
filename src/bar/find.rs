//! Plate candidates of one frame.

use super::BarError;
use super::edges::{Edge, EdgeFinder, Patch, Small};
use super::rim::{self, Rim};
use super::votes::Votes;
use opencv::core::{Mat, Point2f, Rect, Vector};
use opencv::imgproc;
use std::cmp::Ordering;

/// Candidates kept per frame.
const CANDIDATES: usize = 16;
/// Working radii of the smallest plate looked for, px: sharp rims show in the finer picture, blurred ones in the coarser.
const SMALLEST_WORKING_RADII: [f32; 2] = [16.0, 12.0];
/// How much an edge must stand out of its neighbourhood, and its least step.
const STAND_OUT: f32 = 1.15;
const EDGE_FLOOR: f32 = 1.6;

/// A peak of the coarser picture this near to a disc that was found in the finer one is that disc: half a working pixel of the
/// smallest plate, and half a step of the radii.
const KNOWN_PLACE: f32 = 0.04;
const KNOWN_SIZE: f32 = 0.045;

/// Coverage from which a ring is worth looking around, how many such rings, and where.
const CLEAR_RING: f64 = 0.6;
const CLEAR_RINGS: usize = 4;
const OUTER_RINGS: [f32; 4] = [1.35, 1.7, 2.1, 2.5];

/// Discs carried on from frame to frame, how clear one must be to be carried, and to stay so.
const CARRIED: usize = 8;
const CLEAR_TO_CARRY: f64 = 0.5;
const CLEAR_TO_STAY: f64 = 0.3;
/// A carried disc that a few frames do not show is looked for where it would have gone.
const MOST_LOST: usize = 3;
/// A disc that is so far from where it was carried first travels, radii (our choice: a rim's middle is some 0.05 radii off).
const TRAVELS_RADII: f64 = 0.2;
/// A disc that moved by less from frame to frame is looked for in one place, px.
const STANDS_PX: f64 = 0.25;
/// Coverage that a disc's known size is worth.
const HELD_FOR: f64 = 0.08;

/// A disc that may be the near plate, in pixels of the frame that was searched, in a wide one as wide ([`Candidate::narrowed`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub x_px: f64,
    pub y_px: f64,
    pub radius_px: f64,
    pub major_px: f64,
    pub minor_px: f64,
    pub angle_deg: f64,
    /// Share of the rim seen, 0…1.
    pub coverage: f64,
    /// Mean grey step on the rim.
    pub contrast: f64,
    pub sigma_px: f64,
}

impl Candidate {
    /// Where it is in the frame itself, of a disc found in one drawn `stretch` times as wide: a narrow ellipse.
    pub fn narrowed(&self, stretch: f64) -> Candidate {
        if stretch == 1.0 {
            return *self;
        }
        let (sin, cos) = self.angle_deg.to_radians().sin_cos();
        let [a, b] = [self.major_px, self.minor_px].map(|axis| axis * axis);
        // The ellipse's matrix of second moments, its rows and columns across shrunk.
        let xx = (a * cos * cos + b * sin * sin) / (stretch * stretch);
        let xy = (a - b) * sin * cos / stretch;
        let yy = a * sin * sin + b * cos * cos;
        let (middle, half) = (0.5 * (xx + yy), (0.5 * (xx - yy)).hypot(xy));
        Candidate {
            x_px: (self.x_px + 0.5) / stretch - 0.5,
            major_px: (middle + half).sqrt(),
            minor_px: (middle - half).max(0.0).sqrt(),
            angle_deg: (0.5 * (2.0 * xy).atan2(xx - yy)).to_degrees(),
            ..*self
        }
    }
}

/// Finds plate candidates in one frame after the other; holds its buffers and the discs seen last between them.
pub struct PlateFinder {
    /// Times as wide as it is each frame is drawn, so that plates seen at an angle are round.
    stretch: f64,
    votes: Votes,
    edge_finder: EdgeFinder,
    edges: Vec<Edge>,
    /// Clear discs seen last.
    carried: Vec<Carried>,
}

/// A disc that is carried on from frame to frame.
#[derive(Clone, Copy)]
struct Carried {
    disc: Candidate,
    /// Where it was when it was carried first, px.
    from_px: [f64; 2],
    /// Its last movement from one frame to the next, px.
    by: [f64; 2],
    /// Frames in a row in which it was not seen.
    lost: usize,
}

impl Carried {
    fn new(disc: Candidate) -> Carried {
        Carried { disc, from_px: [disc.x_px, disc.y_px], by: [0.0, 0.0], lost: 0 }
    }

    /// What has come some way is no part of the room, however clear that is.
    fn travels(&self) -> bool {
        (self.disc.x_px - self.from_px[0]).hypot(self.disc.y_px - self.from_px[1]) > TRAVELS_RADII * self.disc.radius_px
    }

    /// Before all others what travels, then what is seen, then what is clear.
    fn rank(&self) -> (bool, usize, f64) {
        (!self.travels(), self.lost, -self.disc.coverage)
    }

    /// Where it would be now: on its way as before.
    fn gone_on(self) -> Carried {
        let disc = Candidate { x_px: self.disc.x_px + self.by[0], y_px: self.disc.y_px + self.by[1], ..self.disc };
        Carried { disc, lost: self.lost + 1, ..self }
    }
}

impl PlateFinder {
    /// For frames that are searched as they are (1), or drawn so many times as wide.
    pub fn new(stretch: f64) -> PlateFinder {
        PlateFinder { stretch, votes: Votes::default(), edge_finder: EdgeFinder::default(), edges: Vec::new(), carried: Vec::new() }
    }

    /// Candidates with radii from–to (frame px) inside `region` (frame px) of a BGR frame, best first, in the frame as wide as it was drawn.
    pub fn find(&mut self, frame: &Mat, region: Rect, radius_from_px: f64, radius_to_px: f64) -> Result<Vec<Candidate>, BarError> {
        let limits = [0.8 * radius_from_px, 1.2 * radius_to_px];
        let mut found: Vec<Candidate> = Vec::new();
        let patch = Patch::cut(frame, region, self.stretch)?;
        for smallest in SMALLEST_WORKING_RADII {
            let small = patch.reduced((radius_from_px as f32 / smallest).max(0.5))?;
            self.look(&patch, &small, [radius_from_px, radius_to_px], limits, &mut found)?;
        }
        found.sort_by(|a, b| b.coverage.total_cmp(&a.coverage));
        // A clear ring may be a hub or a lettering: look for fainter rims around it.
        let clear: Vec<Candidate> = found.iter().copied().filter(|c| c.coverage > CLEAR_RING).take(CLEAR_RINGS).collect();
        for ring in clear {
            for share in OUTER_RINGS {
                let (x, y) = (ring.x_px as f32 - patch.origin_px[0], ring.y_px as f32 - patch.origin_px[1]);
                try_disc(&patch, x, y, ring.radius_px as f32 * share, limits, &mut found)?;
            }
        }
        self.carry(&patch, limits, &mut found)?;
        found.sort_by(|a, b| b.coverage.total_cmp(&a.coverage));
        Ok(found)
    }

    /// Discs that the edges of a reduced patch vote for, fitted in the full one.
    fn look(
        &mut self,
        patch: &Patch,
        small: &Small,
        radii_px: [f64; 2],
        limits: [f64; 2],
        found: &mut Vec<Candidate>,
    ) -> Result<(), BarError> {
        self.edge_finder.edges(&small.tones, STAND_OUT, EDGE_FLOOR, &mut self.edges);
        let [from, to] = radii_px.map(|r| r as f32 / small.step_px);
        let (width, height) = (small.tones.light.width, small.tones.light.height);
        let seen = found.len();
        for peak in self.votes.peaks(&self.edges, width, height, from, to, CANDIDATES) {
            let to_full = |v: f32| (v + 0.5) * small.step_px - 0.5;
            let (x, y, radius) = (to_full(peak.x), to_full(peak.y), peak.radius * small.step_px);
            // What the finer picture led to is not fitted once more.
            let known = |c: &Candidate| {
                let (dx, dy) = (c.x_px as f32 - patch.origin_px[0] - x, c.y_px as f32 - patch.origin_px[1] - y);
                dx.hypot(dy) < KNOWN_PLACE * radius && (c.radius_px as f32 / radius - 1.0).abs() < KNOWN_SIZE
            };
            if found[..seen].iter().any(known) {
                continue;
            }
            try_disc(patch, x, y, radius, limits, found)?;
        }
        Ok(())
    }

    /// Looks for the discs of the frame before near where they would be now: in a blurred or cluttered frame edges
    /// alone do not lead to them.
    fn carry(&mut self, patch: &Patch, limits: [f64; 2], found: &mut Vec<Candidate>) -> Result<(), BarError> {
        let mut carried: Vec<Carried> = Vec::new();
        for &before in &self.carried {
            let Carried { disc, by, lost, .. } = before;
            let (mut held, mut followed): (Option<Candidate>, Option<Candidate>) = (None, None);
            // Where it hardly moved both are one place.
            let leads: &[f64] = if by[0].hypot(by[1]) < STANDS_PX { &[1.0] } else { &[1.0, 0.0] };
            for lead in leads {
                let (x, y) = (disc.x_px + lead * by[0], disc.y_px + lead * by[1]);
                let (x, y) = (x as f32 - patch.origin_px[0], y as f32 - patch.origin_px[1]);
                for (rim, best) in [
                    (rim::hold(&patch.full, x, y, disc.radius_px as f32), &mut held),
                    (rim::follow(&patch.full, x, y, disc.radius_px as f32), &mut followed),
                ] {
                    let seen = rim.map(|r| describe(&r, patch.origin_px)).transpose()?;
                    *best = [*best, seen].into_iter().flatten().max_by(|a, b| a.coverage.total_cmp(&b.coverage));
                }
            }
            // A disc keeps its size unless another fits clearly better.
            let resized = followed.filter(|f| held.is_none_or(|h| f.coverage > h.coverage + HELD_FOR));
            let best = resized.or(held);
            let Some(now) = best.filter(|b| b.coverage >= CLEAR_TO_STAY && (limits[0]..=limits[1]).contains(&b.radius_px)) else {
                if lost < MOST_LOST {
                    carried.push(before.gone_on());
                }
                continue;
            };
            if !found.iter().any(|c| twin(c, &now)) {
                found.push(now);
            }
            if !carried.iter().any(|c| same(&c.disc, &now)) {
                carried.push(Carried { disc: now, by: [now.x_px - disc.x_px, now.y_px - disc.y_px], lost: 0, ..before });
            }
        }
        let clear: Vec<Candidate> = found.iter().copied().filter(|c| c.coverage >= CLEAR_TO_CARRY).collect();
        for new in clear {
            if !carried.iter().any(|c| same(&c.disc, &new)) {
                carried.push(Carried::new(new));
            }
        }
        carried.sort_by(|a, b| a.rank().partial_cmp(&b.rank()).unwrap_or(Ordering::Equal));
        carried.truncate(CARRIED);
        self.carried = carried;
        Ok(())
    }
}

/// Two descriptions of one disc.
fn same(a: &Candidate, b: &Candidate) -> bool {
    alike(a, b, 0.15, 0.06)
}

/// Centres and radii within these shares of a radius.
fn alike(a: &Candidate, b: &Candidate, place: f64, size: f64) -> bool {
    (a.x_px - b.x_px).hypot(a.y_px - b.y_px) < place * b.radius_px && (a.radius_px / b.radius_px - 1.0).abs() < size
}

/// The same disc to a fraction of a groove's width.
fn twin(a: &Candidate, b: &Candidate) -> bool {
    alike(a, b, 0.02, 0.02)
}

fn add(new: Candidate, found: &mut Vec<Candidate>) {
    if !found.iter().any(|c| same(c, &new)) {
        found.push(new);
    }
}

/// Fits a rim near a rough disc and keeps it if it is new and of a possible size.
fn try_disc(patch: &Patch, x: f32, y: f32, radius: f32, limits: [f64; 2], found: &mut Vec<Candidate>) -> Result<(), BarError> {
    if f64::from(radius) > limits[1] {
        return Ok(());
    }
    let Some(rim) = rim::fit(&patch.full, x, y, radius) else { return Ok(()) };
    let new = describe(&rim, patch.origin_px)?;
    if (limits[0]..=limits[1]).contains(&new.radius_px) {
        add(new, found);
    }
    Ok(())
}

fn describe(rim: &Rim, origin: [f32; 2]) -> Result<Candidate, BarError> {
    let (mut major, mut minor, mut angle) = (rim.radius, rim.radius, 0.0f32);
    if rim.points.len() >= 24 {
        let points: Vector<Point2f> = rim.points.iter().map(|p| Point2f::new(p[0], p[1])).collect();
        let ellipse = imgproc::fit_ellipse(&points)?;
        let (a, b) = (ellipse.size.width / 2.0, ellipse.size.height / 2.0);
        // fit_ellipse gives the angle of the width axis.
        let (long, short, turn) = if a >= b { (a, b, ellipse.angle) } else { (b, a, ellipse.angle + 90.0) };
        if short > 0.7 * rim.radius && long < 1.3 * rim.radius {
            (major, minor, angle) = (long, short, turn);
        }
    }
    let angle = f64::from(angle).rem_euclid(180.0);
    let n = rim.points.len().max(1) as f32;
    Ok(Candidate {
        x_px: f64::from(rim.x + origin[0]),
        y_px: f64::from(rim.y + origin[1]),
        radius_px: f64::from(rim.radius),
        major_px: f64::from(major),
        minor_px: f64::from(minor),
        angle_deg: if angle > 90.0 { angle - 180.0 } else { angle },
        coverage: f64::from(rim.coverage.min(1.0)),
        contrast: f64::from(rim.contrast),
        // Neighbouring rays share their error: a tenth as many independent points as rays.
        sigma_px: f64::from(rim.residual / (n / 10.0).max(1.0).sqrt()).max(0.1),
    })
}

#[cfg(test)]
mod tests {
    use super::super::link::tests::disc;
    use super::*;
    use opencv::core::{Point, Scalar};

    /// A plate that is seen 55 degrees off the side is no disc, but in a wider picture it is one.
    #[test]
    fn a_narrow_plate_is_found_in_a_picture_drawn_wide_and_told_as_it_is() {
        let mut frame = Mat::new_rows_cols_with_default(400, 500, opencv::core::CV_8UC3, Scalar::all(190.0)).unwrap();
        imgproc::ellipse(&mut frame, Point::new(260, 210), opencv::core::Size::new(46, 80), 0.0, 0.0, 360.0, Scalar::all(40.0), -1, 8, 0)
            .unwrap();
        let best = |stretch: f64| {
            let found = PlateFinder::new(stretch).find(&frame, Rect::new(60, 40, 400, 340), 30.0, 120.0).unwrap();
            found.first().map(|c| c.narrowed(stretch))
        };
        assert!(best(1.0).is_none_or(|c| c.coverage < 0.6), "{:?}", best(1.0));
        let plate = best(1.74).unwrap();
        assert!(plate.coverage > 0.95 && (plate.x_px - 260.0).abs() < 0.5 && (plate.y_px - 210.0).abs() < 0.5, "{plate:?}");
        assert!((plate.major_px - 80.0).abs() < 1.0 && (plate.minor_px - 46.0).abs() < 1.0, "{plate:?}");
        assert!((plate.angle_deg.abs() - 90.0).abs() < 2.0, "{plate:?}");
    }

    #[test]
    fn a_tilted_ellipse_drawn_wide_and_narrowed_is_itself() {
        let wide = Candidate { major_px: 90.0, minor_px: 80.0, angle_deg: 30.0, ..disc(400.0, 80.0, 85.0, 0.9) };
        let narrow = wide.narrowed(1.6);
        // A point of the one ellipse, moved with the picture, lies on the other.
        for turn in [0.0f64, 0.7, 2.0, 4.0] {
            let (u, v) = (wide.major_px * turn.cos(), wide.minor_px * turn.sin());
            let (sin, cos) = wide.angle_deg.to_radians().sin_cos();
            let (x, y) = ((u * cos - v * sin) / 1.6, u * sin + v * cos);
            let (sin, cos) = narrow.angle_deg.to_radians().sin_cos();
            let (u, v) = (x * cos + y * sin, y * cos - x * sin);
            assert!(((u / narrow.major_px).powi(2) + (v / narrow.minor_px).powi(2) - 1.0).abs() < 1e-9, "{turn}: {narrow:?}");
        }
    }

    #[test]
    fn what_travels_is_carried_before_clearer_discs_of_the_room_and_goes_on_unseen() {
        let room = (0..CARRIED).map(|i| Carried::new(disc(100.0 * i as f64, 80.0, 50.0, 0.9)));
        let plate = Carried { from_px: [300.0, 400.0], by: [0.0, -10.0], ..Carried::new(disc(300.0, 370.0, 50.0, 0.4)) };
        let mut carried: Vec<Carried> = room.chain([plate.gone_on()]).collect();
        carried.sort_by(|a, b| a.rank().partial_cmp(&b.rank()).unwrap());
        assert_eq!((carried[0].disc.y_px, carried[0].lost), (360.0, 1));
        assert!(!Carried::new(disc(300.0, 370.0, 50.0, 0.4)).travels());
    }
}
