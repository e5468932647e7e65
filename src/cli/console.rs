//! Everything that is printed: results on standard output, all else on standard error.

use crate::batch::text::harmless;
use crate::error::{Error, Result};
use clap::{Args, ValueEnum};
use std::io::{ErrorKind, IsTerminal, Write};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    #[default]
    Auto,
    Always,
    Never,
}

/// How much is told, and how.
#[derive(Debug, Clone, Default, Args)]
pub struct Shown {
    /// Tell more (twice: much more)
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
    /// Tell errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Colours: on a terminal, always or never; NO_COLOR is honoured
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: When,
    /// Progress bars: on a terminal, always or never
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub progress: When,
}

/// How this run prints.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    pub quiet: bool,
    pub verbose: u8,
    /// Colours on standard output and on standard error.
    pub colour_out: bool,
    pub colour_err: bool,
    /// Bars that redraw themselves, on standard error.
    pub bars: bool,
    /// Columns that standard output has, at most as many as summaries are laid out for.
    pub columns: usize,
}

/// Columns a summary is laid out for, and the fewest it can be read in.
const COLUMNS: usize = 80;
const COLUMNS_LEAST: usize = 48;

/// Of a terminal its own columns within these bounds; a file has all of them.
fn columns(own: Option<usize>) -> usize {
    own.filter(|c| *c > 0).unwrap_or(COLUMNS).clamp(COLUMNS_LEAST, COLUMNS)
}

impl Console {
    pub fn new(shown: &Shown) -> Self {
        let (out, err) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let colour = |terminal: bool| match shown.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && !plain,
        };
        let bars = match shown.progress {
            When::Always => true,
            When::Never => false,
            When::Auto => err && !shown.quiet,
        };
        let size = out.then(|| rustix::termios::tcgetwinsize(std::io::stdout()).ok()).flatten();
        Console {
            quiet: shown.quiet,
            verbose: shown.verbose,
            colour_out: colour(out),
            colour_err: colour(err),
            bars,
            columns: columns(size.map(|s| usize::from(s.ws_col))),
        }
    }

    /// Log lines of the stages, by `-v`, `-q` and `FORMCHECK_LOG`.
    pub fn start_log(&self) {
        let level = match (self.quiet, self.verbose) {
            (true, _) => "error",
            (_, 0) => "warn",
            (_, 1) => "info",
            _ => "debug",
        };
        let filter = tracing_subscriber::EnvFilter::try_from_env("FORMCHECK_LOG").unwrap_or_else(|_| format!("formcheck={level}").into());
        // A second logger in one process (tests) is refused; the first goes on.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(self.colour_err)
            .without_time()
            .try_init();
    }

    /// A result. A reader that has gone is no fault.
    pub fn print(&self, text: &str) -> Result<()> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Error::io("write", "standard output", e)),
            _ => Ok(()),
        }
    }

    /// Something to know.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.err(&format!("{}: {}", self.paint("note", "36"), harmless(text)));
        }
    }

    /// One sentence, its cause, and what to do.
    pub fn error(&self, e: &Error) {
        // Names and parts of files stand in messages: what they hold is shown, not obeyed.
        let mut text = format!("{}: {}", self.paint("error", "1;31"), harmless(&e.message));
        let mut next: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(e);
        while let Some(cause) = next {
            let said = harmless(&cause.to_string());
            if !text.contains(&said) {
                text.push_str(&format!("\n  {}: {said}", self.paint("cause", "2")));
            }
            next = cause.source();
        }
        if !e.hint.is_empty() {
            text.push_str(&format!("\n  {}: {}", self.paint("hint", "32"), harmless(&e.hint)));
        }
        self.err(&text);
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.colour_err { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Standard error may be closed; there is then nobody to tell.
    fn err(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_is_kept_to_and_a_file_has_all_columns() {
        assert_eq!([None, Some(0), Some(60), Some(120), Some(10)].map(columns), [80, 80, 60, 80, COLUMNS_LEAST]);
    }
}
