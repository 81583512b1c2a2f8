use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Values that stand behind the name of a secret: in a header, a JSON member, or a URL.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r#"(?i)"(?:proxy-)?authorization"\s*:\s*"([^"]*)"#,
        r#"(?i)"(?:cookie|set-cookie|x-api-key|x-app-token|api[-_]?key|app[-_]?token|access[-_]?token|auth[-_]?token|client[-_]?secret|password|secret)"\s*:\s*"([^"]*)"#,
        r"(?i)[?&](?:api[-_]?key|apikey|key|token|access[-_]?token|secret|password|sign)=([^&\s]+)",
        r"(?i)\b(?:basic|bearer)\s+([A-Za-z0-9+/._~=-]{8,})",
        r"://[^/\s:@{}]*:([^@/\s]+)@",
        // SessionM's key stands in the path.
        r"/priv/v\d/apps/([A-Za-z0-9]{16,})",
        r#"(?i)\b\w*(?:secret|passw|token|api_?key|app_?key|credential)\w*\s*=\s*['"]([^'"]{8,})"#,
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// A template's text as it may be shown: secrets written into it are starred out, byte for byte, so
/// that every place stays where it is. What is Liquid in them is shown.
pub(super) fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for pattern in SECRETS.iter() {
        for found in pattern.captures_iter(text).filter_map(|captures| captures.get(1)) {
            star(&mut bytes, text, found.range());
        }
    }
    // Only whole values were starred, each byte by an ASCII one.
    String::from_utf8(bytes).unwrap_or_default()
}

/// The same with these characters starred out, too: what a rule has found to be a secret.
pub(super) fn starred(shown: String, spans: impl Iterator<Item = Range<usize>>) -> String {
    let mut bytes = shown.clone().into_bytes();
    for range in spans.filter(|range| range.end <= shown.len()) {
        star(&mut bytes, &shown, range);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

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

fn star(bytes: &mut [u8], text: &str, range: Range<usize>) {
    let mut depth = 0usize;
    let value = &text[range.clone()];
    for (offset, c) in value.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && c != ' ' => {
                let at = range.start + offset;
                bytes[at..at + c.len_utf8()].fill(b'*');
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{masked, masked_part, would_show};

    #[test]
    fn secrets_are_starred_and_liquid_is_shown() {
        let text = r#":headers {"Authorization": "Bearer s3cr€t {{token}}", "Accept": "x"}"#;
        let shown = masked(text);
        assert_eq!(shown.len(), text.len());
        assert_eq!(
            shown,
            r#":headers {"Authorization": "****** ******** {{token}}", "Accept": "x"}"#
        );
        assert_eq!(
            masked("https://x.example/a?apikey=abc&b=1"),
            "https://x.example/a?apikey=***&b=1"
        );
        assert_eq!(masked("the basic idea"), "the basic idea");
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
