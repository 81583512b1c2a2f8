use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::{Object, Value, View};

/// Why a text is not JSON, with the place.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{message} at line {line}, column {column}")]
pub struct JsonError {
    /// What is wrong there.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

/// The value that a JSON text says, numbers of any size kept exactly.
///
/// # Errors
/// Where the text is not JSON, or nested more than 128 deep.
pub fn parse_json(text: &str) -> Result<Value, JsonError> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(json) => Ok(from_json(json)),
        Err(error) => {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            Err(JsonError { message, line: error.line(), column: error.column() })
        }
    }
}

/// A JSON value as Ruby reads it: whole numbers of any size, floats, ordered objects.
#[must_use]
pub fn from_json(json: serde_json::Value) -> Value {
    convert(json, &mut Keys::default())
}

/// The keys of a document so far: the objects of a list mostly have the same ones, and share them.
type Keys = HashSet<Arc<str>, FixedState>;

fn convert(json: serde_json::Value, keys: &mut Keys) -> Value {
    match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(b) => Value::Bool(b),
        serde_json::Value::Number(number) => from_number(&number),
        serde_json::Value::String(text) => Value::from(text),
        serde_json::Value::Array(items) => {
            Value::array(items.into_iter().map(|item| convert(item, keys)).collect())
        }
        serde_json::Value::Object(entries) => {
            let mut object = Object::with_capacity(entries.len());
            for (key, value) in entries {
                let key = shared(key, keys);
                object.insert(key, convert(value, keys));
            }
            Value::from(object)
        }
    }
}

fn shared(key: String, keys: &mut Keys) -> Arc<str> {
    if let Some(known) = keys.get(&*key) {
        return Arc::clone(known);
    }
    let key: Arc<str> = Arc::from(key);
    keys.insert(Arc::clone(&key));
    key
}

fn from_number(number: &serde_json::Number) -> Value {
    if let Some(narrow) = number.as_i64() {
        return Value::Int(narrow);
    }
    let text = number.as_str();
    let whole = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if whole {
        // What is too long to compute with prints as it stands.
        return super::leading_integer(text).unwrap_or_else(|| Value::from(text));
    }
    Value::Float(text.parse().unwrap_or(0.0))
}

/// A value as JSON; ranges as lists, times and computed objects as their text.
#[must_use]
pub fn to_json(view: View<'_>) -> serde_json::Value {
    match view {
        View::Nil => serde_json::Value::Null,
        View::Bool(b) => serde_json::Value::Bool(b),
        View::Int(i) => serde_json::Value::from(i),
        View::Big(big) => number(&big.to_string()),
        View::Float(f) if f.is_finite() => {
            let mut text = String::new();
            super::print(view, &mut text);
            number(&text)
        }
        View::Float(_) => serde_json::Value::Null,
        View::Str(text) => serde_json::Value::from(text),
        View::Array(items) => items.iter().map(|item| to_json(item.view())).collect(),
        View::Object(object) => {
            let entry =
                |(key, value): (&Arc<str>, &Value)| (key.to_string(), to_json(value.view()));
            serde_json::Value::Object(object.iter().map(entry).collect())
        }
        View::Range(..) | View::Time(_) | View::Drop(_) => serde_json::Value::from(&*view.to_str()),
    }
}

fn number(text: &str) -> serde_json::Value {
    text.parse::<serde_json::Number>().map_or(serde_json::Value::Null, serde_json::Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_too_long_to_compute_with_prints_as_it_stands() {
        let long = "7".repeat(30_000);
        let value = from_number(&long.parse().expect("a number"));
        assert_eq!(value.view().to_str(), long);
    }
}
