use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::project::ProjectError;
use crate::text::nearest;
use crate::wire::{Finding, Places};

/// A response that says why something wasn't done.
#[derive(Debug)]
pub struct Refusal {
    status: u16,
    message: String,
    help: Option<String>,
    more: Option<Box<Map<String, Value>>>,
}

impl Refusal {
    /// Makes a refusal with an HTTP status: what was found, then what was expected.
    pub fn new(status: impl Into<u16>, message: impl Into<String>) -> Refusal {
        Refusal { status: status.into(), message: message.into(), help: None, more: None }
    }

    /// Makes a refusal for something that doesn't exist.
    pub fn missing(message: impl Into<String>) -> Refusal {
        Refusal::new(404_u16, message)
    }

    /// Makes a refusal for an invalid request.
    pub fn wrong(message: impl Into<String>) -> Refusal {
        Refusal::new(400_u16, message)
    }

    /// Adds an action to take.
    pub fn help(mut self, help: impl Into<String>) -> Refusal {
        self.help = Some(help.into());
        self
    }

    /// Adds an action to take, if there is one.
    pub fn help_if(self, help: Option<String>) -> Refusal {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Adds the known name that is nearest to an unknown one, if any is.
    pub fn near<'n>(self, name: &str, names: impl IntoIterator<Item = &'n str>) -> Refusal {
        self.help_if(nearest(name, names).map(|near| format!("did you mean `{near}`?")))
    }

    /// Adds the known name that is nearest to an unknown one, or else another action.
    pub fn near_or<'n>(
        self,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
        otherwise: impl Into<String>,
    ) -> Refusal {
        let near = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
        self.help(near.unwrap_or_else(|| otherwise.into()))
    }

    /// Returns the HTTP status that says the same.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the whole response: `error`, and what else is known.
    #[must_use]
    pub fn into_body(self) -> Value {
        let error = self.to_json();
        let mut body = self.more.map_or_else(Map::new, |more| *more);
        body.insert("error".to_owned(), error);
        Value::Object(body)
    }

    /// Returns the JSON for the page.
    pub fn to_json(&self) -> Value {
        json!({ "message": self.message, "help": self.help })
    }

    /// Adds another member next to `error`.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Refusal {
        self.more.get_or_insert_default().insert(key.to_owned(), value.into());
        self
    }
}

impl From<ProjectError> for Refusal {
    fn from(error: ProjectError) -> Refusal {
        let refusal = Refusal::new(422_u16, error.to_string());
        let refusal = Refusal { help: error.help().map(str::to_owned), ..refusal };
        match error {
            ProjectError::Content(diagnostic) => {
                refusal.with("problem", json!(Finding::of(&Places::default(), &diagnostic, None)))
            }
            _ => refusal,
        }
    }
}

/// Returns a required parameter of an address.
///
/// # Errors
/// If it isn't there.
pub fn wanted<'q>(query: &'q HashMap<String, String>, name: &str) -> Result<&'q str, Refusal> {
    let value = query.get(name).map(String::as_str);
    value.ok_or_else(|| Refusal::wrong(format!("the request has no `{name}`")))
}

/// Parses a request of the page.
///
/// # Errors
/// If it isn't what the route expects.
pub fn read_request<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| Refusal::wrong(format!("the request isn't valid: {error}")))
}
