//! The program: arguments, Ctrl-C, one command, one exit code (CONTRACT "Exit codes").

use clap::Parser;
use formcheck::batch::Interrupt;
use formcheck::batch::port::RealLine;
use formcheck::cli::console::Console;
use formcheck::cli::{Cli, Context, hold_little};
use formcheck::{Error, ErrorKind};
use std::process::ExitCode;

fn main() -> ExitCode {
    hold_little();
    #[cfg(feature = "vision")]
    formcheck::media::quiet();
    // Wrong usage ends here with 2, --help and --version with 0.
    let cli = Cli::parse();
    let console = Console::new(&cli.shown);
    console.start_log();
    let interrupt = Interrupt::default();
    if let Err(e) = listen(&interrupt) {
        console.error(&e);
    }
    let context = Context { line: &RealLine, console: &console, interrupt: &interrupt };
    ExitCode::from(match cli.command.run(&context) {
        Ok(code) => code,
        Err(e) => {
            console.error(&e);
            e.kind.exit_code()
        }
    })
}

/// The first Ctrl-C asks to come to an end, the second to stop; a third does not ask.
fn listen(interrupt: &Interrupt) -> formcheck::error::Result<()> {
    let interrupt = interrupt.clone();
    let pressed = move || {
        if interrupt.press() {
            std::process::exit(ErrorKind::Interrupted.exit_code().into());
        }
    };
    ctrlc::set_handler(pressed).map_err(|e| Error::internal("Ctrl-C cannot be caught").because(e))
}
