//! `formcheck explain`: one check, as its page has it.

use super::Context;
use super::options::Assess;
use crate::error::{Error, Result};
use crate::patterns::{CHECKS, explain_with, find};
use clap::Args;

/// Say what a check sees, how it is measured, and when not to trust it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  formcheck explain E3\n  formcheck patterns")]
pub struct Explain {
    /// Code of a check, e.g. E1, S4, P6
    pub code: String,
    #[command(flatten)]
    pub assess: Assess,
}

impl Explain {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let code = self.code.trim();
        let unknown = || {
            let codes: Vec<&str> = CHECKS.iter().map(|c| c.info().code).collect();
            Error::usage(format!("there is no check {code:?}"), format!("checks are {}; `formcheck patterns` names them", codes.join(", ")))
        };
        let info = find(code).ok_or_else(unknown)?.info();
        let page = explain_with(code, &self.assess.config()?).ok_or_else(unknown)?;
        let title = format!("{} {} ({})\n\n", info.code, info.title, info.name);
        // A page that opens with its own heading needs no second one.
        context.console.print(&if page.starts_with("# ") { page } else { title + &page })?;
        Ok(0)
    }
}
