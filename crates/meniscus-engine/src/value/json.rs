use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use foldhash::fast::FixedState;
use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Object, Value, View};

/// Why a string isn't JSON, with the location.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{message} at line {line}, column {column}")]
pub struct JsonError {
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

/// Parses JSON; numbers of any size are exact.
///
/// # Errors
/// If it isn't JSON, or nested more than 128 deep.
pub fn parse_json(text: &str) -> Result<Value, JsonError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = KEYS.with_borrow_mut(|keys| Read::any(keys).deserialize(&mut reader));
    read.and_then(|value| reader.end().map(|()| value)).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        JsonError { message, line: error.line(), column: error.column() }
    })
}

/// Converts a JSON value as Ruby does: integers of any size, floats, ordered objects.
#[must_use]
pub fn from_json(json: serde_json::Value) -> Value {
    KEYS.with_borrow_mut(|keys| convert(json, keys))
}

fn convert(json: serde_json::Value, keys: &mut Keys) -> Value {
    match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(b) => Value::Bool(b),
        serde_json::Value::Number(number) => from_digits(number.as_str()).unwrap_or_default(),
        serde_json::Value::String(text) => Value::from(text),
        serde_json::Value::Array(items) => {
            Value::array(items.into_iter().map(|item| convert(item, keys)).collect())
        }
        serde_json::Value::Object(entries) => {
            let mut object = Object::with_capacity(entries.len());
            for (key, value) in entries {
                object.insert(shared(&key, keys), convert(value, keys));
            }
            Value::from(object)
        }
    }
}

thread_local! {
    /// Documents of one API mostly have the same keys: those that are known are shared.
    static KEYS: RefCell<Keys> = RefCell::default();
}

/// The keys that are shared.
type Keys = HashSet<Arc<str>, FixedState>;

/// Keys that are shared at most, and the longest of them, in bytes.
const MOST_KEYS: usize = 4_096;
const LONGEST_KEY: usize = 64;

fn shared(key: &str, keys: &mut Keys) -> Arc<str> {
    if let Some(known) = keys.get(key) {
        return Arc::clone(known);
    }
    let shared: Arc<str> = Arc::from(key);
    if key.len() <= LONGEST_KEY {
        if keys.len() >= MOST_KEYS {
            keys.clear();
        }
        keys.insert(Arc::clone(&shared));
    }
    shared
}

/// Under this key `serde_json` hands a number over as its text, since the feature `arbitrary_precision` keeps every digit.
const NUMBER: &str = "$serde_json::private::Number";

/// Deserializes a value directly, without an intermediate tree.
struct Read<'k> {
    keys: &'k mut Keys,
    /// Whether the value is a number's digits.
    is_number: bool,
}

impl<'k> Read<'k> {
    fn any(keys: &'k mut Keys) -> Read<'k> {
        Read { keys, is_number: false }
    }
}

impl<'de> DeserializeSeed<'de> for Read<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(from_digits(&value.to_string()).unwrap_or_default())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        let number = Some(text).filter(|_| self.is_number).and_then(from_digits);
        Ok(number.unwrap_or_else(|| Value::from(text)))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        let number = Some(&text).filter(|_| self.is_number).and_then(|text| from_digits(text));
        Ok(number.unwrap_or_else(|| Value::from(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Read::any(self.keys))? {
            list.push(item);
        }
        Ok(Value::array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Object::with_capacity(entries.size_hint().unwrap_or(4));
        while let Some(key) = entries.next_key_seed(ReadKey(self.keys))? {
            let is_number = key.is_none() && object.is_empty();
            let value = entries.next_value_seed(Read { keys: self.keys, is_number })?;
            // Data may contain that key, too.
            if is_number && is_numeric(&value) {
                return Ok(value);
            }
            object.insert(key.unwrap_or_else(|| shared(NUMBER, self.keys)), value);
        }
        Ok(Value::from(object))
    }
}

/// Reads a key; none where it is that of a number.
struct ReadKey<'k>(&'k mut Keys);

impl<'de> DeserializeSeed<'de> for ReadKey<'_> {
    type Value = Option<Arc<str>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for ReadKey<'_> {
    type Value = Option<Arc<str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok((key != NUMBER).then(|| shared(key, self.0)))
    }
}

/// Whether a value is a number, or the digits of one that is too long to compute with.
fn is_numeric(value: &Value) -> bool {
    match value {
        Value::Str(text) => from_digits(text).is_some(),
        value => matches!(value, Value::Int(_) | Value::Big(_) | Value::Float(_)),
    }
}

/// Parses a number; `None` if it isn't one.
fn from_digits(text: &str) -> Option<Value> {
    if let Ok(narrow) = text.parse::<i64>() {
        return Some(Value::Int(narrow));
    }
    let is_whole = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_whole {
        // A number too long to compute with is printed unchanged.
        return Some(super::leading_integer(text).unwrap_or_else(|| Value::from(text)));
    }
    text.parse().ok().map(Value::Float)
}

/// Converts to JSON; ranges become lists, times and computed objects strings.
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
        let value = parse_json(&long).expect("a number");
        assert_eq!(value.view().to_str(), long);
    }

    #[test]
    fn both_ways_to_read_agree() {
        for text in [
            "null",
            "true",
            "-0",
            "0.0",
            "-0.0",
            "1e400",
            "1E2",
            "12.50",
            "-9223372036854775808",
            "9223372036854775808",
            "123456789012345678901234567890",
            "\"a\\u00e9\\n\"",
            "[]",
            "{}",
            "[1,[2,{\"a\":{}}]]",
            "{\"b\":1,\"a\":2,\"b\":3}",
            "{\"a\":[{\"a\":1},{\"a\":2}]}",
            " {\"\":\"\"} ",
        ] {
            let direct = parse_json(text).expect(text);
            let through = from_json(serde_json::from_str(text).expect(text));
            assert_eq!(format!("{direct:?}"), format!("{through:?}"), "{text}");
            let json = serde_json::from_str::<serde_json::Value>(text).expect(text);
            assert_eq!(to_json(direct.view()).is_object(), json.is_object(), "{text}");
        }
        let own = parse_json("{\"$serde_json::private::Number\": [1]}").expect("an object");
        assert_eq!(to_json(own.view()).to_string(), "{\"$serde_json::private::Number\":[1]}");
        let broken = parse_json("{\"a\": 1,\n oops}").expect_err("no JSON");
        assert_eq!((broken.line, broken.column), (2, 2), "{broken}");
        assert!(parse_json("1 2").is_err() && parse_json("").is_err());
        assert!(parse_json(&"[".repeat(200)).is_err());
    }
}
