//! Parses a recording file but leaves JSON bodies unparsed: of thousands of recordings, few are
//! used.

use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Deserializer, Map, Value};

/// A recording file, with `null` in place of each `jsonBody` kept in `bodies`.
pub(super) struct RecordingText<'t> {
    pub(super) root: Value,
    /// The unparsed bodies, one for each mapping.
    pub(super) bodies: Vec<Option<&'t RawValue>>,
}

impl<'t> RecordingText<'t> {
    pub(super) fn read(text: &'t str) -> serde_json::Result<RecordingText<'t>> {
        let mut bodies = Vec::new();
        let mut deserializer = Deserializer::from_str(text);
        let level = Level { at: At::Root, bodies: &mut bodies };
        let root = level.deserialize(&mut deserializer).and_then(|root| {
            deserializer.end()?;
            Ok(root)
        });
        match root {
            Ok(root) if bodies.iter().flatten().all(|body| is_sound(body.get())) => {
                Ok(RecordingText { root, bodies })
            }
            // Something has an unexpected kind; the reader reports it with its place.
            _ => Ok(RecordingText { root: serde_json::from_str(text)?, bodies: Vec::new() }),
        }
    }

    /// Returns the body of a mapping, if it was left unparsed.
    pub(super) fn body(&self, number: usize) -> Option<&'t RawValue> {
        self.bodies.get(number).copied().flatten()
    }
}

/// Whether a body is valid JSON: skipping it didn't check its escapes and depth.
fn is_sound(text: &str) -> bool {
    let is_plain = || {
        let mut depth = 0_usize;
        text.split('"').step_by(2).flat_map(str::bytes).all(|byte| {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth < DEPTH
        })
    };
    (!text.contains('\\') && is_plain()) || serde_json::from_str::<Value>(text).is_ok()
}

/// Depth up to which no further check is needed: `serde_json` reads 127 levels.
const DEPTH: usize = 100;

/// Removes white space between tokens.
pub(super) fn compact(body: &RawValue) -> String {
    let text = body.get();
    // An escape has several spellings.
    if text.contains('\\') {
        return serde_json::from_str(text)
            .map_or_else(|_| text.to_owned(), |json: Value| json.to_string());
    }
    let mut compact = String::with_capacity(text.len());
    // Without escapes, every quote starts or ends a string.
    for (index, piece) in text.split('"').enumerate() {
        if index > 0 {
            compact.push('"');
        }
        match index % 2 {
            0 => compact.extend(piece.split_ascii_whitespace()),
            _ => compact.push_str(piece),
        }
    }
    compact
}

/// Where a value is in a file.
#[derive(Clone, Copy)]
enum At {
    Root,
    Mappings,
    Mapping(usize),
    Response(usize),
}

struct Level<'b, 't> {
    at: At,
    bodies: &'b mut Vec<Option<&'t RawValue>>,
}

impl<'t> DeserializeSeed<'t> for Level<'_, 't> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'t>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.at {
            At::Mappings => deserializer.deserialize_seq(self),
            At::Root | At::Mapping(_) | At::Response(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'t> Visitor<'t> for Level<'_, 't> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a recording")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let inner = match (self.at, &*key) {
                (At::Root, "mappings") => Some(At::Mappings),
                (At::Root, "response") => Some(At::Response(0)),
                (At::Mapping(number), "response") => Some(At::Response(number)),
                (At::Response(number), "jsonBody") => {
                    if self.bodies.len() <= number {
                        self.bodies.resize(number + 1, None);
                    }
                    self.bodies[number] = Some(map.next_value::<&RawValue>()?);
                    members.insert(key, Value::Null);
                    continue;
                }
                _ => None,
            };
            let value = match inner {
                Some(at) => map.next_value_seed(Level { at, bodies: &mut *self.bodies })?,
                None => map.next_value::<Value>()?,
            };
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let level = Level { at: At::Mapping(items.len()), bodies: &mut *self.bodies };
            let Some(item) = list.next_element_seed(level)? else { break };
            items.push(item);
        }
        Ok(Value::Array(items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_left_as_text() {
        let text =
            r#"{"response": {"status": 200, "jsonBody": {"a" : [1.50, " b  c "], "d": null}}}"#;
        let read = RecordingText::read(text).expect("JSON");
        assert_eq!(read.root["response"]["jsonBody"], Value::Null);
        let body = read.body(0).expect("a body");
        assert_eq!(compact(body), r#"{"a":[1.50," b  c "],"d":null}"#);
    }

    #[test]
    fn each_mapping_has_its_own() {
        let text =
            r#"{"mappings": [{"response": {"body": "x"}}, {"response": {"jsonBody": "\u0041"}}]}"#;
        let read = RecordingText::read(text).expect("JSON");
        assert!(read.body(0).is_none());
        assert_eq!(compact(read.body(1).expect("a body")), r#""A""#);
    }

    #[test]
    fn what_is_of_another_kind_is_read_whole() {
        let (open, close) = ("[".repeat(300), "]".repeat(300));
        let deep = format!(r#"{{"response": {{"jsonBody": {open}1{close}}}}}"#);
        for text in [
            &*deep,
            r#"{"response": {"jsonBody": {"a": "\ud800"}}}"#,
            "{",
            r#"{"response": {"jsonBody": {}} x"#,
            r#"{"response": {"jsonBody": [1,}}"#,
        ] {
            assert!(RecordingText::read(text).is_err(), "{text}");
        }
    }
}
