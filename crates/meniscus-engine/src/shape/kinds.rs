use std::fmt;
use std::ops::{BitAnd, BitOr};

use crate::value::View;

/// A set of Liquid's kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kinds(u8);

impl Kinds {
    /// No kind: nothing was seen.
    pub const NONE: Kinds = Kinds(0);
    pub const NIL: Kinds = Kinds(1);
    pub const BOOL: Kinds = Kinds(2);
    pub const INT: Kinds = Kinds(4);
    /// Floats.
    pub const FLOAT: Kinds = Kinds(8);
    pub const TEXT: Kinds = Kinds(16);
    /// Lists and ranges.
    pub const LIST: Kinds = Kinds(32);
    pub const OBJECT: Kinds = Kinds(64);
    /// Every kind: nothing is known.
    pub const ANY: Kinds = Kinds(127);
    /// Integers and floats.
    pub const NUMBER: Kinds = Kinds(4 | 8);
    /// Values without fields or items.
    pub const SCALAR: Kinds = Kinds(2 | 4 | 8 | 16);

    #[must_use]
    pub fn of(view: View<'_>) -> Kinds {
        match view {
            View::Nil => Kinds::NIL,
            View::Bool(_) => Kinds::BOOL,
            View::Int(_) | View::Big(_) => Kinds::INT,
            View::Float(_) => Kinds::FLOAT,
            View::Str(_) => Kinds::TEXT,
            View::Array(_) | View::Range(..) => Kinds::LIST,
            View::Object(_) => Kinds::OBJECT,
            _ => Kinds::ANY,
        }
    }

    /// Whether it contains all of `other`.
    #[must_use]
    pub fn has(self, other: Kinds) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether it contains any of `other`.
    #[must_use]
    pub fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }

    /// Whether every kind is possible, so nothing is known.
    #[must_use]
    pub fn is_any(self) -> bool {
        self.without(Kinds::NIL) == Kinds::ANY.without(Kinds::NIL)
    }

    /// Whether it is a non-empty subset of `other`.
    #[must_use]
    pub fn within(self, other: Kinds) -> bool {
        self != Kinds::NONE && other.has(self)
    }
}

impl BitOr for Kinds {
    type Output = Kinds;

    fn bitor(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }
}

impl BitAnd for Kinds {
    type Output = Kinds;

    fn bitand(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }
}

/// Writes kinds for messages: `a text`, `a number or nil`, `an object`.
impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Kinds::NONE {
            return f.write_str("nothing");
        }
        if self.is_any() {
            return f.write_str("anything");
        }
        let names = [
            (Kinds::TEXT, "a string"),
            (Kinds::NUMBER, "a number"),
            (Kinds::BOOL, "a boolean"),
            (Kinds::LIST, "a list"),
            (Kinds::OBJECT, "an object"),
            (Kinds::NIL, "nil"),
        ];
        let found = names.iter().filter(|(kind, _)| self.meets(*kind)).map(|(_, name)| *name);
        f.write_str(&found.collect::<Vec<_>>().join(" or "))
    }
}
