use std::io::{IsTerminal, Write};
use std::path::Path;

use meniscus::endpoint::PackError;
use meniscus::fetch::RecordingError;
use meniscus::project::{ProjectError, Workspace, normal};
use meniscus::report::{Look, Paths, draw};

/// Columns where the terminal does not say.
const DEFAULT_WIDTH: usize = 100;

/// How things look on standard error: colour on a terminal, unless `NO_COLOR` is set.
pub(super) fn look() -> Look {
    look_on(std::io::stderr().is_terminal())
}

/// How things look on standard output.
pub(super) fn look_of_output() -> Look {
    look_on(std::io::stdout().is_terminal())
}

fn look_on(is_terminal: bool) -> Look {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let color = is_terminal && !refused;
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    Look { color, width: columns.unwrap_or(DEFAULT_WIDTH).clamp(40, 200) }
}

/// How files of a workspace are named in reports: from the folder that the program was started in.
pub(super) fn paths_of(workspace: &Workspace) -> Paths {
    let start = normal(Path::new("."));
    Paths::new(&workspace.root, &start)
}

/// Prints to standard output.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Says something on standard error; that nobody reads it is no failure.
pub(super) fn note(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
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
