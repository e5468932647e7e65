//! `formcheck explain`: one check, as its page has it.

use super::context::Context;
use crate::error::{Error, Result};
use crate::patterns::{CHECKS, explain_with, find};
use clap::Args;
use std::path::PathBuf;

/// Say what a check sees, how it is measured, and when not to trust it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  formcheck explain E3\n  formcheck explain rounded-back\n  formcheck patterns")]
pub struct Explain {
    /// Code or name of a check, e.g. E1, S4, rounded-back
    pub code: String,
    /// Thresholds and settings (TOML) to show instead of the defaults
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Explain {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let code = self.code.trim();
        let unknown = || {
            let codes: Vec<&str> = CHECKS.iter().map(|c| c.info().code).collect();
            Error::usage(format!("there is no check {code:?}"), format!("checks are {}; `formcheck patterns` names them", codes.join(", ")))
        };
        let info = find(code).ok_or_else(unknown)?.info();
        let page = explain_with(info.code, &crate::config::load(self.config.as_deref())?).ok_or_else(unknown)?;
        let title = format!("{} {} ({})\n\n", info.code, info.title, info.name);
        // A page that opens with its own heading needs no second one.
        context.console.print(&if page.starts_with("# ") { page } else { title + &page })?;
        Ok(0)
    }
}
