//! Calls and recordings as the page shows them: secrets masked.

use serde_json::{Value, json};

use super::ask::{Ask, name_of_call};
use super::places::Places;
use super::refusal::Refusal;
use crate::http::Fault;
use crate::http::secret::{REDACTED, is_secret_header, mask_body, mask_url};
use crate::project::Part;
use crate::recording::Recording;
use crate::render::{Call, CallResult};
use crate::session::Session;

/// A call that a part made.
pub(super) fn call_json(places: &Places, call: &Call, part: &Part, ask: &Ask) -> Value {
    let request = &call.request;
    let answered_by = match &call.result {
        CallResult::Answered { recording, .. } => Some(recording),
        _ => None,
    };
    let result = match &call.result {
        CallResult::Answered { recording, path, status, note } => json!({
            "kind": "answered", "recording": recording, "path": path, "status": status, "note": note,
        }),
        CallResult::Cached { call } => json!({ "kind": "cached", "call": call }),
        CallResult::Unanswered(unanswered) => json!({
            "kind": "unanswered", "name": name_of_call(request), "problem": unanswered.problem, "help": unanswered.help,
        }),
        CallResult::Refused(reason) => json!({ "kind": "refused", "reason": reason }),
    };
    json!({
        "at": places.label(&call.at),
        "part": part.name,
        "method": request.method,
        "url": mask_url(&request.url),
        "headers": masked_headers(&request.headers),
        "body": request.body.as_deref().map(mask_body),
        "http": request.to_http(),
        "result": result,
        "saved_as": call.saved_as,
        "edited": answered_by.is_some_and(|name| ask.answers.contains_key(name)),
    })
}

/// Headers in the order written, the values of secret ones masked.
pub(super) fn masked_headers(headers: &[(String, String)]) -> Vec<[&str; 2]> {
    let headers = headers.iter();
    let headers = headers.map(|(name, value)| match is_secret_header(name) {
        true => [name.as_str(), REDACTED],
        false => [name.as_str(), value.as_str()],
    });
    headers.collect()
}

/// A recording, in a line.
pub(super) fn recording_line(recording: &Recording) -> Value {
    let request = recording.request();
    json!({
        "name": recording.name(),
        "path": recording.path().to_string_lossy(),
        "method": request.method.unwrap_or("ANY"),
        "url": request.url.map(mask_url),
        "status": recording.response().status,
    })
}

/// A recording with the body of its response.
///
/// # Errors
/// Where there is none of the name.
pub(super) fn recording(session: &Session, name: &str) -> Result<Value, Refusal> {
    let known = session.known.recordings.iter().find(|recording| recording.name() == name);
    let Some(recording) = known else {
        return Err(Refusal::missing(format!("no recording `{name}`")));
    };
    let (request, response) = (recording.request(), recording.response());
    let text = String::from_utf8_lossy(&response.body);
    let text = mask_body(&text);
    let json = serde_json::from_str::<Value>(&text).ok();
    let body = json.is_none().then_some(text);
    Ok(json!({
        "name": name,
        "path": recording.path().to_string_lossy(),
        "request": { "method": request.method.unwrap_or("ANY"), "url": request.url.map(mask_url) },
        "status": response.status,
        "headers": masked_headers(&response.headers),
        "json": json,
        "body": body,
        "delay_ms": response.delay_ms,
        "fault": response.fault.map(Fault::name),
        "editable": false,
    }))
}
