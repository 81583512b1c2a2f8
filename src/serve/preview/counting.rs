//! How many problems each message has, counted beside the answers: a workspace may be large.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::Shared;
use super::loaded::{Loaded, Ready};
use super::snapshots;
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

/// How the parts of a message stand to what was accepted, for all its scenarios.
#[derive(Clone, Debug, Default)]
pub(super) struct Compared {
    /// Parts that come to what was accepted.
    pub same: usize,
    /// Parts that come to something else.
    pub changed: usize,
    /// Parts for which nothing was accepted.
    pub new: usize,
    /// The word for each scenario: that of the part that is furthest from what was accepted.
    pub scenarios: HashMap<String, &'static str>,
}

/// What was counted of one reading of the workspace.
#[derive(Clone, Debug, Default)]
struct Counted {
    generation: u64,
    problems: HashMap<String, Count>,
    snapshots: HashMap<String, Compared>,
}

/// The counts of a workspace, as far as they are known.
#[derive(Debug)]
pub(super) struct Counts {
    known: Mutex<Counted>,
    wanted: Mutex<Sender<()>>,
}

impl Counts {
    /// Nothing is counted yet; the receiver is for [`Counts::begin`].
    pub fn new() -> (Counts, Receiver<()>) {
        let (sender, receiver) = channel();
        (Counts { known: Mutex::default(), wanted: Mutex::new(sender) }, receiver)
    }

    /// The counts of a workspace, counted at once.
    pub fn now(loaded: &Loaded, scope: &Path) -> Counts {
        let problems = loaded
            .messages
            .iter()
            .map(|ready| (ready.message.name.clone(), Count::of(&found_in(loaded, ready))));
        let (counts, _) = Counts::new();
        let (problems, snapshots) = (problems.collect(), compare(loaded, scope));
        counts.keep(Counted { generation: loaded.generation, problems, snapshots });
        counts
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
        let counted = || known.problems.get(message).copied();
        (known.generation == loaded.generation).then(counted).flatten()
    }

    /// How a message stands to what was accepted; none until that is known for what is loaded now.
    pub fn compared(&self, loaded: &Loaded, message: &str) -> Option<Compared> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let compared = || known.snapshots.get(message).cloned();
        (known.generation == loaded.generation).then(compared).flatten()
    }

    fn keep(&self, counted: Counted) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = counted;
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
        let (generation, problems) = (loaded.generation, counts.clone());
        shared.counts.keep(Counted {
            generation,
            problems,
            snapshots: compare(&loaded, &shared.scope),
        });
        shared.events.counted(generation);
        before = Some((loaded, counts));
    }
}

/// How each message stands to what was accepted.
fn compare(loaded: &Loaded, scope: &Path) -> HashMap<String, Compared> {
    let mut messages: HashMap<String, Compared> = HashMap::new();
    let Some(results) = snapshots::all(loaded, scope) else { return messages };
    for tested in &results.tested {
        let case = &tested.case;
        let compared = messages.entry(case.part.message.clone()).or_default();
        let Some(state) = snapshots::state(&tested.status) else { continue };
        match state {
            "same" => compared.same += 1,
            "changed" => compared.changed += 1,
            _ => compared.new += 1,
        }
        let scenario = case.scenario.scenario.name.clone();
        let worst = compared.scenarios.entry(scenario).or_insert(state);
        let distance =
            |state: &str| ["same", "new", "changed"].iter().position(|one| *one == state);
        if distance(state) > distance(worst) {
            *worst = state;
        }
    }
    messages
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
