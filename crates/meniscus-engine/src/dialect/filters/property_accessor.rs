use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value, View};

pub static FILTER: Filter = Filter {
    name: "property_accessor",
    parameters: &[Parameter::Required("key")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Object, gives: Gives::Field },
    facts: Facts::NONE,
    summary: "The field of an object with the given key, which can be an expression.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let key = arguments.view(0).to_str();
    Ok(Val::Own(match input.view() {
        View::Object(object) => object.get(&key).cloned().unwrap_or_default(),
        View::Drop(drop) => drop.field(&key).unwrap_or_default(),
        _ => Value::Nil,
    }))
}
