use std::path::Path;

use thiserror::Error;

use crate::files::FileError;

/// Why tags can't be read, written, or sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct TagError {
    /// What was found and expected.
    pub message: String,
    pub help: String,
}

impl TagError {
    #[must_use]
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }

    /// Makes the error of a file that can't be read (`read`) or written (`write`).
    pub(super) fn of_file(verb: &str, path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let help = match error.kind() {
            ErrorKind::NotFound => "check the path, which is relative to the current folder",
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "check the permissions of the file and its folder, then run the command again"
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                "free some disk space, then run the command again"
            }
            _ => FileError::help_or(
                error,
                "check the file and its folder, then run the command again",
            ),
        };
        // The error may add a temporary name, which isn't helpful.
        let plain = error.raw_os_error().map(std::io::Error::from_raw_os_error);
        let reason = plain.as_ref().unwrap_or(error);
        Self::new(format!("can't {verb} `{}`: {reason}", path.display()), help)
    }
}
