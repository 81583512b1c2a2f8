use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result};
use meniscus::files::{CHECKED_NOTE, FileWatcher};
use notify::event::{MetadataKind, ModifyKind};
use notify::{EventKind, RecursiveMode};

use super::terminal::{note, show_failure};
use super::{Verdict, reading};

/// Changes within this time belong together: editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(40);

/// Runs now, and after every change of a relevant file, until stopped. If the first run fails,
/// gives up.
pub(super) fn repeat(
    folder: &Path,
    matters: impl Fn(&Path) -> bool + Send + Sync + 'static,
    mut act: impl FnMut() -> Result<Verdict>,
) -> Result<Verdict> {
    let (sender, changes) = channel();
    let mut watcher = FileWatcher::new(move |event: notify::Result<notify::Event>| {
        if event
            .is_ok_and(|event| is_change(&event) && event.paths.iter().any(|path| matters(path)))
        {
            // The receiver lives as long as the watcher.
            let _ = sender.send(());
        }
    })
    .context("cannot watch files on this system")?;
    watcher
        .watch(folder, RecursiveMode::Recursive)
        .with_context(|| format!("cannot watch `{}`", folder.display()))?;
    act()?;
    if watcher.checks() {
        note(CHECKED_NOTE);
    }
    note("watching for changes; stop with Ctrl-C\n");
    loop {
        changes.recv().context("watching ended")?;
        while changes.recv_timeout(SETTLE) != Err(RecvTimeoutError::Timeout) {}
        note("── changed ──\n");
        reading::begin();
        if let Err(error) = act() {
            show_failure(&error);
        }
    }
}

fn is_change(event: &notify::Event) -> bool {
    matches!(
        event.kind,
        EventKind::Create(_)
            | EventKind::Remove(_)
            | EventKind::Modify(
                ModifyKind::Data(_)
                    | ModifyKind::Name(_)
                    // Where files are checked, a change is known by its time.
                    | ModifyKind::Metadata(MetadataKind::WriteTime)
            )
    )
}
