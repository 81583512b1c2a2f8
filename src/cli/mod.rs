//! The command line: what is asked for, and the exit code that answers.
//!
//! Exit codes: 0 fine, 1 something was found, 2 it could not run.

mod arguments;
mod check_live;
mod completions;
mod contract;
mod doctor;
mod explain;
mod import;
mod import_openapi;
mod init;
mod jobs;
mod lint;
mod lint_fixes;
mod lint_targets;
mod live;
mod mock;
mod preview;
mod preview_arguments;
mod progress;
mod reading;
mod record;
mod record_plan;
mod record_winner;
mod render;
mod render_request;
mod scenarios;
mod scenarios_arguments;
mod scenarios_edge;
mod scenarios_suggest;
mod shape;
mod shape_template;
mod show;
mod tags;
mod tags_arguments;
mod tags_live;
mod tags_report;
mod terminal;
mod test;
mod test_arguments;
mod test_coverage;
mod test_recordings;
mod test_review;
mod trigger;
mod trigger_arguments;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// What a run comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Nothing to complain of.
    Fine,
    /// Something was found in the templates.
    Found,
    /// Some of it could not be used; that was said, and the rest was done.
    CouldNotRun,
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return terminal::show_usage(&error),
    };
    terminal::color(arguments.color);
    let result = match arguments.command {
        Command::Render(render) => render::run(&render),
        Command::Lint(lint) => lint::run(&lint),
        Command::Explain { rule } => explain::run(&rule),
        Command::Rules { format } => explain::list(format),
        Command::Contract(contract) => contract::run(&contract),
        Command::Scenarios(scenarios) => scenarios::run(&scenarios),
        Command::Shape(shape) => shape::run(&shape),
        Command::Test(test) => test::run(&test),
        Command::Record(record) => record::run(&record),
        Command::CheckLive(check) => check_live::run(&check),
        Command::Import(import) => import::run(&import),
        Command::Mock(mock) => mock::run(&mock),
        Command::Tags(tags) => tags::run(&tags),
        Command::Trigger(trigger) => trigger::run(&trigger),
        Command::Preview(preview) => preview::run(&preview),
        Command::Doctor(doctor) => doctor::run(&doctor),
        Command::Init(init) => init::run(&init),
        Command::Completions { shell } => completions::run(shell),
    };
    match result {
        Ok(_) if reading::is_incomplete() => ExitCode::from(2),
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Found) => ExitCode::from(1),
        Ok(Verdict::CouldNotRun) => ExitCode::from(2),
        Err(error) => {
            if is_broken_pipe(&error) {
                return ExitCode::from(BROKEN_PIPE);
            }
            terminal::show_failure(&error);
            ExitCode::from(2)
        }
    }
}

/// The exit code of a program that SIGPIPE ends, as shells report it: not success, so that a gate whose
/// reader goes away doesn't pass.
const BROKEN_PIPE: u8 = 141;

/// Whether the reader of our output went away (`meniscus … | head`), of which nothing is said.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
