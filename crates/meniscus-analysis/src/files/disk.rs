use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::{Files, Kind, Walk, WalkError};
use super::{FileError, MAX_FILE_BYTES, is_beside, read_within};

/// The local file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Disk {
    /// Returns the local file system as a source.
    #[must_use]
    pub fn files() -> Arc<dyn Files> {
        Arc::new(Disk)
    }
}

impl Files for Disk {
    fn kind(&self, path: &Path) -> Option<Kind> {
        let found = std::fs::metadata(path).ok()?;
        Some(match () {
            () if found.is_file() => Kind::File,
            () if found.is_dir() => Kind::Folder,
            () => Kind::Other,
        })
    }

    fn is_link(&self, path: &Path) -> bool {
        path.is_symlink()
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let paths = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| !is_beside(path));
        paths.sort();
        Ok(paths)
    }

    fn walk(&self, folder: &Path, walk: Walk) -> Vec<Result<PathBuf, WalkError>> {
        let mut builder = ignore::WalkBuilder::new(folder);
        builder.standard_filters(walk.is_ignoring).sort_by_file_path(Ord::cmp);
        let top = folder.to_owned();
        builder.filter_entry(move |entry| match entry.path() {
            path if path == top => true,
            path => !is_beside(path) && !(walk.skips)(&Disk, path),
        });
        let entries = builder.build().map(|entry| {
            entry.map(ignore::DirEntry::into_path).map_err(|error| WalkError {
                path: path_of(&error).map(Path::to_owned),
                error: io::Error::other(match error.io_error() {
                    Some(error) => error.to_string(),
                    None => error.to_string(),
                }),
            })
        });
        entries.collect()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        read_file_within(path, MAX_FILE_BYTES)
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }
}

/// Checks that a file is a regular one before it is opened, because opening a pipe blocks until
/// there is a writer. Returns its metadata.
///
/// # Errors
/// [`FileError::Folder`], [`FileError::NotRegular`], or an I/O error.
pub fn check_regular(path: &Path) -> io::Result<std::fs::Metadata> {
    let found = std::fs::metadata(path)?;
    match () {
        () if found.is_file() => Ok(found),
        () if found.is_dir() => Err(FileError::Folder.into()),
        () => Err(FileError::NotRegular.into()),
    }
}

pub(super) fn read_file_within(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let found = check_regular(path)?;
    if found.len() > most {
        return Err(FileError::TooLarge(most).into());
    }
    read_within(File::open(path)?, most)
}

/// Returns the path that an error of the walk is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithDepth { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}
