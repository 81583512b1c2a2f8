//! Members of partly known JSON: what follows `"name":`.

use crate::analyze::{Interpolation, Pieces, Site, TextPart};
use crate::text::Span;

#[derive(Debug)]
pub(in crate::rules) enum Member<'p, 'a> {
    /// A literal string, with its site in the template.
    Text(String, Site<'a>),
    /// An interpolation, with or without quotes.
    Interpolation(&'p Interpolation<'a>),
}

/// Returns the value of the first member with a name, if it is a string or an interpolation.
pub(in crate::rules) fn member<'p, 'a>(
    pieces: &'p Pieces<'a>,
    name: &str,
) -> Option<Member<'p, 'a>> {
    let quoted = format!("\"{name}\"");
    for (index, part) in pieces.parts.iter().enumerate() {
        let TextPart::Text { text, at } = part else { continue };
        let Some(found) = text.find(&quoted) else { continue };
        let behind = found + quoted.len();
        let rest = text.get(behind..)?;
        let value = rest.trim_start().strip_prefix(':')?.trim_start();
        let value_at = text.len() - value.len();
        if value.is_empty() || value == "\"" {
            return match pieces.parts.get(index + 1)? {
                TextPart::Interpolation(interpolation) => {
                    Some(Member::Interpolation(interpolation))
                }
                TextPart::Text { text, at: Some(at) } => {
                    // A known value in quotes: a variable with a constant string.
                    Some(Member::Text(text.to_string(), *at))
                }
                TextPart::Text { .. } => None,
            };
        }
        let inner = value.strip_prefix('"')?;
        let end = inner.find('"')?;
        let start = value_at + 1;
        let at = (*at)?;
        let base = at.span.start as usize;
        let span = Span::new(base + start, base + start + end);
        return Some(Member::Text(inner[..end].to_owned(), at.at(span)));
    }
    None
}
