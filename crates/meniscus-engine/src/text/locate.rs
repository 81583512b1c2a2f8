//! Locates values in JSON.
//!
//! Data parsers return values without positions, but a message about a recording, a scenario, or
//! `meniscus.toml` should highlight the right characters. These functions find them again, only
//! when there is something to report.

use std::ops::Range;

use super::Step;

/// Returns the byte range of the value at `path` in JSON.
///
/// Makes one pass without recursion. The last of duplicate keys wins, as in `serde_json`. In broken
/// JSON, everything complete before the error is still found; returns `None` if the path doesn't
/// exist.
#[must_use]
pub fn locate_json<K: AsRef<str>>(text: &str, path: &[Step<K>]) -> Option<Range<usize>> {
    JsonScan::new(text, path).run().map(|found| found.value)
}

/// Returns the byte range of the last key in `path`, with its quotes.
///
/// `None` if the path doesn't exist or doesn't end in a [`Step::Key`].
#[must_use]
pub fn locate_json_key<K: AsRef<str>>(text: &str, path: &[Step<K>]) -> Option<Range<usize>> {
    JsonScan::new(text, path).run().and_then(|found| found.key)
}

/// Returns the line of an offset, from 1; an offset past the end is on the last line.
#[must_use]
pub fn line_of(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    1 + before.iter().filter(|&&byte| byte == b'\n').count()
}

/// A value's range, and its key's if it is an object member.
#[derive(Debug, Clone)]
struct Located {
    key: Option<Range<usize>>,
    value: Range<usize>,
}

/// An object or array that the scan is inside.
struct Frame {
    is_object: bool,
    /// The index of the next element in an array.
    index: usize,
    /// Whether the path leads here, up to this depth.
    on_path: bool,
    /// Where the container starts.
    start: usize,
    /// The key of this container in its parent, if this is the searched value.
    target: Option<Option<Range<usize>>>,
}

/// A single pass over JSON that remembers the last value seen at a path.
struct JsonScan<'t, 'p, K> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    path: &'p [Step<K>],
    stack: Vec<Frame>,
    found: Option<Located>,
}

