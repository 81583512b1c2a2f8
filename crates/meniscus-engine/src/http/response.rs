//! The response to a request, and where it came from.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::value::{JsonError, Value, parse_json};

/// One HTTP response, or the way in which it fails to arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100 to 599.
    pub status: u16,
    /// Headers in the order written; a name may repeat.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte; empty when there is none.
    pub body: Vec<u8>,
    /// How long the host takes, in milliseconds. Nobody waits for it in replay: it is compared with Braze's time-out.
    pub delay_ms: u64,
    /// The failure on the wire that takes the place of the response, if any.
    pub fault: Option<Fault>,
    /// The body as JSON, once somebody asked for it.
    pub parsed: Parsed,
}

/// What a body is as JSON: parsed when it is asked for, once, and shared by all that ask.
#[derive(Default)]
pub struct Parsed(OnceLock<Result<Value, JsonError>>);

/// A copy may get another body, so it is parsed again.
impl Clone for Parsed {
    fn clone(&self) -> Parsed {
        Parsed::default()
    }
}

/// It says nothing that the body doesn't.
impl PartialEq for Parsed {
    fn eq(&self, _: &Parsed) -> bool {
        true
    }
}

impl Eq for Parsed {}

impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.get().is_some() { "Parsed" } else { "Unparsed" })
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
    /// Returns what `:save` keeps of the body: its JSON and, in an object, the status as `__http_status_code__`
    /// (reference 2.1.5).
    ///
    /// # Errors
    /// Where the body is no JSON.
    pub fn saved(&self) -> Result<&Value, &JsonError> {
        let parse = || {
            let text = String::from_utf8_lossy(&self.body);
            parse_json(&text).map(|value| self.with_status(value))
        };
        self.parsed.0.get_or_init(parse).as_ref()
    }

    /// Returns a value with the status in it, where it is an object.
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

    /// Returns the value of the first header of this name, without regard to case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A failure on the wire, under WireMock's names (<https://wiremock.org/docs/simulating-faults/>).
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

    /// Returns WireMock's name of the fault.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EmptyResponse => "EMPTY_RESPONSE",
            Self::MalformedResponseChunk => "MALFORMED_RESPONSE_CHUNK",
            Self::RandomDataThenClose => "RANDOM_DATA_THEN_CLOSE",
            Self::ConnectionResetByPeer => "CONNECTION_RESET_BY_PEER",
        }
    }

    /// Returns the fault of this name of WireMock's.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}

/// A response together with the recording that gave it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The response, shared with the recording so that an answer costs no copy of the body.
    pub response: Arc<Response>,
    /// The recording that answered; `None` when a live host did.
    pub recording: Option<Arc<Origin>>,
    /// Why a live call brought no whole response, in words; no text in it holds a secret.
    pub failure: Option<String>,
}

/// Where a recording comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The recording's `name`, or [`Self::key`] when it has none (with `#2` for the second of a file of several).
    pub name: String,
    /// The file, as reached from the folder that was loaded.
    pub path: PathBuf,
    /// The file relative to the folder, with `/` and without `.json`: what a scenario may write.
    pub key: String,
    /// Position in the file's `mappings`, from 0; `None` for a file of one recording.
    pub index: Option<usize>,
    /// The file to open, whatever [`Self::path`] shows.
    pub file: PathBuf,
    /// The file that the body lies in, where it is one of its own (`bodyFileName`).
    pub body: Option<BodyFile>,
}

/// A file that holds the body of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyFile {
    /// The file, as reached from the folder that was loaded.
    pub path: PathBuf,
    /// The file to open.
    pub file: PathBuf,
}
