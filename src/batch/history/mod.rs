//! Form against load and frequency over the sets of one lifter (SPEC 9). Describes, never prescribes.

mod frequency;
mod load;
mod metric;
mod profile;
mod reference;
mod within;

use super::record::SetRecord;
use crate::config::Config;
use crate::patterns::Severity;
use serde::Serialize;
use std::collections::BTreeMap;

pub use metric::Metric;
pub use profile::{LinePoint, Profile, ProfilePoint};
pub use reference::{Reference, one_rep_max};

/// SPEC 9.6: an example from the guide, word for word; offered, never prescribed.
pub const BACK_OFF: &str = "The lifter in the guide went back to 50 % of his max, used three cues, and was at 80 % four weeks later.";

/// SPEC 12, shown before anything else when pain was reported.
pub const PAIN: &[&str] = &[
    "Mild muscular soreness along the spine muscles can be normal after heavy pulling. Sharp or localised pain, tingling, or pain \
     radiating down the leg is not: stop and get it evaluated promptly.",
    "Pain during or right after lifting: stop the exercise. Chronic or recurring pain: see a physical therapist or sports physician \
     before resuming.",
    "New numbness around the genitals or buttocks, new bladder or bowel problems, or worsening weakness or numbness in both legs: \
     emergency care now.",
];

/// What the sets of one lifter show together.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    pub lifter: Option<String>,
    pub sets: usize,
    pub sessions: usize,
    pub one_rep_max: Vec<Reference>,
    /// Speed against load, one per kind of deadlift; empty with pain reported.
    pub load_velocity: Vec<Profile>,
    pub metrics: Vec<Metric>,
    pub pain_reported: bool,
    /// SPEC 12's sentences, when pain was reported.
    pub pain: &'static [&'static str],
    /// SPEC 9.6, where it applies.
    pub example: Option<&'static str>,
}

/// Reads the sets of one lifter, oldest first; each video counts once.
pub fn history(lifter: Option<&str>, sets: &[&SetRecord], config: &Config) -> History {
    let pain_reported = sets.iter().any(|s| s.facts.pain);
    let mut variants: BTreeMap<&'static str, Vec<&SetRecord>> = BTreeMap::new();
    sets.iter().for_each(|s| variants.entry(s.variant.name()).or_default().push(s));
    let (mut metrics, mut references, mut profiles) = (vec![], vec![], vec![]);
    for group in variants.values() {
        let reference = one_rep_max(group);
        let mut own = vec![];
        if !pain_reported {
            own.push(load::form_slope(group, reference.as_ref(), &config.load));
            own.push(load::ceiling(group, &config.load));
            own.push(load::jump(group, &config.load));
        }
        own.push(within::speed_loss(group, &config.load));
        own.push(within::form_decay(group, &config.load));
        own.iter_mut().for_each(|m| m.variant = Some(group[0].variant));
        metrics.append(&mut own);
        references.extend(reference);
        // SPEC 12: with pain reported nothing is said of loads.
        profiles.extend(profile::profile(group).filter(|_| !pain_reported));
    }
    metrics.push(frequency::sessions(sets, &config.load));
    metrics.push(frequency::rest(sets, &references, &config.load));
    metrics.sort_by_key(|m| m.id);
    let example = (!pain_reported && back_off(sets, &metrics)).then_some(BACK_OFF);
    History {
        lifter: lifter.map(str::to_owned),
        sets: sets.len(),
        sessions: frequency::days(sets).len(),
        one_rep_max: references,
        load_velocity: profiles,
        metrics,
        pain_reported,
        pain: if pain_reported { PAIN } else { &[] },
        example,
    }
}

/// SPEC 9.6: O2 or O3 moderate or more, or a severe E1 or E3 in two sessions or more.
fn back_off(sets: &[&SetRecord], metrics: &[Metric]) -> bool {
    let loaded = metrics.iter().any(|m| ["O2", "O3"].contains(&m.id) && m.severity >= Severity::Moderate);
    let severe = |code: &str| {
        let shown: Vec<&SetRecord> = sets.iter().copied().filter(|s| s.severity(code) == Severity::Severe).collect();
        frequency::days(&shown).len() >= 2
    };
    loaded || severe("E1") || severe("E3")
}

#[cfg(test)]
pub(crate) mod testkit;
#[cfg(test)]
mod tests;
