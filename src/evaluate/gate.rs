//! Lower bounds that the accuracy must hold (`fixtures/bounds.toml`).

use super::held::Held;
use super::summary::Summary;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::Path;

/// The file: any number of `[[bound]]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    pub bound: Vec<Bound>,
}

/// One number that must stay within limits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Place in the JSON of [`Summary`], keys joined by dots: "accuracy.reps.recall.value".
    pub metric: String,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Where the limit comes from.
    pub why: String,
}

/// All bounds with what was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Gate {
    pub held: Vec<Held>,
}

impl Bounds {
    pub fn read(path: &Path) -> Result<Bounds> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
        Self::parse(&text).map_err(|e| Error { message: format!("{}: {}", path.display(), e.message), ..e })
    }

    pub fn parse(text: &str) -> Result<Bounds> {
        let wrong = |what: String| Error::usage(what, "a bound is [[bound]] with metric, min and/or max, and why");
        let bounds: Bounds = toml::from_str(text).map_err(|e| wrong(e.message().to_owned()))?;
        match bounds.bound.iter().find(|b| b.min.is_none() && b.max.is_none()) {
            Some(empty) => Err(wrong(format!("{} has neither min nor max", empty.metric))),
            None => Ok(bounds),
        }
    }
}

/// Holds a summary against its bounds.
pub fn gate(summary: &Summary, bounds: &Bounds) -> Result<Gate> {
    let numbers = serde_json::to_value(summary).map_err(|e| Error::internal(format!("the summary has no JSON form: {e}")))?;
    Ok(Gate { held: bounds.bound.iter().map(|b| hold(b, look_up(&numbers, &b.metric))).collect() })
}

fn look_up(numbers: &Value, metric: &str) -> Option<f64> {
    metric.split('.').try_fold(numbers, |value, key| value.get(key))?.as_f64()
}

fn hold(bound: &Bound, value: Option<f64>) -> Held {
    let room = |limit: f64, left: f64| if limit == 0.0 { left } else { left / limit.abs() };
    let margin = value.map(|v| {
        let above = bound.min.map(|min| room(min, v - min));
        let below = bound.max.map(|max| room(max, max - v));
        above.into_iter().chain(below).fold(f64::INFINITY, f64::min)
    });
    let limit = match (bound.min, bound.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("≥ {min}"),
        (None, max) => format!("≤ {}", max.unwrap_or(f64::NAN)),
    };
    let holds = margin.is_some_and(|m| m >= 0.0);
    Held { metric: bound.metric.clone(), value, limit, why: bound.why.clone(), holds, margin }
}

impl Gate {
    pub fn broken(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|h| !h.holds)
    }

    /// The numbers with the least room, weakest first; what was not measured comes first.
    pub fn weakest(&self, count: usize) -> Vec<&Held> {
        let mut all: Vec<&Held> = self.held.iter().collect();
        all.sort_by(|a, b| a.margin.unwrap_or(f64::NEG_INFINITY).total_cmp(&b.margin.unwrap_or(f64::NEG_INFINITY)));
        all.truncate(count);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> Summary {
        Summary {
            date: "2025-01-01".into(),
            command: "formcheck evaluate lifts".into(),
            program_version: "1".into(),
            model: "heavy".into(),
            clips: vec![],
            failures: vec![],
            acceptance: vec![],
            accuracy: Some(super::super::metrics::summarise(&[])),
            real: None,
        }
    }

    #[test]
    fn bounds_are_looked_up_by_path_and_what_is_missing_breaks_them() {
        let bounds = Bounds::parse(
            "[[bound]]\nmetric = \"accuracy.clips\"\nmax = 0\nwhy = \"a\"\n\
             [[bound]]\nmetric = \"accuracy.reps.recall.value\"\nmin = 0.9\nwhy = \"b\"\n",
        )
        .unwrap();
        let gate = gate(&summary(), &bounds).unwrap();
        assert_eq!(gate.broken().map(|h| h.metric.as_str()).collect::<Vec<_>>(), ["accuracy.reps.recall.value"]);
        assert!(gate.held[1].to_string().contains("not measured"));
    }

    #[test]
    fn margins_name_the_weakest() {
        let bound = |metric: &str, min, max| Bound { metric: metric.into(), min, max, why: "test".into() };
        let held = vec![
            hold(&bound("a", Some(0.8), None), Some(0.88)),
            hold(&bound("b", None, Some(70.0)), Some(77.0)),
            hold(&bound("c", Some(-3.0), Some(3.0)), Some(2.4)),
        ];
        assert_eq!(held.iter().map(|h| h.holds).collect::<Vec<_>>(), [true, false, true]);
        assert!((held[0].margin.unwrap() - 0.1).abs() < 1e-9 && (held[1].margin.unwrap() + 0.1).abs() < 1e-9);
        assert!((held[2].margin.unwrap() - 0.2).abs() < 1e-9);
        let gate = Gate { held };
        assert_eq!(gate.weakest(2).iter().map(|h| h.metric.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn faulty_files_are_refused() {
        assert!(Bounds::parse("[[bound]]\nmetric = \"a\"\nwhy = \"x\"\n").unwrap_err().message.contains("a has neither"));
        assert!(Bounds::parse("[[bound]]\nmetrc = \"a\"\n").is_err());
    }
}
