//! What `import` reads, and what it says about the files it writes.

use std::path::Path;

use anyhow::Result;
use meniscus::files::read_file_to_string;
use meniscus::import::{ImportError, State};
use meniscus::project::{ProjectError, Workspace};

use super::arguments::ImportArguments;
use super::reading;

/// Reads a file, or standard input.
pub(super) fn text_of(path: &Path) -> Result<String> {
    if path.as_os_str() == "-" {
        return reading::stdin();
    }
    Ok(read_file_to_string(path).map_err(|error| ProjectError::unreadable(path, &error))?)
}

/// Converts an import error for display.
pub(super) fn shown_error(error: ImportError) -> ProjectError {
    ProjectError::Unknown { message: error.to_string(), help: error.help }
}

/// Refuses to replace files with other contents unless requested.
pub(super) fn refuse_others(
    workspace: &Workspace,
    files: &[(&Path, State)],
    arguments: &ImportArguments,
) -> Result<(), ProjectError> {
    let others = files.iter().filter(|(_, state)| *state == State::Other);
    let others = others.map(|(file, _)| format!("`{}`", workspace.shown(file)));
    let others = others.collect::<Vec<_>>();
    if others.is_empty() || arguments.overwrite || arguments.dry_run {
        return Ok(());
    }
    let message = format!("{} would change; nothing was written", others.join(", "));
    let help =
        "check with `--dry-run`, then add `--overwrite`, or use `--into` with another folder"
            .to_owned();
    Err(ProjectError::Unknown { message, help })
}

/// Returns the word for what happens to a file.
pub(super) fn word(state: State, dry_run: bool) -> &'static str {
    match (state, dry_run) {
        (State::New, true) => "would write",
        (State::Other, true) => "would replace",
        (State::Same, _) => "unchanged",
        (State::New, false) => "wrote",
        (State::Other, false) => "replaced",
    }
}
