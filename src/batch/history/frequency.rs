//! O6 sessions per week and O7 time between heavy sessions (SPEC 9), over all kinds of deadlift.

use super::metric::{Kind, Metric, graded};
use super::reference::Reference;
use crate::batch::date::Day;
use crate::batch::record::SetRecord;
use crate::config::Load;
use crate::patterns::Reason;

/// Days with at least one set, ascending: the sessions.
pub fn days(sets: &[&SetRecord]) -> Vec<Day> {
    let mut days: Vec<Day> = sets.iter().filter_map(|s| s.facts.date).collect();
    days.sort();
    days.dedup();
    days
}

/// O6: sessions in the seven days that end with the last one.
pub fn sessions(sets: &[&SetRecord], load: &Load) -> Metric {
    let kind = Kind { id: "O6", name: "sessions in seven days", unit: "sessions", threshold: load.sessions7.array() };
    let days = days(sets);
    let Some(last) = days.last() else { return kind.unknown(Reason::NoHistory, "needs dates") };
    let count = days.iter().filter(|d| last.number() - d.number() < 7).count() as f64;
    let severity = graded(count, load.sessions7.array(), |v, step| v >= step);
    let text = format!(
        "{count:.0} in the seven days to {last}; the guide's limit is one or two, not a law: general guidelines allow two or three for novices"
    );
    kind.seen(count, severity, text)
}

/// O7: shortest time between the last two heavy sessions. Only days are known, so two sessions
/// on consecutive days count as 24 h apart.
pub fn rest(sets: &[&SetRecord], references: &[Reference], load: &Load) -> Metric {
    let kind = Kind { id: "O7", name: "time between heavy sessions", unit: "h", threshold: load.rest_h.array() };
    let heavy = |s: &&&SetRecord| {
        let reference = references.iter().find(|r| r.variant == s.variant);
        s.facts.load_kg.zip(reference).is_some_and(|(kg, r)| kg / r.load_kg * 100.0 >= load.heavy_pct)
    };
    let days = days(&sets.iter().filter(heavy).copied().collect::<Vec<_>>());
    let [.., before, last] = days[..] else {
        return kind.unknown(Reason::NoHistory, format!("needs two dated sessions from {:.0} % of the best load", load.heavy_pct));
    };
    let hours = (last.number() - before.number()) as f64 * 24.0;
    let severity = graded(hours, load.rest_h.array(), |v, step| v < step);
    kind.seen(hours, severity, format!("about {hours:.0} h between {before} and {last}"))
}
