use std::collections::BTreeMap;
use std::sync::Arc;

use crate::project::{Scenario, merge_table, remove_value, set_value, value_at};
use crate::text::{DataPath, Step};
use crate::value::{Object, Value, View};

#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its description, line by line.
    pub heading: Vec<String>,
    /// The scenario that it extends.
    pub extends: Option<String>,
    /// The value of `'now'`.
    pub now: Option<String>,
    /// The seed of chance, if it isn't the usual one.
    pub seed: Option<u64>,
    /// The messages it applies to.
    pub templates: Vec<String>,
    /// The recordings to answer from; `None` for all.
    pub recordings: Option<Vec<String>>,
    /// What it removes from its base.
    pub without: Vec<DataPath>,
    /// Whether to drop the base's expectations.
    pub drops_expectations: bool,
    pub tables: Object,
    /// Notes about values, by path.
    pub notes: BTreeMap<DataPath, String>,
    /// Final comments, line by line.
    pub ending: Vec<String>,
}

impl Draft {
    /// Returns the value at a path that starts with a table.
    #[must_use]
    pub fn get(&self, key_path: &[Step]) -> Option<&Value> {
        value_at(&self.tables, key_path)
    }

    /// Sets the value at a path, creating objects and lists on the way.
    pub fn set(&mut self, key_path: &[Step], value: Value) {
        set_value(&mut self.tables, key_path, value);
    }

    /// Adds a note about the value at a path.
    pub fn note(&mut self, key_path: &[Step], text: String) {
        self.notes.insert(key_path.into(), text);
    }

    /// Makes the scenario, merged over its base.
    #[must_use]
    pub fn scenario(&self, name: &str, base: Option<&Scenario>) -> Scenario {
        let mut scenario = base.cloned().unwrap_or_else(Scenario::empty);
        name.clone_into(&mut scenario.name);
        if self.now.is_some() {
            scenario.now.clone_from(&self.now);
        }
        if let Some(seed) = self.seed {
            scenario.seed = seed;
        }
        if self.recordings.is_some() {
            scenario.recordings.clone_from(&self.recordings);
        }
        if self.drops_expectations {
            scenario.expectations = Arc::default();
        }
        for (table, entries) in self.tables.iter() {
            let View::Object(entries) = entries.view() else { continue };
            merge_table(&mut scenario.tables, table, entries);
        }
        for key_path in &self.without {
            remove_value(&mut scenario.tables, key_path);
        }
        scenario
    }

    /// Returns the first value that TOML can't hold: a number beyond 64 bits, or `null`. It is a
    /// sentence about it.
    #[must_use]
    pub fn unwritable(&self) -> Option<String> {
        self.leaves().into_iter().find_map(|(path, value)| match value.view() {
            View::Big(_) => Some(format!("`{path}` is a number that TOML can't express")),
            View::Nil => Some(format!("`{path}` is `null`, which TOML can't express")),
            _ => None,
        })
    }

    /// Returns the scalars with their paths, in order.
    #[must_use]
    pub fn leaves(&self) -> Vec<(DataPath, Value)> {
        let mut found = Vec::new();
        for (table, entries) in self.tables.iter() {
            leaves_of(entries, &mut DataPath::of_keys(&[table]), &mut found);
        }
        found
    }
}

fn leaves_of(value: &Value, key_path: &mut DataPath, found: &mut Vec<(DataPath, Value)>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter() {
                key_path.push(Step::key(key));
                leaves_of(value, key_path, found);
                key_path.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                key_path.push(Step::Index(index));
                leaves_of(value, key_path, found);
                key_path.pop();
            }
        }
        value => found.push((key_path.clone(), value.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_path(text: &str) -> DataPath {
        let keys = text.split('.').map(|key| match key.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::key(key),
        });
        keys.collect()
    }

    #[test]
    fn ways_make_what_lies_on_them() {
        let mut draft = Draft::default();
        draft.set(&key_path("context.offers.2.name"), Value::from("Bun"));
        draft.set(&key_path("context.offers.0.name"), Value::from("Rye"));
        assert_eq!(
            draft.get(&key_path("context.offers.1.name")).map(|v| v.view().to_str().into_owned()),
            Some("Bun".to_owned())
        );
        assert_eq!(draft.leaves().len(), 3);
        assert_eq!(draft.leaves()[0].0.to_string(), "context.offers[0].name");
    }

    #[test]
    fn a_scenario_is_laid_over_its_base() {
        let mut base = Draft::default();
        base.set(&key_path("user.first_name"), Value::from("Ana"));
        base.set(&key_path("user.city"), Value::from("Lisbon"));
        let base = base.scenario("base", None);
        let mut draft = Draft { without: vec![key_path("user.city")], ..Draft::default() };
        draft.set(&key_path("user.language"), Value::from("pt"));
        let scenario = draft.scenario("bo", Some(&base));
        let Some(View::Object(user)) = scenario.tables.get("user").map(Value::view) else {
            panic!("no user")
        };
        assert_eq!(user.keys().collect::<Vec<_>>(), ["first_name", "language"]);
    }
}
