use crate::render::{Arguments, Filter, FilterContext, FilterError, Parameter, Support};
use crate::value::Val;

/// The text with another in front of it.
pub static FILTER: Filter = Filter {
    name: "prepend",
    parameters: &[Parameter::Required("text")],
    support: Support::Documented,
    summary: "The text with another in front of it.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(Val::from([&*arguments.view(0).to_str(), &*input.to_str()].concat()))
}
