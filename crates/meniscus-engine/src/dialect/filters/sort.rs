use std::cmp::Ordering;

use super::super::sorting::sorted;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value, order};

pub static FILTER: Filter = Filter {
    name: "sort",
    parameters: &[Parameter::Optional("property")],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Same },
    facts: Facts::KEEPS_ITEMS_BY_PROPERTY,
    summary: "The list in order, or in the order of a property, with `nil` last.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let items = context.items(input.view())?;
    let sorted = sorted(items, arguments.view(0), context, |a, b| {
        if let Some(order) = order(a.view(), b.view()) {
            return Ok(order);
        }
        match (a, b) {
            (Value::Nil, _) => Ok(Ordering::Greater),
            (_, Value::Nil) => Ok(Ordering::Less),
            _ => Err(FilterError::new("cannot sort values of incompatible types")),
        }
    })?;
    Ok(Val::Own(sorted.map_or(Value::Nil, Value::array)))
}
