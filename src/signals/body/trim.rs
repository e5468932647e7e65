//! Evidence without the moments that no body explains: a pose that the network took from a caption or a plate misleads the whole clip.

use super::evidence::Evidence;
use super::solver::{Solution, sighting_cost};
use crate::numeric::median;

/// A moment whose marks cost so many times the usual is left out, the worst first.
const TIMES_USUAL: f64 = 3.0;
/// So much of the evidence at most; a body found from less is a guess.
const MOST_LEFT_OUT: f64 = 0.3;

/// `None` where nothing stands out.
pub fn trimmed(e: &Evidence, s: &Solution) -> Option<Evidence> {
    let mut cost = vec![(0.0, 0); e.frames];
    for sighting in &e.sightings {
        let (sum, n) = &mut cost[sighting.frame];
        *sum += sighting_cost(e, sighting, &s.x[sighting.frame], &s.g);
        *n += 1;
    }
    let mut seen: Vec<(usize, f64)> =
        cost.iter().enumerate().filter(|(_, c)| c.1 > 0).map(|(frame, (sum, n))| (frame, sum / f64::from(*n))).collect();
    let usual = median(seen.iter().map(|m| m.1))?;
    seen.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut out = vec![false; e.frames];
    let mut left = MOST_LEFT_OUT * e.sightings.len() as f64;
    for (frame, _) in seen.into_iter().take_while(|m| m.1 > TIMES_USUAL * usual) {
        left -= f64::from(cost[frame].1);
        if left < 0.0 {
            break;
        }
        out[frame] = true;
    }
    let sightings: Vec<_> = e.sightings.iter().filter(|s| !out[s.frame]).copied().collect();
    (sightings.len() < e.sightings.len()).then(|| Evidence { sightings, ..e.clone() })
}
