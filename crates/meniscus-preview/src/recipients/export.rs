//! A customer's profile as Braze exports it, made into a recipient that is nobody.

use serde_json::{Map, Value as Json, json};

use super::draft::Draft;
use crate::contract::Contract;
use crate::dialect::families::FAMILIES;
use crate::project::{Message, ProjectError, exported_name};
use crate::text::DataPath;
use crate::value::{Object, Value, View, from_json, to_json};

/// Fields of an export that templates can read.
const FIELDS: [&str; 15] = [
    "external_id",
    "braze_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "dob",
    "gender",
    "country",
    "home_city",
    "language",
    "time_zone",
    "random_bucket",
    "push_subscribe",
    "email_subscribe",
];

/// What a message reads of a customer's profile, with invented values for those that may tell who it
/// is.
#[derive(Clone, Debug, Default)]
pub struct Export {
    tables: Map<String, Json>,
    /// How many values are invented.
    pub replaced: usize,
}

impl Export {
    /// Reads the response of `/users/export/ids`, a list of users, or a single one.
    ///
    /// # Errors
    /// If it isn't JSON, has no user, or nothing that the message reads.
    pub fn read(text: &str, contract: &Contract) -> Result<Export, ProjectError> {
        let help = "pass the JSON that Braze returns for `/users/export/ids`";
        let wrong = |message: String| ProjectError::Unknown { message, help: help.to_owned() };
        let found = serde_json::from_str::<Json>(text)
            .map_err(|error| wrong(format!("this isn't valid JSON: {error}")))?;
        let user = match &found {
            Json::Object(object) => match object.get("users") {
                Some(Json::Array(users)) => users.first(),
                Some(_) => None,
                None => Some(&found),
            },
            Json::Array(users) => users.first(),
            _ => None,
        };
        let Some(Json::Object(user)) = user else {
            return Err(wrong("this contains no user".to_owned()));
        };
        let mut user = user.clone();
        let reads = |family: &str, name: &str| reads(contract, family, name);
        let mut tables = Map::new();
        if let Some(Json::Object(mut attributes)) = user.remove("custom_attributes") {
            attributes.retain(|name, value| reads("custom_attribute", name) && !value.is_null());
            tables.insert("custom_attribute".to_owned(), Json::Object(attributes));
        }
        let mut profile = Map::new();
        for (name, value) in user {
            let name = exported_name(&name);
            if reads("", name) && !value.is_null() {
                profile.insert(name.to_owned(), value);
            }
        }
        tables.insert("user".to_owned(), Json::Object(profile));
        tables.retain(|_, table| table.as_object().is_some_and(|table| !table.is_empty()));
        if tables.is_empty() {
            let names = contract.messages.join(", ");
            return Err(ProjectError::Unknown {
                message: format!("`{names}` reads none of this user's data"),
                help: "create a recipient from the message instead".to_owned(),
            });
        }
        Ok(Export::anonymous(tables))
    }

    /// Takes a recipient's tables, by the names that a scenario has for them.
    #[must_use]
    pub fn of_tables(tables: &Object, contract: &Contract) -> Export {
        let mut kept = Map::new();
        for family in FAMILIES.iter().filter(|family| !family.is_blocks()) {
            let Some(View::Object(values)) = tables.get(family.table).map(Value::view) else {
                continue;
            };
            let read = values.iter().filter(|(name, _)| reads(contract, family.name, name));
            let read = read.map(|(name, value)| (name.to_string(), to_json(value.view())));
            let read = read.collect::<Map<_, _>>();
            if !read.is_empty() {
                kept.insert(family.table.to_owned(), Json::Object(read));
            }
        }
        Export::anonymous(kept)
    }

    fn anonymous(mut tables: Map<String, Json>) -> Export {
        let mut replaced = 0;
        for (_, table) in &mut tables {
            replace("", table, &mut replaced);
        }
        Export { tables, replaced }
    }

    /// Returns the recipient's file, for one message.
    #[must_use]
    pub fn draft(&self, message: &Message, now: &str) -> Draft {
        let mut draft = Draft {
            now: Some(now.to_owned()),
            templates: vec![globset::escape(&message.name)],
            ..Draft::default()
        };
        for (table, values) in &self.tables {
            let Json::Object(values) = values else { continue };
            for (name, value) in values {
                draft.set(&DataPath::of_keys(&[table, name]), from_json(value.clone()));
            }
        }
        draft
    }
}

