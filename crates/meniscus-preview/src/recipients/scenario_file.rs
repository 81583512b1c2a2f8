//! Changes values in a scenario's file. What doesn't change stays as its author wrote it, with its
//! comments.

use serde_json::{Value as Json, json};
use thiserror::Error;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike};

use super::draft::Draft;
use crate::project::Scenario;
use crate::recording::Replay;
use crate::text::DataPath;
use crate::value::{from_json, to_json};

/// Why a scenario's file can't be changed.
#[derive(Debug, Error)]
pub enum ScenarioFileError {
    /// It isn't valid TOML or JSON.
    #[error("the file isn't valid: {0}")]
    Syntax(String),
    /// A table's key has another kind of value, such as the name of an export.
    #[error("`{0}` isn't a table in this file")]
    NotATable(String),
}

/// The place of a value: a key of the file or of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key<'k> {
    /// `user`; `None` for keys of the file itself, such as `now`.
    pub table: Option<&'k str>,
    pub name: &'k str,
}

/// The text of a scenario's file, to be changed.
#[derive(Debug)]
pub struct ScenarioFile {
    content: Content,
    /// Whether its lines end with CR and LF.
    crlf: bool,
}

#[derive(Debug)]
enum Content {
    Toml(Box<DocumentMut>),
    /// The members, and what a level is indented by.
    Json(serde_json::Map<String, Json>, String),
}

impl ScenarioFile {
    /// Parses a file, `NAME.toml` or `NAME.json`.
    ///
    /// # Errors
    /// If it isn't valid.
    pub fn parse(name: &str, text: &str) -> Result<ScenarioFile, ScenarioFileError> {
        let content = match name.ends_with(".json") {
            true => serde_json::from_str(text)
                .map(|members| Content::Json(members, indentation(text)))
                .map_err(|error| error.to_string()),
            false => text
                .parse::<DocumentMut>()
                .map(|document| Content::Toml(Box::new(document)))
                .map_err(|error| error.message().to_owned()),
        };
        let content = content.map_err(ScenarioFileError::Syntax)?;
        Ok(ScenarioFile { content, crlf: text.contains("\r\n") })
    }

    /// Sets a value, changing as little of its text as possible.
    ///
    /// # Errors
    /// If its table is something else.
    pub fn set(&mut self, key: Key<'_>, value: &Json) -> Result<(), ScenarioFileError> {
        match &mut self.content {
            Content::Toml(document) => {
                let Some(table) = key.table else {
                    return update_entry(document.as_table_mut(), false, key.name, value);
                };
                let entries = document.entry(table).or_insert_with(toml_edit::table);
                let is_inline = entries.is_value();
                let entries = entries.as_table_like_mut().ok_or_else(|| not_a_table(table))?;
                update_entry(entries, is_inline, key.name, value)
            }
            Content::Json(members, _) => {
                let members = match key.table {
                    None => members,
                    Some(table) => {
                        let entry =
                            members.entry(table).or_insert_with(|| Json::Object(<_>::default()));
                        entry.as_object_mut().ok_or_else(|| not_a_table(table))?
                    }
                };
                members.insert(key.name.to_owned(), value.clone());
                Ok(())
            }
        }
    }

    /// Removes a value. Returns whether it was there.
    pub fn remove(&mut self, key: Key<'_>) -> bool {
        match &mut self.content {
            Content::Toml(document) => {
                let entries: Option<&mut dyn TableLike> = match key.table {
                    None => Some(document.as_table_mut()),
                    Some(table) => document.get_mut(table).and_then(Item::as_table_like_mut),
                };
                entries.is_some_and(|entries| entries.remove(key.name).is_some())
            }
            Content::Json(members, _) => {
                let members = match key.table {
                    None => Some(members),
                    Some(table) => members.get_mut(table).and_then(Json::as_object_mut),
                };
                members.is_some_and(|members| members.shift_remove(key.name).is_some())
            }
        }
    }

    /// Returns the strings of a list, such as `without`.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        let texts = |items: &mut dyn Iterator<Item = Option<&str>>| {
            items.flatten().map(str::to_owned).collect::<Vec<_>>()
        };
        match &self.content {
            Content::Toml(document) => {
                let list = document.get(name).and_then(Item::as_array);
                list.map_or_else(Vec::new, |list| texts(&mut list.iter().map(|item| item.as_str())))
            }
            Content::Json(members, _) => {
                let list = members.get(name).and_then(Json::as_array);
                list.map_or_else(Vec::new, |list| texts(&mut list.iter().map(Json::as_str)))
            }
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = match &self.content {
            Content::Toml(document) => document.to_string(),
            Content::Json(members, indent) => {
                let mut bytes = Vec::new();
                let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
                let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
                // JSON in memory is always written.
                let _written = serde::Serialize::serialize(members, &mut serializer);
                bytes.push(b'\n');
                String::from_utf8(bytes).unwrap_or_default()
            }
        };
        match self.crlf {
            true => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            false => text,
        }
    }
}

