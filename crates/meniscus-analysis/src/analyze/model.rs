use std::sync::Arc;

use super::index::Index;
use super::origin::{Origin, Reach};
use super::pieces::Pieces;
use super::place::Place;
use crate::diagnostic::{Diagnostic, Severity};
use crate::shape::Shape;
use crate::syntax::ast::{Expr, FilterCall, Loop, Operator, Output, Path, Pipeline, Tag, Template};
use crate::syntax::{FamilyId, FilterId};
use crate::text::{Source, Span};

/// What analysis knows of a template, with the content blocks that it includes.
///
/// Every list is in the order of the walk, which is that of rendering.
#[derive(Debug)]
pub struct Model<'a> {
    /// The template.
    pub template: &'a Template,
    /// Each place where a content block comes in.
    pub inclusions: Vec<Inclusion<'a>>,
    /// Each variable or attribute that is read.
    pub reads: Vec<Read<'a>>,
    /// Each `{{ … }}` and `echo`.
    pub outputs: Vec<OutputUse<'a>>,
    /// Each filter that is applied.
    pub filters: Vec<FilterUse<'a>>,
    /// Each comparison of a condition, and each `when`.
    pub comparisons: Vec<ComparisonUse<'a>>,
    /// Each condition as a whole.
    pub tests: Vec<TestUse<'a>>,
    /// Each loop.
    pub loops: Vec<LoopUse<'a>>,
    /// Each call.
    pub calls: Vec<Call<'a>>,
    /// Each variable that is set.
    pub definitions: Vec<Definition<'a>>,
    /// Each tag.
    pub tags: Vec<TagUse<'a>>,
    /// Whether every way through it ends in a tag that stops the message.
    pub always_stops: bool,
    /// What it prints, as far as that is fixed, where that was asked for.
    pub printed: Option<Pieces<'a>>,
    /// The places that every way to the end has asked for: without them, the message is stopped.
    pub asked: Vec<Arc<Place>>,
    /// The variables that are set at the end, in order of their definition.
    pub variables: Vec<Variable<'a>>,
    pub(super) index: Index,
}

/// A variable as it is at the end.
#[derive(Clone, Debug)]
pub struct Variable<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it may be.
    pub shape: Arc<Shape>,
    /// Where it comes from.
    pub origin: Option<Arc<Origin>>,
    /// The last definition that reaches the end, in [`Model::definitions`].
    pub definition: Option<usize>,
}

/// Characters of the template, or of a block that it includes.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The text.
    pub source: &'a Arc<Source>,
    /// The characters.
    pub span: Span,
    /// The inclusion through which the walk came here, in [`Model::inclusions`].
    pub via: Option<usize>,
}

impl<'a> Site<'a> {
    /// Other characters of the same text, without the white space around them.
    #[must_use]
    pub fn trimmed(self, span: Span) -> Site<'a> {
        let text = self.source.slice(span);
        let start = span.start as usize + text.len() - text.trim_start().len();
        self.at(Span::new(start, start + text.trim().len()))
    }

    /// The characters.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.source.slice(self.span)
    }

    /// Other characters of the same text.
    #[must_use]
    pub fn at(&self, span: Span) -> Site<'a> {
        Site { span, ..*self }
    }
}

/// A content block that comes in.
#[derive(Clone, Copy, Debug)]
pub struct Inclusion<'a> {
    /// Where it is named.
    pub at: Site<'a>,
    /// Its name.
    pub name: &'a str,
    /// How many blocks it stands in, itself included.
    pub depth: usize,
    /// Loops that it stands in, those with one turn at most left out.
    pub loops: usize,
    /// Whether there is such a block.
    pub known: bool,
    /// Whether it stands in itself.
    pub recursive: bool,
}

