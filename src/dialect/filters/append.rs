use crate::render::{Arguments, Filter, FilterContext, FilterError, Parameter, Support};
use crate::value::Val;

/// The text with another behind it.
pub static FILTER: Filter = Filter {
    name: "append",
    parameters: &[Parameter::Required("text")],
    support: Support::Documented,
    summary: "The text with another behind it.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let mut text = input.into_text().into_owned();
    text.push_str(&arguments.view(0).to_str());
    Ok(Val::from(text))
}
