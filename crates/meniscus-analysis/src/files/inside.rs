use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::{Files, Kind, Walk, WalkError};
use super::{FileError, normal};

/// The files of a folder alone: whatever a configuration, a recipient or a link names outside it
/// isn't there.
#[derive(Debug)]
pub struct Inside {
    files: Arc<dyn Files>,
    root: PathBuf,
}

impl Inside {
    /// Restricts files to those in a folder.
    #[must_use]
    pub fn of(files: Arc<dyn Files>, root: &Path) -> Arc<dyn Files> {
        Arc::new(Inside { files, root: normal(root) })
    }

    fn holds(&self, path: &Path) -> bool {
        let path = normal(path);
        if !path.starts_with(&self.root) {
            // The configuration is looked for in the folders above.
            return false;
        }
        match (self.files.resolve(&path), self.files.resolve(&self.root)) {
            (Ok(path), Ok(root)) => path.starts_with(root),
            // What isn't there leads nowhere.
            _ => true,
        }
    }
}

impl Files for Inside {
    fn kind(&self, path: &Path) -> Option<Kind> {
        self.files.kind(path).filter(|_| self.holds(path))
    }

    fn is_link(&self, path: &Path) -> bool {
        self.files.is_link(path)
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        if self.holds(folder) { self.files.entries(folder) } else { Err(FileError::Outside.into()) }
    }

    fn walk(&self, folder: &Path, walk: Walk) -> Vec<Result<PathBuf, WalkError>> {
        match self.holds(folder) {
            true => self.files.walk(folder, walk),
            false => {
                let path = Some(folder.to_owned());
                vec![Err(WalkError { path, error: FileError::Outside.into() })]
            }
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.holds(path) { self.files.read(path) } else { Err(FileError::Outside.into()) }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.resolve(path)
    }
}
