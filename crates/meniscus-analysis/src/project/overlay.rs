use serde_json::{Map, Value as Json};

use super::error::ProjectError;
use super::expectation::KEY;
use super::scenario::Scenario;
use super::tables::{TABLES, remove_value, set_value, value_at};
use crate::dialect::families::FAMILIES;
use crate::text::{DataPath, Step, nearest};
use crate::value::{Object, Value, View, from_json, parse_json};

/// Values laid over a scenario for the moment: those of `--set`, or those edited in the preview.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    now: Option<Option<String>>,
    seed: Option<u64>,
    recordings: Option<Option<Vec<String>>>,
    changes: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Set(DataPath, Value),
    /// The keys of a table are set, each as a whole; `null` removes a key.
    Merge(DataPath, Map<String, Json>),
}

impl Overlay {
    /// Parses the arguments of `--set`, each `path=json`.
    ///
    /// # Errors
    /// For the first that can't be used.
    pub fn of_settings<S: AsRef<str>>(settings: &[S]) -> Result<Overlay, ProjectError> {
        let mut overlay = Overlay::default();
        settings.iter().try_for_each(|text| overlay.add_setting(text.as_ref()))?;
        Ok(overlay)
    }

    /// Adds `path=json`; anything that isn't valid JSON is taken as a string.
    ///
    /// The path starts with a table of the scenario (`custom_attribute.tier`), or is `now` or
    /// `seed`; anything else is a variable.
    fn add_setting(&mut self, text: &str) -> Result<(), ProjectError> {
        let wrong = |message: String| ProjectError::Unknown {
            message,
            help: "write `--set custom_attribute.tier='\"gold\"'`".to_owned(),
        };
        let Some((path, json)) = text.split_once('=') else {
            return Err(wrong(format!("`--set {text}` has no `=`")));
        };
        let mut path = path.trim().split('.').map(str::to_owned).collect::<Vec<_>>();
        if path.iter().any(String::is_empty) {
            return Err(wrong(format!("`--set {text}` has an empty name")));
        }
        if path.iter().any(|name| name.contains(['[', ']'])) {
            return Err(ProjectError::Unknown {
                message: format!("the path of `--set {text}` can't have brackets"),
                help: "write the position of an item as a name: `--set custom_attribute.list.0=1`"
                    .to_owned(),
            });
        }
        let value = parse_json(json).unwrap_or_else(|_| Value::from(json));
        let dotted = path.len() > 1;
        let profile = || {
            FAMILIES.iter().filter(|family| family.name.is_empty()).flat_map(|family| family.fields)
        };
        match (&*path[0], value.view()) {
            ("now", View::Str(now)) => self.now = Some(Some(now.to_owned())),
            ("seed", View::Int(seed @ 0..)) => self.seed = Some(seed.unsigned_abs()),
            ("recordings", View::Array(names)) => {
                let names = names.iter().map(|name| name.view().to_str().into_owned());
                self.recordings = Some(Some(names.collect()));
            }
            ("now" | "seed" | "recordings" | "templates" | "extends" | "without" | KEY, _) => {
                let message = format!("`{}` can't be set to `{json}`", path[0]);
                let help =
                    "set `now` to a time, `seed` to a whole number, or `recordings` to a list of \
                     names"
                        .to_owned();
                return Err(ProjectError::Unknown { message, help });
            }
            (table, other) if TABLES.contains(&table) => {
                if !dotted && !matches!(other, View::Object(_)) {
                    let message = format!("the table `{table}` can't be set to {}", other.kind());
                    let help = format!("write `--set {table}.NAME={json}`");
                    return Err(ProjectError::Unknown { message, help });
                }
                if let ("user", Some(near)) = (table, misspelt(path.get(1), profile().copied())) {
                    let message = format!("the profile has no attribute `{}`", path[1]);
                    return Err(ProjectError::Unknown {
                        message,
                        help: format!("did you mean `user.{near}`?"),
                    });
                }
                self.set(&path, value);
            }
            (name, _) if !dotted && profile().any(|field| *field == name) => {
                let message = format!("`{name}` is an attribute of the profile, not a variable");
                return Err(ProjectError::Unknown {
                    message,
                    help: format!("write `--set user.{text}`"),
                });
            }
            (name, _) => {
                if let (true, Some(near)) = (dotted, nearest(name, TABLES)) {
                    let message = format!("scenarios have no table `{name}`");
                    return Err(ProjectError::Unknown {
                        message,
                        help: format!("did you mean `{near}`?"),
                    });
                }
                path.insert(0, "variables".to_owned());
                self.set(&path, value);
            }
        }
        Ok(())
    }

