use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::memory::Memory;
use super::source::{Files, Kind, Walk, WalkError};

/// Unsaved strings, each in place of a file or beside the files there are: what an editor holds.
#[derive(Debug)]
pub struct Unsaved {
    files: Arc<dyn Files>,
    texts: Memory,
}

impl Unsaved {
    /// Overlays strings on files, by path.
    #[must_use]
    pub fn over(files: &Arc<dyn Files>, texts: BTreeMap<PathBuf, String>) -> Arc<dyn Files> {
        Arc::new(Unsaved::new(Arc::clone(files), texts))
    }

    /// Overlays strings on files, by path, which may change later.
    #[must_use]
    pub fn new(files: Arc<dyn Files>, texts: BTreeMap<PathBuf, String>) -> Unsaved {
        let unsaved = Unsaved { files, texts: Memory::default() };
        texts.iter().for_each(|(path, text)| unsaved.put(path, text));
        unsaved
    }

    /// Adds or replaces a string.
    pub fn put(&self, path: &Path, text: &str) {
        self.texts.put(path, text.as_bytes());
    }

    /// Removes a string: the file counts again.
    pub fn remove(&self, path: &Path) {
        self.texts.remove(path);
    }
}

impl Files for Unsaved {
    fn kind(&self, path: &Path) -> Option<Kind> {
        self.texts.kind(path).or_else(|| self.files.kind(path))
    }

    fn is_link(&self, path: &Path) -> bool {
        self.files.is_link(path)
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        match (self.files.entries(folder), self.texts.entries(folder)) {
            (known, Err(_)) => known,
            (Err(_), unsaved) => unsaved,
            (Ok(known), Ok(unsaved)) => {
                let all = known.into_iter().chain(unsaved).collect::<BTreeSet<_>>();
                Ok(all.into_iter().collect())
            }
        }
    }

    fn walk(&self, folder: &Path, walk: Walk) -> Vec<Result<PathBuf, WalkError>> {
        let is_new = |path: &Path| self.files.kind(path).is_none();
        let unsaved = self.texts.walked(self, folder, walk);
        // A file that is there and isn't found on disk is one that Git ignores.
        let unsaved = unsaved.into_iter().filter(|path| is_new(path)).collect::<Vec<_>>();
        if unsaved.is_empty() {
            return self.files.walk(folder, walk);
        }
        let mut found = match is_new(folder) {
            true => Vec::new(),
            false => self.files.walk(folder, walk),
        };
        found.extend(unsaved.into_iter().map(Ok));
        found.sort_by(|a, b| path_of(a).cmp(&path_of(b)));
        found
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.texts.is_file(path) {
            true => self.texts.read(path),
            false => self.files.read(path),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.resolve(path).or_else(|error| self.texts.resolve(path).map_err(|_| error))
    }
}

fn path_of(entry: &Result<PathBuf, WalkError>) -> Option<&Path> {
    match entry {
        Ok(path) => Some(path),
        Err(error) => error.path.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Walk =
        Walk { is_ignoring: true, skips: |files, path| files.is_file(&path.join("x")) };

    #[test]
    fn what_is_not_saved_is_found_among_the_files() {
        let disk = Arc::new(Memory::default());
        disk.put("/w/t/a.html", *b"a");
        disk.put("/w/t/c/c.html", *b"c");
        let files: Arc<dyn Files> = disk;
        let unsaved = Unsaved::new(files, BTreeMap::new());
        for (path, text) in [("/w/t/a.html", "A"), ("/w/t/b/b.html", "B"), ("/w/s/new.toml", "")] {
            unsaved.put(Path::new(path), text);
        }
        let found = |folder: &str| {
            let found = unsaved.walk(Path::new(folder), ALL).into_iter();
            found.map(|path| path.unwrap().display().to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("/w/t"), "/w/t /w/t/a.html /w/t/b /w/t/b/b.html /w/t/c /w/t/c/c.html");
        assert_eq!(found("/w/s"), "/w/s /w/s/new.toml");
        let entries = unsaved.entries(Path::new("/w/t")).unwrap();
        assert_eq!(entries, ["/w/t/a.html", "/w/t/b", "/w/t/c"].map(PathBuf::from));
        assert_eq!(unsaved.read_to_string(Path::new("/w/t/a.html")).unwrap(), "A");
        assert_eq!(unsaved.kind(Path::new("/w/t/b")), Some(Kind::Folder));
        unsaved.check_file(Path::new("/w"), Path::new("/w/t/b/b.html")).unwrap();
        // A folder that is left out on disk is left out here.
        unsaved.put(Path::new("/w/t/b/x"), "");
        assert_eq!(found("/w/t"), "/w/t /w/t/a.html /w/t/c /w/t/c/c.html");
        unsaved.remove(Path::new("/w/t/b/x"));
        unsaved.remove(Path::new("/w/t/b/b.html"));
        assert_eq!(found("/w/t"), "/w/t /w/t/a.html /w/t/c /w/t/c/c.html");
        assert_eq!(unsaved.kind(Path::new("/w/t/b")), None);
    }
}
