use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "replace_last",
    parameters: &[Parameter::Required("text"), Parameter::Required("replacement")],
    support: Support::Unlisted,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string with the last occurrence of another replaced.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    Ok(replace_last_of(input, &arguments.view(0).to_str(), &arguments.view(1).to_str()))
}

/// The text with the last occurrence replaced, the replacement taken as it stands.
pub(super) fn replace_last_of<'v>(input: Val<'v>, pattern: &str, replacement: &str) -> Val<'v> {
    let text = input.into_text();
    let Some(at) = text.rfind(pattern) else { return Val::Text(text) };
    Val::from([&text[..at], replacement, &text[at + pattern.len()..]].concat())
}
