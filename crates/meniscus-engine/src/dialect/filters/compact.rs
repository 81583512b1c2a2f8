use super::super::property::looked_at;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value};

pub static FILTER: Filter = Filter {
    name: "compact",
    parameters: &[Parameter::Optional("property")],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Fewer },
    facts: Facts::KEEPS_ITEMS,
    summary: "The list without `nil` items, or without items whose property is `nil`.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let mut kept = Vec::new();
    for item in context.items(input.view())? {
        let Some(value) = looked_at(&item, arguments.view(0), context)? else {
            return Ok(Val::NIL);
        };
        if !value.view().is_nil() {
            kept.push(item);
        }
    }
    Ok(Val::Own(Value::array(kept)))
}
