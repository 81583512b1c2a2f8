use std::collections::BTreeMap;
use std::sync::Arc;

use crate::project::Scenario;
use crate::render::Key;
use crate::value::{Object, Value, View};

#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its description, line by line.
    pub heading: Vec<String>,
    /// The scenario that it extends.
    pub extends: Option<String>,
    /// The value of `'now'`.
    pub now: Option<String>,
    /// The messages it applies to.
    pub templates: Vec<String>,
    /// The recordings to answer from; `None` for all.
    pub recordings: Option<Vec<String>>,
    /// What it removes from its base.
    pub without: Vec<Vec<Key>>,
    /// Whether to drop the base's expectations.
    pub expects_nothing: bool,
    /// The tables, by name.
    pub tables: Object,
    /// Notes about values, by path.
    pub notes: BTreeMap<String, String>,
    /// Final comments, line by line.
    pub ending: Vec<String>,
}

/// Most items that a list is filled up to.
const MOST_ITEMS: usize = 1_000;

impl Draft {
    /// Returns the value at a path that starts with a table.
    #[must_use]
    pub fn get(&self, way: &[Key]) -> Option<&Value> {
        let Some((Key::Name(table), rest)) = way.split_first() else { return None };
        rest.iter().try_fold(self.tables.get(table)?, |value, key| step(value, key))
    }

    /// Sets the value at a path, creating objects and lists on the way.
    pub fn set(&mut self, way: &[Key], value: Value) {
        let tables = std::mem::take(&mut self.tables);
        if let Value::Object(tables) = put(Some(Value::from(tables)), way, value) {
            self.tables = Arc::unwrap_or_clone(tables);
        }
    }

    /// Adds a note about the value at a path.
    pub fn note(&mut self, way: &[Key], text: String) {
        self.notes.insert(shown(way), text);
    }

    /// Makes the scenario, merged over its base.
    #[must_use]
    pub fn scenario(&self, name: &str, base: Option<&Scenario>) -> Scenario {
        let mut scenario = base.cloned().unwrap_or_else(Scenario::empty);
        name.clone_into(&mut scenario.name);
        if self.now.is_some() {
            scenario.now.clone_from(&self.now);
        }
        if self.recordings.is_some() {
            scenario.recordings.clone_from(&self.recordings);
        }
        if self.expects_nothing {
            scenario.expectations = Arc::default();
        }
        for (table, entries) in self.tables.iter() {
            let View::Object(entries) = entries.view() else { continue };
            let mut joined = match scenario.tables.get(table) {
                Some(Value::Object(known)) => (**known).clone(),
                _ => Object::new(),
            };
            for (key, value) in entries.iter() {
                joined.insert(Arc::clone(key), value.clone());
            }
            scenario.tables.insert(Arc::clone(table), joined);
        }
        for way in &self.without {
            scenario.tables = taken_out(&scenario.tables, way);
        }
        scenario
    }

    /// Returns the scalars with their paths, in order.
    #[must_use]
    pub fn leaves(&self) -> Vec<(Vec<Key>, Value)> {
        let mut found = Vec::new();
        for (table, entries) in self.tables.iter() {
            leaves_of(entries, &mut vec![Key::Name(table.to_string())], &mut found);
        }
        found
    }
}

/// Writes a path: `custom_attribute.plan.perks[0]`.
#[must_use]
pub fn shown(way: &[Key]) -> String {
    let mut text = String::new();
    for key in way {
        match key {
            Key::Name(name) if text.is_empty() => text.push_str(name),
            Key::Name(name) => {
                text.push('.');
                text.push_str(name);
            }
            Key::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

fn step<'v>(value: &'v Value, key: &Key) -> Option<&'v Value> {
    match (value, key) {
        (Value::Object(object), Key::Name(name)) => object.get(name),
        (Value::Array(items), Key::Index(index)) => items.get(*index),
        _ => None,
    }
}

/// Replaces the value at a path.
///
/// Unshared values are changed in place, because a stub sets thousands of them.
fn put(old: Option<Value>, way: &[Key], value: Value) -> Value {
    let Some((first, rest)) = way.split_first() else { return value };
    match first {
        Key::Name(name) => {
            let mut object = match old {
                Some(Value::Object(object)) => Arc::unwrap_or_clone(object),
                _ => Object::new(),
            };
            let inner = object.get_mut(name).map(std::mem::take);
            object.insert(name.as_str(), put(inner, rest, value));
            Value::from(object)
        }
        Key::Index(index) => {
            let mut items = match old {
                Some(Value::Array(items)) => Arc::unwrap_or_clone(items),
                _ => Vec::new(),
            };
            // Lists have no gaps: fill up with copies of the last item.
            let filler = items.last().cloned().unwrap_or_else(|| put(None, rest, value.clone()));
            while items.len() <= *index && items.len() < MOST_ITEMS {
                items.push(filler.clone());
            }
            if let Some(slot) = items.get_mut(*index) {
                *slot = put(Some(std::mem::take(slot)), rest, value);
            }
            Value::array(items)
        }
    }
}

/// Returns the object without the value at a path.
pub(super) fn taken_out(object: &Object, way: &[Key]) -> Object {
    let Some((Key::Name(first), rest)) = way.split_first() else { return object.clone() };
    let mut left = Object::with_capacity(object.len());
    for (key, value) in object.iter() {
        match value {
            _ if **key != **first => left.insert(Arc::clone(key), value.clone()),
            Value::Object(inner) if !rest.is_empty() => {
                left.insert(Arc::clone(key), taken_out(inner, rest));
            }
            _ if !rest.is_empty() => left.insert(Arc::clone(key), value.clone()),
            _ => {}
        }
    }
    left
}

fn leaves_of(value: &Value, way: &mut Vec<Key>, found: &mut Vec<(Vec<Key>, Value)>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter() {
                way.push(Key::Name(key.to_string()));
                leaves_of(value, way, found);
                way.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                way.push(Key::Index(index));
                leaves_of(value, way, found);
                way.pop();
            }
        }
        value => found.push((way.clone(), value.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(text: &str) -> Vec<Key> {
        let keys = text.split('.').map(|key| match key.parse() {
            Ok(index) => Key::Index(index),
            Err(_) => Key::Name(key.to_owned()),
        });
        keys.collect()
    }

    #[test]
    fn ways_make_what_lies_on_them() {
        let mut draft = Draft::default();
        draft.set(&way("context.offers.2.name"), Value::from("Bun"));
        draft.set(&way("context.offers.0.name"), Value::from("Rye"));
        assert_eq!(
            draft.get(&way("context.offers.1.name")).map(|v| v.view().to_str().into_owned()),
            Some("Bun".to_owned())
        );
        assert_eq!(draft.leaves().len(), 3);
        assert_eq!(shown(&draft.leaves()[0].0), "context.offers[0].name");
    }

    #[test]
    fn a_scenario_is_laid_over_its_base() {
        let mut base = Draft::default();
        base.set(&way("user.first_name"), Value::from("Ana"));
        base.set(&way("user.city"), Value::from("Lisbon"));
        let base = base.scenario("base", None);
        let mut draft = Draft { without: vec![way("user.city")], ..Draft::default() };
        draft.set(&way("user.language"), Value::from("pt"));
        let scenario = draft.scenario("bo", Some(&base));
        let Some(View::Object(user)) = scenario.tables.get("user").map(Value::view) else {
            panic!("no user")
        };
        assert_eq!(user.keys().collect::<Vec<_>>(), ["first_name", "language"]);
    }
}
