use std::sync::Arc;

use super::index::Index;
use super::origin::{DataOrigin, Reach};
use super::pieces::Pieces;
use super::place::Place;
use crate::diagnostic::{Diagnostic, Severity};
use crate::shape::Shape;
use crate::syntax::ast::{
    Expr, ExprKind, FilterCall, Loop, Operator, Output, Path, Pipeline, Segment, Tag, Template,
};
use crate::syntax::{FamilyId, FilterId};
use crate::text::{Source, Span};

/// The result of analyzing a template with the content blocks it includes.
///
/// Every list is in walk order, which is rendering order.
#[derive(Debug)]
pub struct Model<'a> {
    pub template: &'a Template,
    pub inclusions: Vec<Inclusion<'a>>,
    pub reads: Vec<Read<'a>>,
    pub outputs: Vec<OutputUse<'a>>,
    pub filters: Vec<FilterUse<'a>>,
    /// Each comparison in a condition, and each `when`.
    pub comparisons: Vec<ComparisonUse<'a>>,
    pub tests: Vec<TestUse<'a>>,
    pub loops: Vec<LoopUse<'a>>,
    pub calls: Vec<Call<'a>>,
    pub definitions: Vec<Definition<'a>>,
    pub tags: Vec<TagUse<'a>>,
    /// Whether every path through it ends in a tag that aborts the message.
    pub always_stops: bool,
    /// What it prints, as far as it is known; see [`super::Known::keeps_printed`].
    pub printed: Option<Pieces<'a>>,
    /// Places tested on every path to the end; without them, the message is aborted.
    pub asked: Vec<Arc<Place>>,
    /// Variables that are set at the end, in order of definition.
    pub variables: Vec<Variable<'a>>,
    pub(super) index: Index,
}

#[derive(Clone, Debug)]
pub struct Variable<'a> {
    pub name: &'a str,
    pub shape: Arc<Shape>,
    pub origin: Option<Arc<DataOrigin>>,
    /// The last definition that reaches the end, an index into [`Model::definitions`].
    pub definition: Option<usize>,
}

/// A span of the template or of a content block it includes.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    pub source: &'a Arc<Source>,
    pub span: Span,
    /// The inclusion that led here, an index into [`Model::inclusions`].
    pub via: Option<usize>,
}

impl<'a> Site<'a> {
    /// Returns another span of the same source, without the white space around it.
    #[must_use]
    pub fn trimmed(self, span: Span) -> Site<'a> {
        let text = self.source.slice(span);
        let start = span.start as usize + text.len() - text.trim_start().len();
        self.at(Span::new(start, start + text.trim().len()))
    }

    #[must_use]
    pub fn text(&self) -> &'a str {
        self.source.slice(self.span)
    }

    #[must_use]
    pub fn at(&self, span: Span) -> Site<'a> {
        Site { span, ..*self }
    }
}

/// A content block that is included.
#[derive(Clone, Copy, Debug)]
pub struct Inclusion<'a> {
    /// Where the block is named.
    pub at: Site<'a>,
    pub name: &'a str,
    /// Nesting depth in blocks, including itself.
    pub depth: usize,
    /// Enclosing loops that may iterate more than once.
    pub loops: usize,
    /// Whether the workspace has such a block.
    pub known: bool,
    /// Whether the block includes itself.
    pub recursive: bool,
}

/// A variable or attribute that is read, with the fields after it.
#[derive(Clone, Debug)]
pub struct Read<'a> {
    pub at: Site<'a>,
    pub path: &'a Path,
    pub root: ReadRoot<'a>,
    pub shape: Arc<Shape>,
    /// The first step that doesn't exist.
    pub fault: Option<Fault>,
    /// The step whose value may be missing, an index into [`Path::segments`]; `None` if the root
    /// itself may be.
    pub missing_step: Option<usize>,
    /// The call whose response it belongs to, an index into [`Model::calls`].
    pub call: Option<usize>,
    /// Where the value comes from, with assignments followed.
    pub origin: Option<Arc<DataOrigin>>,
    /// How it is reached, in terms of its origin.
    pub reach: Reach,
    pub usage: Usage,
    /// Whether a `default` follows it.
    pub defaulted: bool,
    /// Whether a condition that holds here tests the root.
    pub guarded: bool,
    /// Whether no condition that must hold here checks the response to its call.
    pub unchecked: bool,
    /// Enclosing loops.
    pub loops: usize,
    /// Whether it is only reached if a condition holds.
    pub conditional: bool,
}

impl<'a> Read<'a> {
    /// Returns the source of the path before a step.
    #[must_use]
    pub fn before(&self, step: Span) -> &'a str {
        let length = step.start.saturating_sub(self.at.span.start) as usize;
        let text = self.at.text();
        text.get(..length).unwrap_or(text).trim_end_matches(['.', '[', ' '])
    }

    /// Whether a step takes an item of a list: the first or last one, or one by index.
    #[must_use]
    pub fn takes_item(&self, step: &Segment) -> bool {
        match step {
            Segment::Index { expr, .. } => matches!(expr.kind, ExprKind::Int(_)),
            Segment::Field(span) => matches!(self.at.source.slice(*span), "first" | "last"),
            Segment::Attribute { .. } => false,
        }
    }
}

impl Model<'_> {
    /// Whether part of the template can't be parsed.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        let severe = |found: &Diagnostic| found.severity == Severity::Error;
        self.template.diagnostics.iter().any(severe)
    }
}

