//! Templates that print JSON: which outputs are inside strings.

use crate::syntax::ast::{Markup, Node, Pipeline, Tag};
use crate::text::Source;

/// Whether the output starts like JSON.
pub(in crate::rules) fn begins_json(nodes: &[Node], source: &Source, is_body: bool) -> bool {
    for (index, node) in nodes.iter().enumerate() {
        match node {
            Node::Text(text) => {
                let text = source.slice(text.span).trim_start();
                if text.is_empty() {
                    continue;
                }
                let Some(rest) = text.strip_prefix(['{', '[']) else { return false };
                let rest = rest.trim_start().trim_start_matches(['{', '[']).trim_start();
                // `[{% for …` in a separate body.
                let open = rest.is_empty() && is_body && nodes.len() > index + 1;
                return open || rest.starts_with('"');
            }
            Node::Tag(tag) => {
                // Calls and aborts come first; the text itself may start in a branch.
                let verbatim = matches!(source.slice(tag.name), "capture" | "comment" | "raw");
                let mut branches = tag.branches.iter().filter(|_| !verbatim);
                if branches.any(|branch| begins_json(&branch.body, source, is_body)) {
                    return true;
                }
            }
            Node::HtmlComment(_) => {}
            _ => return false,
        }
    }
    false
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) struct Scan {
    /// Whether it is inside a string.
    pub inside: bool,
    escaped: bool,
    /// Whether it has passed a brace or bracket.
    pub is_json: bool,
    /// Whether branches with different states met, so the state is unknown.
    lost: bool,
    /// Whether outputs outside strings are wanted, not those inside.
    is_outside: bool,
}

impl Scan {
    /// Looks for outputs outside strings.
    pub fn outside() -> Scan {
        Scan { is_outside: true, ..Scan::default() }
    }

    pub fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.inside => self.escaped = true,
                b'"' => self.inside = !self.inside,
                b'{' | b'[' => self.is_json = true,
                _ => {}
            }
        }
    }

    /// Walks further nodes and collects outputs inside strings, or outside.
    pub fn nodes<'a>(&mut self, nodes: &'a [Node], source: &Source, found: &mut Vec<&'a Pipeline>) {
        for node in nodes {
            if self.lost {
                return;
            }
            match node {
                Node::Text(text) => self.text(source.slice(text.span)),
                Node::Output(output) if self.inside != self.is_outside => {
                    found.push(&output.pipeline)
                }
                Node::Tag(tag) => match (source.slice(tag.name), &tag.markup) {
                    ("comment" | "doc" | "capture", _) => {}
                    (_, Markup::Pipeline(pipeline)) if self.inside != self.is_outside => {
                        found.push(pipeline);
                    }
                    _ => self.branches(tag, source, found),
                },
                _ => {}
            }
        }
    }

    fn branches<'a>(&mut self, tag: &'a Tag, source: &Source, found: &mut Vec<&'a Pipeline>) {
        let before = *self;
        for branch in &tag.branches {
            let mut after = before;
            after.nodes(&branch.body, source, found);
            let agrees = after.inside == before.inside && !after.lost;
            self.lost |= !agrees;
        }
    }
}
