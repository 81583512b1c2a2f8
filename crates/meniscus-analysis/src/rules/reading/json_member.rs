//! Members of a JSON text that is fixed in part: what stands behind `"name":`.

use crate::analyze::{Hole, Part, Pieces, Site};
use crate::text::Span;

/// The value of a member.
#[derive(Debug)]
pub(in crate::rules) enum Member<'p, 'a> {
    /// A text that stands there, with its characters in the template.
    Text(String, Site<'a>),
    /// A value that comes in, between quotes or without.
    Hole(&'p Hole<'a>),
}

/// The value of the first member of a name, where it is a text or a hole.
pub(in crate::rules) fn member<'p, 'a>(
    pieces: &'p Pieces<'a>,
    name: &str,
) -> Option<Member<'p, 'a>> {
    let quoted = format!("\"{name}\"");
    for (index, part) in pieces.parts.iter().enumerate() {
        let Part::Text { text, at } = part else { continue };
        let Some(found) = text.find(&quoted) else { continue };
        let behind = found + quoted.len();
        let rest = text.get(behind..)?;
        let value = rest.trim_start().strip_prefix(':')?.trim_start();
        let value_at = text.len() - value.len();
        if value.is_empty() || value == "\"" {
            return match pieces.parts.get(index + 1)? {
                Part::Hole(hole) => Some(Member::Hole(hole)),
                Part::Text { text, at: Some(at) } => {
                    // A known value between the quotes: a variable that stands for a text.
                    Some(Member::Text(text.to_string(), *at))
                }
                Part::Text { .. } => None,
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
