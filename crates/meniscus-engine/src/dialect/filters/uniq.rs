use std::collections::HashSet;

use super::super::property::looked_at;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value, inspect};

pub static FILTER: Filter = Filter {
    name: "uniq",
    parameters: &[Parameter::Optional("property")],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Same },
    facts: Facts::KEEPS_ITEMS,
    summary: "The list without duplicate items, or without items that repeat the value of a \
        property.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let items = context.items(input.view())?;
    if items.len() < 2 {
        // Ruby does not look into a single item.
        return Ok(Val::Own(Value::array(items)));
    }
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for item in items {
        let Some(value) = looked_at(&item, arguments.view(0), context)? else {
            return Ok(Val::NIL);
        };
        // What is shown alike is alike: `1`, `1.0` and `"1"` are shown differently.
        context.read(value.view())?;
        let mut shown = String::new();
        inspect(value.view(), &mut shown);
        if seen.insert(shown) {
            kept.push(item);
        }
    }
    Ok(Val::Own(Value::array(kept)))
}
