//! What path of a JSON text an offset is at: the inverse of [`locate_json`](super::locate_json).

use std::ops::Range;
use std::sync::Arc;

use super::{DataPath, Step};

/// An object or array that is open at some place.
struct Open {
    is_object: bool,
    /// The step to its current child.
    step: Step,
    /// Whether the current member of an object has its key.
    has_key: bool,
    /// Whether it has its value, or the current item of a list does.
    has_value: bool,
}

/// Notes that a value begins; `None` if a comma is missing before it.
fn begin_value(open: &mut [Open]) -> Option<()> {
    let Some(last) = open.last_mut() else { return Some(()) };
    let is_expected = !last.has_value && (last.has_key || !last.is_object);
    last.has_value = true;
    is_expected.then_some(())
}

/// Returns the path of the key or scalar at an offset, with its range; strings include quotes.
///
/// The text may be broken after the offset. `None` between keys and values, and in broken JSON.
#[must_use]
pub fn json_path_at(text: &str, offset: usize) -> Option<(DataPath, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at <= offset {
        let range = match bytes.get(at)? {
            byte if byte.is_ascii_whitespace() => at..at + 1,
            b'{' | b'[' => {
                begin_value(&mut open)?;
                let is_object = bytes[at] == b'{';
                open.push(Open {
                    is_object,
                    step: Step::Index(0),
                    has_key: false,
                    has_value: false,
                });
                at..at + 1
            }
            b'}' | b']' => {
                open.pop()?;
                at..at + 1
            }
            b',' => {
                let last = open.last_mut()?;
                (last.has_key, last.has_value) = (false, false);
                if let (Step::Index(index), false) = (&mut last.step, last.is_object) {
                    *index += 1;
                }
                at..at + 1
            }
            b':' => at..at + 1,
            b'"' => {
                let range = at..string_end(bytes, at)?;
                if let Some(last) = open.last_mut().filter(|last| last.is_object && !last.has_key) {
                    let key = serde_json::from_str::<String>(&text[range.clone()]).ok()?;
                    last.step = Step::Key(Arc::from(key));
                    last.has_key = true;
                } else {
                    begin_value(&mut open)?;
                }
                if range.contains(&offset) || range.end == offset {
                    return Some((path_of(&open), range));
                }
                range
            }
            _ => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",:]}{[\"".contains(byte);
                let length = bytes[at..].iter().position(is_end);
                let range = at..length.map_or(bytes.len(), |length| at + length);
                begin_value(&mut open)?;
                if range.contains(&offset) || range.end == offset {
                    return Some((path_of(&open), range));
                }
                range
            }
        };
        at = range.end;
    }
    None
}

fn path_of(open: &[Open]) -> DataPath {
    open.iter().map(|one| one.step.clone()).collect()
}

fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::locate_json;
    use super::*;

    fn at(text: &str, of: &str) -> Option<(String, String)> {
        let (path, range) = json_path_at(text, text.find(of).expect("it is there"))?;
        Some((path.to_string(), text[range].to_owned()))
    }

    #[test]
    fn keys_and_values_have_paths() {
        let text =
            r#"{"a": {"b c": [1, {"d\"": null}, "x"]}, "e": tru, "f": [[], 2], "g": {"h": 12"#;
        let found = |of| at(text, of).unwrap();
        assert_eq!(found("\"a\"").0, "a");
        assert_eq!(found("b c"), ("a['b c']".to_owned(), "\"b c\"".to_owned()));
        assert_eq!(found("null"), ("a['b c'][1]['d\"']".to_owned(), "null".to_owned()));
        assert_eq!(found("x").0, "a['b c'][2]");
        assert_eq!(found("tru"), ("e".to_owned(), "tru".to_owned()));
        assert_eq!(found("2]").0, "f[1]");
        assert_eq!(found("12"), ("g.h".to_owned(), "12".to_owned()));
        assert_eq!(at(text, " {\"b"), None);
        // Without a comma, nothing is known of what follows.
        assert_eq!(at("{\"a\": 1 \"b\": 2}", "b"), None);
        assert_eq!(at("[1 2]", "2"), None);
        for text in ["", "]", "{", "\"", "{\"a", "[1,,", "{\"a\\"] {
            for offset in 0..=text.len() + 1 {
                let _ = json_path_at(text, offset);
            }
        }
    }

    #[test]
    fn what_is_located_is_found_again() {
        let text = r#"{"a": [1, {"b": "x"}], "é": {"": false}}"#;
        let (key, index) = (Step::key, Step::Index);
        for path in
            [vec![key("a"), index(0)], vec![key("a"), index(1), key("b")], vec![key("é"), key("")]]
        {
            let path = DataPath::from(path);
            let range = locate_json(text, &path).expect("it is there");
            assert_eq!(json_path_at(text, range.start), Some((path, range)));
        }
    }
}
