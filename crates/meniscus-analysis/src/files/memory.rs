use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::FileError;
use super::source::{Files, Kind, Walk, WalkError};

/// Files in memory. Those who share it see what is put there later.
#[derive(Debug, Default)]
pub struct Memory {
    files: RwLock<BTreeMap<PathBuf, Arc<[u8]>>>,
}

impl Memory {
    /// Adds or replaces a file. Folders exist if files are in them.
    pub fn put(&self, path: impl Into<PathBuf>, bytes: impl Into<Arc<[u8]>>) {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.insert(path.into(), bytes.into());
    }

    /// Removes a file. Returns whether it existed.
    pub fn remove(&self, path: &Path) -> bool {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.remove(path).is_some()
    }

    fn get(&self, path: &Path) -> Option<Arc<[u8]>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner).get(path).map(Arc::clone)
    }

    /// Returns the files below a folder, sorted by path.
    fn below(&self, folder: &Path) -> Vec<PathBuf> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let from = files.range::<Path, _>((Bound::Included(folder), Bound::Unbounded));
        let paths = from.map(|(path, _)| path).take_while(|path| path.starts_with(folder));
        paths.filter(|path| *path != folder).cloned().collect()
    }

    /// Returns a folder and everything below it that isn't left out. `seen` are the files that are
    /// asked whether it is, which may be more than these.
    pub(super) fn walked(&self, seen: &dyn Files, folder: &Path, walk: Walk) -> BTreeSet<PathBuf> {
        let is_hidden = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            walk.is_ignoring && name.starts_with('.')
        };
        let mut found = BTreeSet::from([folder.to_owned()]);
        for path in &self.below(folder) {
            let inner = path.ancestors().take_while(|path| *path != folder).collect::<Vec<_>>();
            if !inner.iter().any(|path| is_hidden(path) || (walk.skips)(seen, path)) {
                found.extend(inner.into_iter().map(Path::to_owned));
            }
        }
        found
    }
}

impl Files for Memory {
    fn kind(&self, path: &Path) -> Option<Kind> {
        if self.get(path).is_some() {
            return Some(Kind::File);
        }
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let mut after = files.range::<Path, _>((Bound::Excluded(path), Bound::Unbounded));
        after.next().filter(|(next, _)| next.starts_with(path)).map(|_| Kind::Folder)
    }

    fn is_link(&self, _path: &Path) -> bool {
        false
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let entry = |path: &PathBuf| {
            let inner = path.strip_prefix(folder).ok()?.components().next()?;
            Some(folder.join(inner))
        };
        let entries = self.below(folder).iter().filter_map(entry).collect::<BTreeSet<_>>();
        match entries.is_empty() {
            true => Err(io::ErrorKind::NotFound.into()),
            false => Ok(entries.into_iter().collect()),
        }
    }

    fn walk(&self, folder: &Path, walk: Walk) -> Vec<Result<PathBuf, WalkError>> {
        self.walked(self, folder, walk).into_iter().map(Ok).collect()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.get(path) {
            Some(bytes) => Ok(bytes.to_vec()),
            None if self.kind(path).is_some() => Err(FileError::Folder.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        match self.kind(path) {
            Some(_) => Ok(path.to_owned()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
