//! What SPEC 14.3 asks of a first release, held against a summary: it names the weakest numbers.

use super::gate::{Bound, Bounds, gate};
use super::held::Held;
use super::summary::Summary;
use crate::error::Result;

/// Place in the summary's JSON, least, most.
const ASKED: [(&str, Option<f64>, Option<f64>); 13] = [
    ("accuracy.reps.f1", Some(0.98), None),
    ("accuracy.events.lift_off.median_abs_ms", None, Some(70.0)),
    ("accuracy.events.lockout.median_abs_ms", None, Some(70.0)),
    ("accuracy.angles.side.trunk.mae", None, Some(4.0)),
    ("accuracy.bar.drift_cm.loa_low", Some(-3.0), None),
    ("accuracy.bar.drift_cm.loa_high", None, Some(3.0)),
    ("accuracy.checks.E1.mild.f1.value", Some(0.7), None),
    ("accuracy.checks.E2.mild.f1.value", Some(0.7), None),
    ("accuracy.checks.E3.mild.f1.value", Some(0.8), None),
    ("real.rep_precision.value", Some(0.98), None),
    ("real.rep_recall.value", Some(0.98), None),
    ("real.lift_off.median_abs_ms", None, Some(70.0)),
    ("real.lockout.median_abs_ms", None, Some(70.0)),
];

/// What was measured of [`ASKED`], least room first.
///
/// # Errors
/// A fault of the program: the summary has no JSON form.
pub fn acceptance(summary: &Summary) -> Result<Vec<Held>> {
    let bound = |(metric, min, max): &(&str, Option<f64>, Option<f64>)| Bound {
        metric: (*metric).into(),
        min: *min,
        max: *max,
        why: "SPEC 14.3".into(),
    };
    let held = gate(summary, &Bounds { bound: ASKED.iter().map(bound).collect() })?;
    let mut held: Vec<Held> = held.held.into_iter().filter(|h| h.value.is_some()).collect();
    for h in &mut held {
        let least = ASKED.iter().find(|asked| asked.0 == h.metric).and_then(|asked| asked.1);
        // a share cannot pass 1: a perfect one has all the room there is
        if let (Some(value), Some(least)) = (h.value, least.filter(|l| (0.0..1.0).contains(l))) {
            h.margin = Some((value - least) / (1.0 - least));
        }
    }
    held.sort_by(|a, b| a.margin.unwrap_or(0.0).total_cmp(&b.margin.unwrap_or(0.0)));
    Ok(held)
}

/// "accuracy.checks.E1.mild.f1.value" → "checks E1 mild f1".
pub fn plain(metric: &str) -> String {
    let words: Vec<&str> = metric.split('.').filter(|w| !matches!(*w, "accuracy" | "value")).collect();
    words.join(" ").replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn places_read_as_words() {
        assert_eq!(plain("accuracy.events.lift_off.median_abs_ms"), "events lift off median abs ms");
        assert_eq!(plain("real.rep_recall.value"), "real rep recall");
    }
}
