use std::sync::Arc;

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value, View};

pub static FILTER: Filter = Filter {
    name: "first",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Item },
    facts: Facts::NONE,
    summary: "The first item of a list.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(Val::Own(match input.view() {
        View::Array(items) => items.first().cloned().unwrap_or_default(),
        View::Object(object) => match object.entry_at(0) {
            Some((key, value)) => Value::array(vec![Value::Str(Arc::clone(key)), value.clone()]),
            None => Value::Nil,
        },
        // The start, even of a range that is empty.
        View::Range(first, _) => Value::Int(first),
        _ => Value::Nil,
    }))
}
