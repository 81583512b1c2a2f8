use super::super::property::{Judged, judge};
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value};

pub static FILTER: Filter = Filter {
    name: "find_index",
    parameters: &[Parameter::Required("property"), Parameter::Optional("value")],
    support: Support::Unsupported(
        "compare the items in a loop; Braze lists this filter as unsupported",
    ),
    signature: Signature { takes: Takes::List, gives: Gives::Integer },
    facts: Facts::BY_PROPERTY,
    summary: "The position of the first item whose property is true or equals a value.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let items = context.items(input.view())?;
    Ok(Val::Own(match judge(items, arguments.view(0), arguments.view(1), true, context)? {
        Judged::Fits(judged) => {
            judged.iter().position(|(_, fits)| *fits).map_or(Value::Nil, Value::from)
        }
        Judged::NotIndexable => Value::Nil,
    }))
}
