use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::http::{Request, Response};
use crate::live::redact::{Ready, Redacted};
use crate::recording::Suggestion;

/// Response headers that help readers of a recording; others change with every call.
const KEPT_HEADERS: [&str; 4] = ["content-type", "content-language", "location", "retry-after"];
/// The key in `metadata` for our data.
pub(super) const OURS: &str = "meniscus";
/// The key for the time of recording.
pub(super) const RECORDED_AT: &str = "recorded_at";
/// Keys in `response` that may hold the body.
pub(super) const BODIES: [&str; 4] = ["body", "jsonBody", "base64Body", "bodyFileName"];

/// A recording's `metadata.meniscus`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Its origin: members such as `message`, `scenario`, `imported_from`, without secrets.
    pub origin: Vec<(String, String)>,
    /// The credential named by the call.
    pub credential: Option<String>,
    /// When it was recorded, if known.
    pub recorded_at: Option<String>,
}

/// A stub mapping, and what happened to its parts.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The file's path below the recordings folder, without `.json`: `HOST/ENDPOINT/DIGEST`.
    pub key: String,
    pub value: Value,
    /// The response as recorded.
    pub response: Response,
    pub redacted: Redacted,
    /// Whether there is a body that isn't JSON, so that paths to personal data don't apply.
    pub unread_body: bool,
}

impl Mapping {
    /// Sorts the members of the body, which some hosts send in another order each time.
    #[must_use]
    pub fn sorted(mut self) -> Mapping {
        if let Some(json) = self.value["response"].get_mut("jsonBody") {
            json.sort_all_objects();
            self.response.body = json.to_string().into_bytes();
        }
        self
    }
}

/// Makes a redacted stub mapping from a request and its response.
#[must_use]
pub fn mapping(
    ready: &Ready<'_>,
    request: &Request,
    response: &Response,
    metadata: &Metadata,
) -> Mapping {
    let mut redacted = Redacted::default();
    let safe = ready.request(request, &mut redacted);
    let suggestion = Suggestion::for_request(&safe);
    let key = suggestion.path.strip_suffix(".json").unwrap_or(&suggestion.path).to_owned();
    let (body_key, body, bytes) = body(ready, &response.body, &mut redacted);
    let mut answer = Map::new();
    answer.insert("status".to_owned(), json!(response.status));
    let mut headers = Map::new();
    let mut kept = Vec::new();
    for (name, value) in &response.headers {
        let Some(place) = KEPT_HEADERS.iter().position(|known| name.eq_ignore_ascii_case(known))
        else {
            continue;
        };
        let shown = ["Content-Type", "Content-Language", "Location", "Retry-After"][place];
        if !headers.contains_key(shown) {
            let value = match shown {
                "Location" => ready.url(value, &mut redacted),
                _ => ready.text(value),
            };
            headers.insert(shown.to_owned(), json!(value));
            kept.push((shown.to_owned(), value));
        }
    }
    if !headers.is_empty() {
        answer.insert("headers".to_owned(), Value::Object(headers));
    }
    if let Some(body) = body {
        answer.insert(body_key.to_owned(), body);
    }
    let mut ours = Map::new();
    ours.insert("id".to_owned(), json!(key));
    for (name, value) in &metadata.origin {
        ours.insert(name.clone(), json!(value));
    }
    if let Some(at) = &metadata.recorded_at {
        ours.insert(RECORDED_AT.to_owned(), json!(at));
    }
    if let Some(credential) = &metadata.credential {
        ours.insert("credential".to_owned(), json!(credential));
    }
    if !redacted.0.is_empty() {
        ours.insert("redacted".to_owned(), json!(redacted.0));
    }
    let value = json!({
        "request": suggestion.request,
        "response": answer,
        "metadata": {OURS: ours},
    });
    let response =
        Response { status: response.status, headers: kept, body: bytes, ..Response::default() };
    let unread_body = matches!(body_key, "body" | "base64Body") && !response.body.is_empty();
    Mapping { key, value, response, redacted, unread_body }
}

/// Returns the recorded form of a body (JSON, a string, or base64) with its bytes.
fn body(
    ready: &Ready<'_>,
    body: &[u8],
    redacted: &mut Redacted,
) -> (&'static str, Option<Value>, Vec<u8>) {
    if body.is_empty() {
        return ("body", None, Vec::new());
    }
    if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
        ready.json(&mut json, redacted);
        let bytes = json.to_string().into_bytes();
        return ("jsonBody", Some(json), bytes);
    }
    let safe = ready.bytes(body);
    match std::str::from_utf8(&safe) {
        Ok(text) => ("body", Some(json!(text)), safe),
        Err(_) => ("base64Body", Some(json!(STANDARD.encode(&safe))), safe),
    }
}
