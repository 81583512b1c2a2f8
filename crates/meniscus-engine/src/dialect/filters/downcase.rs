use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "downcase",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string in lowercase.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = input.into_text();
    if text.is_ascii() {
        let mut text = context.to_change(text);
        text.make_ascii_lowercase();
        return Ok(Val::from(text));
    }
    // Ruby maps each character by itself: no final sigma.
    Ok(Val::from(text.chars().flat_map(char::to_lowercase).collect::<String>()))
}
