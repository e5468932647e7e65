//! `formcheck config`: the effective configuration.

use super::context::Context;
use super::options::Assess;
use crate::config::render;
use crate::error::Result;
use clap::Args;

/// Print the effective configuration as TOML, every key with its unit and source
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  formcheck config > mine.toml\n  formcheck config --config mine.toml --height 178")]
pub struct ConfigCommand {
    #[command(flatten)]
    pub assess: Assess,
}

impl ConfigCommand {
    pub fn run(&self, context: &Context) -> Result<u8> {
        context.console.print(&render(&self.assess.config()?)?)?;
        Ok(0)
    }
}
