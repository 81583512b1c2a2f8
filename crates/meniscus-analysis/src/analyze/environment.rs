//! What is known about variables at a point of the walk. A journal lets branches start from the
//! same state; only their changes are compared where they meet.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::call_set::{CallSet, Derived};
use super::model::Variable;
use super::origin::DataOrigin;
use super::pieces::Pieces;
use super::place::{Place, PlaceRoot};
use crate::shape::{Kinds, Shape, join};
use crate::value::{Value, View, equal};

/// Facts kept for each flag.
const MAX_IMPLIED: usize = 64;
/// Branches up to which implications of a flag are still compared where they meet.
const MAX_WAYS: usize = 64;

/// What a variable is bound to.
#[derive(Clone, Debug)]
pub(super) struct Binding<'a> {
    pub shape: Arc<Shape>,
    /// Index of the definition in the model.
    pub definition: Option<usize>,
    /// The call whose response it belongs to.
    pub call: Option<usize>,
    /// See [`super::model::Read::origin`].
    pub origin: Option<Arc<DataOrigin>>,
    /// The calls that a test of it would check.
    pub derived: Derived,
    /// Its string, as far as it is known.
    pub pieces: Option<Arc<Pieces<'a>>>,
    /// The place that this variable gives information about.
    pub alias: Option<Alias>,
    /// What is true if it differs from its usual value.
    pub implies: Option<Arc<Implied>>,
    /// Unique for each binding: facts about earlier bindings don't apply to this one.
    pub version: u32,
}

/// A place that a variable gives information about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alias {
    pub place: Arc<Place>,
    /// Whether the variable is the size of the value at that place, rather than the value.
    pub is_size: bool,
    /// The version of the place's root at the time of the read.
    pub version: u32,
}

/// A place, what was learned about it, and the version of its root.
type Learned = (Arc<Place>, Arc<Shape>, u32);

/// What the value of a flag or counter implies: it was set where something else was known.
#[derive(Debug)]
pub(super) struct Implied {
    /// Its value where those facts are unknown.
    pub unless: Value,
    /// The facts, by place.
    pub facts: Vec<Learned>,
}

#[derive(Clone, Debug)]
struct Fact {
    shape: Arc<Shape>,
    version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key<'a> {
    Variable(&'a str),
    Place(Arc<Place>),
}

#[derive(Clone, Debug)]
enum Slot<'a> {
    Variable(Option<Binding<'a>>),
    Place(Option<Fact>),
}

/// Changes made by a stretch of the walk.
#[derive(Debug)]
pub(super) struct Delta<'a> {
    changes: Vec<(Key<'a>, Slot<'a>)>,
    checked: CallSet,
}

/// A position in the journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    at: usize,
    checked: CallSet,
}

#[derive(Debug, Default)]
pub(super) struct Environment<'a> {
    variables: HashMap<&'a str, Binding<'a>, FixedState>,
    facts: HashMap<Arc<Place>, Fact, FixedState>,
    /// Number of facts for each version of each root.
    counts: HashMap<(PlaceRoot, u32), u32, FixedState>,
    journal: Vec<(Key<'a>, Slot<'a>)>,
    versions: u32,
    /// Calls that are checked by a condition that must hold here.
    pub checked: CallSet,
    /// Whether this point is unreachable.
    pub dead: bool,
}

