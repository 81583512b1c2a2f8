use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::project::ProjectError;
use crate::text::nearest;
use crate::wire::{Finding, Places};

/// A response that says why something wasn't done.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    help: Option<String>,
    more: Option<Box<Map<String, Value>>>,
}

impl Refusal {
    /// Makes a refusal: what was found, then what was expected.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal { status, message: message.into(), help: None, more: None }
    }

    /// Makes a refusal for something that doesn't exist.
    pub fn missing(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, message)
    }

    /// Makes a refusal for an invalid request.
    pub fn wrong(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, message)
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
        let refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string());
        let refusal = Refusal { help: error.help().map(str::to_owned), ..refusal };
        match error {
            ProjectError::Content(diagnostic) => {
                refusal.with("problem", json!(Finding::of(&Places::default(), &diagnostic, None)))
            }
            _ => refusal,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = self.to_json();
        let mut body = self.more.map_or_else(Map::new, |more| *more);
        body.insert("error".to_owned(), error);
        answer(self.status, &Value::Object(body))
    }
}

/// Parses a request of the page.
///
/// # Errors
/// If it isn't what the route expects.
pub(super) fn read_request<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| Refusal::wrong(format!("found a body that cannot be used: {error}")))
}

/// Makes a JSON response.
pub(super) fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_string(body).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
