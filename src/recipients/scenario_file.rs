//! Changes values in a scenario's file. What doesn't change stays as its author wrote it, with its
//! comments.

use serde_json::Value as Json;
use thiserror::Error;
use toml_edit::{DocumentMut, Item, TableLike};

use super::draft::Draft;
use crate::text::DataPath;
use crate::value::from_json;

/// A scenario's file that can't be changed.
#[derive(Debug, Error)]
pub enum ScenarioFileError {
    /// It isn't valid TOML or JSON.
    #[error("the file can't be read as it is written: {0}")]
    Syntax(String),
    /// A table's name stands for something else, such as a string.
    #[error("`{0}` isn't a table")]
    NotATable(String),
}

/// Where in a file a value stands: a key, or a key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key<'k> {
    /// `user`; none for keys of the file itself, such as `now`.
    pub table: Option<&'k str>,
    pub name: &'k str,
}

/// The text of a scenario's file, to be changed.
#[derive(Debug)]
pub enum ScenarioFile {
    Toml(Box<DocumentMut>),
    Json(serde_json::Map<String, Json>),
}

impl ScenarioFile {
    /// Parses a file, `NAME.toml` or `NAME.json`.
    ///
    /// # Errors
    /// If it isn't valid.
    pub fn parse(name: &str, text: &str) -> Result<ScenarioFile, ScenarioFileError> {
        let parsed = match name.ends_with(".json") {
            true => serde_json::from_str(text)
                .map(ScenarioFile::Json)
                .map_err(|error| error.to_string()),
            false => text
                .parse::<DocumentMut>()
                .map(|document| ScenarioFile::Toml(Box::new(document)))
                .map_err(|error| error.message().to_owned()),
        };
        parsed.map_err(ScenarioFileError::Syntax)
    }

    /// Sets a value; comments before and after it are kept.
    ///
    /// # Errors
    /// If its table is something else.
    pub fn set(&mut self, key: Key<'_>, value: &Json) -> Result<(), ScenarioFileError> {
        match self {
            ScenarioFile::Toml(document) => set_toml(document, key, value),
            ScenarioFile::Json(members) => {
                let value = value.clone();
                match key.table {
                    None => drop(members.insert(key.name.to_owned(), value)),
                    Some(table) => {
                        let entry =
                            members.entry(table).or_insert_with(|| Json::Object(<_>::default()));
                        let inner = entry.as_object_mut();
                        let inner = inner.ok_or_else(|| not_a_table(table))?;
                        inner.insert(key.name.to_owned(), value);
                    }
                }
                Ok(())
            }
        }
    }

    /// Removes a value, and its table if that is empty then. Returns whether it was there.
    pub fn remove(&mut self, key: Key<'_>) -> bool {
        match self {
            ScenarioFile::Toml(document) => match key.table {
                None => document.remove(key.name).is_some(),
                Some(table) => {
                    let Some(entries) = document.get_mut(table).and_then(Item::as_table_like_mut)
                    else {
                        return false;
                    };
                    let removed = entries.remove(key.name).is_some();
                    if removed && entries.is_empty() {
                        document.remove(table);
                    }
                    removed
                }
            },
            ScenarioFile::Json(members) => match key.table {
                None => members.shift_remove(key.name).is_some(),
                Some(table) => {
                    let Some(Json::Object(entries)) = members.get_mut(table) else { return false };
                    let removed = entries.shift_remove(key.name).is_some();
                    if removed && entries.is_empty() {
                        members.shift_remove(table);
                    }
                    removed
                }
            },
        }
    }

    /// Returns the strings of a list, such as `without`.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        let texts = |items: &mut dyn Iterator<Item = Option<&str>>| {
            items.flatten().map(str::to_owned).collect::<Vec<_>>()
        };
        match self {
            ScenarioFile::Toml(document) => {
                let list = document.get(name).and_then(Item::as_array);
                list.map_or_else(Vec::new, |list| texts(&mut list.iter().map(|item| item.as_str())))
            }
            ScenarioFile::Json(members) => {
                let list = members.get(name).and_then(Json::as_array);
                list.map_or_else(Vec::new, |list| texts(&mut list.iter().map(Json::as_str)))
            }
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            ScenarioFile::Toml(document) => document.to_string(),
            ScenarioFile::Json(members) => format!("{:#}\n", Json::Object(members.clone())),
        }
    }
}

fn not_a_table(name: &str) -> ScenarioFileError {
    ScenarioFileError::NotATable(name.to_owned())
}

fn set_toml(
    document: &mut DocumentMut,
    key: Key<'_>,
    value: &Json,
) -> Result<(), ScenarioFileError> {
    let Some(table) = key.table else {
        put(document.as_table_mut(), key.name, item(key, value)?);
        return Ok(());
    };
    let entries = document
        .entry(table)
        .or_insert_with(toml_edit::table)
        .as_table_like_mut()
        .ok_or_else(|| not_a_table(table))?;
    put(entries, key.name, item(key, value)?);
    Ok(())
}

/// Puts an item in the place of another, between the same spaces and comments.
fn put(entries: &mut dyn TableLike, name: &str, mut item: Item) {
    if let Some(known) = entries.get_mut(name) {
        match (&*known, &mut item) {
            (Item::Value(known), Item::Value(new)) => *new.decor_mut() = known.decor().clone(),
            (Item::Table(known), Item::Table(new)) => {
                *new.decor_mut() = known.decor().clone();
                new.set_position(known.position());
            }
            _ => {}
        }
        *known = item;
        return;
    }
    entries.insert(name, item);
}

