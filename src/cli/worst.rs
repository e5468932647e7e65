//! The worst that was found.

use crate::patterns::{Severity, Status};
use crate::report::Report;

/// Worst severity of the flags in a report.
pub fn worst_flag(report: &Report) -> Severity {
    let checks = report.reps.iter().flat_map(|r| &r.checks).filter(|c| c.status == Status::Flag);
    checks.map(|c| c.severity).max().unwrap_or(Severity::None)
}
