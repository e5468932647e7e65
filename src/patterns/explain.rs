//! What a check sees, for people (`explain`) and for programs (`patterns --json`).

use super::{CHECKS, CheckInfo, Sight, find};
use crate::config::{Config, keys};
use serde::Serialize;

/// One threshold or setting of a check, as configured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// "section.key".
    pub key: &'static str,
    pub what: &'static str,
    pub unit: &'static str,
    /// One value, or the steps mild, moderate, severe.
    pub values: Vec<f64>,
    pub min: f64,
    pub max: f64,
    /// SPEC section with its source, or "our choice".
    pub source: &'static str,
}

/// One entry of the list of checks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    pub code: &'static str,
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub view: Sight,
    pub cue: &'static str,
    pub weight: f64,
    /// Points for mild, moderate, severe.
    pub deductions: [f64; 3],
    pub thresholds: Vec<Setting>,
}

/// Every check with its thresholds as configured, in the registry's order.
pub fn list(config: &Config) -> Vec<Entry> {
    CHECKS
        .iter()
        .map(|check| {
            let info = check.info();
            Entry {
                code: info.code,
                name: info.name,
                title: info.title,
                unit: info.unit,
                view: info.sight,
                cue: info.cue,
                weight: config.score.weight.get(info.code).unwrap_or(0.0),
                deductions: config.score.deduct.get(info.code).unwrap_or([0.0; 3]),
                thresholds: settings(info, config),
            }
        })
        .collect()
}

/// The settings that decide a check.
pub fn settings(info: &CheckInfo, config: &Config) -> Vec<Setting> {
    keys()
        .filter(|doc| info.keys.iter().any(|prefix| doc.key.starts_with(prefix)))
        .map(|doc| Setting {
            key: doc.key,
            what: doc.what,
            unit: doc.unit,
            values: crate::config::value(config, doc.key),
            min: doc.min,
            max: doc.max,
            source: doc.source,
        })
        .collect()
}

/// The page of a check with its thresholds as configured; `None` for an unknown code.
pub fn explain_with(code: &str, config: &Config) -> Option<String> {
    let info = find(code)?.info();
    let mut page = info.page.trim_end().to_owned();
    let table = settings(info, config);
    if !table.is_empty() {
        let rows: Vec<String> =
            table.iter().map(|s| format!("- `{}` = {} {}: {} ({})", s.key, numbers(&s.values), s.unit, s.what, s.source)).collect();
        page = page.replacen("{thresholds}", &rows.join("\n"), 1);
    }
    page.push('\n');
    Some(page)
}

fn numbers(values: &[f64]) -> String {
    values.iter().map(f64::to_string).collect::<Vec<_>>().join(" / ")
}
