//! Listing a folder's files, and rejecting links that lead out of a workspace.

use std::path::{Path, PathBuf};

use super::error::ProjectError;
use crate::files::Files;

/// Lists a workspace folder's entries, sorted by path; a missing folder has none.
pub(super) fn files_below(
    files: &dyn Files,
    root: &Path,
    folder: &Path,
) -> Result<Vec<PathBuf>, ProjectError> {
    match files.check_folder(root, folder) {
        Ok(true) => files_of(files, folder),
        Ok(false) => Ok(Vec::new()),
        Err(error) => Err(ProjectError::unreadable(folder, &error)),
    }
}

/// Lists a folder's entries, sorted by path; a missing folder has none.
pub(super) fn files_of(files: &dyn Files, folder: &Path) -> Result<Vec<PathBuf>, ProjectError> {
    match files.entries(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries.map_err(|error| ProjectError::unreadable(folder, &error)),
    }
}

/// Returns an error for what `check_inside` rejects.
pub(super) fn refuse_outside(
    files: &dyn Files,
    root: &Path,
    path: &Path,
) -> Result<(), ProjectError> {
    files.check_inside(root, path).map_err(|error| ProjectError::unreadable(path, &error))
}

/// Returns an error for what `check_file` rejects.
pub(super) fn refuse_unfit(
    files: &dyn Files,
    root: &Path,
    path: &Path,
) -> Result<(), ProjectError> {
    files.check_file(root, path).map_err(|error| ProjectError::unreadable(path, &error))
}
