use std::sync::Arc;

use super::error::ProjectError;
use super::scenario::{Scenario, TABLES};
use crate::value::{Object, Value, View, parse_json};

/// `--set path=json`: a value of the scenario, for this run alone.
#[derive(Clone, Debug)]
pub struct Setting {
    path: Vec<String>,
    value: Value,
}

impl Setting {
    /// Reads `path=json`; what is no JSON is a text.
    ///
    /// The path starts with a table of the scenario (`custom_attribute.tier`), or is `now` or
    /// `seed`; anything else is a variable.
    ///
    /// # Errors
    /// Where there is no `=`, or a step of the path is empty.
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
        if !TABLES.contains(&&*path[0]) && !matches!(&*path[0], "now" | "seed") {
            path.insert(0, "variables".to_owned());
        }
        let value = parse_json(json).unwrap_or_else(|_| Value::from(json));
        Ok(Setting { path, value })
    }

    /// Puts the value in its place, making tables on the way.
    pub fn apply(&self, scenario: &mut Scenario) {
        match (&*self.path[0], self.value.view()) {
            ("now", View::Str(now)) => scenario.now = Some(now.to_owned()),
            ("seed", View::Int(seed)) => scenario.seed = seed.unsigned_abs(),
            _ => put(&mut scenario.tables, &self.path, &self.value),
        }
    }
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
