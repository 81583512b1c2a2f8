use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Number, Operation, Val, Value};

/// Reference 3.3: 145 is `145.00`, 17.8 is `17.80`. Halves round away from zero and negative
/// numbers keep their sign (`unverified`, section 11.9).
pub static FILTER: Filter = Filter {
    name: "money",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Number, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The number with two decimals; it isn't divided by 100.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let number = Number::of(input.view())?;
    let Value::Int(hundredths) = number.apply(Operation::Multiply, &Number::Int(100))?.round(0)?
    else {
        return Ok(Val::from(format!("{:.2}", number.to_float())));
    };
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    Ok(Val::from(format!("{sign}{whole}.{rest:02}")))
}
