use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Number, Val};

pub static FILTER: Filter = Filter {
    name: "floor",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Number, gives: Gives::Integer },
    facts: Facts::CALCULATES,
    summary: "The number rounded down to a whole number.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(Val::Own(Number::of(input.view())?.floor()?))
}
