use percent_encoding::utf8_percent_encode;

use crate::render::{Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::text::percent;
use crate::value::Val;

/// Reference 3.5 has one vector, `hey<>hi`; the set that stays is that of RFC 2396 (`unverified`).
pub static FILTER: Filter = Filter {
    name: "url_escape",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::WholeUrl),
    summary: "The string with the characters that URLs can't contain as `%XX`; reserved \
        characters such as `&` stay.",
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
    Ok(Val::from(utf8_percent_encode(&input.to_str(), percent::NOT_IN_URL).to_string()))
}
