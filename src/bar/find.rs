//! Plate candidates of one frame.

use super::BarError;
use super::edges::{Edge, Patch, edges};
use super::rim::{self, Rim};
use super::votes::Votes;
use opencv::core::{Mat, Point2f, Rect, Vector};
use opencv::imgproc;
use std::rc::Rc;

/// Candidates kept per frame.
const CANDIDATES: usize = 16;
/// Working radii of the smallest plate looked for, px: sharp rims show in the finer picture, blurred ones in the coarser.
const SMALLEST_WORKING_RADII: [f32; 2] = [16.0, 12.0];
/// How much an edge must stand out of its neighbourhood, and its least step.
const STAND_OUT: f32 = 1.15;
const EDGE_FLOOR: f32 = 1.6;

/// Coverage from which a ring is worth looking around, how many such rings, and where.
const CLEAR_RING: f64 = 0.6;
const CLEAR_RINGS: usize = 4;
const OUTER_RINGS: [f32; 4] = [1.35, 1.7, 2.1, 2.5];

/// Discs carried on from frame to frame, how clear one must be to be carried, and to stay so. A plate is up to four of them:
/// its rim, its rings, its hub.
const CARRIED: usize = 8;
const CLEAR_TO_CARRY: f64 = 0.5;
const CLEAR_TO_STAY: f64 = 0.3;
/// Coverage that a disc's known size is worth.
const HELD_FOR: f64 = 0.08;
/// The whole region is searched this often, and half as often while searches find no disc that is not followed already; in
/// between discs are followed, unless one is lost that was followed for a while or one is seen less clearly than when the region
/// was searched. A disc that comes into the region, or is uncovered, waits no longer (our choice).
const SEARCH_EVERY_S: f64 = 0.2;
const SEARCH_SELDOM_S: f64 = 0.4;
/// So much less of the rim: a disc that is followed from frame to frame slides on to what lies beside it (in 3 of 10 real clips,
/// by a seventh of a radius), and is seen on half of its rim then.
const LESS_CLEAR: f64 = 0.1;
/// A disc that moved by less, in radii, needs no look at where it was: half a step of the search for its centre.
const RESTS_RADII: f64 = 0.01;
/// Nor does one that is seen nearly as clearly where it was expected, share of the rim.
const AS_CLEAR: f64 = 0.05;
/// Rays reach to 1.45 radii around a place that may be a little off.
const AROUND_RADII: f64 = 1.7;

/// A disc that may be the near plate, in frame pixels.
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

/// Finds plate candidates in one frame after the other; holds its buffers and the discs seen last between them.
#[derive(Default)]
pub struct PlateFinder {
    votes: Votes,
    edges: Vec<Edge>,
    /// Clear discs of the frame before.
    carried: Vec<Carried>,
    next_search_s: f64,
}

/// A disc that is followed.
#[derive(Debug, Clone, Copy)]
struct Carried {
    disc: Candidate,
    /// Movement from the frame before, px.
    by: [f64; 2],
    since_s: f64,
    /// Coverage when the region was searched last.
    clear: f64,
}

impl PlateFinder {
    /// Candidates with radii from–to (frame px) inside `region` of a BGR frame, best first. Frames come in order of time: only
    /// some are searched as a whole, the others near the discs that are known.
    pub fn find(
        &mut self,
        frame: &Mat,
        time_s: f64,
        region: Rect,
        radius_from_px: f64,
        radius_to_px: f64,
    ) -> Result<Vec<Candidate>, BarError> {
        let limits = [0.8 * radius_from_px, 1.2 * radius_to_px];
        let due = self.carried.is_empty() || time_s >= self.next_search_s;
        let near = match due {
            true => None,
            false => {
                let mut near = Near::new(frame, region, &self.carried)?;
                Some(self.follow(limits, |disc| near.of(disc))?)
            }
        };
        let mut found: Vec<Candidate> = Vec::new();
        let (held, searched) = match near {
            Some(held) if !self.lost(&held, time_s) => (held, false),
            _ => {
                let patch = Rc::new(self.search(frame, region, [radius_from_px, radius_to_px], limits, &mut found)?);
                (self.follow(limits, |_| Ok(Rc::clone(&patch)))?, true)
            }
        };
        let new = self.carry(held, time_s, searched, &mut found);
        if searched {
            self.next_search_s = time_s - 1e-6 + if new { SEARCH_EVERY_S } else { SEARCH_SELDOM_S };
        }
        found.sort_by(|a, b| b.coverage.total_cmp(&a.coverage));
        Ok(found)
    }

