//! Files of a folder, and links that lead out of a workspace.

use std::path::{Path, PathBuf};

use super::error::ProjectError;

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

/// Refuses a file that is reached through a link which leads out of the workspace: what lies there
/// would end up in reports and snapshots. Pipes and devices, which may never end, are refused as well.
///
/// # Errors
/// Where it leads out, or nowhere, or is not a file.
pub(super) fn refuse_outside(root: &Path, path: &Path) -> Result<(), ProjectError> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return Err(ProjectError::Unreadable {
            path: path.to_owned(),
            reason: "it is not a regular file".to_owned(),
            help: "remove it, or put a file in its place".to_owned(),
        });
    }
    let Ok(inner) = path.strip_prefix(root) else { return Ok(()) };
    let mut at = root.to_owned();
    let is_linked = inner.components().any(|part| {
        at.push(part);
        at.is_symlink()
    });
    if !is_linked {
        return Ok(());
    }
    let unreadable = |error: std::io::Error| ProjectError::unreadable(path, &error);
    let (root, real) =
        (std::fs::canonicalize(root).map_err(unreadable)?, std::fs::canonicalize(path));
    let real = real.map_err(unreadable)?;
    if real.starts_with(&root) {
        return Ok(());
    }
    Err(ProjectError::Unreadable {
        path: path.to_owned(),
        reason: "it is a link that leads out of the workspace".to_owned(),
        help: "put a copy in its place".to_owned(),
    })
}
