use percent_encoding::percent_decode_str;

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "url_decode",
    parameters: &[],
    support: Support::Unlisted,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string with `%XX` and `+` decoded.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    if input.view().is_nil() {
        return Ok(Val::NIL);
    }
    let text = input.to_str().replace('+', " ");
    match percent_decode_str(&text).decode_utf8() {
        Ok(text) => Ok(Val::from(text.into_owned())),
        Err(_) => Err(FilterError::new("invalid byte sequence in UTF-8")),
    }
}