    /// Searches the whole region; what it saw, prepared, comes back.
    fn search(
        &mut self,
        frame: &Mat,
        region: Rect,
        radii_px: [f64; 2],
        limits: [f64; 2],
        found: &mut Vec<Candidate>,
    ) -> Result<Patch, BarError> {
        let [fine, coarse] = SMALLEST_WORKING_RADII.map(|smallest| Patch::cut(frame, region, (radii_px[0] as f32 / smallest).max(0.5)));
        let (patch, coarse) = (fine?, coarse?);
        for scale in [&patch, &coarse] {
            self.look(scale, radii_px, limits, found)?;
        }
        found.sort_by(|a, b| b.coverage.total_cmp(&a.coverage));
        // A clear ring may be a hub or a lettering: look for fainter rims around it.
        let clear: Vec<Candidate> = found.iter().copied().filter(|c| c.coverage > CLEAR_RING).take(CLEAR_RINGS).collect();
        for ring in clear {
            for share in OUTER_RINGS {
                let (x, y) = (ring.x_px as f32 - patch.origin_px[0], ring.y_px as f32 - patch.origin_px[1]);
                try_disc(&patch, x, y, ring.radius_px as f32 * share, limits, found)?;
            }
        }
        Ok(patch)
    }

    /// Discs that the edges of a reduced patch vote for, fitted in the full one.
    fn look(&mut self, patch: &Patch, radii_px: [f64; 2], limits: [f64; 2], found: &mut Vec<Candidate>) -> Result<(), BarError> {
        edges(&patch.small, STAND_OUT, EDGE_FLOOR, &mut self.edges);
        let [from, to] = radii_px.map(|r| r as f32 / patch.step_px);
        for peak in self.votes.peaks(&self.edges, patch.small.light.width, patch.small.light.height, from, to, CANDIDATES) {
            let to_full = |v: f32| (v + 0.5) * patch.step_px - 0.5;
            try_disc(patch, to_full(peak.x), to_full(peak.y), peak.radius * patch.step_px, limits, found)?;
        }
        Ok(())
    }

    /// Looks for the discs of the frame before near where they would be now, in the patch that `view` gives of each: in a
    /// blurred or cluttered frame edges alone do not lead to them. One answer per disc; none where it is seen no more.
    fn follow(
        &self,
        limits: [f64; 2],
        mut view: impl FnMut(&Carried) -> Result<Rc<Patch>, BarError>,
    ) -> Result<Vec<Option<Candidate>>, BarError> {
        let mut seen = Vec::with_capacity(self.carried.len());
        for known in &self.carried {
            let patch = match view(known) {
                Ok(patch) => patch,
                Err(BarError::EmptyRegion) => {
                    seen.push(None);
                    continue;
                }
                Err(e) => return Err(e),
            };
            let now = refind(known, &patch)?;
            seen.push(now.filter(|b| b.coverage >= CLEAR_TO_STAY && (limits[0]..=limits[1]).contains(&b.radius_px)));
        }
        Ok(seen)
    }

    /// Whether a disc that was followed for a while, or the last one of all, is seen no more, or one less clearly.
    fn lost(&self, held: &[Option<Candidate>], time_s: f64) -> bool {
        let gone = |(known, now): (&Carried, &Option<Candidate>)| match now {
            None => time_s - known.since_s > SEARCH_EVERY_S,
            Some(now) => now.coverage < known.clear - LESS_CLEAR,
        };
        held.iter().all(Option::is_none) || self.carried.iter().zip(held).any(gone)
    }

