//! The check that a user names, and those that he wants.

use super::checks::CHECKS;
use super::{Check, Verdict};
use crate::config::Config;
use crate::error::{Error, Result};

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
