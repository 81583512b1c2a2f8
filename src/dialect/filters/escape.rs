use crate::render::{Arguments, Filter, FilterContext, FilterError, Support};
use crate::value::Val;

/// The text with `& < > " '` as HTML entities.
pub static FILTER: Filter = Filter {
    name: "escape",
    parameters: &[],
    support: Support::Documented,
    summary: "The text with `& < > \" '` as HTML entities.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    if input.view().is_nil() {
        return Ok(Val::NIL);
    }
    let text = input.into_text();
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Ok(Val::Text(text));
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match entity(c) {
            Some(entity) => out.push_str(entity),
            None => out.push(c),
        }
    }
    Ok(Val::from(out))
}

/// The entity of a character that HTML gives a meaning.
pub(super) fn entity(c: char) -> Option<&'static str> {
    Some(match c {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => return None,
    })
}
