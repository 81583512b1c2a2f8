//! Answers requests from recordings.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request as HttpRequest, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use axum::http::header::{RETRY_AFTER, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response as HttpResponse;

use super::exchange::{Exchange, Outcome};
use super::failure::Failure;
use super::wire::Switch;
use super::{Options, Shared};
use crate::http::{Answer, Fault, Request, Response};
use crate::recording::Fetch;

/// Headers of the connection: recorded values applied to another one.
const OF_THE_CONNECTION: [HeaderName; 4] =
    [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, HeaderName::from_static("keep-alive")];
/// The header in which WireMock names the matched stub mapping.
const MATCHED: &str = "Matched-Stub-Name";

/// Answers every request outside the admin pages.
pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: HttpRequest,
) -> HttpResponse {
    let (parts, body) = request.into_parts();
    let most = shared.options.largest_body;
    let (mut request, body) =
        (without_body(&shared, &parts), read(&parts.headers, body, most).await);
    let number = shared.journal().next_number();
    let body = match body {
        Ok(body) => body,
        Err(status @ StatusCode::PAYLOAD_TOO_LARGE) => {
            request.note_secrets(&shared.options.secrets);
            note(&shared, Exchange { number, request, outcome: Outcome::TooLarge });
            let text = format!("the body is larger than {most} bytes\n");
            return plain(status, text);
        }
        Err(status) => return plain(status, "the body is incomplete\n".to_owned()),
    };
    request.body = (!body.is_empty()).then_some(body);
    request.note_secrets(&shared.options.secrets);
    let Options { seed, fail_rate, delay, .. } = shared.options;
    if let Some(failure) = Failure::of(number, seed, fail_rate) {
        note(&shared, Exchange { number, request, outcome: Outcome::Failed(failure) });
        tokio::time::sleep(delay).await;
        return fail(failure, &switch);
    }
    match shared.recordings().fetch(&request) {
        Ok(Answer { response, recording, .. }) => {
            let name = recording.as_ref().map(|origin| origin.name.clone());
            if let Some(recording) = recording {
                let (status, fault) = (response.status, response.fault);
                let outcome = Outcome::Answered { recording, status, fault };
                note(&shared, Exchange { number, request, outcome });
            }
            let wanted = Duration::from_millis(response.delay_ms);
            tokio::time::sleep(delay.saturating_add(wanted)).await;
            match response.fault {
                Some(fault) => break_off(fault, &switch),
                None => send(&response, name.as_deref().unwrap_or_default()),
            }
        }
        Err(reason) => {
            let text =
                format!("{}\n\n{}\n", reason.problem, reason.details(&shared.options.folder));
            let outcome = Outcome::Unmatched(Arc::new(reason));
            note(&shared, Exchange { number, request, outcome });
            tokio::time::sleep(delay).await;
            plain(StatusCode::NOT_FOUND, text)
        }
    }
}

fn note(shared: &Shared, exchange: Exchange) {
    let exchange = Arc::new(exchange);
    shared.journal().push(Arc::clone(&exchange));
    if let Some(log) = &shared.options.log {
        log(&exchange);
    }
}

/// Converts a request for matching. A target with scheme and host, as sent to a proxy, is kept.
fn without_body(shared: &Shared, parts: &Parts) -> Request {
    let url = if parts.uri.authority().is_some() {
        parts.uri.to_string()
    } else {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let place = parts.uri.path_and_query().map_or("/", |place| place.as_str());
        match host.filter(|host| !host.is_empty()) {
            Some(host) => format!("http://{host}{place}"),
            None => format!("http://{}{place}", shared.address),
        }
    };
    let mut request = Request::new(parts.method.as_str(), url);
    let headers = parts.headers.iter();
    request.headers = headers
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    request
}

/// Reads a body up to a size limit.
async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<String, StatusCode> {
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > most as u64) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match to_bytes(body, most).await {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        // Reaching the limit and a disconnected client give the same error; only the former can
        // still be reported.
        Err(_) if announced.is_none() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

fn fail(failure: Failure, switch: &Switch) -> HttpResponse {
    let text = "this response failed on purpose\n".to_owned();
    match failure {
        Failure::Status(status) => {
            plain(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), text)
        }
        Failure::RetryAfter(seconds) => {
            let mut response = plain(StatusCode::TOO_MANY_REQUESTS, text);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Failure::Wire(fault) => break_off(fault, switch),
    }
}

/// Breaks the connection as soon as the server writes; its output is never sent.
fn break_off(fault: Fault, switch: &Switch) -> HttpResponse {
    switch.set(fault);
    HttpResponse::default()
}

fn send(response: &Response, name: &str) -> HttpResponse {
    let Ok(status) = StatusCode::from_u16(response.status) else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, unsendable(name, "its status"));
    };
    let mut answer = HttpResponse::new(Body::from(response.body.clone()));
    *answer.status_mut() = status;
    for (key, value) in &response.headers {
        let header = HeaderName::from_bytes(key.as_bytes());
        let Ok((header, value)) = header.map_err(drop).and_then(|header| {
            Ok((header, HeaderValue::from_bytes(value.as_bytes()).map_err(drop)?))
        }) else {
            let what = format!("its header `{}`", key.escape_debug());
            return plain(StatusCode::INTERNAL_SERVER_ERROR, unsendable(name, &what));
        };
        if !OF_THE_CONNECTION.contains(&header) {
            answer.headers_mut().append(header, value);
        }
    }
    // A name may contain what a header can't; it is left out then.
    if let Ok(name) = HeaderValue::from_str(name) {
        answer.headers_mut().insert(MATCHED, name);
    }
    answer
}

fn unsendable(name: &str, what: &str) -> String {
    format!("the recording `{name}` can't be sent over HTTP because of {what}\n")
}

pub(super) fn plain(status: StatusCode, text: String) -> HttpResponse {
    let mut response = HttpResponse::new(Body::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
