use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use crate::error::AudienceError;
use crate::exports::RawRow;
use meniscus_analysis::project::{exported_name, merge_table};
use meniscus_engine::dialect::families::FAMILIES;
use meniscus_engine::value::{Object, Value, View, parse_json};

/// Tables by the keys that rows of triggered messages have for them.
const TRIGGERS: [(&str, &str); 5] = [
    ("trigger_properties", "api_trigger_properties"),
    ("api_trigger_properties", "api_trigger_properties"),
    ("canvas_entry_properties", "canvas_entry_properties"),
    ("event_properties", "event_properties"),
    ("context", "context"),
];

/// Tables that are the message's, so that all its recipients have them.
const OF_MESSAGE: [&str; 2] = ["campaign", "canvas"];

/// Keys of a row that are the customer's id, the first that there is; the last isn't `${user_id}`.
const IDS: [&str; 4] = ["user_id", "external_id", "external_user_id", BRAZE_ID];

const BRAZE_ID: &str = "braze_id";

/// Keys of Braze's export that templates can't read.
const UNREAD: [&str; 12] = [
    "devices",
    "custom_events",
    "purchases",
    "campaigns_received",
    "canvases_received",
    "cards_clicked",
    "push_tokens",
    "user_aliases",
    "apps",
    "created_at",
    "uninstalled_at",
    "attributed_campaign",
];

/// A recipient of an audience.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub id: Option<String>,
    /// As a scenario has them: `user`, `custom_attribute`, `api_trigger_properties` …
    pub tables: Object,
}

/// What was made of a row's keys.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// Each key with what templates call it.
    pub taken: Vec<(String, String)>,
    /// Keys that no template can read.
    pub ignored: Vec<String>,
}

