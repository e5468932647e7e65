//! The summary of one set on the terminal.

use crate::batch::port::Finished;
use crate::report::style::Style;
use crate::report::terminal;

/// Columns the summary is laid out for.
const WIDTH: usize = 80;

pub fn render(finished: &Finished, colour: bool, verbose: bool) -> String {
    let style = Style { color: colour, width: WIDTH, verbose };
    terminal::render(&finished.report, finished.signals.as_ref(), &finished.files, style)
}
