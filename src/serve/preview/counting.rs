//! Counts each message's problems in the background, because a workspace may be large.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::available_parallelism;
use std::time::Duration;

use meniscus_preview::page::counting::Counted;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Shared;

/// How long after the last save counting starts: what is on screen comes first.
const IDLE_DELAY: Duration = Duration::from_millis(150);

/// The counts of a workspace, as far as they are known.
#[derive(Debug)]
pub(super) struct Counts {
    known: Mutex<Option<Arc<Counted>>>,
    wanted: Mutex<Sender<()>>,
}

impl Counts {
    /// Starts without counts; the receiver is for [`Counts::begin`].
    pub fn new() -> (Counts, Receiver<()>) {
        let (sender, receiver) = channel();
        (Counts { known: Mutex::default(), wanted: Mutex::new(sender) }, receiver)
    }

    /// Counts on request, in separate threads, one fewer than the machine runs at once, so that the
    /// page needn't wait.
    ///
    /// # Errors
    /// If the system provides no thread.
    pub fn begin(shared: &Arc<Shared>, wanted: Receiver<()>) -> std::io::Result<()> {
        let shared = Arc::downgrade(shared);
        let threads = available_parallelism().map_or(1, |all| all.get().saturating_sub(1).max(1));
        let threads = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|number| format!("count-{number}"))
            .build()
            .map_err(std::io::Error::other)?;
        let name = "count".to_owned();
        let count = move || count(&shared, &wanted, &threads);
        std::thread::Builder::new().name(name).spawn(count).map(drop)
    }

    /// Requests a count of the current session.
    pub fn want(&self) {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        // The thread ends with the server.
        let _ = wanted.send(());
    }

    /// Returns the last counts; `None` before the first.
    pub fn known(&self) -> Option<Arc<Counted>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, counted: Counted) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(counted));
    }
}

fn count(shared: &Weak<Shared>, wanted: &Receiver<()>, threads: &ThreadPool) {
    while wanted.recv().is_ok() {
        let first = shared.upgrade().is_some_and(|shared| shared.counts.known().is_none());
        // The latest request wins.
        let delay = if first { Duration::ZERO } else { IDLE_DELAY };
        while match wanted.recv_timeout(delay) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => return,
        } {}
        let Some(shared) = shared.upgrade() else { return };
        let session = shared.session();
        let mut counted = shared.counts.known().as_deref().cloned().unwrap_or_default();
        // After a save, another count was already requested; it continues from here.
        let is_newest = || shared.session().generation == session.generation;
        let is_whole = threads.install(|| counted.count(&session, &is_newest));
        shared.counts.keep(counted);
        if is_whole {
            shared.events.counted(session.generation);
        }
    }
}
