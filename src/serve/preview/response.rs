//! Responses of the server: JSON, and refusals with their status.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::Response;
use meniscus_preview::page::refusal::Refusal;
use serde::Serialize;

/// Makes the response that says why something wasn't done.
pub(super) fn refused(why: Refusal) -> Response {
    let status = StatusCode::from_u16(why.status());
    answer(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &why.into_body())
}

/// Makes a JSON response.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_string(body).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
