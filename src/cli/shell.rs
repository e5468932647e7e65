//! `formcheck completions` and `formcheck man`.

use super::context::Context;
use crate::error::{Error, Result};
use clap::Args;
use clap_complete::Shell;

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  formcheck completions bash > ~/.local/share/bash-completion/completions/formcheck")]
pub struct Completions {
    /// Which shell
    #[arg(value_enum)]
    pub shell: Shell,
}

impl Completions {
    /// `program` is the whole command line.
    pub fn run(&self, mut program: clap::Command, context: &Context) -> Result<u8> {
        let mut text = vec![];
        clap_complete::generate(self.shell, &mut program, "formcheck", &mut text);
        context.console.print(&String::from_utf8_lossy(&text))?;
        Ok(0)
    }
}

/// Print the manual page
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  formcheck man | man -l -")]
pub struct Man {}

impl Man {
    /// `program` is the whole command line.
    pub fn run(&self, program: clap::Command, context: &Context) -> Result<u8> {
        let mut text = vec![];
        let rendered = clap_mangen::Man::new(program).render(&mut text);
        rendered.map_err(|e| Error::internal(format!("the manual page cannot be made: {e}")))?;
        context.console.print(&String::from_utf8_lossy(&text))?;
        Ok(0)
    }
}
