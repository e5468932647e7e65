//! A bound held against a number.

use serde::Serialize;

/// A bound with what was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    pub metric: String,
    /// `None`: not measured, which breaks the bound.
    pub value: Option<f64>,
    pub limit: String,
    pub why: String,
    pub holds: bool,
    /// Room left, as a share of the limit: 0 = just held, negative = broken.
    pub margin: Option<f64>,
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.value.map_or("not measured".to_owned(), |v| format!("{v:.3}"));
        write!(f, "{}: {value}, must be {} ({})", self.metric, self.limit, self.why)
    }
}
