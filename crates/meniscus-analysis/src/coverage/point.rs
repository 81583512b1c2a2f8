use std::ops::Range;
use std::sync::Arc;

use crate::render::{Counts, Event};
use crate::syntax::ast::BranchKind;
use crate::text::Span;

/// Something that can happen in a template, which a scenario should trigger.
#[derive(Clone, Debug)]
pub struct Point {
    pub kind: PointKind,
    /// Whether it is a branch of the template, or one condition for taking it.
    pub level: Level,
    /// The span that represents it: the tag that opens a branch, a filter, a comparison.
    pub span: Span,
    /// The opening tag or output it belongs to.
    pub owner: Span,
    /// Its name: "the `else` of `if wallet.status == 'ok'`".
    pub words: String,
    /// A scenario that would reach it: "a scenario where `offers` is empty or missing".
    pub scenario: String,
    /// Indexes of points, one of which must happen first; they precede it in the template's list.
    /// Empty for the template itself.
    pub within: Option<Range<usize>>,
    /// Points in a group are alternatives at one place, numbered from 0 in source order.
    pub group: usize,
    /// Why it can never happen, for any recipient.
    pub never: Option<Arc<str>>,
    pub(super) place: u32,
    pub(super) event: Event,
}

impl Point {
    /// Returns the event that renders count for it, and its offset.
    #[must_use]
    pub fn event(&self) -> (u32, Event) {
        (self.place, self.event)
    }

    /// Returns how often it happened.
    #[must_use]
    pub fn count(&self, counts: &Counts) -> u64 {
        counts.get(&(self.place, self.event)).copied().unwrap_or(0)
    }
}

/// The granularity of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A branch of the template: a branch of a tag, the iterations of a loop, a fallback, an abort,
    /// the result of a call.
    Branch,
    /// One of several comparisons, or one of several values of a `when`.
    Condition,
}

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    /// The template is rendered.
    Rendered,
    /// A branch of `if`, `unless`, or `case` is taken.
    Branch(BranchKind),
    /// No branch is taken, and there is no `else`.
    NoBranch,
    /// A loop iterates this often; a loop's `else` is the case of no iterations.
    Iterations(Iterations),
    /// `default` returns its own value or keeps the input.
    Fallback {
        /// Whether `default` returns its own value.
        used: bool,
    },
    /// `abort_message` is reached.
    Abort,
    /// The list of a `promotion` is empty, which aborts the message.
    NoCode,
    /// A call succeeds or fails.
    Call { answered: bool },
    /// `ifchanged` prints or doesn't.
    Changed { printed: bool },
    /// One of several comparisons is true or false.
    Comparison { holds: bool },
    /// One of several values of a `when` matches.
    Alternative,
}

/// How often a loop iterates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Iterations {
    /// Not at all.
    None,
    /// Once.
    One,
    /// Twice or more.
    Many,
}

/// A span that is rendered as a unit, for line counts.
#[derive(Clone, Debug)]
pub struct Statement {
    pub span: Span,
    pub(super) place: u32,
    pub(super) event: Event,
}

impl Statement {
    /// Returns the event that renders count for it, and its offset.
    #[must_use]
    pub fn event(&self) -> (u32, Event) {
        (self.place, self.event)
    }

    /// Returns how often it was rendered or, for an `elsif`, evaluated.
    #[must_use]
    pub fn count(&self, counts: &Counts) -> u64 {
        counts.get(&(self.place, self.event)).copied().unwrap_or(0)
    }
}
