//! The syntax tree: owned, `Send`, with a byte span on every node. Texts and names are spans
//! too, sliced from the source on demand, so parsing copies nothing.

use std::sync::Arc;

use num_bigint::BigInt;

use super::grammar::{FamilyId, FilterId, TagId};
use crate::diagnostic::Diagnostic;
use crate::text::{Source, Span};

/// A parsed template: always a tree, whatever the text.
#[derive(Debug)]
pub struct Template {
    /// The text the spans are of.
    pub source: Arc<Source>,
    /// The top-level nodes; their spans tile the source.
    pub nodes: Vec<Node>,
    /// What is wrong with it, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether Liquid refuses the template altogether: Braze then sends nothing
    /// (abort type `template_parse_error`).
    pub refused: bool,
    /// Whether it includes content blocks anywhere.
    pub includes_blocks: bool,
}

/// A piece of a template.
#[derive(Debug)]
pub enum Node {
    /// Text that is printed as it stands.
    Text(Text),
    /// `<!-- … -->`, removed before Liquid is read.
    HtmlComment(Span),
    /// `{{ … }}`.
    Output(Output),
    /// `{% … %}`, with its body where it has one.
    Tag(Box<Tag>),
    /// Something unreadable; prints nothing, a diagnostic says why.
    Error(Span),
}

impl Node {
    /// The characters of the node, bodies and closing tags included.
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

/// Text between outputs and tags.
#[derive(Debug)]
pub struct Text {
    /// All of it.
    pub span: Span,
    /// What white space control and blank bodies leave of it.
    pub printed: Span,
}

/// `{{ … }}`.
#[derive(Debug)]
pub struct Output {
    /// From brace to brace.
    pub span: Span,
    /// What is printed.
    pub pipeline: Pipeline,
}

/// A value with filters applied: `subject | filter: argument`.
#[derive(Debug)]
pub struct Pipeline {
    /// From the subject to the last filter.
    pub span: Span,
    /// The value that the filters start from.
    pub subject: Expr,
    /// The filters, in order.
    pub filters: Vec<FilterCall>,
}

/// One filter of a pipeline.
#[derive(Debug)]
pub struct FilterCall {
    /// Name and arguments.
    pub span: Span,
    /// The name.
    pub name: Span,
    /// The filter of that name, if the dialect has it.
    pub filter: Option<FilterId>,
    /// What stands behind the colon.
    pub arguments: Vec<Argument>,
}

/// An argument of a filter.
#[derive(Debug)]
pub struct Argument {
    /// Name and value.
    pub span: Span,
    /// The name of `name: value`.
    pub name: Option<Span>,
    /// The value.
    pub value: Expr,
}

/// An expression.
#[derive(Debug)]
pub struct Expr {
    /// Its characters.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Debug)]
pub enum ExprKind {
    /// Nothing stands where a value was expected; evaluates to `nil`.
    Missing,
    /// `nil` or `null`.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// `blank`.
    Blank,
    /// `empty`.
    Empty,
    /// A whole number.
    Int(i64),
    /// A whole number that 64 bits do not hold.
    Big(Arc<BigInt>),
    /// A number with a fraction.
    Float(f64),
    /// A text; the span is what stands between the quotes.
    Str(Span),
    /// A variable or an attribute with fields behind it.
    Path(Path),
    /// `(first..last)`.
    Range(Box<(Expr, Expr)>),
    /// `{{ … }}` inside a tag, an output or an argument: evaluated first, filters and all.
    Nested(Box<Pipeline>),
}

/// `root.field[index]…`.
#[derive(Debug)]
pub struct Path {
    /// Where it starts.
    pub root: Root,
    /// The fields and indexes behind it.
    pub segments: Vec<Segment>,
}

/// Where a path starts.
#[derive(Debug)]
pub enum Root {
    /// A variable.
    Name(Span),
    /// `${name}` or `family.${name}`.
    Attribute(Attribute),
    /// `[expression]`: the variable that the expression names.
    Index(Box<Expr>),
}

/// An attribute of a family.
#[derive(Debug)]
pub struct Attribute {
    /// All of `family.${name}`.
    pub span: Span,
    /// The word before the dot; none for attributes of the profile.
    pub family: Option<Span>,
    /// The family, if the dialect has it.
    pub id: Option<FamilyId>,
    /// What stands between the braces, white space trimmed.
    pub name: Span,
}

/// A step of a path.
#[derive(Debug)]
pub enum Segment {
    /// `.name`; `size`, `first` and `last` are commands where no such field is.
    Field(Span),
    /// `.${name}`: the field of that very name.
    Attribute {
        /// From the dollar to the brace.
        span: Span,
        /// What stands between the braces.
        name: Span,
    },
    /// `[expression]`.
    Index {
        /// From bracket to bracket.
        span: Span,
        /// The key or place.
        expr: Expr,
    },
}

impl Segment {
    /// Its characters, without the dot.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Segment::Field(span)
            | Segment::Attribute { span, .. }
            | Segment::Index { span, .. } => *span,
        }
    }
}

