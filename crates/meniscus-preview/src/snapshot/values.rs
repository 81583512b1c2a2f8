//! Values of a scenario, one per line, so that a header can name the changed one.

use indexmap::IndexMap;

use super::digest::digest;
use crate::http::masked_output;
use crate::http::secret::{REDACTED, is_secret_field};
use crate::value::{Object, Value, View, to_json};

/// Values kept for each table; the rest share a digest.
const KEPT: usize = 60;

/// Length of a value that is kept whole, in bytes.
const WHOLE: usize = 80;

/// Bytes shown of a longer one.
const SHOWN: usize = 40;

/// Collects the values of a table by path (`user.first_name`, `catalogs.bread.items[0].price`).
///
/// A string is literal, unless it could be read as JSON; everything else is JSON. A long value is
/// shortened and has a digest; a secret is left out.
pub(super) fn lines_of(table: &str, value: &Value, lines: &mut IndexMap<String, String>) {
    let mut rest = Vec::new();
    let mut kept = 0;
    flatten(table.to_owned(), value, &mut |path, shown| {
        if kept < KEPT {
            kept += 1;
            lines.insert(path, shown);
        } else {
            rest.push(format!("{path}={shown}"));
        }
    });
    if !rest.is_empty() {
        let digest = digest(rest.join("\n").as_bytes());
        lines.insert(format!("{table} (others)"), format!("{} values, {digest}", rest.len()));
    }
}

fn flatten(path: String, value: &Value, keep: &mut dyn FnMut(String, String)) {
    match value.view() {
        View::Object(object) if !Object::is_empty(object) => {
            for (key, value) in object.iter() {
                flatten(format!("{path}.{key}"), value, keep);
            }
        }
        View::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                flatten(format!("{path}[{index}]"), value, keep);
            }
        }
        _ => {
            let name = path.rsplit('.').next().unwrap_or_default();
            let shown = shown(name, value);
            keep(path, shown);
        }
    }
}

/// Returns a value as written in a header, given its name.
pub(super) fn shown(name: &str, value: &Value) -> String {
    let text = match value.view() {
        View::Str(text) if serde_json::from_str::<serde_json::Value>(text).is_err() => {
            text.to_owned()
        }
        view => to_json(view).to_string(),
    };
    let line = format!("{name} = \"{text}\"");
    if is_secret_field(name) || masked_output(&line) != line {
        return REDACTED.to_owned();
    }
    if text.len() <= WHOLE {
        return text;
    }
    let mut end = SHOWN;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}… ({} bytes, {})", &text[..end], text.len(), digest(text.as_bytes()))
}
