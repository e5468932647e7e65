//! What was looked at, and what to do about it.

use serde::Serialize;

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    pub what: String,
    pub state: State,
    /// What was seen.
    pub detail: String,
    /// What to do; only with a fault or a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// The program works, with a limit.
    Warning,
    Fault,
}

impl Finding {
    pub fn ok(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Finding { what: what.into(), state: State::Ok, detail: detail.into(), cure: None }
    }

    pub fn fault(what: impl Into<String>, detail: impl Into<String>, cure: impl Into<String>) -> Self {
        Finding { what: what.into(), state: State::Fault, detail: detail.into(), cure: Some(cure.into()) }
    }

    pub fn warning(what: impl Into<String>, detail: impl Into<String>, cure: impl Into<String>) -> Self {
        Finding { state: State::Warning, ..Self::fault(what, detail, cure) }
    }
}
