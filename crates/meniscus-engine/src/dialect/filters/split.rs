use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value};

pub static FILTER: Filter = Filter {
    name: "split",
    parameters: &[Parameter::Required("separator")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Texts },
    facts: Facts::NONE,
    summary: "The list of a string's parts between separators, or of its characters if the \
        separator is empty.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = input.to_str();
    let separator = arguments.view(0).to_str();
    let mut parts: Vec<&str> = match &*separator {
        "" => {
            context.check_items(text.len() / 4)?;
            text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect()
        }
        " " => text.split(is_separator).filter(|part| !part.is_empty()).collect(),
        separator => text.split(separator).collect(),
    };
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    context.check_items(parts.len())?;
    Ok(Val::Own(Value::array(parts.into_iter().map(Value::from).collect())))
}

/// What parts words where the separator is a single space: Ruby's white space and NUL.
pub(super) fn is_separator(c: char) -> bool {
    super::strip::is_stripped(c)
}
