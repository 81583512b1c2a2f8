use crate::render::{
    Arguments, Facts, Filter, FilterContext, FilterError, Limit, Parameter, Support,
};
use crate::shape::{Gives, Signature, Takes};
use crate::value::time::StrftimeError;
use crate::value::{Time, Val, Value, View, leading_integer};

/// `now` and `today` are the scenario's clock, digits are seconds since 1970, other texts are read
/// as Ruby's `Time.parse` reads them; what is no date passes through (reference 3.8; section 11.12).
pub static FILTER: Filter = Filter {
    name: "date",
    parameters: &[Parameter::Required("format")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Time, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The date in a `strftime` format.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let format = arguments.view(0).to_str();
    if format.is_empty() {
        return Ok(input);
    }
    let Some(time) = to_time(input.view(), context) else { return Ok(input) };
    match time.strftime(&format, context.limits.output_bytes) {
        Ok(text) => Ok(Val::from(text)),
        Err(StrftimeError::TooLong(_)) => Err(FilterError::Limit(Limit::OutputBytes)),
        Err(error) => Err(FilterError::new(error.to_string())),
    }
}

/// The time that a value means, as Liquid takes it.
pub(super) fn to_time(view: View<'_>, context: &FilterContext<'_>) -> Option<Time> {
    match view {
        View::Time(time) => Some((**time).clone()),
        View::Int(seconds) => Time::from_epoch_seconds(seconds),
        View::Str(text)
            if text.eq_ignore_ascii_case("now") || text.eq_ignore_ascii_case("today") =>
        {
            Some(context.now.clone())
        }
        View::Str(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
            match leading_integer(text) {
                Some(Value::Int(seconds)) => Time::from_epoch_seconds(seconds),
                _ => None,
            }
        }
        View::Str(text) => Time::parse(text, context.now),
        _ => None,
    }
}