    /// Takes note of the discs that go on to be followed, and adds them to what was found. Whether there is a new one.
    fn carry(&mut self, held: Vec<Option<Candidate>>, time_s: f64, searched: bool, found: &mut Vec<Candidate>) -> bool {
        let mut carried: Vec<Carried> = Vec::new();
        for (known, now) in self.carried.iter().zip(held) {
            let Some(now) = now else { continue };
            if !found.iter().any(|c| twin(c, &now)) {
                found.push(now);
            }
            if !carried.iter().any(|c| same(&c.disc, &now)) {
                let by = [now.x_px - known.disc.x_px, now.y_px - known.disc.y_px];
                let clear = if searched { now.coverage } else { known.clear };
                carried.push(Carried { disc: now, by, since_s: known.since_s, clear });
            }
        }
        let clear: Vec<Candidate> = found.iter().copied().filter(|c| c.coverage >= CLEAR_TO_CARRY).collect();
        for new in clear {
            match carried.iter_mut().find(|c| same(&c.disc, &new)) {
                None => carried.push(Carried { disc: new, by: [0.0, 0.0], since_s: time_s, clear: new.coverage }),
                // The one that was followed has slid aside.
                Some(slid) if slid.disc.coverage + HELD_FOR < new.coverage => {
                    let by = [slid.by[0] + new.x_px - slid.disc.x_px, slid.by[1] + new.y_px - slid.disc.y_px];
                    *slid = Carried { disc: new, by, since_s: slid.since_s, clear: new.coverage };
                }
                Some(_) => {}
            }
        }
        carried.sort_by(|a, b| b.disc.coverage.total_cmp(&a.disc.coverage));
        carried.truncate(CARRIED);
        self.carried = carried;
        self.carried.iter().any(|c| c.since_s == time_s)
    }
}

/// What lies around followed discs; the rings of one plate share a patch.
struct Near<'a> {
    frame: &'a Mat,
    region: Rect,
    cut: Vec<(Rect, Rc<Patch>)>,
}

impl Near<'_> {
    /// The largest disc's surroundings come first, so that they serve the others too.
    fn new<'a>(frame: &'a Mat, region: Rect, discs: &[Carried]) -> Result<Near<'a>, BarError> {
        let mut near = Near { frame, region, cut: Vec::new() };
        let mut discs: Vec<&Carried> = discs.iter().collect();
        discs.sort_by(|a, b| b.disc.radius_px.total_cmp(&a.disc.radius_px));
        for disc in discs {
            match near.of(disc) {
                Ok(_) | Err(BarError::EmptyRegion) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(near)
    }

    fn of(&mut self, disc: &Carried) -> Result<Rc<Patch>, BarError> {
        let wanted = around(disc, AROUND_RADII) & self.region;
        if let Some((_, patch)) = self.cut.iter().find(|(there, _)| (*there & wanted) == wanted) {
            return Ok(Rc::clone(patch));
        }
        // A little more than this disc needs: its neighbours in the same plate lie within.
        let rect = around(disc, AROUND_RADII + 0.1) & self.region;
        let patch = Rc::new(Patch::near(self.frame, rect)?);
        self.cut.push((rect, Rc::clone(&patch)));
        Ok(patch)
    }
}

/// Part of the frame in which a followed disc is looked for.
fn around(known: &Carried, radii: f64) -> Rect {
    let reach = radii * known.disc.radius_px + known.by[0].abs().max(known.by[1].abs());
    let corner = |at: f64| (at - reach).floor() as i32;
    Rect::new(corner(known.disc.x_px), corner(known.disc.y_px), (2.0 * reach).ceil() as i32, (2.0 * reach).ceil() as i32)
}

/// A disc where it would be if it went on as it did, or where it was.
fn refind(known: &Carried, patch: &Patch) -> Result<Option<Candidate>, BarError> {
    let Carried { disc, by, .. } = known;
    let moves = by[0].hypot(by[1]) > RESTS_RADII * disc.radius_px;
    let (mut held, mut followed): (Option<Candidate>, Option<Candidate>) = (None, None);
    for lead in [1.0, 0.0] {
        if lead == 0.0 && (!moves || held.is_some_and(|h| h.coverage > disc.coverage - AS_CLEAR)) {
            break;
        }
        let (x, y) = (disc.x_px + lead * by[0], disc.y_px + lead * by[1]);
        let (x, y) = (x as f32 - patch.origin_px[0], y as f32 - patch.origin_px[1]);
        let better = |rim: Option<Rim>, best: Option<Candidate>| -> Result<Option<Candidate>, BarError> {
            let seen = rim.map(|r| describe(&r, patch.origin_px)).transpose()?;
            Ok([best, seen].into_iter().flatten().max_by(|a, b| a.coverage.total_cmp(&b.coverage)))
        };
        held = better(rim::hold(&patch.full, x, y, disc.radius_px as f32), held)?;
        // No other size could fit so much better.
        if held.is_none_or(|h| h.coverage + HELD_FOR < 1.0) {
            followed = better(rim::follow(&patch.full, x, y, disc.radius_px as f32), followed)?;
        }
    }
    // A disc keeps its size unless another fits clearly better.
    let resized = followed.filter(|f| held.is_none_or(|h| f.coverage > h.coverage + HELD_FOR));
    Ok(resized.or(held))
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
mod tests;
