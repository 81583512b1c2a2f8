use crate::render::{Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

/// The string with `& < > " '` as HTML entities.
pub static FILTER: Filter = Filter {
    name: "escape",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Html),
    summary: "The string with `& < > \" '` as HTML entities.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    if input.view().is_nil() {
        return Ok(Val::NIL);
    }
    let text = input.into_text();
    let meant = |byte: &u8| IS_MEANT[usize::from(*byte)];
    let Some(first) = text.bytes().position(|byte| meant(&byte)) else {
        return Ok(Val::Text(text));
    };
    let mut out = context.text(text.len() + 16);
    let (mut copied, mut next) = (0, Some(first));
    while let Some(at) = next {
        out.push_str(&text[copied..at]);
        out.push_str(entity(text.as_bytes()[at] as char).unwrap_or_default());
        copied = at + 1;
        next = text.as_bytes()[copied..].iter().position(meant).map(|length| copied + length);
    }
    out.push_str(&text[copied..]);
    Ok(Val::from(out))
}

/// Whether HTML gives a byte a meaning.
static IS_MEANT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'&' | b'<' | b'>' | b'"' | b'\'');
        byte += 1;
    }
    table
};

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
