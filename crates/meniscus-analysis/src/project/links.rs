//! Files of a folder, and links that lead out of a workspace.

use std::path::{Path, PathBuf};

use super::error::ProjectError;
use crate::files::{check_file, check_folder, check_inside};

/// The entries of a folder of a workspace, in order of path; none where there is no such folder.
pub(super) fn files_below(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, ProjectError> {
    match check_folder(root, folder) {
        Ok(true) => files_of(folder),
        Ok(false) => Ok(Vec::new()),
        Err(error) => Err(ProjectError::unreadable(folder, &error)),
    }
}

/// The entries of a folder, in order of path; none where there is no such folder.
pub(super) fn files_of(folder: &Path) -> Result<Vec<PathBuf>, ProjectError> {
    let unreadable = |error: std::io::Error| ProjectError::unreadable(folder, &error);
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()).map_err(unreadable));
    let mut paths = paths.collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

/// Refuses a file or folder that [`check_inside`] refuses.
pub(super) fn refuse_outside(root: &Path, path: &Path) -> Result<(), ProjectError> {
    check_inside(root, path).map_err(|error| ProjectError::unreadable(path, &error))
}

/// Refuses what [`check_file`] refuses.
pub(super) fn refuse_unfit(root: &Path, path: &Path) -> Result<(), ProjectError> {
    check_file(root, path).map_err(|error| ProjectError::unreadable(path, &error))
}
