//! Changes to files that can be undone: all of them happen, or none.

use std::io;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use meniscus_preview::page::refusal::Refusal;
use tempfile::TempDir;

use crate::files::{Placement, write_synced};
use crate::project::{Workspace, normal};
use crate::serve::preview::files;

/// Written by some editors at the start of a file.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A change that was made, as far as it takes to undo it.
#[derive(Debug)]
enum Step {
    /// A file was written where there was none.
    Created { path: PathBuf, text: Vec<u8> },
    /// A file's text was replaced.
    Replaced { path: PathBuf, before: Vec<u8>, after: Vec<u8> },
    /// A file or folder was moved.
    Moved { from: PathBuf, to: PathBuf },
    /// A file or folder was moved out of the workspace.
    Trashed { path: PathBuf, kept: PathBuf },
}

/// Where deleted files are kept until the preview ends.
#[derive(Debug, Default)]
pub(super) struct Trash {
    folder: Option<TempDir>,
    /// How many files and folders it has been given.
    count: usize,
}

impl Trash {
    /// Returns an unused path in it.
    fn place(&mut self, name: &Path) -> io::Result<PathBuf> {
        let folder = match &mut self.folder {
            Some(folder) => folder,
            none => none.insert(private_folder()?),
        };
        let folder = folder.path().join(self.count.to_string());
        self.count += 1;
        std::fs::create_dir(&folder)?;
        Ok(folder.join(name.file_name().unwrap_or_default()))
    }
}

/// Makes a folder for temporary files that only its owner can read.
fn private_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("meniscus-trash-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

/// Changes in progress. Dropped before [`Transaction::finish`], it undoes them.
pub(super) struct Transaction<'t> {
    root: PathBuf,
    trash: &'t mut Trash,
    steps: Vec<Step>,
}

impl<'t> Transaction<'t> {
    pub fn begin(workspace: &Workspace, trash: &'t mut Trash) -> Transaction<'t> {
        Transaction { root: workspace.root.clone(), trash, steps: Vec::new() }
    }

    /// Writes a new file.
    ///
    /// # Errors
    /// If something has that name already, or it can't be written.
    pub fn create(&mut self, shown: &str, text: &str) -> Result<(), Refusal> {
        let path = self.target(shown)?;
        let text = text.as_bytes().to_vec();
        write_synced(&path, &text, Placement::New).map_err(|error| unwritable(shown, &error))?;
        self.steps.push(Step::Created { path, text });
        Ok(())
    }

    /// Replaces a file's text, which has to be `known`; its byte order mark is kept.
    ///
    /// # Errors
    /// If it says something else by now, or can't be read or written.
    pub fn replace(&mut self, shown: &str, known: &str, text: &str) -> Result<(), Refusal> {
        let path = self.existing(shown)?;
        let before = std::fs::read(&path).map_err(|error| unwritable(shown, &error))?;
        let mark = if before.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { b"" };
        if before[mark.len()..] != *known.as_bytes() {
            let message = format!("`{shown}` has just changed on disk");
            return Err(Refusal::new(StatusCode::CONFLICT, message).help("try again"));
        }
        let after = [mark, text.as_bytes()].concat();
        if before == after {
            return Ok(());
        }
        let is_readonly = |metadata: std::fs::Metadata| metadata.permissions().readonly();
        if std::fs::metadata(&path).is_ok_and(is_readonly) {
            return Err(unwritable(shown, &io::ErrorKind::PermissionDenied.into()));
        }
        let placement = Placement::Replace;
        write_synced(&path, &after, placement).map_err(|error| unwritable(shown, &error))?;
        self.steps.push(Step::Replaced { path, before, after });
        Ok(())
    }

    /// Moves a file or folder.
    ///
    /// # Errors
    /// If something has the new name already, or it can't be moved.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), Refusal> {
        let (old, new) = (self.existing(from)?, self.target(to)?);
        move_new(&old, &new).map_err(|error| unwritable(to, &error))?;
        self.steps.push(Step::Moved { from: old, to: new });
        Ok(())
    }

