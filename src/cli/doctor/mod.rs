//! `formcheck doctor`: what is missing or broken on this machine, and the cure.

mod codecs;
mod install;
mod machine;

use super::Context;
use crate::error::{ErrorKind, Result};
use clap::Args;
use serde::Serialize;

/// Check OpenCV, ONNX Runtime, the networks and the codecs, and say how to mend each fault
#[derive(Debug, Args)]
#[command(after_help = "Exit code 0: all is well; 75: something must be mended first.")]
pub struct Doctor {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

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
    fn ok(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Finding { what: what.into(), state: State::Ok, detail: detail.into(), cure: None }
    }

    fn fault(what: impl Into<String>, detail: impl Into<String>, cure: impl Into<String>) -> Self {
        Finding { what: what.into(), state: State::Fault, detail: detail.into(), cure: Some(cure.into()) }
    }

    fn warning(what: impl Into<String>, detail: impl Into<String>, cure: impl Into<String>) -> Self {
        Finding { state: State::Warning, ..Self::fault(what, detail, cure) }
    }
}

impl Doctor {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let mut findings = codecs::findings();
        findings.extend(install::findings());
        findings.extend(machine::findings());
        let text = match self.json {
            true => serde_json::to_string_pretty(&findings).unwrap_or_default() + "\n",
            false => render(&findings, context.console.colour_out),
        };
        context.console.print(&text)?;
        let ill = findings.iter().any(|f| f.state == State::Fault);
        Ok(if ill { ErrorKind::Temporary.exit_code() } else { 0 })
    }
}

fn render(findings: &[Finding], colour: bool) -> String {
    let width = findings.iter().map(|f| f.what.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for f in findings {
        let (mark, code) = match f.state {
            State::Ok => ("ok  ", "32"),
            State::Warning => ("note", "33"),
            State::Fault => ("BAD ", "1;31"),
        };
        let mark = if colour { format!("\x1b[{code}m{mark}\x1b[0m") } else { mark.to_owned() };
        text.push_str(&format!("{mark}  {:width$}  {}\n", f.what, f.detail));
        if let Some(cure) = &f.cure {
            text.push_str(&format!("      {:width$}  → {cure}\n", ""));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_comes_with_its_cure() {
        let text = render(&[Finding::ok("OpenCV", "4.6"), Finding::fault("network", "missing", "run `make setup`")], false);
        assert_eq!(text, "ok    OpenCV   4.6\nBAD   network  missing\n               → run `make setup`\n");
    }
}
