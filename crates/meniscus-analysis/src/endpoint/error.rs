use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::files::{FileError, reason_of};

#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("can't read `{}`: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String, help: &'static str },
    /// Something in a file is wrong, at this span.
    #[error("{}", _0.message)]
    Content(Box<Diagnostic>),
}

impl PackError {
    pub(super) fn unreadable(shown: &str, error: std::io::Error) -> PackError {
        let help = FileError::help_or(&error, "check that it exists and can be read");
        PackError::Unreadable { path: PathBuf::from(shown), reason: reason_of(&error), help }
    }

    /// Returns the file, line, and problem: `schemas/x.toml:3: unknown key`.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            PackError::Unreadable { .. } => self.to_string(),
            PackError::Content(diagnostic) => {
                let at = &diagnostic.primary;
                let position = at.source.position(at.span.start as usize);
                format!("{}:{}: {}", at.source.name(), position.line, diagnostic.message)
            }
        }
    }
}
