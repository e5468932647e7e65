//! What may be said of checks that are clear (SPEC 11.3).

use super::phrase::Praise;
use super::{CHECKS, CheckInfo};

/// Checks that have praise, most telling first.
pub fn praises() -> Vec<(&'static CheckInfo, Praise)> {
    let mut all: Vec<_> = CHECKS.iter().filter_map(|c| Some((c.info(), c.info().praise?))).collect();
    all.sort_by_key(|(_, praise)| praise.rank);
    all
}

/// Whether a check's praise may be said beside the findings, borderline ones included.
pub fn allowed(info: &CheckInfo, found: impl Fn(&str) -> bool) -> bool {
    !CHECKS.iter().map(|c| c.info()).any(|other| found(other.code) && other.parts.iter().any(|part| info.parts.contains(part)))
}
