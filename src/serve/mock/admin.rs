//! The pages below `/__admin`, similar to WireMock's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::middleware::Next;
use axum::response::Response as HttpResponse;
use serde_json::{Value, json};

use super::Shared;
use super::answer::plain;
use super::exchange::{Exchange, Outcome, named};
use crate::http::secret::mask_url;
use crate::serve::own_host;

const PAGES: &str = "\
GET    /__admin/requests            received requests, newest first
GET    /__admin/requests/unmatched  requests without a match, with the reason
DELETE /__admin/requests            clear the received requests
GET    /__admin/mappings            served recordings
";

/// Keeps other sites' pages out: they could read the requests, with the names and ids in them.
pub(super) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> HttpResponse {
    match own_host::wrong(request.headers(), shared.address.port()) {
        Some(problem) => plain(StatusCode::FORBIDDEN, format!("{problem}\n")),
        None => next.run(request).await,
    }
}

/// Returns the received requests, newest first as in WireMock.
pub(super) async fn requests(State(shared): State<Arc<Shared>>) -> HttpResponse {
    page(&shown(&shared, |_| true))
}

/// Returns the unmatched requests.
pub(super) async fn unmatched(State(shared): State<Arc<Shared>>) -> HttpResponse {
    page(&shown(&shared, |exchange| matches!(exchange.outcome, Outcome::Unmatched(_))))
}

/// Clears the received requests.
pub(super) async fn forget(State(shared): State<Arc<Shared>>) -> HttpResponse {
    shared.journal().clear();
    page(&json!({}))
}

/// Returns the recordings in path order, without bodies and without matchers for secrets.
pub(super) async fn mappings(State(shared): State<Arc<Shared>>) -> HttpResponse {
    let recordings = shared.recordings();
    let mappings = recordings.iter().map(|recording| {
        let (request, response) = (recording.request(), recording.response());
        let mut shown = named(recording.origin());
        shown["priority"] = json!(recording.priority());
        let key = if request.is_pattern { "urlPattern" } else { "url" };
        shown["request"] =
            json!({"method": request.method.unwrap_or("ANY"), key: request.url.map(mask_url)});
        shown["response"] = json!({
            "status": response.status,
            "bytes": response.body.len(),
            "fixedDelayMilliseconds": response.delay_ms,
            "fault": response.fault.map(crate::http::Fault::name),
        });
        if let Some(metadata) = recording.metadata() {
            shown["metadata"] = metadata.clone();
        }
        shown
    });
    let mappings = mappings.collect::<Vec<_>>();
    let total = mappings.len();
    page(&json!({"mappings": mappings, "meta": {"total": total}}))
}

/// Lists the available pages.
pub(super) async fn list() -> HttpResponse {
    plain(StatusCode::OK, PAGES.to_owned())
}

/// Lists the available pages if another one is requested.
pub(super) async fn unknown() -> HttpResponse {
    plain(StatusCode::NOT_FOUND, format!("unknown page; use one of these:\n{PAGES}"))
}

fn shown(shared: &Shared, wanted: impl Fn(&Exchange) -> bool) -> Value {
    // Copied before writing, so that other requests needn't wait.
    let all = shared.journal().all();
    let newest_first = all.iter().rev().filter(|exchange| wanted(exchange));
    let requests = newest_first.map(|exchange| exchange.to_json()).collect::<Vec<_>>();
    let total = requests.len();
    json!({"requests": requests, "meta": {"total": total}})
}

fn page(value: &Value) -> HttpResponse {
    let mut response = HttpResponse::new(Body::from(format!("{value:#}\n")));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
