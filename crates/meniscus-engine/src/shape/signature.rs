use super::Kinds;

/// What a filter takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What makes sense on its left.
    pub takes: Takes,
    /// What comes of it.
    pub gives: Gives,
}

/// What makes sense on the left of a filter. Liquid takes anything; these are the kinds of which
/// more comes than a customer would call broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Anything.
    Anything,
    /// Texts, and what prints as one line: numbers, booleans.
    Text,
    /// Numbers, and texts that hold one.
    Number,
    /// Lists; an object counts as a list of one.
    List,
    /// Lists and texts.
    ListOrText,
    /// Lists, objects and texts: what has a size.
    Sized,
    /// Objects.
    Object,
    /// Times: texts, numbers.
    Time,
}

impl Takes {
    /// The kinds that make sense.
    #[must_use]
    pub fn kinds(self) -> Kinds {
        match self {
            Takes::Anything => Kinds::ANY,
            Takes::Text => Kinds::SCALAR,
            Takes::Number | Takes::Time => Kinds::NUMBER | Kinds::TEXT,
            Takes::List => Kinds::LIST | Kinds::OBJECT,
            Takes::ListOrText => Kinds::LIST | Kinds::TEXT,
            Takes::Sized => Kinds::LIST | Kinds::TEXT | Kinds::OBJECT,
            Takes::Object => Kinds::OBJECT,
        }
    }

    /// The kinds, as messages say them.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Takes::Anything => "anything",
            Takes::Text => "a text",
            Takes::Number => "a number",
            Takes::List => "a list",
            Takes::ListOrText => "a list or a text",
            Takes::Sized => "a list, an object or a text",
            Takes::Object => "an object",
            Takes::Time => "a time",
        }
    }
}

/// What comes of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Nobody can tell.
    Anything,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Truth,
    /// What it takes, unchanged in shape: `reverse`.
    Same,
    /// The same list, perhaps with fewer items, perhaps with none: `where`.
    Fewer,
    /// A part of the list or of the text: `slice`.
    Part,
    /// An item of the list: `first`.
    Item,
    /// A list of texts: `split`.
    Texts,
    /// The list of the items' property that the first argument names: `map`.
    Property,
    /// The property that the first argument names: `property_accessor`.
    Field,
    /// Both lists: `concat`.
    Both,
    /// What it takes, or the first argument: `default`.
    OrArgument,
    /// What the JSON text says: `json_parse`.
    Json,
}
