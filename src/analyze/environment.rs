//! What is known of variables at a point of the walk, with a journal: branches are walked one after
//! the other from the same state, and only what they change is looked at where they meet.

use std::collections::HashMap;
use std::sync::Arc;

use super::call_set::CallSet;
use super::pieces::Pieces;
use super::place;
use crate::shape::{Kinds, Shape, join};

/// What a variable is bound to.
#[derive(Clone, Debug)]
pub(super) struct Binding<'a> {
    /// What it may be.
    pub shape: Arc<Shape>,
    /// The definition that set it, in the model.
    pub definition: Option<usize>,
    /// The call whose answer it is part of.
    pub call: Option<usize>,
    /// The calls that it would tell something of, were it tested.
    pub derived: CallSet,
    /// The text that it is, as far as that is fixed.
    pub pieces: Option<Arc<Pieces<'a>>>,
    /// The place of which it says something.
    pub alias: Option<Alias>,
    /// Differs for every binding: what was found out of an earlier one is not true of this one.
    pub version: u32,
}

/// A place of which a variable says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alias {
    /// The place.
    pub place: Arc<str>,
    /// Whether the variable is the size of what stands there, or the same value.
    pub is_size: bool,
    /// The version of the place's root when it was read.
    pub version: u32,
}

#[derive(Clone, Debug)]
struct Fact {
    shape: Arc<Shape>,
    version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key<'a> {
    Variable(&'a str),
    Place(Arc<str>),
}

#[derive(Clone, Debug)]
enum Slot<'a> {
    Variable(Option<Binding<'a>>),
    Place(Option<Fact>),
}

/// What a stretch of the walk has changed.
#[derive(Debug)]
pub(super) struct Delta<'a> {
    changes: Vec<(Key<'a>, Slot<'a>)>,
    checked: CallSet,
}

/// A point of the journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    at: usize,
    checked: CallSet,
}

#[derive(Debug, Default)]
pub(super) struct Environment<'a> {
    variables: HashMap<&'a str, Binding<'a>>,
    facts: HashMap<Arc<str>, Fact>,
    /// How many facts there are of each version of each root.
    counts: HashMap<(Arc<str>, u32), u32>,
    journal: Vec<(Key<'a>, Slot<'a>)>,
    versions: u32,
    /// The calls of whose answers a condition that must hold here says something.
    pub checked: CallSet,
    /// Whether no rendering gets here.
    pub dead: bool,
}

