use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Number, Val};

pub static FILTER: Filter = Filter {
    name: "round",
    parameters: &[Parameter::Optional("digits")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Number, gives: Gives::Number },
    facts: Facts::CALCULATES,
    summary: "The number rounded to a whole number or to the given number of digits; halves \
        round away from zero.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let places = Number::of(arguments.view(0))?.to_places();
    Ok(Val::Own(Number::of(input.view())?.round(places)?))
}
