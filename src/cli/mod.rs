//! The command line: arguments, commands, and exit codes.
//!
//! Exit codes: 0 success, 1 findings, 2 the command could not run.

mod arguments;
mod audience;
mod audience_input;
mod audience_keep;
mod audience_out;
mod braze;
mod calibrate;
mod check_live;
mod completions;
mod contract;
mod doctor;
mod drift;
mod explain;
mod formats;
mod import;
mod import_files;
mod import_openapi;
mod init;
mod jobs;
mod lint;
mod lint_targets;
mod live;
mod lsp;
mod mcp;
mod mock;
mod packs;
mod preview;
mod preview_arguments;
mod progress;
mod pull;
mod pull_user;
mod push;
mod reading;
mod record;
mod record_plan;
mod record_winner;
mod render;
mod render_request;
mod scenarios;
mod scenarios_arguments;
mod scenarios_edge;
mod scenarios_files;
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
use meniscus::project::ProjectError;

use arguments::{Arguments, Command};

/// The result of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Success.
    Fine,
    /// There are findings in the templates.
    Found,
    /// Something was unusable and reported; the rest was done.
    CouldNotRun,
}

/// Returns the error of a command that can't go on, with what to do next.
fn failed(message: String, help: &str) -> anyhow::Error {
    ProjectError::Unknown { message, help: help.to_owned() }.into()
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
        Command::Packs(packs) => packs::run(&packs),
        Command::Scenarios(scenarios) => scenarios::run(&scenarios),
        Command::Shape(shape) => shape::run(&shape),
        Command::Test(test) => test::run(&test),
        Command::Audience(audience) => audience::run(&audience),
        Command::Pull(pull) => pull::run(&pull),
        Command::Drift(drift) => drift::run(&drift),
        Command::Push(push) => push::run(&push),
        Command::Calibrate(calibrate) => calibrate::run(&calibrate),
        Command::Record(record) => record::run(&record),
        Command::CheckLive(check) => check_live::run(&check),
        Command::Import(import) => import::run(&import),
        Command::Mock(mock) => mock::run(&mock),
        Command::Tags(tags) => tags::run(&tags),
        Command::Trigger(trigger) => trigger::run(&trigger),
        Command::Preview(preview) => preview::run(&preview),
        Command::Lsp { .. } => lsp::run(),
        Command::Mcp(mcp) => mcp::run(&mcp),
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

/// The exit code for SIGPIPE, as shells report it: not success, so that a check whose reader goes
/// away doesn't pass.
const BROKEN_PIPE: u8 = 141;

/// Whether the reader of our output went away (`meniscus … | head`), which isn't reported.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
