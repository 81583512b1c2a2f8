//! Claims about a value in a JSON string.

use super::claim::{line_of, shown};
use crate::http::secret::{REDACTED, is_secret_field};
use crate::recording::JsonPath;
use crate::text::{Span, locate_json, nearest};
use crate::value::{Value, equal, from_json, to_json};

/// Why a string has no matching value at a path.
pub(super) struct JsonFault {
    /// How far it matched, to find the closest part: 0 if it isn't JSON.
    pub reached: usize,
    pub found: String,
    /// What was expected, if not only the path.
    pub expected: String,
    /// The claim's label.
    pub label: &'static str,
    /// What to do, if known.
    pub help: Option<String>,
    /// The span in the string.
    pub span: Span,
    /// The note at that span.
    pub note: String,
}

/// Returns why a string has no value, or not the wanted one, at a path; `None` if it matches.
pub(super) fn json_fault(text: &str, path: &JsonPath, wanted: Option<&Value>) -> Option<JsonFault> {
    let root = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(root) => root,
        Err(error) => {
            let before = text.split_inclusive('\n').take(error.line().saturating_sub(1));
            let start = before.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
            let why = error.to_string();
            return Some(JsonFault {
                reached: 0,
                found: "there is no valid JSON".to_owned(),
                expected: String::new(),
                label: "not found",
                help: None,
                span: character_at(text, start),
                note: why.split(" at line ").next().unwrap_or_default().to_owned(),
            });
        }
    };
    let (steps, reached) = path.reach(&root);
    let whole = steps.len() == path.len();
    let span = locate_json(text, &steps).map_or(Span::empty(0), |range| line_or(text, range));
    let missing = |note: String, help: Option<String>| JsonFault {
        reached: 1 + steps.len(),
        found: format!("there is no `{}`", path.source()),
        expected: String::new(),
        label: "not found",
        help,
        span,
        note,
    };
    if !whole {
        let note = match reached {
            serde_json::Value::Object(members) => format!("has {} keys", members.len()),
            serde_json::Value::Array(items) => format!("has {} items", items.len()),
            serde_json::Value::Null => "is null".to_owned(),
            _ => "is a single value".to_owned(),
        };
        let near = match (reached, path.key_at(steps.len())) {
            (serde_json::Value::Object(members), Some(key)) => {
                nearest(key, members.keys().map(String::as_str))
            }
            _ => None,
        };
        let help = near.map(|near| format!("did you mean `{near}`?"));
        return Some(missing(note, help));
    }
    let wanted = wanted?;
    let found = from_json(reached.clone());
    if equal(found.view(), wanted.view()) {
        return None;
    }
    let secret = path.last_name().is_some_and(is_secret_field);
    let (was, should) = match secret {
        true => (format!("`{REDACTED}`"), "the expected value".to_owned()),
        false => (shown(&reached.to_string()), shown(&to_json(wanted.view()).to_string())),
    };
    Some(JsonFault {
        reached: 2 + steps.len(),
        found: format!("`{}` is {was}", path.source()),
        expected: format!(", not {should}"),
        label: "different",
        help: None,
        span,
        note: "seen here".to_owned(),
    })
}

/// Returns a range, or its first line.
fn line_or(text: &str, range: std::ops::Range<usize>) -> Span {
    match text[range.clone()].contains('\n') {
        true => line_of(text, range.start),
        false => Span::new(range.start, range.end),
    }
}

/// Returns the character at or before an offset.
fn character_at(text: &str, offset: usize) -> Span {
    let mut start = offset.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    Span::new(start, start + length)
}
