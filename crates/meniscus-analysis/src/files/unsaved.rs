use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::source::{Files, Kind, Walk, WalkError};

/// Unsaved strings, each in place of a file: what an editor holds.
#[derive(Debug)]
pub struct Unsaved {
    files: Arc<dyn Files>,
    texts: RwLock<BTreeMap<PathBuf, String>>,
}

impl Unsaved {
    /// Overlays strings on files, by path. They don't add files; an editor has a folder.
    #[must_use]
    pub fn over(files: &Arc<dyn Files>, texts: BTreeMap<PathBuf, String>) -> Arc<dyn Files> {
        Arc::new(Unsaved::new(Arc::clone(files), texts))
    }

    /// Overlays strings on files, by path, which may change later.
    #[must_use]
    pub fn new(files: Arc<dyn Files>, texts: BTreeMap<PathBuf, String>) -> Unsaved {
        Unsaved { files, texts: RwLock::new(texts) }
    }

    /// Adds or replaces a string.
    pub fn put(&self, path: &Path, text: &str) {
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        texts.insert(path.to_owned(), text.to_owned());
    }

    /// Removes a string: the file counts again.
    pub fn remove(&self, path: &Path) {
        self.texts.write().unwrap_or_else(PoisonError::into_inner).remove(path);
    }

    fn text(&self, path: &Path) -> Option<String> {
        self.texts.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }
}

impl Files for Unsaved {
    fn kind(&self, path: &Path) -> Option<Kind> {
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        let is_unsaved = texts.contains_key(path);
        drop(texts);
        if is_unsaved { Some(Kind::File) } else { self.files.kind(path) }
    }

    fn is_link(&self, path: &Path) -> bool {
        self.files.is_link(path)
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        self.files.entries(folder)
    }

    fn walk(&self, folder: &Path, walk: Walk) -> Vec<Result<PathBuf, WalkError>> {
        self.files.walk(folder, walk)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.text(path) {
            Some(text) => Ok(text.into_bytes()),
            None => self.files.read(path),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.resolve(path)
    }
}