impl<'a> Environment<'a> {
    pub fn get(&self, name: &str) -> Option<&Binding<'a>> {
        self.variables.get(name)
    }

    /// Binds a variable; what was found out of its earlier value is forgotten.
    pub fn set(&mut self, name: &'a str, mut binding: Binding<'a>) {
        self.versions += 1;
        binding.version = self.versions;
        let before = self.variables.insert(name, binding);
        self.journal.push((Key::Variable(name), Slot::Variable(before)));
    }

    /// The version of a root: 0 for attributes and for variables that are not bound.
    pub fn version(&self, root: &str) -> u32 {
        self.variables.get(root).map_or(0, |binding| binding.version)
    }

    /// What was found out of a place.
    pub fn fact(&self, place: &str) -> Option<&Arc<Shape>> {
        if self.facts.is_empty() {
            return None;
        }
        let fact = self.facts.get(place)?;
        (fact.version == self.version(place::root(place))).then_some(&fact.shape)
    }

    /// Whether anything was found out of a root, or of a place below it.
    pub fn has_facts(&self, root: &str) -> bool {
        let version = self.version(root);
        self.counts.get(&(Arc::from(root), version)).is_some_and(|count| *count > 0)
    }

    /// Keeps what was found out of a place.
    pub fn learn(&mut self, place: &str, shape: Arc<Shape>) {
        let version = self.version(place::root(place));
        let fact = Fact { shape, version };
        self.put(Key::Place(Arc::from(place)), Slot::Place(Some(fact)));
    }

    pub fn mark(&self) -> Mark {
        Mark { at: self.journal.len(), checked: self.checked }
    }

    /// What has changed since a mark.
    pub fn delta(&self, mark: Mark) -> Delta<'a> {
        let mut keys =
            self.journal[mark.at..].iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
        keys.sort();
        keys.dedup();
        let changes = keys.into_iter().map(|key| {
            let slot = self.slot(&key);
            (key, slot)
        });
        Delta { changes: changes.collect(), checked: self.checked }
    }

    /// Undoes what has changed since a mark.
    pub fn rewind(&mut self, mark: Mark) {
        self.checked = mark.checked;
        while self.journal.len() > mark.at {
            let Some((key, slot)) = self.journal.pop() else { break };
            self.write(key, slot);
        }
        self.dead = false;
    }

    /// Goes on from where any of these stretches ended; with no stretch, nothing goes on.
    /// Returns the variables whose shape is new by it.
    pub fn merge(&mut self, deltas: Vec<Delta<'a>>) -> Vec<&'a str> {
        self.dead = deltas.is_empty();
        if let Some(checked) = deltas.iter().map(|delta| delta.checked).reduce(|a, b| a & b) {
            self.checked = checked;
        }
        let mut fresh = Vec::new();
        if let [_] = &*deltas {
            for (key, slot) in deltas.into_iter().flat_map(|delta| delta.changes) {
                if let Key::Variable(name) = key {
                    fresh.push(name);
                }
                self.put(key, slot);
            }
            return fresh;
        }
        let mut keys =
            deltas.iter().flat_map(|delta| &delta.changes).map(|(key, _)| key).collect::<Vec<_>>();
        keys.sort();
        keys.dedup();
        let (variables, places): (Vec<_>, Vec<_>) =
            keys.into_iter().cloned().partition(|key| matches!(key, Key::Variable(_)));
        for key in variables {
            let Key::Variable(name) = key else { continue };
            let ends = deltas.iter().map(|delta| match delta.find(&key) {
                Some(Slot::Variable(binding)) => binding.as_ref(),
                _ => self.variables.get(name),
            });
            let ends = ends.collect::<Vec<_>>();
            let merged = merged(&ends);
            let same = match (&merged, self.variables.get(name)) {
                (Some(merged), Some(known)) => Arc::ptr_eq(&merged.shape, &known.shape),
                (None, None) => true,
                _ => false,
            };
            if !same {
                fresh.push(name);
            }
            match merged {
                Some(binding)
                    if ends.iter().flatten().any(|end| end.version != binding.version) =>
                {
                    self.set(name, binding);
                }
                binding => self.put(key, Slot::Variable(binding)),
            }
        }
        for key in places {
            let Key::Place(place) = &key else { continue };
            let version = self.version(place::root(place));
            let ends = deltas.iter().map(|delta| match delta.find(&key) {
                Some(Slot::Place(fact)) => fact.as_ref(),
                _ => self.facts.get(place),
            });
            let mut joined: Option<Arc<Shape>> = None;
            let mut all = true;
            for end in ends {
                match end.filter(|fact| fact.version == version) {
                    Some(fact) => {
                        joined = Some(match joined {
                            Some(known) => join(&known, &fact.shape),
                            None => Arc::clone(&fact.shape),
                        });
                    }
                    None => all = false,
                }
            }
            let fact = joined.filter(|_| all).map(|shape| Fact { shape, version });
            self.put(key, Slot::Place(fact));
        }
        fresh
    }

    fn slot(&self, key: &Key<'a>) -> Slot<'a> {
        match key {
            Key::Variable(name) => Slot::Variable(self.variables.get(name).cloned()),
            Key::Place(place) => Slot::Place(self.facts.get(place).cloned()),
        }
    }

    fn put(&mut self, key: Key<'a>, slot: Slot<'a>) {
        let before = self.slot(&key);
        self.journal.push((key.clone(), before));
        self.write(key, slot);
    }

    fn write(&mut self, key: Key<'a>, slot: Slot<'a>) {
        match (key, slot) {
            (Key::Variable(name), Slot::Variable(Some(binding))) => {
                self.variables.insert(name, binding);
            }
            (Key::Variable(name), _) => {
                self.variables.remove(name);
            }
            (Key::Place(place), slot) => {
                let root: Arc<str> = Arc::from(place::root(&place));
                let fact = match slot {
                    Slot::Place(fact) => fact,
                    Slot::Variable(_) => None,
                };
                let version = fact.as_ref().map(|fact| fact.version);
                let before = match fact {
                    Some(fact) => self.facts.insert(place, fact),
                    None => self.facts.remove(&place),
                };
                if let Some(before) = before
                    && let Some(count) = self.counts.get_mut(&(Arc::clone(&root), before.version))
                {
                    *count = count.saturating_sub(1);
                }
                if let Some(version) = version {
                    *self.counts.entry((root, version)).or_default() += 1;
                }
            }
        }
    }
}

impl<'a> Delta<'a> {
    fn find(&self, key: &Key<'a>) -> Option<&Slot<'a>> {
        let at = self.changes.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
        Some(&self.changes[at].1)
    }

    /// The same without what it says of a variable.
    pub fn without(mut self, name: &str) -> Delta<'a> {
        self.changes.retain(|(key, _)| !matches!(key, Key::Variable(known) if *known == name));
        self
    }
}

/// What a variable is where ways meet on which it is bound to these.
fn merged<'a>(ends: &[Option<&Binding<'a>>]) -> Option<Binding<'a>> {
    let first = ends.iter().flatten().next()?;
    let unset = ends.iter().any(Option::is_none);
    if !unset && ends.iter().flatten().all(|end| end.version == first.version) {
        return Some((*first).clone());
    }
    let mut shape = Arc::clone(&first.shape);
    let mut call = first.call;
    let mut definition = first.definition;
    let mut derived = first.derived;
    for end in ends.iter().flatten().skip(1) {
        shape = join(&shape, &end.shape);
        if end.call != call {
            call = None;
        }
        definition = definition.max(end.definition);
        derived |= end.derived;
    }
    if unset && !shape.kinds.has(Kinds::NIL) {
        let kinds = shape.kinds | Kinds::NIL;
        shape = Arc::new(Shape { kinds, ..(*shape).clone() });
    }
    let version = first.version;
    let pieces = None;
    Some(Binding { shape, definition, call, derived, pieces, alias: None, version })
}
