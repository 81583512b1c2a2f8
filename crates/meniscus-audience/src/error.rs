use std::io::ErrorKind;
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
        // Whatever the system doesn't name is about what is in the file.
        let help = match error.kind() {
            ErrorKind::Other | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
                "export it again in Braze's format, as NDJSON, or as comma-separated CSV in UTF-8"
            }
            _ => "check the path and its permissions",
        };
        AudienceError::new(message, help)
    }
}
