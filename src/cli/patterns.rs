//! `formcheck patterns`: all checks.

use super::context::Context;
use super::options::Assess;
use crate::error::{Error, Result};
use crate::patterns::{CHECKS, list};
use clap::Args;

/// List every check
#[derive(Debug, Args)]
pub struct Patterns {
    /// As JSON, with every threshold as configured
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub assess: Assess,
}

impl Patterns {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let config = self.assess.config()?;
        let text = if self.json {
            serde_json::to_string_pretty(&list(&config)).map_err(|e| Error::internal(format!("the checks cannot be represented: {e}")))?
                + "\n"
        } else {
            let infos = || CHECKS.iter().map(|c| c.info());
            let width = infos().map(|i| i.title.chars().count()).max().unwrap_or(0);
            infos().map(|i| format!("{:4} {:width$}  {}\n", i.code, i.title, i.name)).collect()
        };
        context.console.print(&text)?;
        Ok(0)
    }
}
