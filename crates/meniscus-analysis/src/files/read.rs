//! Files that are read: regular, of a bounded size, and inside the workspace.

use std::io::{self, Read};
use std::path::Path;

use super::disk::{Disk, read_file_within};
use super::source::Files;

/// The most bytes of a data file that are read: recordings, scenarios, exports, lists.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Why a file isn't read, beyond what the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A pipe or a device, which may never end.
    #[error("it is not a regular file")]
    NotRegular,
    /// A folder where a file belongs.
    #[error("it is a folder, expected a file")]
    Folder,
    /// A link to something that isn't part of the workspace.
    #[error("it is a link that leads out of the workspace")]
    Outside,
    /// A link to nothing.
    #[error("it is a link that leads nowhere")]
    Dangling,
    /// A link to a folder, where only folders themselves are searched.
    #[error("it is a link to a folder, and those are not followed")]
    LinkedFolder,
    /// A file, or a pipe, where a folder should be.
    #[error("it is not a folder")]
    NotFolder,
    /// More bytes than are read.
    #[error("it has more than {} MB", _0 >> 20)]
    TooLarge(u64),
}

impl FileError {
    /// The action that helps.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            FileError::NotRegular | FileError::Folder | FileError::Dangling => {
                "remove it, or put a file in its place"
            }
            FileError::NotFolder => "remove it, or put a folder in its place",
            FileError::Outside => "put a copy in its place",
            FileError::LinkedFolder => "put the folder itself in its place",
            FileError::TooLarge(_) => "split it into smaller files",
        }
    }

    /// The action that helps with an error of the system: that of its reason, or another.
    #[must_use]
    pub fn help_or(error: &io::Error, otherwise: &'static str) -> &'static str {
        FileError::of(error).map_or(otherwise, FileError::help)
    }

    /// The reason in an error of the system, where it is one of these.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<FileError> {
        error.get_ref()?.downcast_ref().copied()
    }
}

/// Why a file can't be read, in plain words.
#[must_use]
pub fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> io::Error {
        io::Error::other(error)
    }
}

/// Checks that a file of a workspace may be written: the folder that it lies in, as far as it's there, is inside.
///
/// # Errors
/// As `check_inside`.
pub fn check_target(root: &Path, path: &Path) -> io::Result<()> {
    let mut folders = path.ancestors().skip(1);
    let known = folders.find(|folder| folder.symlink_metadata().is_ok());
    known.map_or(Ok(()), |folder| Disk.check_inside(root, folder))
}

/// The folder of the workspace, where the path that is shown is the last part of a file's path.
#[must_use]
pub fn root_of<'p>(path: &'p Path, shown: &Path) -> Option<&'p Path> {
    let depth = shown.components().count();
    let root = path.ancestors().nth(depth).filter(|_| depth > 0 && path.ends_with(shown));
    root.filter(|root| !root.as_os_str().is_empty())
}

/// Reads a regular file of at most [`MAX_FILE_BYTES`].
///
/// # Errors
/// A [`FileError`], or what the system says.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    read_file_within(path, MAX_FILE_BYTES)
}

/// Reads a file as [`read_file`] does, as a string.
///
/// # Errors
/// As [`read_file`]; [`io::ErrorKind::InvalidData`] where it isn't UTF-8.
pub fn read_file_to_string(path: &Path) -> io::Result<String> {
    let text = String::from_utf8(read_file(path)?);
    text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Reads a stream to its end as [`read_file_to_string`] reads a file: standard input, for one.
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