/// `{% … %}` with what belongs to it.
#[derive(Debug)]
pub struct Tag {
    /// From the opening tag to the closing one.
    pub span: Span,
    /// The opening tag alone.
    pub open: Span,
    /// The word behind `{%`.
    pub name: Span,
    /// Which tag it is.
    pub id: TagId,
    /// What the tag says.
    pub markup: Markup,
    /// What it encloses: the tag's own body first, then a branch for each `elsif`, `when`, `else`.
    /// The body of a verbatim tag is one text.
    pub branches: Vec<Branch>,
    /// The closing tag, where there is one.
    pub close: Option<Span>,
    /// Whether it never prints: such tags do not keep white space around them alive.
    pub blank: bool,
}

/// A part of a tag's body, up to the next branch.
#[derive(Debug)]
pub struct Branch {
    /// The tag that opens it.
    pub open: Span,
    /// Which branch it is.
    pub kind: BranchKind,
    /// What that tag says.
    pub markup: Markup,
    /// What it encloses.
    pub body: Vec<Node>,
}

/// The kinds of branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchKind {
    /// Behind the opening tag itself.
    Main,
    /// Behind `elsif`.
    Elsif,
    /// Behind `when`.
    When,
    /// Behind `else`.
    Else,
}

/// What a tag says, in the form that its name asks for.
#[derive(Debug)]
pub enum Markup {
    /// Nothing, or something that is not read.
    None,
    /// `echo value | filter`.
    Pipeline(Pipeline),
    /// `assign name = value | filter`.
    Assign {
        /// The variable.
        target: Span,
        /// Its value.
        value: Pipeline,
    },
    /// `capture name`, `increment name`: a name alone.
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
        /// The group's name.
        group: Option<Expr>,
        /// The characters of the values: the name of a group that has none.
        text: Span,
        /// The values.
        values: Vec<Expr>,
    },
    /// `connected_content URL :option value`, `catalog_items NAME ID :rerender`.
    Options(Options),
    /// `abort_message('reason')`.
    Call {
        /// Everything behind the tag's name.
        span: Span,
        /// What stands between the parentheses.
        arguments: Vec<Expr>,
    },
}

/// `a == b and c contains d`, evaluated from right to left as Ruby does.
#[derive(Debug)]
pub struct Condition {
    /// Its characters.
    pub span: Span,
    /// The comparisons; never empty.
    pub comparisons: Vec<Comparison>,
    /// What stands between them; one fewer.
    pub connectives: Vec<Connective>,
}

/// One comparison of a condition.
#[derive(Debug)]
pub struct Comparison {
    /// Its characters.
    pub span: Span,
    /// The left side.
    pub left: Expr,
    /// The operator and the right side; none where the value alone is tested.
    pub rest: Option<(Operator, Span, Expr)>,
}

/// `and`, `or`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connective {
    /// Both.
    And,
    /// Either.
    Or,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`, `<>`
    NotEqual,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessOrEqual,
    /// `>=`
    GreaterOrEqual,
    /// `contains`
    Contains,
    /// Anything else: an error when it is evaluated.
    Unknown,
}

/// What `for` and `tablerow` say.
#[derive(Debug)]
pub struct Loop {
    /// The variable of each turn.
    pub variable: Span,
    /// What is looped over.
    pub collection: Expr,
    /// Whether from the end.
    pub reversed: bool,
    /// How many turns at most.
    pub limit: Option<Expr>,
    /// Where to start.
    pub offset: Option<Offset>,
    /// Cells of a row (`tablerow`).
    pub columns: Option<Expr>,
}

/// Where a loop starts.
#[derive(Debug)]
pub enum Offset {
    /// At a place.
    At(Expr),
    /// Where the last loop of the same name ended.
    Continue,
}

/// Words and `:option value` pairs.
#[derive(Debug)]
pub struct Options {
    /// Everything behind the tag's name.
    pub span: Span,
    /// What stands before the first option.
    pub words: Vec<Interpolated>,
    /// The options, in order.
    pub options: Vec<OptionMarkup>,
}

/// `:name value`.
#[derive(Debug)]
pub struct OptionMarkup {
    /// Colon, name and value.
    pub span: Span,
    /// The name without its colon.
    pub name: Span,
    /// The value, where there is one.
    pub value: Option<Interpolated>,
}

/// Bare text with `{{ … }}` in it.
#[derive(Debug)]
pub struct Interpolated {
    /// Its characters.
    pub span: Span,
    /// The pieces in order.
    pub parts: Vec<Part>,
}

/// A piece of bare text.
#[derive(Debug)]
pub enum Part {
    /// Characters as they stand.
    Text(Span),
    /// `{{ … }}` or a bare `${…}`.
    Output(Pipeline),
}
