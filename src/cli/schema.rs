//! `formcheck schema`: what the numbers of `report.json` mean, for programs.

use super::context::Context;
use crate::error::Result;
use crate::report::json;
use clap::Args;

/// Print the JSON schema of report.json: every property and metric with meaning, unit, sign and zero
#[derive(Debug, Args)]
pub struct Schema {}

impl Schema {
    pub fn run(&self, context: &Context) -> Result<u8> {
        context.console.print(json::SCHEMA)?;
        Ok(0)
    }
}
