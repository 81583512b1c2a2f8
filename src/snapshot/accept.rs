use std::path::{Path, PathBuf};

use super::document::Snapshot;
use super::orphans::Orphan;
use super::results::{Status, Tested};
use crate::live::record::{WriteError, replace_file};
use crate::project::Workspace;

/// What became of a case that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Its file was written.
    Written,
    /// Only what the file says of its origin was brought up to date.
    Refreshed,
    /// There was nothing to write.
    Unchanged,
}

/// Accepts what a case came to: writes its file whole or not at all, and takes away the pending one.
///
/// # Errors
/// Where the file cannot be written; what was there before is still there.
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

/// Writes what a case came to beside its snapshot, as insta does: `anna.snap.new`. Where there is
/// nothing to accept, an older one is taken away.
///
/// # Errors
/// Where the file cannot be written.
pub fn keep_pending(workspace: &Workspace, tested: &Tested) -> Result<(), WriteError> {
    match (tested.status.pending(), &tested.status) {
        (Some(now), _) => {
            let path = pending_of(&path_of(workspace, tested));
            let file = now.to_file();
            // An equal one stays, so that nothing that watches the folder is woken.
            let known = Snapshot::load(&path, "").ok().flatten();
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

/// Takes away the pending snapshot of a case, where there is one.
pub fn discard_pending(workspace: &Workspace, tested: &Tested) {
    let path = path_of(workspace, tested);
    // Most often there is none.
    if std::fs::remove_file(pending_of(&path)).is_ok() {
        remove_empty_folders(workspace, &path);
    }
}

/// Removes a snapshot that no case is for, and the folders that are then empty.
///
/// # Errors
/// Where it cannot be removed.
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

/// Removes the folders around a file, up to that of all snapshots, as long as they are empty.
fn remove_empty_folders(workspace: &Workspace, path: &Path) {
    let top = workspace.root.join(&workspace.config.paths.snapshots);
    let folders = path.ancestors().skip(1).take_while(|folder| **folder != *top);
    for folder in folders {
        // One that is not empty is not removed.
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
}
