//! What a render came past: counted only when asked for, one look-up an event.

use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use super::renderer::Renderer;
use crate::syntax::ast::Tag;
use crate::text::Source;

/// Something that a render does at a place. Each says which character is the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// A template was rendered, as a part or as a content block; at 0.
    Template,
    /// A node was rendered, or an `elsif` asked; at its first character.
    Node,
    /// A branch of `if`, `unless` or `case`, or the `else` of a loop; at the first character of the
    /// tag that opens it.
    Branch,
    /// No branch; at the first character of the whole tag, as for all that follow up to
    /// [`Event::Repeated`].
    NoBranch,
    /// A loop ended without a turn.
    NoTurn,
    /// A loop ended after one turn.
    OneTurn,
    /// A loop ended after two turns or more.
    ManyTurns,
    /// The message was aborted.
    Aborted,
    /// A call brought an answer that the message can use.
    Answered,
    /// A call failed: a status that is no success, a time-out, a fault.
    CallFailed,
    /// `ifchanged` printed its body.
    Changed,
    /// `ifchanged` printed nothing: its body is as it was.
    Repeated,
    /// A comparison of a condition held; at its first character.
    Held,
    /// A comparison of a condition did not hold; at its first character.
    Failed,
    /// A value of a `when` fitted; at its first character.
    Fitted,
    /// A filter put another value in the place of what it was given (`default`); at its name.
    Replaced,
    /// A filter that may put another value in place did not; at its name.
    Kept,
}

/// How often each event happened, by place.
pub type Counts = IndexMap<(u32, Event), u64, FixedState>;

/// What a render came past, by text: the part's own first, then those of its content blocks.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// By the address of the text, which is kept, so no other can get it.
    texts: IndexMap<usize, (Arc<Source>, Counts), FixedState>,
}

/// Events of a usual text: room for them from the beginning costs less than growing.
const USUAL_EVENTS: usize = 96;

impl Hits {
    fn count(&mut self, source: &Arc<Source>, place: u32, event: Event) {
        let address = Arc::as_ptr(source) as usize;
        let text = self.texts.entry(address).or_insert_with(|| {
            let counts = Counts::with_capacity_and_hasher(USUAL_EVENTS, FixedState::default());
            (Arc::clone(source), counts)
        });
        *text.1.entry((place, event)).or_default() += 1;
    }

    /// The texts that were rendered and what happened in each, in the order they were begun.
    pub fn texts(&self) -> impl Iterator<Item = (&Arc<Source>, &Counts)> {
        self.texts.values().map(|(source, counts)| (source, counts))
    }
}

impl<'a> Renderer<'a> {
    /// Counts an event, where that is asked for. What happens in a text that came from outside
    /// (`:rerender`) is nobody's template and is not counted.
    #[inline]
    pub fn note(&self, place: u32, event: Event) {
        if self.state.hits.is_some() {
            self.count_hit(place, event);
        }
    }

    #[cold]
    fn count_hit(&self, place: u32, event: Event) {
        if let Some(hits) = &self.state.hits
            && !self.state.rerendering
        {
            hits.borrow_mut().count(&self.template.source, place, event);
        }
    }

    /// Counts how often a loop turned.
    pub(crate) fn note_turns(&self, tag: &'a Tag, turns: usize) {
        let event = match turns {
            0 => Event::NoTurn,
            1 => Event::OneTurn,
            _ => Event::ManyTurns,
        };
        self.note(tag.span.start, event);
    }
}

/// What is gathered beside the text while a template is rendered; nothing by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gather {
    /// Explanations of what printed nothing: [`super::Outcome::trace`].
    pub trace: bool,
    /// What was come past: [`super::Outcome::hits`].
    pub hits: bool,
    /// What printed which place of the text: [`super::Outcome::map`].
    pub map: bool,
}
