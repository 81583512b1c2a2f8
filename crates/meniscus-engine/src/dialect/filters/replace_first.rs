use super::replace::expand;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "replace_first",
    parameters: &[Parameter::Required("text"), Parameter::Optional("replacement")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string with the first occurrence of another replaced.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    replace_one(input, &arguments.view(0).to_str(), &arguments.view(1).to_str(), context)
}

/// The text with the first occurrence replaced.
///
/// # Errors
/// Where the result grows over the limit.
pub(super) fn replace_one<'v>(
    input: Val<'v>,
    pattern: &str,
    replacement: &str,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = input.into_text();
    let Some(at) = text.find(pattern) else { return Ok(Val::Text(text)) };
    let mut out = text[..at].to_owned();
    expand(replacement, &text, at..at + pattern.len(), &mut out, context)?;
    out.push_str(&text[at + pattern.len()..]);
    Ok(Val::from(out))
}
