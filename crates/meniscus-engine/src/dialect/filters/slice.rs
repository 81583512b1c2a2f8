use std::ops::Range;

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Val, Value, View, strict_integer};

pub static FILTER: Filter = Filter {
    name: "slice",
    parameters: &[Parameter::Required("start"), Parameter::Optional("length")],
    support: Support::Documented,
    signature: Signature { takes: Takes::ListOrText, gives: Gives::Part },
    facts: Facts::KEEPS_ITEMS,
    summary: "The part of a string or list that starts at a position; one character or item long \
        unless a length is given.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let start = whole(arguments.view(0))?;
    let length = match arguments.view(1) {
        View::Nil | View::Bool(false) => 1,
        given => whole(given)?,
    };
    if let View::Array(items) = input.view() {
        let range = range(start, length, items.len());
        context.spent(context.meter.spend_items(range.len()))?;
        return Ok(Val::Own(Value::array(items[range].to_vec())));
    }
    context.read(input.view())?;
    let text = input.into_text();
    let range = range(start, length, text.chars().count());
    let part = text.chars().skip(range.start).take(range.len());
    Ok(Val::from(part.collect::<String>()))
}

/// A whole number as Ruby's `Integer()` takes it.
///
/// # Errors
/// For anything else: `invalid integer`.
pub(super) fn whole(view: View<'_>) -> Result<i64, FilterError> {
    let value = match view {
        View::Int(i) => return Ok(i),
        other => strict_integer(&other.to_str()),
    };
    match value {
        Some(Value::Int(i)) => Ok(i),
        Some(Value::Big(big)) => {
            Ok(if big.sign() == num_bigint::Sign::Minus { i64::MIN } else { i64::MAX })
        }
        _ => Err(FilterError::new("invalid integer")),
    }
}

/// The places that `[start, length]` means in a sequence; none where it is out of reach.
fn range(start: i64, length: i64, count: usize) -> Range<usize> {
    let count = count as i64;
    let start = if start < 0 { start.saturating_add(count) } else { start };
    if start < 0 || start > count || length < 0 {
        return 0..0;
    }
    let end = start.saturating_add(length).min(count);
    start as usize..end as usize
}
