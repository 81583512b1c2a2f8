use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::files::{FileError, reason_of};

/// Why a workspace cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProjectError {
    /// A file cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
        /// What to do.
        help: String,
    },
    /// A file says something wrong, at these characters.
    #[error("{}", _0.message)]
    Content(Box<Diagnostic>),
    /// A name that nothing has.
    #[error("{message}")]
    Unknown {
        /// What was asked for, and of what.
        message: String,
        /// What to do.
        help: String,
    },
}

impl From<Box<Diagnostic>> for ProjectError {
    fn from(diagnostic: Box<Diagnostic>) -> ProjectError {
        ProjectError::Content(diagnostic)
    }
}

impl ProjectError {
    /// The error of a file that cannot be read.
    #[must_use]
    pub fn unreadable(path: &Path, error: &std::io::Error) -> ProjectError {
        let help = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path; paths are relative to this folder",
            std::io::ErrorKind::PermissionDenied => "check who may read it",
            std::io::ErrorKind::InvalidData => "save it as UTF-8",
            _ => FileError::help_or(error, "check that it is a file"),
        };
        let reason = reason_of(error);
        ProjectError::Unreadable { path: path.to_owned(), reason, help: help.to_owned() }
    }

    /// The action that helps, where the error is no diagnostic of its own.
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