    /// Moves a file or folder into the trash.
    ///
    /// # Errors
    /// If it can't be moved.
    pub fn remove(&mut self, shown: &str) -> Result<(), Refusal> {
        let path = self.existing(shown)?;
        let kept = self.trash.place(&path).map_err(|error| unwritable(shown, &error))?;
        move_anywhere(&path, &kept).map_err(|error| unwritable(shown, &error))?;
        self.steps.push(Step::Trashed { path, kept });
        Ok(())
    }

    /// Copies a file or a folder with its files.
    ///
    /// # Errors
    /// If something has the new name already, or a file can't be read or written.
    pub fn copy(&mut self, from: &str, to: &str) -> Result<(), Refusal> {
        let (old, new) = (self.existing(from)?, self.target(to)?);
        if new.symlink_metadata().is_ok() {
            return Err(taken(to));
        }
        for (inner, bytes) in files_below(&old).map_err(|error| unwritable(from, &error))? {
            let path = if inner.as_os_str().is_empty() { new.clone() } else { new.join(inner) };
            let placement = Placement::New;
            write_synced(&path, &bytes, placement).map_err(|error| unwritable(to, &error))?;
            self.steps.push(Step::Created { path, text: bytes });
        }
        Ok(())
    }

    /// Keeps the changes; [`Undo::run`] takes them back.
    pub fn finish(mut self) -> Undo {
        Undo { steps: std::mem::take(&mut self.steps), root: self.root.clone() }
    }

    /// Returns the path of a file to write, which must be inside the workspace through all links.
    fn target(&self, shown: &str) -> Result<PathBuf, Refusal> {
        let path = normal(&self.root.join(shown));
        let folder = path.ancestors().skip(1).find(|folder| folder.exists());
        let is_inside = match (folder.map(Path::canonicalize), self.root.canonicalize()) {
            (Some(Ok(folder)), Ok(root)) => folder.starts_with(root),
            _ => false,
        };
        if !is_inside || path == self.root || !path.starts_with(&self.root) {
            let message = format!("`{shown}` is outside the workspace");
            return Err(Refusal::new(StatusCode::FORBIDDEN, message).help("choose another name"));
        }
        Ok(path)
    }

    /// Returns the path of something in the workspace that isn't a link.
    fn existing(&self, shown: &str) -> Result<PathBuf, Refusal> {
        let path = self.target(shown)?;
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => {
                let message = format!("`{shown}` is a link");
                Err(Refusal::new(StatusCode::FORBIDDEN, message)
                    .help("change the file it points to"))
            }
            Ok(_) => Ok(path),
            Err(_) => Err(Refusal::missing(format!("`{shown}` no longer exists"))),
        }
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        let steps = std::mem::take(&mut self.steps);
        if !steps.is_empty() {
            // The failure that ended the transaction is the one to report.
            let _ = Undo { steps, root: self.root.clone() }.take_back();
        }
    }
}

/// How to take changes back.
#[derive(Debug)]
pub(super) struct Undo {
    steps: Vec<Step>,
    root: PathBuf,
}

impl Undo {
    /// Takes the changes back, the last first. What was changed since is left alone.
    ///
    /// # Errors
    /// If files were changed since: nothing is taken back then. If a file can't be written or
    /// moved.
    pub fn run(&self) -> Result<(), Refusal> {
        let mut steps = self.steps.iter().enumerate();
        let obstacle = steps.find_map(|(at, step)| step.obstacle(|path| self.now(at, path)));
        if let Some(path) = &obstacle {
            let shown = self.shown(path);
            let message = format!("`{shown}` has changed since then, so this can't be undone");
            return Err(
                Refusal::new(StatusCode::CONFLICT, message).help("your files are unchanged")
            );
        }
        self.take_back()
    }

    /// Returns where a file of a step is after the steps that followed.
    fn now(&self, step: usize, path: &Path) -> PathBuf {
        let moves = self.steps[step + 1..].iter().filter_map(|step| match step {
            Step::Moved { from, to } => Some((from, to)),
            _ => None,
        });
        moves.fold(path.to_owned(), |path, (from, to)| match path.strip_prefix(from) {
            Ok(inner) if inner.as_os_str().is_empty() => to.clone(),
            Ok(inner) => to.join(inner),
            Err(_) => path,
        })
    }

