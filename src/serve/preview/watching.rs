//! Reads files again as soon as they are saved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, PoisonError, Weak};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, EventKind, RecursiveMode};

use super::Shared;
use crate::files::FileWatcher;
use crate::project::Workspace;
use crate::session::Session;
use crate::session::{Changes, FileKind, Places, is_pattern};

/// Changes within this time belong together: editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(15);

/// The same after a file's last step, when other files may follow.
const SETTLE_FINISHED: Duration = Duration::from_millis(4);

/// The page waits at most this long, however fast changes come.
const LONGEST: Duration = Duration::from_millis(60);

/// How often to check whether the server still runs.
const LOOK: Duration = Duration::from_millis(500);

/// Watches the workspace until the server stops.
///
/// Only watches folders that the workspace reads, and its own for new ones, because there may be a
/// hundred thousand others.
///
/// # Errors
/// If a folder can't be read, or the system provides no thread.
pub(super) fn watch(workspace: &Workspace, scope: &Path) -> Result<Watched, notify::Error> {
    let (sender, steps) = channel();
    let watcher = FileWatcher::new(move |event: notify::Result<Event>| {
        // The receiver is gone once the server has stopped.
        let send = |step| drop(sender.send(step));
        match event {
            Ok(event) if !event.need_rescan() => {
                if let Some(finished) = finishes(&event) {
                    event.paths.into_iter().for_each(|path| send(Step::Changed(path, finished)));
                }
            }
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => send(Step::Limit),
            // More changed at once than the system can report.
            Ok(_) | Err(_) => send(Step::Unknown),
        }
    })?;
    let mut watched = Watched { watcher, steps, folders: BTreeSet::new() };
    watched.watcher.watch(&workspace.root, RecursiveMode::NonRecursive)?;
    watched.add(workspace, scope)?;
    Ok(watched)
}

/// An event from the system.
enum Step {
    /// A path changed, and whether that was the last step of writing it.
    Changed(PathBuf, bool),
    /// Anything may have changed.
    Unknown,
    /// The system can't watch more folders.
    Limit,
}

/// The watcher, its events, and the folders watched recursively.
pub(super) struct Watched {
    watcher: FileWatcher,
    steps: Receiver<Step>,
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    /// Reads changes again, including those since watching started, until the server stops.
    ///
    /// # Errors
    /// If the system provides no thread.
    pub fn begin(self, shared: &Arc<Shared>) -> std::io::Result<()> {
        let shared = Arc::downgrade(shared);
        let name = "watch".to_owned();
        std::thread::Builder::new().name(name).spawn(move || follow(&shared, self)).map(drop)
    }

    /// Whether files are checked once a second, because the system can't watch them.
    pub fn checks(&self) -> bool {
        self.watcher.checks()
    }

    /// Forgets watched folders at or below a path: after a move or deletion, the system no longer
    /// reports their contents, even if there is a new folder with that name.
    fn forget(&mut self, path: &Path) {
        let gone = self.folders.iter().filter(|folder| folder.starts_with(path)).cloned();
        for folder in gone.collect::<Vec<_>>() {
            self.folders.remove(&folder);
            self.watcher.unwatch(&folder);
        }
    }

    /// Watches existing folders that the workspace reads; returns new ones.
    fn add(&mut self, workspace: &Workspace, scope: &Path) -> Result<Vec<PathBuf>, notify::Error> {
        let mut new = Vec::new();
        for folder in folders(workspace, scope) {
            let is_known = self.folders.iter().any(|known| folder.starts_with(known));
            if !is_known && folder.is_dir() {
                self.watcher.watch(&folder, RecursiveMode::Recursive)?;
                self.folders.insert(folder.clone());
                new.push(folder);
            }
        }
        Ok(new)
    }
}

/// Returns the folders that a workspace reads, existing or not.
fn folders(workspace: &Workspace, scope: &Path) -> Vec<PathBuf> {
    let (root, paths) = (&workspace.root, &workspace.config.paths);
    let mut folders =
        workspace.folders().into_iter().map(|name| root.join(name)).collect::<Vec<_>>();
    folders.extend([root.join(&paths.schemas), root.join(&paths.snapshots)]);
    folders.retain(|folder| !folder.is_file());
    // A pattern that starts with a wildcard may match any folder.
    if paths.templates.iter().any(|pattern| pattern.split('/').next().is_none_or(is_pattern)) {
        folders.insert(0, root.clone());
    }
    let scope = if scope.is_dir() { scope } else { scope.parent().unwrap_or(scope) };
    if scope != root.as_path() {
        folders.push(scope.to_owned());
    }
    folders
}

fn follow(shared: &Weak<Shared>, mut watched: Watched) {
    loop {
        let mut step = match watched.steps.recv_timeout(LOOK) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) if shared.strong_count() > 0 => continue,
            Err(_) => return,
        };
        let (mut paths, mut is_known) = (Vec::new(), true);
        let begun = Instant::now();
        loop {
            let settle = match &step {
                Step::Changed(_, true) => SETTLE_FINISHED,
                Step::Changed(_, false) | Step::Unknown | Step::Limit => SETTLE,
            };
            match step {
                Step::Changed(path, _) => paths.push(path),
                Step::Unknown => is_known = false,
                Step::Limit => {
                    is_known = false;
                    // If that fails as well, folders that are watched already stay so.
                    let _ = watched.watcher.check();
                }
            }
            if begun.elapsed() >= LONGEST {
                break;
            }
            let Ok(next) = watched.steps.recv_timeout(settle) else { break };
            step = next;
        }
        let Some(shared) = shared.upgrade() else { return };
        // A change of several files is read when all of them are written.
        let saving = shared.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let session = shared.session();
        let changes = match is_known {
            true => watched.changes(&shared, &session, paths),
            false => Changes::all(),
        };
        if changes.kinds.is_empty() {
            continue;
        }
        shared.read_again(&changes);
        drop(saving);
        if changes.has(FileKind::Config) {
            // Other folders may be relevant now.
            let _ = watched.add(&shared.session().workspace, &shared.scope);
        }
    }
}

impl Watched {
    /// Interprets changed paths for the workspace.
    fn changes(&mut self, shared: &Shared, session: &Session, mut paths: Vec<PathBuf>) -> Changes {
        paths.iter().for_each(|path| self.forget(path));
        // Files written to a new folder before it was watched count as changed.
        paths.extend(self.add(&session.workspace, &shared.scope).unwrap_or_default());
        let places = Places::of(&session.workspace, &shared.scope);
        let mut changes = Changes::default();
        for path in paths {
            let kind = places.kind_of(&path);
            let kind = kind.or_else(|| session.holds_messages(&path).then_some(FileKind::Template));
            if let Some(kind) = kind
                && !shared.own_saves.has(&path)
            {
                changes.add(kind, session.workspace.shown(&path));
            }
        }
        changes
    }
}

/// Whether a change is the last step of writing its file; `None` if nothing changed.
fn finishes(event: &Event) -> Option<bool> {
    match event.kind {
        // Only Linux reports when a written file is closed.
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Remove(_)
        | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => Some(true),
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Name(_)) => {
            Some(false)
        }
        _ => None,
    }
}
