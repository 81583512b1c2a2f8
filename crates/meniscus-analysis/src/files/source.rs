//! Where the files of a workspace come from.

use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::FileError;

/// A source of files: the disk, memory, or strings that aren't saved laid over another source.
pub trait Files: fmt::Debug + Send + Sync {
    /// What is at a path, where links lead to; none where nothing is.
    fn kind(&self, path: &Path) -> Option<Kind>;

    /// Whether the path itself is a link, wherever it leads.
    fn is_link(&self, path: &Path) -> bool;

    /// The paths of a folder's entries, sorted.
    ///
    /// # Errors
    /// Where the folder can't be read.
    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Everything below a folder, the folder first, in order of path; links to folders aren't followed.
    fn walk(&self, folder: &Path, walk: Walk) -> Vec<Result<PathBuf, WalkError>>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// A [`FileError`], or what the system says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The path with all links followed.
    ///
    /// # Errors
    /// Where nothing is there.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;

    /// Whether a regular file is at a path.
    #[must_use]
    fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Some(Kind::File)
    }

    /// Whether a folder is at a path.
    #[must_use]
    fn is_folder(&self, path: &Path) -> bool {
        self.kind(path) == Some(Kind::Folder)
    }

    /// Whether anything is at a path, even a link that leads nowhere.
    #[must_use]
    fn is_anything(&self, path: &Path) -> bool {
        self.kind(path).is_some() || self.is_link(path)
    }

    /// A file as a string.
    ///
    /// # Errors
    /// As [`Files::read`]; [`io::ErrorKind::InvalidData`] where it isn't UTF-8.
    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        let text = String::from_utf8(self.read(path)?);
        text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Checks that a file or folder of a workspace may be read: whatever a link brings in from outside would end
    /// up in reports and snapshots, and a pipe never ends.
    ///
    /// # Errors
    /// [`FileError::Outside`], [`FileError::NotRegular`], [`FileError::Dangling`], or what the system says.
    fn check_inside(&self, root: &Path, path: &Path) -> io::Result<()> {
        match self.kind(path) {
            Some(Kind::Other) => return Err(FileError::NotRegular.into()),
            None if self.is_link(path) => return Err(FileError::Dangling.into()),
            _ => {}
        }
        let Ok(inner) = path.strip_prefix(root) else { return Ok(()) };
        let mut at = root.to_owned();
        let may_leave = inner.components().any(|part| {
            at.push(part);
            part == Component::ParentDir || self.is_link(&at)
        });
        if may_leave && !self.resolve(path)?.starts_with(self.resolve(root)?) {
            return Err(FileError::Outside.into());
        }
        Ok(())
    }

    /// Checks a file as `check_inside` does; a folder isn't one.
    ///
    /// # Errors
    /// As `check_inside`, and [`FileError::Folder`].
    fn check_file(&self, root: &Path, path: &Path) -> io::Result<()> {
        self.check_inside(root, path)?;
        if self.is_folder(path) { Err(FileError::Folder.into()) } else { Ok(()) }
    }

    /// Checks that a folder of a workspace may be searched. Returns whether anything is there.
    ///
    /// # Errors
    /// As `check_inside`, and [`FileError::NotFolder`].
    fn check_folder(&self, root: &Path, path: &Path) -> io::Result<bool> {
        if !self.is_anything(path) {
            return Ok(false);
        }
        self.check_inside(root, path)?;
        if self.is_folder(path) { Ok(true) } else { Err(FileError::NotFolder.into()) }
    }

    /// Checks an entry of a folder that is searched, whatever its name: nobody can tell what a pipe, or a link
    /// that leads nowhere, was meant to be, and linked folders are not searched.
    ///
    /// # Errors
    /// [`FileError::NotRegular`], [`FileError::Dangling`] or [`FileError::LinkedFolder`].
    fn check_entry(&self, path: &Path) -> io::Result<()> {
        match self.kind(path) {
            None if self.is_link(path) => Err(FileError::Dangling.into()),
            Some(Kind::Folder) if self.is_link(path) => Err(FileError::LinkedFolder.into()),
            Some(Kind::Other) => Err(FileError::NotRegular.into()),
            _ => Ok(()),
        }
    }
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A pipe or a device.
    Other,
}

/// Which entries a walk passes over.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    /// Whether to pass over hidden entries and those that `.gitignore` names.
    pub is_ignoring: bool,
    /// Whether to pass over an entry and all below it.
    pub skips: fn(&dyn Files, &Path) -> bool,
}

/// An entry that a walk can't read.
#[derive(Debug)]
pub struct WalkError {
    /// Its path, where that is known.
    pub path: Option<PathBuf>,
    /// Why.
    pub error: io::Error,
}
