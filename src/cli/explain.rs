//! `formcheck explain`: one check, as its page has it.

use super::Context;
use crate::config::docs::KEYS;
use crate::error::{Error, Result};
use crate::patterns::Check;
use clap::Args;
use std::fmt::Write;

/// Say what a check sees, how it is measured, and when not to trust it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  formcheck explain E3\n  formcheck patterns")]
pub struct Explain {
    /// Code of a check, e.g. E1, S4, P6
    pub code: String,
}

/// The checks of this program, in the order of reports.
pub fn checks() -> &'static [&'static dyn Check] {
    crate::patterns::CHECKS
}

/// Refuses codes that no check has.
pub fn known_codes<'a>(codes: impl Iterator<Item = &'a String>) -> Result<()> {
    codes.map(|code| find(checks(), code).map(|_| ())).collect()
}

/// The check of a code, in any case.
pub fn find(checks: &[&'static dyn Check], code: &str) -> Result<&'static dyn Check> {
    let found = checks.iter().copied().find(|c| c.info().code.eq_ignore_ascii_case(code.trim()));
    found.ok_or_else(|| {
        let codes: Vec<&str> = checks.iter().map(|c| c.info().code).collect();
        Error::usage(format!("there is no check {code:?}"), format!("checks are {}; `formcheck patterns` lists them with their names", codes.join(", ")))
    })
}

impl Explain {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let check = find(checks(), &self.code)?;
        context.console.print(&page(check))?;
        Ok(0)
    }
}

/// The check's page, its weight, and the settings that belong to it.
fn page(check: &dyn Check) -> String {
    let info = check.info();
    let mut text = format!("{} {} ({})\n\n{}\n", info.code, info.title, info.name, info.page.trim());
    let settings: Vec<_> = KEYS.iter().filter(|k| k.key.split('.').next() == Some(info.code)).collect();
    if !settings.is_empty() {
        text.push_str("\nSettings (see `formcheck config`):\n");
    }
    for key in settings {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}: {}; {}, {} to {}; {}", key.key, key.what, key.unit, key.min, key.max, key.source);
    }
    text
}
