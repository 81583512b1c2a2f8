use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::{Context, Result};
use meniscus::files::{CHECKED_NOTE, FileWatcher};
use notify::event::ModifyKind;
use notify::{ErrorKind, EventKind, RecursiveMode};

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
        // The receiver lives as long as the watcher.
        let send = |is_limit: bool| {
            let _ = sender.send(is_limit);
        };
        match event {
            Ok(event) if is_change(&event) && event.paths.iter().any(|path| matters(path)) => {
                send(false);
            }
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => send(true),
            _ => {}
        }
    })
    .context("can't watch files on this system")?;
    watcher
        .watch(folder, RecursiveMode::Recursive)
        .with_context(|| format!("can't watch `{}`", folder.display()))?;
    act()?;
    if watcher.checks() {
        note(CHECKED_NOTE);
    }
    note("watching for changes; press Ctrl-C to stop\n");
    loop {
        let mut is_limit = changes.recv().context("watching stopped")?;
        while let Ok(more) = changes.recv_timeout(SETTLE) {
            is_limit |= more;
        }
        if is_limit && !watcher.checks() {
            watcher.check().context("can't watch files on this system")?;
            note(CHECKED_NOTE);
        }
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
            | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Name(_))
    )
}
