//! The syntax tree: owned, `Send`, with a byte span on every node. Strings and names are spans too,
//! sliced from the source on demand, so parsing copies nothing.

use std::sync::Arc;

use num_bigint::BigInt;

use super::grammar::{FamilyId, FilterId, TagId};
use crate::diagnostic::Diagnostic;
use crate::text::{Source, Span};
use crate::value::Guess;

/// A parsed template. Any text results in a tree.
#[derive(Debug)]
pub struct Template {
    pub source: Arc<Source>,
    /// The top-level nodes; their spans cover the source without gaps.
    pub nodes: Vec<Node>,
    /// Syntax errors, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether Liquid rejects the template: Braze then sends nothing (abort type
    /// `template_parse_error`).
    pub refused: bool,
    /// Whether it includes a content block anywhere.
    pub includes_blocks: bool,
}

/// A piece of a template.
#[derive(Debug)]
pub enum Node {
    /// Text that is printed unchanged.
    Text(Text),
    /// `<!-- … -->`, removed before Liquid is parsed.
    HtmlComment(Span),
    Output(Output),
    /// `{% … %}`, with its body if it has one.
    Tag(Box<Tag>),
    /// Markup that can't be parsed; renders as blank, and a diagnostic says why.
    Error(Span),
}

impl Node {
    /// Returns the span of the node, including bodies and closing tags.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Node::Text(text) => text.span,
            Node::HtmlComment(span) | Node::Error(span) => *span,
            Node::Output(output) => output.span,
            Node::Tag(tag) => tag.span,
        }
    }
}

#[derive(Debug)]
pub struct Text {
    pub span: Span,
    /// The part left after white space control and blank bodies.
    pub printed: Span,
}

#[derive(Debug)]
pub struct Output {
    pub span: Span,
    pub pipeline: Pipeline,
}

/// A value with filters: `subject | filter: argument`.
#[derive(Debug)]
pub struct Pipeline {
    /// From the subject to the last filter.
    pub span: Span,
    pub subject: Expr,
    pub filters: Vec<FilterCall>,
}

/// A filter in a pipeline.
#[derive(Debug)]
pub struct FilterCall {
    pub span: Span,
    pub name: Span,
    /// `None` if the dialect lacks the filter.
    pub filter: Option<FilterId>,
    /// The arguments after the colon.
    pub arguments: Vec<Argument>,
    /// Whether the filter takes as many arguments.
    pub fits: bool,
}

#[derive(Debug)]
pub struct Argument {
    pub span: Span,
    /// The name in `name: value`.
    pub name: Option<Span>,
    pub value: Expr,
}

#[derive(Debug)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Debug)]
pub enum ExprKind {
    /// A missing value; evaluates to `nil`.
    Missing,
    Nil,
    Bool(bool),
    Blank,
    Empty,
    /// An integer.
    Int(i64),
    /// An integer beyond 64 bits.
    Big(Arc<BigInt>),
    /// A float.
    Float(f64),
    /// A string; the span excludes the quotes.
    Str(Span),
    /// A variable or attribute with the fields after it.
    Path(Path),
    Range(Box<(Expr, Expr)>),
    /// `{{ … }}` inside a tag, an output, or an argument: evaluated first, with its filters.
    Nested(Box<Pipeline>),
}

impl ExprKind {
    /// Whether it is a word for a missing value: `blank`, `empty`, or `nil`.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self, ExprKind::Blank | ExprKind::Empty | ExprKind::Nil)
    }
}

/// `root.field[index]…`.
#[derive(Debug)]
pub struct Path {
    pub root: Root,
    /// The fields and indexes after the root.
    pub segments: Vec<Segment>,
    /// Where renders found the root, and the first fields after it.
    guesses: [Guess; 4],
}

impl Path {
    pub(super) fn new(root: Root, segments: Vec<Segment>) -> Path {
        Path { root, segments, guesses: Default::default() }
    }

    /// Returns where the root was found last.
    #[must_use]
    #[inline]
    pub(crate) fn root_guess(&self) -> &Guess {
        &self.guesses[0]
    }

    /// Returns where the field of a segment was found last; `None` for one far from the root.
    #[must_use]
    #[inline]
    pub(crate) fn field_guess(&self, segment: usize) -> Option<&Guess> {
        self.guesses.get(segment + 1)
    }
}

/// Where a path starts.
#[derive(Debug)]
pub enum Root {
    Name(Span),
    /// `${name}` or `family.${name}`.
    Attribute(Attribute),
    /// `[expression]`: a variable with a computed name.
    Index(Box<Expr>),
}

#[derive(Debug)]
pub struct Attribute {
    pub span: Span,
    /// The word before the dot; `None` for profile attributes.
    pub family: Option<Span>,
    /// `None` if the dialect lacks the family.
    pub id: Option<FamilyId>,
    /// The name between the braces, without surrounding white space.
    pub name: Span,
}

#[derive(Debug)]
pub enum Segment {
    /// `.name`; `size`, `first`, and `last` are commands if there is no such field.
    Field(Span),
    /// `.${name}`: the field with exactly this name.
    Attribute {
        span: Span,
        /// The name between the braces.
        name: Span,
    },
    /// `[expression]`.
    Index {
        span: Span,
        /// The key or index; boxed, as most segments are fields.
        expr: Box<Expr>,
    },
}

