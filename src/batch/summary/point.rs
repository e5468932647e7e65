//! A set in a chart.

use super::charts::Point;
use super::material::report_link;
use crate::batch::record::SetRecord;
use std::path::Path;

/// Where a set lies in a chart, what it is called there and where it leads.
pub fn point(set: &SetRecord, x: f64, y: f64, digits: usize, out: &Path, up: &str) -> Point {
    let day = set.facts.date.map_or(String::new(), |d| format!(", {d}"));
    let load = set.facts.load_kg.map_or(String::new(), |kg| format!(", {kg} kg"));
    Point { x, y, name: format!("{}: {y:.digits$}{load}{day}", set.called()), href: format!("{up}{}", report_link(set, out)) }
}