/// Returns the text of a recipient's file that also lists a recording among those that answer its
/// calls; `None` if every recording does, or this one already. `contents` are the recording's.
///
/// # Errors
/// If the file isn't valid.
pub fn listing(
    scenario: &Scenario,
    key: &str,
    contents: &str,
) -> Option<Result<String, ScenarioFileError>> {
    let names = scenario.recordings.as_ref()?;
    let alone = Replay::of_texts([(key, contents)]).ok()?;
    let is_chosen = |name: &String| alone.select(std::slice::from_ref(name)).is_ok();
    let source = scenario.sources.first().filter(|_| !names.iter().any(is_chosen))?;
    let names = names.iter().cloned().chain([key.to_owned()]).collect::<Vec<_>>();
    Some(ScenarioFile::parse(source.name(), source.text()).and_then(|mut file| {
        file.set(Key { table: None, name: "recordings" }, &json!(names))?;
        Ok(file.to_text())
    }))
}

fn not_a_table(name: &str) -> ScenarioFileError {
    ScenarioFileError::NotATable(name.to_owned())
}

/// Returns what the first level of a JSON file is indented by.
fn indentation(text: &str) -> String {
    let mut lines = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let indent = &first[..first.len() - first.trim_start().len()];
    if indent.is_empty() { "  ".to_owned() } else { indent.to_owned() }
}

/// Sets an entry of a table, or changes what is there. An inline table, in braces, can't have
/// others below it.
fn update_entry(
    entries: &mut dyn TableLike,
    is_inline: bool,
    name: &str,
    value: &Json,
) -> Result<(), ScenarioFileError> {
    if let Some(known) = entries.get_mut(name) {
        if json_of(known).as_ref() == Some(value) {
            return Ok(());
        }
        match (&mut *known, value) {
            (Item::Table(table), Json::Object(members)) => {
                return update_table(table, false, members);
            }
            (Item::ArrayOfTables(tables), Json::Array(items)) if are_tables(items) => {
                return update_tables(tables, items);
            }
            (Item::Value(toml_edit::Value::InlineTable(table)), Json::Object(members)) => {
                return update_table(table, true, members);
            }
            (Item::Value(toml_edit::Value::Array(array)), Json::Array(items)) => {
                return update_array(array, items);
            }
            _ => {}
        }
        let old = std::mem::take(known);
        *known = item(value, old.is_value())?;
        if let (Item::Value(old), Item::Value(new)) = (&old, known) {
            *new.decor_mut() = old.decor().clone();
        }
        return Ok(());
    }
    entries.insert(name, item(value, is_inline)?);
    Ok(())
}

fn update_table(
    entries: &mut dyn TableLike,
    is_inline: bool,
    members: &serde_json::Map<String, Json>,
) -> Result<(), ScenarioFileError> {
    let gone = entries.iter().map(|(name, _)| name.to_owned());
    let gone = gone.filter(|name| !members.contains_key(name)).collect::<Vec<_>>();
    gone.iter().for_each(|name| drop(entries.remove(name)));
    members.iter().try_for_each(|(name, value)| update_entry(entries, is_inline, name, value))
}

fn update_tables(tables: &mut ArrayOfTables, items: &[Json]) -> Result<(), ScenarioFileError> {
    for (index, value) in items.iter().enumerate() {
        let Json::Object(members) = value else { continue };
        match tables.get_mut(index) {
            Some(table) => update_table(table, false, members)?,
            None => {
                let mut table = Table::new();
                update_table(&mut table, false, members)?;
                tables.push(table);
            }
        }
    }
    while tables.len() > items.len() {
        tables.remove(tables.len() - 1);
    }
    Ok(())
}

fn update_array(array: &mut Array, items: &[Json]) -> Result<(), ScenarioFileError> {
    for (index, value) in items.iter().enumerate() {
        let Some(known) = array.get_mut(index) else {
            array.push(inline(value)?);
            continue;
        };
        if json_of(&Item::Value(known.clone())).as_ref() == Some(value) {
            continue;
        }
        if let (toml_edit::Value::InlineTable(table), Json::Object(members)) = (&mut *known, value)
        {
            update_table(table, true, members)?;
            continue;
        }
        let mut new = inline(value)?;
        *new.decor_mut() = known.decor().clone();
        *known = new;
    }
    while array.len() > items.len() {
        array.remove(array.len() - 1);
    }
    Ok(())
}