impl Segment {
    /// Returns its span without the dot.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Segment::Field(span)
            | Segment::Attribute { span, .. }
            | Segment::Index { span, .. } => *span,
        }
    }
}

/// `{% … %}` with everything that belongs to it.
#[derive(Debug)]
pub struct Tag {
    pub span: Span,
    pub open: Span,
    /// Whether it has its `%}`; without, its markup is what was written so far.
    pub closed: bool,
    /// The word after `{%`.
    pub name: Span,
    pub id: TagId,
    /// The parsed content of the opening tag.
    pub markup: Markup,
    /// The tag's own body first, then a branch for each `elsif`, `when`, `else`. The body of a
    /// verbatim tag is a single text.
    pub branches: Vec<Branch>,
    pub close: Option<Span>,
    /// Whether it never prints: such tags don't keep white space around them.
    pub blank: bool,
}

impl Tag {
    /// Returns its branches; of a `case`, without what comes before the first `when`.
    pub fn own_branches(&self) -> impl Iterator<Item = &Branch> {
        let is_case = matches!(self.markup, Markup::Subject(_));
        self.branches.iter().filter(move |one| !is_case || one.kind != BranchKind::Main)
    }
}

/// Part of a tag's body, up to the next branch.
#[derive(Debug)]
pub struct Branch {
    pub open: Span,
    pub kind: BranchKind,
    pub markup: Markup,
    /// The nodes it contains.
    pub body: Vec<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchKind {
    /// After the opening tag.
    Main,
    /// After `elsif`.
    Elsif,
    /// After `when`.
    When,
    /// After `else`.
    Else,
}

/// The parsed content of a tag, in the form that its name requires.
#[derive(Debug)]
pub enum Markup {
    /// Nothing, or content that isn't parsed.
    None,
    /// `echo value | filter`.
    Pipeline(Pipeline),
    /// `assign name = value | filter`.
    Assign { target: Span, value: Pipeline },
    /// `capture name`, `increment name`: only a name.
    Target(Span),
    /// `if a == b and c`.
    Condition(Condition),
    /// `for item in items limit: 2`, `tablerow …`.
    Loop(Loop),
    /// `case value`.
    Subject(Expr),
    /// `when a, b or c`.
    Alternatives(Vec<Expr>),
    /// `cycle name: a, b`.
    Cycle {
        group: Option<Expr>,
        /// The source of the values, which names a group without a name.
        text: Span,
        values: Vec<Expr>,
    },
    /// `connected_content URL :option value`, `catalog_items NAME ID :rerender`.
    Options(Options),
    /// `abort_message('reason')`.
    Call {
        /// Everything after the tag's name.
        span: Span,
        /// The arguments between the parentheses.
        arguments: Vec<Expr>,
    },
}

/// `a == b and c contains d`, evaluated right to left as in Ruby.
#[derive(Debug)]
pub struct Condition {
    pub span: Span,
    /// The comparisons; never empty.
    pub comparisons: Vec<Comparison>,
    /// The connectives between them.
    pub connectives: Vec<Connective>,
}

#[derive(Debug)]
pub struct Comparison {
    pub span: Span,
    pub left: Expr,
    /// The operator and the right side; `None` if the value alone is tested.
    pub rest: Option<(Operator, Span, Expr)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connective {
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Equal,
    /// `!=`, `<>`
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Contains,
    /// Anything else: a runtime error.
    Unknown,
}

/// The content of `for` and `tablerow`.
#[derive(Debug)]
pub struct Loop {
    /// The loop's variable.
    pub variable: Span,
    pub collection: Expr,
    /// Whether it iterates from the end.
    pub reversed: bool,
    /// The most iterations.
    pub limit: Option<Expr>,
    pub offset: Option<Offset>,
    /// Cells in a row (`tablerow`).
    pub columns: Option<Expr>,
}

/// Where a loop starts.
#[derive(Debug)]
pub enum Offset {
    /// At a place.
    At(Expr),
    /// Where the last loop with the same name ended.
    Continue,
}

/// Words and `:option value` pairs.
#[derive(Debug)]
pub struct Options {
    /// Everything after the tag's name.
    pub span: Span,
    /// The words before the first option.
    pub words: Vec<Interpolated>,
    pub options: Vec<OptionMarkup>,
}

/// `:name value`.
#[derive(Debug)]
pub struct OptionMarkup {
    /// Colon, name, and value.
    pub span: Span,
    /// The name without its colon.
    pub name: Span,
    pub value: Option<Interpolated>,
}

/// Bare words with `{{ … }}` in them.
#[derive(Debug)]
pub struct Interpolated {
    pub span: Span,
    /// The parts in order.
    pub parts: Vec<InterpolatedPart>,
}

/// A part of bare words.
#[derive(Debug)]
pub enum InterpolatedPart {
    Text(Span),
    /// `{{ … }}` or a bare `${…}`.
    Output(Pipeline),
}
