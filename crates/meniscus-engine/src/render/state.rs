use std::cell::RefCell;
use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::{IndexMap, IndexSet};

use super::flow::Exit;
use super::hits::Hits;
use super::loops::ForLoop;
use super::origin::Origin;
use super::outcome::{Abort, Call, CallKey};
use super::saved::Saved;
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
    pub(super) counters: Object,
    /// A text that was printed, for its room.
    pub(super) spare: RefCell<String>,
    /// What few messages need: made when it is first asked for, so that a short one doesn't pay for it.
    rare: Option<Box<Rare>>,
    /// What the last `ifchanged` printed.
    pub last_changed: Option<String>,
    /// The loops around this place, the innermost last.
    pub loops: Vec<Arc<ForLoop>>,
    /// The calls made so far; of equal ones the first.
    pub calls: Vec<Call>,
    /// How often a call was made.
    pub(super) asked: u64,
    /// Bytes of their URLs and bodies, which are kept to the end.
    pub asked_bytes: usize,
    /// The state of the generator behind `random`.
    pub chance: u64,
    /// Whether a response is being rendered again (`:rerender`): calls inside are not made.
    pub rerendering: bool,
    /// The attributes that may be read while a text is rendered again: those the message mentions.
    pub(super) mentioned: Option<Arc<Mentioned>>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) abort: Option<Abort>,
    pub(super) trace: Option<Trace>,
    pub(super) hits: Option<RefCell<Hits>>,
    pub(super) mapping: Option<Box<Mapping>>,
    /// Whether a value may be missing in the text.
    pub(super) silent: bool,
    /// The steps that are left.
    pub(super) meter: Meter,
    pub(super) iterations: u64,
    pub(super) block_depth: usize,
    /// The texts of content blocks that the present statement includes, in order of their place.
    pub(super) prepared: Vec<(u32, Value)>,
    /// A `break` or `continue` of a content block, for the loop around the statement that
    /// includes it.
    pub(super) pending: Option<Exit>,
}

/// What few messages need while they render.
#[derive(Debug, Default)]
pub struct Rare {
    /// Where the last loop of a name ended, for `offset: continue`.
    pub loop_offsets: Map<i64>,
    /// The next value of each `cycle` group.
    pub cycles: Map<usize>,
    /// The places of calls, by what tells them apart.
    call_keys: IndexSet<CallKey, FixedState>,
    /// The answers to GET calls and to cached POST calls, with the place of the call that got each, by method, URL
    /// and body.
    pub cache: Map<(usize, Answer)>,
    /// What calls saved, whose secrets later calls may use.
    pub saved: Saved,
    /// Promotion codes taken, by list.
    pub promotions: Map<String>,
    /// The keys of `message_extras`, in order.
    pub extras: Map<String>,
    /// Where the variables come from, if origins are followed.
    pub(super) origins: Map<Origin>,
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
    /// Returns the secrets of saved responses, in every form, the longest first.
    pub fn saved_secrets(&mut self) -> &[String] {
        self.rare.as_mut().map(|rare| rare.saved.secrets()).unwrap_or_default()
    }

    /// What few messages need.
    pub fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Returns the keys of `message_extras`, in order, and what calls saved.
    pub(super) fn take_rare(&mut self) -> (IndexMap<String, String>, Saved) {
        let Some(rare) = self.rare.take() else { return Default::default() };
        (rare.extras.into_iter().collect(), rare.saved)
    }

    /// Returns where a variable of the template comes from, if origins are followed.
    pub(super) fn variable_origin(&self, name: &str) -> Option<&Origin> {
        self.rare.as_ref()?.origins.get(name)
    }

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
    #[inline]
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
        let (place, _) = self.rare().call_keys.insert_full(CallKey::of(&call));
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
        let place = (code, source.name().to_owned(), span);
        self.rare.as_ref().is_none_or(|rare| !rare.said.contains(&place))
    }

    /// Keeps a diagnostic, once.
    pub(super) fn say(&mut self, diagnostic: Diagnostic) {
        let place =
            (diagnostic.code, diagnostic.primary.source.name().to_owned(), diagnostic.primary.span);
        if self.rare().said.insert(place) {
            self.diagnostics.push(diagnostic);
        }
    }
}