impl<'a> Environment<'a> {
    pub fn get(&self, name: &str) -> Option<&Binding<'a>> {
        self.variables.get(name)
    }

    /// Binds a variable and forgets what was known about its earlier value.
    pub fn set(&mut self, name: &'a str, mut binding: Binding<'a>) {
        self.versions += 1;
        binding.version = self.versions;
        let before = self.variables.insert(name, binding);
        self.journal.push((Key::Variable(name), Slot::Variable(before)));
    }

    /// Returns the version of a root: 0 for attributes and unbound variables.
    pub fn version(&self, root: &PlaceRoot) -> u32 {
        match root {
            PlaceRoot::Variable(name) => self.version_of(name),
            PlaceRoot::Attribute { .. } => 0,
        }
    }

    pub fn version_of(&self, name: &str) -> u32 {
        self.variables.get(name).map_or(0, |binding| binding.version)
    }

    /// Returns what was learned about a place.
    pub fn fact(&self, place: &Place) -> Option<&Arc<Shape>> {
        if self.facts.is_empty() {
            return None;
        }
        let fact = self.facts.get(place)?;
        (fact.version == self.version(&place.root)).then_some(&fact.shape)
    }

    /// Whether anything was learned about a root or a place below it.
    pub fn has_facts(&self, root: &PlaceRoot) -> bool {
        self.facts_of(root) > 0
    }

    /// Counts the facts about a root and the places below it.
    pub fn facts_of(&self, root: &PlaceRoot) -> usize {
        let version = self.version(root);
        self.counts.get(&(root.clone(), version)).map_or(0, |count| *count as usize)
    }

    /// Returns the places with known facts, sorted.
    pub fn asked(&self) -> Vec<Arc<Place>> {
        let all = self.facts.iter();
        let valid = all.filter(|(place, fact)| fact.version == self.version(&place.root));
        let mut places = valid.map(|(place, _)| Arc::clone(place)).collect::<Vec<_>>();
        places.sort();
        places
    }

    /// Returns the bound variables in order of definition.
    pub fn bound(&self) -> Vec<Variable<'a>> {
        let all = self.variables.iter().map(|(name, binding)| Variable {
            name,
            shape: Arc::clone(&binding.shape),
            origin: binding.origin.clone(),
            definition: binding.definition,
        });
        let mut all = all.collect::<Vec<_>>();
        all.sort_by_key(|variable| (variable.definition, variable.name));
        all
    }

    /// Records a fact about a place.
    pub fn learn(&mut self, place: &Arc<Place>, shape: Arc<Shape>) {
        let version = self.version(&place.root);
        let fact = Fact { shape, version };
        self.put(Key::Place(Arc::clone(place)), Slot::Place(Some(fact)));
    }

    pub fn mark(&self) -> Mark {
        Mark { at: self.journal.len(), checked: self.checked }
    }

    /// Returns the changes since a mark.
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

    pub fn unchanged(&self) -> Delta<'a> {
        Delta { changes: Vec::new(), checked: self.checked }
    }

    /// Undoes the changes since a mark.
    pub fn rewind(&mut self, mark: Mark) {
        self.checked = mark.checked;
        while self.journal.len() > mark.at {
            let Some((key, slot)) = self.journal.pop() else { break };
            self.write(key, slot);
        }
        self.dead = false;
    }

    /// Continues after whichever of these stretches was taken; without any, the point is
    /// unreachable. Returns the variables whose shape changed.
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
        let changed = changed_by(&deltas);
        let mut bound = Vec::new();
        let (variables, places): (Vec<_>, Vec<_>) =
            keys.into_iter().cloned().partition(|key| matches!(key, Key::Variable(_)));
        for key in variables {
            let Key::Variable(name) = key else { continue };
            let own = Arc::new(Place::of_variable(name));
            let branches = branches(&changed, [&key, &Key::Place(Arc::clone(&own))], deltas.len());
            let ends = branches.iter().map(|branch| match deltas[*branch].find(&key) {
                Some(Slot::Variable(binding)) => binding.as_ref(),
                _ => self.variables.get(name),
            });
            let ends = ends.collect::<Vec<_>>();
            let merged = merged(&ends, |end, binding| {
                // What a branch learned about the value it ends with still holds after it.
                let fact = match deltas[branches[end]].find(&Key::Place(Arc::clone(&own))) {
                    Some(Slot::Place(fact)) => fact.as_ref(),
                    _ => self.facts.get(&own),
                };
                fact.filter(|fact| fact.version == binding.version).map(|fact| &fact.shape)
            });
            bound.push((name, self.variables.get(name).cloned()));
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
            let version = self.version(&place.root);
            let branches = branches(&changed, [&key], deltas.len());
            let ends = branches.iter().map(|branch| match deltas[*branch].find(&key) {
                Some(Slot::Place(fact)) => fact.as_ref(),
                _ => self.facts.get(place),
            });
            let fact = merged_fact(ends, version);
            self.put(key, Slot::Place(fact));
        }
        for (name, before) in bound {
            if let Some(implied) = self.implied(name, before.as_ref(), &deltas)
                && let Some(mut binding) = self.variables.get(name).cloned()
            {
                binding.implies = Some(Arc::new(implied));
                self.put(Key::Variable(name), Slot::Variable(Some(binding)));
            }
        }
        fresh
    }

    /// Returns what follows if a variable, merged from these branches, differs from its value on
    /// some of them.
    fn implied(
        &self,
        name: &'a str,
        before: Option<&Binding<'a>>,
        deltas: &[Delta<'a>],
    ) -> Option<Implied> {
        if deltas.len() > MAX_WAYS {
            return None;
        }
        let key = Key::Variable(name);
        let end = |delta: &Delta<'a>| match delta.find(&key) {
            Some(Slot::Variable(binding)) => binding.clone(),
            _ => before.cloned(),
        };
        let nothing = |binding: &Binding<'a>| {
            let constant = binding.shape.as_constant();
            constant.filter(|value| is_initial_value(value)).cloned()
        };
        let values = deltas.iter().map(|delta| end(delta).as_ref().and_then(nothing));
        let values = values.collect::<Vec<_>>();
        let unless = values.iter().flatten().next()?.clone();
        let same = |value: &Option<Value>| {
            value.as_ref().is_some_and(|value| equal(value.view(), unless.view()))
        };
        let others = deltas.iter().zip(&values).filter(|(_, value)| !same(value));
        let mut facts: Option<Vec<Learned>> = None;
        for (delta, _) in others {
            let mut own = self.found_out(name, delta);
            if let Some(inner) = end(delta).and_then(|binding| binding.implies)
                && equal(inner.unless.view(), unless.view())
            {
                own.extend(inner.facts.iter().cloned());
            }
            facts = Some(match facts {
                None => own,
                Some(known) => {
                    let both = known.into_iter().filter_map(|(place, shape, version)| {
                        let (_, other, _) = own.iter().find(|(other, ..)| *other == place)?;
                        Some((place, join(&shape, other), version))
                    });
                    both.collect()
                }
            });
        }
        let facts = facts.filter(|facts| !facts.is_empty())?;
        Some(Implied { unless, facts })
    }

    /// Returns what a stretch learned, in terms of the merged state.
    fn found_out(&self, name: &str, delta: &Delta<'a>) -> Vec<Learned> {
        let facts = delta.changes.iter().filter_map(|(key, slot)| match (key, slot) {
            (Key::Place(place), Slot::Place(Some(fact))) => {
                let version = self.version(&place.root);
                Some((Arc::clone(place), Arc::clone(&fact.shape), version))
            }
            (Key::Variable(other), Slot::Variable(Some(binding))) if *other != name => {
                let version = self.version_of(other);
                let place = Arc::new(Place::of_variable(other));
                Some((place, Arc::clone(&binding.shape), version))
            }
            _ => None,
        });
        facts.take(MAX_IMPLIED).collect()
    }

    /// Records what follows from a flag, as far as it still refers to the same values.
    pub fn learn_implied(&mut self, implied: &Implied) {
        for (place, shape, version) in &implied.facts {
            if self.version(&place.root) == *version {
                self.learn(place, Arc::clone(shape));
            }
        }
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
                let root = place.root.clone();
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
                    && let Some(count) = self.counts.get_mut(&(root.clone(), before.version))
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

/// Maps each key to the stretches that change it.
fn changed_by<'d, 'a>(deltas: &'d [Delta<'a>]) -> HashMap<&'d Key<'a>, Vec<usize>, FixedState> {
    let mut changed = HashMap::<_, Vec<usize>, _>::default();
    for (branch, delta) in deltas.iter().enumerate() {
        for (key, _) in &delta.changes {
            changed.entry(key).or_default().push(branch);
        }
    }
    changed
}

