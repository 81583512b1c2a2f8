//! What the page's list says of each message: problems, blanks, snapshots, and coverage.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::snapshots;
use crate::coverage::{Coverage, Level, Role, State, Total};
use crate::diagnostic::{Diagnostic, Severity};
use crate::http::masked;
use crate::project::{Message, ProjectError};
use crate::render::Outcome;
use crate::rules::{Targets, lint};
use crate::session::Session;
use crate::snapshot::Tested;
use crate::text::{Source, Span};

/// The number of a message's problems by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub error: usize,
    pub warn: usize,
    /// A message's findings without duplicates: by code, text, and span, with their severity.
    pub info: usize,
}

/// A message's findings without duplicates: code, text, and span, with the severity.
type Found = BTreeMap<(&'static str, String, Span), Severity>;

/// Adds findings; duplicates don't count.
fn take(found: &mut Found, diagnostics: &[Diagnostic]) {
    for one in diagnostics {
        let at = &one.primary;
        let key = (one.code, at.source.name().to_owned(), at.span);
        found.entry(key).or_insert(one.severity);
    }
}

/// How a message's parts differ from their snapshots, over all scenarios, and the findings of
/// rendering.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// The state for each scenario, by name: that of the part that differs most.
    pub scenarios: BTreeMap<String, &'static str>,
    found: Found,
    /// The outputs that are blank for a scenario, by text and span.
    blanks: BTreeSet<(String, Span)>,
    /// Which branches of the message's own texts the scenarios take.
    pub coverage: Option<Covered>,
}

/// Branches that renders for all scenarios take.
#[derive(Clone, Debug)]
pub struct Covered {
    pub total: Total,
    /// The first that none takes.
    pub missed: Option<Missed>,
}

/// A branch that no scenario takes.
#[derive(Clone, Debug)]
pub struct Missed {
    pub source: Arc<Source>,
    pub span: Span,
    /// What it is: "the `else` of `if wallet.status == 'ok'`".
    pub words: String,
}

impl Covered {
    fn of(coverage: &Coverage) -> Covered {
        let mut missed = coverage.files().flat_map(|file| {
            let points = file.states().into_iter();
            let missed = points
                .filter(|(point, state)| point.level == Level::Branch && *state == State::Missed);
            missed.map(|(point, _)| Missed {
                source: Arc::clone(&file.source),
                span: point.span,
                words: masked(&point.words),
            })
        });
        Covered { total: coverage.total(Level::Branch), missed: missed.next() }
    }

    /// Prepares to count a message's own texts.
    fn begin(message: &Message) -> Coverage {
        let mut coverage = Coverage::default();
        for part in &message.parts {
            let (message, part_name) = (message.name.clone(), part.name.clone());
            coverage.insert(&part.template, Role::Part { message, part: part_name });
        }
        coverage
    }
}

impl Compared {
    /// Adds a part's state for a scenario; the part that differs most counts.
    pub fn add(&mut self, tested: &Tested) {
        let Some(state) = snapshots::state(&tested.status) else { return };
        let scenario = tested.case.scenario.scenario.name.clone();
        let worst = self.scenarios.entry(scenario).or_insert(state);
        let distance =
            |state: &str| ["same", "new", "changed"].iter().position(|one| *one == state);
        if distance(state) > distance(worst) {
            *worst = state;
        }
    }

    /// Adds findings and blanks of rendering.
    pub fn take(&mut self, outcome: &Outcome) {
        take(&mut self.found, &outcome.diagnostics);
        let marks = outcome.map.iter().flat_map(|map| &map.marks);
        let blanks = marks.filter(|mark| mark.kind.is_blank());
        let places = blanks.map(|mark| (mark.at.source.name().to_owned(), mark.at.span));
        self.blanks.extend(places);
    }

    /// The number of outputs that are blank for at least one scenario.
    pub fn blanks(&self) -> usize {
        self.blanks.len()
    }
}

