//! The HTML between Liquid: tags and attributes, as far as rules need them.

use crate::syntax::ast::{Node, Tag};
use crate::text::{Source, Span};

/// What a walk over HTML with Liquid visits.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) enum Met<'a> {
    /// `<name`, from the angle bracket.
    Open(&'a str, Span),
    Close(&'a str),
    /// An attribute's name inside a tag.
    Attribute(&'a str, Span),
    Output(&'a crate::syntax::ast::Output),
    /// `{% … %}`, before its contents.
    Tag(&'a Tag),
}

/// The state of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Text,
    /// Inside `<name …`, where an attribute may start.
    Tag,
    Value(u8),
}

/// Walks the HTML of a run of nodes, skipping comments.
pub(in crate::rules) struct Walk<'a> {
    source: &'a Source,
    state: State,
}

impl<'a> Walk<'a> {
    pub fn new(source: &'a Source) -> Walk<'a> {
        Walk { source, state: State::Text }
    }

    /// Whether the walk is inside `<name …>`.
    pub fn in_tag(&self) -> bool {
        self.state != State::Text
    }

    /// Walks further nodes; branches count as one after the other.
    pub fn nodes(&mut self, nodes: &'a [Node], met: &mut impl FnMut(&Walk<'a>, Met<'a>)) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text.span, met),
                Node::Output(output) => met(self, Met::Output(output)),
                Node::Tag(tag) => {
                    met(self, Met::Tag(tag));
                    if matches!(self.source.slice(tag.name), "comment" | "doc") {
                        continue;
                    }
                    for branch in &tag.branches {
                        self.nodes(&branch.body, met);
                    }
                }
                Node::HtmlComment(_) | Node::Error(_) => {}
            }
        }
    }

    fn text(&mut self, span: Span, met: &mut impl FnMut(&Walk<'a>, Met<'a>)) {
        let text = self.source.slice(span);
        let base = span.start as usize;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                State::Text => {
                    let Some(next) = text[at..].find('<') else { return };
                    at += next;
                    let closes = bytes.get(at + 1) == Some(&b'/');
                    let start = at + 1 + usize::from(closes);
                    let end = name_end(bytes, start);
                    if end == start {
                        at += 1;
                        continue;
                    }
                    let name = &text[start..end];
                    if closes {
                        met(self, Met::Close(name));
                    } else {
                        met(self, Met::Open(name, Span::new(base + at, base + end)));
                    }
                    self.state = State::Tag;
                    at = end;
                }
                State::Tag => match bytes[at] {
                    b'>' => {
                        self.state = State::Text;
                        at += 1;
                    }
                    quote @ (b'"' | b'\'') => {
                        self.state = State::Value(quote);
                        at += 1;
                    }
                    b'=' => {
                        // A value without quotes.
                        at += 1;
                        while at < bytes.len() && !b"\"'> \t\r\n".contains(&bytes[at]) {
                            at += 1;
                        }
                    }
                    byte if byte.is_ascii_alphabetic() => {
                        let end = name_end(bytes, at);
                        let end = end.max(at + 1);
                        met(self, Met::Attribute(&text[at..end], Span::new(base + at, base + end)));
                        at = end;
                    }
                    _ => at += 1,
                },
                State::Value(quote) => match bytes[at..].iter().position(|byte| *byte == quote) {
                    Some(end) => {
                        self.state = State::Tag;
                        at += end + 1;
                    }
                    None => return,
                },
            }
        }
    }
}

/// Returns the end of a name that starts with a letter.
fn name_end(bytes: &[u8], start: usize) -> usize {
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return start;
    }
    let rest = bytes[start..].iter();
    start + rest.take_while(|byte| byte.is_ascii_alphanumeric() || b"-:_".contains(byte)).count()
}
