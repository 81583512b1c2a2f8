use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value, View};

pub static FILTER: Filter = Filter {
    name: "size",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Sized, gives: Gives::Integer },
    facts: Facts::NONE,
    summary: "The number of characters, items, or fields.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let size = match input.view() {
        View::Str(text) => text.chars().count() as i64,
        View::Array(items) => items.len() as i64,
        View::Object(object) => object.len() as i64,
        View::Range(first, last) => last.saturating_sub(first).saturating_add(1).max(0),
        // Ruby tells the bytes of the number.
        View::Int(_) => 8,
        View::Big(big) => big.bits().div_ceil(8) as i64,
        _ => 0,
    };
    Ok(Val::Own(Value::Int(size)))
}
