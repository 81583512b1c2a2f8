//! Where an output is in HTML: in text, an attribute's value, or a script. Each branch of a block
//! starts in the block's state; what follows continues from the first branch.

use crate::syntax::ast::{Node, Output, Tag};
use crate::text::{Source, Span};

/// What a scan of HTML visits.
#[derive(Clone, Debug)]
pub(in crate::rules) enum Met<'a> {
    /// `<name`, with its span.
    Open(&'a str, Span),
    /// `</name`, with its span.
    Close(&'a str, Span),
    SelfClosed,
    /// An attribute's value without a closing quote: another tag starts first.
    OpenQuote(Span),
    /// `{{ … }}`, with its place.
    Output(&'a Output, HtmlPlace),
}

/// Where something is in HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) enum HtmlPlace {
    /// Between tags, or outside HTML.
    Text,
    Tag,
    /// In an attribute's value.
    Value(Value),
    /// In a script; inside a string, with its quote.
    Script(Option<char>),
    Style,
}

/// An attribute's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Value {
    /// The element, in lowercase.
    pub element: String,
    /// The attribute, in lowercase.
    pub attribute: String,
    pub quote: Option<char>,
    pub start: usize,
    /// In a handler such as `onclick`: the quote of the string in its script.
    pub string: Option<char>,
}

/// A scan over HTML with Liquid in it.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Scan<'a> {
    source: &'a Source,
    place: HtmlPlace,
    element: String,
    attribute: String,
    /// Whether a value may start, after `=`.
    expects_value: bool,
    /// Offset of the value's opening quote.
    opened: usize,
    /// Whether the tag starts with `</`.
    closes: bool,
}

/// Whether an attribute's value may be HTML or a script.
fn may_hold_tags(attribute: &str) -> bool {
    attribute.starts_with("on")
        || attribute.starts_with("data-")
        || matches!(attribute, "srcdoc" | "content" | "alt" | "title" | "placeholder")
}

