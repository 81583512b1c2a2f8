use std::borrow::Cow;

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "append",
    parameters: &[Parameter::Required("text")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The text with another behind it.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let end = arguments.view(0).to_str();
    let text = match input.into_text() {
        Cow::Owned(mut text) => {
            text.push_str(&end);
            text
        }
        Cow::Borrowed(text) => [text, &end].concat(),
    };
    Ok(Val::from(text))
}
