use std::borrow::Cow;

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "strip",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string without whitespace at either end.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(Val::Text(match input.into_text() {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(is_stripped)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(is_stripped).to_owned()),
    }))
}

/// What Ruby strips: ASCII white space and NUL.
pub(super) fn is_stripped(c: char) -> bool {
    matches!(c, '\0' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ')
}
