use std::borrow::Cow;

use super::strip::is_stripped;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "lstrip",
    parameters: &[],
    support: Support::Unsupported("use `strip`; Braze lists this filter as unsupported"),
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string without whitespace at its start.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(Val::Text(match input.into_text() {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches(is_stripped)),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches(is_stripped).to_owned()),
    }))
}
