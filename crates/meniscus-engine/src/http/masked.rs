//! Masks secrets in text.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Values after a secret's name: in a header, a JSON member, or a URL.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r#"(?i)"(?:proxy-)?authorization"\s*:\s*"([^"]*)"#,
        r#"(?i)"(?:cookie|set-cookie|x-api-key|x-app-token|api[-_]?key|app[-_]?token|(?:access|refresh|auth|id|session)[-_]?token|(?:secret|private|access|signing)[-_]?key|client[-_]?secret|password|passwd|secret)"\s*:\s*"((?:[^"\\]|\\.)*)"#,
        r#"(?i)[?&](?:(?:api|app|access|secret)[-_]?key|key|(?:access|refresh|id|auth|session)?[-_]?token|(?:client[-_]?)?secret|password|passwd|pwd|pw|sign|signature|sig|jwt|session(?:[-_]?id)?)=([^&\s"'<>]+)"#,
        r"(?i)\b(?:basic|bearer)\s+([A-Za-z0-9+/._~=-]{8,})",
        r"://[^/\s:@{}]*:([^@/\s]+)@",
        // SessionM's key is in the path.
        r#"/priv/v\d+/apps/([^/\s?#"'{}]{6,})"#,
        // JSON Web Tokens, and keys with a vendor's prefix.
        r"\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)",
        r"\b((?:[sr]k_(?:live|test)_|gh[pousr]_|xox[abprs]-|AKIA|ASIA|AIza|SG\.|glpat-|npm_)[A-Za-z0-9_.-]{12,})",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]+)",
        r"(?i)<(?:\w+:)?(?:password|passwd|(?:client_?)?secret|(?:access_?|auth_?)?token|(?:api|app)_?key)>\s*([^<>\s{]{4,})\s*</",
        r#"(?i)\b\w*(?:secret|passw|token|api_?key|app_?key|credential)\w*\s*=\s*['"]([^'"]{8,})"#,
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// Masks literal secrets in a template's source byte for byte, so that all offsets stay valid.
/// Liquid in them is shown.
#[must_use]
pub fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for found in found_in(text) {
        star(&mut bytes, text, found);
    }
    // Only whole values were masked, each byte by an ASCII one.
    String::from_utf8(bytes).unwrap_or_default()
}

/// A secret after its name in running text, without quotes.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = "(?i)\\b(?:password|passwd|pwd|pw|passphrase|(?:client[-_]?)?secret|(?:api|app|access)[-_ ]?key|(?:access|refresh|auth|id|session)?[-_ ]?token|(?:set[-_]?)?cookie|authorization)";
    Regex::new(&format!("{names}\\s?[=:]\\s?([^\\s\"'&<>,;{{}}]{{6,}})")).ok()
});

/// Returns the ranges of secrets in a response or any other text.
pub fn secrets_in(text: &str) -> Vec<Range<usize>> {
    let named = NAMED.iter().flat_map(|pattern| pattern.captures_iter(text));
    let named = named.filter_map(|captures| captures.get(1)).map(|found| found.range());
    let named = named.filter(|range| !is_word(&text[range.clone()]));
    let mut all = secrets_of_output(text).chain(named).collect::<Vec<_>>();
    all.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    all.retain(|range| {
        let is_new = range.start >= end;
        end = end.max(range.end);
        is_new
    });
    all
}

/// Yields the ranges of secrets, except words after `basic` and `bearer`.
fn secrets_of_output(text: &str) -> impl Iterator<Item = Range<usize>> {
    found_in(text).filter(|found| {
        let before = text[..found.start].trim_end();
        let behind_scheme = before.len() < found.start && !before.ends_with(['=', ':']);
        !(behind_scheme && is_word(&text[found.clone()]))
    })
}

/// Masks secrets in rendered output byte for byte.
///
/// Output has no Liquid and more prose: words after `basic` and `bearer` are kept unless they look
/// like a credential ("basic membership").
#[must_use]
pub fn masked_output(text: &str) -> Cow<'_, str> {
    let mut bytes = Vec::new();
    for found in secrets_of_output(text) {
        if bytes.is_empty() {
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes[found].fill(b'*');
    }
    if bytes.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_default())
}

/// Yields the ranges of secrets.
fn found_in(text: &str) -> impl Iterator<Item = Range<usize>> {
    let all = SECRETS.iter().flat_map(|pattern| pattern.captures_iter(text));
    let values = all.filter_map(|captures| captures.get(1)).map(|found| found.range());
    values.filter(|value| !names_a_variable(&text[..value.start]))
}

/// Whether an environment variable's name follows, as in `password_env = "…"`: names aren't secret.
fn names_a_variable(before: &str) -> bool {
    before.trim_end_matches(['"', '\'', ' ', '=']).ends_with("_env")
}

/// Whether a string is an ordinary word: lowercase letters, perhaps capitalized.
fn is_word(text: &str) -> bool {
    let text = text.trim_end_matches(['.', '-']);
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_lowercase() || c == '-')
}

/// Also masks these ranges, which a rule has found to be secret.
#[must_use]
pub fn starred(shown: String, spans: impl Iterator<Item = Range<usize>>) -> String {
    let mut bytes = shown.clone().into_bytes();
    for range in spans.filter(|range| range.end <= shown.len()) {
        star(&mut bytes, &shown, range);
    }
    String::from_utf8(bytes).unwrap_or_default()
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

/// Bytes on each side that decide whether text is a secret.
const CONTEXT: usize = 256;

/// Masks a range of a text. Only the text around it is read, so that it is fast for every
/// diagnostic of a large file.
#[must_use]
pub fn masked_part(text: &str, range: Range<usize>) -> String {
    let around = around(text, &range);
    let shown = text.get(around.clone()).map(masked).unwrap_or_default();
    let part = shown.get(range.start - around.start..range.end - around.start);
    part.unwrap_or_default().to_owned()
}

/// Whether replacing a range may be shown, because the result isn't a secret.
#[must_use]
pub fn would_show(text: &str, range: Range<usize>, new: &str) -> bool {
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
    use super::{masked, masked_output, masked_part, would_show};

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
        let setting = "password_env = \"LOYALTY_PASSWORD\"";
        assert_eq!(masked(setting), setting);
        assert_eq!(masked("password = \"LOYALTY_PASSWORD\""), "password = \"****************\"");
    }

    #[test]
    fn what_came_of_a_template_keeps_its_words() {
        let text = "Your basic membership. Bearer Bondholders";
        assert_eq!(masked_output(text), text);
        assert_eq!(masked_output("Basic dXNlcjpwYXNz"), "Basic ************");
        assert_eq!(
            masked_output(r#"<a href="https://x.example/?key=ab{c}">k</a>"#),
            r#"<a href="https://x.example/?key=*****">k</a>"#
        );
        assert_eq!(masked_output(r#"{"Authorization": "a b"}"#), r#"{"Authorization": "***"}"#);
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