    fn set(&mut self, path: &[String], value: Value) {
        let path = path.iter().map(|name| Step::key(name)).collect();
        self.changes.push(Change::Set(path, value));
    }

    /// Reads values as the preview sends them: tables and objects are merged key by key, and `null`
    /// removes a key.
    ///
    /// # Errors
    /// If a key isn't a scenario's, or its value has the wrong kind.
    pub fn from_json(values: &Map<String, Json>) -> Result<Overlay, ProjectError> {
        let mut overlay = Overlay::default();
        for (key, value) in values {
            let wrong = |expected: &str| ProjectError::Unknown {
                message: format!("`{key}` must be {expected}, not `{value}`"),
                help: format!("write {expected}"),
            };
            match (&**key, value) {
                ("now", Json::Null) => overlay.now = Some(None),
                ("now", Json::String(now)) => overlay.now = Some(Some(now.clone())),
                ("now", _) => return Err(wrong("a time such as `2026-03-01T09:00:00Z`")),
                ("seed", value) => {
                    let seed = value.as_u64().ok_or_else(|| wrong("a whole number from 0"))?;
                    overlay.seed = Some(seed);
                }
                ("recordings", Json::Null) => overlay.recordings = Some(None),
                ("recordings", Json::Array(names)) => {
                    let names = names.iter().map(|name| name.as_str().map(str::to_owned));
                    let names = names.collect::<Option<Vec<_>>>();
                    overlay.recordings = Some(Some(names.ok_or_else(|| wrong("a list of names"))?));
                }
                ("recordings", _) => return Err(wrong("a list of names")),
                (table, Json::Object(entries)) if TABLES.contains(&table) => {
                    let path = DataPath::of_keys(&[table]);
                    overlay.changes.push(Change::Merge(path, entries.clone()));
                }
                (table, Json::Null) if TABLES.contains(&table) => {
                    let empty = Value::from(Object::new());
                    overlay.changes.push(Change::Set(DataPath::of_keys(&[table]), empty));
                }
                (table, _) if TABLES.contains(&table) => return Err(wrong("a table")),
                (other, _) => {
                    let help = match nearest(other, TABLES) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("use one of {}", TABLES.join(", ")),
                    };
                    let message = format!("scenarios have no table `{other}`");
                    return Err(ProjectError::Unknown { message, help });
                }
            }
        }
        Ok(overlay)
    }

    /// Lays the values over a scenario, creating tables as needed.
    pub fn apply(&self, scenario: &mut Scenario) {
        if let Some(now) = &self.now {
            scenario.now.clone_from(now);
        }
        if let Some(seed) = self.seed {
            scenario.seed = seed;
        }
        if let Some(recordings) = &self.recordings {
            scenario.recordings.clone_from(recordings);
        }
        for change in &self.changes {
            match change {
                Change::Set(path, value) => set_value(&mut scenario.tables, path, value.clone()),
                Change::Merge(path, entries) => merge(&mut scenario.tables, path, entries),
            }
        }
    }
}

/// Returns the known name that an unknown one is a misspelling of.
fn misspelt<'a>(
    name: Option<&String>,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let name = name?;
    if known.clone().any(|known| known == name) { None } else { nearest(name, known) }
}

fn merge(tables: &mut Object, table: &DataPath, entries: &Map<String, Json>) {
    if value_at(tables, table).is_none() {
        set_value(tables, table, Value::from(Object::new()));
    }
    for (key, value) in entries {
        let path = table.clone().with(Step::key(key));
        match value {
            Json::Null => remove_value(tables, &path),
            value => set_value(tables, &path, from_json(value.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::value::to_json;

    fn object(json: Json) -> Object {
        match from_json(json) {
            Value::Object(object) => Arc::unwrap_or_clone(object),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn null_removes_a_key_and_keys_keep_their_order() {
        let mut scenario = Scenario::empty();
        let json = serde_json::json!({"user": {"a": 1, "b": {"x": 1, "y": 2}, "c": 3}});
        scenario.tables = object(json);
        let values = serde_json::json!({
            "user": {"b": {"x": null, "z": {"n": null}}, "c": null, "a": 5},
            "context": {"new": 1, "gone": null},
            "seed": 7, "now": null,
        });
        let Json::Object(values) = values else { panic!("no object") };
        Overlay::from_json(&values).expect("an overlay").apply(&mut scenario);
        let expected = r#"{"user":{"a":5,"b":{"x":null,"z":{"n":null}}},"context":{"new":1}}"#;
        let tables = to_json(Value::from(scenario.tables).view());
        assert_eq!((tables.to_string().as_str(), scenario.seed), (expected, 7));
    }
}
