//! `formcheck doctor`: what is missing or broken on this machine, and the cure.

#[cfg(feature = "vision")]
mod codecs;
mod finding;
#[cfg(feature = "vision")]
mod install;
mod machine;

use super::context::Context;
use crate::error::{ErrorKind, Result};
use clap::Args;
use finding::{Finding, State};

/// Check OpenCV, ONNX Runtime, the networks and the codecs, and say how to mend each fault
#[derive(Debug, Args)]
#[command(after_help = "Exit code 0: all is well; 75: something must be mended first.")]
pub struct Doctor {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

impl Doctor {
    pub fn run(&self, context: &Context) -> Result<u8> {
        let mut findings = vision();
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

#[cfg(feature = "vision")]
fn vision() -> Vec<Finding> {
    [codecs::findings(), install::findings()].concat()
}

#[cfg(not(feature = "vision"))]
fn vision() -> Vec<Finding> {
    vec![Finding::warning(
        "vision",
        "not in this build: videos cannot be looked at, saved tracks can be scored",
        "build with default features",
    )]
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
