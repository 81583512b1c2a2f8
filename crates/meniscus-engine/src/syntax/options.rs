//! Parses `URL :option value …`, and bare words with `{{ … }}` in them.
//!
//! An option is a colon after white space and before a letter, so a URL may contain colons
//! (reference 2.1.1); inside the `{ }` of headers and bodies, nothing is an option.

use super::ast::{
    Attribute, Expr, ExprKind, Interpolated, InterpolatedPart, OptionMarkup, Options, Path,
    Pipeline, Root,
};
use super::cursor::{Cursor, is_space, is_word, trimmed};
use super::grammar::ParseOptions;
use super::parser::Parser;
use crate::text::Span;

/// Options with unbalanced braces in a tag, past which braces are ignored.
const MAX_UNBALANCED: u8 = 32;

impl<'s> Parser<'s> {
    /// Parses words, then options. A tag with a single text (a URL) keeps spaces in it.
    pub(super) fn options_markup(&mut self, span: Span, in_words: bool) -> Options {
        let span = trimmed(self.text, span);
        let mut at = span.start as usize;
        let end = span.end as usize;
        let mut patience = MAX_UNBALANCED;
        let head = Span::new(at, self.option_start(at, end, &mut patience).unwrap_or(end));
        let mut words = self.words(trimmed(self.text, head), in_words);
        at = head.end as usize;
        let mut options = Vec::new();
        while at < end {
            let start = at;
            let bytes = self.text.as_bytes();
            let name_length = bytes[at + 1..end].iter().take_while(|&&b| is_word(b)).count();
            let name = Span::new(at + 1, at + 1 + name_length);
            at = name.end as usize;
            let value_end = self.option_start(at, end, &mut patience).unwrap_or(end);
            let mut value_span = trimmed(self.text, Span::new(at, value_end));
            at = value_end;
            // `:method get https://…` before the URL: the URL comes last.
            if !in_words && words.is_empty() {
                let (value, url) = self.url_after(value_span);
                words.extend(url.map(|url| self.interpolated(url)));
                value_span = value;
            }
            let value = (!value_span.is_empty()).then(|| self.interpolated(value_span));
            let option_end = if value.is_some() { value_span.end } else { name.end };
            let span = Span { start: start as u32, end: option_end };
            options.push(OptionMarkup { span, name, value });
        }
        Options { span, words, options }
    }

