//! Where the files of a workspace come from.

use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::FileError;

pub trait Files: fmt::Debug + Send + Sync {
    /// Returns what is at a path, following links; `None` if nothing is.
    fn kind(&self, path: &Path) -> Option<Kind>;

    /// Whether the path itself is a link.
    fn is_link(&self, path: &Path) -> bool;

    /// Returns the paths of a folder's entries, sorted. The disk leaves out editors' temporary files
    /// ([`super::is_beside`]).
    ///
    /// # Errors
    /// If the folder can't be read.
    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Returns a folder and everything below it, sorted by path; links to folders aren't followed.
    fn walk(&self, folder: &Path, walk: Walk) -> Vec<Result<PathBuf, WalkError>>;

    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// A [`FileError`] or an I/O error.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Returns the path with all links resolved.
    ///
    /// # Errors
    /// If nothing is there.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;

    /// Whether there is a regular file at a path.
    #[must_use]
    fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Some(Kind::File)
    }

    #[must_use]
    fn is_folder(&self, path: &Path) -> bool {
        self.kind(path) == Some(Kind::Folder)
    }

    /// Whether anything is at a path, even a dangling link.
    #[must_use]
    fn is_anything(&self, path: &Path) -> bool {
        self.kind(path).is_some() || self.is_link(path)
    }

    /// Reads a file as a string.
    ///
    /// # Errors
    /// As [`Files::read`]; [`io::ErrorKind::InvalidData`] if it isn't UTF-8.
    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        let text = String::from_utf8(self.read(path)?);
        text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Checks that a file or folder of a workspace may be read. Content that a link brings in from
    /// outside would end up in reports and snapshots, and a pipe never ends.
    ///
    /// # Errors
    /// [`FileError::Outside`], [`FileError::NotRegular`], [`FileError::Dangling`], or an I/O error.
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

    /// Checks a file as `check_inside` does, and rejects folders.
    ///
    /// # Errors
    /// As `check_inside`, and [`FileError::Folder`].
    fn check_file(&self, root: &Path, path: &Path) -> io::Result<()> {
        self.check_inside(root, path)?;
        if self.is_folder(path) { Err(FileError::Folder.into()) } else { Ok(()) }
    }

    /// Checks that a folder of a workspace may be searched. Returns whether it exists.
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

    /// Checks an entry of a searched folder, whatever its name: the purpose of a pipe or a dangling
    /// link is unknown, and linked folders aren't searched.
    ///
    /// # Errors
    /// [`FileError::NotRegular`], [`FileError::Dangling`], or [`FileError::LinkedFolder`].
    fn check_entry(&self, path: &Path) -> io::Result<()> {
        match self.kind(path) {
            None if self.is_link(path) => Err(FileError::Dangling.into()),
            Some(Kind::Folder) if self.is_link(path) => Err(FileError::LinkedFolder.into()),
            Some(Kind::Other) => Err(FileError::NotRegular.into()),
            _ => Ok(()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    Folder,
    /// A pipe or a device.
    Other,
}

/// Which entries a walk skips.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    /// Whether to skip hidden entries and those in `.gitignore`.
    pub is_ignoring: bool,
    /// Whether to skip an entry and everything below it.
    pub skips: fn(&dyn Files, &Path) -> bool,
}

/// An entry that a walk can't read.
#[derive(Debug)]
pub struct WalkError {
    /// Its path, if known.
    pub path: Option<PathBuf>,
    pub error: io::Error,
}
