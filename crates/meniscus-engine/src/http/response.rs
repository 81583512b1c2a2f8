//! The response to a request, and where it came from.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::held::{held_secrets, secret_forms};
use crate::value::{JsonError, Value, parse_json};

/// An HTTP response, or the way it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100 to 599.
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// The body as bytes; empty if there is none.
    pub body: Vec<u8>,
    /// The host's response time in milliseconds. Replay doesn't wait; it is compared with Braze's
    /// timeout.
    pub delay_ms: u64,
    /// The network failure that replaces the response, if any.
    pub fault: Option<Fault>,
    /// The body as JSON, after its first use.
    pub parsed: Parsed,
}

/// A body as JSON, and its secrets: each found once on first use and shared.
#[derive(Default)]
pub struct Parsed {
    value: OnceLock<Result<Value, JsonError>>,
    secrets: OnceLock<Vec<String>>,
}

/// A copy may get another body, so it is parsed again.
impl Clone for Parsed {
    fn clone(&self) -> Parsed {
        Parsed::default()
    }
}

/// Only derived from the body, so always equal.
impl PartialEq for Parsed {
    fn eq(&self, _: &Parsed) -> bool {
        true
    }
}

impl Eq for Parsed {}

impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.value.get().is_some() { "Parsed" } else { "Unparsed" })
    }
}

impl Default for Response {
    fn default() -> Response {
        Response {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            delay_ms: 0,
            fault: None,
            parsed: Parsed::default(),
        }
    }
}

impl Response {
    /// Returns what `:save` stores: the body's JSON and, in an object, the status as
    /// `__http_status_code__` (reference 2.1.5).
    ///
    /// # Errors
    /// If the body isn't JSON.
    pub fn saved(&self) -> Result<&Value, &JsonError> {
        let parse = || {
            let text = String::from_utf8_lossy(&self.body);
            parse_json(&text).map(|value| self.with_status(value))
        };
        self.parsed.value.get_or_init(parse).as_ref()
    }

    /// Returns the strings that are secret by their names in what `:save` stores, in every form.
    pub fn secrets(&self) -> &[String] {
        self.parsed.secrets.get_or_init(|| {
            let mut found = Vec::new();
            if let Ok(value) = self.saved() {
                held_secrets("", value, &mut |text| found.extend(secret_forms(text)));
            }
            found
        })
    }

    /// Adds the status to a value, if it is an object.
    #[must_use]
    pub fn with_status(&self, value: Value) -> Value {
        match value {
            Value::Object(object) => {
                let mut object = Arc::unwrap_or_clone(object);
                object.insert("__http_status_code__", i64::from(self.status));
                Value::from(object)
            }
            other => other,
        }
    }

    /// Returns the value of the first header with a name, ignoring case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A network failure, named as in WireMock (<https://wiremock.org/docs/simulating-faults/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `EMPTY_RESPONSE`: the connection closes without a byte.
    EmptyResponse,
    /// `MALFORMED_RESPONSE_CHUNK`: a good status line, then garbage, then the connection closes.
    MalformedResponseChunk,
    /// `RANDOM_DATA_THEN_CLOSE`: garbage, then the connection closes.
    RandomDataThenClose,
    /// `CONNECTION_RESET_BY_PEER`: the connection is reset.
    ConnectionResetByPeer,
}

impl Fault {
    /// All faults, in WireMock's order.
    pub const ALL: [Self; 4] = [
        Self::EmptyResponse,
        Self::MalformedResponseChunk,
        Self::RandomDataThenClose,
        Self::ConnectionResetByPeer,
    ];

    /// Returns WireMock's name for the fault.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EmptyResponse => "EMPTY_RESPONSE",
            Self::MalformedResponseChunk => "MALFORMED_RESPONSE_CHUNK",
            Self::RandomDataThenClose => "RANDOM_DATA_THEN_CLOSE",
            Self::ConnectionResetByPeer => "CONNECTION_RESET_BY_PEER",
        }
    }

    /// Returns the fault with WireMock's name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}

/// A response and the recording it comes from.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Shared with the recording, to avoid copying the body.
    pub response: Arc<Response>,
    /// The recording, or `None` for a live host.
    pub recording: Option<Arc<RecordingOrigin>>,
    /// Why a live call had no complete response, without secrets.
    pub failure: Option<String>,
}

/// Where a recording comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingOrigin {
    /// The recording's `name`, or [`Self::key`] if it has none (with `#2` for the second in a
    /// file).
    pub name: String,
    /// The file, relative to where the folder was loaded from.
    pub path: PathBuf,
    /// The file relative to the folder, with `/` and without `.json`, as scenarios refer to it.
    pub key: String,
    /// Index in the file's `mappings`; `None` for a file with a single recording.
    pub index: Option<usize>,
    /// The file to open, however [`Self::path`] is shown.
    pub file: PathBuf,
    /// The file with the body, if it is separate (`bodyFileName`).
    pub body: Option<BodyFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyFile {
    /// The file, relative to where the folder was loaded from.
    pub path: PathBuf,
    pub file: PathBuf,
}
