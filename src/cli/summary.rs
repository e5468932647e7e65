//! The summary of one set on the terminal.

use super::console::Console;
use crate::batch::port::Finished;
use crate::report::style::Style;
use crate::report::terminal;

/// Colour, columns and detail of what goes to standard output.
pub fn style(console: &Console) -> Style {
    Style { color: console.colour_out, width: console.columns, verbose: console.verbose > 0 }
}

pub fn render(finished: &Finished, console: &Console) -> String {
    terminal::render(&finished.report, finished.signals.as_ref(), &finished.files, style(console))
}