    fn take_back(&self) -> Result<(), Refusal> {
        for step in self.steps.iter().rev() {
            let done = match step {
                Step::Created { path, .. } => {
                    std::fs::remove_file(path).map(|()| remove_empty(path, &self.root))
                }
                Step::Replaced { path, before, .. } => {
                    write_synced(path, before, Placement::Replace)
                }
                Step::Moved { from, to } => {
                    move_new(to, from).map(|()| remove_empty(to, &self.root))
                }
                Step::Trashed { path, kept } => move_anywhere(kept, path),
            };
            done.map_err(|error| unwritable(&self.shown(step.path()), &error))?;
        }
        Ok(())
    }

    /// Returns the files and folders that changed.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.steps.iter().flat_map(|step| match step {
            Step::Moved { from, to } => [Some(&**from), Some(&**to)].into_iter().flatten(),
            step => [Some(step.path()), None].into_iter().flatten(),
        })
    }

    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

impl Step {
    fn path(&self) -> &Path {
        match self {
            Step::Created { path, .. }
            | Step::Replaced { path, .. }
            | Step::Trashed { path, .. } => path,
            Step::Moved { to, .. } => to,
        }
    }

    /// Returns what keeps the step from being undone. `now` is where a path has moved since.
    fn obstacle(&self, now: impl Fn(&Path) -> PathBuf) -> Option<PathBuf> {
        let is_same = |path: &Path, text: &[u8]| std::fs::read(path).is_ok_and(|now| now == text);
        let is_there = |path: &Path| path.symlink_metadata().is_ok();
        match self {
            Step::Created { path, text: after } | Step::Replaced { path, after, .. } => {
                let path = now(path);
                (!is_same(&path, after)).then_some(path)
            }
            Step::Moved { from, to } => {
                let to = now(to);
                let is_taken = is_there(from).then(|| from.clone());
                is_taken.or_else(|| (!is_there(&to)).then_some(to))
            }
            Step::Trashed { path, .. } => is_there(path).then(|| path.clone()),
        }
    }
}

/// Moves a file or folder to a free name on the same file system.
fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    // Only a file system without cases has both names for one file.
    let is_same = || match (from.canonicalize(), to.canonicalize()) {
        (Ok(from), Ok(to)) => from == to,
        _ => false,
    };
    if to.symlink_metadata().is_ok() && !is_same() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    std::fs::create_dir_all(to.parent().unwrap_or(Path::new("")))?;
    std::fs::rename(from, to)
}

/// Moves a file or folder, to another file system if need be.
fn move_anywhere(from: &Path, to: &Path) -> io::Result<()> {
    match move_new(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            for (inner, bytes) in files_below(from)? {
                let path =
                    if inner.as_os_str().is_empty() { to.to_owned() } else { to.join(inner) };
                write_synced(&path, &bytes, Placement::New)?;
            }
            let removed = match from.is_dir() {
                true => std::fs::remove_dir_all(from),
                false => std::fs::remove_file(from),
            };
            // What is gone already comes back.
            removed.or_else(|error| restore(to, from).and(Err(error)))
        }
        done => done,
    }
}

/// Writes the files of a folder, or a file, that are missing in another place.
fn restore(kept: &Path, to: &Path) -> io::Result<()> {
    for (inner, bytes) in files_below(kept)? {
        let path = if inner.as_os_str().is_empty() { to.to_owned() } else { to.join(inner) };
        if path.symlink_metadata().is_err() {
            write_synced(&path, &bytes, Placement::New)?;
        }
    }
    Ok(())
}

