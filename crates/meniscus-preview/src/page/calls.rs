use serde_json::{Value, json};

use super::ask;
use super::refusal::Refusal;
use crate::http::Fault;
use crate::http::secret::{mask_body, mask_url};
use crate::recording::Recording;
use crate::session::Session;
use crate::wire::masked_headers;

pub fn recording_line(recording: &Recording) -> Value {
    let request = recording.request();
    json!({
        "name": recording.name(),
        "path": recording.path().to_string_lossy(),
        "method": request.method.unwrap_or("ANY"),
        "url": request.url.map(mask_url),
        "status": recording.response().status,
    })
}

/// Returns a recording with its response body.
///
/// # Errors
/// If it doesn't exist.
pub fn recording(session: &Session, name: &str) -> Result<Value, Refusal> {
    let Some(recording) = ask::recording(session, name) else {
        return Err(Refusal::missing(format!("there is no recording `{name}`")));
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
