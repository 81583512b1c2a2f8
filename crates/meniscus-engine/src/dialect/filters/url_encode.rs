use percent_encoding::utf8_percent_encode;

use crate::render::{Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::text::percent;
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "url_encode",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Url),
    summary: "The string encoded for a query: spaces as `+`, everything but letters, digits, and \
        `-_.~` as `%XX`.",
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
    let encoded = utf8_percent_encode(&input.to_str(), percent::RESERVED_IN_FORM).to_string();
    Ok(Val::from(encoded.replace(' ', "+")))
}
