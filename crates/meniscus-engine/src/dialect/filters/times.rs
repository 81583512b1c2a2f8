use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Number, Operation, Val, Value, View};

/// Texts count by their digits, `nil` as 0 (reference 3.2; Ruby Liquid 5).
pub static FILTER: Filter = Filter {
    name: "times",
    parameters: &[Parameter::Required("operand")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Number, gives: Gives::Number },
    facts: Facts::CALCULATES,
    summary: "The number times the operand.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let result =
        Number::of(input.view())?.apply(Operation::Multiply, &Number::of(arguments.view(0))?)?;
    let result = result.into_value();
    // Ruby's decimals keep the sign of zero.
    let is_negative = is_negative(input.view()) != is_negative(arguments.view(0));
    Ok(Val::Own(match result {
        Value::Float(zero) if zero == 0.0 && is_negative => Value::Float(-0.0),
        result => result,
    }))
}

fn is_negative(view: View<'_>) -> bool {
    match view {
        View::Int(number) => number < 0,
        View::Big(number) => number.sign() == num_bigint::Sign::Minus,
        View::Float(number) => number.is_sign_negative(),
        View::Str(text) => text.trim_start().starts_with('-'),
        _ => false,
    }
}
