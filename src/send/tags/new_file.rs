use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::error::TagError;
use super::segment::HexOf;
use crate::files::{Readers, check_regular, unfinished};

/// A file that is written atomically, through a temporary file next to it.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    writer: BufWriter<NamedTempFile>,
    digest: Sha256,
    /// Whether it may replace another.
    replaces: bool,
}

impl NewFile {
    /// Creates a file.
    ///
    /// `is_ours` returns whether an existing file with this SHA-256 may be replaced.
    ///
    /// # Errors
    ///
    /// If a file exists that may not be replaced, or the folder can't be written to.
    pub fn begin(path: &Path, is_ours: impl FnOnce(&str) -> bool) -> Result<Self, TagError> {
        let replaces = match digest_of(path) {
            Ok(Some(digest)) if is_ours(&digest) => true,
            Ok(Some(_)) => return Err(is_there(path)),
            Ok(None) => false,
            Err(error) => return Err(TagError::of_file("write", path, &error)),
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = unfinished(folder.unwrap_or(Path::new(".")), Readers::Owner)
            .map_err(|error| TagError::of_file("write", path, &error))?;
        let writer = BufWriter::new(file);
        Ok(Self { path: path.to_owned(), writer, digest: Sha256::new(), replaces })
    }

    /// Moves the file into place and returns its SHA-256.
    ///
    /// It stays readable by its owner only, because it contains customer ids.
    ///
    /// # Errors
    ///
    /// If the disk is full, or another file appeared meanwhile.
    pub fn finish(mut self) -> Result<String, TagError> {
        let failed = |error: &std::io::Error| TagError::of_file("write", &self.path, error);
        self.writer.flush().map_err(|error| failed(&error))?;
        let file = self.writer.into_inner().map_err(|error| failed(error.error()))?;
        file.as_file().sync_all().map_err(|error| failed(&error))?;
        let kept = if self.replaces {
            file.persist(&self.path)
        } else {
            file.persist_noclobber(&self.path)
        };
        match kept {
            Ok(_) => Ok(format!("{:x}", HexOf(&self.digest.finalize()))),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(is_there(&self.path))
            }
            Err(error) => Err(failed(&error.error)),
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.writer.write(bytes)?;
        self.digest.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

fn is_there(path: &Path) -> TagError {
    TagError::new(
        format!("`{}` already exists", path.display()),
        "choose another file, or pass `--overwrite`",
    )
}

/// Returns the SHA-256 of a file; `None` if it doesn't exist.
fn digest_of(path: &Path) -> std::io::Result<Option<String>> {
    let mut file = match check_regular(path).and_then(|_| std::fs::File::open(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(Some(format!("{:x}", HexOf(&digest.finalize()))));
        }
        digest.update(buffer.get(..count).unwrap_or_default());
    }
}