/// Returns the fields to ask Braze for: what the message reads, and no more.
#[must_use]
pub fn fields_to_export(contract: &Contract) -> Vec<&'static str> {
    let fields = FIELDS.into_iter().filter(|field| reads(contract, "", exported_name(field)));
    let own = contract.families.contains_key("custom_attribute").then_some("custom_attributes");
    fields.chain(own).collect()
}

fn reads(contract: &Contract, family: &str, name: &str) -> bool {
    contract.families.get(family).is_some_and(|node| node.fields.contains_key(name))
}

/// Says how many values are invented; nothing if none is.
#[must_use]
pub fn replaced_words(replaced: usize) -> String {
    match replaced {
        0 => String::new(),
        1 => "; one value is replaced with an invented one".to_owned(),
        many => format!("; {many} values are replaced with invented ones"),
    }
}

/// Fields that say something of many people alike.
const SHARED: [&str; 6] =
    ["language", "country", "gender", "time_zone", "most_recent_locale", "email_subscribe"];

/// Digits that identify nobody: more may be a number of one customer.
const FEW_DIGITS: f64 = 100_000.0;

/// Letters of a word such as `gold`, which branches ask for.
const SHORT_WORD: usize = 12;

/// Replaces what may tell who a customer is: strings, except short words in lower case such as
/// `gold`, and long or exact numbers. Lists keep their length, so that the message looks alike.
fn replace(key: &str, value: &mut Json, replaced: &mut usize) {
    match value {
        Json::String(text) => {
            let is_word = text.len() <= SHORT_WORD && text.chars().all(|c| c.is_ascii_lowercase());
            let names_somebody = ["name", "id", "user", "alias"]
                .iter()
                .any(|word| key.to_ascii_lowercase().contains(word));
            let is_plain = text.is_empty()
                || SHARED.contains(&key)
                || ((is_word || is_small_number(text)) && !names_somebody);
            if !is_plain {
                *text = invented(key, text);
                *replaced += 1;
            }
        }
        Json::Number(number) => {
            let plain = number.as_f64().is_some_and(is_small);
            if !plain || key == "random_bucket_number" {
                *value = json!(1);
                *replaced += 1;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| replace(key, item, replaced)),
        Json::Object(members) => {
            members.iter_mut().for_each(|(name, member)| replace(name, member, replaced));
        }
        Json::Null | Json::Bool(_) => {}
    }
}

/// Whether a number identifies nobody: few digits, and no fraction beyond cents.
fn is_small(number: f64) -> bool {
    number.abs() < FEW_DIGITS && (number * 100.0).fract().abs() < 1e-6
}

/// Whether a string is a number such as `4.50`, which a message may calculate with.
fn is_small_number(text: &str) -> bool {
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !whole.is_empty() && is_digits(whole) && cents.len() <= 2 && is_digits(cents);
    is_number && text.parse().is_ok_and(is_small)
}

/// Whether a text is a GUID, such as SessionM's ids of customers.
fn is_guid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// Returns a value of the same kind that belongs to nobody.
fn invented(key: &str, text: &str) -> String {
    let starts = |digits: usize| text.chars().take(digits).all(|c| c.is_ascii_digit());
    match key {
        "first_name" => "Alex",
        "last_name" => "Sample",
        // SessionM's IDs have this form, whatever Braze's have.
        "user_id" => "00000000-0000-4000-8000-000000000001",
        _ if is_guid(text) => "00000000-0000-4000-8000-000000000001",
        _ if text.contains("://") => "https://example.com/",
        _ if text.contains('@') => "alex@example.com",
        _ if text.len() >= 10 && starts(4) && text[4..].starts_with('-') => {
            return format!("1990-01-01{}", text.get(10..).unwrap_or_default());
        }
        _ if text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c)) => "5550100",
        _ => "Example",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::replace;

    #[test]
    fn what_is_replaced_keeps_its_form() {
        let mut value = json!({
            "price": "4.50", "member_id": "4711", "tier": "gold", "note": "Hates Mondays",
            "guid": "5b1e7c52-2f6d-4f0f-8d4e-6a0c2f9b7a11", "card": "4111111111111111",
            "exact": "4.505", "empty": "", "points": 480, "phone": "+1 312 555 0199",
        });
        let mut replaced = 0;
        replace("", &mut value, &mut replaced);
        let expected = json!({
            "price": "4.50", "member_id": "5550100", "tier": "gold", "note": "Example",
            "guid": "00000000-0000-4000-8000-000000000001", "card": "5550100",
            "exact": "Example", "empty": "", "points": 480, "phone": "5550100",
        });
        assert_eq!(value, expected);
        assert_eq!(replaced, 6);
    }
}