/// Whether a value ends like the start of another attribute, ` style=`, and so lacks its closing
/// quote.
fn ends_in_attribute(value: &str) -> bool {
    let Some(before) = value.strip_suffix('=') else { return false };
    let name = before.trim_start_matches(|c: char| !c.is_whitespace());
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    !name.is_empty()
        && word.len() > 1
        && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

impl<'a> Scan<'a> {
    pub fn new(source: &'a Source) -> Scan<'a> {
        Scan {
            source,
            place: HtmlPlace::Text,
            element: String::new(),
            attribute: String::new(),
            expects_value: false,
            opened: 0,
            closes: false,
        }
    }

    /// Scans further nodes.
    pub fn nodes(&mut self, nodes: &'a [Node], met: &mut impl FnMut(Met<'a>)) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text.span, met),
                Node::Output(output) => self.output(output, met),
                Node::Tag(tag) => self.tag(tag, met),
                Node::HtmlComment(_) | Node::Error(_) => {}
            }
        }
    }

    /// Scans the branches of a tag, each from the same state.
    fn tag(&mut self, tag: &'a Tag, met: &mut impl FnMut(Met<'a>)) {
        if matches!(self.source.slice(tag.name), "comment" | "doc" | "capture") {
            return;
        }
        let mut branches = tag.branches.iter();
        let start = self.clone();
        if let Some(first) = branches.next() {
            self.nodes(&first.body, met);
        }
        for branch in branches {
            start.clone().nodes(&branch.body, met);
        }
    }

    /// Visits an output.
    pub fn output(&mut self, output: &'a Output, met: &mut impl FnMut(Met<'a>)) {
        if self.place == HtmlPlace::Tag && self.expects_value {
            // A value without quotes.
            self.begin_value(None, output.span.start as usize);
        }
        met(Met::Output(output, self.place.clone()));
    }

    fn begin_value(&mut self, quote: Option<char>, start: usize) {
        self.expects_value = false;
        self.place = HtmlPlace::Value(Value {
            element: self.element.clone(),
            attribute: self.attribute.clone(),
            quote,
            start,
            string: None,
        });
    }

    pub fn text(&mut self, span: Span, met: &mut impl FnMut(Met<'a>)) {
        let text = self.source.slice(span);
        let base = span.start as usize;
        let mut at = 0;
        while at < text.len() {
            at = match &self.place {
                HtmlPlace::Text => self.in_text(text, base, at, met),
                HtmlPlace::Tag => self.in_tag(text, base, at, met),
                HtmlPlace::Value(_) => self.in_value(text, base, at, met),
                HtmlPlace::Script(_) => self.in_script(text, at),
                HtmlPlace::Style => self.raw_end(text, at, "style"),
            };
        }
    }

    fn in_text(
        &mut self,
        text: &'a str,
        base: usize,
        at: usize,
        met: &mut impl FnMut(Met<'a>),
    ) -> usize {
        let Some(found) = text[at..].find('<') else { return text.len() };
        let at = at + found;
        let closes = text[at + 1..].starts_with('/');
        let start = at + 1 + usize::from(closes);
        let length = name_length(&text[start..]);
        if length == 0 {
            return at + 1;
        }
        let name = &text[start..start + length];
        let span = Span::new(base + at, base + start + length);
        met(if closes { Met::Close(name, span) } else { Met::Open(name, span) });
        self.element = name.to_ascii_lowercase();
        self.closes = closes;
        self.place = HtmlPlace::Tag;
        self.expects_value = false;
        self.attribute.clear();
        start + length
    }

    fn in_tag(
        &mut self,
        text: &'a str,
        base: usize,
        at: usize,
        met: &mut impl FnMut(Met<'a>),
    ) -> usize {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { return text.len() };
        match first {
            '>' => {
                if at > 0 && text[..at].ends_with('/') && !self.closes {
                    met(Met::SelfClosed);
                }
                self.place = match (&*self.element, self.closes) {
                    ("script", false) => HtmlPlace::Script(None),
                    ("style", false) => HtmlPlace::Style,
                    _ => HtmlPlace::Text,
                };
                at + 1
            }
            '"' | '\'' if self.expects_value => {
                self.opened = base + at;
                self.begin_value(Some(first), base + at + 1);
                at + 1
            }
            '=' => {
                self.expects_value = true;
                at + 1
            }
            c if c.is_ascii_whitespace() || c == '/' => at + 1,
            _ if self.expects_value => {
                self.begin_value(None, base + at);
                at
            }
            _ => {
                let length = rest.find(|c: char| c.is_ascii_whitespace() || "=>/\"'".contains(c));
                let length = length.unwrap_or(rest.len()).max(first.len_utf8());
                self.attribute = rest[..length].to_ascii_lowercase();
                at + length
            }
        }
    }

    fn in_value(
        &mut self,
        text: &'a str,
        base: usize,
        at: usize,
        met: &mut impl FnMut(Met<'a>),
    ) -> usize {
        let HtmlPlace::Value(value) = &mut self.place else { return text.len() };
        let Some(c) = text[at..].chars().next() else { return text.len() };
        let next = at + c.len_utf8();
        match value.quote {
            Some(quote) if c == quote => {
                let start = value.start.saturating_sub(base);
                let own = text.get(start..at).unwrap_or_default();
                if value.start >= base && !may_hold_tags(&value.attribute) && ends_in_attribute(own)
                {
                    met(Met::OpenQuote(Span::new(self.opened, base + at)));
                }
                self.place = HtmlPlace::Tag;
            }
            None if c.is_whitespace() => self.place = HtmlPlace::Tag,
            None if c == '>' => {
                self.place = HtmlPlace::Tag;
                return at;
            }
            // A tag inside a value: its closing quote is missing.
            Some(_)
                if c == '<'
                    && !may_hold_tags(&value.attribute)
                    && text[next..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') =>
            {
                met(Met::OpenQuote(Span::new(self.opened, base + at)));
                self.place = HtmlPlace::Text;
                return at;
            }
            _ if value.attribute.starts_with("on") && matches!(c, '"' | '\'' | '`') => {
                value.string = match value.string {
                    Some(open) if open == c => None,
                    None => Some(c),
                    open => open,
                };
            }
            _ => {}
        }
        next
    }

    fn in_script(&mut self, text: &'a str, at: usize) -> usize {
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { return text.len() };
        let HtmlPlace::Script(string) = &mut self.place else { return text.len() };
        if starts_with_end(rest, "script") {
            self.place = HtmlPlace::Text;
            return at;
        }
        match (*string, c) {
            (Some(_), '\\') => {
                let escaped = rest[1..].chars().next().map_or(0, char::len_utf8);
                return at + 1 + escaped;
            }
            (Some(quote), c) if c == quote => *string = None,
            // Strings in `'` and `"` end on their line.
            (Some('"' | '\''), '\n') => *string = None,
            (None, '"' | '\'' | '`') => *string = Some(c),
            (None, '/') if rest.starts_with("//") => {
                return at + rest.find('\n').unwrap_or(rest.len());
            }
            (None, '/') if rest.starts_with("/*") => {
                return at + rest.find("*/").map_or(rest.len(), |end| end + 2);
            }
            _ => {}
        }
        at + c.len_utf8()
    }

    fn raw_end(&mut self, text: &'a str, at: usize, name: &str) -> usize {
        let rest = &text[at..];
        let mut ends = rest.match_indices("</").map(|(end, _)| end);
        match ends.find(|end| starts_with_end(&rest[*end..], name)) {
            Some(end) => {
                self.place = HtmlPlace::Text;
                at + end
            }
            None => text.len(),
        }
    }
}

fn starts_with_end(text: &str, name: &str) -> bool {
    let word = text.strip_prefix("</").and_then(|rest| rest.get(..name.len()));
    word.is_some_and(|word| word.eq_ignore_ascii_case(name))
}

fn name_length(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return 0;
    }
    text.find(|c: char| !c.is_ascii_alphanumeric() && !"-:_".contains(c)).unwrap_or(text.len())
}
