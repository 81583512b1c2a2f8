//! The elements of an HTML text with Liquid in it, each with its attributes and its parent.
//!
//! What Liquid may change is marked, so that a rule can leave it alone: an attribute with Liquid in
//! its value, an element with Liquid between its attributes, and everything after a block whose
//! branches leave different elements open.

use crate::syntax::Template;
use crate::syntax::ast::{BranchKind, Node, Tag};
use crate::text::{Source, Span};

/// The levels that a closing tag is looked for.
const MAX_LEVELS: usize = 200;

/// Elements without content.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements that end an open `p`.
const BLOCKS: [&str; 14] = [
    "p",
    "div",
    "table",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "center",
    "blockquote",
    "hr",
];

/// Elements whose closing tags may be left out.
const OPTIONAL: [&str; 10] =
    ["p", "td", "th", "tr", "li", "tbody", "thead", "tfoot", "head", "body"];

/// An element, as written.
#[derive(Debug)]
pub(in crate::rules) struct Element<'a> {
    /// In lowercase.
    pub name: String,
    /// `<name`.
    pub span: Span,
    pub attributes: Vec<Attribute<'a>>,
    /// Its place among the elements.
    pub parent: Option<usize>,
    /// Whether there is Liquid between its attributes.
    pub is_dynamic: bool,
    /// Whether its closing tag was found.
    pub is_closed: bool,
    /// Whether it has the same parent for every recipient.
    pub is_certain: bool,
}

/// An attribute, its name in lowercase.
#[derive(Debug)]
pub(in crate::rules) struct Attribute<'a> {
    pub name: String,
    /// `None` if there is Liquid in it.
    pub value: Option<&'a str>,
}

/// What is between the tags.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) enum Content<'a> {
    Text(&'a str),
    /// An output, or a tag of Liquid with all that is inside.
    Liquid,
}

/// The elements and texts of an HTML text.
#[derive(Debug, Default)]
pub(in crate::rules) struct Html<'a> {
    pub elements: Vec<Element<'a>>,
    /// What is between the tags, with its element.
    pub contents: Vec<(Option<usize>, Content<'a>)>,
}

impl<'a> Html<'a> {
    pub fn of(template: &'a Template) -> Html<'a> {
        let mut reader = Reader {
            source: &template.source,
            html: Html::default(),
            at: State::Text,
            top: None,
            is_certain: true,
        };
        reader.nodes(&template.nodes);
        reader.html
    }
}

impl<'a> Element<'a> {
    /// Returns an attribute.
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Returns an attribute's value, if Liquid doesn't change it.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.attribute(name)?.value
    }
}

/// Where the reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Text,
    /// Inside `<name …>`.
    Tag(Open),
    /// In an attribute's value, with its quote and start.
    Value(Open, Option<u8>, usize),
    /// In a script or a style sheet, until its closing tag.
    Raw(&'static str),
}

/// A tag that is being read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    /// Its place among the elements; `None` for a closing tag.
    element: Option<usize>,
    /// The latest attribute's name, without a value yet.
    attribute: Option<String>,
    /// Whether `=` came after it.
    expects_value: bool,
    /// Whether there is Liquid in the value.
    is_dynamic: bool,
}

struct Reader<'a> {
    source: &'a Source,
    html: Html<'a>,
    at: State,
    /// The innermost open element.
    top: Option<usize>,
    is_certain: bool,
}