/// The last counts, by message.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    problems: HashMap<String, Of<Found>>,
    snapshots: HashMap<String, Of<Compared>>,
    /// The generation of which everything was counted.
    whole: u64,
}

/// A result, and the state of the workspace it is about.
#[derive(Clone, Debug)]
struct Of<T> {
    session: Arc<Session>,
    found: Arc<T>,
}

/// Messages compared at once: their results are kept if the rest is cancelled.
const AT_ONCE: usize = 32;

impl Counted {
    /// Makes the counts of messages already linted and compared.
    pub fn of(
        session: &Arc<Session>,
        each: impl IntoIterator<Item = (String, Vec<Diagnostic>, Compared)>,
    ) -> Counted {
        let mut all = Counted { whole: session.generation, ..Counted::default() };
        for (message, linted, compared) in each {
            let mut found = Found::new();
            take(&mut found, &linted);
            all.problems.insert(message.clone(), Of::new(session, found));
            all.snapshots.insert(message, Of::new(session, compared));
        }
        all
    }

    /// Returns a message's last count from the linter and renders for all scenarios; `None` before
    /// the first.
    #[must_use]
    pub fn get(&self, message: &str) -> Option<Count> {
        let linted = &self.problems.get(message)?.found;
        let rendered = self.snapshots.get(message).map(|compared| &compared.found.found);
        let unsaid = rendered.into_iter().flatten().filter(|(key, _)| !linted.contains_key(key));
        let mut count = Count::default();
        for severity in linted.iter().chain(unsaid).map(|(_, severity)| severity) {
            match severity {
                Severity::Error => count.error += 1,
                Severity::Warning => count.warn += 1,
                Severity::Info => count.info += 1,
            }
        }
        Some(count)
    }

    /// Whether everything was counted as it is in a session.
    #[must_use]
    pub fn is_of(&self, session: &Session) -> bool {
        self.whole == session.generation
    }

    /// Returns a message's last comparison with its snapshots; `None` before the first.
    #[must_use]
    pub fn compared(&self, message: &str) -> Option<Arc<Compared>> {
        self.snapshots.get(message).map(|compared| Arc::clone(&compared.found))
    }

    /// Counts what may have changed, while `should_continue` returns true; returns whether it finished.
    pub fn count(
        &mut self,
        session: &Arc<Session>,
        should_continue: &(dyn Fn() -> bool + Sync),
    ) -> bool {
        self.forget_gone(session);
        let mut unknown = Vec::new();
        for message in &session.messages {
            self.lint(session, message);
            if !self.is_compared(session, message) {
                unknown.push(&**message);
            }
            if !should_continue() {
                return false;
            }
        }
        for messages in unknown.chunks(AT_ONCE) {
            if !self.compare(session, messages, should_continue) {
                return false;
            }
        }
        self.whole = session.generation;
        true
    }

    /// Counts some messages that may have changed; returns whether none is left.
    pub fn count_some(&mut self, session: &Arc<Session>, most: usize) -> bool {
        self.forget_gone(session);
        let mut unknown = Vec::new();
        for message in &session.messages {
            let has_linted = self.lint(session, message);
            if !self.is_compared(session, message) {
                unknown.push(&**message);
            }
            if has_linted && unknown.len() >= most {
                break;
            }
        }
        let now = unknown.len().min(most);
        self.compare(session, &unknown[..now], &|| true);
        for message in &unknown[..now] {
            // What can't be compared is reported elsewhere; it isn't tried again until it changes.
            let is_known = self.snapshots.get(&message.name);
            if !is_known.is_some_and(|known| Arc::ptr_eq(&known.session, session)) {
                let nothing = Of::new(session, Compared::default());
                self.snapshots.insert(message.name.clone(), nothing);
            }
        }
        let mut messages = session.messages.iter();
        let is_linted = messages.all(|message| self.problems.contains_key(&message.name));
        let is_whole = now == unknown.len() && is_linted;
        if is_whole {
            self.whole = session.generation;
        }
        is_whole
    }

