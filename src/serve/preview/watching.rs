//! Reads a file again as soon as it is saved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Shared;
use super::changes::{Changes, Kind, Places};
use super::loaded::Loaded;
use crate::project::Workspace;

/// Changes that come within this time belong together: editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(15);

/// The same after a step that is known to be the last for its file, of which there may be more.
const SETTLE_FINISHED: Duration = Duration::from_millis(4);

/// However fast changes come, the page waits no longer than this.
const LONGEST: Duration = Duration::from_millis(60);

/// How often it is looked whether the server is still there.
const LOOK: Duration = Duration::from_millis(500);

/// Watches the workspace until the server is gone.
///
/// Only folders that the workspace reads are watched, and its own for those that come later: there may be a
/// hundred thousand others beside them.
///
/// # Errors
/// Where the system cannot watch files, or gives no thread.
pub(super) fn watch(shared: &Arc<Shared>) -> Result<(), notify::Error> {
    let (sender, changes) = channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if let Ok(event) = event.as_ref()
            && let Some(finished) = finishes(event)
        {
            for path in &event.paths {
                // Nobody reads on once the server has stopped.
                let _ = sender.send((path.clone(), finished));
            }
        }
    })?;
    let mut watched = Watched { watcher, folders: BTreeSet::new() };
    let loaded = shared.loaded();
    watched.watcher.watch(&loaded.workspace.root, RecursiveMode::NonRecursive)?;
    watched.add(&loaded, &shared.scope)?;
    let shared = Arc::downgrade(shared);
    std::thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || follow(&shared, &changes, watched))
        .map_err(notify::Error::io)?;
    Ok(())
}

/// Who watches, and the folders with all below them that are watched.
struct Watched {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    /// Watches the folders that the workspace reads and that are there; gives those that are new.
    fn add(&mut self, loaded: &Loaded, scope: &Path) -> Result<Vec<PathBuf>, notify::Error> {
        let gone = self.folders.iter().filter(|folder| !folder.is_dir()).cloned();
        for folder in gone.collect::<Vec<_>>() {
            self.folders.remove(&folder);
            // The system forgets a folder that is gone by itself.
            let _ = self.watcher.unwatch(&folder);
        }
        let mut new = Vec::new();
        for folder in folders(&loaded.workspace, scope) {
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

/// The folders that a workspace reads, there or not.
fn folders(workspace: &Workspace, scope: &Path) -> Vec<PathBuf> {
    let (root, paths) = (&workspace.root, &workspace.config.paths);
    let mut folders =
        workspace.folders().into_iter().map(|name| root.join(name)).collect::<Vec<_>>();
    folders.extend([root.join(&paths.schemas), root.join(&paths.snapshots)]);
    folders.retain(|folder| !folder.is_file());
    // A pattern that begins with a star may mean any folder.
    if paths.templates.iter().any(|pattern| pattern.split('/').next().is_none_or(is_pattern)) {
        folders.insert(0, root.clone());
    }
    let scope = if scope.is_dir() { scope } else { scope.parent().unwrap_or(scope) };
    if scope != root.as_path() {
        folders.push(scope.to_owned());
    }
    folders
}

fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

fn follow(shared: &Weak<Shared>, changes: &Receiver<(PathBuf, bool)>, mut watched: Watched) {
    loop {
        let (first, mut finished) = match changes.recv_timeout(LOOK) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) if shared.strong_count() > 0 => continue,
            Err(_) => return,
        };
        let mut paths = vec![first];
        let begun = Instant::now();
        while begun.elapsed() < LONGEST
            && let Ok((path, last)) =
                changes.recv_timeout(if finished { SETTLE_FINISHED } else { SETTLE })
        {
            paths.push(path);
            finished = last;
        }
        let Some(shared) = shared.upgrade() else { return };
        let loaded = shared.loaded();
        // What was written into a new folder before it was watched counts as changed.
        paths.extend(watched.add(&loaded, &shared.scope).unwrap_or_default());
        let places = Places::of(&loaded.workspace, &shared.scope);
        let mut found = Changes::default();
        for path in paths {
            if let Some(kind) = places.kind_of(&path)
                && !shared.own_saves.has(&path)
            {
                found.add(kind, loaded.workspace.shown(&path));
            }
        }
        if found.kinds.is_empty() {
            continue;
        }
        shared.read_again(&found);
        if found.has(Kind::Config) {
            // Other folders may count from now on.
            let _ = watched.add(&shared.loaded(), &shared.scope);
        }
    }
}

/// Whether a change is the last step of writing its file; none where nothing changed.
fn finishes(event: &Event) -> Option<bool> {
    match event.kind {
        // Linux alone tells when a file is closed that was written to.
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Remove(_)
        | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => Some(true),
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Name(_)) => {
            Some(false)
        }
        _ => None,
    }
}