impl<'a> Reader<'a> {
    fn nodes(&mut self, nodes: &'a [Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text.span),
                Node::Output(_) => self.liquid(),
                Node::Tag(tag) => self.tag(tag),
                Node::HtmlComment(_) => {}
                Node::Error(_) => {
                    self.liquid();
                    self.is_certain = false;
                }
            }
        }
    }

    /// Marks what Liquid may change here.
    fn liquid(&mut self) {
        match &mut self.at {
            State::Text => self.html.contents.push((self.top, Content::Liquid)),
            State::Tag(open) => {
                if let Some(element) = open.element.and_then(|at| self.html.elements.get_mut(at)) {
                    element.is_dynamic = true;
                }
                open.attribute = None;
                open.expects_value = false;
            }
            State::Value(open, ..) => open.is_dynamic = true,
            State::Raw(_) => {}
        }
    }

    fn tag(&mut self, tag: &'a Tag) {
        if matches!(self.source.slice(tag.name), "comment" | "doc" | "capture") {
            return;
        }
        let prints = !matches!(self.source.slice(tag.name), "assign" | "#" | "abort_message");
        if prints || self.at != State::Text {
            self.liquid();
        }
        let start = (self.at.clone(), self.top);
        let mut end = None;
        let has_else = tag.branches.iter().any(|branch| branch.kind == BranchKind::Else);
        for branch in &tag.branches {
            (self.at, self.top) = start.clone();
            self.nodes(&branch.body);
            let own = (self.at.clone(), self.top);
            self.is_certain &= end.as_ref().is_none_or(|end| *end == own);
            end.get_or_insert(own);
        }
        let end = end.unwrap_or_else(|| start.clone());
        self.is_certain &= has_else || end == start;
        (self.at, self.top) = end;
    }

    fn text(&mut self, span: Span) {
        let text = self.source.slice(span);
        let base = span.start as usize;
        let mut at = 0;
        while at < text.len() {
            at = match std::mem::replace(&mut self.at, State::Text) {
                State::Text => self.in_text(text, base, at),
                State::Tag(open) => self.in_tag(text, at, open),
                State::Value(open, quote, start) => self.in_value(text, at, open, (quote, start)),
                State::Raw(name) => self.in_raw(text, at, name),
            };
        }
    }

    fn in_text(&mut self, text: &'a str, base: usize, at: usize) -> usize {
        let mut found = at;
        let (start, end, closes) = loop {
            let Some(next) = text[found..].find('<') else {
                self.content(&text[at..]);
                return text.len();
            };
            let bracket = found + next;
            let closes = text[bracket + 1..].starts_with('/');
            let name = bracket + 1 + usize::from(closes);
            let length = name_length(&text[name..]);
            if length > 0 {
                self.content(&text[at..bracket]);
                break (bracket, name + length, closes);
            }
            found = bracket + 1;
        };
        let name = text[start + 1 + usize::from(closes)..end].to_ascii_lowercase();
        let mut open =
            Open { element: None, attribute: None, expects_value: false, is_dynamic: false };
        if closes {
            self.close(&name);
        } else {
            open.element = Some(self.html.elements.len());
            self.end_implied(&name);
            self.html.elements.push(Element {
                name,
                span: Span::new(base + start, base + end),
                attributes: Vec::new(),
                parent: self.top,
                is_dynamic: false,
                is_closed: false,
                is_certain: self.is_certain,
            });
        }
        self.at = State::Tag(open);
        end
    }

    fn content(&mut self, text: &'a str) {
        if !text.is_empty() {
            self.html.contents.push((self.top, Content::Text(text)));
        }
    }

    fn in_tag(&mut self, text: &'a str, at: usize, mut open: Open) -> usize {
        let bytes = text.as_bytes();
        let next = match bytes[at] {
            b'>' => {
                self.attribute(&mut open, Some(""));
                self.end_tag(&open, text[..at].ends_with('/'));
                return at + 1;
            }
            b'=' if open.attribute.is_some() => {
                open.expects_value = true;
                at + 1
            }
            quote @ (b'"' | b'\'') if open.expects_value => {
                self.at = State::Value(open, Some(quote), at + 1);
                return at + 1;
            }
            byte if byte.is_ascii_whitespace() || byte == b'/' => at + 1,
            _ if open.expects_value => {
                self.at = State::Value(open, None, at);
                return at;
            }
            _ => {
                self.attribute(&mut open, Some(""));
                let rest = &text[at..];
                let length = rest.find(|c: char| c.is_ascii_whitespace() || "=>/".contains(c));
                let first = rest.chars().next().map_or(1, char::len_utf8);
                let length = length.unwrap_or(rest.len()).max(first);
                open.attribute = Some(rest[..length].to_ascii_lowercase());
                at + length
            }
        };
        self.at = State::Tag(open);
        next
    }

    fn in_value(
        &mut self,
        text: &'a str,
        at: usize,
        mut open: Open,
        (quote, start): (Option<u8>, usize),
    ) -> usize {
        let is_end = |byte: &u8| match quote {
            Some(quote) => *byte == quote,
            None => byte.is_ascii_whitespace() || *byte == b'>',
        };
        let Some(end) = text.as_bytes()[at..].iter().position(is_end) else {
            // The value goes on after Liquid, which makes it dynamic.
            self.at = State::Value(open, quote, start);
            return text.len();
        };
        let end = at + end;
        let value = (!open.is_dynamic).then(|| text.get(start..end)).flatten();
        self.attribute(&mut open, value);
        self.at = State::Tag(open);
        end + usize::from(quote.is_some())
    }

    /// Adds the attribute whose name was read.
    fn attribute(&mut self, open: &mut Open, value: Option<&'a str>) {
        if let Some(name) = open.attribute.take()
            && let Some(element) = open.element.and_then(|at| self.html.elements.get_mut(at))
        {
            element.attributes.push(Attribute { name, value });
        }
        open.expects_value = false;
        open.is_dynamic = false;
    }

    fn end_tag(&mut self, open: &Open, closes_itself: bool) {
        let Some(at) = open.element else { return };
        let Some(element) = self.html.elements.get(at) else { return };
        let name = &*element.name;
        let is_foreign = name.contains(':') && closes_itself;
        match name {
            "script" => self.at = State::Raw("script"),
            "style" => self.at = State::Raw("style"),
            _ if VOID.contains(&name) || is_foreign => {}
            _ => self.top = Some(at),
        }
    }

    fn in_raw(&mut self, text: &str, at: usize, name: &'static str) -> usize {
        let rest = &text[at..];
        let is_end = |at: &usize| {
            let own = rest[at + 2..].get(..name.len());
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        let end = rest.match_indices("</").map(|(at, _)| at).find(is_end);
        let Some(end) = end else {
            self.at = State::Raw(name);
            return text.len();
        };
        at + end
    }

    /// Ends elements whose closing tags may be left out before `name`.
    fn end_implied(&mut self, name: &str) {
        let ended: &[&str] = match name {
            "td" | "th" => &["td", "th", "p"],
            "tr" => &["td", "th", "tr", "p"],
            "li" => &["li", "p"],
            _ if BLOCKS.contains(&name) => &["p"],
            _ => return,
        };
        while let Some(at) = self.top {
            let Some(element) = self.html.elements.get(at) else { return };
            if !ended.contains(&&*element.name) {
                return;
            }
            self.top = element.parent;
        }
    }

    fn close(&mut self, name: &str) {
        let mut at = self.top;
        let mut skips = false;
        for _ in 0..MAX_LEVELS {
            let Some(place) = at else { return };
            let Some(element) = self.html.elements.get_mut(place) else { return };
            if element.name == name {
                element.is_closed = true;
                self.top = element.parent;
                // What was open inside may belong elsewhere.
                self.is_certain &= !skips;
                return;
            }
            skips |= !OPTIONAL.contains(&&*element.name);
            at = element.parent;
        }
        self.is_certain = false;
    }
}

fn name_length(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return 0;
    }
    text.find(|c: char| !c.is_ascii_alphanumeric() && !"-:_".contains(c)).unwrap_or(text.len())
}
