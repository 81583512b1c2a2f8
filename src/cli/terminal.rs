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
use supports_hyperlinks::Stream;
use terminal_size::{Height, Width, terminal_size_of};

use super::formats::ColorWhen;

/// Width if the terminal doesn't report it.
const DEFAULT_WIDTH: usize = 100;

/// The parsed `--color`.
static COLOR: OnceLock<ColorWhen> = OnceLock::new();

/// Sets when output is colored, for the whole run.
pub(super) fn color(when: ColorWhen) {
    let _ = COLOR.set(when);
}

/// Returns the style of stderr.
pub(super) fn look() -> Look {
    let links = supports_hyperlinks::on(Stream::Stderr);
    look_on(std::io::stderr().is_terminal(), links, terminal_size_of(std::io::stderr()))
}

/// Returns the style of stdout.
pub(super) fn look_of_output() -> Look {
    let links = supports_hyperlinks::on(Stream::Stdout);
    look_on(std::io::stdout().is_terminal(), links, terminal_size_of(std::io::stdout()))
}

fn look_on(is_terminal: bool, links: bool, size: Option<(Width, Height)>) -> Look {
    let color = match COLOR.get() {
        Some(ColorWhen::Always) => true,
        Some(ColorWhen::Never) => false,
        Some(ColorWhen::Auto) | None => is_colored(is_terminal, |name| std::env::var_os(name)),
    };
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = columns.or_else(|| size.map(|(Width(columns), _)| usize::from(columns)));
    let width = columns.unwrap_or(DEFAULT_WIDTH).clamp(40, 200);
    Look { color, links: color && is_terminal && links, width }
}

/// Whether to color by default: on a capable terminal, or with `CLICOLOR_FORCE`; never with
/// `NO_COLOR`. See <https://no-color.org> and <https://bixense.com/clicolors/>.
fn is_colored(is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return false;
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") {
        return true;
    }
    is_terminal && variable("TERM").is_none_or(|term| term != "dumb")
}

/// Returns how reports name a workspace's files: relative to the working directory.
pub(super) fn paths_of(workspace: &Workspace) -> Paths {
    let start = normal(Path::new("."));
    Paths::new(&workspace.root, &start)
}

/// Secrets from the environment that are never shown, and their masker.
static SECRETS: Mutex<(Vec<Secret>, Option<Arc<Masker>>)> = Mutex::new((Vec::new(), None));

/// Masks secrets in everything printed from now on.
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

/// Masks these secrets in a text.
fn hidden(text: &str) -> Cow<'_, str> {
    let masker = SECRETS.lock().unwrap_or_else(PoisonError::into_inner).1.clone();
    match masker {
        Some(masker) => Cow::Owned(masker.text(text).into_owned()),
        None => Cow::Borrowed(text),
    }
}

/// Prints a report to stdout, with terminal control characters made visible.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    write_out(&for_terminal(&hidden(text)))
}

/// Prints output for programs or files unchanged; on a terminal, as a report.
pub(super) fn print_exact(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().is_terminal() {
        true => print(text),
        false => write_out(&hidden(text)),
    }
}

/// Prints a report, or output for programs.
pub(super) fn print_as(is_report: bool, text: &str) -> anyhow::Result<()> {
    if is_report { print(text) } else { print_exact(text) }
}

fn write_out(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("can't write the output")
}

/// Prints a note on stderr; a closed stream isn't an error.
pub(super) fn note(text: &str) {
    let _ = std::io::stderr().lock().write_all(for_terminal(&hidden(text)).as_bytes());
}

/// Shows why the program could not run, and what to do.
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

/// Shows the requested help or the error in the arguments, and returns the exit code.
pub(super) fn show_usage(error: &clap::Error) -> ExitCode {
    let plain = error.render().to_string();
    let safe = for_terminal(&plain);
    // Arguments may be file names that contain terminal control characters.
    if safe == plain {
        // A closed stream isn't an error.
        let _ = error.print();
    } else {
        note(&plain);
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Reports errors in packs and schemas.
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

/// Reports errors in recordings.
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
