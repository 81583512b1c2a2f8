//! Creates a recipient: with everything a message reads, from a user export of Braze, or empty.

use meniscus_preview::page::refusal::Refusal;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::kept::{check_free, written};
use super::names::check;
use super::{Done, change};
use crate::contract::Contract;
use crate::project::Message;
use crate::recipients::{Draft, Trial, stub};
use crate::serve::preview::Shared;
use crate::session::Session;
use crate::text::DataPath;
use crate::value::from_json;

/// The clock of a recipient if no other of the message has one: a preview must not depend on when
/// it is looked at.
pub(super) const NOW: &str = "2026-03-02T09:00:00Z";

/// A request for a new recipient.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve::preview) struct NewRecipient {
    name: String,
    /// The message it is for.
    message: String,
    from: Source,
}

/// What a recipient is made of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Source {
    /// Invented values for everything the message reads.
    Message,
    /// A response of `/users/export/ids`, or one user of it, as JSON.
    Export(String),
    /// Nothing is known of the recipient.
    Nothing,
}

impl NewRecipient {
    /// Writes its file.
    ///
    /// # Errors
    /// If its name can't be one or is taken, the message doesn't exist, the export has no user, or
    /// the file can't be written.
    pub fn save(&self, shared: &Shared) -> Result<Value, Refusal> {
        check(&self.name, false)?;
        change(shared, |session, transaction| {
            let Some(message) = session.message(&self.message) else {
                return Err(Refusal::missing(format!("there is no message `{}`", self.message)));
            };
            let folder = &session.workspace.config.paths.scenarios;
            check_free(session, &self.name)?;
            let (text, replaced) = match &self.from {
                Source::Message => (stub(&Trial::new(&session.known, message))?.draft.to_toml(), 0),
                Source::Export(text) => {
                    let (tables, replaced) = exported(session, message, text)?;
                    (self.toml(session, tables)?, replaced)
                }
                Source::Nothing => (self.toml(session, Map::new())?, 0),
            };
            let path = format!("{folder}/{}.toml", self.name);
            transaction.create(&path, &text)?;
            let replaced = match replaced {
                0 => String::new(),
                1 => "; one value is replaced by an invented one".to_owned(),
                many => format!("; {many} values are replaced by invented ones"),
            };
            let said = format!("Created the recipient {}{replaced}", self.name);
            Ok(Done { said, more: json!({ "name": self.name, "path": path }) })
        })
    }

    fn toml(&self, session: &Session, tables: Map<String, Value>) -> Result<String, Refusal> {
        let known = session.scenarios_for(&self.message).find_map(|known| known.now.clone());
        let mut draft = Draft {
            now: Some(known.unwrap_or_else(|| NOW.to_owned())),
            templates: vec![globset::escape(&self.message)],
            ..Draft::default()
        };
        for (table, values) in tables {
            let Value::Object(values) = values else { continue };
            for (name, value) in values {
                draft.set(&DataPath::of_keys(&[&table, &name]), from_json(value));
            }
        }
        written(&draft)
    }
}

/// Returns what a message reads of an exported user, with invented values for those that may tell
/// who it is, and how many there are.
fn exported(
    session: &Session,
    message: &Message,
    text: &str,
) -> Result<(Map<String, Value>, usize), Refusal> {
    let none = || {
        Refusal::wrong("this has no user")
            .help("paste the JSON that Braze returns for `/users/export/ids`")
    };
    let found = serde_json::from_str::<Value>(text).map_err(|error| {
        Refusal::wrong(format!("this isn't valid JSON: {error}"))
            .help("paste the JSON that Braze returns for `/users/export/ids`")
    })?;
    let user = match &found {
        Value::Object(object) => match object.get("users") {
            Some(Value::Array(users)) => users.first(),
            Some(_) => None,
            None => Some(&found),
        },
        Value::Array(users) => users.first(),
        _ => None,
    };
    let mut user = user.filter(|user| user.is_object()).ok_or_else(none)?.clone();
    let mut replaced = 0;
    replace("", &mut user, &mut replaced);
    let Value::Object(mut user) = user else { return Err(none()) };
    let contract = Contract::of(&session.known, [message]);
    let reads = |family: &str, name: &str| {
        contract.families.get(family).is_some_and(|node| node.fields.contains_key(name))
    };
    let mut tables = Map::new();
    if let Some(Value::Object(mut attributes)) = user.remove("custom_attributes") {
        attributes.retain(|name, value| reads("custom_attribute", name) && !value.is_null());
        tables.insert("custom_attribute".to_owned(), Value::Object(attributes));
    }
    let mut profile = Map::new();
    for (name, value) in user {
        let name = crate::project::exported_name(&name);
        if reads("", name) && !value.is_null() {
            profile.insert(name.to_owned(), value);
        }
    }
    tables.insert("user".to_owned(), Value::Object(profile));
    tables.retain(|_, table| table.as_object().is_some_and(|table| !table.is_empty()));
    if tables.is_empty() {
        let message = format!("`{}` reads nothing of this user", message.name);
        return Err(Refusal::wrong(message).help("create a recipient from the message instead"));
    }
    Ok((tables, replaced))
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
fn replace(key: &str, value: &mut Value, replaced: &mut usize) {
    match value {
        Value::String(text) => {
            let is_word = text.len() <= SHORT_WORD && text.chars().all(|c| c.is_ascii_lowercase());
            let names_somebody = ["name", "id", "user", "alias"]
                .iter()
                .any(|word| key.to_ascii_lowercase().contains(word));
            let is_plain = text.is_empty() || SHARED.contains(&key) || (is_word && !names_somebody);
            if !is_plain {
                *text = invented(key, text);
                *replaced += 1;
            }
        }
        Value::Number(number) => {
            let plain = number.as_f64().is_some_and(|number| {
                number.abs() < FEW_DIGITS && (number * 100.0).fract().abs() < 1e-6
            });
            if !plain || key == "random_bucket" {
                *value = json!(1);
                *replaced += 1;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(key, item, replaced)),
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, member)| replace(name, member, replaced));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Returns a value of the same kind that belongs to nobody.
fn invented(key: &str, text: &str) -> String {
    let starts = |digits: usize| text.chars().take(digits).all(|c| c.is_ascii_digit());
    match key {
        "first_name" => "Alex",
        "last_name" => "Sample",
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