impl Person {
    /// Reads a row. `key` names the field with the customer's id, where it isn't one of Braze's.
    ///
    /// # Errors
    /// If it isn't an object, isn't JSON, or has nothing that a template can read.
    pub fn of(row: &RawRow, key: Option<&str>) -> Result<(Person, Understood), String> {
        let object = match row {
            RawRow::Broken(why) => return Err(why.clone()),
            RawRow::Json(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|_| "it isn't UTF-8".to_owned())?;
                // Where it breaks differs from row to row; the sentence must not.
                let value = parse_json(text).map_err(|_| "it isn't JSON".to_owned())?;
                match value {
                    Value::Object(object) => std::sync::Arc::unwrap_or_clone(object),
                    other => return Err(format!("it's {}, not an object", other.view().kind())),
                }
            }
            RawRow::Csv(names, values) => {
                let mut object = Object::new();
                for (name, text) in names.iter().zip(values) {
                    if !text.is_empty() {
                        object.insert(&*column(name), cell(name, text, key));
                    }
                }
                object
            }
            RawRow::Columns(values) => {
                let mut object = Object::with_capacity(values.len());
                for (name, value) in values.iter() {
                    let name = column(name);
                    let value = unpacked(&name, value)?;
                    object.insert(&*name, value);
                }
                object
            }
        };
        let has_columns = matches!(row, RawRow::Csv(..) | RawRow::Columns(_));
        let key = key.map(|key| if has_columns { column(key) } else { key.to_owned() });
        let (person, understood) = Person::of_object(&object, key.as_deref(), has_columns);
        if object.get("response").is_some() && understood.taken.len() < 2 {
            return Err("it's a customer's response, which belongs in `--answers`".to_owned());
        }
        if understood.taken.is_empty() && person.id.is_none() {
            return Err("it has neither an ID nor a field that templates read".to_owned());
        }
        Ok((person, understood))
    }

    fn of_object(object: &Object, key: Option<&str>, has_columns: bool) -> (Person, Understood) {
        let mut person = Person::default();
        let mut understood = Understood::default();
        let mut profile = Object::new();
        for (name, value) in object.iter() {
            let mut take = |called: String| understood.taken.push((name.to_string(), called));
            let trigger = TRIGGERS.iter().find(|(known, _)| *known == &**name);
            match (&**name, value.view(), trigger) {
                (_, View::Object(entries), Some((_, table))) => {
                    merge_table(&mut person.tables, table, entries);
                    take(format!("{table}.${{…}}"));
                }
                ("custom_attributes" | "custom_attribute", View::Object(entries), _) => {
                    merge_table(&mut person.tables, "custom_attribute", entries);
                    take("custom_attribute.${…}".to_owned());
                }
                ("user", View::Object(entries), _) => {
                    entries.iter().for_each(|(name, value)| {
                        profile.insert(exported_name(name), value.clone());
                    });
                    take("${…}".to_owned());
                }
                (table, View::Object(entries), _) if is_table(table) => {
                    merge_table(&mut person.tables, table, entries);
                    take(format!("{table}.${{…}}"));
                }
                (name, _, _) if UNREAD.contains(&name) => understood.ignored.push(name.to_owned()),
                (name, _, _) => {
                    let is_external = IDS.contains(&name) && name != BRAZE_ID;
                    let called = if is_external { "user_id" } else { exported_name(name) };
                    // Columns that Braze's profiles don't have are attributes of the brand's own.
                    if has_columns && !is_profile(called) {
                        let mut own = Object::new();
                        own.insert(name, value.clone());
                        merge_table(&mut person.tables, "custom_attribute", &own);
                        take(format!("custom_attribute.${{{name}}}"));
                    } else if is_profile(called) {
                        profile.insert(called, value.clone());
                        take(format!("${{{called}}}"));
                    } else {
                        understood.ignored.push(name.to_owned());
                    }
                }
            }
        }
        person.id = match key {
            Some(key) => object.get(key).or_else(|| profile.get(key)).and_then(text_of),
            None => {
                let ids = IDS.iter();
                let mut ids = ids.filter_map(|id| object.get(id).or_else(|| profile.get(id)));
                ids.find_map(text_of)
            }
        };
        // An id is a string in Braze.
        if let Some(id) = profile.get("user_id").and_then(text_of) {
            profile.insert("user_id", Value::from(id));
        }
        merge_table(&mut person.tables, "user", &profile);
        (person, understood)
    }
}

/// Whether a column is an id or a field of a profile, so that a line is a header.
pub(super) fn is_known_column(name: &str, key: Option<&str>) -> bool {
    let name = column(name);
    key.is_some_and(|key| column(key) == name)
        || IDS.contains(&&*name)
        || is_profile(exported_name(&name))
}

fn is_profile(name: &str) -> bool {
    let profile = FAMILIES.iter().find(|family| family.name.is_empty());
    name == "user_id" || profile.is_some_and(|family| family.fields.contains(&name))
}

/// Whether each recipient has a table of this name of their own.
#[must_use]
pub fn is_of_row(table: &str) -> bool {
    FAMILIES.iter().any(|family| family.table == table) && !OF_MESSAGE.contains(&table)
}

/// Returns the hash by which ids are found.
pub(super) fn hash_of(id: &str) -> u64 {
    FixedState::default().hash_one(id)
}

/// Returns the value of a column. Tables without nested columns have objects as JSON.
fn unpacked(name: &str, value: &Value) -> Result<Value, String> {
    let is_object = || {
        matches!(name, "custom_attributes" | "custom_attribute")
            || TRIGGERS.iter().any(|(known, _)| *known == name)
            || is_table(name)
    };
    match value.view() {
        View::Str(text) if is_object() => match parse_json(text) {
            Ok(value) if matches!(value.view(), View::Object(_) | View::Nil) => Ok(value),
            _ => Err(format!("its `{name}` isn't a JSON object")),
        },
        _ => Ok(value.clone()),
    }
}

fn is_table(name: &str) -> bool {
    FAMILIES.iter().any(|family| !family.is_blocks() && family.table == name)
}

