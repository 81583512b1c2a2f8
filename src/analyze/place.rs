//! Places: variables and attributes with constant steps behind them, as text.

use crate::syntax::ast::{ExprKind, Root, Segment};
use crate::text::Source;

/// How a place begins: the variable's name, or `family.${name}`.
pub(super) fn root(place: &str) -> &str {
    if let Some(at) = place.find("${") {
        let end = place[at..].find('}').map_or(place.len(), |end| at + end + 1);
        // A variable with `.${name}` behind it has its dot first; so has a family.
        return &place[..end];
    }
    place.find(['.', '[']).map_or(place, |end| &place[..end])
}

/// How the place of a path begins; none where that is computed.
pub(super) fn of_root(root: &Root, source: &Source) -> Option<String> {
    match root {
        Root::Name(span) => Some(source.slice(*span).to_owned()),
        Root::Attribute(attribute) => {
            let family = attribute.family.map_or("", |span| source.slice(span));
            Some(attribute_root(family, source.slice(attribute.name)))
        }
        Root::Index(_) => None,
    }
}

/// How an attribute's place begins.
fn attribute_root(family: &str, name: &str) -> String {
    let dot = if family.is_empty() { "" } else { "." };
    format!("{family}{dot}${{{name}}}")
}

/// Adds a step; none where it is computed.
pub(super) fn push(place: &mut String, segment: &Segment, source: &Source) -> Option<()> {
    match segment {
        Segment::Field(span) | Segment::Attribute { name: span, .. } => {
            place.push('.');
            place.push_str(source.slice(*span));
        }
        Segment::Index { expr, .. } => match &expr.kind {
            ExprKind::Int(index) => place.push_str(&format!("[{index}]")),
            ExprKind::Str(span) => {
                place.push('.');
                place.push_str(source.slice(*span));
            }
            _ => return None,
        },
    }
    Some(())
}
