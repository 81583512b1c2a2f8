use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

/// Reference 3.7 has one vector; fractions and texts are as in Rails (`unverified`).
pub static FILTER: Filter = Filter {
    name: "number_with_delimiter",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Number, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The number with commas between thousands.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = input.to_str();
    let unsigned = text.strip_prefix('-').unwrap_or(&text);
    let (whole, fraction) =
        unsigned.split_once('.').map_or((unsigned, None), |(a, b)| (a, Some(b)));
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(input);
    }
    let mut out = String::with_capacity(text.len() * 4 / 3 + 1);
    out.push_str(&text[..text.len() - unsigned.len()]);
    for (index, digit) in whole.char_indices() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    Ok(Val::from(out))
}