/// A variable or attribute that is read, with the fields behind it.
#[derive(Clone, Debug)]
pub struct Read<'a> {
    /// The characters of the path.
    pub at: Site<'a>,
    /// The path.
    pub path: &'a Path,
    /// Where it starts.
    pub root: ReadRoot<'a>,
    /// What is read.
    pub shape: Arc<Shape>,
    /// The first step that leads nowhere.
    pub fault: Option<Fault>,
    /// The step whose value may be missing, in [`Path::segments`]; none where the root itself may.
    pub missing_step: Option<usize>,
    /// The call whose answer it is part of, in [`Model::calls`].
    pub call: Option<usize>,
    /// Where the value comes from, variables followed to what they were set to.
    pub origin: Option<Arc<Origin>>,
    /// How it is reached, seen from there.
    pub reach: Reach,
    /// What for.
    pub usage: Usage,
    /// Whether a `default` stands behind it.
    pub defaulted: bool,
    /// Whether a condition that holds here says something of the root.
    pub guarded: bool,
    /// Whether no condition that must hold here says anything of the answer to its call.
    pub unchecked: bool,
    /// Loops that it stands in.
    pub loops: usize,
    /// Whether it is reached only where a condition holds.
    pub conditional: bool,
}

impl<'a> Read<'a> {
    /// The path up to one of its steps, as it is written.
    #[must_use]
    pub fn before(&self, step: Span) -> &'a str {
        let length = step.start.saturating_sub(self.at.span.start) as usize;
        let text = self.at.text();
        text.get(..length).unwrap_or(text).trim_end_matches(['.', '[', ' '])
    }
}

impl Model<'_> {
    /// Whether some of the template cannot be read as it is written.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        let severe = |found: &Diagnostic| found.severity == Severity::Error;
        self.template.diagnostics.iter().any(severe)
    }
}

/// Where a read path starts.
#[derive(Clone, Copy, Debug)]
pub enum ReadRoot<'a> {
    /// A variable.
    Variable {
        /// Its name.
        name: &'a str,
        /// The characters of the name.
        span: Span,
        /// The definition that reaches here last, in [`Model::definitions`].
        definition: Option<usize>,
        /// Whether anything sets it on the way here.
        set: bool,
        /// Whether it is one that exists before the first tag.
        global: bool,
    },
    /// An attribute.
    Attribute {
        /// Its family; none for one that the dialect lacks.
        family: Option<FamilyId>,
        /// The name between the braces.
        name: &'a str,
        /// The characters of that name.
        span: Span,
    },
    /// A variable whose name is computed.
    Computed,
}

/// A step that leads nowhere.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which step, in [`Path::segments`]; none where it is the attribute at the root.
    pub step: Option<usize>,
    /// Its characters.
    pub span: Span,
    /// The field that was asked for.
    pub name: Arc<str>,
    /// Why it leads nowhere.
    pub kind: FaultKind,
    /// What the step is taken from.
    pub owner: Arc<Shape>,
}

/// Why a step leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The object has no such field.
    UnknownField,
    /// Texts, numbers and booleans have no fields.
    Scalar,
    /// A list has items, no fields.
    FieldOfList,
    /// No list was ever that long.
    Index {
        /// The index.
        index: i64,
        /// The most items that were seen.
        longest: usize,
    },
}

/// What something is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// It is printed, filters or not.
    Printed,
    /// A condition tests it.
    Tested,
    /// A loop goes over it.
    Looped,
    /// A variable is set to it.
    Assigned,
    /// A filter has it as an argument.
    Argument,
    /// It is an index, a limit or an offset.
    Indexed,
    /// It is part of a call's URL, header or body, or of another tag's words.
    Interpolated,
}

/// `{{ … }}` or `echo`.
#[derive(Clone, Debug)]
pub struct OutputUse<'a> {
    /// From brace to brace.
    pub at: Site<'a>,
    /// The node, for `{{ … }}`.
    pub output: Option<&'a Output>,
    /// What is printed.
    pub pipeline: &'a Pipeline,
    /// The shape of what is printed.
    pub shape: Arc<Shape>,
    /// What the subject reads, in [`Model::reads`].
    pub read: Option<usize>,
    /// The innermost `capture` that it prints into, as its variable.
    pub capture: Option<&'a str>,
}

