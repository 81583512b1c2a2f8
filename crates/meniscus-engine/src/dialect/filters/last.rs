use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value, View};

pub static FILTER: Filter = Filter {
    name: "last",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Item },
    facts: Facts::NONE,
    summary: "The last item of a list.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(Val::Own(match input.view() {
        View::Array(items) => items.last().cloned().unwrap_or_default(),
        // The end, even of a range that is empty.
        View::Range(_, last) => Value::Int(last),
        _ => Value::Nil,
    }))
}
