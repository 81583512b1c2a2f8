use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::files::{Placement, check_target, write_synced, write_whole};

/// A file that could not be written; what was there before is still there.
#[derive(Debug, Error)]
#[error("cannot write `{}`: {reason}", path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// What the system says.
    pub reason: String,
    /// What to do about it.
    pub help: String,
}

impl WriteError {
    fn new(path: &Path, error: &std::io::Error) -> Self {
        let help = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                "make room on the disk, and run it again"
            }
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                "check who may write into the folder, and run it again"
            }
            std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => {
                "a file stands where a folder is to be made: move it, and run it again"
            }
            _ => "check the folder, and run it again",
        };
        // The name of the temporary file, which the error adds, helps nobody.
        let plain = error.raw_os_error().map(std::io::Error::from_raw_os_error);
        let reason = plain.as_ref().unwrap_or(error).to_string();
        Self { path: path.to_owned(), reason, help: help.to_owned() }
    }
}

/// Writes a file whole or not at all, and makes the folders it lies in.
///
/// The text goes to a temporary name in the same folder, reaches the disk, and takes the place of what was there in one
/// step: whoever reads meanwhile, or is stopped at any moment, has the old file or the new one.
///
/// # Errors
///
/// Where the folder cannot be made or written to, or the disk is full; where a link leads out of `root`, the workspace.
pub fn write_file(root: &Path, path: &Path, text: &str) -> Result<(), WriteError> {
    let written = check_target(root, path)
        .and_then(|()| write_synced(path, text.as_bytes(), Placement::Replace));
    written.map_err(|error| WriteError::new(path, &error))
}

/// Writes a file as [`write_file`] does, but does not wait until it is on the disk: for what can be made again, and comes
/// by the thousand.
///
/// # Errors
///
/// As [`write_file`].
pub fn replace_file(root: &Path, path: &Path, text: &str) -> Result<(), WriteError> {
    let written = check_target(root, path)
        .and_then(|()| write_whole(path, text.as_bytes(), Placement::Replace));
    written.map_err(|error| WriteError::new(path, &error))
}