/// A filter that is applied.
#[derive(Clone, Debug)]
pub struct FilterUse<'a> {
    /// The characters of the call.
    pub at: Site<'a>,
    /// The call.
    pub call: &'a FilterCall,
    /// The filter, if the dialect has it.
    pub filter: Option<FilterId>,
    /// What stands on its left.
    pub input: Arc<Shape>,
    /// The characters of what stands on its left.
    pub left: Span,
    /// What its arguments are, in order.
    pub arguments: Vec<Arc<Shape>>,
    /// What comes of it.
    pub gives: Arc<Shape>,
    /// Whether it is printed in the end.
    pub printed: bool,
}

/// A comparison.
#[derive(Clone, Debug)]
pub struct ComparisonUse<'a> {
    /// The characters of both sides.
    pub at: Site<'a>,
    /// The left side.
    pub left: &'a Expr,
    /// Its shape.
    pub left_shape: Arc<Shape>,
    /// How they are compared.
    pub operator: Operator,
    /// The right side.
    pub right: &'a Expr,
    /// Its shape.
    pub right_shape: Arc<Shape>,
}

/// A condition as a whole.
#[derive(Clone, Copy, Debug)]
pub struct TestUse<'a> {
    /// Its characters.
    pub at: Site<'a>,
    /// Where it is written out: always true or always false.
    pub always: Option<bool>,
}

/// A loop.
#[derive(Clone, Debug)]
pub struct LoopUse<'a> {
    /// The characters of the collection.
    pub at: Site<'a>,
    /// The loop.
    pub markup: &'a Loop,
    /// What it goes over.
    pub shape: Arc<Shape>,
    /// What the collection reads, in [`Model::reads`].
    pub read: Option<usize>,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The tag.
    pub at: Site<'a>,
    /// The URL.
    pub url: Pieces<'a>,
    /// The characters of the URL.
    pub url_span: Span,
    /// The method in capitals, `GET` where none is given; none where it is computed.
    pub method: Option<String>,
    /// The options, in order.
    pub options: Vec<CallOption<'a>>,
    /// The variable that the answer goes to.
    pub target: &'a str,
    /// The characters of that variable's name, where `:save` gives it.
    pub target_span: Option<Span>,
    /// Loops that it stands in, those with one turn at most left out.
    pub loops: usize,
    /// The name of the endpoint that it asks, where one is known.
    pub endpoint: Option<Arc<str>>,
    /// What it answers.
    pub shape: Arc<Shape>,
    /// Whether a condition tests something that depends on the answer, or a `default` stands in for
    /// it.
    pub tested: bool,
}

/// An option of a call.
#[derive(Clone, Debug)]
pub struct CallOption<'a> {
    /// Its name.
    pub name: &'a str,
    /// The characters of the name.
    pub name_span: Span,
    /// Colon, name and value.
    pub span: Span,
    /// The value.
    pub value: Option<Pieces<'a>>,
    /// The characters of the value.
    pub value_span: Option<Span>,
}

impl<'a> Call<'a> {
    /// The last option of a name: that one counts.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&CallOption<'a>> {
        self.options.iter().rev().find(|option| option.name == name)
    }
}

/// A variable that is set.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'a> {
    /// The characters of the name, or of the tag where it has none.
    pub at: Site<'a>,
    /// The name.
    pub name: &'a str,
    /// How.
    pub kind: DefinitionKind,
    /// The whole tag.
    pub tag: Span,
    /// What `assign` sets it to.
    pub value: Option<&'a Pipeline>,
}

impl Definition<'_> {
    /// Whether characters stand in its tag.
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
    /// `assign`.
    Assign,
    /// `capture`.
    Capture,
    /// `:save` of the call of that number.
    Call(usize),
    /// `increment`, `decrement`.
    Counter,
    /// A loop's item.
    Item,
    /// A tag with a fixed name: `items`.
    Fixed,
}

/// A tag.
#[derive(Clone, Copy, Debug)]
pub struct TagUse<'a> {
    /// The opening tag.
    pub at: Site<'a>,
    /// The tag.
    pub tag: &'a Tag,
    /// Its name.
    pub name: &'a str,
    /// Loops that it stands in.
    pub loops: usize,
    /// Conditions that it stands in.
    pub conditions: usize,
    /// The innermost `capture` that it stands in.
    pub capture: Option<&'a str>,
}
