//! How many problems each message has, counted beside the answers: a workspace may be large.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::available_parallelism;
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Shared;
use super::loaded::{Loaded, Ready};
use super::snapshots;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{Targets, lint};

/// Counting begins once nothing was saved for this long: what is on the screen comes first.
const QUIET: Duration = Duration::from_millis(150);

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

/// What was counted last, and of what.
#[derive(Debug)]
struct Counted {
    loaded: Arc<Loaded>,
    problems: HashMap<String, Count>,
    snapshots: HashMap<String, Compared>,
}

/// The counts of a workspace, as far as they are known.
#[derive(Debug)]
pub(super) struct Counts {
    known: Mutex<Option<Arc<Counted>>>,
    wanted: Mutex<Sender<()>>,
}

impl Counts {
    /// Nothing is counted yet; the receiver is for [`Counts::begin`].
    pub fn new() -> (Counts, Receiver<()>) {
        let (sender, receiver) = channel();
        (Counts { known: Mutex::default(), wanted: Mutex::new(sender) }, receiver)
    }

    /// The counts of a workspace, counted at once.
    pub fn now(loaded: &Arc<Loaded>) -> Counts {
        let (counts, _) = Counts::new();
        counts.keep(counted(loaded, None, &|| true).map(Arc::new));
        counts
    }

    /// Counts whenever it is wanted, in threads of its own, one fewer than the machine runs at once:
    /// whoever looks at the page waits for none of it.
    ///
    /// # Errors
    /// Where the system gives no thread.
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

    /// Asks for a count of what is loaded now.
    pub fn want(&self) {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        // The thread ends with the server.
        let _ = wanted.send(());
    }

    /// The count of a message as it was known last; none until it was counted once.
    pub fn get(&self, message: &str) -> Option<Count> {
        self.known()?.problems.get(message).copied()
    }

    /// How a message stood to what was accepted when that was looked at last; none until then.
    pub fn compared(&self, message: &str) -> Option<Compared> {
        self.known()?.snapshots.get(message).cloned()
    }

    fn known(&self) -> Option<Arc<Counted>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, counted: Option<Arc<Counted>>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = counted;
    }
}

fn count(shared: &Weak<Shared>, wanted: &Receiver<()>, threads: &ThreadPool) {
    while wanted.recv().is_ok() {
        let first = shared.upgrade().is_some_and(|shared| shared.counts.known().is_none());
        // Of many wishes the last counts.
        let quiet = if first { Duration::ZERO } else { QUIET };
        while match wanted.recv_timeout(quiet) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => return,
        } {}
        let Some(shared) = shared.upgrade() else { return };
        let loaded = shared.loaded();
        let before = shared.counts.known();
        // What is saved meanwhile makes this count worthless: another one is wanted already.
        let is_newest = || shared.loaded().generation == loaded.generation;
        let counted = threads.install(|| counted(&loaded, before.as_deref(), &is_newest));
        if let Some(counted) = counted {
            shared.counts.keep(Some(Arc::new(counted)));
            shared.events.counted(loaded.generation);
        }
    }
}

/// Counts what may have changed since `before`; none where it need not be known any longer.
fn counted(
    loaded: &Arc<Loaded>,
    before: Option<&Counted>,
    keep_on: &(dyn Fn() -> bool + Sync),
) -> Option<Counted> {
    let mut problems = HashMap::new();
    let mut snapshots = HashMap::new();
    let mut unknown = Vec::new();
    for ready in &loaded.messages {
        let name = &ready.message.name;
        let same = before.filter(|before| is_same(&before.loaded, loaded, ready));
        let count = match same.and_then(|before| before.problems.get(name)) {
            Some(count) => *count,
            None => Count::of(&found_in(loaded, ready)),
        };
        problems.insert(name.clone(), count);
        let same = same.filter(|before| before.loaded.accepted == loaded.accepted);
        match same.and_then(|before| before.snapshots.get(name)) {
            Some(compared) => drop(snapshots.insert(name.clone(), compared.clone())),
            None => unknown.push(&**ready),
        }
        if !keep_on() {
            return None;
        }
    }
    snapshots.extend(compare(loaded, &unknown, keep_on)?);
    Some(Counted { loaded: Arc::clone(loaded), problems, snapshots })
}

/// How messages stand to what was accepted; none where it need not be known any longer.
fn compare(
    loaded: &Loaded,
    messages: &[&Ready],
    keep_on: &(dyn Fn() -> bool + Sync),
) -> Option<HashMap<String, Compared>> {
    let mut compared: HashMap<String, Compared> = HashMap::new();
    for tested in &snapshots::all(loaded, messages, keep_on)? {
        let case = &tested.case;
        let compared = compared.entry(case.part.message.clone()).or_default();
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
    Some(compared)
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