/// Returns the branches that change any of these keys, and one that represents all others.
fn branches<'a, const N: usize>(
    changed: &HashMap<&Key<'a>, Vec<usize>, FixedState>,
    keys: [&Key<'a>; N],
    count: usize,
) -> Vec<usize> {
    let branches = keys.iter().filter_map(|key| changed.get(key)).flatten().copied();
    let mut branches = branches.collect::<Vec<_>>();
    branches.sort_unstable();
    branches.dedup();
    let other = branches
        .iter()
        .enumerate()
        .position(|(at, branch)| at != *branch)
        .unwrap_or(branches.len());
    if other < count {
        branches.insert(other, other);
    }
    branches
}

/// Whether a value is one that counters and flags start with.
fn is_initial_value(value: &Value) -> bool {
    matches!(value.view(), View::Nil | View::Bool(false) | View::Int(0) | View::Str(""))
}

impl<'a> Delta<'a> {
    fn find(&self, key: &Key<'a>) -> Option<&Slot<'a>> {
        let at = self.changes.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
        Some(&self.changes[at].1)
    }

    /// Removes everything about a variable.
    pub fn without(mut self, name: &str) -> Delta<'a> {
        self.changes.retain(|(key, _)| !matches!(key, Key::Variable(known) if *known == name));
        self
    }
}

