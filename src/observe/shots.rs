//! The shots of a film, and who lifts in each: lifters who take turns are each followed in their own.

use super::persons::{self, Choice, Person, Sighting};
use crate::track::{FrameObs, RectPx};
use std::ops::Range;

/// What is seen between two cuts.
pub struct Shot {
    pub span_s: [f64; 2],
    pub lifter: Person,
}

impl Shot {
    pub fn holds(&self, time_s: f64) -> bool {
        time_s >= self.span_s[0] && time_s <= self.span_s[1]
    }

    /// Which of a film's frames are its own.
    pub fn frames(&self, film: &[FrameObs]) -> Range<usize> {
        let [from, to] = self.span_s;
        film.partition_point(|f| f.time_s < from)..film.partition_point(|f| f.time_s <= to)
    }
}

/// Who is seen in a film.
pub struct Cast {
    /// The lifter of the longest shot.
    pub choice: Choice,
    /// By their time; the longest is among them.
    pub shots: Vec<Shot>,
}

/// A look at one moment.
pub type Look = (f64, Vec<Sighting>);

/// No repetition with its set-up is shorter than a shot that somebody is seen in for less than this, s.
const LEAST_S: f64 = 3.0;

/// Chooses the lifter of every shot that may show a lift. `second` stands beside `first`, look by look. `None` when nobody was seen.
pub fn cast(cuts_s: &[f64], first: &[Look], second: &[Look], end_s: f64, picture: RectPx) -> Option<Cast> {
    let mut edges = vec![0.0];
    edges.extend(cuts_s);
    edges.push(end_s + 1.0);
    // A cut's own frame belongs to the new shot.
    let spans: Vec<[f64; 2]> = edges.windows(2).map(|w| [w[0], w[1] - 1e-4]).collect();
    let within =
        |looks: &[Look], [from, to]: [f64; 2]| -> Vec<Look> { looks.iter().filter(|l| l.0 >= from && l.0 <= to).cloned().collect() };
    let people = |span: &[f64; 2]| first.iter().filter(|l| l.0 >= span[0] && l.0 <= span[1] && !l.1.is_empty()).count();
    let longest = *spans.iter().max_by_key(|span| people(span))?;
    let choose = |span| persons::choose(&within(first, span), &within(second, span), picture);
    let choice = choose(longest)?;
    let mut shots = vec![Shot { span_s: longest, lifter: choice.lifter.clone() }];
    for &span in spans.iter().filter(|span| **span != longest && seen_s(&within(first, **span)) >= LEAST_S) {
        shots.extend(choose(span).map(|c| Shot { span_s: span, lifter: c.lifter }));
    }
    shots.sort_by(|a, b| a.span_s[0].total_cmp(&b.span_s[0]));
    Some(Cast { choice, shots })
}

/// From the first to the last sight of somebody, s.
fn seen_s(looks: &[Look]) -> f64 {
    let mut times = looks.iter().filter(|l| !l.1.is_empty()).map(|l| l.0);
    times.next().map_or(0.0, |first| times.next_back().unwrap_or(first) - first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::Roi;

    fn looks(spans: &[([f64; 2], f64)]) -> Vec<Look> {
        let at = |i: usize| {
            let t = i as f64 * 0.2;
            let there = spans.iter().filter(|s| t >= s.0[0] && t < s.0[1]);
            let seen = there.map(|s| Sighting { time_s: t, roi: Roi { x_px: s.1, y_px: 300.0, size_px: 400.0, rotation_rad: 0.0 } });
            (t, seen.collect())
        };
        (0..150).map(at).collect()
    }

    const PICTURE: RectPx = RectPx { x_px: 0.0, y_px: 0.0, width_px: 1000.0, height_px: 600.0 };

    #[test]
    fn every_shot_has_its_own_lifter() {
        let first = looks(&[([0.0, 10.0], 200.0), ([10.0, 12.0], 500.0), ([12.0, 30.0], 800.0)]);
        let none: Vec<Look> = first.iter().map(|l| (l.0, vec![])).collect();
        let cast = cast(&[10.0, 12.0], &first, &none, 30.0, PICTURE).unwrap();
        let seen: Vec<(f64, f64)> = cast.shots.iter().map(|s| (s.span_s[0], s.lifter.sightings[3].roi.x_px)).collect();
        assert_eq!(seen, [(0.0, 200.0), (12.0, 800.0)], "two seconds between cuts hold no lift");
        assert_eq!(
            cast.choice.lifter.sightings.len(),
            cast.shots[1].lifter.sightings.len(),
            "the longest shot's lifter stands for the film"
        );
        assert!(cast.shots[0].holds(9.99) && !cast.shots[0].holds(10.0) && cast.shots[1].holds(30.9));
    }

    #[test]
    fn without_cuts_there_is_one_shot_and_without_people_none() {
        let first = looks(&[([0.0, 1.0], 200.0)]);
        let none: Vec<Look> = first.iter().map(|l| (l.0, vec![])).collect();
        assert_eq!(cast(&[], &first, &none, 30.0, PICTURE).unwrap().shots.len(), 1, "however short somebody is seen");
        assert!(cast(&[], &none, &none, 30.0, PICTURE).is_none());
    }
}
