//! What a command stands on.

use super::console::Console;
use crate::batch::Interrupt;
use crate::batch::port::Line;

/// What every command works with.
pub struct Context<'a> {
    pub line: &'a dyn Line,
    pub console: &'a Console,
    pub interrupt: &'a Interrupt,
}
