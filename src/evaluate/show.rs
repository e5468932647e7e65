//! The summary on the terminal, as Markdown and as JSON.

use super::summary::Summary;
use super::tables::tables;
use super::tables_kit::Table;
use crate::error::{Error, Result};
use serde::Serialize;
use serde_json::Value;

fn heading(summary: &Summary) -> String {
    let made = made([&summary.program_version, &summary.model, &summary.date]);
    format!("{} clips evaluated, {} not. {made} by", summary.clips.len(), summary.failures.len())
}

/// By which program and network, and when.
pub(super) fn made([program, model, date]: [&str; 3]) -> String {
    format!("Program {program}, network {model}. Made on {date}")
}

/// For the terminal.
pub fn text(summary: &Summary) -> String {
    on_terminal(&format!("{} {}", heading(summary), summary.command), tables(summary))
}

/// Tables under a heading, for the terminal.
pub(super) fn on_terminal(heading: &str, tables: Vec<Table>) -> String {
    let mut out = format!("{heading}\n");
    for Table { title, header, rows, note } in tables {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
        table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
        table.set_header(header);
        rows.into_iter().for_each(|row| {
            table.add_row(row);
        });
        out.push_str(&format!("\n{title}\n{table}\n"));
        out.extend(note.map(|n| n + "\n"));
    }
    out
}

/// For docs/accuracy.md.
pub fn markdown(summary: &Summary) -> String {
    as_markdown(&format!("{} `{}`.", heading(summary), summary.command), tables(summary))
}

/// Tables under a heading, as Markdown.
pub(super) fn as_markdown(heading: &str, tables: Vec<Table>) -> String {
    let mut out = format!("{heading}\n");
    for Table { title, header, rows, note } in tables {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.iter().map(|c| c.replace('|', "\\|")).collect::<Vec<_>>().join(" | "));
        out.push_str(&format!("\n#### {title}\n\n"));
        out.push_str(&line(header.iter().map(|h| (*h).to_owned()).collect()));
        out.push_str(&format!("|{}\n", "---|".repeat(header.len())));
        out.extend(rows.into_iter().map(line));
        out.extend(note.map(|n| format!("\n{n}\n")));
    }
    out
}

/// Numbers are rounded to six decimals, so that the same run gives the same bytes everywhere.
///
/// # Errors
/// A fault of the program: the summary has no JSON form.
pub fn json(summary: &impl Serialize) -> Result<String> {
    let broken = |e: serde_json::Error| Error::internal(format!("the summary has no JSON form: {e}"));
    let mut value = serde_json::to_value(summary).map_err(broken)?;
    round(&mut value);
    serde_json::to_string_pretty(&value).map_err(broken)
}

fn round(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(map) => map.values_mut().for_each(round),
        Value::Number(n) if n.is_f64() => {
            *value = n.as_f64().and_then(|v| serde_json::Number::from_f64((v * 1e6).round() / 1e6)).map_or(Value::Null, Value::Number);
        }
        _ => {}
    }
}
