use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::event::{DataChange, MetadataKind, ModifyKind};
use notify::{
    Config, ErrorKind, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Result,
    Watcher,
};

/// How often files are checked where the system can't report changes.
const CHECK: Duration = Duration::from_secs(1);

/// Says that files are checked instead of watched, and what would change that.
pub const CHECKED_NOTE: &str = "note: this system can't watch more files, so they are checked \
    once a second instead (on Linux, `fs.inotify.max_user_watches` is the limit)\n";

type Handler = Arc<dyn Fn(Result<Event>) + Send + Sync>;

/// Reports changes of files: as the system reports them or, where it can't watch as many files, by
/// looking at them once a second. Containers and shared machines often have a low limit.
pub struct FileWatcher {
    watcher: Box<dyn Watcher + Send>,
    handler: Handler,
    watched: Vec<(PathBuf, RecursiveMode)>,
    checks: bool,
}

impl FileWatcher {
    /// Watches nothing yet; the handler is called in another thread. It gets the same events
    /// whether files are watched or checked, and errors only where they are watched.
    ///
    /// # Errors
    /// If the system provides no thread.
    pub fn new(handler: impl Fn(Result<Event>) + Send + Sync + 'static) -> Result<Self> {
        let handler: Handler = Arc::new(handler);
        let told = Arc::clone(&handler);
        match RecommendedWatcher::new(move |event| told(event), Config::default()) {
            Ok(watcher) => {
                Ok(Self { watcher: Box::new(watcher), handler, watched: Vec::new(), checks: false })
            }
            Err(_) => Self::checking(handler),
        }
    }

    /// Checks files once a second, whatever the system can.
    fn checking(handler: Handler) -> Result<Self> {
        // By its time alone, a second save within a second isn't seen.
        let config = Config::default().with_poll_interval(CHECK).with_compare_contents(true);
        let told = Arc::clone(&handler);
        let each = move |event: Result<Event>| {
            // What can't be read is met again at every look.
            let Ok(mut event) = event else { return };
            // A change is known by its time alone.
            if event.kind == EventKind::Modify(ModifyKind::Metadata(MetadataKind::WriteTime)) {
                event.kind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
            }
            told(Ok(event));
        };
        let watcher = Box::new(PollWatcher::new(each, config)?);
        Ok(Self { watcher, handler, watched: Vec::new(), checks: true })
    }

    /// Reports changes of a file or folder from now on.
    ///
    /// # Errors
    /// If there is no such path, or the system provides no thread.
    pub fn watch(&mut self, path: &Path, mode: RecursiveMode) -> Result<()> {
        match self.watcher.watch(path, mode) {
            Err(error) if !self.checks && is_limit(&error) => {
                self.check()?;
                self.watcher.watch(path, mode)?;
            }
            watched => watched?,
        }
        self.watched.push((path.to_owned(), mode));
        Ok(())
    }

    /// Forgets a path; the system may have forgotten it already.
    pub fn unwatch(&mut self, path: &Path) {
        self.watched.retain(|(watched, _)| watched != path);
        let _ = self.watcher.unwatch(path);
    }

    /// Checks files once a second from now on, if that isn't so already.
    ///
    /// # Errors
    /// If the system provides no thread.
    pub fn check(&mut self) -> Result<()> {
        if self.checks {
            return Ok(());
        }
        let mut checking = Self::checking(self.handler.clone())?;
        for (path, mode) in std::mem::take(&mut self.watched) {
            // A path that is gone meanwhile has nothing to report.
            let _ = checking.watch(&path, mode);
        }
        *self = checking;
        Ok(())
    }

    /// Whether files are checked once a second, because the system can't watch them.
    #[must_use]
    pub fn checks(&self) -> bool {
        self.checks
    }
}

/// Whether the system can't watch as much as is asked for.
fn is_limit(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        // Too many open files, for this process or for the system.
        ErrorKind::Io(error) => matches!(error.raw_os_error(), Some(23 | 24)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::channel;
    use std::time::{Duration, Instant};

    use notify::RecursiveMode;

    use super::FileWatcher;

    #[test]
    fn files_that_the_system_cannot_watch_are_checked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("message.liquid");
        fs::write(&file, "one").unwrap();
        let (sender, events) = channel();
        let handler = move |event: notify::Result<notify::Event>| {
            let _ = sender.send(event);
        };
        let mut watcher = FileWatcher::new(handler).unwrap();
        watcher.watch(folder.path(), RecursiveMode::Recursive).unwrap();
        watcher.check().unwrap();
        assert!(watcher.checks());
        let until = Instant::now() + Duration::from_secs(30);
        let is_seen = |wanted: &std::path::Path| loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(event) = events.recv_timeout(left) else { return false };
            if event.is_ok_and(|event| event.paths.iter().any(|path| path == wanted)) {
                return true;
            }
        };
        let new = folder.path().join("new.liquid");
        fs::write(&new, "two").unwrap();
        assert!(is_seen(&new), "a new file was not reported");
        fs::write(&file, "three").unwrap();
        assert!(is_seen(&file), "a changed file was not reported");
    }
}
