use super::Kinds;

/// What a filter accepts and returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The kinds it accepts on its left.
    pub takes: Takes,
    /// The kind it returns.
    pub gives: Gives,
}

/// What makes sense on a filter's left. Liquid accepts anything; these kinds give results that
/// customers wouldn't consider broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Anything,
    /// Strings, and single-line values: numbers, booleans.
    Text,
    /// Numbers, and strings that contain one.
    Number,
    /// Lists; an object counts as a list of one.
    List,
    ListOrText,
    /// Values with a size: lists, objects, and strings.
    Sized,
    Object,
    /// Times: strings, numbers.
    Time,
}

impl Takes {
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

    /// Returns the kinds as worded in messages.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Takes::Anything => "anything",
            Takes::Text => "a string",
            Takes::Number => "a number",
            Takes::List => "a list",
            Takes::ListOrText => "a list or a string",
            Takes::Sized => "a list, an object, or a string",
            Takes::Object => "an object",
            Takes::Time => "a time",
        }
    }
}

/// What a filter returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Unknown.
    Anything,
    Text,
    Number,
    /// An integer.
    Integer,
    Truth,
    /// The input with the same shape: `reverse`.
    Same,
    /// The input list, possibly with fewer items or none: `where`.
    Fewer,
    /// A part of the list or string: `slice`.
    Part,
    /// An item of the list: `first`.
    Item,
    /// A list of strings: `split`.
    Texts,
    /// A list of the items' property named by the first argument: `map`.
    Property,
    /// The property named by the first argument: `property_accessor`.
    Field,
    /// Both lists: `concat`.
    Both,
    /// The input or the first argument: `default`.
    OrArgument,
    /// The parsed JSON: `json_parse`.
    Json,
}
