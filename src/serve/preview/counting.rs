//! How many problems each message has, counted beside the answers: a workspace may be large.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::Shared;
use super::loaded::{Loaded, Ready};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{Targets, lint};

/// How many problems of each level a message has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warn: usize,
    /// What is worth knowing.
    pub info: usize,
}

impl Count {
    fn of(found: &[Diagnostic]) -> Count {
        let mut count = Count::default();
        for diagnostic in found {
            match diagnostic.severity {
                Severity::Error => count.error += 1,
                Severity::Warning => count.warn += 1,
                Severity::Info => count.info += 1,
            }
        }
        count
    }
}

/// The counts of a workspace, as far as they are known.
#[derive(Debug)]
pub(super) struct Counts {
    known: Mutex<(u64, HashMap<String, Count>)>,
    wanted: Mutex<Sender<()>>,
}

impl Counts {
    /// Nothing is counted yet; the receiver is for [`Counts::begin`].
    pub fn new() -> (Counts, Receiver<()>) {
        let (sender, receiver) = channel();
        (Counts { known: Mutex::default(), wanted: Mutex::new(sender) }, receiver)
    }

    /// Counts whenever it is wanted, in a thread of its own.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn begin(shared: &Arc<Shared>, wanted: Receiver<()>) -> std::io::Result<()> {
        let shared = Arc::downgrade(shared);
        let name = "count".to_owned();
        std::thread::Builder::new().name(name).spawn(move || count(&shared, &wanted)).map(drop)
    }

    /// Asks for a count of what is loaded now.
    pub fn want(&self) {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        // The thread ends with the server.
        let _ = wanted.send(());
    }

    /// The count of a message; none until it is counted for what is loaded now.
    pub fn get(&self, loaded: &Loaded, message: &str) -> Option<Count> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.0 == loaded.generation).then(|| known.1.get(message).copied()).flatten()
    }
}

fn count(shared: &Weak<Shared>, wanted: &Receiver<()>) {
    let mut before: Option<(Arc<Loaded>, HashMap<String, Count>)> = None;
    while wanted.recv().is_ok() {
        // Of many wishes the last counts.
        while wanted.try_recv().is_ok() {}
        let Some(shared) = shared.upgrade() else { return };
        let loaded = shared.loaded();
        let mut counts = HashMap::new();
        for ready in &loaded.messages {
            let name = &ready.message.name;
            let known = before.as_ref().and_then(|(before, counts)| {
                is_same(before, &loaded, ready).then(|| counts.get(name).copied()).flatten()
            });
            let count = known.unwrap_or_else(|| Count::of(&found_in(&loaded, ready)));
            counts.insert(name.clone(), count);
        }
        let counted = &shared.counts.known;
        *counted.lock().unwrap_or_else(PoisonError::into_inner) =
            (loaded.generation, counts.clone());
        shared.events.counted(loaded.generation);
        before = Some((loaded, counts));
    }
}

/// Whether nothing changed that the problems of a message depend on.
fn is_same(before: &Loaded, loaded: &Loaded, ready: &Arc<Ready>) -> bool {
    Arc::ptr_eq(&before.known, &loaded.known)
        && Arc::ptr_eq(&before.levels, &loaded.levels)
        && before.messages.iter().any(|known| Arc::ptr_eq(known, ready))
}

/// What the linter finds in a message.
pub(super) fn found_in(loaded: &Loaded, ready: &Ready) -> Vec<Diagnostic> {
    let targets = Targets { messages: vec![ready.message.clone()], ..Targets::default() };
    lint(&loaded.known, &loaded.levels, &targets).diagnostics
}
