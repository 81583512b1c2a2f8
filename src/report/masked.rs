use std::ops::Range;

use super::style::{MARK, is_control_or_bidi};

pub(super) use crate::http::{masked, starred};

/// Makes terminal control characters visible byte for byte, because a template may come from
/// anywhere.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_break = c == '\r' && text[at + 1..].starts_with('\n');
        match (is_control_or_bidi(c) || c == MARK, c.len_utf8()) {
            (true, 1) if !is_break => out.push('?'),
            (true, 2) => out.push('¿'),
            (true, 3) => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

/// Bytes on each side that decide whether text is a secret.
const CONTEXT: usize = 256;

/// Masks a range of a text. Only the text around it is read, so that it is fast for every
/// diagnostic of a large file.
pub(super) fn masked_part(text: &str, range: Range<usize>) -> String {
    let around = around(text, &range);
    let shown = text.get(around.clone()).map(masked).unwrap_or_default();
    let part = shown.get(range.start - around.start..range.end - around.start);
    part.unwrap_or_default().to_owned()
}

/// Whether replacing a range may be shown, because the result isn't a secret.
pub(super) fn would_show(text: &str, range: Range<usize>, new: &str) -> bool {
    let around = around(text, &range);
    let before = text.get(around.start..range.start).unwrap_or_default();
    let after = text.get(range.end..around.end).unwrap_or_default();
    let shown = masked(&format!("{before}{new}{after}"));
    shown.get(before.len()..before.len() + new.len()) == Some(new)
}

fn around(text: &str, range: &Range<usize>) -> Range<usize> {
    let mut start = range.start.saturating_sub(CONTEXT).min(text.len());
    let mut end = (range.end + CONTEXT).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::{masked, masked_part, visible, would_show};

    #[test]
    fn what_a_terminal_would_obey_is_replaced_byte_for_byte() {
        let text = "a\rb\r\nc\u{1b}\u{9b}\u{202e}\u{fdd0}ü";
        assert_eq!(visible(text), "a?b\r\nc?¿\u{fffd}\u{fffd}ü");
        assert_eq!(visible(text).len(), text.len());
    }

    #[test]
    fn a_part_is_masked_by_what_stands_around_it() {
        let text = format!("{}ü?apikey=abc&b=1{}", "é".repeat(400), "é".repeat(400));
        let at = text.find("abc").expect("a key");
        assert_eq!(masked_part(&text, at..at + 5), "***&b");
        assert_eq!(masked_part(&text, 0..2), "é");
        assert_eq!(masked_part(&text, 0..text.len()), masked(&text));
        assert_eq!(masked_part("", 0..0), "");
        assert!(!would_show(&text, at..at + 3, "xyz"));
        assert!(would_show(&text, at..at + 3, "{{key}}"));
    }
}
