use std::ops::Range;
use std::sync::Arc;

use crate::render::{Counts, Event};
use crate::syntax::ast::BranchKind;
use crate::text::Span;

/// Something that can happen in a template, and that a scenario should make happen once.
#[derive(Clone, Debug)]
pub struct Point {
    /// What happens.
    pub kind: PointKind,
    /// Whether it is a way through the template, or one reason to take it.
    pub level: Level,
    /// The characters that stand for it: the tag that opens a branch, a filter, a comparison.
    pub span: Span,
    /// The opening tag, or the output, that it belongs to.
    pub owner: Span,
    /// What it is: "the `else` of `if wallet.status == 'ok'`".
    pub words: String,
    /// The scenario that would get there: "a scenario where `offers` is empty or missing".
    pub scenario: String,
    /// The points of which one has to happen before this one can, by their places in the list of the
    /// template; they stand before it. None for the template as a whole.
    pub within: Option<Range<usize>>,
    /// Points of one group are ways out of one place, numbered from 0 in order of place.
    pub group: usize,
    /// Why it never happens, whoever gets the message.
    pub never: Option<Arc<str>>,
    pub(super) place: u32,
    pub(super) event: Event,
}

impl Point {
    /// The event that renders count of it, and where.
    #[must_use]
    pub fn event(&self) -> (u32, Event) {
        (self.place, self.event)
    }

    /// How often it happened.
    #[must_use]
    pub fn count(&self, counts: &Counts) -> u64 {
        counts.get(&(self.place, self.event)).copied().unwrap_or(0)
    }
}

/// How fine a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A way through the template: a branch, the turns of a loop, a fallback, an abort, what comes
    /// of a call.
    Branch,
    /// A reason to take it: one comparison of several, one value of a `when` with several.
    Condition,
}

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    /// The template is rendered at all.
    Rendered,
    /// A branch of `if`, `unless` or `case` is taken.
    Branch(BranchKind),
    /// None is, and there is no `else`.
    NoBranch,
    /// A loop turns so often; the `else` of a loop is that it does not turn.
    Turns(Turns),
    /// `default` gives its own value, or keeps what is there.
    Fallback {
        /// Whether its own.
        used: bool,
    },
    /// `abort_message` is reached.
    Abort,
    /// The list of a `promotion` is empty, which aborts the message.
    NoCode,
    /// A call is answered, or fails.
    Call {
        /// Whether it is answered.
        answered: bool,
    },
    /// `ifchanged` prints, or does not.
    Changed {
        /// Whether it prints.
        printed: bool,
    },
    /// A comparison of several holds, or does not.
    Comparison {
        /// Whether it holds.
        holds: bool,
    },
    /// A value of several of a `when` fits.
    Alternative,
}

/// How often a loop turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turns {
    /// Not at all.
    None,
    /// Once.
    One,
    /// Twice or more.
    Many,
}

/// Characters that are rendered together, for counts by line.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The output, the opening tag, or the text.
    pub span: Span,
    pub(super) place: u32,
    pub(super) event: Event,
}

impl Statement {
    /// The event that renders count of it, and where.
    #[must_use]
    pub fn event(&self) -> (u32, Event) {
        (self.place, self.event)
    }

    /// How often it was rendered; for an `elsif`, how often it was asked.
    #[must_use]
    pub fn count(&self, counts: &Counts) -> u64 {
        counts.get(&(self.place, self.event)).copied().unwrap_or(0)
    }
}
