use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Number, Val};

pub static FILTER: Filter = Filter {
    name: "at_least",
    parameters: &[Parameter::Required("bound")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Number, gives: Gives::Number },
    facts: Facts::CALCULATES,
    summary: "The larger of the two numbers.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let (value, bound) = (Number::of(input.view())?, Number::of(arguments.view(0))?);
    let chosen = if value.order(&bound).is_lt() { bound } else { value };
    Ok(Val::Own(chosen.into_value()))
}
