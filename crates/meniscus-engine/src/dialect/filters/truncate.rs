use std::borrow::Cow;

use super::slice::whole;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "truncate",
    parameters: &[Parameter::Optional("length"), Parameter::Optional("ellipsis")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string cut to a length, which includes the ellipsis.",
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
    let length = match arguments.get(0) {
        Some(given) => whole(given.view())?,
        None => 50,
    };
    let ellipsis = arguments.get(1).map_or(Cow::Borrowed("..."), |given| given.to_str());
    let text = input.to_str();
    if text.chars().count() as i64 <= length {
        return Ok(Val::from(text.into_owned()));
    }
    let kept = usize::try_from(length.saturating_sub(ellipsis.chars().count() as i64)).unwrap_or(0);
    let mut out = text.chars().take(kept).collect::<String>();
    out.push_str(&ellipsis);
    Ok(Val::from(out))
}
