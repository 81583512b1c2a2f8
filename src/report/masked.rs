use std::ops::Range;

pub(super) use crate::fetch::{masked, starred};

/// A text in which control characters are question marks, byte for byte: a terminal would obey
/// them, and a template may come from anywhere.
pub(super) fn visible(text: &str) -> String {
    let is_control = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    text.replace(is_control, "?")
}

/// How much text on each side tells whether characters are a secret, in bytes.
const TELLING: usize = 256;

/// The characters of a range as they may be shown. Only the text around them is read, so that it
/// may be asked for every diagnostic of a large file.
pub(super) fn masked_part(text: &str, range: Range<usize>) -> String {
    let around = around(text, &range);
    let shown = text.get(around.clone()).map(masked).unwrap_or_default();
    let part = shown.get(range.start - around.start..range.end - around.start);
    part.unwrap_or_default().to_owned()
}

/// Whether new characters in place of a range may be shown: not where they would be a secret there.
pub(super) fn would_show(text: &str, range: Range<usize>, new: &str) -> bool {
    let around = around(text, &range);
    let before = text.get(around.start..range.start).unwrap_or_default();
    let after = text.get(range.end..around.end).unwrap_or_default();
    let shown = masked(&format!("{before}{new}{after}"));
    shown.get(before.len()..before.len() + new.len()) == Some(new)
}

fn around(text: &str, range: &Range<usize>) -> Range<usize> {
    let mut start = range.start.saturating_sub(TELLING).min(text.len());
    let mut end = (range.end + TELLING).min(text.len());
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
    use super::{masked, masked_part, would_show};

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