    /// Splits an option's value from a URL after it.
    fn url_after(&self, value: Span) -> (Span, Option<Span>) {
        let text = self.slice(value);
        let start = text.find("://").map(|at| {
            let scheme = text[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
            scheme.len()
        });
        let Some(start) = start.filter(|at| text[..*at].ends_with(char::is_whitespace)) else {
            return (value, None);
        };
        let middle = value.start as usize + start;
        let own = trimmed(self.text, Span::new(value.start as usize, middle));
        (own, Some(Span::new(middle, value.end as usize)))
    }

    fn words(&mut self, head: Span, in_words: bool) -> Vec<Interpolated> {
        if head.is_empty() {
            return Vec::new();
        }
        if !in_words {
            return vec![self.interpolated(head)];
        }
        let mut words = Vec::new();
        let end = head.end as usize;
        let mut at = head.start as usize;
        while at < end {
            let start = at;
            while at < end && !is_space(self.text.as_bytes()[at]) {
                at = unit_end(self.text.as_bytes(), at, end);
            }
            words.push(self.interpolated(Span::new(start, at)));
            while at < end && is_space(self.text.as_bytes()[at]) {
                at += 1;
            }
        }
        words
    }

    /// Returns where the next option starts. Braces hide colons unless they are unbalanced: a
    /// header without its `}` must not swallow the options after it.
    ///
    /// Searching for unbalanced braces scans the rest of the markup. `patience` is how often that
    /// may happen before braces are ignored, which keeps parsing linear.
    fn option_start(&self, from: usize, end: usize, patience: &mut u8) -> Option<usize> {
        if *patience > 0 {
            match self.find_option(from, end, true) {
                Ok(found) => return found,
                Err(()) => *patience -= 1,
            }
        }
        self.find_option(from, end, false).unwrap_or(None)
    }

    fn find_option(&self, from: usize, end: usize, balance: bool) -> Result<Option<usize>, ()> {
        let bytes = self.text.as_bytes();
        let mut depth = 0usize;
        let mut quoted = false;
        let mut at = from;
        while at < end {
            let unit = unit_end(bytes, at, end);
            if unit > at + 1 {
                at = unit;
                continue;
            }
            match bytes[at] {
                b'"' if depth > 0 && bytes[at - 1] != b'\\' => quoted = !quoted,
                b'{' if balance && !quoted => depth += 1,
                b'}' if balance && !quoted => depth = depth.saturating_sub(1),
                b':' if depth == 0
                    && (at == from || is_space(bytes[at - 1]))
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
                    && at + 1 < end =>
                {
                    return Ok(Some(at));
                }
                _ => {}
            }
            at += 1;
        }
        if depth > 0 { Err(()) } else { Ok(None) }
    }

    /// Parses text with `{{ … }}` and bare `${…}` in it.
    pub(super) fn interpolated(&mut self, span: Span) -> Interpolated {
        let mut parts = Vec::new();
        let end = span.end as usize;
        let mut text_start = span.start as usize;
        let mut at = text_start;
        while at < end {
            let bytes = self.text.as_bytes();
            let unit = unit_end(bytes, at, end);
            if unit == at + 1 {
                at += 1;
                continue;
            }
            let attribute = bytes[at] == b'$';
            let start = if attribute { self.family_start(text_start, at) } else { at };
            if start > text_start {
                parts.push(InterpolatedPart::Text(Span::new(text_start, start)));
            }
            let pipeline = if attribute {
                self.bare_attribute(start, at, unit)
            } else {
                self.pipeline(Span::new(at + 2, unit - 2))
            };
            parts.push(InterpolatedPart::Output(pipeline));
            at = unit;
            text_start = unit;
        }
        if text_start < end {
            parts.push(InterpolatedPart::Text(Span::new(text_start, end)));
        }
        Interpolated { span, parts }
    }

    /// Returns where `family.` before a bare `${…}` starts, if it is a family's name.
    fn family_start(&self, from: usize, dollar: usize) -> usize {
        let bytes = self.text.as_bytes();
        if dollar == from || bytes[dollar - 1] != b'.' {
            return dollar;
        }
        let length = bytes[from..dollar - 1].iter().rev().take_while(|&&b| is_word(b)).count();
        let start = dollar - 1 - length;
        let known = self.grammar.family(Some(&self.text[start..dollar - 1])).is_some();
        if known { start } else { dollar }
    }

    /// Returns the span of a `${…}` in text with its dollar sign at `dollar`, including its family.
    pub(super) fn bare_attribute_at(
        &self,
        from: usize,
        dollar: usize,
        end: usize,
    ) -> Option<(usize, usize)> {
        let unit = unit_end(self.text.as_bytes(), dollar, end);
        (unit > dollar + 3).then(|| (self.family_start(from, dollar), unit))
    }

    pub(super) fn bare_attribute(&mut self, start: usize, dollar: usize, end: usize) -> Pipeline {
        let mut cursor = Cursor { text: self.text, pos: dollar, end };
        let family = (start < dollar).then(|| Span::new(start, dollar - 1));
        let span = Span::new(start, end);
        let kind = match self.attribute(&mut cursor, family, start) {
            Ok(attribute) => ExprKind::Path(Path::new(Root::Attribute(attribute), Vec::new())),
            Err(_) => {
                let name = trimmed(self.text, Span::new(dollar + 2, end - 1));
                let attribute = Attribute { span, family, id: None, name };
                ExprKind::Path(Path::new(Root::Attribute(attribute), Vec::new()))
            }
        };
        Pipeline { span, subject: Expr { span, kind }, filters: Vec::new() }
    }
}

/// Returns the end of the unit that starts here: a balanced `{{ … }}`, `${…}`, or one byte.
fn unit_end(bytes: &[u8], at: usize, end: usize) -> usize {
    let rest = &bytes[at..end];
    if rest.starts_with(b"${") {
        return at + attribute_length(rest).unwrap_or(1);
    }
    if !rest.starts_with(b"{{") {
        return at + 1;
    }
    let mut depth = 0usize;
    let mut pos = 0;
    while pos + 1 < rest.len() {
        if let Some(length) = attribute_length(&rest[pos..]) {
            pos += length;
            continue;
        }
        match &rest[pos..pos + 2] {
            b"{{" => (depth, pos) = (depth + 1, pos + 2),
            b"}}" => {
                (depth, pos) = (depth - 1, pos + 2);
                if depth == 0 {
                    return at + pos;
                }
            }
            _ => pos += 1,
        }
        // Braces deeper than any template has count as unbalanced, without searching to the end
        // again.
        if depth > ParseOptions::MAX_NESTING {
            break;
        }
    }
    at + 1
}

/// Returns the length of the `${…}` at the start, if it is closed on its line and before other
/// braces.
fn attribute_length(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"${")?;
    let stop = inner.iter().position(|b| matches!(b, b'}' | b'{' | b'\n'))?;
    (inner[stop] == b'}').then_some(stop + 3)
}
