//! Placeholders from documentation, to be replaced by real values.

use std::ops::Range;

/// Last words in the names of values to fill in.
const CREDENTIAL_WORDS: [&str; 10] = [
    "ID",
    "KEY",
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "CREDENTIAL",
    "CREDENTIALS",
    "ENDPOINT",
    "HOST",
    "HERE",
];

/// Finds the first placeholder among the words of a string: `YOUR-RETAIL-ID`, `your_api_key`,
/// `<YOTPO-API-KEY>`, `INSERT_ID_HERE`.
pub(in crate::rules) fn find(text: &str) -> Option<Range<usize>> {
    let is_capitals = |inner: &str| inner.chars().all(|c| !c.is_ascii_lowercase());
    if let Some(found) = angled(text, is_capitals) {
        return Some(found);
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let start = at + rest.find(is_word)?;
        let length = text[start..].find(|c| !is_word(c)).unwrap_or(text.len() - start);
        let word = &text[start..start + length];
        if is_placeholder(word) {
            return Some(start..start + length + dotted_after(&text[start + length..]));
        }
        // Separate words in capitals: `YOUR API ENDPOINT`.
        let more = capitals_after(&text[start + length..]);
        if word == "YOUR" && more > 0 {
            return Some(start..start + length + more);
        }
        at = start + length;
    }
    None
}

/// Returns the length of dotted continuations of a name in capitals: `YOUR_SHOP.API_TOKEN`.
fn dotted_after(text: &str) -> usize {
    let mut length = 0;
    while let Some(word) = text[length..].strip_prefix('.') {
        let is_part =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let part = word.bytes().take_while(|byte| is_part(*byte)).count();
        if part == 0 || !word.as_bytes()[0].is_ascii_uppercase() {
            break;
        }
        length += 1 + part;
    }
    length
}

/// Returns the length of further words in capitals, separated by single spaces.
fn capitals_after(text: &str) -> usize {
    let mut length = 0;
    while let Some(word) = text[length..].strip_prefix(' ') {
        let capitals = word.bytes().take_while(u8::is_ascii_uppercase).count();
        if capitals < 2 || word[capitals..].starts_with(|c: char| c.is_alphanumeric()) {
            break;
        }
        length += 1 + capitals;
    }
    length
}

/// Whether a whole value is a placeholder, including `VENDOR-APP-TOKEN` and `XXXXXXXX`.
pub(in crate::rules) fn is_whole(value: &str) -> bool {
    let value = value.trim();
    if is_placeholder(value) || find(value).is_some_and(|found| found.len() + 8 > value.len()) {
        return true;
    }
    let words = value.split(['-', '_']).collect::<Vec<_>>();
    let capitals =
        value.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_'));
    let names = words.len() > 1 && words.last().is_some_and(|last| CREDENTIAL_WORDS.contains(last));
    is_crossed(value) || (capitals && names)
}

/// Whether a value is a word for a credential, such as `TOKEN` or `api_key`.
pub(in crate::rules) fn is_credential_word(value: &str) -> bool {
    let value = value.trim().to_ascii_uppercase();
    value.split(['-', '_']).all(|word| word.bytes().all(|byte| byte.is_ascii_uppercase()))
        && value.split(['-', '_']).next_back().is_some_and(|last| CREDENTIAL_WORDS.contains(&last))
}

/// Finds what drafts have in the place of a text: `[FIRST NAME]`, `[[first_name]]`, `{FIRST_NAME}`,
/// `Lorem ipsum`.
pub(in crate::rules) fn of_drafts(text: &str) -> Vec<Range<usize>> {
    const LONGEST: usize = 40;
    let mut found = Vec::new();
    for (open, close) in [("[[", "]]"), ("[", "]"), ("{", "}")] {
        let mut from = 0;
        while let Some(start) = text[from..].find(open).map(|at| from + at) {
            from = start + open.len();
            let rest = &text.as_bytes()[from..text.len().min(from + LONGEST)];
            let Some(length) = memchr::memmem::find(rest, close.as_bytes()) else { continue };
            let name = &text[from..from + length];
            if found.iter().any(|one: &Range<usize>| one.contains(&start)) {
                continue;
            }
            let is_written = match open {
                "[[" => {
                    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic());
                    is_word && is_name(name, |c| c.is_ascii_alphanumeric())
                }
                _ => is_name(name, |c| c.is_ascii_uppercase()) && asks_for_text(name),
            };
            // In JSON and CSS, braces and brackets have their own meaning.
            let is_alone = open != "{" || name.contains('_');
            if is_written && is_alone {
                let end = from + length + close.len();
                found.push(start..end);
                from = end;
            }
        }
    }
    let lower = text.to_ascii_lowercase();
    found.extend(lower.match_indices("lorem ipsum").map(|(at, words)| at..at + words.len()));
    found
}

fn is_name(name: &str, is_letter: fn(char) -> bool) -> bool {
    name.len() > 3
        && name.starts_with(is_letter)
        && name.chars().all(|c| is_letter(c) || matches!(c, ' ' | '_' | '-'))
}

/// Whether words in capitals name something to fill in.
fn asks_for_text(name: &str) -> bool {
    let mut words = name.split([' ', '_', '-']);
    words.clone().any(|word| word == "NAME" || word == "FIRSTNAME" || word == "LASTNAME")
        || words.next().is_some_and(|word| matches!(word, "INSERT" | "ENTER" | "YOUR"))
}

