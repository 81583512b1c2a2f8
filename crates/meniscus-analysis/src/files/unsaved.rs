use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::{Files, Kind, Walk, WalkError};

/// Unsaved strings, each in place of a file: what an editor holds.
#[derive(Debug)]
pub struct Unsaved {
    files: Arc<dyn Files>,
    texts: BTreeMap<PathBuf, String>,
}

impl Unsaved {
    /// Overlays strings on files, by path. They don't add files; an editor has a folder.
    #[must_use]
    pub fn over(files: &Arc<dyn Files>, texts: BTreeMap<PathBuf, String>) -> Arc<dyn Files> {
        Arc::new(Unsaved { files: Arc::clone(files), texts })
    }
}

impl Files for Unsaved {
    fn kind(&self, path: &Path) -> Option<Kind> {
        let is_unsaved = self.texts.contains_key(path);
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
        match self.texts.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.files.read(path),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.resolve(path)
    }
}
