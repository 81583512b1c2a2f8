//! Reading files: regular, of limited size, and inside the workspace.

use std::io::{self, Read};
use std::path::Path;

use super::disk::{Disk, read_file_within};
use super::source::Files;

/// The largest data file that is read, in bytes: recordings, scenarios, exports, lists.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Why a file isn't read, in addition to I/O errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A pipe or a device, which may never end.
    #[error("it isn't a regular file")]
    NotRegular,
    /// A folder where a file belongs.
    #[error("it's a folder, not a file")]
    Folder,
    /// A link to something that isn't part of the workspace.
    #[error("it's a link to a place outside the workspace")]
    Outside,
    /// A link to nothing.
    #[error("it's a broken link")]
    Dangling,
    /// A link to a folder, where only folders themselves are searched.
    #[error("it's a link to a folder, which meniscus doesn't follow")]
    LinkedFolder,
    /// A file, or a pipe, where a folder should be.
    #[error("it isn't a folder")]
    NotFolder,
    /// More bytes than the limit.
    #[error("it's larger than {} MB", _0 >> 20)]
    TooLarge(u64),
}

impl FileError {
    /// Returns an action that helps.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            FileError::NotRegular | FileError::Folder | FileError::Dangling => {
                "remove it, or replace it with a file"
            }
            FileError::NotFolder => "remove it, or replace it with a folder",
            FileError::Outside => "replace it with a copy",
            FileError::LinkedFolder => "replace it with the folder itself",
            FileError::TooLarge(_) => "split it into smaller files",
        }
    }

    /// Returns an action that helps with an I/O error, by default `otherwise`.
    #[must_use]
    pub fn help_or(error: &io::Error, otherwise: &'static str) -> &'static str {
        FileError::of(error).map_or(otherwise, FileError::help)
    }

    /// Returns the reason inside an I/O error, if it is one of these.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<FileError> {
        error.get_ref()?.downcast_ref().copied()
    }
}

/// Returns why a file can't be read, in plain words.
#[must_use]
pub fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::InvalidData => "it isn't UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> io::Error {
        io::Error::other(error)
    }
}

/// Checks that a file of a workspace may be written: the existing part of its folder is inside.
///
/// # Errors
/// See `check_inside`.
pub fn check_target(root: &Path, path: &Path) -> io::Result<()> {
    let mut folders = path.ancestors().skip(1);
    let known = folders.find(|folder| folder.symlink_metadata().is_ok());
    known.map_or(Ok(()), |folder| Disk.check_inside(root, folder))
}

/// Returns the workspace's folder, if the shown path is the end of a file's path.
#[must_use]
pub fn root_of<'p>(path: &'p Path, shown: &Path) -> Option<&'p Path> {
    let depth = shown.components().count();
    let root = path.ancestors().nth(depth).filter(|_| depth > 0 && path.ends_with(shown));
    root.filter(|root| !root.as_os_str().is_empty())
}

/// Reads a regular file of at most [`MAX_FILE_BYTES`].
///
/// # Errors
/// A [`FileError`] or an I/O error.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    read_file_within(path, MAX_FILE_BYTES)
}

/// Reads a file as a string.
///
/// # Errors
/// As [`read_file`]; [`io::ErrorKind::InvalidData`] if it isn't UTF-8.
pub fn read_file_to_string(path: &Path) -> io::Result<String> {
    let text = String::from_utf8(read_file(path)?);
    text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Reads a stream, such as standard input, to its end.
///
/// # Errors
/// As [`read_file_to_string`].
pub fn read_stream_to_string(stream: impl Read) -> io::Result<String> {
    let text = String::from_utf8(read_within(stream, MAX_FILE_BYTES)?);
    text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

pub(super) fn read_within(stream: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(FileError::TooLarge(most).into()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        std::fs::write(&path, "12345").expect("written");
        assert_eq!(read_file_within(&path, 5).expect("read"), b"12345");
        let error = read_file_within(&path, 4).expect_err("too large");
        assert_eq!(FileError::of(&error), Some(FileError::TooLarge(4)));
        let error = read_file(folder.path()).expect_err("a folder");
        assert_eq!(FileError::of(&error), Some(FileError::Folder));
        assert_eq!(read_within(&b"12345"[..], 5).expect("read"), b"12345");
        assert!(read_within(io::repeat(0), 4).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_read() {
        let error = read_file(Path::new("/dev/zero")).expect_err("a device");
        assert_eq!(FileError::of(&error), Some(FileError::NotRegular));
    }
}
