//! Fixes for syntax errors whose intent is certain.

use super::parser::Parser;
use super::scanner::Construct;
use super::syntax_error::{ErrorSite, SyntaxError, invisible, is_wide};
use crate::diagnostic::{Edit, Fix, Safety};
use crate::text::Span;

impl Parser<'_> {
    /// Completes a tag's `%}` of which only half is there.
    pub(super) fn closing_tag(&self, construct: &Construct, word: &str) -> Option<Fix> {
        let text = self.slice(construct.span);
        let end = construct.span.end as usize;
        if word == "connected_content" {
            // Its headers and bodies end in braces of their own.
            return None;
        }
        let span = if text.ends_with('%') {
            Span::new(end - 1, end)
        } else {
            // At an unmatched brace, the tag ends, and text follows.
            let at = unopened_brace(text)?;
            let length = text[at..].bytes().take_while(|&b| b == b'}').count();
            let start = construct.span.start as usize + at;
            Span::new(start, start + length.min(2))
        };
        let behind = self.text.as_bytes().get(span.end as usize);
        if matches!(behind, Some(b'}' | b'%')) {
            return None;
        }
        let apart = self.text[..span.start as usize].ends_with(|c: char| c.is_ascii_whitespace());
        let written = if apart { "%}" } else { " %}" };
        Some(Fix::replace("close the tag with `%}`", Safety::Safe, span, written))
    }

    /// Replaces two curly quotes with straight ones.
    pub(super) fn straight_quotes(&self, markup: Span, open: Span) -> Option<Fix> {
        let before = self.text[markup.start as usize..open.start as usize].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            // An apostrophe, not the start of a string.
            return None;
        }
        let single = matches!(self.slice(open).chars().next()?, '‘' | '’');
        let rest = self.slice(Span { start: open.end, end: markup.end });
        let (length, close) = closing_quote(rest, single)?;
        let inner = &rest[..length];
        let quote = ["'", "\""].into_iter().find(|quote| !inner.contains(quote))?;
        let end = open.end as usize + length;
        let edit = |span, text: &str| Edit { span, text: text.to_owned() };
        Some(Fix {
            title: format!("use straight quotes: `{quote}{inner}{quote}`"),
            safety: Safety::Safe,
            edits: vec![
                edit(Span { start: open.start, end: open.end }, quote),
                edit(Span::new(end, end + close.len_utf8()), quote),
            ],
        })
    }

    /// Reports a string that starts with a straight quote and ends with a curly one.
    pub(super) fn curly_end(&self, markup: Span, open: Span) -> Option<SyntaxError> {
        let straight = self.slice(open);
        let rest = self.slice(Span { start: open.end, end: markup.end });
        let (length, curly) = closing_quote(rest, straight == "'")?;
        let start = open.end as usize + length;
        let at = Span::new(start, start + curly.len_utf8());
        let message = format!("found the curly quote `{curly}`, expected a straight quote");
        let help = format!("use `{straight}`; Liquid doesn't recognize curly quotes");
        let title = format!("replace `{curly}` with `{straight}`");
        let fix = Fix::replace(title, Safety::Safe, at, straight);
        Some(SyntaxError::new("curly-quote", at, message, help).with(Some(fix)))
    }

    /// Replaces unusual spaces outside quotes with plain ones.
    pub(super) fn plain_spaces(&self, markup: Span) -> Option<Fix> {
        let mut quote = None;
        let mut edits = Vec::new();
        for (at, c) in self.slice(markup).char_indices() {
            match (c, quote) {
                ('\'' | '"', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                (c, None) if invisible(c).is_some() => {
                    let start = markup.start as usize + at;
                    let text = if is_wide(c) { " " } else { "" };
                    let span = Span::new(start, start + c.len_utf8());
                    edits.push(Edit { span, text: text.to_owned() });
                }
                _ => {}
            }
        }
        let title = "replace with plain spaces".to_owned();
        (!edits.is_empty()).then_some(Fix { title, safety: Safety::Safe, edits })
    }

    /// Replaces three braces with two, on both sides.
    pub(super) fn two_braces(&self, site: ErrorSite<'_>) -> Option<Fix> {
        let open = site.at.start as usize;
        let close = site.markup.end as usize;
        let exactly_three = open == site.markup.start as usize
            && !self.text[open + 1..].starts_with('{')
            && self.text[close..].starts_with("}}}");
        let edit = |at| Edit { span: Span::new(at, at + 1), text: String::new() };
        exactly_three.then(|| Fix {
            title: "use two braces on both sides".to_owned(),
            safety: Safety::Unsafe,
            edits: vec![edit(open), edit(close + 2)],
        })
    }
}

/// Returns the first curly quote after which a string may end.
fn closing_quote(rest: &str, single: bool) -> Option<(usize, char)> {
    rest.char_indices().find(|(at, c)| {
        let same = if single { matches!(c, '‘' | '’') } else { matches!(c, '“' | '”') };
        let next = rest[at + c.len_utf8()..].chars().next();
        same && next.is_none_or(|c| c.is_whitespace() || ",|}])-".contains(c))
    })
}

/// Returns the first unmatched `}` after a tag's `{%`.
fn unopened_brace(tag: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate().skip(1) {
        match (byte, quote) {
            (b'\'' | b'"', None) => quote = Some(byte),
            (_, Some(open)) => quote = Some(open).filter(|&open| open != byte),
            (b'{', None) => depth += 1,
            (b'}', None) if depth == 0 => return Some(at),
            (b'}', None) => depth -= 1,
            _ => {}
        }
    }
    None
}