/// Merges the facts about a place where branches meet; `None` if a branch has none about this
/// version of its root.
fn merged_fact<'f>(ends: impl Iterator<Item = Option<&'f Fact>>, version: u32) -> Option<Fact> {
    let mut joined: Option<Arc<Shape>> = None;
    for end in ends {
        let fact = end.filter(|fact| fact.version == version)?;
        joined = Some(match joined {
            Some(known) => join(&known, &fact.shape),
            None => Arc::clone(&fact.shape),
        });
    }
    joined.map(|shape| Fact { shape, version })
}

/// Merges the bindings of a variable where branches meet; `found` returns what a branch learned
/// about its value.
fn merged<'a, 'd>(
    ends: &[Option<&'d Binding<'a>>],
    found: impl Fn(usize, &Binding<'a>) -> Option<&'d Arc<Shape>>,
) -> Option<Binding<'a>> {
    let first = ends.iter().flatten().next()?;
    let unset = ends.iter().any(Option::is_none);
    if !unset && ends.iter().flatten().all(|end| end.version == first.version) {
        return Some((*first).clone());
    }
    let mut shape: Option<Arc<Shape>> = None;
    let mut call = first.call;
    let mut definition = first.definition;
    let mut origin = first.origin.clone();
    let mut derived = first.derived;
    for (branch, end) in ends.iter().enumerate() {
        let Some(end) = end else { continue };
        let own = found(branch, end).unwrap_or(&end.shape);
        shape = Some(shape.map_or_else(|| Arc::clone(own), |shape| join(&shape, own)));
        if end.call != call {
            call = None;
        }
        origin = DataOrigin::meet(origin.as_ref(), end.origin.as_ref());
        definition = definition.max(end.definition);
        derived |= end.derived;
    }
    let mut shape = shape?;
    if unset && !shape.kinds.has(Kinds::NIL) {
        let kinds = shape.kinds | Kinds::NIL;
        shape = Arc::new(Shape { kinds, ..(*shape).clone() });
    }
    let version = first.version;
    let pieces = None;
    Some(Binding {
        shape,
        definition,
        call,
        origin,
        derived,
        pieces,
        alias: None,
        implies: None,
        version,
    })
}
