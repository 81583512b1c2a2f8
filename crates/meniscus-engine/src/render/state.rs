use std::cell::RefCell;
use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::{IndexMap, IndexSet};

use super::flow::Exit;
use super::hits::Hits;
use super::loops::ForLoop;
use super::origin::Origin;
use super::outcome::{Abort, Call, CallKey};
use super::source_map::Mapping;
use super::trace::Trace;
use crate::diagnostic::Diagnostic;
use crate::http::Answer;
use crate::syntax::FamilyId;
use crate::text::{Source, Span, Step};
use crate::value::{Drop, Guess, Meter, Object, Value, is_same_name};

type Map<V> = IndexMap<String, V, FixedState>;

/// What changes while a template renders; content blocks share it with their message.
#[derive(Debug, Default)]
pub struct State {
    /// Loop variables, the innermost frame last.
    frames: Vec<Frame>,
    /// What `assign` and `capture` set, and what calls save.
    variables: Object,
    /// What `increment` and `decrement` count: beside the variables, found behind them.
    pub(super) counters: Map<Value>,
    /// Where the last loop of a name ended, for `offset: continue`.
    pub loop_offsets: Map<i64>,
    /// The next value of each `cycle` group.
    pub cycles: Map<usize>,
    /// What the last `ifchanged` printed.
    pub last_changed: Option<String>,
    /// The loops around this place, the innermost last.
    pub loops: Vec<Arc<ForLoop>>,
    /// The calls made so far; of equal ones the first.
    pub calls: Vec<Call>,
    /// The places of calls, by what tells them apart.
    call_keys: IndexSet<CallKey, FixedState>,
    /// How often a call was made.
    pub(super) asked: u64,
    /// Bytes of their URLs and bodies, which are kept to the end.
    pub asked_bytes: usize,
    /// The answers to GET calls and to cached POST calls, with the place of the call that got each, by method, URL
    /// and body.
    pub cache: Map<(usize, Answer)>,
    /// The state of the generator behind `random`.
    pub chance: u64,
    /// Promotion codes taken, by list.
    pub promotions: Map<String>,
    /// Whether a response is being rendered again (`:rerender`): calls inside are not made.
    pub rerendering: bool,
    /// The attributes that may be read while a text is rendered again: those the message mentions.
    pub(super) mentioned: Option<Arc<Mentioned>>,
    /// The keys of `message_extras`, in order.
    pub extras: Map<String>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) abort: Option<Abort>,
    pub(super) trace: Option<Trace>,
    pub(super) hits: Option<RefCell<Hits>>,
    pub(super) mapping: Option<Box<Mapping>>,
    pub(super) origins: Map<Origin>,
    /// The steps that are left.
    pub(super) meter: Meter,
    pub(super) iterations: u64,
    pub(super) block_depth: usize,
    /// The texts of content blocks that the present statement includes, in order of their place.
    pub(super) prepared: Vec<(u32, Value)>,
    /// A `break` or `continue` of a content block, for the loop around the statement that
    /// includes it.
    pub(super) pending: Option<Exit>,
    /// The content blocks whose mistakes were said.
    pub(super) included: IndexSet<String, FixedState>,
    /// What was said already: a mistake in a loop is one mistake.
    said: IndexSet<(&'static str, String, Span), FixedState>,
}

/// Attributes by family and name.
pub(super) type Mentioned = IndexSet<(FamilyId, String)>;

/// The two variables of a loop.
#[derive(Debug)]
struct Frame {
    /// The name of the loop's own object, such as `forloop`.
    own: &'static str,
    object: Value,
    variable: String,
    item: Value,
    /// The item's index in its list.
    place: usize,
    /// The list's origin, if origins are followed.
    list: Option<Origin>,
}

impl State {
    /// The value of a variable that the template has set; none where it has not.
    #[must_use]
    #[inline]
    pub(super) fn variable(&self, name: &str, guess: &Guess) -> Option<&Value> {
        for frame in self.frames.iter().rev() {
            if is_same_name(frame.own, name) {
                return Some(&frame.object);
            }
            if is_same_name(&frame.variable, name) {
                return Some(&frame.item);
            }
        }
        self.variables.get_near(name, guess)
    }

    /// A counter of `increment` and `decrement`.
    #[must_use]
    pub fn counter(&self, name: &str) -> Option<&Value> {
        self.counters.get(name)
    }

    /// Sets a variable of the template, loops or not.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        match self.variables.get_mut(name) {
            Some(slot) => *slot = value,
            None => self.variables.insert(name, value),
        }
    }

    /// Keeps a call; of those that are equal in all but their moment, the first, which counts them. Returns
    /// its place.
    pub(crate) fn keep_call(&mut self, call: Call) -> usize {
        let (place, _) = self.call_keys.insert_full(CallKey::of(&call));
        match self.calls.get_mut(place) {
            Some(known) => known.times += 1,
            None => self.calls.push(call),
        }
        place
    }

    /// Begins a loop: `own` names its object, `list` is the origin of its items.
    pub(crate) fn push_frame(
        &mut self,
        own: &'static str,
        object: Arc<dyn Drop>,
        variable: &str,
        list: Option<Origin>,
    ) {
        let (object, variable) = (Value::Drop(object), variable.to_owned());
        self.frames.push(Frame { own, object, variable, item: Value::Nil, place: 0, list });
    }

    /// Sets the item of the innermost loop, and its place in the list.
    #[inline]
    pub(crate) fn set_item(&mut self, place: usize, item: Value) {
        if let Some(frame) = self.frames.last_mut() {
            (frame.place, frame.item) = (place, item);
        }
    }

    /// Returns the origin of a loop's variable; `None` if no loop has such a variable.
    pub(super) fn item_origin(&self, name: &str) -> Option<Option<Origin>> {
        let frame = self.frames.iter().rev().find(|frame| frame.variable == name)?;
        Some(frame.list.clone().map(|list| list.then(Step::Index(frame.place))))
    }

    /// Ends a loop.
    pub(crate) fn pop_frame(&mut self) {
        self.frames.pop();
    }

    /// The variables at this point, in the order they were first set.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.variables.iter().map(|(name, value)| (&**name, value))
    }

    /// Whether somebody wants to know where values come from.
    pub(super) fn follows(&self) -> bool {
        self.trace.is_some() || self.mapping.is_some()
    }

    /// Whether nothing was said yet under a code of these characters. Asked before a diagnostic is
    /// made that takes work to make: in a loop it would be made at every turn.
    #[must_use]
    pub(crate) fn is_news(&self, code: &'static str, source: &Source, span: Span) -> bool {
        !self.said.contains(&(code, source.name().to_owned(), span))
    }

    /// Keeps a diagnostic, once.
    pub(super) fn say(&mut self, diagnostic: Diagnostic) {
        let place =
            (diagnostic.code, diagnostic.primary.source.name().to_owned(), diagnostic.primary.span);
        if self.said.insert(place) {
            self.diagnostics.push(diagnostic);
        }
    }
}
