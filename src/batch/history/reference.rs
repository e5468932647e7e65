//! The load that percentages refer to (SPEC 9): given, else the best single, else estimated.

use crate::batch::record::SetRecord;
use crate::reps::Variant;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reference {
    pub variant: Variant,
    pub load_kg: f64,
    /// "given", "best single" or "estimated".
    pub source: &'static str,
}

/// One-repetition maximum of sets of one variant; `None` when no load is known.
pub fn one_rep_max(sets: &[&SetRecord]) -> Option<Reference> {
    let variant = sets.first()?.variant;
    let best = |values: &mut dyn Iterator<Item = f64>| values.max_by(f64::total_cmp);
    if let Some(given) = sets.iter().rev().find_map(|s| s.facts.one_rep_max_kg) {
        return Some(Reference { variant, load_kg: given, source: "given" });
    }
    // A clip without a full repetition tells no maximum, whatever was noted beside it (SPEC 11.3).
    let reps = |s: &SetRecord| if s.rep_count == 0 { 0 } else { s.facts.reps.unwrap_or(s.rep_count) };
    let lifted = |often: fn(u32) -> bool| best(&mut sets.iter().filter(|s| often(reps(s))).filter_map(|s| s.facts.load_kg));
    // Who lifted more than that more than once can lift more once.
    let single = lifted(|n| n == 1).filter(|one| lifted(|n| n > 1).is_none_or(|several| several <= *one));
    if let Some(load_kg) = single {
        return Some(Reference { variant, load_kg, source: "best single" });
    }
    // Epley's formula; unverified (SPEC 9 [U]), hence always called an estimate.
    let estimates = &mut sets.iter().filter(|s| (2..=6).contains(&reps(s))).filter_map(|s| {
        let load = s.facts.load_kg?;
        Some(load * (1.0 + f64::from(reps(s)) / 30.0))
    });
    best(estimates).map(|load_kg| Reference { variant, load_kg, source: "estimated" })
}
