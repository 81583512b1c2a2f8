use super::super::property::looked_at;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Number, Operation, Val, Value};

pub static FILTER: Filter = Filter {
    name: "sum",
    parameters: &[Parameter::Optional("property")],
    support: Support::Unlisted,
    signature: Signature { takes: Takes::List, gives: Gives::Number },
    facts: Facts::NONE,
    summary: "The sum of the items, or of one of their properties.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let mut total = Number::Int(0);
    for item in context.items(input.view())? {
        let value = looked_at(&item, arguments.view(0), context)?.unwrap_or(Value::Int(0));
        context.read(value.view())?;
        total = total.apply(Operation::Add, &Number::of(value.view())?)?;
    }
    Ok(Val::Own(total.into_value()))
}
