//! Saves temporary values as a new scenario.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::Shared;
use super::files::create;
use super::refusal::Refusal;
use crate::project::{Overlay, Scenario};
use crate::session::FileKind;
use crate::value::{Value, to_json};

/// Length limit of a scenario's name, in bytes.
const LONGEST_NAME: usize = 100;

/// A request for a new scenario.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewScenario {
    name: String,
    /// The scenario that it differs from.
    #[serde(default)]
    from: String,
    /// The message it applies to, if it has no base.
    #[serde(default)]
    message: String,
    #[serde(default)]
    values: Map<String, Json>,
}

impl NewScenario {
    /// Writes it, and returns its path.
    ///
    /// # Errors
    /// If its name is invalid or taken, a value isn't allowed where it is, or it can't be written.
    pub fn save(&self, shared: &Shared) -> Result<Json, Refusal> {
        self.check_name()?;
        let session = shared.session();
        let folder = &session.workspace.config.paths.scenarios;
        let is_file = |ending| {
            let file = format!("{folder}/{}.{ending}", self.name);
            session.workspace.root.join(file).exists()
        };
        // An unreadable scenario still occupies its name.
        if session.scenario(&self.name).is_some() || ["toml", "json"].into_iter().any(is_file) {
            let message = format!("the scenario `{}` is there already", self.name);
            return Err(Refusal::new(StatusCode::CONFLICT, message).help("take another name"));
        }
        let base = match self.from.as_str() {
            "" => Scenario::empty(),
            from => session
                .scenario(from)
                .cloned()
                .ok_or_else(|| Refusal::missing(format!("no scenario `{from}`")))?,
        };
        let mut laid = base.clone();
        Overlay::from_json(&self.values)?.apply(&mut laid);
        let entries = self.entries(&base, &laid);
        // Only JSON can express removing a value.
        let (ending, text) = match as_toml(&entries) {
            Some(text) => ("toml", self.with_title(text)),
            None => ("json", format!("{:#}\n", Json::Object(entries))),
        };
        let path = format!("{folder}/{}.{ending}", self.name);
        create(shared, &path, FileKind::Scenario, &text)?;
        Ok(json!({ "name": self.name, "path": path }))
    }

    fn with_title(&self, text: String) -> String {
        match self.from.as_str() {
            "" => text,
            from => format!("# As `{from}`, with other values.\n{text}"),
        }
    }

    fn check_name(&self) -> Result<(), Refusal> {
        let name = &self.name;
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(allowed) {
            let message = format!("found the name `{name}`, expected letters, digits, `-` and `_`");
            return Err(Refusal::wrong(message).help("name it such as `anna-without-offers`"));
        }
        Ok(())
    }

    /// Returns the contents of the file: tables and other keys that differ.
    fn entries(&self, base: &Scenario, laid: &Scenario) -> Map<String, Json> {
        let mut entries = Map::new();
        if self.from.is_empty() {
            entries.insert("templates".to_owned(), json!([self.message]));
        } else {
            entries.insert("extends".to_owned(), json!(self.from));
        }
        for (key, value) in &self.values {
            let (Json::Object(changed), Some(Value::Object(table))) = (value, laid.tables.get(key))
            else {
                let told = match (&**key, value) {
                    ("now" | "seed" | "recordings", Json::Null) => None,
                    ("now" | "seed" | "recordings", value) => Some(value.clone()),
                    // Removing a table means removing each of its keys.
                    (table, _) => emptied(base, table),
                };
                entries.extend(told.map(|told| (key.clone(), told)));
                continue;
            };
            // Tables are merged key by key, so a key contains its whole value.
            let keys = changed.keys().map(|key| {
                let value = table.get(key).map_or(Json::Null, |value| to_json(value.view()));
                (key.clone(), value)
            });
            entries.insert(key.clone(), Json::Object(keys.collect()));
        }
        entries
    }
}

fn emptied(base: &Scenario, table: &str) -> Option<Json> {
    let Some(Value::Object(known)) = base.tables.get(table) else { return None };
    Some(Json::Object(known.keys().map(|key| (key.to_owned(), Json::Null)).collect()))
}

/// Returns the text as TOML; `None` if a value can't be expressed.
pub(super) fn as_toml(entries: &Map<String, Json>) -> Option<String> {
    let mut table = toml::Table::new();
    for (key, value) in entries {
        table.insert(key.clone(), toml_value(value)?);
    }
    toml::to_string_pretty(&table).ok()
}

fn toml_value(value: &Json) -> Option<toml::Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(value) => toml::Value::Boolean(*value),
        Json::String(text) => toml::Value::String(text.clone()),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => toml::Value::Integer(whole),
            // A number that wouldn't round-trip is left to JSON.
            None => {
                let float = number.as_f64()?;
                (format!("{float:?}") == number.to_string()).then_some(toml::Value::Float(float))?
            }
        },
        Json::Array(items) => {
            toml::Value::Array(items.iter().map(toml_value).collect::<Option<_>>()?)
        }
        Json::Object(entries) => {
            let mut table = toml::Table::new();
            for (key, value) in entries {
                table.insert(key.clone(), toml_value(value)?);
            }
            toml::Value::Table(table)
        }
    })
}
