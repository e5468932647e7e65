//! Who is the lifter: people seen on a sparse first pass, linked through the clip.

use crate::numeric::{median, quantile};
use crate::pose::Roi;
use crate::track::{ChosenBy, RectPx};

/// One person seen in one frame.
#[derive(Debug, Clone, Copy)]
pub struct Sighting {
    pub time_s: f64,
    pub roi: Roi,
}

/// One person through the clip.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub sightings: Vec<Sighting>,
}

/// The lifter and what it was chosen by.
pub struct Choice {
    pub lifter: Person,
    pub persons_seen: u32,
    pub chosen_by: ChosenBy,
    pub overlap_share: f64,
}

/// A sighting belongs to a person whose last place is within this share of the region's side; soon after it within less: the detector
/// strays by so much, and who bends or walks moves by so much a second (0.6 m/s of a region 2.2 m wide, twice over).
const SAME_PLACE: f64 = 0.35;
const STRAYS: f64 = 0.15;
const MOVES_PER_S: f64 = 0.55;
const SAME_SIZE_LN: f64 = 0.6;
/// Where most sightings lie within this share of the region's side of each other, the lifter lifts.
const SAME_SPOT: f64 = 0.15;
const FORGET_S: f64 = 2.5;
/// Who was lost comes back within this share of the region's side.
const LOST_WITHIN: f64 = 0.5;
/// Two sightings further apart than this share of the region's side are two people.
const BESIDE: f64 = 0.22;
/// People seen in less than this share of the looks, or smaller than this share of the tallest, are passers-by.
const LEAST_SHARE: f64 = 0.12;