/// Finds merge tags of other systems: `*|FNAME|*`, `%%first_name%%`, `<%= name %>`.
pub(in crate::rules) fn merge_tags(text: &str) -> Vec<Range<usize>> {
    const LONGEST_NAME: usize = 64;
    const MARKS: [(&str, &str); 3] = [("*|", "|*"), ("%%", "%%"), ("<%=", "%>")];
    let mut found = Vec::new();
    for (open, close) in MARKS {
        let mut from = 0;
        while let Some(start) = text[from..].find(open).map(|at| from + at) {
            from = start + open.len();
            // A name is short: a distant delimiter closes something else.
            let rest = &text.as_bytes()[from..text.len().min(from + LONGEST_NAME)];
            let Some(length) = memchr::memmem::find(rest, close.as_bytes()) else { continue };
            let name = text[from..from + length].trim();
            let is_name = !name.is_empty()
                && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '@')
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_.:-@".contains(&byte));
            if is_name {
                let end = from + length + close.len();
                found.push(start..end);
                from = end;
            }
        }
    }
    found
}

/// Whether a value is crossed out: `XXXXXXXX`.
pub(in crate::rules) fn is_crossed(value: &str) -> bool {
    value.len() >= 6 && value.bytes().all(|byte| matches!(byte, b'x' | b'X'))
}

/// Whether a value is an example that isn't meant to be sent.
pub(in crate::rules) fn is_example(value: &str) -> bool {
    value.to_ascii_uppercase().contains("EXAMPLE")
}

/// Finds `{name}` with single braces around nothing but a name.
pub(in crate::rules) fn braced(text: &str) -> Option<Range<usize>> {
    let found = enclosed(text, '{', '}', |inner| {
        let named = inner.starts_with(|c: char| c.is_ascii_alphabetic());
        named && inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_'))
    })?;
    // Two braces are unparsed Liquid, and a dollar sign makes it an attribute.
    let liquid = text[..found.start].ends_with(['{', '$']) || text[found.end..].starts_with('}');
    (!liquid).then_some(found)
}

/// Finds `<name of something>`; URLs have no other use for such brackets.
pub(in crate::rules) fn in_brackets(text: &str) -> Option<Range<usize>> {
    angled(text, |_| true)
}

fn angled(text: &str, fits: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    enclosed(text, '<', '>', |inner| {
        let words = inner.contains(['-', '_', ' ', '.']);
        let named = inner.starts_with(|c: char| c.is_ascii_alphabetic());
        let plain = inner.chars().all(|c| c.is_ascii_alphanumeric() || "-_ .".contains(c));
        named && plain && words && fits(inner)
    })
}

fn enclosed(
    text: &str,
    open: char,
    close: char,
    fits: impl Fn(&str) -> bool,
) -> Option<Range<usize>> {
    for (start, _) in text.match_indices(open) {
        let Some(length) = text[start + 1..].find([open, close]) else { continue };
        let end = start + 1 + length;
        if text[end..].starts_with(close) && length < 40 && fits(&text[start + 1..end]) {
            return Some(start..end + 1);
        }
    }
    None
}

/// Whether a word in capitals asks to be replaced.
pub(in crate::rules) fn is_capitalized_placeholder(word: &str) -> bool {
    word.bytes().all(|byte| !byte.is_ascii_lowercase()) && is_placeholder(word)
}

/// Whether a word asks to be replaced.
fn is_placeholder(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    let parts = upper.split(['-', '_']).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let [first, .., last] = &*parts else { return false };
    let is_capitals = word.bytes().all(|byte| !byte.is_ascii_lowercase());
    match *first {
        // `/your-account` is a page, `your_api_key` a placeholder.
        "YOUR" | "YOU" => is_capitals || CREDENTIAL_WORDS[1..].contains(last),
        "INSERT" | "REPLACE" | "ENTER" | "ADD" => is_capitals && (parts.len() > 2 || *last == "ME"),
        "CHANGE" => is_capitals && *last == "ME",
        _ => is_capitals && parts.len() > 2 && *last == "HERE",
    }
}

#[cfg(test)]
mod tests {
    use super::{braced, find, is_whole};

    #[test]
    fn placeholders_are_found_and_names_are_not() {
        for (text, wanted) in [
            ("x/YOUR-RETAIL-ID/y", Some("YOUR-RETAIL-ID")),
            ("YOUR API ENDPOINT/v1", Some("YOUR API ENDPOINT")),
            ("?key=your_api_key&a=1", Some("your_api_key")),
            ("a/<YOTPO-API-KEY>/b", Some("<YOTPO-API-KEY>")),
            ("INSERT_ID_HERE", Some("INSERT_ID_HERE")),
            ("a YOUR_SHOP.ECO_APP_TOKEN.", Some("YOUR_SHOP.ECO_APP_TOKEN")),
            ("/your-account/offers", None),
            ("enjoy YOUR day", None),
            ("<p>it is yours</p>", None),
            ("ADD-ON", None),
        ] {
            assert_eq!(find(text).map(|range| &text[range]), wanted, "{text}");
        }
        assert_eq!(braced("/a/{space_id}/b"), Some(3..13));
        assert_eq!(braced("{{x}}"), None);
        assert_eq!(braced("q={\"a\":1}"), None);
        assert!(is_whole("VENDOR-APP-TOKEN") && is_whole("XXXXXX"));
        assert!(!is_whole("mk_live_7Qd2") && !is_whole("EUR") && !is_whole("en-GB"));
    }
}
