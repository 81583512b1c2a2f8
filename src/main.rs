//! The program: see [`cli`] for what it understands.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
