//! An error as the journal and the summaries keep it.

use crate::error::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// An [`Error`] as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// [`crate::ErrorKind::name`], or of an isolated file's end: "crashed", "memory", "timeout".
    pub kind: String,
    pub message: String,
    pub cause: Option<String>,
    pub hint: String,
}

impl From<&Error> for Failure {
    fn from(e: &Error) -> Self {
        Failure {
            kind: e.kind.name().into(),
            message: e.message.clone(),
            // Some messages are made of their cause; it is not told twice.
            cause: e.source.as_ref().map(ToString::to_string).filter(|cause| !e.message.contains(cause)),
            hint: e.hint.clone(),
        }
    }
}

impl Failure {
    /// Whether another try may succeed.
    pub fn is_curable(&self) -> bool {
        [ErrorKind::Temporary.name(), ErrorKind::Interrupted.name()].contains(&self.kind.as_str())
    }

    /// Names the input as the summaries do, so that they do not depend on where the folder lies.
    pub fn named(mut self, input: &Path, name: &str) -> Self {
        let place = input.display().to_string();
        self.message = self.message.replace(&place, name);
        self.cause = self.cause.map(|c| c.replace(&place, name));
        self
    }
}
