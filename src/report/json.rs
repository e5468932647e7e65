//! `report.json` and its schema, which ships as `report.schema.json` beside this file.

use super::Report;
use super::types::REPORT_SCHEMA;
use crate::error::{Error, Result};
use crate::files;
use crate::patterns::described;
use std::path::Path;

/// JSON Schema (2020-12) of `report.json`.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// The report as JSON text with a final newline. A number that is not finite becomes `null`.
pub fn to_string(report: &Report) -> Result<String> {
    serde_json::to_string_pretty(report)
        .map(|text| text + "\n")
        .map_err(|e| Error::internal(format!("the report cannot be represented as JSON: {e}")))
}

/// The report as one line of JSON.
pub fn to_line(report: &Report) -> Result<String> {
    serde_json::to_string(report)
        .map(|text| text + "\n")
        .map_err(|e| Error::internal(format!("the report cannot be represented as JSON: {e}")))
}

/// Writes [`to_string`] to a file, whole or not at all.
///
/// # Errors
/// The file cannot be written; what stood there before stands there still.
pub fn write(report: &Report, path: &Path) -> Result<()> {
    files::write_whole(path, to_string(report)?.as_bytes())
}

/// Reads a saved report, for comparisons and summaries.
///
/// # Errors
/// The file cannot be read, or is no report of this version.
pub fn read(path: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
    let schema = serde_json::from_str::<Schema>(&text).ok().map(|s| s.schema_version);
    if let Some(version) = schema.as_deref().filter(|v| v.split('.').next() != REPORT_SCHEMA.split('.').next()) {
        return Err(Error::input(
            format!("{} is a report of schema {version}, which this program does not read", path.display()),
            "make it anew: `formcheck score` on the track.json.gz beside it, or analyse the video again",
        ));
    }
    serde_json::from_str(&text).map_err(|e| {
        let what = if schema.is_some() { "is not a whole report" } else { "is not a report" };
        let hint = "give the report.json of an analysed set, or analyse the video again";
        Error::input(format!("{} {what}", path.display()), hint).because(e)
    })
}

/// What every version of a report has.
#[derive(serde::Deserialize)]
struct Schema {
    schema_version: String,
}

/// The schema as the types say it now.
pub fn schema() -> Result<String> {
    let wrong = |e| Error::internal(format!("the schema cannot be represented: {e}"));
    let mut schema = serde_json::to_value(schemars::schema_for!(Report)).map_err(wrong)?;
    // A map of names in the types: what each name means stands here.
    let metric = |meaning: &str| serde_json::json!({"description": meaning, "type": ["number", "null"]});
    let metrics: serde_json::Map<String, serde_json::Value> =
        described().into_iter().map(|m| (m.name.to_owned(), metric(m.meaning))).collect();
    if let Some(part) = schema.pointer_mut("/$defs/RepPart/properties/metrics") {
        part["properties"] = metrics.into();
    }
    serde_json::to_string_pretty(&schema).map(|text| text + "\n").map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// After a change of the types: `UPDATE_SCHEMA=1 cargo test --release schema`.
    #[test]
    fn the_shipped_schema_is_current() {
        let now = schema().unwrap();
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/report.schema.json"), &now).unwrap();
        }
        let shipped = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/report.schema.json")).unwrap();
        assert!(now == shipped, "run `UPDATE_SCHEMA=1 cargo test --release schema` and commit src/report/report.schema.json");
    }

    #[test]
    fn every_property_and_metric_says_what_it_means() {
        let schema: serde_json::Value = serde_json::from_str(&schema().unwrap()).unwrap();
        let defs = schema["$defs"].as_object().unwrap().values().chain([&schema]);
        let mut silent = vec![];
        for (name, property) in defs.filter_map(|d| d["properties"].as_object()).flatten() {
            if property["description"].as_str().is_none_or(str::is_empty) {
                silent.push(name.clone());
            }
        }
        assert!(silent.is_empty(), "{silent:?}");
        // Metrics that a whole lift yields are all explained.
        let judged = crate::patterns::testkit::Lift::default().judged();
        let named = |name: &str| described().iter().any(|m| m.name == name);
        let unknown: Vec<&&str> = judged.reps.iter().flat_map(|r| r.metrics.keys()).filter(|n| !named(n)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn samples_validate_and_wrong_reports_do_not() {
        let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
        for case in sample::CASES {
            let value = serde_json::to_value(sample::build(case).report).unwrap();
            let faults: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{case:?}: {faults:?}");
            let mut wrong = value.clone();
            wrong["reps"][0]["coverage"] = "much".into();
            assert!(!validator.is_valid(&wrong));
            wrong = value;
            wrong.as_object_mut().unwrap().remove("notice");
            assert!(!validator.is_valid(&wrong));
        }
    }

    #[test]
    fn a_report_is_read_back_as_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let report = sample::build(sample::Case::Faulty).report;
        write(&report, &path).unwrap();
        assert_eq!(to_string(&read(&path).unwrap()).unwrap(), to_string(&report).unwrap());
    }
}
