use std::borrow::Cow;

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, View, is_empty};

/// Reference 3.9. White space alone is not empty, as in Liquid; whether Braze takes it for blank is
/// `unverified`.
pub static FILTER: Filter = Filter {
    name: "default",
    parameters: &[
        Parameter::Optional("value"),
        Parameter::Ignored("options"),
        Parameter::Named("allow_false"),
    ],
    support: Support::Documented,
    signature: Signature { takes: Takes::Anything, gives: Gives::OrArgument },
    facts: Facts::NONE,
    summary: "The value, or a fallback if it is `nil`, `false`, or empty.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let falsy = match (input.view(), arguments.named("allow_false")) {
        (View::Bool(false), Some(allowed)) if allowed.is_truthy() => false,
        (view, _) => !view.is_truthy() || is_empty(view),
    };
    context.replaced.set(Some(falsy));
    if !falsy {
        return Ok(input);
    }
    Ok(arguments.get(0).cloned().unwrap_or(Val::Text(Cow::Borrowed(""))))
}
