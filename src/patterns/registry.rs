//! Every check of the guide, in SPEC's order (SPEC 2). No macros: this list is all there is.

use super::checks::*;
use super::{Check, Verdict};
use crate::config::Config;
use crate::error::{Error, Result};

/// All checks, in the order of reports.
pub static CHECKS: &[&dyn Check] = &[
    &e1::RoundedBack,
    &e2::Hyperextension,
    &e3::HipsFirst,
    &e4::BarDrift,
    &e5::Bracing,
    &unseen::E6,
    &s1::Stance,
    &s2::BarOverMidFoot,
    &s3::Grip,
    &s4::Shoulders,
    &s5::StartPosition,
    &s6::ChestUp,
    &s7::BarAtShins,
    &unseen::S8,
    &s9::Lats,
    &unseen::S10,
    &p1::WholeFoot,
    &p2::IncompleteLockout,
    &p3::ShoulderPosition,
    &p4::Control,
    &p5::HingeFirst,
    &p6::BackInLowering,
    &p7::Rushing,
    &unseen::D1,
    &d2::GripSlip,
    &unseen::T1,
    &t2::KneeTracking,
    &unseen::T3,
    &unseen::F3,
    &unseen::O1,
    &unseen::O2,
    &unseen::O3,
    &unseen::O4,
    &unseen::O5,
    &unseen::O6,
    &unseen::O7,
];

/// The check with a code or a name, in any case.
pub fn find(code: &str) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|c| c.info().code.eq_ignore_ascii_case(code) || c.info().name.eq_ignore_ascii_case(code))
}

/// Whether the user wants to see a check (--select, --ignore).
pub fn selected(code: &str, config: &Config) -> bool {
    let named = |list: &[String]| list.iter().any(|c| c.trim().eq_ignore_ascii_case(code));
    (config.checks.select.is_empty() || named(&config.checks.select)) && !named(&config.checks.ignore)
}

/// Refuses codes that do not exist, naming those that do.
pub fn validate_selection(config: &Config) -> Result<()> {
    let unknown: Vec<&str> =
        config.checks.select.iter().chain(&config.checks.ignore).map(|c| c.trim()).filter(|c| find(c).is_none()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let known: Vec<&str> = CHECKS.iter().map(|c| c.info().code).collect();
    let noun = if unknown.len() == 1 { "is not a check" } else { "are not checks" };
    Err(Error::usage(
        format!("{} {noun}", unknown.join(", ")),
        format!("the checks are {}; `formcheck patterns` says what each sees", known.join(", ")),
    ))
}

/// A verdict without a measurement where the user left the check out.
pub fn not_selected() -> Verdict {
    Verdict::NotApplicable(super::Reason::NotSelected)
}
