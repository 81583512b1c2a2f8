//! Names of points, and scenarios that would reach them.

use crate::syntax::ast::{BranchKind, Expr, Tag};
use crate::text::{Source, Span};

/// Most characters of a template that are shown.
const SHOWN: usize = 60;

/// Bytes searched for them: they may follow a megabyte of spaces.
const MAX_SEARCHED_BYTES: usize = 1024;

/// Returns a span on one line, shortened, in backticks.
pub(super) fn quoted(source: &Source, span: Span) -> String {
    quoted_text(source.slice(span))
}

/// Quotes a text on one line, cut if it is long.
pub(super) fn quoted_text(text: &str) -> String {
    let mut words = String::new();
    let mut shown = 0;
    let end =
        (0..=MAX_SEARCHED_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    for word in text[..end.unwrap_or(0)].split_whitespace() {
        if shown > 0 {
            words.push(' ');
            shown += 1;
        }
        for character in word.chars() {
            if shown >= SHOWN {
                words.push('…');
                return format!("`{words}`");
            }
            words.push(character);
            shown += 1;
        }
    }
    format!("`{words}`")
}

/// Returns the tag without its braces, in backticks: `if wallet.status == 'ok'`.
pub(super) fn tag(source: &Source, open: Span, name: Span) -> String {
    let text = source.slice(open);
    let end = open.start as usize + text.len();
    let mut end = if text.ends_with("%}") { end - 2 } else { end };
    if source.text()[..end].ends_with('-') {
        end -= 1;
    }
    let start = (name.start as usize).min(end);
    quoted(source, Span::new(start, end))
}

/// Describes a branch of a tag.
pub(super) fn branch(kind: BranchKind, own: &str, whole: &str) -> String {
    match kind {
        BranchKind::Main => format!("the body of {whole}"),
        BranchKind::Elsif | BranchKind::When => format!("{own} of {whole}"),
        BranchKind::Else => format!("the `else` of {whole}"),
    }
}

/// Returns the name of a loop's list, in backticks.
pub(super) fn list(source: &Source, collection: &Expr) -> String {
    quoted(source, collection.span)
}

/// Returns the tag of a node, in backticks.
pub(super) fn of_tag(source: &Source, node: &Tag) -> String {
    tag(source, node.open, node.name)
}
