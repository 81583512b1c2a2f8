use std::sync::LazyLock;

use regex::Regex;

/// Values that stand behind the name of a secret: in a header, a JSON member, or a URL.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r#"(?i)"(?:proxy-)?authorization"\s*:\s*"([^"]*)"#,
        r#"(?i)"(?:cookie|set-cookie|x-api-key|x-app-token|api[-_]?key|app[-_]?token|access[-_]?token|auth[-_]?token|client[-_]?secret|password|secret)"\s*:\s*"([^"]*)"#,
        r"(?i)[?&](?:api[-_]?key|apikey|key|token|access[-_]?token|secret|password|sign)=([^&\s]+)",
        r"(?i)\b(?:basic|bearer)\s+([A-Za-z0-9+/._~=-]{8,})",
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

fn star(bytes: &mut [u8], text: &str, range: std::ops::Range<usize>) {
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
    use super::masked;

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
}