    fn forget_gone(&mut self, session: &Session) {
        self.problems.retain(|name, _| session.message(name).is_some());
        self.snapshots.retain(|name, _| session.message(name).is_some());
    }

    /// Lints a message if something changed that its problems depend on; returns whether it did.
    fn lint(&mut self, session: &Arc<Session>, message: &Arc<Message>) -> bool {
        let known = self.problems.get_mut(&message.name);
        if let Some(known) = known.filter(|known| is_same(&known.session, session, message)) {
            known.session = Arc::clone(session);
            return false;
        }
        let mut found = Found::new();
        take(&mut found, &found_in(session, message));
        self.problems.insert(message.name.clone(), Of::new(session, found));
        true
    }

    /// Whether nothing changed since a message was compared.
    fn is_compared(&mut self, session: &Arc<Session>, message: &Arc<Message>) -> bool {
        let compared = self.snapshots.get_mut(&message.name).filter(|known| {
            known.session.accepted == session.accepted && is_same(&known.session, session, message)
        });
        compared.map(|known| known.session = Arc::clone(session)).is_some()
    }

    /// Compares messages; returns false if cancelled.
    fn compare(
        &mut self,
        session: &Arc<Session>,
        messages: &[&Message],
        should_continue: &(dyn Fn() -> bool + Sync),
    ) -> bool {
        match compare(session, messages, should_continue) {
            Ok(Some(compared)) => {
                let compared = compared.into_iter();
                self.snapshots
                    .extend(compared.map(|(name, found)| (name, Of::new(session, found))));
                true
            }
            Ok(None) => false,
            // Something can't be read and is reported elsewhere; the last counts are kept.
            Err(_) => true,
        }
    }
}

impl<T> Of<T> {
    fn new(session: &Arc<Session>, found: T) -> Of<T> {
        Of { session: Arc::clone(session), found: Arc::new(found) }
    }
}

/// Compares messages with their snapshots; `None` if cancelled.
///
/// # Errors
/// If they can't be compared now.
fn compare(
    session: &Session,
    messages: &[&Message],
    should_continue: &(dyn Fn() -> bool + Sync),
) -> Result<Option<HashMap<String, Compared>>, ProjectError> {
    // A message without scenarios is compared too, with nothing.
    let names = messages.iter().map(|message| {
        (message.name.clone(), Mutex::new((Compared::default(), Covered::begin(message))))
    });
    let compared = names.collect::<HashMap<_, _>>();
    let note = |message: &str, outcome: &Outcome| {
        let Some(compared) = compared.get(message) else { return };
        let mut compared = compared.lock().unwrap_or_else(PoisonError::into_inner);
        compared.0.take(outcome);
        outcome.hits.iter().for_each(|hits| compared.1.add(hits));
    };
    let Some(tested) = snapshots::all(session, messages, should_continue, &note)? else {
        return Ok(None);
    };
    let compared = compared.into_iter().map(|(name, one)| {
        let (compared, coverage) = one.into_inner().unwrap_or_else(PoisonError::into_inner);
        (name, Compared { coverage: Some(Covered::of(&coverage)), ..compared })
    });
    let mut compared = compared.collect::<HashMap<_, _>>();
    for tested in &tested {
        compared.entry(tested.case.part.message.clone()).or_default().add(tested);
    }
    Ok(Some(compared))
}

/// Whether nothing changed that a message's problems depend on.
pub fn is_same(before: &Session, session: &Session, message: &Arc<Message>) -> bool {
    Arc::ptr_eq(&before.known, &session.known)
        && Arc::ptr_eq(&before.levels, &session.levels)
        && before.messages.iter().any(|known| Arc::ptr_eq(known, message))
}

/// Lints a message.
pub fn found_in(session: &Session, message: &Arc<Message>) -> Vec<Diagnostic> {
    let targets = Targets { messages: vec![Arc::clone(message)], ..Targets::default() };
    lint(&session.known, &session.levels, &targets).diagnostics
}
