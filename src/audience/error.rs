use std::path::Path;

/// Why an audience can't be counted.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct AudienceError {
    pub message: String,
    /// What to do.
    pub help: String,
}

impl AudienceError {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> AudienceError {
        AudienceError { message: message.into(), help: help.into() }
    }

    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> AudienceError {
        let message = format!("can't read `{}`: {error}", path.display());
        AudienceError::new(message, "check the path and its permissions")
    }
}
