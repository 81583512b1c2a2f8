use std::io::Write;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::files::{Placement, check_target, write_synced, write_whole};

/// A file that couldn't be written; the old one is kept.
#[derive(Debug, Error)]
#[error("can't write `{}`: {reason}", path.display())]
pub struct WriteError {
    pub path: PathBuf,
    /// The system's message.
    pub reason: String,
    pub help: String,
}

impl WriteError {
    /// Makes the error of a file that can't be written.
    #[must_use]
    pub fn new(path: &Path, error: &std::io::Error) -> Self {
        let help = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                "free some disk space, then run the command again"
            }
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                "check the permissions of the folder, then run the command again"
            }
            std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => {
                "move the file that has the folder's name, then run the command again"
            }
            _ => "check the folder, then run the command again",
        };
        // The error adds the temporary file's name, which isn't helpful.
        let plain = error.raw_os_error().map(std::io::Error::from_raw_os_error);
        let reason = plain.as_ref().unwrap_or(error).to_string();
        Self { path: path.to_owned(), reason, help: help.to_owned() }
    }
}

/// Writes a file atomically, creating its folders.
///
/// The text goes to a temporary file in the same folder, is flushed to disk, and replaces the old
/// file in one step: concurrent readers, or an interruption, see the old file or the new one.
///
/// # Errors
///
/// If the folder can't be created or written to, or the disk is full, or a link leads out of
/// `root`, the workspace.
pub fn write_file(root: &Path, path: &Path, text: &str) -> Result<(), WriteError> {
    let written = check_target(root, path)
        .and_then(|()| write_synced(path, text.as_bytes(), Placement::Replace));
    written.map_err(|error| WriteError::new(path, &error))
}

/// Writes a file like [`write_file`], without waiting until it is on disk: for thousands of files
/// that can be generated again.
///
/// # Errors
///
/// As [`write_file`].
pub fn replace_file(root: &Path, path: &Path, text: &str) -> Result<(), WriteError> {
    let written = check_target(root, path)
        .and_then(|()| write_whole(path, text.as_bytes(), Placement::Replace));
    written.map_err(|error| WriteError::new(path, &error))
}

/// Appends a line to a file, creating it.
///
/// # Errors
///
/// As [`write_file`].
pub fn append_line(root: &Path, path: &Path, line: &str) -> Result<(), WriteError> {
    let appended = check_target(root, path).and_then(|()| {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(line.as_bytes())
    });
    appended.map_err(|error| WriteError::new(path, &error))
}