/// Returns a value as TOML, written as [`Draft::to_toml`] does: a few objects as tables.
fn item(key: Key<'_>, value: &Json) -> Result<Item, ScenarioFileError> {
    let mut draft = Draft::default();
    let table = key.table.unwrap_or("user");
    draft.set(&DataPath::of_keys(&[table, key.name]), from_json(value.clone()));
    let written = draft.to_toml();
    let mut document = written
        .parse::<DocumentMut>()
        .map_err(|error| ScenarioFileError::Syntax(error.message().to_owned()))?;
    let entries = document.get_mut(table).and_then(Item::as_table_like_mut);
    let mut item = entries.and_then(|entries| entries.remove(key.name)).unwrap_or_default();
    unplace(&mut item);
    if let Item::Value(value) = &mut item {
        value.decor_mut().clear();
    }
    Ok(item)
}

/// Forgets where tables stood in the document they come from.
fn unplace(item: &mut Item) {
    match item {
        Item::Table(table) => {
            table.set_position(None);
            table.iter_mut().for_each(|(_, inner)| unplace(inner));
        }
        Item::ArrayOfTables(tables) => {
            for table in tables.iter_mut() {
                table.set_position(None);
                table.iter_mut().for_each(|(_, inner)| unplace(inner));
            }
        }
        Item::None | Item::Value(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ANNA: &str = r#"# Two offers.
now = "2026-03-01T09:00:00Z"  # a Sunday
templates = ["offer*"]

[user]
first_name = "Anna"  # as she writes it
language = "en"

# What she bought.
[[context.offers]]
name = "Rye"

[custom_attribute]
tier = "gold"
"#;

    fn key<'k>(table: &'k str, name: &'k str) -> Key<'k> {
        Key { table: Some(table), name }
    }

    fn changed(change: impl FnOnce(&mut ScenarioFile)) -> String {
        let mut file = ScenarioFile::parse("anna.toml", ANNA).unwrap();
        change(&mut file);
        let text = file.to_text();
        text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error}\n{text}"));
        text
    }

    #[test]
    fn a_value_changes_and_the_rest_stays() {
        let text = changed(|file| file.set(key("user", "first_name"), &json!("Ana")).unwrap());
        assert_eq!(text, ANNA.replace("\"Anna\"", "\"Ana\""));
        let now = Key { table: None, name: "now" };
        let text = changed(|file| file.set(now, &json!("2026-05-01T09:00:00Z")).unwrap());
        assert_eq!(text, ANNA.replace("2026-03-01", "2026-05-01"));
        let text = changed(|file| file.set(key("user", "city"), &json!("Köln")).unwrap());
        assert_eq!(text, ANNA.replace("\"en\"\n", "\"en\"\ncity = \"Köln\"\n"));
    }

    #[test]
    fn lists_and_objects_are_written_as_tables() {
        let offers = json!([{"name": "Bun", "ends": {"day": 3}}, {"name": "Rye"}]);
        let text = changed(|file| file.set(key("context", "offers"), &offers).unwrap());
        let table = text.parse::<toml::Table>().unwrap();
        assert_eq!(table["context"]["offers"][0]["ends"]["day"].as_integer(), Some(3), "{text}");
        assert_eq!(table["context"]["offers"][1]["name"].as_str(), Some("Rye"), "{text}");
        assert_eq!(table["custom_attribute"]["tier"].as_str(), Some("gold"), "{text}");
        assert!(text.contains("[[context.offers]]"), "{text}");
        let empty = changed(|file| file.set(key("context", "offers"), &json!([])).unwrap());
        let table = empty.parse::<toml::Table>().unwrap();
        assert_eq!(table["context"]["offers"].as_array().map(Vec::len), Some(0), "{empty}");
        let store = json!({"name": "Mill", "open": true});
        let text = changed(|file| file.set(key("event_properties", "store"), &store).unwrap());
        let table = text.parse::<toml::Table>().unwrap();
        assert_eq!(table["event_properties"]["store"]["open"].as_bool(), Some(true), "{text}");
    }

    #[test]
    fn what_is_removed_takes_an_empty_table_with_it() {
        let text = changed(|file| assert!(file.remove(key("custom_attribute", "tier"))));
        assert!(!text.contains("custom_attribute"), "{text}");
        changed(|file| assert!(!file.remove(key("user", "city"))));
        changed(|file| assert!(!file.remove(key("campaign", "name"))));
    }

    #[test]
    fn json_keeps_its_order() {
        let text = r#"{"user":{"b":1,"a":2},"now":"x"}"#;
        let mut file = ScenarioFile::parse("ben.json", text).unwrap();
        file.set(key("user", "b"), &json!([true])).unwrap();
        assert!(file.remove(key("user", "a")));
        file.set(Key { table: None, name: "without" }, &json!(["user.c"])).unwrap();
        assert_eq!(file.list("without"), ["user.c"]);
        let expected = json!({"user": {"b": [true]}, "now": "x", "without": ["user.c"]});
        assert_eq!(file.to_text(), format!("{expected:#}\n"));
        assert!(file.set(key("now", "x"), &json!(1)).is_err());
    }

    #[test]
    fn a_broken_file_is_refused() {
        assert!(ScenarioFile::parse("a.toml", "now = ").is_err());
        assert!(ScenarioFile::parse("a.json", "[]").is_err());
    }
}
