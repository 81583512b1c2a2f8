//! The header of an insta file: only the subset of YAML that insta writes.
//!
//! insta writes block maps, indented by two spaces, and strings plain or in double quotes with
//! JSON's escapes. After `cargo insta accept` the header was written by insta, so both formats are
//! read.

use indexmap::IndexMap;

/// A key's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A string; numbers and similar are read literally.
    Text(String),
    Map(IndexMap<String, Entry>),
}

/// The line before and after a header.
const FENCE: &str = "---";

/// Spaces per level.
const INDENT: usize = 2;

/// Splits a file into header and text; `None` without a header.
pub(super) fn split(file: &str) -> Option<(&str, &str)> {
    let mut lines = file.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != FENCE {
        return None;
    }
    let mut at = first.len();
    for line in lines {
        if line.trim_end() == FENCE {
            return Some((&file[first.len()..at], &file[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

/// Parses a header. Unparsable lines are skipped.
pub(super) fn read(head: &str) -> IndexMap<String, Entry> {
    let mut lines = head
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .map(|line| (line.len() - line.trim_start().len(), line.trim_start()))
        .peekable();
    read_map(&mut lines, 0)
}

fn read_map<'a, I: Iterator<Item = (usize, &'a str)>>(
    lines: &mut std::iter::Peekable<I>,
    depth: usize,
) -> IndexMap<String, Entry> {
    let mut map = IndexMap::new();
    while let Some((indent, line)) = lines.next_if(|(indent, _)| *indent >= depth) {
        let Some((key, rest)) = split_entry(line).filter(|_| indent == depth) else { continue };
        let inner = lines.peek().map(|(indent, _)| *indent).filter(|inner| *inner > depth);
        let entry = match (rest, inner) {
            ("", Some(inner)) => Entry::Map(read_map(lines, inner)),
            ("{}", _) => Entry::Map(IndexMap::new()),
            (text, _) => Entry::Text(read_text(text)),
        };
        map.insert(key, entry);
    }
    map
}

/// Splits a line into its key and what follows the colon.
fn split_entry(line: &str) -> Option<(String, &str)> {
    let end = if line.starts_with('"') {
        let mut escaped = false;
        let close = line.char_indices().skip(1).find(|(_, c)| {
            let closes = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            closes
        });
        close?.0 + 1
    } else {
        line.find(": ").or_else(|| line.strip_suffix(':').map(str::len))?
    };
    let rest = line.get(end..)?.strip_prefix(':')?;
    Some((read_text(&line[..end]), rest.trim()))
}

fn read_text(text: &str) -> String {
    if text.starts_with('"')
        && let Ok(read) = serde_json::from_str(text)
    {
        return read;
    }
    match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        Some(inner) => inner.replace("''", "'"),
        None => text.to_owned(),
    }
}

/// Writes a header with its fences, like insta.
pub(super) fn write(head: &IndexMap<String, Entry>) -> String {
    let mut out = format!("{FENCE}\n");
    write_map(head, 0, &mut out);
    out.push_str(FENCE);
    out.push('\n');
    out
}

fn write_map(map: &IndexMap<String, Entry>, depth: usize, out: &mut String) {
    for (key, entry) in map {
        out.extend(std::iter::repeat_n(' ', depth));
        write_text(key, out);
        match entry {
            Entry::Text(text) => {
                out.push_str(": ");
                write_text(text, out);
                out.push('\n');
            }
            Entry::Map(inner) if inner.is_empty() => out.push_str(": {}\n"),
            Entry::Map(inner) => {
                out.push_str(":\n");
                write_map(inner, depth + INDENT, out);
            }
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        // Writing JSON to a string can't fail.
        out.push_str(&serde_json::to_string(text).unwrap_or_default().replace('\u{7f}', "\\u007f"));
    }
}

/// Whether YAML reads a string as itself without quotes; stricter than YAML, for other readers.
fn is_plain(text: &str) -> bool {
    let special = |c: char| c.is_control() || ":{}[],#`\"'\\\u{feff}\u{2028}\u{2029}".contains(c);
    let word = text.to_ascii_lowercase();
    !text.is_empty()
        && !text.contains(special)
        && !text.starts_with(|c: char| c.is_whitespace() || "&*?|-<>=!%@.".contains(c))
        && !text.ends_with(char::is_whitespace)
        && !text.starts_with("0x")
        && text.parse::<f64>().is_err()
        && !["yes", "no", "true", "false", "on", "off", "null", "~", "y", "n"].contains(&&*word)
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::{Entry, read, split, write};

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let texts = [
            "plain", "", " a ", "1", "1e5", "true", "~", "a: b", "\"q\"", "a\nb\\", "- x", "ü…",
            "'", "{}", "a #b", "\u{7f}\0",
        ];
        let mut inner = IndexMap::new();
        for text in texts {
            inner.insert(text.to_owned(), Entry::Text(text.to_owned()));
        }
        let mut head = IndexMap::new();
        head.insert("first".to_owned(), Entry::Text("1".to_owned()));
        head.insert("info".to_owned(), Entry::Map(inner));
        head.insert("none".to_owned(), Entry::Map(IndexMap::new()));
        head.insert("last".to_owned(), Entry::Text("a".to_owned()));
        let file = format!("{}text\n---\n", write(&head));
        let (found, text) = split(&file).expect("a head");
        assert_eq!(read(found), head);
        assert_eq!(text, "text\n---\n");
    }

    #[test]
    fn what_is_no_head_is_none() {
        assert_eq!(split("text"), None);
        assert_eq!(split("---\nopen"), None);
        assert_eq!(split(""), None);
        assert!(read("- a\n  - b\nnothing\n:\n\": x").len() < 3);
    }
}
