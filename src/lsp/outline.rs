//! What the tree of a template says of its shape: outline, folding, selections, ends of tags.

use gen_lsp_types as lsp;

use super::snapshot::Snapshot;
use crate::http::masked;
use crate::syntax::ast::{Branch, Markup, Node, Tag};
use crate::text::Span;

/// Most characters shown of a tag.
const MOST_CHARS: usize = 80;

/// Returns the tags of a template that hold, set or call something, nested as they are.
pub(super) fn symbols(file: &Snapshot) -> Vec<lsp::DocumentSymbol> {
    let Some(template) = file.template() else { return Vec::new() };
    nodes(file, &template.nodes)
}

fn nodes(file: &Snapshot, all: &[Node]) -> Vec<lsp::DocumentSymbol> {
    let symbols = all.iter().filter_map(|node| match node {
        Node::Tag(tag) => symbol(file, tag),
        _ => None,
    });
    symbols.collect()
}

fn symbol(file: &Snapshot, tag: &Tag) -> Option<lsp::DocumentSymbol> {
    let name = &file.text[tag.name.range()];
    let kind = match (&tag.markup, name) {
        (Markup::Assign { .. } | Markup::Target(_), _) => lsp::SymbolKind::Variable,
        (_, "connected_content" | "catalog_items" | "catalog_selection_items") => {
            lsp::SymbolKind::Event
        }
        (Markup::Loop(_), _) => lsp::SymbolKind::Array,
        (Markup::Condition(_) | Markup::Subject(_), _) => lsp::SymbolKind::Boolean,
        _ => return None,
    };
    let inner = file.text.get(tag.open.range())?;
    let inner = inner.trim_start_matches(['{', '%', '-']).trim_end_matches(['}', '%', '-']);
    let title = meniscus_preview::page::printed::short(&masked(inner), MOST_CHARS);
    let children = tag.branches.iter().flat_map(|branch| nodes(file, &branch.body));
    let children = children.collect::<Vec<_>>();
    #[expect(deprecated, reason = "the protocol's type has a field that it deprecates")]
    Some(lsp::DocumentSymbol {
        name: title,
        kind,
        range: file.range(tag.span.range()),
        selection_range: file.range(tag.open.range()),
        children: (!children.is_empty()).then_some(children),
        detail: None,
        tags: None,
        deprecated: None,
    })
}

/// Returns the lines that can be folded: bodies of tags, and comments.
pub(super) fn folds(file: &Snapshot) -> Vec<lsp::FoldingRange> {
    let Some(template) = file.template() else { return Vec::new() };
    let mut found = Vec::new();
    each_tag(&template.nodes, &mut |tag| {
        let ends = tag.branches.iter().skip(1).map(|branch| branch.open).chain(tag.close);
        let ends = ends.collect::<Vec<_>>();
        let starts = std::iter::once(tag.open).chain(ends.iter().copied());
        let is_comment = &file.text[tag.name.range()] == "comment";
        let kind = is_comment.then_some(lsp::FoldingRangeKind::Comment);
        for (start, end) in starts.zip(&ends) {
            let (from, to) = (file.range(start.range()).start, file.range(end.range()).start);
            // The line of the end stays in sight.
            if to.line > from.line + 1 {
                found.push(fold(from.line, to.line - 1, kind.clone()));
            }
        }
    });
    each_node(&template.nodes, &mut |node| {
        let Node::HtmlComment(span) = node else { return };
        let range = file.range(span.range());
        if range.end.line > range.start.line {
            let kind = Some(lsp::FoldingRangeKind::Comment);
            found.push(fold(range.start.line, range.end.line, kind));
        }
    });
    found.sort_by_key(|one| (one.start_line, one.end_line));
    found
}

fn fold(start: u32, end: u32, kind: Option<lsp::FoldingRangeKind>) -> lsp::FoldingRange {
    lsp::FoldingRange {
        start_line: start,
        start_character: None,
        end_line: end,
        end_character: None,
        kind,
        collapsed_text: None,
    }
}

fn each_node(all: &[Node], found: &mut dyn FnMut(&Node)) {
    for node in all {
        found(node);
        if let Node::Tag(tag) = node {
            for Branch { body, .. } in &tag.branches {
                each_node(body, found);
            }
        }
    }
}

