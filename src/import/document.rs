//! A JSON file to import, and errors with locations in it.

use std::fmt;

use serde_json::Value;

use super::Input;
use crate::text::{Step, line_of, locate_json};

/// Why a file can't be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// The file as shown.
    pub file: String,
    /// Line and column, from 1, the column in characters; `None` for the whole file.
    pub place: Option<(usize, usize)>,
    /// What was found and expected.
    pub message: String,
    pub help: String,
}

impl ImportError {
    pub(super) fn of_file(file: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: None, message: message.into(), help: help.into() }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ImportError {}

pub(super) struct Document<'t> {
    pub(super) file: &'t str,
    pub(super) name: String,
    pub(super) json: Value,
    text: &'t str,
}

impl<'t> Document<'t> {
    pub(super) fn parse(input: &Input<'t>) -> Result<Self, ImportError> {
        let Input { shown: file, text, .. } = *input;
        let json = serde_json::from_str(text).map_err(|error| {
            let start = text.trim_start();
            let yaml = ["openapi:", "swagger:", "---", "info:"];
            if yaml.iter().any(|mark| start.starts_with(mark)) {
                let help = "convert it to JSON, for example with `yq -o json FILE`";
                return ImportError::of_file(file, "the file is YAML, not JSON", help);
            }
            if !start.starts_with(['{', '[', '"']) {
                let message =
                    "unknown format: the file isn't a HAR, a Postman collection, WireMock \
                     mappings, `curl -i` output, or JSON";
                let help = "set the format with `--as`, or save the file in one of these formats";
                return ImportError { place: Some((1, 1)), ..ImportError::of_file(file, message, help) };
            }
            let said = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            let said = said.strip_suffix(&place).unwrap_or(&said);
            ImportError {
                place: Some((error.line(), error.column())),
                ..ImportError::of_file(
                    file,
                    format!("the file isn't valid JSON ({said})"),
                    "save the file again, or fix it at that place",
                )
            }
        })?;
        Ok(Self { file, name: input.name(), json, text })
    }

    /// Makes an error at the value at this path.
    pub(super) fn wrong(
        &self,
        path: &[Step<&str>],
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> ImportError {
        let place = locate_json(self.text, path).map(|range| {
            let before = self.text.get(..range.start).unwrap_or_default();
            let line = before.rsplit('\n').next().unwrap_or_default();
            (line_of(self.text, range.start), line.chars().count() + 1)
        });
        ImportError { place, ..ImportError::of_file(self.file, message, help) }
    }
}

/// Returns a value's kind for messages.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "`null`",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Returns a string member, by default empty.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Returns an array member, by default empty.
pub(super) fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
