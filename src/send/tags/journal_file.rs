use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::error::TagError;
use crate::files::{Placement, check_regular, write_synced};

/// The first line of every journal.
const TITLE: &str = "meniscus tags journal 1\n";
/// The last line of a complete header.
const READY: &str = "ready\n";

/// An append-only file of lines, exclusive to one run while it is open.
#[derive(Debug)]
pub(super) struct JournalFile {
    path: PathBuf,
    file: File,
    writing: Mutex<Writing>,
    told: Condvar,
}

#[derive(Debug, Default)]
struct Writing {
    /// Lines passed to the system.
    written: u64,
    /// Lines on disk.
    durable: u64,
    /// Whether a thread is flushing to disk.
    syncing: bool,
    /// The first error; nothing is written after it.
    broken: Option<TagError>,
}

impl JournalFile {
    /// Opens or creates a journal, and passes on its lines.
    ///
    /// An incomplete last line was never acted on, and is removed.
    ///
    /// # Errors
    ///
    /// If another run has it open, it belongs to another run or isn't a journal, is damaged, or
    /// can't be written.
    pub(super) fn open(
        path: &Path,
        key: &[(&str, String)],
        mut line: impl FnMut(&str) -> Option<()>,
    ) -> Result<Self, TagError> {
        let unusable = |error: &std::io::Error| TagError::of_file("write", path, error);
        let header = header(key);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(unusable(&std::io::ErrorKind::NotFound.into()));
        }
        // Whenever a run ends, the file exists with its whole header or not at all.
        match write_synced(path, header.as_bytes(), Placement::New) {
            Ok(()) => sync_folder(path).map_err(|error| unusable(&error))?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unusable(&error)),
        }
        check_regular(path).map_err(|error| unusable(&error))?;
        let opened = OpenOptions::new().read(true).append(true).open(path);
        let mut file = opened.map_err(|error| unusable(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(TagError::new(
                    format!("another run is using the journal `{}`", path.display()),
                    "wait until that run ends, or stop it; two runs at once would send everything \
                     twice",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&error)),
        }
        let mut start = String::new();
        let length = file.metadata().map_err(|error| unusable(&error))?.len();
        if length < header.len() as u64 {
            let read = (&file).read_to_string(&mut start);
            read.map_err(|_| no_journal(path))?;
            if header.starts_with(&start) {
                return Err(TagError::new(
                    format!(
                        "the journal `{}` is cut off, so it doesn't show what was sent",
                        path.display()
                    ),
                    "restore it; if no earlier run has sent anything, delete it and run the \
                     command again",
                ));
            }
        }
        file.seek(SeekFrom::Start(0)).map_err(|error| unusable(&error))?;
        let whole = read(path, &file, key, &mut line)?;
        if whole < length {
            file.set_len(whole).map_err(|error| unusable(&error))?;
        }
        Ok(Self::new(path, file))
    }

    fn new(path: &Path, file: File) -> Self {
        let (writing, told) = (Mutex::default(), Condvar::new());
        Self { path: path.to_owned(), file, writing, told }
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line. If `durable`, it is on disk when this returns; lines from several threads are
    /// flushed together.
    pub(super) fn add(&self, line: &str, durable: bool) -> Result<(), TagError> {
        let mut writing = self.writing();
        if let Some(error) = &writing.broken {
            return Err(error.clone());
        }
        if let Err(error) = (&self.file).write_all(line.as_bytes()) {
            return Err(self.broken(&mut writing, &error));
        }
        writing.written += 1;
        let mine = writing.written;
        while durable && writing.durable < mine {
            if let Some(error) = &writing.broken {
                return Err(error.clone());
            }
            if writing.syncing {
                writing = self.told.wait(writing).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            writing.syncing = true;
            let all = writing.written;
            drop(writing);
            let synced = self.file.sync_data();
            writing = self.writing();
            writing.syncing = false;
            self.told.notify_all();
            match synced {
                Ok(()) => writing.durable = all,
                Err(error) => return Err(self.broken(&mut writing, &error)),
            }
        }
        Ok(())
    }

    fn broken(&self, writing: &mut Writing, error: &std::io::Error) -> TagError {
        let error = TagError::of_file("write", &self.path, error);
        writing.broken = Some(error.clone());
        error
    }
}

fn header(key: &[(&str, String)]) -> String {
    let lines = key.iter().map(|(name, value)| format!("{name} {value}\n")).collect::<String>();
    format!("{TITLE}{lines}{READY}")
}

fn no_journal(path: &Path) -> TagError {
    TagError::new(
        format!("`{}` isn't a journal of `meniscus tags`", path.display()),
        "choose another file with `--journal FILE`; this one stays unchanged",
    )
}

/// Reads a journal and returns the length of its complete lines.
fn read(
    path: &Path,
    file: &File,
    key: &[(&str, String)],
    each: &mut dyn FnMut(&str) -> Option<()>,
) -> Result<u64, TagError> {
    let mut reader = BufReader::new(file);
    let mut bytes = Vec::new();
    let mut whole = 0;
    let mut number = 0usize;
    let mut other = Vec::new();
    let header_lines = key.len() + 2;
    loop {
        bytes.clear();
        // Lines are short; another kind of file may have none at all.
        let mut limited = (&mut reader).take(1 << 16);
        let read = limited.read_until(b'\n', &mut bytes);
        let count = read.map_err(|error| TagError::of_file("read", path, &error))?;
        let text = std::str::from_utf8(&bytes).ok();
        let ended = text.and_then(|text| text.strip_suffix('\n'));
        if number == 0 && bytes != TITLE.as_bytes() {
            return Err(no_journal(path));
        }
        let Some(line) = ended else {
            let at_end = count == 0 || !bytes.ends_with(b"\n") && count < 1 << 16;
            if at_end && number >= header_lines {
                return Ok(whole);
            }
            return Err(damaged(path, number + 1));
        };
        whole += count as u64;
        number += 1;
        if number == 1 {
            continue;
        }
        if let Some((name, value)) = key.get(number - 2) {
            match line.split_once(' ') {
                Some((known, known_value)) if known == *name => {
                    if known_value != value {
                        other.push(*name);
                    }
                }
                _ => return Err(damaged(path, number)),
            }
        } else if number == header_lines {
            if format!("{line}\n") != READY {
                return Err(damaged(path, number));
            }
            if !other.is_empty() {
                return Err(another_run(path, &other));
            }
        } else if each(line).is_none() {
            return Err(damaged(path, number));
        }
    }
}

fn damaged(path: &Path, line: usize) -> TagError {
    TagError::new(
        format!("the journal `{}` is damaged at line {line}", path.display()),
        "restore it from a backup; without it, nobody knows who was tagged",
    )
}

fn another_run(path: &Path, other: &[&str]) -> TagError {
    let what = other.join(", ");
    TagError::new(
        format!(
            "the journal `{}` belongs to another run: the {what} {} different",
            path.display(),
            if other.len() == 1 { "is" } else { "are" }
        ),
        "repeat that run's options to continue it, or start over with another `--journal FILE`",
    )
}

/// Flushes the name of a new file to disk.
#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
