//! Files and values as the workspace reads them.

use std::path::Path;
use std::sync::Arc;

use super::error::ProjectError;
use crate::files::Files;
use crate::text::Source;
use crate::value::{Object, Value};

/// Reads a file as a source reported as `shown`.
pub(super) fn read(
    files: &dyn Files,
    path: &Path,
    shown: &str,
) -> Result<Arc<Source>, ProjectError> {
    let text =
        files.read_to_string(path).map_err(|error| ProjectError::unreadable(path, &error))?;
    if text.len() > Source::MAX_BYTES {
        return Err(ProjectError::Unreadable {
            path: path.to_owned(),
            reason: format!("it has {} bytes; the limit is {}", text.len(), Source::MAX_BYTES),
            help: "split it into smaller files".to_owned(),
        });
    }
    // Editors add a byte order mark, which isn't part of what is pasted into Braze.
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(Arc::new(Source::new(shown, text)))
}

/// Converts a TOML value; dates and times become strings.
#[must_use]
pub fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text),
        toml::Value::Integer(i) => Value::Int(i),
        toml::Value::Float(f) => Value::Float(f),
        toml::Value::Boolean(b) => Value::Bool(b),
        toml::Value::Datetime(time) => Value::from(time.to_string()),
        toml::Value::Array(items) => Value::array(items.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => {
            let mut object = Object::with_capacity(table.len());
            for (key, value) in table {
                object.insert(key, from_toml(value));
            }
            Value::from(object)
        }
    }
}
