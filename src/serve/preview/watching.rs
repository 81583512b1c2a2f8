//! Reads a file again as soon as it is saved.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Shared;
use super::changes::{Changes, Places};

/// Changes that come within this time belong together: editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(15);

/// However fast changes come, the page waits no longer than this.
const LONGEST: Duration = Duration::from_millis(60);

/// How often it is looked whether the server is still there.
const LOOK: Duration = Duration::from_millis(500);

/// Watches the workspace until the server is gone; the watcher must be kept as long.
///
/// # Errors
/// Where the system cannot watch files, or gives no thread.
pub(super) fn watch(shared: &Arc<Shared>) -> Result<RecommendedWatcher, notify::Error> {
    let (sender, changes) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if let Ok(event) = event.as_ref()
            && is_change(event)
        {
            for path in &event.paths {
                // Nobody reads on once the server has stopped.
                let _ = sender.send(path.clone());
            }
        }
    })?;
    let root = shared.loaded().workspace.root.clone();
    watcher.watch(&root, RecursiveMode::Recursive)?;
    let shared = Arc::downgrade(shared);
    std::thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || follow(&shared, &changes))
        .map_err(notify::Error::io)?;
    Ok(watcher)
}

fn follow(shared: &Weak<Shared>, changes: &Receiver<PathBuf>) {
    loop {
        let first = match changes.recv_timeout(LOOK) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) if shared.strong_count() > 0 => continue,
            Err(_) => return,
        };
        let mut paths = vec![first];
        let begun = Instant::now();
        while begun.elapsed() < LONGEST
            && let Ok(path) = changes.recv_timeout(SETTLE)
        {
            paths.push(path);
        }
        let Some(shared) = shared.upgrade() else { return };
        let loaded = shared.loaded();
        let places = Places::of(&loaded.workspace, &shared.scope);
        let mut found = Changes::default();
        for path in paths {
            if let Some(kind) = places.kind_of(&path)
                && !shared.own_saves.has(&path)
            {
                found.add(kind, loaded.workspace.shown(&path));
            }
        }
        if !found.kinds.is_empty() {
            shared.read_again(&found);
        }
    }
}

fn is_change(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Create(_)
            | EventKind::Remove(_)
            | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Name(_))
    )
}