/// Links sightings of successive looks into people, by place and size.
pub fn link(looks: &[(f64, Vec<Sighting>)]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for (time, seen) in looks {
        let mut taken = vec![false; people.len()];
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (k, sighting) in seen.iter().enumerate() {
            for (p, person) in people.iter().enumerate() {
                let Some(last) = person.sightings.last() else { continue };
                let size = 0.5 * (last.roi.size_px + sighting.roi.size_px);
                let away = last.roi.distance_px(&sighting.roi) / size;
                let growth = (sighting.roi.size_px / last.roi.size_px).ln().abs();
                let unseen_s = time - last.time_s;
                let reach = (STRAYS + MOVES_PER_S * unseen_s).min(SAME_PLACE);
                if unseen_s <= FORGET_S && away < reach && growth < SAME_SIZE_LN {
                    pairs.push((away + 0.3 * growth, k, p));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut placed = vec![false; seen.len()];
        for (_, k, p) in pairs {
            if !placed[k] && !taken[p] {
                people[p].sightings.push(seen[k]);
                (placed[k], taken[p]) = (true, true);
            }
        }
        for (k, sighting) in seen.iter().enumerate().filter(|(k, _)| !placed[*k]) {
            let _ = k;
            people.push(Person { sightings: vec![*sighting] });
        }
    }
    join_broken(people)
}

/// One person lost for a while and found at the same place again is one person: whoever was lost nearest to it.
fn join_broken(mut people: Vec<Person>) -> Vec<Person> {
    people.sort_by(|a, b| start(a).total_cmp(&start(b)));
    let mut out: Vec<Person> = Vec::new();
    for person in people {
        let Some(first) = person.sightings.first().copied() else { continue };
        let away = |o: &Person| {
            let last = o.sightings.last().filter(|l| l.time_s < first.time_s)?;
            let same_size = (last.roi.size_px / first.roi.size_px).ln().abs() < SAME_SIZE_LN;
            Some(last.roi.distance_px(&first.roi) / last.roi.size_px).filter(|away| same_size && *away < LOST_WITHIN)
        };
        let nearest = (0..out.len()).filter_map(|k| Some((away(&out[k])?, k))).min_by(|a, b| a.0.total_cmp(&b.0));
        match nearest {
            Some((_, k)) => out[k].sightings.extend(person.sightings),
            None => out.push(person),
        }
    }
    out
}

fn start(p: &Person) -> f64 {
    p.sightings.first().map_or(f64::INFINITY, |s| s.time_s)
}

/// What speaks for a person being the one who lifts.
#[derive(Debug, Clone, Copy)]
struct Evidence {
    presence: f64,
    size: f64,
    /// Up-and-down movement of the hips less wandering, in region sides.
    lifting: f64,
    centred: f64,
}

fn evidence(p: &Person, looks: usize, tallest: f64, picture: RectPx) -> Evidence {
    let of = |f: &dyn Fn(&Sighting) -> f64| -> Vec<f64> { p.sightings.iter().map(f).collect() };
    let size = median(of(&|s| s.roi.size_px)).unwrap_or(1.0);
    let range = |v: Vec<f64>| quantile(v.iter().copied(), 0.95).zip(quantile(v.iter().copied(), 0.05)).map_or(0.0, |(a, b)| (a - b) / size);
    let (up, across) = (range(of(&|s| s.roi.y_px)), range(of(&|s| s.roi.x_px)));
    // Bending turns the axis from hips to head: a lifter's turns by far more than a bystander's.
    let turn = {
        let angle = of(&|s| s.roi.rotation_rad.abs());
        quantile(angle.iter().copied(), 0.95).zip(quantile(angle.iter().copied(), 0.05)).map_or(0.0, |(a, b)| a - b)
    };
    let middle = picture.x_px + picture.width_px / 2.0;
    let off = median(of(&|s| (s.roi.x_px - middle).abs())).unwrap_or(0.0) / (0.5 * picture.width_px);
    Evidence {
        presence: p.sightings.len() as f64 / looks.max(1) as f64,
        size: size / tallest,
        lifting: (up.min(0.3) + 0.35 * turn.min(1.2) - 0.5 * (across - up).max(0.0)).max(0.0),
        centred: 1.0 - off.min(1.0),
    }
}

/// Least [`Evidence::lifting`] of somebody who lifts: bending alone gives twice as much.
const LIFTS: f64 = 0.2;

/// Picks the lifter among the people of the first look at each moment; only when none of them moves like a lifter, among
/// all that a second look found as well (it also finds limbs and shadows). `None` when nobody was seen.
pub fn choose(first: &[(f64, Vec<Sighting>)], second: &[(f64, Vec<Sighting>)], picture: RectPx) -> Option<Choice> {
    let (choice, lifting) = pick(first, picture)?;
    if lifting < LIFTS && second.iter().any(|l| !l.1.is_empty()) {
        let both = first.iter().zip(second).map(|(a, b)| (a.0, a.1.iter().chain(&b.1).copied().collect()));
        let all: Vec<(f64, Vec<Sighting>)> = both.collect();
        if let Some((other, _)) = pick(&all, picture).filter(|other| other.1 > lifting + 0.1) {
            return Some(other);
        }
    }
    Some(Choice { lifter: alone(choice.lifter, second), ..choice })
}

/// The likeliest lifter and how much it moves like one.
fn pick(looks: &[(f64, Vec<Sighting>)], picture: RectPx) -> Option<(Choice, f64)> {
    let people = link(looks);
    let tallest = people
        .iter()
        .filter(|p| p.sightings.len() as f64 >= LEAST_SHARE * looks.len() as f64)
        .filter_map(|p| median(p.sightings.iter().map(|s| s.roi.size_px)))
        .fold(0.0, f64::max)
        .max(1.0);
    let mut scored: Vec<(f64, &Person, Evidence)> = people
        .iter()
        .map(|p| {
            let e = evidence(p, looks.len(), tallest, picture);
            (e.presence.min(1.0) * 1.2 + 1.0 * e.size + 2.0 * e.lifting + 0.4 * e.centred, p, e)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (_, lifter, best) = *scored.first()?;
    let others: Vec<&(f64, &Person, Evidence)> = scored[1..].iter().filter(|s| s.2.presence >= LEAST_SHARE).collect();
    let chosen_by = match others.first() {
        None => ChosenBy::Only,
        Some(other) if best.lifting > other.2.lifting + 0.1 => ChosenBy::Lifting,
        Some(other) if best.size > 1.2 * other.2.size => ChosenBy::Largest,
        Some(_) => ChosenBy::LongestSeen,
    };
    let choice = Choice {
        overlap_share: overlap_share(lifter, &people, looks.len()),
        persons_seen: looks.iter().map(|l| l.1.len()).max().unwrap_or(0) as u32,
        lifter: settle(lifter, looks),
        chosen_by,
    };
    Some((choice, best.lifting))
}

/// The lifter without the sightings of somebody who stands close by: the detector finds both while they stand apart, and the
/// bystander, or something between the two, while the lifter bends. Such looks tell nothing about where the lifter is.
fn alone(lifter: Person, second: &[(f64, Vec<Sighting>)]) -> Person {
    let own = |time: f64| lifter.sightings.iter().find(|s| s.time_s == time);
    let apart = |s: &&Sighting| own(s.time_s).is_some_and(|l| l.roi.distance_px(&s.roi) > BESIDE * l.roi.size_px);
    let others: Vec<&Sighting> = second.iter().flat_map(|l| &l.1).filter(apart).collect();
    let alike = |a: &Sighting, b: &Sighting| {
        a.roi.distance_px(&b.roi) < SAME_SPOT * a.roi.size_px && (a.roi.size_px / b.roi.size_px).ln().abs() < 0.5 * SAME_SIZE_LN
    };
    let group = |a: &Sighting| others.iter().filter(|b| alike(a, b)).copied().collect::<Vec<_>>();
    let Some(bystander) = others.iter().map(|a| group(a)).max_by_key(Vec::len) else { return lifter };
    if (bystander.len() as f64) < LEAST_SHARE * second.len() as f64 {
        return lifter;
    }
    let beside: Vec<&Sighting> = bystander.iter().filter_map(|b| own(b.time_s)).collect();
    let (Some(there), Some(here)) = (middle(&bystander), middle(&beside)) else { return lifter };
    let away = |s: &Sighting, [x, y]: [f64; 2]| (s.roi.x_px - x).hypot(s.roi.y_px - y);
    let sightings = lifter.sightings.iter().filter(|s| away(s, here) <= away(s, there)).copied();
    Person { sightings: sightings.collect() }
}

/// Median place.
fn middle(of: &[&Sighting]) -> Option<[f64; 2]> {
    Some([median(of.iter().map(|s| s.roi.x_px))?, median(of.iter().map(|s| s.roi.y_px))?])
}

/// The lifter at every look. Where somebody walks past, the two may have been exchanged: a lifter stays by the bar, so at
/// looks that have the lifter elsewhere or nowhere, whoever is seen at the lifter's usual place counts.
fn settle(lifter: &Person, looks: &[(f64, Vec<Sighting>)]) -> Person {
    let size_px = lifter.usual_size_px();
    let company = |a: &Roi| lifter.sightings.iter().filter(|b| a.distance_px(&b.roi) < SAME_SPOT * size_px).count();
    let Some(place) = lifter.sightings.iter().map(|s| s.roi).max_by_key(company) else { return lifter.clone() };
    let within =
        |s: &Sighting, share: f64| s.roi.distance_px(&place) < share * size_px && (s.roi.size_px / size_px).ln().abs() < SAME_SIZE_LN;
    let there = |s: &Sighting| within(s, SAME_PLACE);
    let nearest = |seen: &[Sighting]| {
        let near = seen.iter().filter(|s| within(s, BESIDE)).copied();
        near.min_by(|a, b| a.roi.distance_px(&place).total_cmp(&b.roi.distance_px(&place)))
    };
    let own = |time: f64| lifter.sightings.iter().find(|s| s.time_s == time).copied();
    let at = |(time, seen): &(f64, Vec<Sighting>)| match own(*time) {
        Some(own) if there(&own) => Some(own),
        own => nearest(seen).or(own),
    };
    Person { sightings: looks.iter().filter_map(at).collect() }
}

/// Share of the looks at which another person's place lies within a third of the lifter's size.
fn overlap_share(lifter: &Person, people: &[Person], looks: usize) -> f64 {
    let lifter_start = start(lifter);
    let hits = lifter
        .sightings
        .iter()
        .filter(|l| {
            people
                .iter()
                .filter(|p| start(p) != lifter_start || p.sightings.len() != lifter.sightings.len())
                .flat_map(|p| &p.sightings)
                .any(|o| o.time_s == l.time_s && l.roi.distance_px(&o.roi) < BESIDE * l.roi.size_px && o.roi.size_px > 0.5 * l.roi.size_px)
        })
        .count();
    hits as f64 / looks.max(1) as f64
}

impl Person {
    /// Where to look for this person at a time: between the sightings around it (up to 1.5 s apart), or
    /// the nearest one within half a second.
    pub fn seed(&self, time_s: f64) -> Option<Roi> {
        let after = self.sightings.partition_point(|s| s.time_s < time_s);
        let (before, next) = (after.checked_sub(1).map(|i| self.sightings[i]), self.sightings.get(after).copied());
        match (before, next) {
            (Some(a), Some(b)) if b.time_s - a.time_s <= 1.5 => {
                Some(a.roi.towards(&b.roi, (time_s - a.time_s) / (b.time_s - a.time_s).max(1e-6)))
            }
            (a, b) => a
                .into_iter()
                .chain(b)
                .filter(|s| (s.time_s - time_s).abs() <= 0.5)
                .min_by(|p, q| (p.time_s - time_s).abs().total_cmp(&(q.time_s - time_s).abs()))
                .map(|s| s.roi),
        }
    }

    /// Region side over the clip, median, px: nearest to the stature. The largest are a third too large when the detector
    /// is unsure of a bent lifter.
    pub fn usual_size_px(&self) -> f64 {
        median(self.sightings.iter().map(|s| s.roi.size_px)).unwrap_or(0.0)
    }

    /// Region side over the clip, 90th percentile, px: what surely holds the person at its tallest.
    pub fn size_px(&self) -> f64 {
        quantile(self.sightings.iter().map(|s| s.roi.size_px), 0.90).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roi(x: f64, y: f64, size: f64, turn: f64) -> Roi {
        Roi { x_px: x, y_px: y, size_px: size, rotation_rad: turn }
    }

    #[test]
    fn the_one_who_goes_up_and_down_is_the_lifter() {
        let looks: Vec<(f64, Vec<Sighting>)> = (0..50)
            .map(|i| {
                let t = f64::from(i) * 0.2;
                let bend = (t * 2.0).sin().max(0.0);
                let lifter = roi(400.0, 300.0 + 60.0 * bend, 400.0, 1.1 * bend);
                let bystander = roi(700.0, 280.0, 460.0, 0.02);
                let walker = roi(50.0 + 18.0 * f64::from(i), 300.0, 420.0, 0.0);
                (t, [bystander, lifter, walker].map(|roi| Sighting { time_s: t, roi }).to_vec())
            })
            .collect();
        let picture = RectPx { x_px: 0.0, y_px: 0.0, width_px: 960.0, height_px: 540.0 };
        let choice = choose(&looks, &[], picture).unwrap();
        assert!((choice.lifter.seed(5.03).unwrap().x_px - 400.0).abs() < 40.0, "{:?}", choice.chosen_by);
        assert_eq!(choice.persons_seen, 3);
    }

    #[test]
    fn a_lifter_exchanged_with_a_walker_is_found_again_at_the_bar() {
        // The detector sees the walker instead of the lifter while they cross, so that the links are exchanged.
        let looks: Vec<(f64, Vec<Sighting>)> = (0..100)
            .map(|i| {
                let t = f64::from(i) * 0.2;
                let bend = (t * 2.0).sin().max(0.0);
                let lifter = roi(400.0, 300.0 + 60.0 * bend, 400.0, 1.1 * bend);
                let walker = roi(1300.0 - 18.0 * f64::from(i), 300.0, 420.0, 0.0);
                let seen = if (46..54).contains(&i) { vec![walker] } else { vec![lifter, walker] };
                (t, seen.into_iter().map(|roi| Sighting { time_s: t, roi }).collect())
            })
            .collect();
        let picture = RectPx { x_px: 0.0, y_px: 0.0, width_px: 960.0, height_px: 540.0 };
        let lifter = choose(&looks, &[], picture).unwrap().lifter;
        for t in [1.0, 5.0, 8.0, 12.5, 15.0, 19.0] {
            assert!(lifter.seed(t).is_some_and(|r| (r.x_px - 400.0).abs() < 150.0), "{t}: {:?}", lifter.seed(t));
        }
    }

    #[test]
    fn a_bystander_found_in_place_of_the_bent_lifter_is_not_the_lifter() {
        let looks: Vec<(f64, bool)> = (0..60).map(|i| (f64::from(i) * 0.2, i % 20 >= 10)).collect();
        let sighting = |time_s, roi| vec![Sighting { time_s, roi }];
        let first: Vec<_> = looks
            .iter()
            .map(|&(t, bent)| (t, sighting(t, if bent { roi(455.0, 405.0, 505.0, -1.0) } else { roi(590.0, 395.0, 655.0, 0.0) })))
            .collect();
        let second: Vec<_> =
            looks.iter().map(|&(t, bent)| (t, if bent { vec![] } else { sighting(t, roi(400.0, 372.0, 455.0, 0.0)) })).collect();
        let picture = RectPx { x_px: 0.0, y_px: 0.0, width_px: 1280.0, height_px: 720.0 };
        let lifter = choose(&first, &second, picture).unwrap().lifter;
        assert!(lifter.sightings.len() == 30 && lifter.sightings.iter().all(|s| s.roi.x_px > 580.0), "{:?}", lifter.sightings.len());
    }

    #[test]
    fn a_bystander_who_alone_is_seen_while_the_lifter_is_down_is_another_person() {
        // Bent over the bar the lifter is not found; the bystander stands a third of a region beside.
        let looks: Vec<(f64, Vec<Sighting>)> = (0..80)
            .map(|i| {
                let (t, phase) = (f64::from(i) * 0.2, i % 25);
                let bend = if (10..25).contains(&phase) { 0.0 } else { 1.0 };
                let lifter = roi(258.0, 476.0 + 20.0 * bend, 710.0, 0.9 * bend);
                let bystander = roi(465.0, 456.0, 600.0, 0.06);
                let seen = if (2..9).contains(&phase) { vec![bystander] } else { vec![lifter, bystander] };
                (t, seen.into_iter().map(|roi| Sighting { time_s: t, roi }).collect())
            })
            .collect();
        let picture = RectPx { x_px: 0.0, y_px: 0.0, width_px: 720.0, height_px: 1280.0 };
        let lifter = choose(&looks, &[], picture).unwrap().lifter;
        assert!(lifter.sightings.iter().all(|s| s.roi.x_px < 300.0), "{:?}", lifter.sightings);
    }

    #[test]
    fn nobody_is_nobody() {
        let picture = RectPx { x_px: 0.0, y_px: 0.0, width_px: 960.0, height_px: 540.0 };
        assert!(choose(&[(0.0, vec![])], &[], picture).is_none());
    }
}
