use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Number, Operation, Val};

/// Texts count by their digits, `nil` as 0 (reference 3.2; Ruby Liquid 5).
pub static FILTER: Filter = Filter {
    name: "divided_by",
    parameters: &[Parameter::Required("operand")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Number, gives: Gives::Number },
    facts: Facts::CALCULATES,
    summary: "The quotient, rounded down if both numbers are whole: `15 | divided_by: 2` is 7, \
        and by `2.0` it is 7.5.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let result =
        Number::of(input.view())?.apply(Operation::Divide, &Number::of(arguments.view(0))?)?;
    Ok(Val::Own(result.into_value()))
}
