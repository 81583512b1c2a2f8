use std::borrow::Cow;

use super::slice::whole;
use super::split::is_separator;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "truncatewords",
    parameters: &[Parameter::Optional("words"), Parameter::Optional("ellipsis")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string cut to a number of words, with an ellipsis if anything was cut.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    if input.view().is_nil() {
        return Ok(Val::NIL);
    }
    let words = match arguments.get(0) {
        Some(given) => usize::try_from(whole(given.view())?).unwrap_or(0).max(1),
        None => 15,
    };
    let ellipsis = arguments.get(1).map_or(Cow::Borrowed("..."), |given| given.to_str());
    let text = input.to_str();
    let list = text
        .split(is_separator)
        .filter(|word| !word.is_empty())
        .take(words.saturating_add(1))
        .collect::<Vec<_>>();
    // Ruby parts the text into one word more: white space behind the last word counts as that.
    let ends_blank = list.len() == words && text.ends_with(is_separator);
    if list.len() <= words && !ends_blank {
        return Ok(Val::from(text.clone().into_owned()));
    }
    let mut out = list[..words].join(" ");
    out.push_str(&ellipsis);
    Ok(Val::from(out))
}