fn text_of(value: &Value) -> Option<String> {
    match value.view() {
        View::Str(text) if !text.is_empty() => Some(text.to_owned()),
        View::Int(number) => Some(number.to_string()),
        View::Big(number) => Some(number.to_string()),
        // Joins of other programs make fractions of whole numbers.
        View::Float(number) if number.fract() == 0.0 && number.abs() < WHOLE => {
            Some(format!("{number:.0}"))
        }
        _ => None,
    }
}

/// Below this, a fraction holds every whole number.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Returns the name of a column as templates have it: `First Name` is `first_name`.
fn column(name: &str) -> String {
    let name = name.trim();
    let plain = name.to_lowercase().replace(' ', "_");
    if IDS.contains(&&*plain) || is_profile(exported_name(&plain)) {
        plain
    } else {
        name.to_owned()
    }
}

/// Returns a cell's value. A number has no leading zeros, which an id may have.
fn cell(name: &str, text: &str, key: Option<&str>) -> Value {
    let name = column(name);
    if IDS.contains(&&*name) || key.is_some_and(|key| column(key) == name) {
        return Value::from(text);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && (digits == "0" || digits.starts_with("0.") || !digits.starts_with('0'))
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.len() < 16;
    match text {
        "true" | "TRUE" => Value::Bool(true),
        "false" | "FALSE" => Value::Bool(false),
        _ if is_number => match parse_json(text) {
            Ok(number @ (Value::Int(_) | Value::Float(_))) => number,
            _ => Value::from(text),
        },
        _ => Value::from(text),
    }
}

impl From<AudienceError> for meniscus_analysis::project::ProjectError {
    fn from(error: AudienceError) -> Self {
        meniscus_analysis::project::ProjectError::Unknown {
            message: error.message,
            help: error.help,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use csv::StringRecord;

    use super::*;
    use meniscus_engine::value::to_json;

    fn json(row: &RawRow) -> String {
        let (person, _) = Person::of(row, None).unwrap();
        let tables = Value::from(person.tables);
        format!("{:?} {}", person.id.unwrap_or_default(), to_json(tables.view()))
    }

    #[test]
    fn exports_triggers_and_scenarios_are_recipients() {
        let of = |text: &str| json(&RawRow::Json(text.as_bytes().to_vec()));
        assert_eq!(
            of(
                r#"{"external_id":"7","first_name":"Anna","email":"a@b.example","custom_attributes":{"tier":"gold"},"devices":[]}"#
            ),
            r#""7" {"custom_attribute":{"tier":"gold"},"user":{"user_id":"7","first_name":"Anna","email_address":"a@b.example"}}"#
        );
        assert_eq!(
            of(r#"{"external_user_id":"8","trigger_properties":{"offer_id":1}}"#),
            r#""8" {"api_trigger_properties":{"offer_id":1},"user":{"user_id":"8"}}"#
        );
        assert_eq!(
            of(r#"{"user":{"user_id":"9","first_name":"Bo"},"context":{"a":1}}"#),
            r#""9" {"context":{"a":1},"user":{"user_id":"9","first_name":"Bo"}}"#
        );
        let names =
            StringRecord::from(vec!["user_id", "First Name", "tier", "points", "code", "vip"]);
        let row = StringRecord::from(vec!["00123", "Anna", "gold", "12.5", "007", "true"]);
        assert_eq!(
            json(&RawRow::Csv(Arc::new(names), row)),
            r#""00123" {"custom_attribute":{"tier":"gold","points":12.5,"code":"007","vip":true},"user":{"user_id":"00123","first_name":"Anna"}}"#
        );
        for broken in [&b"{\"a\":"[..], b"\xff", b"[1]", b"7"] {
            Person::of(&RawRow::Json(broken.to_vec()), None).unwrap_err();
        }
        let deep = "[".repeat(100_000);
        Person::of(&RawRow::Json(deep.into_bytes()), None).unwrap_err();
    }
}
