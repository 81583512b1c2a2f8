use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result};
use notify::{EventKind, RecursiveMode, Watcher};

use super::Verdict;
use super::terminal::{note, show_failure};

/// Changes that come within this time belong together: editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(40);

/// Does something now, and again after every change below a folder, until the program is stopped.
pub(super) fn repeat(folder: &Path, mut act: impl FnMut() -> Result<Verdict>) -> Result<Verdict> {
    let (sender, changes) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| is_change(&event)) {
            // The receiver lives as long as the watcher.
            let _ = sender.send(());
        }
    })
    .context("cannot watch files on this system")?;
    watcher
        .watch(folder, RecursiveMode::Recursive)
        .with_context(|| format!("cannot watch `{}`", folder.display()))?;
    loop {
        if let Err(error) = act() {
            show_failure(&error);
        }
        note("watching for changes; stop with Ctrl-C\n");
        changes.recv().context("watching ended")?;
        while changes.recv_timeout(SETTLE) != Err(RecvTimeoutError::Timeout) {}
    }
}

fn is_change(event: &notify::Event) -> bool {
    let changes = matches!(
        event.kind,
        EventKind::Create(_)
            | EventKind::Remove(_)
            | EventKind::Modify(
                notify::event::ModifyKind::Data(_) | notify::event::ModifyKind::Name(_)
            )
    );
    let hidden = |path: &Path| {
        path.components().any(|part| part.as_os_str() == ".git" || part.as_os_str() == "target")
    };
    changes && !event.paths.iter().all(|path| hidden(path))
}
