use std::sync::Arc;

use super::error::ProjectError;
use super::scenario::{Scenario, TABLES};
use crate::dialect::families::FAMILIES;
use crate::text::nearest;
use crate::value::{Object, Value, View, parse_json};

/// `--set path=json`: a scenario value for this run only.
#[derive(Clone, Debug)]
pub struct Setting {
    path: Vec<String>,
    value: Value,
}

impl Setting {
    /// Parses `path=json`; anything that isn't valid JSON is taken as a string.
    ///
    /// The path starts with a table of the scenario (`custom_attribute.tier`), or is `now` or
    /// `seed`; anything else is a variable.
    ///
    /// # Errors
    /// If there is no `=`, or a step of the path is empty.
    pub fn parse(text: &str) -> Result<Setting, ProjectError> {
        let wrong = |message: String| ProjectError::Unknown {
            message,
            help: "write `--set custom_attribute.tier='\"gold\"'`".to_owned(),
        };
        let Some((path, json)) = text.split_once('=') else {
            return Err(wrong(format!("found `--set {text}` without `=`")));
        };
        let mut path = path.trim().split('.').map(str::to_owned).collect::<Vec<_>>();
        if path.iter().any(String::is_empty) {
            return Err(wrong(format!("found an empty name in `--set {text}`")));
        }
        let value = parse_json(json).unwrap_or_else(|_| Value::from(json));
        let dotted = path.len() > 1;
        let profile = || {
            FAMILIES.iter().filter(|family| family.name.is_empty()).flat_map(|family| family.fields)
        };
        match (&*path[0], value.view()) {
            ("now", View::Str(_)) | ("seed", View::Int(0..)) | ("recordings", View::Array(_)) => {}
            ("now" | "seed" | "recordings" | "templates" | "extends", _) => {
                let message = format!("found `{}` that cannot be set to `{json}`", path[0]);
                let help =
                    "`now` takes a time, `seed` a whole number, `recordings` a list of names"
                        .to_owned();
                return Err(ProjectError::Unknown { message, help });
            }
            (table, other) if TABLES.contains(&table) => {
                if !dotted && !matches!(other, View::Object(_)) {
                    let message = format!("found {} for the table `{table}`", other.kind());
                    let help = format!("write `--set {table}.NAME={json}`");
                    return Err(ProjectError::Unknown { message, help });
                }
                if let ("user", Some(near)) = (table, misspelt(path.get(1), profile().copied())) {
                    let message = format!("no attribute `{}` of the profile", path[1]);
                    return Err(ProjectError::Unknown {
                        message,
                        help: format!("did you mean `user.{near}`?"),
                    });
                }
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
                    let message = format!("no table `{name}` in a scenario");
                    return Err(ProjectError::Unknown {
                        message,
                        help: format!("did you mean `{near}`?"),
                    });
                }
                path.insert(0, "variables".to_owned());
            }
        }
        Ok(Setting { path, value })
    }

    /// Sets the value, creating tables as needed.
    pub fn apply(&self, scenario: &mut Scenario) {
        match (&*self.path[0], self.value.view()) {
            ("now", View::Str(now)) => scenario.now = Some(now.to_owned()),
            ("seed", View::Int(seed)) => scenario.seed = seed.unsigned_abs(),
            ("recordings", View::Array(names)) => {
                let names = names.iter().map(|name| name.view().to_str().into_owned());
                scenario.recordings = Some(names.collect());
            }
            _ => put(&mut scenario.tables, &self.path, &self.value),
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

fn put(object: &mut Object, path: &[String], value: &Value) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        object.insert(first.as_str(), value.clone());
        return;
    }
    let mut inner = match object.get(first) {
        Some(Value::Object(known)) => (**known).clone(),
        Some(Value::Array(items)) => {
            let mut items = (**items).clone();
            if let Some(slot) = rest[0].parse::<usize>().ok().and_then(|place| items.get_mut(place))
            {
                put_in(slot, &rest[1..], value);
                object.insert(first.as_str(), Value::Array(Arc::new(items)));
                return;
            }
            Object::new()
        }
        _ => Object::new(),
    };
    put(&mut inner, rest, value);
    object.insert(first.as_str(), inner);
}

fn put_in(slot: &mut Value, path: &[String], value: &Value) {
    if path.is_empty() {
        *slot = value.clone();
        return;
    }
    let mut inner = match slot {
        Value::Object(known) => (**known).clone(),
        _ => Object::new(),
    };
    put(&mut inner, path, value);
    *slot = Value::from(inner);
}
