use std::path::Path;
use std::sync::Arc;

use super::error::ProjectError;
use super::links::refuse_outside;
use crate::diagnostic::{Diagnostic, Severity};
use crate::endpoint::PackError;
use crate::files::Files;
use crate::recording::RecordingError;
use crate::text::{Position, Source, Span};

/// A file of a workspace that can't be used.
#[derive(Debug)]
pub struct Unusable {
    /// The name of the message, scenario or content block.
    pub name: String,
    /// Its file or folder, relative to the workspace.
    pub shown: String,
    pub error: ProjectError,
}

/// The code of findings about unusable files. It isn't a rule, so no setting disables it.
pub const WORKSPACE_FILE: &str = "workspace-file";

/// Most bytes of a broken file that are shown with its location.
const MAX_SHOWN: usize = 1 << 20;

impl Unusable {
    /// Returns the error as a finding with its location; `root` is the workspace's folder.
    #[must_use]
    pub fn finding(&self, files: &dyn Files, root: &Path) -> Diagnostic {
        let (message, help) = match &self.error {
            ProjectError::Content(diagnostic) => return (**diagnostic).clone(),
            ProjectError::Unreadable { reason, help, .. } => {
                (format!("can't read `{}`: {reason}", self.shown), help)
            }
            ProjectError::Unknown { message, help } => (message.clone(), help),
        };
        let (source, span) = shown(files, root, &self.shown, None);
        Diagnostic::new(WORKSPACE_FILE, Severity::Error, &source, span, message).help(help)
    }
}

/// An error about an unusable file, with its location.
pub trait Finding {
    /// Returns the error as a finding; `root` is the workspace's folder.
    fn finding(&self, files: &dyn Files, root: &Path) -> Diagnostic;
}

impl Finding for RecordingError {
    fn finding(&self, files: &dyn Files, root: &Path) -> Diagnostic {
        let place = self.position().map(|(line, column)| Position { line, column });
        let name = self.path().to_string_lossy().replace('\\', "/");
        let (source, span) = shown(files, root, &name, place);
        let text = self.to_string();
        // The location is shown next to the message, not in it.
        let message = text.strip_prefix(&*name).map_or(&*text, |rest| {
            rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()).trim_start()
        });
        Diagnostic::new(WORKSPACE_FILE, Severity::Error, &source, span, message).help(self.help())
    }
}

impl Unusable {
    /// Wraps a configuration error: the run continues without the file.
    #[must_use]
    pub fn config(error: ProjectError) -> Unusable {
        let name = "meniscus.toml".to_owned();
        Unusable { name: name.clone(), shown: name, error }
    }

    /// Wraps a recording's error: the run continues without the file.
    #[must_use]
    pub fn recording(error: &RecordingError, files: &dyn Files, root: &Path) -> Unusable {
        let shown = error.path().to_string_lossy().replace('\\', "/");
        let error = ProjectError::Content(Box::new(error.finding(files, root)));
        Unusable { name: shown.clone(), shown, error }
    }
}

impl Finding for PackError {
    fn finding(&self, files: &dyn Files, root: &Path) -> Diagnostic {
        match self {
            PackError::Content(diagnostic) => (**diagnostic).clone(),
            PackError::Unreadable { path, help, .. } => {
                let (source, span) = shown(files, root, &path.to_string_lossy(), None);
                Diagnostic::new(WORKSPACE_FILE, Severity::Error, &source, span, self.to_string())
                    .help(*help)
            }
        }
    }
}

/// Returns the showable part of a file, and a location in it: the given one, else the first byte
/// that isn't UTF-8, else the start.
fn shown(
    files: &dyn Files,
    root: &Path,
    name: &str,
    place: Option<Position>,
) -> (Arc<Source>, Span) {
    let path = root.join(name);
    let bytes = refuse_outside(files, root, &path).ok().and_then(|()| files.read(&path).ok());
    let mut bytes = bytes.unwrap_or_default();
    bytes.truncate(MAX_SHOWN);
    let broken = std::str::from_utf8(&bytes).err().map(|error| error.valid_up_to());
    let text = String::from_utf8_lossy(&bytes);
    let source = Arc::new(Source::new(name, text));
    let start = match place {
        Some(place) => source.offset(place),
        None => broken.unwrap_or(0),
    };
    let length = source.text()[start..].chars().next().map_or(0, char::len_utf8);
    let is_break = source.text()[start..].starts_with('\n');
    let length = if (place.is_none() && broken.is_none()) || is_break { 0 } else { length };
    (source, Span::new(start, start + length))
}