impl<'t, 'p, K: AsRef<str>> JsonScan<'t, 'p, K> {
    fn new(text: &'t str, path: &'p [Step<K>]) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, path, stack: Vec::new(), found: None }
    }

    /// Scans to the end of the text, or to the first error.
    fn run(mut self) -> Option<Located> {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        let _sound = self.walk();
        self.found
    }

    fn walk(&mut self) -> Option<()> {
        self.value(true, None)?;
        while let Some(frame) = self.stack.last() {
            let (is_object, on_path, index) = (frame.is_object, frame.on_path, frame.index);
            self.skip_space();
            match (self.peek()?, is_object) {
                (b'}', true) | (b']', false) => self.close()?,
                (b',', _) => self.at += 1,
                (_, true) => {
                    let key = self.string()?;
                    self.skip_space();
                    if self.peek()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    let selected = on_path && self.key_is(&key);
                    self.value(selected, Some(key))?;
                }
                (_, false) => {
                    let selected = on_path && self.step() == Some(Step::Index(index));
                    if let Some(frame) = self.stack.last_mut() {
                        frame.index += 1;
                    }
                    self.value(selected, None)?;
                }
            }
        }
        Some(())
    }

    /// Returns the path's step that applies to children of the innermost container.
    fn step(&self) -> Option<Step<&'p str>> {
        self.path.get(self.stack.len().checked_sub(1)?).map(Step::borrowed)
    }

    fn key_is(&self, key: &Range<usize>) -> bool {
        let Some(Step::Key(wanted)) = self.step() else {
            return false;
        };
        let Some(raw) = self.text.get(key.clone()) else {
            return false;
        };
        if raw.contains('\\') {
            serde_json::from_str::<String>(raw).is_ok_and(|name| name == wanted)
        } else {
            raw.get(1..raw.len().saturating_sub(1)) == Some(wanted)
        }
    }

    /// Starts a value: skips a scalar, opens a container.
    fn value(&mut self, on_path: bool, key: Option<Range<usize>>) -> Option<()> {
        self.skip_space();
        if on_path {
            // An earlier duplicate doesn't count, even if this one lacks the rest of the path.
            self.found = None;
        }
        let target = (on_path && self.stack.len() == self.path.len()).then_some(key);
        let start = self.at;
        match self.peek()? {
            open @ (b'{' | b'[') => {
                self.at += 1;
                // The path ends at a target, so its children are off the path.
                let on_path = on_path && target.is_none();
                self.stack.push(Frame {
                    is_object: open == b'{',
                    index: 0,
                    on_path,
                    start,
                    target,
                });
                return Some(());
            }
            b'"' => {
                self.string()?;
            }
            _ => {
                while self.at < self.bytes.len()
                    && !b",:]}{[\" \t\r\n".contains(&self.bytes[self.at])
                {
                    self.at += 1;
                }
                if self.at == start {
                    return None;
                }
            }
        }
        if let Some(key) = target {
            self.found = Some(Located { key, value: start..self.at });
        }
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        self.at += 1;
        let frame = self.stack.pop()?;
        if let Some(key) = frame.target {
            self.found = Some(Located { key, value: frame.start..self.at });
        }
        Some(())
    }

    /// Skips a string and returns its range with the quotes.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(start..self.at);
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| b" \t\r\n".contains(&byte)) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::{Index, Key};

    fn json<'t>(text: &'t str, path: &[Step<&str>]) -> Option<&'t str> {
        locate_json(text, path).map(|range| &text[range])
    }

    #[test]
    fn finds_json_values_of_every_kind() {
        let text = r#" {"a": {"b": [1, {"c": "x\"]"}, null]}, "d": true} "#;
        assert_eq!(json(text, &[]), Some(text.trim()));
        assert_eq!(json(text, &[Key("a"), Key("b"), Index(0)]), Some("1"));
        assert_eq!(json(text, &[Key("a"), Key("b"), Index(1)]), Some(r#"{"c": "x\"]"}"#));
        assert_eq!(json(text, &[Key("a"), Key("b"), Index(1), Key("c")]), Some(r#""x\"]""#));
        assert_eq!(json(text, &[Key("a"), Key("b"), Index(2)]), Some("null"));
        assert_eq!(json(text, &[Key("d")]), Some("true"));
        assert_eq!(json(text, &[Key("a"), Key("b"), Index(3)]), None);
        assert_eq!(json(text, &[Key("d"), Key("x")]), None);
        assert_eq!(json("\u{feff}[7]", &[Index(0)]), Some("7"));
    }

    #[test]
    fn the_last_of_duplicate_keys_wins() {
        let text = r#"{"a": {"b": 1}, "a": {"b": 2}}"#;
        assert_eq!(json(text, &[Key("a"), Key("b")]), Some("2"));
        assert_eq!(json(r#"{"a": {"b": 1}, "a": 3}"#, &[Key("a"), Key("b")]), None);
    }

    #[test]
    fn keys_are_compared_unescaped() {
        let text = r#"{"\u0061\"": 1}"#;
        assert_eq!(json(text, &[Key("a\"")]), Some("1"));
        let key = locate_json_key(text, &[Key("a\"")]).unwrap();
        assert_eq!(&text[key], r#""\u0061\"""#);
        assert_eq!(locate_json_key("[1]", &[Index::<&str>(0)]), None);
        assert_eq!(locate_json_key("{}", &[] as &[Step<&str>]), None);
    }

    #[test]
    fn broken_json_never_panics_and_keeps_what_was_sound() {
        let text = r#"{"a": [1, "é\u00e9", {"b": -2.5e3}], "c": {"d": []}}"#;
        let path = [Key("a"), Index(2), Key("b")];
        for end in 0..=text.len() {
            if let Some(cut) = text.get(..end) {
                let _ = locate_json(cut, &path);
                let _ = locate_json_key(cut, &path);
            }
        }
        assert_eq!(json(r#"{"a": 1, "b": ]"#, &[Key("a")]), Some("1"));
        for odd in [
            "", "}", "]", "{]", "[}", "{,}", "\"", "\"\\", "{\"a\"", "{\"a\":", ":", "[1 2",
            "\u{feff}",
        ] {
            let _ = locate_json(odd, &[Key("a")]);
            let _ = locate_json(odd, &[] as &[Step<&str>]);
        }
        let deep = "[".repeat(200_000);
        assert_eq!(json(&deep, &[Index(0), Index(1)]), None);
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_of("", 0), 1);
        assert_eq!(line_of("a\nb", 1), 1);
        assert_eq!(line_of("a\nb", 2), 2);
        assert_eq!(line_of("é\n", 99), 2);
    }
}
