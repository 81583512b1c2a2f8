use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::Context;
use meniscus::endpoint::PackError;
use meniscus::live::credential::Secret;
use meniscus::live::redact::Masker;
use meniscus::project::{ProjectError, Workspace, normal};
use meniscus::recording::RecordingError;
use meniscus::report::{Look, Paths, draw, for_terminal};
use terminal_size::{Height, Width, terminal_size_of};

use super::arguments::ColorWhen;

/// Columns where the terminal does not say.
const DEFAULT_WIDTH: usize = 100;

/// What `--color` says, once it is read.
static COLOR: OnceLock<ColorWhen> = OnceLock::new();

/// Sets when output is colored, for the whole run.
pub(super) fn color(when: ColorWhen) {
    let _ = COLOR.set(when);
}

/// How things look on standard error.
pub(super) fn look() -> Look {
    look_on(std::io::stderr().is_terminal(), terminal_size_of(std::io::stderr()))
}

/// How things look on standard output.
pub(super) fn look_of_output() -> Look {
    look_on(std::io::stdout().is_terminal(), terminal_size_of(std::io::stdout()))
}

fn look_on(is_terminal: bool, size: Option<(Width, Height)>) -> Look {
    let color = match COLOR.get() {
        Some(ColorWhen::Always) => true,
        Some(ColorWhen::Never) => false,
        Some(ColorWhen::Auto) | None => is_colored(is_terminal, |name| std::env::var_os(name)),
    };
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = columns.or_else(|| size.map(|(Width(columns), _)| usize::from(columns)));
    Look { color, width: columns.unwrap_or(DEFAULT_WIDTH).clamp(40, 200) }
}

/// Whether to color where no option decides: on a terminal that can, or where `CLICOLOR_FORCE` is
/// set; never where `NO_COLOR` is. See <https://no-color.org> and
/// <https://bixense.com/clicolors/>.
fn is_colored(is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return false;
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") {
        return true;
    }
    is_terminal && variable("TERM").is_none_or(|term| term != "dumb")
}

/// How files of a workspace are named in reports: from the folder that the program was started in.
pub(super) fn paths_of(workspace: &Workspace) -> Paths {
    let start = normal(Path::new("."));
    Paths::new(&workspace.root, &start)
}

/// The secrets of the environment that nothing shows, and what takes them out.
static SECRETS: Mutex<(Vec<Secret>, Option<Arc<Masker>>)> = Mutex::new((Vec::new(), None));

/// Keeps secrets out of all that is printed from now on.
pub(super) fn hide(secrets: Vec<Secret>) {
    let mut hidden = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
    let (known, masker) = &mut *hidden;
    let before = known.len();
    known.extend(secrets);
    known.sort();
    known.dedup();
    if known.len() > before {
        *masker = Some(Arc::new(Masker::new(known)));
    }
}

/// A text without these secrets.
fn hidden(text: &str) -> Cow<'_, str> {
    let masker = SECRETS.lock().unwrap_or_else(PoisonError::into_inner).1.clone();
    match masker {
        Some(masker) => Cow::Owned(masker.text(text).into_owned()),
        None => Cow::Borrowed(text),
    }
}

/// Prints a report to standard output. Whatever in it a terminal would obey is shown instead.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    write_out(&for_terminal(&hidden(text)))
}

/// Prints what is meant to be read by programs or kept in files, byte for byte; on a terminal as a report.
pub(super) fn print_exact(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().is_terminal() {
        true => print(text),
        false => write_out(&hidden(text)),
    }
}

/// Prints a report, or what is meant for programs.
pub(super) fn print_as(is_report: bool, text: &str) -> anyhow::Result<()> {
    if is_report { print(text) } else { print_exact(text) }
}

fn write_out(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write the output")
}

/// Says something on standard error; that nobody reads it is no failure.
pub(super) fn note(text: &str) {
    let _ = std::io::stderr().lock().write_all(for_terminal(&hidden(text)).as_bytes());
}

/// Says why the program could not run: what is wrong, and what to do.
pub(super) fn show_failure(error: &anyhow::Error) {
    match error.downcast_ref::<ProjectError>() {
        Some(ProjectError::Content(diagnostic)) => {
            let mut text = String::new();
            draw(diagnostic, look(), &mut text);
            note(&text);
        }
        Some(known) => {
            note(&format!("error: {known}\n"));
            if let Some(help) = known.help() {
                note(&format!("help: {help}\n"));
            }
        }
        None => note(&format!("error: {error:#}\n")),
    }
}

/// Shows the help that was asked for, or what is wrong with the arguments, and returns the exit code.
pub(super) fn show_usage(error: &clap::Error) -> ExitCode {
    let plain = error.render().to_string();
    let safe = for_terminal(&plain);
    // Arguments may be names of files, and those may hold what a terminal obeys.
    if safe == plain {
        // That nobody reads it is no failure.
        let _ = error.print();
    } else {
        note(&plain);
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Says what is wrong with packs and schemas.
pub(super) fn show_pack_errors(errors: &[PackError]) {
    for error in errors {
        let mut text = String::new();
        match error {
            PackError::Content(diagnostic) => draw(diagnostic, look(), &mut text),
            PackError::Unreadable { .. } => text = format!("error: {error}\n"),
        }
        note(&text);
    }
}

/// Says what is wrong with recordings.
pub(super) fn show_recording_errors(errors: &[RecordingError]) {
    for error in errors {
        note(&format!("error: {error}\nhelp: {}\n", error.help()));
    }
}

#[cfg(test)]
mod tests {
    use super::is_colored;

    #[test]
    fn the_environment_decides_on_color() {
        for (is_terminal, variables, colored) in [
            (true, &[][..], true),
            (false, &[], false),
            (true, &[("NO_COLOR", "1")], false),
            (true, &[("NO_COLOR", "")], true),
            (true, &[("TERM", "dumb")], false),
            (true, &[("TERM", "xterm")], true),
            (false, &[("CLICOLOR_FORCE", "1")], true),
            (false, &[("CLICOLOR_FORCE", "0")], false),
            (true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (true, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true),
        ] {
            let value = |name: &str| variables.iter().find(|(known, _)| *known == name);
            let found = is_colored(is_terminal, |name| value(name).map(|(_, value)| value.into()));
            assert_eq!(found, colored, "{is_terminal} {variables:?}");
        }
    }
}
