//! Writing files atomically.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use meniscus_analysis::files::{Disk, Files, UNFINISHED, check_target};
use meniscus_analysis::project::{Workspace, normal};
use tempfile::{Builder, NamedTempFile};

/// Suffix of the names of incomplete files.
const ENDING: &str = ".tmp";

/// Whether an existing file may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Replace an existing file, keeping its permissions.
    Replace,
    /// Fail with [`io::ErrorKind::AlreadyExists`] if a file exists.
    New,
}

/// Writes a file atomically, creating its folders.
///
/// The bytes go to a temporary file in the same folder, which then replaces the old file in one
/// step: concurrent readers, or an interruption, see the old file or the new one. A new file has
/// the permissions that the umask allows.
///
/// # Errors
/// If the folder can't be created or written to, or the disk is full; the old file is kept.
pub fn write_whole(path: &Path, bytes: &[u8], placement: Placement) -> io::Result<()> {
    write(path, bytes, placement, false)
}

/// Writes a file like [`write_whole`], and waits until it is on disk.
///
/// # Errors
/// As [`write_whole`].
pub fn write_synced(path: &Path, bytes: &[u8], placement: Placement) -> io::Result<()> {
    write(path, bytes, placement, true)
}

fn write(path: &Path, bytes: &[u8], placement: Placement, is_synced: bool) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    check_written(folder, path)?;
    std::fs::create_dir_all(folder)?;
    let mut file = begun(folder, Readers::Umask)?;
    file.write_all(bytes)?;
    if is_synced {
        file.as_file().sync_all()?;
    }
    match placement {
        Placement::Replace => {
            if let Ok(known) = std::fs::metadata(path) {
                file.as_file().set_permissions(known.permissions())?;
            }
            file.persist(path).map_err(|error| error.error)?;
        }
        Placement::New => {
            file.persist_noclobber(path).map_err(|error| error.error)?;
        }
    }
    Ok(())
}

/// Checks that a workspace's file is written inside it, through any links, and only replaces a
/// file. Paths outside any workspace are deliberate.
fn check_written(folder: &Path, path: &Path) -> io::Result<()> {
    let root = Workspace::root_around(folder);
    let path = normal(path);
    check_target(&root, &path)?;
    if Disk.is_anything(&path) { Disk.check_file(&root, &path) } else { Ok(()) }
}

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// As the umask allows.
    Umask,
    /// The owner only: it contains customer ids.
    Owner,
}

/// Creates a temporary file to be renamed when complete. Removes leftovers of killed runs in the
/// folder.
///
/// # Errors
/// If the folder can't be written to.
pub fn unfinished(folder: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    check_target(&Workspace::root_around(folder), &normal(folder).join(UNFINISHED))?;
    begun(folder, readers)
}

/// Creates a temporary file in a folder that was already checked.
fn begun(folder: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    remove_left(folder);
    let prefix = format!("{UNFINISHED}{}-", std::process::id());
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(ENDING);
    #[cfg(unix)]
    if readers == Readers::Umask {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = readers;
    builder.tempfile_in(folder)
}

/// Removes leftovers of killed runs in a folder, once per folder and run. [`unfinished`] does it,
/// too.
pub fn remove_left(folder: &Path) {
    static SEEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.insert(folder.to_owned()) {
        return;
    }
    drop(seen);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let inner = name.strip_prefix(UNFINISHED).and_then(|name| name.strip_suffix(ENDING));
        let owner = inner.and_then(|inner| inner.split('-').next()?.parse::<u32>().ok());
        if owner.is_some_and(|owner| is_gone(owner, &entry.path())) {
            // Another run may be faster.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether the process that created a file is gone. If the system can't tell, after an hour.
fn is_gone(process: u32, file: &Path) -> bool {
    if process == std::process::id() {
        return false;
    }
    if Path::new("/proc/self").exists() {
        return !Path::new(&format!("/proc/{process}")).exists();
    }
    let age = file.metadata().and_then(|found| found.modified()).ok();
    let age = age.and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| age.as_secs() > 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_what_was_left_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        // No process has the highest number.
        let left = folder.path().join(format!("{UNFINISHED}4294967295-abc{ENDING}"));
        let own = folder.path().join(format!("{UNFINISHED}{}-abc{ENDING}", std::process::id()));
        for path in [&left, &own] {
            std::fs::write(path, "half").expect("written");
        }
        let path = folder.path().join("a/b.txt");
        write_whole(&path, b"one", Placement::New).expect("written");
        let error = write_whole(&path, b"two", Placement::New).expect_err("it is there");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        write_synced(&path, b"two", Placement::Replace).expect("written");
        assert_eq!(std::fs::read(&path).expect("read"), b"two");
        let names = |folder: &Path| std::fs::read_dir(folder).expect("a folder").flatten().count();
        assert_eq!(names(path.parent().expect("a folder")), 1);
        write_whole(&folder.path().join("c"), b"", Placement::New).expect("written");
        assert!(!left.exists() && own.exists());
    }

    #[cfg(unix)]
    #[test]
    fn permissions_follow_the_umask_and_what_was_there() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let mode =
            |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        let plain = folder.path().join("plain");
        std::fs::write(&plain, "").expect("written");
        let path = folder.path().join("a");
        write_whole(&path, b"", Placement::New).expect("written");
        assert_eq!(mode(&path), mode(&plain));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o604)).expect("set");
        write_whole(&path, b"x", Placement::Replace).expect("written");
        assert_eq!(mode(&path), 0o604);
        let secret = unfinished(folder.path(), Readers::Owner).expect("begun");
        assert_eq!(mode(secret.path()), 0o600);
    }
}
