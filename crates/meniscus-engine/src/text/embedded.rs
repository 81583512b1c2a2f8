//! A string in a data file: where its characters are in that file.

use std::ops::Range;
use std::sync::Arc;

use super::Source;

/// The location of a string in its file.
#[derive(Debug)]
pub(super) struct Embedding {
    pub file: Arc<Source>,
    /// For each byte of the string, and its end, the offset in the file.
    pub places: Vec<u32>,
}

impl Embedding {
    /// Locates a TOML string; `range` includes quotes. If it can't be followed character by
    /// character, everything is located at its start.
    pub fn of_toml(file: &Arc<Source>, range: Range<usize>, text: &str) -> Embedding {
        let raw = file.text().get(range.clone()).unwrap_or_default();
        let places = match unquoted(raw, range.start) {
            Some((decoded, places)) if decoded == text => places,
            _ => vec![range.start as u32; text.len() + 1],
        };
        Embedding { file: Arc::clone(file), places }
    }

    /// Converts a range of the string to a range of the file.
    pub fn range(&self, range: Range<usize>) -> Range<usize> {
        let last = self.places.len().saturating_sub(1);
        let at = |offset: usize| self.places.get(offset.min(last)).map_or(0, |at| *at as usize);
        at(range.start)..at(range.end).max(at(range.start))
    }
}

/// Returns a TOML string's value, and the offset of each of its bytes; `start` is where `raw`
/// starts.
fn unquoted(raw: &str, start: usize) -> Option<(String, Vec<u32>)> {
    let forms = [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)];
    let (quote, escapes) = forms.into_iter().find(|(quote, _)| raw.starts_with(quote))?;
    let inner = raw.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut at = quote.len();
    // A line break right after opening triple quotes isn't part of the string.
    let inner = match inner.strip_prefix("\r\n").or_else(|| inner.strip_prefix('\n')) {
        Some(rest) if quote.len() == 3 => {
            at += inner.len() - rest.len();
            rest
        }
        _ => inner,
    };
    let (mut text, mut places) = (String::new(), Vec::new());
    let mut push = |text: &mut String, c: char, at: usize| {
        text.push(c);
        places.extend((0..c.len_utf8()).map(|_| (start + at) as u32));
    };
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        if c != '\\' || !escapes {
            push(&mut text, c, at);
            (at, rest) = (at + c.len_utf8(), &rest[c.len_utf8()..]);
            continue;
        }
        let (decoded, length) = escape(rest)?;
        if let Some(c) = decoded {
            push(&mut text, c, at);
        }
        (at, rest) = (at + length, &rest[length..]);
    }
    places.push((start + at) as u32);
    Some((text, places))
}

/// Returns the escaped character, `None` for a skipped line break, and the length of the escape.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let code = |digits: usize| {
        let code = u32::from_str_radix(text.get(2..2 + digits)?, 16).ok()?;
        Some((Some(char::from_u32(code)?), 2 + digits))
    };
    match text[1..].chars().next()? {
        'b' => Some((Some('\u{8}'), 2)),
        't' => Some((Some('\t'), 2)),
        'n' => Some((Some('\n'), 2)),
        'f' => Some((Some('\u{c}'), 2)),
        'r' => Some((Some('\r'), 2)),
        'e' => Some((Some('\u{1b}'), 2)),
        c @ ('"' | '\\') => Some((Some(c), 2)),
        'x' => code(2),
        'u' => code(4),
        'U' => code(8),
        c if c.is_ascii_whitespace() => {
            let rest = text[1..].trim_start_matches([' ', '\t', '\r', '\n']);
            Some((None, text.len() - rest.len()))
        }
        _ => None,
    }
}
