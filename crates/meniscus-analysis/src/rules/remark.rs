//! Comments addressed to meniscus: `{% comment %} meniscus: VERB … {% endcomment %}`, or `{% #
//! meniscus: VERB … %}`.

use crate::syntax::Template;
use crate::syntax::ast::{Node, Tag};
use crate::text::{Source, Span};

/// Marks a comment for meniscus.
const MARK: &str = "meniscus:";

/// A comment for meniscus.
#[derive(Clone, Copy, Debug)]
pub struct Remark<'a> {
    pub comment: Span,
    /// The verb, without `-block` and `-file`; empty if there is none.
    pub verb: &'a str,
    /// The text after the verb.
    pub rest: Span,
    /// Its scope: the comment's line and the next non-empty one; after `VERB-block`, the rest of
    /// the enclosing block; after `VERB-file`, the whole file.
    pub scope: Span,
}

impl Remark<'_> {
    /// Returns the text after the verb and its dash, if any.
    #[must_use]
    pub fn reason<'s>(&self, source: &'s Source) -> Option<&'s str> {
        let reason = source.slice(self.rest).trim_start_matches(['-', '—', '–', ':', ' ']).trim();
        (!reason.is_empty()).then_some(reason)
    }
}

/// Returns the comments of a template for meniscus, in order.
#[must_use]
pub fn remarks(template: &Template) -> Vec<Remark<'_>> {
    let source = &*template.source;
    let mut found = Vec::new();
    if source.text().contains(MARK) {
        let whole = Span::new(0, source.text().len());
        walk(source, &template.nodes, whole, &mut found);
    }
    found
}

fn walk<'a>(source: &'a Source, nodes: &[Node], around: Span, found: &mut Vec<Remark<'a>>) {
    for node in nodes {
        let Node::Tag(tag) = node else { continue };
        let name = source.slice(tag.name);
        if matches!(name, "comment" | "#") || name.starts_with('#') {
            found.extend(remark(source, tag, around));
            continue;
        }
        for (index, branch) in tag.branches.iter().enumerate() {
            let end = tag.branches.get(index + 1).map(|next| next.open.start);
            let end = end.or(tag.close.map(|close| close.start)).unwrap_or(tag.span.end);
            walk(source, &branch.body, Span { start: branch.open.end.min(end), end }, found);
        }
    }
}

fn remark<'a>(source: &'a Source, tag: &Tag, around: Span) -> Option<Remark<'a>> {
    let mark = source.slice(tag.span).find(MARK)?;
    let start = tag.span.start as usize + mark + MARK.len();
    let end = tag.close.map_or(tag.span.end, |close| close.start) as usize;
    let rest = source.text().get(start..end).unwrap_or_default();
    let rest = rest.split("%}").next().unwrap_or_default().trim_end_matches('-');
    let word = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let at = start + rest.len() - word.len();
    let length = word.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(word.len());
    let (word, behind) = (&word[..length], at + length);
    let (verb, scope) = if let Some(verb) = word.strip_suffix("-block") {
        (verb, Span { start: tag.span.end, end: around.end })
    } else if let Some(verb) = word.strip_suffix("-file") {
        (verb, Span::new(0, source.text().len()))
    } else {
        (word, next_line(source, tag.span))
    };
    let rest = Span::new(behind, start + rest.len());
    Some(Remark { comment: tag.span, verb, rest, scope })
}

/// Returns the line of a comment and the next non-empty one.
fn next_line(source: &Source, comment: Span) -> Span {
    let text = source.text();
    let start = source.line_around(comment.start as usize).start;
    let mut end = source.line_around(comment.end as usize).end;
    while end < text.len() {
        let line = source.line_around(end);
        end = line.end;
        if !text[line].trim().is_empty() {
            break;
        }
    }
    Span::new(start, end)
}
