use std::path::{Path, PathBuf};

use super::{Orphan, Snapshot, Status, Tested};
use crate::live::record::{WriteError, replace_file};
use crate::project::Workspace;

/// What happened to an accepted case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Its file was written.
    Written,
    /// Only the origin in its header was updated.
    Refreshed,
    /// There was nothing to write.
    Unchanged,
}

/// Accepts a case: writes its file atomically, and removes the pending one.
///
/// # Errors
/// If the file can't be written; the old one is kept.
pub fn accept(workspace: &Workspace, tested: &Tested) -> Result<Accepted, WriteError> {
    let path = path_of(workspace, tested);
    let accepted = match &tested.status {
        Status::Same { refreshed: Some(now) } => {
            replace_file(&workspace.root, &path, &now.to_file())?;
            Accepted::Refreshed
        }
        status => match status.pending() {
            Some(now) => {
                replace_file(&workspace.root, &path, &now.to_file())?;
                Accepted::Written
            }
            None => Accepted::Unchanged,
        },
    };
    if !matches!(tested.status, Status::Refused(_) | Status::Unreadable(_)) {
        discard_pending(workspace, tested);
    }
    Ok(accepted)
}

/// Writes a case next to its snapshot, like insta: `anna.snap.new`. If there is nothing to accept,
/// removes an older one.
///
/// # Errors
/// If the file can't be written.
pub fn keep_pending(workspace: &Workspace, tested: &Tested) -> Result<(), WriteError> {
    match (tested.status.pending(), &tested.status) {
        (Some(now), _) => {
            let path = pending_of(&path_of(workspace, tested));
            let file = now.to_file();
            // An equal one is kept, so that file watchers aren't triggered.
            let known = Snapshot::load(&*workspace.files, &path, "").ok().flatten();
            if known.is_some_and(|known| known == *now) {
                return Ok(());
            }
            replace_file(&workspace.root, &path, &file)
        }
        (None, Status::Same { .. }) => {
            discard_pending(workspace, tested);
            Ok(())
        }
        (None, _) => Ok(()),
    }
}

/// Removes the pending snapshot of a case, if any.
pub fn discard_pending(workspace: &Workspace, tested: &Tested) {
    let path = path_of(workspace, tested);
    // Usually there is none.
    if std::fs::remove_file(pending_of(&path)).is_ok() {
        remove_empty_folders(workspace, &path);
    }
}

/// Removes an orphaned snapshot, and folders that become empty.
///
/// # Errors
/// If it can't be removed.
pub fn accept_orphan(workspace: &Workspace, orphan: &Orphan) -> std::io::Result<()> {
    std::fs::remove_file(&orphan.path)?;
    remove_empty_folders(workspace, &orphan.path);
    Ok(())
}

fn path_of(workspace: &Workspace, tested: &Tested) -> PathBuf {
    workspace.root.join(&workspace.config.paths.snapshots).join(&tested.case.file)
}

fn pending_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// Removes empty folders around a file, up to that of all snapshots.
fn remove_empty_folders(workspace: &Workspace, path: &Path) {
    let top = workspace.root.join(&workspace.config.paths.snapshots);
    let folders = path.ancestors().skip(1).take_while(|folder| **folder != *top);
    for folder in folders {
        // A non-empty folder isn't removed.
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
}