/// Where a read path starts.
#[derive(Clone, Copy, Debug)]
pub enum ReadRoot<'a> {
    Variable {
        name: &'a str,
        span: Span,
        /// The last definition that reaches here, an index into [`Model::definitions`].
        definition: Option<usize>,
        /// Whether it is set on any path to here.
        set: bool,
        /// Whether it exists before the first tag.
        global: bool,
    },
    Attribute {
        /// `None` if the dialect lacks the family.
        family: Option<FamilyId>,
        name: &'a str,
        span: Span,
    },
    /// A variable whose name is computed.
    Computed,
}

/// A step that doesn't exist.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Index into [`Path::segments`]; `None` for an attribute at the root.
    pub step: Option<usize>,
    pub span: Span,
    /// The requested field.
    pub name: Arc<str>,
    pub kind: FaultKind,
    /// The shape that the step is taken from.
    pub owner: Arc<Shape>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The object has no such field.
    UnknownField,
    /// Strings, numbers, and booleans have no fields.
    Scalar,
    /// Lists have items, not fields.
    FieldOfList,
    /// No list was ever that long.
    Index {
        index: i64,
        /// Length of the longest list seen.
        longest: usize,
    },
}

/// What a value is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Printed, with or without filters.
    Printed,
    Tested,
    Looped,
    Assigned,
    /// An argument of a filter.
    Argument,
    Indexed,
    /// Part of a call's URL, header, or body, or of another tag's words.
    Interpolated,
}

#[derive(Clone, Debug)]
pub struct OutputUse<'a> {
    /// From brace to brace.
    pub at: Site<'a>,
    /// The node, if it is `{{ … }}`.
    pub output: Option<&'a Output>,
    pub pipeline: &'a Pipeline,
    pub shape: Arc<Shape>,
    /// What the subject reads, an index into [`Model::reads`].
    pub read: Option<usize>,
    /// The variable of the innermost `capture` it prints into.
    pub capture: Option<&'a str>,
}

/// An applied filter.
#[derive(Clone, Debug)]
pub struct FilterUse<'a> {
    pub at: Site<'a>,
    pub call: &'a FilterCall,
    /// `None` if the dialect lacks the filter.
    pub filter: Option<FilterId>,
    /// Shape of the value on its left.
    pub input: Arc<Shape>,
    /// Span of the value on its left.
    pub left: Span,
    pub arguments: Vec<Arc<Shape>>,
    /// Shape of the result.
    pub gives: Arc<Shape>,
    /// Whether the result is printed.
    pub printed: bool,
}

#[derive(Clone, Debug)]
pub struct ComparisonUse<'a> {
    pub at: Site<'a>,
    pub left: &'a Expr,
    pub left_shape: Arc<Shape>,
    pub operator: Operator,
    pub right: &'a Expr,
    pub right_shape: Arc<Shape>,
}

#[derive(Clone, Copy, Debug)]
pub struct TestUse<'a> {
    pub at: Site<'a>,
    /// The result, if the condition consists of literals.
    pub always: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct LoopUse<'a> {
    pub at: Site<'a>,
    pub markup: &'a Loop,
    /// Shape of the collection.
    pub shape: Arc<Shape>,
    /// What the collection reads, an index into [`Model::reads`].
    pub read: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Call<'a> {
    pub at: Site<'a>,
    pub url: Pieces<'a>,
    pub url_span: Span,
    /// The method in capitals, `GET` by default; `None` if it is computed.
    pub method: Option<String>,
    pub options: Vec<CallOption<'a>>,
    pub target: &'a str,
    /// Span of the target's name, if `:save` gives it.
    pub target_span: Option<Span>,
    /// Enclosing loops that may iterate more than once.
    pub loops: usize,
    /// The endpoint it calls, if known.
    pub endpoint: Option<Arc<str>>,
    /// Shape of the response.
    pub shape: Arc<Shape>,
    /// Whether a condition tests anything derived from the response, or a `default` covers it.
    pub tested: bool,
}

#[derive(Clone, Debug)]
pub struct CallOption<'a> {
    pub name: &'a str,
    pub name_span: Span,
    /// Colon, name, and value.
    pub span: Span,
    pub value: Option<Pieces<'a>>,
    pub value_span: Option<Span>,
}

impl<'a> Call<'a> {
    /// Returns the last option with a name, which is the one that counts.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&CallOption<'a>> {
        self.options.iter().rev().find(|option| option.name == name)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Definition<'a> {
    /// Span of the name, or of the tag if it has none.
    pub at: Site<'a>,
    pub name: &'a str,
    pub kind: DefinitionKind,
    /// The whole tag.
    pub tag: Span,
    /// What `assign` sets it to.
    pub value: Option<&'a Pipeline>,
}

impl Definition<'_> {
    /// Whether the tag contains a span.
    #[must_use]
    pub fn holds(&self, at: Site<'_>) -> bool {
        std::ptr::eq(self.at.source, at.source)
            && self.tag.start <= at.span.start
            && at.span.end <= self.tag.end
    }
}

/// How a variable is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefinitionKind {
    Assign,
    Capture,
    /// `:save` of the call with this index.
    Call(usize),
    /// `increment`, `decrement`.
    Counter,
    Item,
    /// A tag with a fixed variable: `items`.
    Fixed,
}

#[derive(Clone, Copy, Debug)]
pub struct TagUse<'a> {
    pub at: Site<'a>,
    pub tag: &'a Tag,
    pub name: &'a str,
    /// Enclosing loops.
    pub loops: usize,
    /// Enclosing conditions.
    pub conditions: usize,
    /// The innermost enclosing `capture`.
    pub capture: Option<&'a str>,
}