/// Returns the files of a folder with their contents, or a file itself under the empty path.
///
/// # Errors
/// If one can't be read, or is a link: it may lead anywhere.
fn files_below(path: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let (mut found, mut open) = (Vec::new(), vec![path.to_owned()]);
    while let Some(next) = open.pop() {
        let kind = next.symlink_metadata()?.file_type();
        if kind.is_symlink() {
            return Err(io::Error::other(format!("`{}` is a link", next.display())));
        }
        if kind.is_dir() {
            let entries = std::fs::read_dir(&next)?.collect::<Result<Vec<_>, _>>()?;
            open.extend(entries.into_iter().map(|entry| entry.path()));
        } else {
            let inner = next.strip_prefix(path).unwrap_or(&next).to_owned();
            found.push((inner, std::fs::read(&next)?));
        }
    }
    found.sort();
    Ok(found)
}

/// Removes the folders around a path that have become empty, up to the workspace.
fn remove_empty(path: &Path, root: &Path) {
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != root);
    for folder in folders {
        // It fails for folders with files, which end this.
        if std::fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

fn taken(shown: &str) -> Refusal {
    Refusal::new(StatusCode::CONFLICT, format!("`{shown}` already exists"))
        .help("choose another name")
}

fn unwritable(shown: &str, error: &io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return taken(shown);
    }
    files::unwritable(shown, error)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Transaction, Trash};
    use crate::project::Workspace;

    fn workspace(folder: &Path) -> Workspace {
        std::fs::write(folder.join("meniscus.toml"), "").expect("a file");
        std::fs::create_dir(folder.join("templates")).expect("a folder");
        std::fs::write(folder.join("templates/a.liquid"), "A").expect("a file");
        Workspace::around(folder).expect("a workspace")
    }

    fn text(folder: &Path, name: &str) -> Option<String> {
        std::fs::read_to_string(folder.join(name)).ok()
    }

    #[test]
    fn all_of_it_happens_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        let mut trash = Trash::default();
        let mut changes = Transaction::begin(&workspace, &mut trash);
        changes.create("templates/new/body.html", "N").expect("written");
        changes.replace("templates/a.liquid", "other", "B").expect_err("it changed");
        changes.replace("templates/a.liquid", "A", "B").expect("replaced");
        changes.rename("templates/a.liquid", "templates/b.liquid").expect("renamed");
        changes.create("templates/b.liquid", "C").expect_err("it exists");
        drop(changes);
        assert_eq!(text(folder.path(), "templates/a.liquid").as_deref(), Some("A"));
        assert!(!folder.path().join("templates/new").exists());
        assert!(!folder.path().join("templates/b.liquid").exists());
    }

    #[test]
    fn what_was_done_is_undone_once_nothing_changed_since() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        let mut trash = Trash::default();
        let mut changes = Transaction::begin(&workspace, &mut trash);
        changes.copy("templates", "kept").expect("copied");
        changes.remove("templates").expect("removed");
        let undo = changes.finish();
        assert_eq!(text(folder.path(), "kept/a.liquid").as_deref(), Some("A"));
        assert_eq!(text(folder.path(), "templates/a.liquid"), None);
        std::fs::write(folder.path().join("kept/a.liquid"), "mine").expect("a file");
        undo.run().expect_err("it changed");
        assert_eq!(text(folder.path(), "templates/a.liquid"), None);
        std::fs::write(folder.path().join("kept/a.liquid"), "A").expect("a file");
        undo.run().expect("undone");
        assert_eq!(text(folder.path(), "templates/a.liquid").as_deref(), Some("A"));
        assert!(!folder.path().join("kept").exists());
    }

    #[test]
    fn nothing_outside_the_workspace_is_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("w");
        std::fs::create_dir(&inner).expect("a folder");
        let workspace = workspace(&inner);
        std::fs::write(folder.path().join("other"), "x").expect("a file");
        let mut trash = Trash::default();
        let mut changes = Transaction::begin(&workspace, &mut trash);
        changes.remove("../other").expect_err("outside");
        changes.create("../new", "x").expect_err("outside");
        changes.rename("templates", "../templates").expect_err("outside");
        changes.remove("").expect_err("the workspace itself");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), inner.join("link")).expect("a link");
            changes.create("link/new", "x").expect_err("outside");
            changes.remove("link").expect_err("a link");
        }
        drop(changes);
        assert!(folder.path().join("other").exists());
        assert!(!folder.path().join("new").exists());
    }
}
