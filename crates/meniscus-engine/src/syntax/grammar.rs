//! What the parser needs to know about a dialect: tags and how to parse each, and the names of
//! filters and families.

/// The index of a tag in the dialect's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagId(pub u16);

/// The index of a filter in the dialect's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterId(pub u16);

/// The index of a family in the dialect's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FamilyId(pub u16);

/// How to parse a tag.
#[derive(Debug)]
pub struct TagSyntax {
    /// The word after `{%`.
    pub name: &'static str,
    /// The form of its markup.
    pub form: Form,
    /// The kind of its body.
    pub body: Body,
    /// Whether it counts as blank.
    pub blank: Blank,
}

/// Whether a tag counts as blank: a block with only blank tags and white space prints nothing, as
/// in Ruby.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// It may print.
    Never,
    /// It never prints.
    Always,
    /// If its body is blank.
    AsBody,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing is expected.
    None,
    /// Anything, unparsed: a comment.
    Ignored,
    /// `# …` on every line.
    InlineComment,
    /// A value with filters.
    Pipeline,
    /// `name = value | filter`.
    Assign,
    /// A name among other characters (`capture 'x'`).
    CaptureTarget,
    /// The whole markup is a name.
    CounterTarget,
    Condition,
    /// `item in items …`.
    For,
    /// `item in items cols: 2 …`.
    Tablerow,
    Subject,
    /// `name: a, b`.
    Cycle,
    /// Text with spaces, then options: `connected_content`.
    TextAndOptions,
    /// Words separated by white space, then options.
    WordsAndOptions,
    /// `('argument')`, `()`, or nothing.
    Call,
}

/// The body of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    None,
    Nodes,
    Branches,
    Cases,
    Loop,
    /// Verbatim characters: `raw`.
    Verbatim,
    /// Skipped characters, with the same tag nested: `comment`.
    Skipped,
    /// Skipped characters up to the first end: `doc`.
    Documentation,
    /// One tag per line, without braces: `liquid`.
    Lines,
}

/// A tag or filter of another Liquid dialect.
#[derive(Clone, Copy, Debug)]
pub struct Foreign {
    pub name: &'static str,
    /// Why the dialect lacks it, or what to write.
    pub reason: &'static str,
    /// A replacement.
    pub instead: Option<&'static str>,
    /// Whether Braze documents it as unsupported.
    pub refused: bool,
}

/// A dialect as the parser sees it.
pub trait Grammar: Sync {
    fn tag(&self, name: &str) -> Option<(TagId, &'static TagSyntax)>;
    /// Returns the names of all tags, for suggestions.
    fn tag_names(&self) -> Vec<&'static str>;
    /// Returns what is known about another dialect's tag.
    fn foreign_tag(&self, name: &str) -> Option<Foreign>;
    fn filter(&self, name: &str) -> Option<FilterId>;
    /// Returns the names of all filters, for suggestions.
    fn filter_names(&self) -> Vec<&'static str>;
    /// Whether a filter takes this many positional arguments, and whether there may be named ones.
    fn takes(&self, filter: FilterId, positional: usize, has_named: bool) -> bool;
    /// Returns the most positional arguments of a filter.
    fn most_arguments(&self, filter: FilterId) -> usize;
    /// Returns what is known about a filter that Braze documents as unsupported.
    fn refused_filter(&self, filter: FilterId) -> Option<Foreign>;
    /// Returns what is known about another dialect's filter.
    fn foreign_filter(&self, name: &str) -> Option<Foreign>;
    /// Returns the family with a name; the profile's has none.
    fn family(&self, name: Option<&str>) -> Option<FamilyId>;
    /// Whether the attributes of a family are content blocks.
    fn is_block_family(&self, id: FamilyId) -> bool;
    /// Returns the names of all families, for suggestions.
    fn family_names(&self) -> Vec<&'static str>;
}

/// Choices that the documentation leaves open, or that differ in plain Liquid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseOptions {
    /// The deepest nesting of blocks, brackets, and braces, at most [`ParseOptions::MAX_NESTING`].
    pub nesting: usize,
    /// How `<!-- … -->` is handled.
    pub html_comments: HtmlComments,
    /// Whether `${name}` outside braces is an attribute.
    pub bare_attributes: bool,
    /// Whether diagnostics about unknown names suggest known ones, which is much slower than
    /// parsing.
    pub suggestions: bool,
}

/// How HTML comments are handled before Liquid is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmlComments {
    /// Removed, including conditional ones.
    Strip,
    /// Removed, except `<!--[if …]>`.
    KeepConditional,
    /// Kept as text: plain Liquid.
    Keep,
}

impl ParseOptions {
    /// Ruby's limit for nested blocks, which the stack is known to support.
    pub const MAX_NESTING: usize = 100;
}

impl Default for ParseOptions {
    fn default() -> ParseOptions {
        ParseOptions {
            nesting: ParseOptions::MAX_NESTING,
            html_comments: HtmlComments::Strip,
            bare_attributes: false,
            suggestions: true,
        }
    }
}