/// Whether a list is written as tables: it has items, all of them objects.
fn are_tables(items: &[Json]) -> bool {
    !items.is_empty() && items.iter().all(Json::is_object)
}

/// Returns a value as TOML, written as [`Draft::to_toml`] does: a few objects as tables, unless it
/// has to be inline.
fn item(value: &Json, is_inline: bool) -> Result<Item, ScenarioFileError> {
    if is_inline {
        return Ok(Item::Value(inline(value)?));
    }
    let mut item = written(value)?;
    unplace(&mut item);
    if let Item::Value(value) = &mut item {
        value.decor_mut().clear();
    }
    Ok(item)
}

fn inline(value: &Json) -> Result<toml_edit::Value, ScenarioFileError> {
    let mut value = written(value)?
        .into_value()
        .map_err(|_| ScenarioFileError::Syntax("a value can't be written".to_owned()))?;
    value.decor_mut().clear();
    Ok(value)
}

fn written(value: &Json) -> Result<Item, ScenarioFileError> {
    const PATH: [&str; 2] = ["user", "value"];
    let mut draft = Draft::default();
    draft.set(&DataPath::of_keys(&PATH), from_json(value.clone()));
    let text = draft.to_toml();
    let mut document = text
        .parse::<DocumentMut>()
        .map_err(|error| ScenarioFileError::Syntax(error.message().to_owned()))?;
    let entries = document.get_mut(PATH[0]).and_then(Item::as_table_like_mut);
    Ok(entries.and_then(|entries| entries.remove(PATH[1])).unwrap_or_default())
}

/// Returns what an item says, to be compared; `None` for nothing.
fn json_of(item: &Item) -> Option<Json> {
    let mut document = DocumentMut::new();
    document.insert("value", item.clone());
    let mut table = document.to_string().parse::<toml::Table>().ok()?;
    let value = crate::project::from_toml(table.remove("value")?);
    Some(to_json(value.view()))
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
    fn a_value_is_removed() {
        let text = changed(|file| assert!(file.remove(key("custom_attribute", "tier"))));
        assert_eq!(text, ANNA.replace("tier = \"gold\"\n", ""));
        changed(|file| assert!(!file.remove(key("user", "city"))));
        changed(|file| assert!(!file.remove(key("campaign", "name"))));
    }

    #[test]
    fn comments_stay_inside_of_what_changes() {
        let text =
            changed(|file| file.set(key("context", "offers"), &json!([{"name": "Bun"}])).unwrap());
        assert_eq!(text, ANNA.replace("\"Rye\"", "\"Bun\""));
        let before = "context = { offers = [{ name = \"Rye\", points = 5.0 }] } # now\r\nuser.city = \"Ulm\" # old\r\n";
        let mut file = ScenarioFile::parse("a.toml", before).unwrap();
        let offers = json!([{"name": "Bun", "points": 5.0}, {"name": "Roll", "points": 2}]);
        file.set(key("context", "offers"), &offers).unwrap();
        file.set(key("user", "city"), &json!("Köln")).unwrap();
        file.set(key("context", "store"), &json!([{"name": "Mill"}])).unwrap();
        let text = file.to_text();
        assert!(
            text.contains("{ name = \"Bun\", points = 5.0 }") && text.contains("# now\r\n"),
            "{text}"
        );
        assert!(text.ends_with("user.city = \"Köln\" # old\r\n"), "{text}");
        let table = text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(table["context"]["offers"][1]["name"].as_str(), Some("Roll"), "{text}");
        assert_eq!(table["context"]["store"][0]["name"].as_str(), Some("Mill"), "{text}");
        // A list of values keeps the comments of its lines.
        let list = "[user]\ntags = [\n  \"a\", # first\n  \"b\",\n]\n";
        let mut file = ScenarioFile::parse("a.toml", list).unwrap();
        file.set(key("user", "tags"), &json!(["a", "c"])).unwrap();
        assert_eq!(file.to_text(), list.replace("\"b\"", "\"c\""));
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
        let wide = "{\n    \"now\": \"x\"\n}\n";
        let mut file = ScenarioFile::parse("ben.json", wide).unwrap();
        file.set(Key { table: None, name: "now" }, &json!("y")).unwrap();
        assert_eq!(file.to_text(), wide.replace('x', "y"));
    }

    #[test]
    fn a_broken_file_is_refused() {
        assert!(ScenarioFile::parse("a.toml", "now = ").is_err());
        assert!(ScenarioFile::parse("a.json", "[]").is_err());
    }
}
