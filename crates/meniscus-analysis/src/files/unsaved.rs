use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::memory::Memory;
use super::source::{Files, Kind, Walk, WalkError};

/// Unsaved strings, each in place of a file: what an editor holds.
#[derive(Debug)]
pub struct Unsaved {
    files: Arc<dyn Files>,
    texts: Memory,
    /// Whether strings without a file count as files.
    adds_files: bool,
}

impl Unsaved {
    /// Overlays strings on files, by path. They don't add files: what an editor still holds of a
    /// deleted file must not keep it.
    #[must_use]
    pub fn over(files: &Arc<dyn Files>, texts: BTreeMap<PathBuf, String>) -> Arc<dyn Files> {
        Arc::new(Unsaved::new(Arc::clone(files), texts))
    }

    /// Overlays strings on files, by path; those without a file are new files.
    #[must_use]
    pub fn adding(files: &Arc<dyn Files>, texts: BTreeMap<PathBuf, String>) -> Arc<dyn Files> {
        Arc::new(Unsaved { adds_files: true, ..Unsaved::new(Arc::clone(files), texts) })
    }

    /// Overlays strings on files, by path, which may change later.
    #[must_use]
    pub fn new(files: Arc<dyn Files>, texts: BTreeMap<PathBuf, String>) -> Unsaved {
        let unsaved = Unsaved { files, texts: Memory::default(), adds_files: false };
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

    /// Adds the new files below a folder to what was found on disk, as if they were saved: what Git
    /// ignores and what a link leads to isn't searched.
    fn with_new(&self, found: Vec<Found>, folder: &Path, walk: Walk) -> Vec<Found> {
        let is_new = |path: &Path| self.files.kind(path).is_none();
        let all = Walk { is_ignoring: false, skips: |_, _| false };
        if !self.texts.walked(self, folder, all).iter().any(|path| is_new(path)) {
            return found;
        }
        let mut new = self.texts.walked(self, folder, walk);
        new.retain(|path| is_new(path));
        let is_left_out = |path: &Path| {
            let inner = path.ancestors().take_while(|path| *path != folder);
            inner.into_iter().any(|path| (walk.skips)(self, path))
        };
        let on_disk = found.iter().filter_map(|entry| entry.as_deref().ok().map(Path::to_owned));
        let on_disk = on_disk.collect::<BTreeSet<_>>();
        let is_searched = |path: &PathBuf| {
            let mut inner = path.ancestors().take_while(|above| *above != folder);
            if inner.any(|above| self.files.is_link(above)) {
                return false;
            }
            let known = path.ancestors().skip(1).find(|above| !is_new(above));
            is_new(folder) || known.is_some_and(|above| on_disk.contains(above))
        };
        let kept = found.into_iter().filter(|entry| {
            !is_new(folder) && entry.as_ref().map_or(true, |path| !is_left_out(path))
        });
        let new = new.iter().filter(|path| is_searched(path)).cloned().map(Ok);
        let mut all = kept.chain(new).collect::<Vec<_>>();
        all.sort_by(|a, b| path_of(a).cmp(&path_of(b)));
        all
    }
}

type Found = Result<PathBuf, WalkError>;

impl Files for Unsaved {
    fn kind(&self, path: &Path) -> Option<Kind> {
        let unsaved = self.texts.kind(path).filter(|kind| self.adds_files || *kind == Kind::File);
        unsaved.or_else(|| self.files.kind(path))
    }

    fn is_link(&self, path: &Path) -> bool {
        self.files.is_link(path)
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let known = self.files.entries(folder);
        let Ok(unsaved) = self.texts.entries(folder) else { return known };
        match known {
            known if !self.adds_files => known,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(unsaved),
            Err(error) => Err(error),
            Ok(known) => {
                let all = known.into_iter().chain(unsaved).collect::<BTreeSet<_>>();
                Ok(all.into_iter().collect())
            }
        }
    }

    fn walk(&self, folder: &Path, walk: Walk) -> Vec<Found> {
        let found = self.files.walk(folder, walk);
        if self.adds_files { self.with_new(found, folder, walk) } else { found }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.texts.read(path) {
            Ok(text) => Ok(text),
            Err(_) => self.files.read(path),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let mut known = path;
        loop {
            match (self.files.resolve(known), known.parent()) {
                (Ok(resolved), _) if known == path => return Ok(resolved),
                // What isn't there yet is below what is.
                (Ok(resolved), _) if self.adds_files && self.texts.kind(path).is_some() => {
                    return Ok(path
                        .strip_prefix(known)
                        .map_or(resolved.clone(), |rest| resolved.join(rest)));
                }
                (Err(error), None) => return Err(error),
                (Err(_), Some(above)) => known = above,
                (Ok(_), _) => return self.files.resolve(path),
            }
        }
    }
}

fn path_of(entry: &Found) -> Option<&Path> {
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
        let unsaved = Unsaved { adds_files: true, ..Unsaved::new(files, BTreeMap::new()) };
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
        unsaved.put(Path::new("/w/t/c/x"), "");
        assert_eq!(found("/w/t"), "/w/t /w/t/a.html");
        unsaved.remove(Path::new("/w/t/c/x"));
        unsaved.remove(Path::new("/w/t/b/x"));
        unsaved.remove(Path::new("/w/t/b/b.html"));
        assert_eq!(found("/w/t"), "/w/t /w/t/a.html /w/t/c /w/t/c/c.html");
        assert_eq!(unsaved.kind(Path::new("/w/t/b")), None);
    }

    #[test]
    fn a_deleted_file_is_gone_whatever_an_editor_holds() {
        let files: Arc<dyn Files> = Arc::new(Memory::default());
        let path = PathBuf::from("/w/t/a.html");
        let unsaved = Unsaved::over(&files, BTreeMap::from([(path.clone(), "A".to_owned())]));
        assert!(unsaved.walk(Path::new("/w/t"), ALL).iter().flatten().all(|found| *found != path));
        assert!(unsaved.entries(Path::new("/w/t")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_where_it_would_be_saved() {
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("w"), folder.path().join("o"));
        std::fs::create_dir_all(root.join("t")).unwrap();
        std::fs::create_dir_all(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, root.join("t/link")).unwrap();
        let paths = [root.join("t/link/a.html"), root.join("t/new/a.html")];
        let texts = paths.iter().map(|path| (path.clone(), String::new())).collect();
        let unsaved = Unsaved::adding(&super::super::Disk::files(), texts);
        assert!(unsaved.check_inside(&root, &paths[0]).is_err());
        unsaved.check_inside(&root, &paths[1]).unwrap();
        let found = unsaved.walk(&root.join("t"), ALL);
        let found = found.iter().flatten().collect::<Vec<_>>();
        assert!(found.contains(&&paths[1]) && !found.contains(&&paths[0]), "{found:?}");
    }
}
