use std::cmp::Ordering;

use super::super::sorting::sorted;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value};

pub static FILTER: Filter = Filter {
    name: "sort_natural",
    parameters: &[Parameter::Optional("property")],
    support: Support::Documented,
    signature: Signature { takes: Takes::List, gives: Gives::Same },
    facts: Facts::KEEPS_ITEMS_BY_PROPERTY,
    summary: "The list sorted as strings, ignoring case, with `nil` last.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let items = context.items(input.view())?;
    let sorted = sorted(items, arguments.view(0), context, |a, b| {
        Ok(match (a, b) {
            (Value::Nil, Value::Nil) => Ordering::Equal,
            (Value::Nil, _) => Ordering::Greater,
            (_, Value::Nil) => Ordering::Less,
            _ => {
                let (a, b) = (a.view().to_str(), b.view().to_str());
                // Ruby folds the case of ASCII letters alone.
                let folded =
                    |text: &str| text.bytes().map(|b| b.to_ascii_lowercase()).collect::<Vec<_>>();
                folded(&a).cmp(&folded(&b))
            }
        })
    })?;
    Ok(Val::Own(sorted.map_or(Value::Nil, Value::array)))
}
