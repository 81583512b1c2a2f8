use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

/// Reference 3.11.
pub static FILTER: Filter = Filter {
    name: "lid",
    parameters: &[Parameter::Rest("alias")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Anything, gives: Gives::Same },
    facts: Facts::NONE,
    summary: "The value unchanged; Braze's editor adds this filter to links.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(input)
}
