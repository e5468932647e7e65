//! `formcheck patterns`: all checks.

use super::Context;
use super::explain::checks;
use crate::error::{Error, Result};
use clap::Args;
use serde::Serialize;

/// List every check
#[derive(Debug, Args)]
pub struct Patterns {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Row {
    code: &'static str,
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    cue: &'static str,
    weight: f64,
    deductions: [f64; 3],
    page: &'static str,
}

impl Patterns {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let rows = checks().iter().map(|c| {
            let i = c.info();
            Row {
                code: i.code,
                name: i.name,
                title: i.title,
                unit: i.unit,
                cue: i.cue,
                weight: i.weight,
                deductions: i.deductions,
                page: i.page,
            }
        });
        let rows: Vec<Row> = rows.collect();
        let text = if self.json {
            serde_json::to_string_pretty(&rows).map_err(|e| Error::internal(format!("the checks cannot be represented: {e}")))? + "\n"
        } else {
            let width = rows.iter().map(|r| r.title.chars().count()).max().unwrap_or(0);
            rows.iter().map(|r| format!("{:4} {:width$}  {}\n", r.code, r.title, r.name)).collect()
        };
        context.console.print(&text)?;
        Ok(0)
    }
}
