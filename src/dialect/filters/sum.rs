use super::super::property::{Property, property};
use crate::render::{Arguments, Filter, FilterContext, FilterError, Parameter, Support};
use crate::value::{Number, Operation, Val, Value, View};

/// The sum of the items, or of a property of theirs.
pub static FILTER: Filter = Filter {
    name: "sum",
    parameters: &[Parameter::Optional("property")],
    support: Support::Unlisted,
    summary: "The sum of the items, or of a property of theirs.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let mut total = Number::Int(0);
    for item in context.items(input.view())? {
        let value = match arguments.view(0) {
            View::Nil => item,
            name => match property(&item, name)? {
                Property::Found(value) => value,
                Property::NotIndexable => Value::Int(0),
            },
        };
        total = total.apply(Operation::Add, &Number::of(value.view()))?;
    }
    Ok(Val::Own(total.into_value()))
}
