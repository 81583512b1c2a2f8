//! The tables of a scenario, and the values in them by path.

use std::sync::Arc;

use crate::text::Step;
use crate::value::{Object, Value};

/// The tables of a scenario: object families first, then data of tags.
pub const TABLES: [&str; 24] = [
    "user",
    "custom_attribute",
    "api_trigger_properties",
    "event_properties",
    "context",
    "canvas_entry_properties",
    "campaign",
    "canvas",
    "card",
    "app",
    "targeted_device",
    "most_recently_used_device",
    "subscribed_state",
    "sms",
    "whats_app",
    "catalogs",
    "promotions",
    "translations",
    "landing_pages",
    "shopping_carts",
    "shopify_market",
    "preference_center",
    "product_recommendation",
    "variables",
];

/// Most items that a list is filled up to.
const MAX_ITEMS: usize = 1_000;

/// Returns the value at a path.
#[must_use]
pub fn value_at<'v>(tables: &'v Object, path: &[Step]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(tables.get(first.name()?)?, |value, step| match (value, step) {
        (Value::Object(object), Step::Key(name)) => object.get(name),
        (Value::Array(items), Step::Index(index)) => items.get(*index),
        _ => None,
    })
}

/// Sets the value at a path, creating objects and lists on the way. Lists have no gaps: they are
/// filled up with copies of their last item. A key of digits is an item where there is a list.
pub fn set_value(tables: &mut Object, path: &[Step], value: Value) {
    let whole = Value::from(std::mem::take(tables));
    if let Value::Object(changed) = put(Some(whole), path, value) {
        *tables = Arc::unwrap_or_clone(changed);
    }
}

/// Unshared values are changed in place, because stubs set thousands of them.
fn put(old: Option<Value>, path: &[Step], value: Value) -> Value {
    let Some((first, rest)) = path.split_first() else { return value };
    let name = match first {
        Step::Index(index) => return put_item(old, *index, rest, value),
        Step::Key(name) => name,
    };
    if let (Some(Value::Array(_)), Some(index)) = (&old, item_at(name)) {
        return put_item(old, index, rest, value);
    }
    let mut object = match old {
        Some(Value::Object(object)) => Arc::unwrap_or_clone(object),
        _ => Object::new(),
    };
    let inner = object.get_mut(name).map(std::mem::take);
    object.insert(Arc::clone(name), put(inner, rest, value));
    Value::from(object)
}

/// Returns the place of an item that a key names: `0`, `12`.
fn item_at(name: &str) -> Option<usize> {
    name.parse().ok().filter(|index: &usize| index.to_string() == name && *index < MAX_ITEMS)
}

fn put_item(old: Option<Value>, index: usize, rest: &[Step], value: Value) -> Value {
    let mut items = match old {
        Some(Value::Array(items)) => Arc::unwrap_or_clone(items),
        _ => Vec::new(),
    };
    let filler = items.last().cloned().unwrap_or_else(|| put(None, rest, value.clone()));
    while items.len() <= index && items.len() < MAX_ITEMS {
        items.push(filler.clone());
    }
    if let Some(slot) = items.get_mut(index) {
        *slot = put(Some(std::mem::take(slot)), rest, value);
    }
    Value::array(items)
}

/// Removes the value at a path, if there is one.
pub fn remove_value(tables: &mut Object, path: &[Step]) {
    let Some((Step::Key(first), rest)) = path.split_first() else { return };
    match tables.get_mut(first) {
        Some(Value::Object(inner)) if !rest.is_empty() => {
            remove_value(Arc::make_mut(inner), rest);
        }
        Some(_) if rest.is_empty() => {
            let left = tables.iter().filter(|(key, _)| *key != first);
            *tables = left.map(|(key, value)| (Arc::clone(key), value.clone())).collect();
        }
        _ => {}
    }
}

/// Merges the entries of a table over those already there, key by key.
pub fn merge_table(tables: &mut Object, table: &str, entries: &Object) {
    let mut joined = match tables.get(table) {
        Some(Value::Object(known)) => (**known).clone(),
        _ => Object::new(),
    };
    for (key, value) in entries.iter() {
        joined.insert(Arc::clone(key), value.clone());
    }
    tables.insert(table, joined);
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::text::DataPath;
    use crate::value::{from_json, to_json};

    fn object(json: Json) -> Object {
        match from_json(json) {
            Value::Object(object) => Arc::unwrap_or_clone(object),
            other => panic!("{other:?}"),
        }
    }

    fn path(steps: &[&str]) -> DataPath {
        let step = |text: &&str| match text.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::key(text),
        };
        steps.iter().map(step).collect()
    }

    #[test]
    fn values_are_set_where_a_path_leads() {
        let mut tables = object(serde_json::json!({"user": {"a": [1, {"b": 2}], "c": 3}}));
        set_value(&mut tables, &path(&["user", "a", "1", "b"]), Value::Int(9));
        // As `--set` writes it.
        set_value(&mut tables, &DataPath::of_keys(&["user", "a", "0"]), Value::Int(8));
        set_value(&mut tables, &path(&["context", "list", "2", "x"]), Value::Int(7));
        set_value(&mut tables, &path(&["user", "c", "d"]), Value::Int(6));
        let expected = serde_json::json!({
            "user": {"a": [8, {"b": 9}], "c": {"d": 6}},
            "context": {"list": [{"x": 7}, {"x": 7}, {"x": 7}]},
        });
        assert_eq!(to_json(Value::from(tables.clone()).view()), expected);
        assert_eq!(value_at(&tables, &path(&["user", "a", "1", "b"])), Some(&Value::Int(9)));
        assert_eq!(value_at(&tables, &path(&["user", "a", "2"])), None);
    }
}
