use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Number, Operation, Val};

/// Texts count by their digits, `nil` as 0 (reference 3.2; Ruby Liquid 5).
pub static FILTER: Filter = Filter {
    name: "minus",
    parameters: &[Parameter::Required("operand")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Number, gives: Gives::Number },
    facts: Facts::CALCULATES,
    summary: "The number minus the operand.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let result =
        Number::of(input.view())?.apply(Operation::Subtract, &Number::of(arguments.view(0))?)?;
    Ok(Val::Own(result.into_value()))
}
