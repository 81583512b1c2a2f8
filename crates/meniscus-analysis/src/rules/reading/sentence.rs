//! The words around an output on its line, without HTML and Liquid.

use std::collections::HashMap;

use super::html_place::{HtmlPlace, Met, Scan};
use crate::syntax::Template;
use crate::text::{Source, Span};

/// Bytes of a line searched for words.
const MAX_AROUND: usize = 400;

/// The words before and after an output on its line.
#[derive(Debug)]
pub(in crate::rules) struct Around {
    pub before: String,
    pub after: String,
}

impl Around {
    /// Returns the words around a span.
    pub fn of(source: &Source, span: Span) -> Around {
        let line = source.line_around(span.start as usize);
        let text = source.text();
        let (start, end) = (span.start as usize, span.end as usize);
        let boundary = |mut at: usize| {
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let least = boundary(start.saturating_sub(MAX_AROUND)).max(line.start);
        let most = boundary((end + MAX_AROUND).min(text.len())).min(line.end.max(end));
        let before = words(&text[least..start]);
        let after = words(&text[end..most]);
        // Text in another element is another sentence.
        let before = before.rsplit('\n').next().unwrap_or_default().to_owned();
        let after = after.split('\n').next().unwrap_or_default().to_owned();
        Around { before, after }
    }

    /// Whether the sentence has a gap without the value: words follow it, or it ends a sentence.
    pub fn has_gap(&self) -> bool {
        let letters = |text: &str| text.chars().any(char::is_alphabetic);
        let after = self.after.trim_start();
        // A label with a value, `Total: 12`, isn't a sentence.
        let is_label = self.before.trim_end().ends_with(':');
        let goes_on = letters(after);
        let ends =
            after.starts_with(['.', '!', '?', ',']) && self.before.split_whitespace().count() > 1;
        letters(&self.before) && (goes_on || (ends && !is_label))
    }

    /// Whether the value starts a sentence.
    pub fn begins(&self) -> bool {
        let rest = self.after.strip_prefix(' ').unwrap_or_default();
        self.before.trim().is_empty() && rest.starts_with(char::is_lowercase)
    }
}

/// Returns the visible words of a piece of a template.
fn words(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let close = match () {
            () if rest.starts_with("{{") => Some("}}"),
            () if rest.starts_with("{%") => Some("%}"),
            () if c == '<'
                && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') =>
            {
                Some(">")
            }
            () => None,
        };
        match close {
            Some(close) => {
                let end = rest.find(close).map_or(rest.len(), |at| at + close.len());
                // `}}}` closes `${name}` and the output.
                let more = rest[end..].bytes().take_while(|byte| *byte == b'}').count();
                // Text in another block element is another sentence.
                let is_block =
                    ["<p", "</p", "<td", "</td", "<br", "<li", "</li", "<h", "</h", "<div"]
                        .iter()
                        .any(|tag| {
                            rest.get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag))
                        });
                if is_block {
                    shown.push('\n');
                }
                rest = &rest[end + if close == "}}" { more } else { 0 }..];
            }
            None => {
                shown.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    shown
}

/// Returns the HTML places of a template's outputs, by offset.
pub(in crate::rules) fn places(template: &Template) -> HashMap<u32, HtmlPlace> {
    let mut places = HashMap::new();
    Scan::new(&template.source).nodes(&template.nodes, &mut |met| {
        if let Met::Output(output, place) = met {
            places.insert(output.span.start, place);
        }
    });
    places
}
