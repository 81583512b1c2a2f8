use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::files::{FileError, reason_of};

#[derive(Clone, Debug, thiserror::Error)]
pub enum ProjectError {
    #[error("can't read `{}`: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String, help: String },
    /// Something in a file is wrong, at this span.
    #[error("{}", _0.message)]
    Content(Box<Diagnostic>),
    /// An unknown name.
    #[error("{message}")]
    Unknown {
        /// What was requested, and from where.
        message: String,
        help: String,
    },
}

impl From<Box<Diagnostic>> for ProjectError {
    fn from(diagnostic: Box<Diagnostic>) -> ProjectError {
        ProjectError::Content(diagnostic)
    }
}

impl ProjectError {
    /// Makes the error of an unreadable file.
    #[must_use]
    pub fn unreadable(path: &Path, error: &std::io::Error) -> ProjectError {
        let help = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path; paths are relative to this folder",
            std::io::ErrorKind::PermissionDenied => "check the file's permissions",
            std::io::ErrorKind::InvalidData => "save it as UTF-8",
            _ => FileError::help_or(error, "check that it is a file"),
        };
        let reason = reason_of(error);
        ProjectError::Unreadable { path: path.to_owned(), reason, help: help.to_owned() }
    }

    /// Returns an action that helps, unless the error is a diagnostic with its own help.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        match self {
            ProjectError::Unreadable { help, .. } | ProjectError::Unknown { help, .. } => {
                Some(help)
            }
            ProjectError::Content(diagnostic) => diagnostic.help.as_deref(),
        }
    }
}
