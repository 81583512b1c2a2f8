//! What the parser needs to know of a dialect: which tags there are, how each is to be read,
//! and the names of filters and families.

/// The place of a tag in the dialect's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagId(pub u16);

/// The place of a filter in the dialect's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterId(pub u16);

/// The place of a family in the dialect's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FamilyId(pub u16);

/// How a tag is read.
#[derive(Debug)]
pub struct TagSyntax {
    /// The word behind `{%`.
    pub name: &'static str,
    /// The form of what follows.
    pub form: Form,
    /// What it encloses.
    pub body: Body,
    /// Whether it keeps white space around it alive.
    pub blank: Blank,
}

/// Whether a tag counts as blank: a block with nothing but blank tags and white space in it
/// prints nothing at all, as in Ruby.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// It may print.
    Never,
    /// It never prints.
    Always,
    /// It prints what its body prints.
    AsBody,
}

/// The forms of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing is expected.
    None,
    /// Anything, not read: a comment.
    Ignored,
    /// `# …` on every line.
    InlineComment,
    /// A value with filters.
    Pipeline,
    /// `name = value | filter`.
    Assign,
    /// A name among other characters (`capture 'x'`).
    CaptureTarget,
    /// All of the markup is a name.
    CounterTarget,
    /// A condition.
    Condition,
    /// `item in items …`.
    For,
    /// `item in items cols: 2 …`.
    Tablerow,
    /// A value.
    Subject,
    /// `name: a, b`.
    Cycle,
    /// A text with spaces, then options: `connected_content`.
    TextAndOptions,
    /// Words parted by white space, then options.
    WordsAndOptions,
    /// `('argument')`, `()` or nothing.
    Call,
}

/// What a tag encloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// Nodes up to `end…`.
    Nodes,
    /// Nodes with `elsif` and `else`.
    Branches,
    /// Nodes with `when` and `else`.
    Cases,
    /// Nodes with one `else`.
    Loop,
    /// Characters as they stand: `raw`.
    Verbatim,
    /// Characters that are skipped, with the same tag nested: `comment`.
    Skipped,
    /// Characters that are skipped up to the first end: `doc`.
    Documentation,
    /// One tag a line, without braces: `liquid`.
    Lines,
}

/// A tag or a filter of another Liquid.
#[derive(Clone, Copy, Debug)]
pub struct Foreign {
    /// Its name there.
    pub name: &'static str,
    /// Why the dialect does not have it, or what to write.
    pub reason: &'static str,
    /// What may be written in its place.
    pub instead: Option<&'static str>,
    /// Whether its owner says that it is not supported.
    pub refused: bool,
}

/// A dialect, as the parser sees it.
pub trait Grammar: Sync {
    /// The tag of a name.
    fn tag(&self, name: &str) -> Option<(TagId, &'static TagSyntax)>;
    /// The names of all tags, for suggestions.
    fn tag_names(&self) -> Vec<&'static str>;
    /// What is known of a tag of another Liquid.
    fn foreign_tag(&self, name: &str) -> Option<Foreign>;
    /// The filter of a name.
    fn filter(&self, name: &str) -> Option<FilterId>;
    /// The names of all filters, for suggestions.
    fn filter_names(&self) -> Vec<&'static str>;
    /// How many arguments a filter takes at most, named ones not counted.
    fn most_arguments(&self, filter: FilterId) -> usize;
    /// What is known of a filter of the dialect that its owner says is not supported.
    fn refused_filter(&self, filter: FilterId) -> Option<Foreign>;
    /// What is known of a filter of another Liquid.
    fn foreign_filter(&self, name: &str) -> Option<Foreign>;
    /// The family of a name; the profile's own has none.
    fn family(&self, name: Option<&str>) -> Option<FamilyId>;
    /// Whether the attributes of a family are content blocks.
    fn is_block_family(&self, id: FamilyId) -> bool;
    /// The names of all families, for suggestions.
    fn family_names(&self) -> Vec<&'static str>;
}

/// Choices that the documentation leaves open, or that plain Liquid makes otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseOptions {
    /// How deep blocks, brackets and braces may stand in each other; more than
    /// [`ParseOptions::MAX_NESTING`] counts as that.
    pub nesting: usize,
    /// What happens to `<!-- … -->`.
    pub html_comments: HtmlComments,
    /// Whether `${name}` outside of braces is read as an attribute.
    pub bare_attributes: bool,
    /// Whether diagnostics of unknown names suggest known ones, which takes much longer than the rest.
    pub suggestions: bool,
}

/// What happens to HTML comments before Liquid is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmlComments {
    /// They are removed, conditional ones too.
    Strip,
    /// They are removed, but `<!--[if …]>` is kept.
    KeepConditional,
    /// They are text: plain Liquid.
    Keep,
}

impl ParseOptions {
    /// Ruby's bound of nested blocks, and what the stack is known to hold.
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
