//! The command line (CONTRACT "Commands"): one file per command, options that several share in
//! [`options`], everything that is printed through [`console`].

pub mod analyze;
pub mod batch;
mod compare;
pub mod config;
pub mod console;
mod context;
pub mod doctor;
pub mod evaluate;
pub mod explain;
mod front;
pub mod merge;
pub mod options;
mod parts;
pub mod patterns;
pub mod plan;
pub mod progress;
pub mod schema;
pub mod score;
mod sets;
pub mod shell;
mod summary;
pub mod worker;
mod worst;

use crate::error::Result;
pub use crate::isolate::heap::hold_little;
use clap::{CommandFactory, Parser, Subcommand};
use console::Shown;
pub use context::Context;

const EXAMPLES: &str = "\
Examples:
  formcheck analyze deadlift.mp4
  formcheck analyze squat-rack/*.mov --height 178 --load 140 --out results
  formcheck batch training-2026 --jobs 2
  formcheck score formcheck-out/deadlift --config stricter.toml
  formcheck explain E3

Exit codes:
  0 analysed   1 a finding at or above --fail-on   2 usage or configuration   3 input unusable
  4 batch finished with failed files   70 internal fault   75 temporary, try again   130 interrupted";

/// Deadlift form from a side-view video: per-repetition findings, each with its error and its evidence.
#[derive(Debug, Parser)]
#[command(name = "formcheck", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub shown: Shown,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Analyze(analyze::Analyze),
    Batch(batch::Batch),
    Plan(plan::Plan),
    Merge(merge::Merge),
    Score(score::Score),
    Schema(schema::Schema),
    Explain(explain::Explain),
    Patterns(patterns::Patterns),
    Evaluate(evaluate::Evaluate),
    Doctor(doctor::Doctor),
    Config(config::ConfigCommand),
    Completions(shell::Completions),
    Man(shell::Man),
    #[command(hide = true)]
    Worker(worker::Worker),
}

impl Command {
    /// Runs the command and returns its exit code.
    pub fn run(&self, context: &Context) -> Result<u8> {
        match self {
            Command::Analyze(command) => command.run(context),
            Command::Batch(command) => command.run(context),
            Command::Plan(command) => command.run(context),
            Command::Merge(command) => command.run(context),
            Command::Score(command) => command.run(context),
            Command::Schema(command) => command.run(context),
            Command::Explain(command) => command.run(context),
            Command::Patterns(command) => command.run(context),
            Command::Evaluate(command) => command.run(context),
            Command::Doctor(command) => command.run(context),
            Command::Config(command) => command.run(context),
            Command::Completions(command) => command.run(Cli::command(), context),
            Command::Man(command) => command.run(Cli::command(), context),
            Command::Worker(command) => command.run(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_option_has_help() {
        let mut command = Cli::command();
        command.build();
        command.clone().debug_assert();
        for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
            assert!(sub.get_about().is_some(), "{} says nothing about itself", sub.get_name());
            for option in sub.get_arguments() {
                assert!(option.get_help().is_some() || option.is_hide_set(), "{} {} has no help", sub.get_name(), option.get_id());
            }
        }
    }
}