fn each_tag(all: &[Node], found: &mut dyn FnMut(&Tag)) {
    each_node(all, &mut |node| {
        if let Node::Tag(tag) = node {
            found(tag);
        }
    });
}

/// Whether an offset is inside a tag, an output or a comment, rather than between them.
pub(super) fn is_in_markup(all: &[Node], offset: usize) -> bool {
    let holds = |span: Span| (span.start as usize) < offset && offset < span.end as usize;
    let mut found = false;
    each_node(all, &mut |node| {
        found |= match node {
            Node::Text(_) => false,
            Node::HtmlComment(span) | Node::Error(span) => holds(*span),
            Node::Output(output) => holds(output.span),
            Node::Tag(tag) => {
                let branches = tag.branches.iter().map(|branch| branch.open);
                std::iter::once(tag.open).chain(branches).chain(tag.close).any(holds)
            }
        };
    });
    found
}

/// Returns the name of a tag and that in its end, where one of them is at a position: they change
/// together.
pub(super) fn linked(file: &Snapshot, position: lsp::Position) -> Option<lsp::LinkedEditingRanges> {
    let template = file.template()?;
    let offset = file.lines().offset(position);
    let mut found = None;
    each_tag(&template.nodes, &mut |tag| {
        let name = &file.text[tag.name.range()];
        let Some(close) = tag.close else { return };
        let text = &file.text[close.range()];
        let Some(at) = text.find(&format!("end{name}")) else { return };
        let start = close.start as usize + at + "end".len();
        let end = Span::new(start, start + name.len());
        let is_here = |span: Span| span.range().contains(&offset) || span.end as usize == offset;
        if is_here(tag.name) || is_here(end) {
            found = Some(vec![file.range(tag.name.range()), file.range(end.range())]);
        }
    });
    found
        .map(|ranges| lsp::LinkedEditingRanges { ranges, word_pattern: Some("[a-z_]+".to_owned()) })
}

/// Returns what is around each position, from the inside out.
pub(super) fn selections(file: &Snapshot, positions: &[lsp::Position]) -> Vec<lsp::SelectionRange> {
    let template = file.template();
    let lines = file.lines();
    let around = positions.iter().map(|&position| {
        let offset = lines.offset(position);
        let mut spans = vec![Span::new(0, file.text.len())];
        if let Some(template) = &template {
            enclosing(&template.nodes, offset, &mut spans);
        }
        let word = word(&file.text, offset);
        let last = spans[spans.len() - 1];
        let is_inside = last.start <= word.start && word.end <= last.end;
        if !word.range().is_empty() && word != last && is_inside {
            spans.push(word);
        }
        let mut selection = None;
        for span in spans {
            let range = lines.range(span.range());
            selection = Some(lsp::SelectionRange { range, parent: selection.map(Box::new) });
        }
        let nothing = lsp::Range { start: position, end: position };
        selection.unwrap_or(lsp::SelectionRange { range: nothing, parent: None })
    });
    around.collect()
}

/// Adds what is around an offset, from the outside in.
fn enclosing(all: &[Node], offset: usize, spans: &mut Vec<Span>) {
    let holds = |span: Span| span.range().contains(&offset);
    let Some(node) = all.iter().find(|node| holds(node.span())) else { return };
    spans.push(node.span());
    match node {
        Node::Output(output) if holds(output.pipeline.span) => spans.push(output.pipeline.span),
        Node::Tag(tag) if holds(tag.open) => spans.push(tag.open),
        Node::Tag(tag) => {
            for branch in &tag.branches {
                let (Some(first), Some(last)) = (branch.body.first(), branch.body.last()) else {
                    continue;
                };
                let body = Span::new(first.span().start as usize, last.span().end as usize);
                if holds(body) {
                    spans.push(body);
                    enclosing(&branch.body, offset, spans);
                }
            }
        }
        _ => {}
    }
}

/// Returns the word around an offset.
fn word(text: &str, offset: usize) -> Span {
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    let start = text[..offset].rfind(|char| !is_part(char));
    let start = start.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let end = text[offset..].find(|char| !is_part(char)).map_or(text.len(), |at| offset + at);
    Span::new(start, end)
}
