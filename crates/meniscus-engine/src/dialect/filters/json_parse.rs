use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, View, parse_json};

/// What Braze does with a text that is no JSON is `unverified`; here it is an error.
pub static FILTER: Filter = Filter {
    name: "json_parse",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Json },
    facts: Facts::NONE,
    summary: "The value parsed from a JSON string.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = match input.view() {
        View::Str(text) => text,
        View::Nil => return Ok(Val::NIL),
        _ => return Ok(input),
    };
    match parse_json(text) {
        Ok(value) => Ok(Val::Own(value)),
        Err(error) => Err(FilterError::new(format!("json_parse found no JSON: {error}"))),
    }
}
