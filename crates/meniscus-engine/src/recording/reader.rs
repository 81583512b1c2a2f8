//! Validates the parsed JSON of a recording, and collects every problem with its place.

use std::path::Path;

use serde_json::{Map, Value};

use super::error::RecordingError;
use crate::text::{Step, line_of, locate_json, locate_json_key, nearest};

/// A value in the file, and its path.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    path: Vec<Step<&'a str>>,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, path: Vec::new() }
    }

    /// Returns the member with a name; `None` if there is none or this isn't an object.
    pub(super) fn get(&self, name: &str) -> Option<Node<'a>> {
        let (key, value) = self.value.as_object()?.get_key_value(name)?;
        Some(self.child(Step::Key(key), value))
    }

    /// Returns all members in file order.
    pub(super) fn members(&self) -> Vec<(&'a str, Node<'a>)> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(key, value)| (key.as_str(), self.child(Step::Key(key), value))).collect()
    }

    pub(super) fn items(&self) -> Vec<Node<'a>> {
        let items = self.value.as_array().into_iter().flatten();
        items.enumerate().map(|(index, value)| self.child(Step::Index(index), value)).collect()
    }

    fn child(&self, step: Step<&'a str>, value: &'a Value) -> Node<'a> {
        let mut path = self.path.clone();
        path.push(step);
        Node { value, path }
    }
}

/// State of reading a file.
pub(super) struct Reader<'f> {
    text: &'f str,
    file: &'f Path,
    errors: Vec<RecordingError>,
}

impl<'f> Reader<'f> {
    pub(super) fn new(file: &'f Path, text: &'f str) -> Self {
        Self { text, file, errors: Vec::new() }
    }

    /// Returns the problems in order of reading.
    pub(super) fn into_errors(self) -> Vec<RecordingError> {
        self.errors
    }

    /// Reports a problem with a value.
    pub(super) fn refuse(
        &mut self,
        node: &Node<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let start = locate_json(self.text, &node.path).map(|range| range.start);
        self.note(start, message.into(), help.into());
    }

    /// Reports a problem with a key.
    pub(super) fn refuse_key(
        &mut self,
        member: &Node<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let start = locate_json_key(self.text, &member.path).map(|range| range.start);
        self.note(start, message.into(), help.into());
    }

    fn note(&mut self, start: Option<usize>, message: String, help: String) {
        let line = start.map(|start| line_of(self.text, start));
        let column = start.map(|start| {
            let before = self.text.get(..start).unwrap_or_default();
            1 + before.chars().rev().take_while(|&c| c != '\n').filter(|&c| c != '\u{feff}').count()
        });
        self.errors.push(RecordingError::Content {
            path: self.file.to_owned(),
            line,
            column,
            message,
            help,
        });
    }

    /// Returns the members if `node` is an object with known keys only; otherwise reports the
    /// mistakes.
    ///
    /// `place` is the object's name in messages: `` `request` ``. Other keys are read even if one
    /// is wrong.
    pub(super) fn object<'a>(
        &mut self,
        node: &Node<'a>,
        place: &str,
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let Some(members) = node.value.as_object() else {
            self.wrong_kind(node, place, "an object");
            return None;
        };
        for (key, member) in node.members() {
            if known.contains(&key) {
                continue;
            }
            let list = known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let help = match nearest(key, known.iter().copied()) {
                Some(nearest) => {
                    format!("did you mean `{nearest}`?")
                }
                None => format!("remove `{key}`"),
            };
            self.refuse_key(
                &member,
                format!("unknown key `{key}` in {place}; the known ones are {list}"),
                help,
            );
        }
        Some(members)
    }

    /// Returns the string, or reports that `node` isn't one.
    pub(super) fn string<'a>(&mut self, node: &Node<'a>, place: &str) -> Option<&'a str> {
        let text = node.value.as_str();
        if text.is_none() {
            self.wrong_kind(node, place, "a string");
        }
        text
    }

    /// Returns the boolean, or reports that `node` isn't one.
    pub(super) fn boolean(&mut self, node: &Node<'_>, place: &str) -> Option<bool> {
        let boolean = node.value.as_bool();
        if boolean.is_none() {
            self.wrong_kind(node, place, "`true` or `false`");
        }
        boolean
    }

    /// Returns the integer in a range, or reports what `node` is instead.
    pub(super) fn integer(
        &mut self,
        node: &Node<'_>,
        place: &str,
        least: u64,
        most: u64,
    ) -> Option<u64> {
        let number = node.value.as_u64().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            let wanted = if most == u64::MAX {
                format!("a whole number from {least} up")
            } else {
                format!("a whole number from {least} to {most}")
            };
            self.wrong_kind(node, place, &wanted);
        }
        number
    }

    /// Reports that a value has the wrong kind.
    pub(super) fn wrong_kind(&mut self, node: &Node<'_>, place: &str, wanted: &str) {
        let found = match node.value {
            Value::Null => "`null`".to_owned(),
            Value::Bool(boolean) => format!("`{boolean}`"),
            Value::Number(number) => super::matcher::excerpt(number.as_str()),
            Value::String(_) => "a string".to_owned(),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        self.refuse(
            node,
            format!("{place} must be {wanted}, not {found}"),
            format!("write {wanted}"),
        );
    }
}

/// Returns the members of an object with arbitrary keys.
pub(super) fn named<'a>(
    reader: &mut Reader<'_>,
    node: &Node<'a>,
    key: &str,
) -> Vec<(&'a str, Node<'a>)> {
    match node.get(key) {
        Some(member) if member.value.is_object() => member.members(),
        Some(member) => {
            reader.wrong_kind(&member, &format!("`{key}`"), "an object");
            Vec::new()
        }
        None => Vec::new(),
    }
}
